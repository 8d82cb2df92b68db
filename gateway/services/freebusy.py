# SPDX-License-Identifier: GPL-3.0-or-later
"""When people are busy: asked for through the outbox, or of one calendar."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from gateway.errors import NotTheOrganizer
from gateway.model import Calendar, CalendarId, Loaded, Person, PersonId, ReadingId
from gateway.services.scene import zone_of
from gateway.services.views import render
from gateway.store import calendars, people, readings, windows
from gateway.store.unit import UnitOfWork
from gateway.store.windows import Taken
from ical.address import normalise
from ical.answers import NEEDS_ACTION
from ical.errors import IcalError
from ical.freebusy import Period, bounded, busy_of, merged, partstat_in, read_question, reply, report, taken_by
from ical.lines import read
from ical.recurrence import occurrences

SUCCESS = "2.0;Success"
UNKNOWN = "3.7;Invalid Calendar User"
OCCURRENCES = 5_000
"""Of one entry in one question."""
TRANSPARENCY = "{urn:ietf:params:xml:ns:caldav}schedule-calendar-transp"


Counts = Callable[[CalendarId, str], bool]
"""Tells of a calendar and a UID whether what lies there is asked about."""


class Busyness(NamedTuple):
    """What is said of one recipient (RFC 6638 10.2)."""

    recipient: str
    """As it was written."""
    request_status: str
    calendar: str | None
    """The VFREEBUSY REPLY, for somebody who is known here."""


def answer(
    uow: UnitOfWork,
    text: bytes,
    asker: Person,
    originator: str | None,
    recipients: Collection[str],
    now: datetime,
) -> list[Busyness]:
    """Tell *asker* when the people asked about are busy (RFC 6638 5).

    *recipients* may name fewer than the text does; without any, all of its attendees are asked about. Raises
    NotTheOrganizer where the question is asked in somebody else's name, and IcalError where it is none.
    """
    question = read_question(text, zone_of(asker))
    named = {question.asker} | ({normalise(originator)} if originator else set())
    if not named <= asker.all_addresses:
        raise NotTheOrganizer(f"{asker.login} asks for busy time in another's name")
    wanted = list(dict.fromkeys(recipients or [line.value.strip() for line in question.attendees]))
    known = people.recipients(uow, {normalise(written) for written in wanted})
    asked = {recipient.person.id: recipient.person for recipient in known.values()}
    free = _transparent(uow, asked)

    def counts(calendar: CalendarId, uid: str) -> bool:
        return uid != question.masked_uid and calendar not in free

    taken = _taken(uow, asked, question.start, question.end, counts)
    found: list[Busyness] = []
    for written in wanted:
        address = normalise(written)
        recipient = known.get(address)
        if recipient is None:
            found.append(Busyness(written, UNKNOWN, None))
        else:
            told = reply(question, address, taken[recipient.person.id], now)
            found.append(Busyness(written, SUCCESS, told.decode()))
    return found


def periods(
    uow: UnitOfWork, asked: Mapping[PersonId, Person], start: datetime, end: datetime, *, but_for: str = ""
) -> dict[PersonId, list[Period]]:
    """Give when these people are busy between *start* and *end* (UTC), beside the entry with the UID *but_for*."""
    free = _transparent(uow, asked)
    return _taken(uow, asked, start, end, lambda place, uid: uid != but_for and place not in free)


def of_calendar(
    uow: UnitOfWork,
    person: Person,
    calendar: Calendar,
    start: datetime,
    end: datetime,
    now: datetime,
    *,
    zone: tzinfo | None = None,
) -> bytes:
    """Give the VFREEBUSY of one of the person's calendars (RFC 4791 7.10).

    Days and floating times are in *zone*, or in the person's own.
    """
    bounded(start, end)
    taken = _taken(uow, {person.id: person}, start, end, lambda place, _: place == calendar.id, zone)
    return report(taken[person.id], start, end, now)


def of_people(
    uow: UnitOfWork, asked: Collection[Person], start: datetime, end: datetime
) -> dict[PersonId, tuple[Period, ...]]:
    """Give when each of these people is busy in the window (UTC), and no word of what with (product, 6)."""
    bounded(start, end)
    there = {person.id: person for person in asked}
    free = _transparent(uow, there)
    taken = _taken(uow, there, start, end, lambda calendar, _: calendar not in free)
    return {person: merged(periods, start, end) for person, periods in taken.items()}


def _taken(
    uow: UnitOfWork,
    asked: Mapping[PersonId, Person],
    start: datetime,
    end: datetime,
    counts: Counts,
    zone: tzinfo | None = None,
) -> dict[PersonId, list[Period]]:
    """Give when these people are busy: the index tells, and the texts where it cannot.

    Days and floating times are in *zone*, or in each person's own.
    """
    found: dict[PersonId, list[Period]] = {person: [] for person in asked}
    unsure: set[ReadingId] = set()
    for one in windows.taken(uow, asked, start, end):
        if not counts(one.calendar_id, one.uid):
            continue
        if one.partstat is None and one.scheduled and not one.is_organizer:
            unsure.add(one.id)  # The text alone says what was answered.
        elif (busy := taken_by(one.busy, _said(one))) is not None:
            found[one.person_id].append(Period(one.start, one.end, busy))
    for doubtful in windows.doubtful(uow, asked, start, end):
        if counts(doubtful.calendar_id, doubtful.uid):
            unsure.add(doubtful.id)
    for loaded in readings.loaded(uow, sorted(unsure)):
        person = asked[loaded.reading.person_id]
        found[person.id] += _periods(loaded, person, start, end, zone)
    return found


def _said(one: Taken) -> str | None:
    """An organizer who is asked as well has accepted, unless the line says more than NEEDS-ACTION."""
    return None if one.is_organizer and one.partstat == NEEDS_ACTION else one.partstat


def _transparent(uow: UnitOfWork, person_ids: Collection[PersonId]) -> frozenset[CalendarId]:
    """Give the calendars that take none of their owners' time (RFC 6638 9.1)."""
    there = calendars.of_people(uow, person_ids)
    return frozenset(found.id for found in there if "transparent" in found.props.get(TRANSPARENCY, ""))


def _periods(loaded: Loaded, person: Person, start: datetime, end: datetime, zone: tzinfo | None) -> Iterator[Period]:
    zone, me = zone or zone_of(person), person.all_addresses
    try:
        document = read(render(loaded, person))
        taken = occurrences(document, start, end, zone, limit=OCCURRENCES)
    except IcalError:
        return  # A text that was taken in under older rules hides nobody else's time.
    for occurrence in taken:
        busy = busy_of(document, occurrence.component, partstat_in(document, occurrence.component, me))
        if busy is not None:
            yield Period(occurrence.start, occurrence.end, busy)
