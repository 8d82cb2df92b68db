# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of calendar-query (RFC 4791 9.7), as values; `matching` asks them of objects."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ical.kinds import Kind
from ical.text import parse_stamp
from ical.times import END, FIRST
from radicale_distrib import filter_rules
from radicale_distrib.errors import Problem, before_all, is_before_all
from radicale_distrib.markup import caldav

_COLLATIONS: dict[str, Callable[[str], str]] = {
    "i;ascii-casemap": lambda value: "".join(c.lower() if c.isascii() else c for c in value),
    "i;unicode-casemap": str.casefold,
    "i;octet": str,
}


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A range in UTC, `start` inclusive and `end` exclusive."""

    start: datetime
    end: datetime

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """The ends that were given, None where the range is open."""
        return (None if self.start == FIRST else self.start), (None if self.end == END else self.end)


@dataclass(frozen=True, slots=True)
class TextMatch:
    """`text-match`: a substring, under a collation."""

    text: str
    collation: str
    negated: bool

    def accepts(self, value: str) -> bool:
        """Tell whether *value* holds the text, or does not where the match is negated."""
        fold = _COLLATIONS[self.collation]
        return (fold(self.text) in fold(value)) != self.negated


@dataclass(frozen=True, slots=True)
class ParamFilter:
    """`param-filter`: what a parameter must be."""

    name: str
    absent: bool
    match: TextMatch | None


@dataclass(frozen=True, slots=True)
class PropFilter:
    """`prop-filter`: what a property must be."""

    name: str
    absent: bool
    within: TimeRange | None
    match: TextMatch | None
    params: tuple[ParamFilter, ...]


@dataclass(frozen=True, slots=True)
class CompFilter:
    """`comp-filter`: which components there must be, and what must be true of them."""

    name: str
    absent: bool
    within: TimeRange | None
    props: tuple[PropFilter, ...]
    comps: tuple["CompFilter", ...]

    @property
    def kind(self) -> Kind | None:
        """The one kind of entry that can pass, None where that cannot be told from the filter."""
        wanted = [comp for comp in self.comps if not comp.absent]
        return Kind(wanted[0].name) if len(wanted) == 1 and wanted[0].name in Kind.__members__ else None

    @property
    def time_range(self) -> TimeRange | None:
        """The range that an entry must touch in order to pass, None where any time may do."""
        wanted = [comp for comp in self.comps if not comp.absent]
        return self.within or (wanted[0].within if len(wanted) == 1 else None)

    @property
    def window(self) -> TimeRange | None:
        """The range of time, where the filter asks for the appointments in it and for nothing else."""
        if len(self.comps) != 1 or self.props or self.absent or self.within is not None:
            return None
        (comp,) = self.comps
        is_bare = not (comp.absent or comp.props or comp.comps)
        return comp.within if is_bare and comp.name == Kind.VEVENT else None


def read(node: ET.Element | None) -> CompFilter:
    """Read the `filter` element of a query; raises Problem `valid-filter` or `supported-filter`."""
    root = node.find(caldav("comp-filter")) if node is not None else None
    if root is None or root.get("name", "").upper() != "VCALENDAR":
        raise Problem(403, caldav("valid-filter"), message="the filter does not begin with VCALENDAR")
    filter_rules.check(root)
    return _comp_filter(root)


def time_range(node: ET.Element | None) -> TimeRange | None:
    """Read a `time-range` element, None where there is none; raises Problem `valid-filter` for a bad one."""
    if node is None:
        return None
    start, end = _instant(node.get("start")) or FIRST, _instant(node.get("end")) or END
    if start >= end or (node.get("start") is None and node.get("end") is None):
        raise Problem(403, caldav("valid-filter"), message="the time range is empty")
    return TimeRange(start, end)


def _comp_filter(node: ET.Element) -> CompFilter:
    name = node.get("name", "").upper()
    return CompFilter(
        name,
        node.find(caldav("is-not-defined")) is not None,
        time_range(node.find(caldav("time-range"))),
        tuple(_prop_filter(child) for child in node.iterfind(caldav("prop-filter"))),
        tuple(_comp_filter(child) for child in node.iterfind(caldav("comp-filter"))),
    )


def _prop_filter(node: ET.Element) -> PropFilter:
    return PropFilter(
        node.get("name", "").upper(),
        node.find(caldav("is-not-defined")) is not None,
        time_range(node.find(caldav("time-range"))),
        _text_match(node.find(caldav("text-match"))),
        tuple(
            ParamFilter(
                child.get("name", "").upper(),
                child.find(caldav("is-not-defined")) is not None,
                _text_match(child.find(caldav("text-match"))),
            )
            for child in node.iterfind(caldav("param-filter"))
        ),
    )


def _text_match(node: ET.Element | None) -> TextMatch | None:
    if node is None:
        return None
    collation = node.get("collation", "i;ascii-casemap")
    if collation in {"default", ""}:
        collation = "i;ascii-casemap"
    if collation not in _COLLATIONS:
        raise Problem(403, caldav("supported-collation"), message=f"{collation[:40]} is no collation of ours")
    return TextMatch(node.text or "", collation, node.get("negate-condition", "no").lower() == "yes")


def _instant(value: str | None) -> datetime | None:
    at = parse_stamp(value)
    if value is not None and is_before_all(value):
        raise before_all(f"{value[:40]} lies before the year 1")
    if value is not None and at is None:
        raise Problem(403, caldav("valid-filter"), message=f"{value[:40]} is no UTC time")
    return at
