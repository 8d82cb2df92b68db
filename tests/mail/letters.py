# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters to write, and mails to read."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from ical.itip.outcome import Method
from mail.addresses import Mailboxes
from mail.compose import Envelope, House, Letter, compose

SAMPLES = Path(__file__).parents[1] / "samples" / "mail"
TOKEN = "k7w2m4q6s3t5v7x2z4b6d3f5"
BOX = f"kalender+{TOKEN}@byggbo.example"
HOUSE = House(Mailboxes("kalender@byggbo.example"), "https://kalender.byggbo.example/")
WRITTEN = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)

_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""
TIMES = "DTSTART;TZID=Europe/Oslo:20261008T100000\nDTEND;TZID=Europe/Oslo:20261008T113000"


def calendar_text(
    kind: str = "VEVENT",
    times: str = TIMES,
    method: str = "REQUEST",
    more: str = "",
    summary: str = "Befaring på kjøkken",
) -> bytes:
    """Give the calendar text of an invitation of Berit's."""
    more_lines = f"{more}\n" if more else ""
    text = (
        f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Distrib//EN\nMETHOD:{method}\n{_ZONE}BEGIN:{kind}\nUID:befaring-1\n"
        f"DTSTAMP:20261001T080000Z\nSEQUENCE:0\n{times}\nSUMMARY:{summary}\n{more_lines}"
        f"ORGANIZER;CN=Kari Nordmann:mailto:{BOX}\n"
        "ATTENDEE;CN=Berit Kunde;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:berit@kunde.example\n"
        f"END:{kind}\nEND:VCALENDAR\n"
    )
    return text.replace("\n", "\r\n").encode()


def letter(**changes: object) -> Letter:
    """Give Kari's first invitation to Berit, with *changes*."""
    new = Letter(
        method=Method.REQUEST,
        text=calendar_text(),
        recipient="berit@kunde.example",
        recipient_name="Berit Kunde",
        organizer_name="Kari Nordmann",
        organizer_email="kari@byggbo.example",
        reply_token=TOKEN,
        link="aW52aXRhc2pvbi10b2tlbg",
        first=True,
        removed=False,
        language="nb",
        timezone="Europe/Oslo",
        message_id="0123456789abcdef0123456789abcdef@byggbo.example",
        written_at=WRITTEN,
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def read(envelope: Envelope) -> EmailMessage:
    """Read a mail as a mail program does."""
    return message_from_bytes(envelope.data, policy=policy.default)


def written(**changes: object) -> EmailMessage:
    """Write a letter, and read the mail."""
    return read(compose(letter(**changes), HOUSE))


def part(mail: EmailMessage, kind: str) -> str:
    """Give the text of the first part of the content type *kind*."""
    found = next(p for p in mail.walk() if p.get_content_type() == kind)
    payload = found.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def sample(name: str) -> bytes:
    """Give a mail that came in."""
    return (SAMPLES / f"{name}.eml").read_bytes()
