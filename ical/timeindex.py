# SPDX-License-Identifier: GPL-3.0-or-later
"""What an index of times knows of an entry: how far it reaches, when it takes place, and how it takes time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.freebusy import Busy, busy_of, partstat_in
from ical.instances import InstanceId
from ical.kinds import Kind
from ical.lines import Component, Document, Line
from ical.recurrence import first_occurrences, span
from ical.times import FIRST
from ical.timezones import zone_of

LIMIT = 200
"""Occurrences by each rule that are kept: four years of a weekly meeting. For later ones the rule is followed."""
SHORT = timedelta(days=32)
"""What lasts longer is looked up apart, so that a window of time needs to look back no further than this."""
_TIMES = frozenset({"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RDATE", "EXDATE"})


@dataclass(frozen=True, slots=True)
class Time:
    """One time that a recurring entry takes place (UTC)."""

    instance: InstanceId
    start: datetime
    end: datetime
    busy: Busy | None


@dataclass(frozen=True, slots=True)
class Span:
    """When an entry takes place (UTC), from first to last, and each time of a recurring one."""

    start: datetime | None = None
    """None: it has no time at all."""
    end: datetime | None = None
    """None: it never ends, or has no time."""
    recurring: bool = False
    busy: Busy | None = Busy.BUSY
    """How it takes time; of a recurring one, how it does at most."""
    exact: bool = True
    """The times are the same for every reader. Days and floating times are not: only the text can tell."""
    known_until: datetime | None = None
    """All of `times` that begin before then are there; None: all that there are."""
    times: tuple[Time, ...] = ()
    """Of a recurring entry only."""

    @property
    def is_wide(self) -> bool:
        """It reaches further than `SHORT`, or repeats."""
        if self.start is None:
            return False
        return self.recurring or self.end is None or self.end - self.start > SHORT


def span_of(document: Document, kind: Kind, zone: ZoneInfo, me: frozenset[Address] | None = None) -> Span:
    """Give the index of *document*, floating times and days as *zone* has them; raises ValueRefused.

    *me*: whose own text it is, so that the answer in it tells how it takes their time; None: answers are kept apart.
    """
    reach = span(document, kind, zone)
    components = [c for c in document.root.children if c.name == kind]

    def busy(component: Component) -> Busy | None:
        return busy_of(document, component, partstat_in(document, component, me) if me is not None else None)

    times, known_until = _times(document, zone, busy) if reach.recurring else ((), None)
    return Span(
        start=reach.start,
        end=reach.end,
        recurring=reach.recurring,
        busy=max((b for b in map(busy, components) if b is not None), default=None),
        exact=not any(_is_floating(document, c) for c in components),
        known_until=known_until,
        times=times,
    )


def _times(
    document: Document, zone: ZoneInfo, busy: Callable[[Component], Busy | None]
) -> tuple[tuple[Time, ...], datetime | None]:
    found, known_until = first_occurrences(document, zone, limit=LIMIT)
    if any(o.end - o.start > SHORT for o in found):
        return (), FIRST
    taken = {c.start: busy(c) for c in {o.component.start: o.component for o in found}.values()}
    return tuple(Time(o.instance, o.start, o.end, taken[o.component.start]) for o in found), known_until


def _is_floating(document: Document, component: Component) -> bool:
    return any(line.name in _TIMES and _lacks_zone(line, document) for _, line in document.own(component))


def _lacks_zone(line: Line, document: Document) -> bool:
    starts = (text.partition("/")[0].strip() for text in line.value.split(","))
    if all(start.endswith(("Z", "z")) for start in starts):
        return False
    tzid = line.parameter("TZID")
    return tzid is None or zone_of(tzid, document) is None
