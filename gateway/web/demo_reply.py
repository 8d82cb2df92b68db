# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers an invitation as the contact's mail program would: by a mail with an iTIP REPLY in it (RFC 6047)."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from icalendar import Calendar, Component, vCalAddress

from gateway.web.forms import FULL
from ical.address import mailbox, normalise
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS

KEPT = ("UID", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "DTEND", "DUE", "SUMMARY", "ORGANIZER")
"""What a REPLY repeats of the REQUEST."""


def invitation(text: str) -> Component | None:
    """Give the appointment or task that *text* asks about, None where it asks nothing."""
    if not text:
        return None
    try:
        calendar = Calendar.from_ical(text)
    except ValueError:
        return None
    if str(calendar.get("METHOD", "")).upper() != "REQUEST":
        return None
    return next((part for part in calendar.subcomponents if part.name in {"VEVENT", "VTODO"}), None)


def attendee(asked: Component, recipient: str) -> vCalAddress | None:
    """Give the ATTENDEE line of *recipient*."""
    lines = asked.get("ATTENDEE", [])
    for line in lines if isinstance(lines, list) else [lines]:
        if mailbox(normalise(str(line))) == recipient.lower():
            return vCalAddress(line)
    return None


def reply(
    asked: Component, recipient: str, partstat: str, *, percent: int | None, comment: str, now: datetime
) -> EmailMessage:
    """Give the mail in which *recipient* answers; it goes to the ORGANIZER's mailbox."""
    said = _said(str(asked.name), partstat, percent)
    calendar = Calendar()
    calendar.add("PRODID", "-//Distrib demo//The contact's mail program//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "REPLY")
    calendar.add_component(_answer(asked, recipient, said, percent=percent, comment=comment, now=now))
    text = calendar.to_ical()
    organizer = mailbox(normalise(str(asked["ORGANIZER"])))
    mail = EmailMessage(policy=SMTP)
    mail["From"] = recipient
    mail["To"] = organizer
    mail["Subject"] = f"{said.title()}: {asked.get('SUMMARY', '')}".replace("\n", " ")
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=recipient.rpartition("@")[2])
    mail.set_content(comment or said.title())
    mail.add_alternative(
        text, maintype="text", subtype="calendar", cte="base64", params={"method": "REPLY", "charset": "utf-8"}
    )
    return mail


def _said(kind: str, partstat: str, percent: int | None) -> str:
    if kind != "VTODO" or partstat != ACCEPTED or not percent:
        return partstat
    return COMPLETED if percent == FULL else IN_PROCESS


def _answer(
    asked: Component, recipient: str, said: str, *, percent: int | None, comment: str, now: datetime
) -> Component:
    answer = type(asked)()
    for name in KEPT:
        if name in asked:
            answer[name] = asked[name]
    answer.add("DTSTAMP", now)
    who = attendee(asked, recipient) or vCalAddress(f"mailto:{recipient}")
    line = vCalAddress(str(who))
    line.params.update({name: value for name, value in who.params.items() if name in {"CN", "CUTYPE", "ROLE"}})
    line.params["PARTSTAT"] = said
    answer.add("ATTENDEE", line)
    if comment:
        answer.add("COMMENT", comment)
    if percent is not None and said != DECLINED:
        answer.add("PERCENT-COMPLETE", percent)
    if said in {COMPLETED, IN_PROCESS}:
        answer.add("STATUS", said)
    if said == COMPLETED:
        answer.add("COMPLETED", now)
    return answer
