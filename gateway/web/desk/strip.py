# SPDX-License-Identifier: GPL-3.0-or-later
"""The visitor's own time around what they are asked to, half an hour by half an hour, as the pop-up draws it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.model import Brief
from gateway.services.conflicts import Conflict
from ical.kinds import Kind

HALF, HOUR, AROUND = timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2)
MOST = 24
"""So many hours are drawn; of what lasts longer nothing is."""


@dataclass(frozen=True, slots=True)
class Half:
    """Half an hour."""

    is_busy: bool
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour and its halves."""

    told: str
    halves: tuple[Half, Half]


def around(brief: Brief, zone: ZoneInfo) -> Brief:
    """Give *brief* as if it began two hours earlier and ended two hours later, by the full hours of *zone*."""
    start, end = brief.start, brief.end
    if brief.kind is not Kind.VEVENT or not isinstance(start, datetime) or not isinstance(end, datetime):
        return brief
    after = end + HOUR - timedelta(microseconds=1)
    return replace(brief, start=_full(start, zone) - AROUND, end=_full(after, zone) + AROUND)


def strip(brief: Brief, taken: Sequence[Conflict], zone: ZoneInfo) -> tuple[Hour, ...]:
    """Give the hours around what *brief* tells of, and when they are *taken*; none of a task or of whole days."""
    start, end, wide = brief.start, brief.end, around(brief, zone)
    if wide is brief or not isinstance(start, datetime) or not isinstance(end, datetime):
        return ()
    first, last = wide.start, wide.end
    if not isinstance(first, datetime) or not isinstance(last, datetime) or last - first > MOST * HOUR:
        return ()

    def half(at: datetime) -> Half:
        is_busy = any(one.start < at + HALF and at < one.end for one in taken)
        return Half(is_busy, start < at + HALF and at < max(end, start + HALF))

    hours = [first + n * HOUR for n in range((last - first) // HOUR)]
    return tuple(Hour(f"{at.astimezone(zone):%H}", (half(at), half(at + HALF))) for at in hours)


def _full(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
