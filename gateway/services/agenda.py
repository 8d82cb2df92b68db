# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody has on, wherever it lies: a window of their time, and their tasks. It is read, and nothing is decided.

A page is as many statements for a full calendar as for an empty one, and parses what may lie in its window alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.model import Person, ReadingId
from gateway.services.scene import zone_of
from gateway.services.views import render
from gateway.store import agenda, readings
from gateway.store.agenda import Found
from gateway.store.unit import UnitOfWork
from ical.agenda import Appearance, Said, Standing, appearances, said_to
from ical.errors import IcalError
from ical.instances import InstanceId
from ical.kinds import DISTRIBUTED
from ical.recurrence import Moment, repeats, when
from ical.snapshot import Snapshot, read_object
from ical.times import shown_in

MOST = 2_000
"""Entries that are looked at for one page."""
MOST_TIMES = 500
"""Times of one entry on a page."""
BEHIND, AHEAD = timedelta(days=40), timedelta(days=400)
"""How far the next time of a task that repeats is looked for."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One time that a person has something on."""

    reading_id: ReadingId
    what: Appearance


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a person has on in a window, in the order of time."""

    appointments: tuple[Thing, ...]
    tasks: tuple[Thing, ...]
    """Of these, what is not done first; what waits for an answer is no task of theirs yet (P-05)."""
    is_all: bool
    """There was no more than could be looked at."""


@dataclass(frozen=True, slots=True)
class Todo:
    """A task that is a person's to do: of one that repeats, the next time that is not done."""

    reading_id: ReadingId
    said: Said
    instance: InstanceId
    start: Moment | None
    """Aware, or a day."""
    due: Moment | None
    """Aware, or a day."""


def within(uow: UnitOfWork, person: Person, start: datetime, end: datetime) -> Agenda:
    """Give what *person* has on between *start* and *end* (UTC)."""
    found = agenda.within(uow, person.id, DISTRIBUTED, start, end, most=MOST)
    things = [thing for one, said in _read(uow, person, found) for thing in _things(one, said, person, start, end)]
    things.sort(key=lambda thing: (thing.what.start, thing.what.end, thing.reading_id))
    tasks = [one for one in things if one.what.said.is_task and one.what.said.standing is not Standing.WAITING]
    return Agenda(
        appointments=tuple(thing for thing in things if not thing.what.said.is_task),
        tasks=tuple(sorted(tasks, key=lambda thing: (thing.what.said.done, thing.what.end))),
        is_all=len(found) < MOST,
    )


def todos(uow: UnitOfWork, person: Person, now: datetime) -> tuple[list[Todo], bool]:
    """Give the tasks that are theirs to do, own ones and accepted ones, and whether that is all of them.

    What waits for an answer lies under «Invitasjoner» until then (P-05), and what they distributed without being in it
    under «Distribuerte oppgaver».
    """
    found = agenda.tasks(uow, person.id, most=MOST)
    told = (_todo(reading_id, said, person, now) for reading_id, said in _read(uow, person, found))
    return [todo for todo in told if todo is not None], len(found) < MOST


def _read(uow: UnitOfWork, person: Person, found: Sequence[Found]) -> Iterator[tuple[ReadingId, Snapshot]]:
    """Give each text as *person* reads it; one that was taken in under older rules and cannot be read is left out."""
    shared = readings.at_once(uow, [one.id for one in found if one.text is None])
    rendered = {one.reading.id: render(one, person) for one in shared}
    for one in found:
        text = one.text if one.text is not None else rendered.get(one.id)
        try:
            if text is not None:
                yield one.id, read_object(text, zone_of(person))
        except IcalError:
            continue


def _things(reading_id: ReadingId, said: Snapshot, person: Person, start: datetime, end: datetime) -> list[Thing]:
    try:
        told = appearances(said.document, start, end, zone_of(person), person.all_addresses, limit=MOST_TIMES)
    except IcalError:
        return []
    return [Thing(reading_id, one) for one in told]


def _todo(reading_id: ReadingId, said: Snapshot, person: Person, now: datetime) -> Todo | None:
    try:
        todo = _next(reading_id, said, person, now) or _plain(reading_id, said, person)
    except IcalError:
        return None
    return todo if todo is not None and todo.said.standing is not Standing.WAITING else None


def _next(reading_id: ReadingId, said: Snapshot, person: Person, now: datetime) -> Todo | None:
    """Give the first time of a series that is not done, or the last one; None where it does not repeat, or is over."""
    if not repeats(said.document, said.main.component):
        return None
    zone = zone_of(person)
    near = appearances(said.document, now - BEHIND, now + AHEAD, zone, person.all_addresses, limit=MOST_TIMES)
    one = next((each for each in near if not each.said.done), near[-1] if near else None)
    if one is None:
        return None
    start, due = (_as_meant(at, zone, all_day=one.all_day) for at in (one.start, one.due))
    return Todo(reading_id, one.said, one.instance, start, due)


def _plain(reading_id: ReadingId, said: Snapshot, person: Person) -> Todo | None:
    component, zone = said.main.component, zone_of(person)
    told = said_to(said.document, component, person.all_addresses)
    if told is None:
        return None
    at = when(said.document, component)
    return Todo(reading_id, told, said.main.instance, _aware(at.start, zone), _aware(at.end, zone))


def _as_meant(at: datetime | None, zone: ZoneInfo, *, all_day: bool) -> Moment | None:
    return shown_in(at, zone).date() if at is not None and all_day else at


def _aware(value: Moment | None, zone: ZoneInfo) -> Moment | None:
    return value.replace(tzinfo=zone) if isinstance(value, datetime) and value.tzinfo is None else value
