# SPDX-License-Identifier: GPL-3.0-or-later
"""Occurrences without a component of their own: what speaks for each, when it is, and a component made of that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from ical.edits import Edits
from ical.errors import ValueRefused
from ical.instances import SERIES, InstanceId
from ical.lines import Line, fold
from ical.ranges import Range, ranges
from ical.recurrence import schedule_of
from ical.series import Series, series_of
from ical.snapshot import Part, Snapshot
from ical.times import Moment, instance_at, instant, later, like, like_clock, moment_of, written

REPEATING = ("RRULE", "RDATE", "EXDATE", "EXRULE")
"""Lines that make a series of a component."""
ENDS = ("DTEND", "DUE", "DURATION")
FORM = ("TZID", "VALUE")
"""Parameters that tell how a time is written."""


@dataclass(frozen=True, slots=True)
class Day:
    """An occurrence that has no component of its own."""

    part: Part
    """What speaks for it."""
    begin: Moment
    close: Moment | None
    """Its own end (RDATE;VALUE=PERIOD); None: it lasts as long as the others of *part*."""


class Days:
    """The occurrences of a text, each as the series has it, or a range that speaks for it (RFC 5545 3.2.13)."""

    def __init__(self, said: Snapshot, zone: ZoneInfo) -> None:
        self._said, self._zone = said, zone
        self._main = said.part(SERIES)

    @cached_property
    def _series(self) -> Series | None:
        return series_of(self._said.document, self._main.component, self._zone) if self._main is not None else None

    @cached_property
    def _parts(self) -> Mapping[int, Part]:
        return {part.component.start: part for part in self._said.parts}

    @cached_property
    def _ranges(self) -> Sequence[Range]:
        overrides = (part.component for part in self._said.parts if part.instance != SERIES)
        return ranges(self._said.document, overrides, self._zone)

    def part(self, instance: InstanceId) -> Part | None:
        """Give the component that speaks for *instance*: its own, a range's, or the series'."""
        return self._said.part(instance) or self.governing(instance)

    def governing(self, instance: InstanceId) -> Part | None:
        """Give the component that speaks for *instance*, where none is about it alone."""
        found = self._range(instance)
        return self._main if found is None else self._parts[found.series.component.start]

    def is_off(self, instance: InstanceId) -> bool:
        """Tell whether what speaks for *instance* says that it is called off."""
        part = self.part(instance)
        return part is not None and self._said.is_off(part)

    def of(self, instance: InstanceId) -> Day | None:
        """Give *instance* as it is where no component is about it alone; None where nothing speaks for it."""
        value = moment_of(instance)
        if value is None or self._series is None or self._main is None:
            return None
        found = self._range(instance)
        if found is not None:
            return Day(self._parts[found.series.component.start], found.begin(value, self._zone), None)
        return Day(self._main, like(value, self._series.anchor, self._zone), self._own_end(instance))

    def placed(self, instance: InstanceId) -> tuple[InstanceId, timedelta | None] | None:
        """Give the name that its start has, and how long it lasts, where no component is about *instance* alone."""
        day = self.of(instance)
        if day is None:
            return None
        if day.close is not None:
            return instance_at(day.begin), instant(day.close, self._zone) - instant(day.begin, self._zone)
        return instance_at(day.begin), schedule_of(self._said.document, day.part.component, self._zone).length

    def starting(self, value: Moment) -> Iterator[InstanceId]:
        """Give the names that an occurrence may have which a range lets start at *value*."""
        if self._series is None:
            return
        for one in self._ranges:
            name = instance_at(like(one.by_the_rules(value, self._zone), self._series.anchor, self._zone))
            if self._said.part(name) is None and self._range(name) is one:
                yield name

    def component(self, instance: InstanceId) -> bytes:
        """Give a component about *instance* alone, which says what speaks for it, and when it is by that."""
        day = self.of(instance)
        if day is None:
            raise ValueRefused("RECURRENCE-ID", instance)
        document, component = self._said.document, day.part.component
        edits: Edits = {place: () for place, _ in document.each(component, *REPEATING, "RECURRENCE-ID")}
        self._write_times(day, edits)
        first = component.start
        behind = next((place for place, _ in document.each(component, "DTSTART", "DUE", "RECURRENCE-ID")), first)
        edits[behind] = (*edits.get(behind, (document.lines[behind].raw,)), self.dated("RECURRENCE-ID", instance))
        lines = document.lines
        return b"".join(raw for p in range(first, component.stop) for raw in edits.get(p, (lines[p].raw,)))

    def exdate(self, instance: InstanceId) -> bytes:
        """Give the line that takes *instance* out of the series."""
        return self.dated("EXDATE", instance)

    def dated(self, name: str, instance: InstanceId) -> bytes:
        """Give line *name* about *instance*, in the form of the series' start."""
        value, main = moment_of(instance), self._main
        anchor = time_of(self._said, main) if main is not None else None
        if value is None or anchor is None or self._series is None:
            raise ValueRefused(name, instance)
        return fold(f"{name}{_form(anchor)}:{self._written(like(value, self._series.anchor, self._zone), anchor)}")

    def _range(self, instance: InstanceId) -> Range | None:
        value, own = moment_of(instance), self._said.part(instance)
        if value is None or not self._ranges:
            return None
        at, alone = instant(value, self._zone), own.component if own is not None else None
        return next((one for one in self._ranges if one.original <= at and one.series.component is not alone), None)

    def _own_end(self, instance: InstanceId) -> Moment | None:
        series = self._series
        if series is None or instance == instance_at(series.anchor):
            return None
        periods = ((begin, close) for begin, close in series.rdates if close is not None)
        named = ((instance_at(like_clock(begin, series.anchor, self._zone)), close) for begin, close in periods)
        return next((close for name, close in named if name == instance), None)

    def _write_times(self, day: Day, edits: Edits) -> None:
        """Let the component that speaks for *day* say when that is."""
        document, component = self._said.document, day.part.component
        anchor, series = time_of(self._said, day.part), series_of(document, component, self._zone)
        if anchor is None or series is None:
            return  # RECURRENCE-ID tells when it is
        close = day.close or later(day.begin, series.days, series.clock)
        for place, line in document.each(component, "DTSTART", *ENDS):
            if line is anchor:
                edits[place] = (line.with_value(self._written(day.begin, line)).raw, *self._own_end_line(day, line))
            elif day.close is not None:
                edits[place] = ()
            elif line.name != "DURATION":
                edits[place] = (line.with_value(self._written(close, line)).raw,)

    def _own_end_line(self, day: Day, anchor: Line) -> Iterator[bytes]:
        """Give the end of a day that has its own, in the form of its start."""
        if day.close is not None and anchor.name == "DTSTART":
            name = "DUE" if day.part.component.name == "VTODO" else "DTEND"
            yield fold(f"{name}{_form(anchor)}:{self._written(like(day.close, day.begin, self._zone), anchor)}")

    def _written(self, value: Moment, line: Line) -> str:
        return written(value, line, self._said.document, self._zone)


def time_of(said: Snapshot, part: Part) -> Line | None:
    """Give the line that a component's rules and names go by: DUE of a task that has nothing else."""
    return said.document.first(part.component, "DTSTART") or said.document.first(part.component, "DUE")


def _form(line: Line) -> str:
    return "".join(f";{name}={value}" for name, value in line.parameters if name in FORM)
