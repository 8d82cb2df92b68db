# SPDX-License-Identifier: GPL-3.0-or-later
"""A company in which there is so many of everything that a page of the desk can show."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.config import Settings
from gateway.model import EVENTS, TASKS, Condition, Contact, Person, ReadingId
from gateway.services import deciding, drafts, entries, proposals, signing_in
from gateway.services.people import add_person
from gateway.services.scene import Scene
from gateway.store import calendars, contacts, readings
from gateway.store.unit import Database, UnitOfWork
from ical.address import Address
from ical.answers import DECLINED
from tests.desk.house import HASH

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
KARI = "kari@byggbo.example"
_STEP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Busy:
    """Kari's session, and what is looked at one by one: readings of hers, and a draft."""

    database: Database
    settings: Settings
    secret: str
    event: ReadingId
    series: ReadingId
    task: ReadingId
    invited: ReadingId
    draft: int


def filled(database: Database, folder: Path, many: int) -> Busy:
    """Give a company with *many* colleagues and contacts, in which Kari has *many* of everything."""
    scene = Scene(Settings(data_dir=folder), NOW)
    with database.write() as uow:
        kari = add_person(uow, login="kari", name="Kari", emails=[KARI], password_hash=HASH)
        staff = [
            add_person(uow, login=login, name=login, emails=[f"{login}@byggbo.example"], password_hash=None)
            for login in (f"ola{n}" for n in range(many))
        ]
        mailboxes = [f"{n}@kunde.example" for n in range(many)]
        for mailbox in mailboxes:
            contacts.add(uow, Contact(f"Kunde {mailbox}", email=mailbox, language="nb"))
        everybody = [*(one.addresses[0] for one in staff), *(f"mailto:{one}" for one in mailboxes)]
        event = _put(uow, kari, "event", _asking(kari, everybody), scene)
        series = _put(uow, kari, "series", _asking(kari, everybody, f"RRULE:FREQ=DAILY;COUNT={many + 1}"), scene)
        task = _put(uow, kari, "task", _asking(kari, everybody[:many]), scene, kind="VTODO")
        drafts.begin(uow, kari, event, [Address(f"mailto:{one}") for one in mailboxes], scene)
        draft = drafts.listed(uow, kari)[0].id
        invited = [_rows(uow, kari, staff, number, scene) for number in range(many)]
        secret = signing_in.sign_in(uow, kari, NOW)
    assert secret is not None
    return Busy(database, scene.settings, secret, event, series, task, invited[0], draft)


def _rows(uow: UnitOfWork, kari: Person, staff: list[Person], number: int, scene: Scene) -> ReadingId:
    """Add one of each: what she has handed out, has to do, is asked to, has declined, and is to decide."""
    ola = staff[number]
    _put(uow, kari, f"own{number}", (), scene, number)
    _put(uow, kari, f"todo{number}", (), scene, number, kind="VTODO")
    _put(uow, kari, f"given{number}", _asking(kari, ola.addresses), scene, number, kind="VTODO")
    _put(uow, kari, f"moved{number}", _asking(kari, ola.addresses), scene, number)
    later = _time(number) + timedelta(days=1)
    proposals.propose(uow, ola, f"moved{number}", start=later, scene=scene)
    _put(uow, ola, f"asked{number}", _asking(ola, kari.addresses), scene, number)
    _put(uow, ola, f"no{number}", _asking(ola, kari.addresses), scene, number, kind="VTODO")
    declined = readings.of_uid(uow, kari.id, f"no{number}")[0].reading.id
    deciding.answer(uow, kari, declined, DECLINED, asked=None, scene=scene)
    return readings.of_uid(uow, kari.id, f"asked{number}")[0].reading.id


def _put(
    uow: UnitOfWork,
    person: Person,
    uid: str,
    people: tuple[str, ...],
    scene: Scene,
    number: int = 0,
    *,
    kind: str = "VEVENT",
) -> ReadingId:
    calendar = calendars.at(uow, person.id, TASKS if kind == "VTODO" else EVENTS)
    assert calendar is not None
    start = _time(number)
    close = "DUE" if kind == "VTODO" else "DTEND"
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//NO", f"BEGIN:{kind}", f"UID:{uid}")
    times = (
        f"DTSTAMP:{NOW:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"{close}:{start + _STEP:%Y%m%dT%H%M%SZ}",
    )
    text = "\r\n".join((*lines, *times, f"SUMMARY:{uid}", *people, f"END:{kind}", "END:VCALENDAR", ""))
    entries.put(uow, person, calendar, f"{uid}.ics", text.encode(), condition=Condition(), scene=scene)
    found = readings.placed(uow, calendar.id, f"{uid}.ics")
    assert found is not None
    return found.id


def _asking(organizer: Person, addresses: tuple[str, ...] | list[str], *more: str) -> tuple[str, ...]:
    asked = (f"ATTENDEE;CN={one[7:]};RSVP=TRUE:{one}" for one in addresses)
    return (*more, f"ORGANIZER;CN={organizer.name}:{organizer.addresses[0]}", *asked)


def _time(number: int) -> datetime:
    """Give one of the half hours of that week from now on: what is over is not to be decided any more."""
    return MONDAY + timedelta(days=1 + number % 6) + _STEP * (number // 6 % 24)
