# SPDX-License-Identifier: GPL-3.0-or-later
"""An organizer outside, whose calendar program mails."""

from collections.abc import Sequence
from email.message import EmailMessage

from gateway.model import Contact
from gateway.services import received
from gateway.services.arrivals import Taken
from gateway.store import contacts
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World

WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=5"
DAY = "20261208"
"""The second of five Tuesdays."""


def know(world: World, box: str = BERIT, language: str | None = None) -> None:
    """Let the company know somebody."""
    with world.database.write() as uow:
        contacts.add(uow, Contact("Berit Kunde", email=box, language=language))


def said(
    method: str = "REQUEST",
    *more: str,
    uid: str = "m",
    sequence: int = 0,
    at: str = "12:00:00",
    start: str = "T100000",
    day: str = "",
    asked: Sequence[str] = (OLA,),
    organizer: str = BERIT,
    kind: str = "VEVENT",
) -> bytes:
    """Give a message about an hour on 1 December, or of the occurrence on *day*, sent *at* a time on 23 November."""
    date = day or "20261201"
    usual = [f"DUE;TZID=Europe/Oslo:{date}T160000" if kind == "VTODO" else "DURATION:PT1H", "SUMMARY:Befaring"]
    told = {_name(line) for line in more}
    lines = [
        f"BEGIN:{kind}",
        f"UID:{uid}",
        f"DTSTAMP:20261123T{at.replace(':', '')}Z",
        f"SEQUENCE:{sequence}",
        *([f"RECURRENCE-ID;TZID=Europe/Oslo:{day}T100000"] if day and method != "ADD" else []),
        f"DTSTART;TZID=Europe/Oslo:{date}{start}",
        *(line for line in usual if _name(line) not in told),
        f"ORGANIZER;CN=Berit Kunde:mailto:{organizer}",
        *(f"ATTENDEE;CN={box.partition('@')[0]};PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{box}" for box in asked),
        *more,
        f"END:{kind}",
    ]
    return texts.written(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ute//NO", f"METHOD:{method}", *lines, "END:VCALENDAR"]
    )


def _name(line: str) -> str:
    return line.partition(":")[0].partition(";")[0]


def mail_with(text: bytes, *headers: tuple[str, str], sender: str = BERIT, to: str = OLA) -> bytes:
    """Give a mail that brings *text*; *headers* stand above all others, as our mail server writes them."""
    mail = EmailMessage()
    for name, value in headers:
        mail[name] = value
    method = texts.value(text, "METHOD") or next(
        line.removeprefix("METHOD:") for line in texts.unfolded(text) if line.startswith("METHOD:")
    )
    mail["From"], mail["To"], mail["Subject"] = f"Berit Kunde <{sender}>", to, "Befaring"
    mail["Message-ID"] = f"<{abs(hash((text, sender, headers)))}@kunde.example>"
    mail.set_content("Velkommen")
    mail.add_alternative(text, maintype="text", subtype="calendar", params={"method": method, "charset": "utf-8"})
    return mail.as_bytes()


def arrive(
    world: World, text: bytes, *headers: tuple[str, str], sender: str = BERIT, to: str = OLA, **settings: object
) -> Taken:
    """Let a mail with *text* come to an employee."""
    chosen = world.settings.model_copy(update=settings)
    with world.database.write() as uow:
        raw = mail_with(text, *headers, sender=sender, to=to)
        return received.receive(uow, raw, to, return_path=sender, settings=chosen, now=world.now)
