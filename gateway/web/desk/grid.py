# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are drawn on a sheet of days: beside each other where they meet, and never on top of one another.

Positions are steps and lanes, of which `static/desk/grid.css` has a class each: the pages' policy allows no styles
inside of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Generic, TypeVar

STEP = timedelta(minutes=5)
HOUR = 12
STEPS = 24 * HOUR
"""Of a day, as the clocks show it."""
LEAST = 6
"""Steps that anything is drawn over, so that a hand can meet it."""
LOW = 10
"""Steps that two lines need: what is lower has one, which ends with an ellipsis where it is too long."""
MOST_LANES, MOST_BARS = 12, 60
"""Of which there are classes."""

Some = TypeVar("Some")


@dataclass(frozen=True, slots=True)
class Slot:
    """A piece of one day: which one of those shown, and from which step on for how many."""

    day: int
    first: int
    rows: int

    @property
    def last(self) -> int:
        """The step after it."""
        return self.first + self.rows


@dataclass(frozen=True, slots=True)
class Placed(Generic[Some]):
    """Something in a lane of its own, of so many that share the width there."""

    what: Some
    slot: Slot
    lane: int
    lanes: int


@dataclass(frozen=True, slots=True)
class More:
    """So many things for which no lane is left."""

    number: int
    slot: Slot
    lane: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Bar(Generic[Some]):
    """Something that lasts whole days, from one of those shown on for so many."""

    what: Some
    first: int
    days: int
    lane: int


def slots(start: datetime, end: datetime, days: Sequence[date], zone: tzinfo) -> Iterator[Slot]:
    """Give the piece of each of *days* that *start* to *end* takes, as the clocks of *zone* show it.

    The hour that is there twice in autumn is one hour of the sheet; what lies in it wholly keeps its length.
    """
    begin, close = start.astimezone(zone), end.astimezone(zone)
    for number, day in enumerate(days):
        if begin.date() > day or close.date() < day or (close.date() == day > begin.date() and close.time() == time()):
            continue
        first = _step(begin) if begin.date() == day else 0
        last = _step(close, up=True) if close.date() == day else STEPS
        if begin.date() == close.date() and last <= first:
            last = first + -((start - end) // STEP)
        yield _within(number, first, last)


def _step(at: datetime, *, up: bool = False) -> int:
    since = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    return -(-since // STEP) if up else since // STEP


def _within(day: int, first: int, last: int) -> Slot:
    """Give what is long enough to be met, moved up where the day ends."""
    rows = min(max(last - first, LEAST), STEPS)
    return Slot(day, min(first, STEPS - rows), rows)


def laid(pieces: Sequence[tuple[Slot, Some]], *, most: int) -> tuple[list[Placed[Some]], list[More]]:
    """Give a lane to each of *pieces*; where more than *most* meet, the last lane tells how many are left out."""
    found: list[Placed[Some]] = []
    left_out: list[More] = []
    ordered = sorted(pieces, key=lambda piece: (piece[0].day, piece[0].first, -piece[0].rows))
    for together in _clusters(ordered):
        placed, rest = _lanes(together, most)
        lanes = most if rest else max(lane for lane, _ in placed) + 1
        found += (Placed(what, slot, lane, lanes) for lane, (slot, what) in placed)
        left_out += (More(number, slot, lanes - 1, lanes) for slot, number in _merged(rest))
    return found, left_out


def _clusters(ordered: Sequence[tuple[Slot, Some]]) -> Iterator[list[tuple[Slot, Some]]]:
    """Give those together that meet, directly or by others between them."""
    together: list[tuple[Slot, Some]] = []
    day, until = -1, 0
    for slot, what in ordered:
        if together and (slot.day != day or slot.first >= until):
            yield together
            together = []
        until = slot.last if not together else max(until, slot.last)
        day = slot.day
        together.append((slot, what))
    if together:
        yield together


_Laned = list[tuple[int, tuple[Slot, Some]]]


def _lanes(together: Sequence[tuple[Slot, Some]], most: int) -> tuple[_Laned[Some], list[Slot]]:
    """Give each the first lane that is free; with too many of them the last lane stays free, and some are left out."""
    placed, rest = _filled(together, most)
    return _filled(together, most - 1) if rest else (placed, rest)


def _filled(together: Sequence[tuple[Slot, Some]], most: int) -> tuple[_Laned[Some], list[Slot]]:
    free: list[int] = []
    placed: _Laned[Some] = []
    rest: list[Slot] = []
    for piece in together:
        slot = piece[0]
        lane = next((number for number, until in enumerate(free) if until <= slot.first), len(free))
        if lane >= most:
            rest.append(slot)
            continue
        free[lane : lane + 1] = [slot.last]
        placed.append((lane, piece))
    return placed, rest


def _merged(rest: Sequence[Slot]) -> Iterator[tuple[Slot, int]]:
    """Give one slot for those left out that meet, and how many they are."""
    for together in _clusters([(slot, None) for slot in rest]):
        first, last = together[0][0].first, max(slot.last for slot, _ in together)
        yield Slot(together[0][0].day, first, last - first), len(together)


def bars(spans: Sequence[tuple[int, int, Some]], *, most: int) -> tuple[list[Bar[Some]], Mapping[int, int]]:
    """Give a lane to each of *spans* (first day, last day), at most so many, and on which day how many are left out."""
    free: list[int] = []
    found: list[Bar[Some]] = []
    left_out: dict[int, int] = {}
    for first, last, what in sorted(spans, key=lambda span: (span[0], -span[1])):
        lane = next((number for number, until in enumerate(free) if until < first), len(free))
        if lane >= most:
            left_out[first] = left_out.get(first, 0) + 1
            continue
        free[lane : lane + 1] = [last]
        found.append(Bar(what, first, last - first + 1, lane))
    return found, left_out


def hours(taken: Sequence[Slot], *, first: int, last: int) -> tuple[int, int]:
    """Give from which hour to which a sheet is drawn: from *first* to *last*, or wider where something lies outside."""
    begins = min((slot.first // HOUR for slot in taken), default=first)
    ends = max((-(-slot.last // HOUR) for slot in taken), default=last)
    return min(begins, first), max(ends, last)
