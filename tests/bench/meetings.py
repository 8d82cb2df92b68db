# SPDX-License-Identifier: GPL-3.0-or-later
"""Meetings that Kari calls, and what is said of them: as calendar and mail programs write it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.bench.events import calendar_object, event, folded
from tests.bench.servers import LOGIN, mailbox
from tests.gateway.services import texts

CONTACT = "berit@kunde.example"
"""Somebody outside, who answers by mail."""
_FIRST = datetime(2036, 5, 5, 10, tzinfo=UTC)
"""Nobody answers what is over."""
_REPLY = """\
From: Berit Kunde <{contact}>
To: {mailbox}
Subject: Accepted: Progress
Message-ID: <{number}.{uid}@kunde.example>
Date: {date:%a, %d %b %Y %H:%M:%S} +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=UTF-8

Berit Kunde has answered your invitation.

--b
Content-Type: text/calendar; method=REPLY; charset=UTF-8
Content-Transfer-Encoding: 8bit

{calendar}
--b--
"""


def meeting(uid: str, number: int, mailboxes: Sequence[str]) -> bytes:
    """Give a meeting to which Kari invites *mailboxes*; another *number* is at another time."""
    return calendar_object(_component(uid, number, mailboxes, _FIRST + timedelta(hours=number)))


def series(uid: str, number: int, mailboxes: Sequence[str], days: int) -> bytes:
    """Give a daily meeting to which Kari invites *mailboxes*, and of which every day of *days* is an hour later."""
    begin = _FIRST + timedelta(hours=number)
    components = [_component(uid, number, mailboxes, begin, f"RRULE:FREQ=DAILY;COUNT={2 * days}")]
    for day in range(1, days + 1):
        name = begin + timedelta(days=day)
        named = f"RECURRENCE-ID:{name:%Y%m%dT%H%M%SZ}"
        components.append(_component(uid, number, mailboxes, name + timedelta(hours=1), named))
    return calendar_object("".join(components))


def _component(uid: str, number: int, mailboxes: Sequence[str], begin: datetime, *more: str) -> str:
    lines = (
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20260102T080000Z",
        "SEQUENCE:0",
        *more,
        f"DTSTART:{begin:%Y%m%dT%H%M%SZ}",
        f"DTEND:{begin + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
        "SUMMARY:Progress",
        "LOCATION:Meeting room 1",
        f"DESCRIPTION:{event(number).description}",
        f"ORGANIZER;CN=Kari:mailto:{mailbox(LOGIN)}",
        f"ATTENDEE;CN=Kari;CUTYPE=INDIVIDUAL;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:{mailbox(LOGIN)}",
        *(_asked(one) for one in mailboxes),
        "END:VEVENT",
    )
    return "".join(f"{part}\n" for line in lines for part in folded(line))


def reply_mail(invitation: bytes, box: str, number: int, partstat: str) -> bytes:
    """Give the mail to *box* in which Berit's mail program answers *invitation*; a higher *number* is a later one."""
    date = datetime.now(UTC) + timedelta(seconds=number)
    text = texts.reply(invitation, CONTACT, partstat, stamp=f"{date:%Y%m%dT%H%M%SZ}")
    uid = texts.value(invitation, "UID")
    filled = _REPLY.format(
        contact=CONTACT,
        mailbox=box,
        uid=uid,
        number=number,
        date=date,
        calendar=text.decode().replace("\r\n", "\n"),
    )
    return filled.replace("\n", "\r\n").encode()


def _asked(box: str) -> str:
    name = box.partition("@")[0].title()
    return f"ATTENDEE;CN={name};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{box}"
