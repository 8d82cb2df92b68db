# SPDX-License-Identifier: GPL-3.0-or-later
"""A small company to ask questions about."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from gateway.model import EVENTS, INBOX, Calendar, CalendarId, Change, EntryId, Person, PersonId, Reading, Revision
from gateway.store import answers, calendars, entries, inbox, people, reading_changes, readings
from gateway.store.calendars import Place
from gateway.store.entries import NewEntry
from gateway.store.inbox import NewItem
from gateway.store.reading_changes import NewReading
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.answers import Answer
from ical.kinds import Kind
from ical.timeindex import Span

NOW = datetime(2026, 10, 8, 8, 0, tzinfo=UTC)
SPAN = Span(datetime(2026, 10, 9, 8, 0, tzinfo=UTC), datetime(2026, 10, 9, 9, 0, tzinfo=UTC))


def hired(uow: UnitOfWork, login: str, *more: str) -> Person:
    """Add a colleague with the address LOGIN@byggbo.example, and *more*."""
    addresses = tuple(Address(f"mailto:{box}") for box in (f"{login}@byggbo.example", *more))
    return people.add(uow, login, login.title(), addresses, None, "nb", "Europe/Oslo")


def place(uow: UnitOfWork, person: Person, slug: str = EVENTS) -> CalendarId:
    """Give one of a person's collections."""
    found = calendars.at(uow, person.id, slug)
    assert found is not None
    return found.id


def inbox_of(uow: UnitOfWork, person: Person) -> CalendarId:
    """Give a person's inbox."""
    return place(uow, person, INBOX)


def new_entry(custodian: Person, uid: str = "møte-1", scope: str | None = None, **more: object) -> NewEntry:
    """Make an entry that is not stored."""
    new = NewEntry(
        uid=uid,
        scope=scope or f"person:{custodian.id}",
        kind=Kind.VEVENT,
        custodian=custodian.id,
        words=b"words of " + uid.encode(),
        shared=None,
        organizer=custodian.addresses[0],
        sequence=0,
        summary="Befaring",
        span=SPAN,
    )
    return replace(new, **more)  # type: ignore[arg-type]


def new_reading(
    entry_id: EntryId, person: Person, calendar_id: CalendarId, uid: str = "møte-1", **more: object
) -> NewReading:
    """Make an invited person's reading that is not stored."""
    new = NewReading(
        entry_id=entry_id,
        person_id=person.id,
        calendar_id=calendar_id,
        href=f"{uid}.ics",
        uid=uid,
        kind=Kind.VEVENT,
        scheduled=True,
        organizer=False,
        revision=Revision(0),
        tag=Revision(0),
        span=SPAN,
    )
    return replace(new, **more)  # type: ignore[arg-type]


def noted(uow: UnitOfWork, person: Person, uid: str, **more: object) -> EntryId:
    """Store a private entry of a person, in their calendar."""
    calendar_id = place(uow, person)
    private = new_entry(person, uid, f"calendar:{calendar_id}", organizer=None, span=more.get("span", SPAN))
    entry_id = entries.add(uow, private)
    row = new_reading(entry_id, person, calendar_id, uid, scheduled=False, organizer=True)
    reading_changes.add_many(uow, [replace(row, **more)])  # type: ignore[arg-type]
    return entry_id


def met(uow: UnitOfWork, organizer: Person, invited: Collection[Person], uid: str = "møte-1") -> EntryId:
    """Store a meeting that everybody has in their calendar, and nobody has answered."""
    entry_id = entries.add(uow, new_entry(organizer, uid))
    everybody = (organizer, *invited)
    reading_changes.add_many(
        uow, [new_reading(entry_id, p, place(uow, p), uid, organizer=p is organizer) for p in everybody]
    )
    said = [Answer(p.addresses[0], asked_at=NOW, organizer=p is organizer) for p in everybody]
    answers.put(uow, entry_id, said, {p.addresses[0]: p.id for p in everybody})
    return entry_id


def delivered(uow: UnitOfWork, *items: NewItem) -> None:
    """Lay messages into inboxes, and mark what has changed there."""
    calendars.advance(uow, {box for item in items for box in item.boxes})
    laid = inbox.lay(uow, items)
    boxes = calendars.inboxes(uow, [person for person, _ in laid])
    calendars.mark(uow, [(boxes[person], href) for person, href in laid])


def changes_of(uow: UnitOfWork, calendar: Calendar, after: int = 0, limit: int = 2_000) -> list[Change]:
    """Give what changed in a calendar after a revision."""
    return calendars.changes_from(uow, calendar, Place(Revision(after + 1)), calendar.revision, limit)


def readings_of(uow: UnitOfWork, entry_id: EntryId) -> dict[PersonId, Reading]:
    """Give who has an entry how."""
    return {r.person_id: r for r in readings.of_entry(uow, entry_id)}
