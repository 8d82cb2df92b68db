# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody has on at the time of something that they are asked to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.model import Brief, Loaded, Person, ReadingId
from gateway.services.scene import zone_of
from gateway.services.views import render
from gateway.store import readings, windows
from gateway.store.unit import UnitOfWork
from ical.errors import IcalError
from ical.freebusy import busy_of, partstat_in
from ical.kinds import Kind
from ical.lines import read
from ical.recurrence import occurrences
from ical.text import unescape

MOST = 20
"""So many are told."""
LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Conflict:
    """An appointment that takes place at the same time."""

    summary: str
    start: datetime
    """UTC."""
    end: datetime


def conflicts(uow: UnitOfWork, person: Person, asked: ReadingId, brief: Brief) -> list[Conflict]:
    """Give which appointments of *person* that take time overlap with what they are *asked* to, by time.

    None for a task, which takes no time, and for what lasts whole days, which most things do not stand in the way of.
    What they declined, or have not answered either, is in nobody's way.
    """
    start, end = brief.start, brief.end
    if brief.kind is not Kind.VEVENT or not isinstance(start, datetime) or not isinstance(end, datetime):
        return []
    end = max(end, start + timedelta(seconds=1))
    there = {one.id for one in windows.taken(uow, [person.id], start, end)}
    there |= {one.id for one in windows.doubtful(uow, [person.id], start, end)}
    found = readings.loaded(uow, sorted(there - {asked})[:LOOKED_AT])
    told = [conflict for one in found for conflict in _in(one, person, start, end)]
    return sorted(told, key=lambda one: (one.start, one.summary))[:MOST]


def _in(held: Loaded, person: Person, start: datetime, end: datetime) -> list[Conflict]:
    zone, me = zone_of(person), person.all_addresses
    try:
        document = read(render(held, person))
        times = occurrences(document, start, end, zone, limit=MOST)
    except IcalError:
        return []
    found = []
    for one in times:
        said = partstat_in(document, one.component, me)
        if busy_of(document, one.component, said) is not None and (said != "NEEDS-ACTION" or held.reading.organizer):
            line = document.first(one.component, "SUMMARY")
            found.append(Conflict(unescape(line.value) if line is not None else "", one.start, one.end))
    return found
