# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects are deleted, one or a calendar's: called off by whoever organizes them, declined by whoever is invited."""

from collections.abc import Iterable, Iterator

from gateway.model import Calendar, Loaded, Person
from gateway.services import inbox
from gateway.services.concern import subject_of
from gateway.services.crashers import forget_copy
from gateway.services.save import save, save_all
from gateway.services.scene import Scene, actor_of
from gateway.services.subject import Subject
from gateway.store import calendars, entries, people, readings
from gateway.store.unit import UnitOfWork
from ical.itip.outcome import Outcome
from ical.itip.withdraw import decline, withdraw

AT_ONCE = 2_000
"""People in entries that are saved together."""


def take_out(uow: UnitOfWork, person: Person, here: Loaded, *, reply: bool, scene: Scene) -> None:
    """Delete the object of a reading that was loaded under lock."""
    reading = here.reading
    if not reading.scheduled:
        calendars.advance(uow, {reading.calendar_id})
        entries.remove(uow, here.entry_id)
        calendars.mark(uow, [(reading.calendar_id, reading.href)])
        forget_copy(uow, person, here.entry)
        return
    outcome = _taken_out(person, here, reply=reply, scene=scene)
    save(uow, subject_of(uow, here, person), outcome, actor=person, scene=scene)


def take_all_out(uow: UnitOfWork, person: Person, calendar: Calendar, *, reply: bool, scene: Scene) -> None:
    """Delete what in *calendar* has other people, as if one by one; the rest goes with the calendar itself.

    As many statements for `AT_ONCE` people as for one.
    """
    there = readings.shared_in(uow, calendar.id)
    for some in by_people(readings.loaded(uow, there)):
        theirs = people.custodians(uow, {here.entry_id for here in some if not here.reading.organizer})
        decided = [
            (
                Subject(here.entry_id, here.entry, theirs.get(here.entry_id, person), here.people),
                _taken_out(person, here, reply=reply, scene=scene),
            )
            for here in some
        ]
        save_all(uow, decided, actor=person, scene=scene)


def forget_copies(uow: UnitOfWork, person: Person, calendar: Calendar) -> None:
    """Take away what tells the person that they were taken out of entries whose last copy lies in *calendar*.

    Without the copy it would be made of the entry as it is now, in which they are not any more.
    """
    inbox.forget(uow, person, readings.copies_in(uow, calendar.id))


def by_people(found: Iterable[Loaded]) -> Iterator[list[Loaded]]:
    """Give *found* in pieces of at most `AT_ONCE` people, or one that has more."""
    some: list[Loaded] = []
    many = 0
    for here in found:
        if some and many + len(here.entry.answers) > AT_ONCE:
            yield some
            some, many = [], 0
        some.append(here)
        many += len(here.entry.answers)
    if some:
        yield some


def _taken_out(person: Person, here: Loaded, *, reply: bool, scene: Scene) -> Outcome:
    """Decide what it comes to that *person* deletes an object with other people."""
    me = actor_of(person, scene)
    if here.reading.kept_id is not None:
        mine = me.addresses
        return Outcome(gone=True, touched=mine, firm=mine, state=here.entry.state, closed=here.entry.closed)
    if here.reading.organizer:
        return withdraw(here.entry, me, now=scene.now)
    return decline(here.entry, me, reply=reply, now=scene.now)
