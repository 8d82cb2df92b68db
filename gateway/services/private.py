# SPDX-License-Identifier: GPL-3.0-or-later
"""An object that nobody else is in is stored and read byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.model import Calendar, EntryId, Loaded, Person, Reading, Revision
from gateway.services import inbox
from gateway.services.save import facts_of
from gateway.store import calendars, entries, reading_changes
from gateway.store.entries import NewEntry
from gateway.store.reading_changes import NewReading
from gateway.store.unit import UnitOfWork
from ical.errors import AttendeeMayNot
from ical.itip.outcome import Entry
from ical.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object that is not stored yet, and where it is to lie; nothing lies there."""

    person: Person
    calendar: Calendar
    href: str
    said: Snapshot
    text: bytes


def add(uow: UnitOfWork, person: Person, calendar: Calendar, href: str, sent: Snapshot, text: bytes) -> Loaded:
    """Store *text*, byte for byte, at *href*."""
    new = NewObject(person, calendar, href, sent, text)
    row = _entry(new)
    entry_id = entries.add(uow, row)
    revision = calendars.advance(uow, {calendar.id})[calendar.id]
    stored = reading_changes.add(uow, _reading(new, row, entry_id, revision))
    calendars.mark(uow, [(calendar.id, href)])
    entry = Entry(sent.uid, sent.kind, text, sent.organizer, sent.sequence, words=text)
    return Loaded(stored, entry_id, entry)


def add_all(uow: UnitOfWork, new: Sequence[NewObject]) -> None:
    """As `add`, of several objects at once, in as many statements as for one."""
    rows = [_entry(one) for one in new]
    ids = entries.add_all(uow, rows)
    revisions = calendars.advance(uow, {one.calendar.id for one in new})
    made = zip(new, rows, ids, strict=True)
    reading_changes.add_many(uow, [_reading(one, row, id_, revisions[one.calendar.id]) for one, row, id_ in made])
    calendars.mark(uow, [(one.calendar.id, one.href) for one in new])


def _entry(new: NewObject) -> NewEntry:
    facts = facts_of(new.said, new.person, alone=True)
    return NewEntry(
        uid=new.said.uid,
        scope=scope_of(new.calendar),
        kind=new.said.kind,
        custodian=new.person.id,
        words=new.text,
        shared=None,
        organizer=new.said.organizer,
        sequence=new.said.sequence,
        summary=facts.summary,
        span=facts.span,
    )


def _reading(new: NewObject, row: NewEntry, entry_id: EntryId, revision: Revision) -> NewReading:
    return NewReading(
        entry_id=entry_id,
        person_id=new.person.id,
        calendar_id=new.calendar.id,
        href=new.href,
        uid=row.uid,
        kind=row.kind,
        scheduled=False,
        organizer=True,
        revision=revision,
        tag=revision,
        span=row.span,
    )


def rewrite(uow: UnitOfWork, here: Loaded, sent: Snapshot, text: bytes, person: Person) -> Loaded:
    """Store *text* over what is there, byte for byte."""
    facts = facts_of(sent, person, alone=True)
    entries.update(
        uow,
        here.entry_id,
        words=text,
        shared=text,
        summary=facts.summary,
        span=facts.span,
        sequence=sent.sequence,
        organizer=sent.organizer,
    )
    reading_changes.set_spans(uow, {here.entry_id: facts.span})
    reading = _touched(uow, here.reading)
    return replace(here, reading=reading, entry=replace(here.entry, words=text, shared=text))


def rewrite_kept(uow: UnitOfWork, here: Loaded, sent: Snapshot, text: bytes, person: Person) -> Loaded:
    """Store *text* in a reading that follows nothing any more: it is its owner's own copy.

    Raises AttendeeMayNot where it is of another kind.
    """
    if sent.kind is not here.entry.kind:
        raise AttendeeMayNot("an invitation cannot be turned into another kind of entry")
    span = facts_of(sent, person, alone=True).span
    reading_changes.keep(uow, [here.reading.id], entries.keep(uow, here.entry_id, text), span)
    inbox.forget(uow, person, [here.entry_id])
    return replace(here, reading=_touched(uow, here.reading), kept=text)


def scope_of(calendar: Calendar) -> str:
    """Give where the UID of a private entry is the only one."""
    return f"calendar:{calendar.id}"


def _touched(uow: UnitOfWork, reading: Reading) -> Reading:
    revision = calendars.advance(uow, {reading.calendar_id})[reading.calendar_id]
    reading_changes.move_pointers(uow, [reading.id], [reading.id])
    return reading._replace(revision=revision, tag=revision)
