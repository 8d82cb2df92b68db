# SPDX-License-Identifier: GPL-3.0-or-later
"""An object becomes an entry that others are in: a new one, one that was private, or one that was called off before."""

from dataclasses import replace

from gateway.errors import NotFound, Overtaken
from gateway.model import CalendarId, Loaded, Person
from gateway.services.expanding import organized
from gateway.services.save import facts_of, save
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Home, Subject
from gateway.store import entries, reading_changes, readings
from gateway.store.entries import NewEntry
from gateway.store.unit import UnitOfWork
from ical.itip.outcome import Entry, Outcome, State
from ical.kinds import DISTRIBUTED
from ical.snapshot import Snapshot, read_object
from ical.timeindex import Span


def is_distributed(sent: Snapshot, person: Person) -> bool:
    """Tell whether the person organizes it and somebody else is in it; never of a journal."""
    mine = person.all_addresses
    if sent.kind not in DISTRIBUTED or sent.organizer not in mine:
        return False
    return any(address not in mine for address in sent.attendees())


def distribute_new(
    uow: UnitOfWork, person: Person, calendar: CalendarId, href: str, sent: Snapshot, text: bytes, scene: Scene
) -> Entry:
    """Store an entry that others are in at *href*, and ask them.

    Raises Overtaken where another write stored it at the same moment.
    """
    before = entries.by_scope(uow, sent.uid, scope_of(person))
    if before is not None and before[1].outside:
        entries.remove(uow, before[0])  # it was called off before anybody had it
        before = None
    if before is not None:
        # The organizer deleted it before: the same entry comes back, with a higher SEQUENCE (model, rows 31 and 33).
        entry_id, old = before
        if old.state is State.LIVE:
            return _claim(uow, person, Subject(entry_id, old, person), Home(calendar, href, Span()), text, scene)
        old = replace(old, words=old.shared, state=State.CANCELLED)
        outcome = organized(uow, person, old, text, scene)
        home = Home(calendar, href, Span())
        return save(uow, Subject(entry_id, old, person), outcome, actor=person, scene=scene, home=home).entry
    outcome = organized(uow, person, None, text, scene)
    subject, span = new_subject(uow, sent, outcome, person)
    rest = replace(outcome, words=None, shared=None, sequence=None)
    return save(uow, subject, rest, actor=person, scene=scene, home=Home(calendar, href, span)).entry


def _claim(uow: UnitOfWork, person: Person, subject: Subject, home: Home, text: bytes, scene: Scene) -> Entry:
    """Take the organizer's own text for an entry that was brought in without it (model, row 58).

    Raises Overtaken where the organizer has it by now.
    """
    entries.lock(uow, subject.entry_id)
    now = entries.by_id(uow, subject.entry_id)
    if now is None or readings.of_person(uow, subject.entry_id, person.id) is not None:
        raise Overtaken("the same entry was stored by another write at the same moment")
    words = entries.words_of(uow, subject.entry_id, person.id)
    old = replace(now, words=words)
    outcome = organized(uow, person, old, text, scene, words=words)
    why = ("Claimed: the organizer's own copy has come.", *outcome.why)
    outcome = replace(outcome, words=words if outcome.words is None else outcome.words, why=why)
    return save(uow, replace(subject, entry=old), outcome, actor=person, scene=scene, home=home).entry


def new_subject(
    uow: UnitOfWork, sent: Snapshot, outcome: Outcome, person: Person, *, outside: bool = False
) -> tuple[Subject, Span]:
    """Make the row of a new entry, with all that is decided about it but for the people.

    *outside*: it is what *person* knows of an entry that somebody outside organizes.
    """
    words, shared, sequence = outcome.words or b"", outcome.shared or b"", outcome.sequence or 0
    entry = Entry(
        sent.uid, sent.kind, shared, sent.organizer, sequence, words=words, state=outcome.state, outside=outside
    )
    facts = facts_of(read_object(entry.timed, zone_of(person)), person, alone=False)
    new = NewEntry(
        uid=sent.uid,
        scope=scope_of(person),
        kind=sent.kind,
        custodian=person.id,
        words=words,
        shared=shared,
        organizer=sent.organizer,
        sequence=sequence,
        summary=facts.summary,
        span=facts.span,
        state=outcome.state,
        outside=outside,
    )
    return Subject(entries.add(uow, new), entry, person), facts.span


def distribute_private(
    uow: UnitOfWork, person: Person, here: Loaded, sent: Snapshot, text: bytes, scene: Scene
) -> Loaded:
    """Turn a private entry into one that others are in (RFC 6638 3.2.3.1: a Create)."""
    if entries.by_scope(uow, sent.uid, scope_of(person)) is not None:
        return _revive_private(uow, person, here, sent, text, scene)
    outcome = organized(uow, person, None, text, scene)
    entries.update(uow, here.entry_id, scope=scope_of(person), organizer=sent.organizer)
    reading_changes.schedule(uow, here.reading.id, here.entry_id, scheduled=True, organizer=True)
    entry = replace(here.entry, organizer=sent.organizer, sequence=-1, shared=b"", answers=())
    saved = save(uow, Subject(here.entry_id, entry, person), outcome, actor=person, scene=scene)
    return replace(here, entry=saved.entry)


def _revive_private(uow: UnitOfWork, person: Person, here: Loaded, sent: Snapshot, text: bytes, scene: Scene) -> Loaded:
    """The entry was distributed before and called off: that one comes back, at the place of the private one."""
    entries.remove(uow, here.entry_id)
    entry = distribute_new(uow, person, here.reading.calendar_id, here.reading.href, sent, text, scene)
    reading = readings.placed(uow, here.reading.calendar_id, here.reading.href)
    if reading is None:
        raise NotFound("the object was not stored")
    return Loaded(reading, reading.entry_id, entry)


def scope_of(person: Person) -> str:
    """Give where the UID of an entry that *person* organizes is the only one."""
    return f"person:{person.id}"
