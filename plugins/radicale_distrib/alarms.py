# SPDX-License-Identifier: GPL-3.0-or-later
"""When alarms ring, for filters that ask for it (RFC 4791 9.9, RFC 5545 3.6.6)."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from ical.lines import Component, Document, Line
from ical.recurrence import occurrences
from ical.times import FIRST, LAST, instant, moment, read_duration
from radicale_distrib.filters import TimeRange

MAX_OCCURRENCES = 1000
"""Occurrences that are looked at for one alarm."""
MAX_REPEATS = 100

_SECOND = timedelta(seconds=1)
_NOTHING = timedelta(0)


def rings(document: Document, owner: Component, alarm: Component, within: TimeRange, zone: tzinfo) -> bool:
    """Tell whether *alarm* of *owner* rings within the range; raises ValueRefused where it cannot be read."""
    trigger = document.first(alarm, "TRIGGER")
    if trigger is None:
        return False
    repeats = list(_repeats(document, alarm))
    starts = _triggers(document, owner, trigger, _wide(within, _NOTHING, repeats[-1]), zone)
    return any(within.start <= _sum(at, later) < within.end for at in starts for later in repeats)


def _triggers(
    document: Document, owner: Component, trigger: Line, within: TimeRange, zone: tzinfo
) -> Iterator[datetime]:
    """Give when the alarm first rings for each occurrence of *owner* that may matter."""
    if not trigger.value.strip().upper().lstrip("+-").startswith("P"):
        yield instant(moment(trigger, document), zone)
        return
    days, clock = read_duration("TRIGGER", trigger.value)
    offset = timedelta(days=days) + clock
    from_end = (trigger.parameter("RELATED") or "").upper() == "END"
    near = _wide(within, offset, offset)
    for one in occurrences(document, near.start, near.end, zone, limit=MAX_OCCURRENCES):
        if one.component is owner or one.component == owner:
            yield _sum(one.end if from_end else one.start, offset)


def _repeats(document: Document, alarm: Component) -> Iterator[timedelta]:
    """Give how long after the first time it rings again, beginning with that first time."""
    yield _NOTHING
    count, pause = document.first(alarm, "REPEAT"), document.first(alarm, "DURATION")
    if count is None or pause is None or not count.value.strip().isdecimal():
        return
    days, clock = read_duration("DURATION", pause.value)
    for number in range(1, min(int(count.value.strip()[:6]), MAX_REPEATS) + 1):
        yield number * (timedelta(days=days) + clock)


def _wide(within: TimeRange, least: timedelta, most: timedelta) -> TimeRange:
    """Give the range in which something lies that is followed by the range's time after *least* to *most*."""
    return TimeRange(_sum(within.start, -most - _SECOND), _sum(within.end, -least + _SECOND))


def _sum(at: datetime, span: timedelta) -> datetime:
    try:
        return at + span
    except OverflowError:
        return FIRST if span < _NOTHING else LAST
