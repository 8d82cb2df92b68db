# SPDX-License-Identifier: GPL-3.0-or-later
"""Overrides that speak for all later occurrences too (RFC 5545 3.2.13, RANGE=THISANDFUTURE)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from ical.lines import Component, Document
from ical.series import Series, series_of
from ical.times import Moment, clock_of, instant, like, moment


@dataclass(frozen=True, slots=True)
class Range:
    """An override, and from when on it speaks for what has none."""

    original: datetime
    """When the first of its occurrences was to start (UTC)."""
    series: Series
    """The override's own component: its anchor is when that occurrence starts."""
    by: timedelta
    """How much later than by the rules each of them starts, by the clocks."""

    @property
    def margin(self) -> timedelta:
        """How far an occurrence may be from where the rules have it, whatever the clocks do."""
        return abs(self.by) + timedelta(days=2)

    def begin(self, at: Moment, zone: tzinfo) -> Moment:
        """Give when the occurrence starts that the rules have *at*; by the clocks, in winter and in summer."""
        return self._later(at, self.by, zone)

    def by_the_rules(self, begin: Moment, zone: tzinfo) -> Moment:
        """Give when the rules have the occurrence that starts at *begin*."""
        return self._later(begin, -self.by, zone)

    def _later(self, value: Moment, by: timedelta, zone: tzinfo) -> Moment:
        anchor = self.series.anchor
        same = like(value, anchor, zone)
        try:
            moved = clock_of(same) + by
        except OverflowError:
            return same
        return moved.replace(tzinfo=anchor.tzinfo) if isinstance(anchor, datetime) else moved.date()


def speaks_on(document: Document, component: Component) -> bool:
    """Tell whether *component* says that it is about all later occurrences too."""
    line = document.first(component, "RECURRENCE-ID")
    return line is not None and (line.parameter("RANGE") or "").upper() == "THISANDFUTURE"


def ranges(document: Document, overrides: Iterable[Component], zone: tzinfo) -> list[Range]:
    """Give those of *overrides* that speak for all later ones too, the latest first."""
    found: list[Range] = []
    for component in overrides:
        line = document.first(component, "RECURRENCE-ID")
        series = series_of(document, component, zone) if speaks_on(document, component) else None
        if line is not None and series is not None:
            original = moment(line, document)
            by = clock_of(series.anchor) - clock_of(like(original, series.anchor, zone))
            found.append(Range(instant(original, zone), series, by))
    return sorted(found, key=lambda one: one.original, reverse=True)
