# SPDX-License-Identifier: GPL-3.0-or-later
"""calendar-data: the whole object, its occurrences in a range, or the overrides that matter there (RFC 4791 9.6)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from ical.errors import ValueRefused
from ical.lines import Component, Document, Line, fold, read
from ical.overlap import overlaps
from ical.recurrence import Occurrence, occurrences
from ical.text import parse_stamp, stamp
from ical.times import LAST, instant, moment, when
from radicale_distrib import filters, selection
from radicale_distrib.errors import Problem
from radicale_distrib.filters import TimeRange
from radicale_distrib.markup import caldav, dav, octets
from radicale_distrib.selection import Part

MAX_OCCURRENCES = 1000
"""Occurrences of one object that `expand` gives."""

_REPEATING = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DTSTART", "DTEND", "DUE", "DURATION"})


@dataclass(frozen=True, slots=True)
class Data:
    """What a client wants of an object's text."""

    expand: TimeRange | None = None
    limit: TimeRange | None = None
    """Where given, overrides that do not matter in it are left out."""
    part: Part | None = None

    def of(self, raw: bytes, zone: tzinfo) -> str:
        """Give the XML inside `calendar-data` for the object *raw*."""
        if self.expand is not None:
            raw = expanded(raw, self.expand, zone)
        elif self.limit is not None:
            raw = limited(raw, self.limit, zone)
        if self.part is not None:
            raw = self.part.of(raw)
        return octets(raw)


def wanted(node: ET.Element) -> Data:
    """Read a `calendar-data` element; raises Problem where it asks for another format, or for what is nothing."""
    kind, version = node.get("content-type", "text/calendar"), node.get("version", "2.0")
    if kind.lower() != "text/calendar" or version != "2.0":
        raise Problem(403, caldav("supported-calendar-data"), message=f"{kind} {version} is not served")
    part = node.find(caldav("comp"))
    return Data(
        _range(node.find(caldav("expand"))),
        _range(node.find(caldav("limit-recurrence-set"))),
        selection.read_part(part) if part is not None else None,
    )


def expanded(raw: bytes, within: TimeRange, zone: tzinfo) -> bytes:
    """Give *raw* with each occurrence in the range as a component of its own, in UTC and without rules.

    What does not repeat is given whenever it is. Floating times stay what they are: they have no zone to be taken from.
    """
    document = read(raw)
    if not any(child.name != "VTIMEZONE" and _repeats(document, child) for child in document.root.children):
        return _without_zones(document, zone)
    found = occurrences(document, within.start, within.end, zone, limit=MAX_OCCURRENCES + 1)
    if len(found) > MAX_OCCURRENCES:
        raise Problem(
            403,
            dav("number-of-matches-within-limits"),
            message=f"an object takes place more than {MAX_OCCURRENCES} times in the range: ask for a shorter one",
        )
    head = [line.raw for _, line in document.own(document.root)]
    bodies = [b"".join(_component(document, one, zone)) for one in found]
    return b"".join([b"BEGIN:VCALENDAR\r\n", *head, *bodies, b"END:VCALENDAR\r\n"])


def limited(raw: bytes, within: TimeRange, zone: tzinfo) -> bytes:
    """Give *raw* without the overrides that lie outside of the range now, and did so by the rules (RFC 4791 9.6.6)."""
    document = read(raw)
    entries = [child for child in document.root.children if child.name != "VTIMEZONE"]
    main = next((c for c in entries if document.first(c, "RECURRENCE-ID") is None), None)
    try:
        gone = [c for c in entries if c is not main and not _matters(document, c, main or c, within, zone)]
    except ValueRefused:
        return raw
    return document.spliced({place: () for c in gone for place in range(c.start, c.stop)})


def _range(node: ET.Element | None) -> TimeRange | None:
    if node is not None and (node.get("start") is None or node.get("end") is None):
        raise Problem(400, message="expand and limit-recurrence-set need a start and an end")
    return filters.time_range(node)


def _matters(document: Document, override: Component, main: Component, within: TimeRange, zone: tzinfo) -> bool:
    line = document.first(override, "RECURRENCE-ID")
    if line is None:
        return True
    original = instant(moment(line, document), zone)
    if (line.parameter("RANGE") or "").upper() == "THISANDFUTURE" and original < within.end:
        return True
    begin, end = _interval(document, override, zone) or (original, original)
    first, last = _interval(document, main, zone) or (original, original)
    by_rule = original + min(last - first, LAST - original)
    return overlaps(document, override, begin, end, within.start, within.end) or overlaps(
        document, main, original, by_rule, within.start, within.end
    )


def _interval(document: Document, component: Component, zone: tzinfo) -> tuple[datetime, datetime] | None:
    at = when(document, component)
    first = at.start if at.start is not None else at.end
    if first is None:
        return None
    begin = instant(first, zone)
    return begin, instant(at.end, zone) if at.end is not None else begin


def _repeats(document: Document, component: Component) -> bool:
    return any(document.first(component, name) is not None for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _component(document: Document, one: Occurrence, zone: tzinfo) -> Iterator[bytes]:
    component = one.component
    floating = _is_floating(document, component)
    yield fold(f"BEGIN:{component.name}")
    if one.instance:
        yield _recurrence_id(document, one, zone, floating=floating)
    has = document.places(component)
    if "DTSTART" in has or component.name == "VEVENT":
        yield _time("DTSTART", one.start, one, zone, floating=floating)
    # RFC 5545 3.6.3: a journal has no end, even where its text names one.
    if component.name != "VJOURNAL" and any(name in has for name in ("DTEND", "DUE", "DURATION")):
        yield _time("DUE" if component.name == "VTODO" else "DTEND", one.end, one, zone, floating=floating)
    for _, line in document.own(component):
        if line.name not in _REPEATING:
            yield _in_utc(line, document, zone).raw
    for child in component.children:
        yield document.text_of(child)
    yield fold(f"END:{component.name}")


def _recurrence_id(document: Document, one: Occurrence, zone: tzinfo, *, floating: bool) -> bytes:
    line = document.first(one.component, "RECURRENCE-ID")
    at = parse_stamp(one.instance)
    if at is None:  # a day, or the clock of a floating series
        return fold(f"RECURRENCE-ID{':' if 'T' in one.instance else ';VALUE=DATE:'}{one.instance}")
    floats = floating if line is None else _floats(line, document)
    return fold(f"RECURRENCE-ID:{_local(at, zone) if floats else stamp(at)}")


def _time(name: str, at: datetime, one: Occurrence, zone: tzinfo, *, floating: bool) -> bytes:
    if one.all_day:
        return fold(f"{name};VALUE=DATE:{_local(at, zone)[: len('20261208')]}")
    return fold(f"{name}:{_local(at, zone) if floating else stamp(at)}")


def _local(at: datetime, zone: tzinfo) -> str:
    try:
        local = at.astimezone(zone)
    except OverflowError:  # the clocks of the zone go behind the last day there is
        local = at
    return f"{local.year:04}{local:%m%dT%H%M%S}"


def _is_floating(document: Document, component: Component) -> bool:
    named = (document.first(component, name) for name in ("DTSTART", "DUE", "RECURRENCE-ID"))
    line = next((line for line in named if line is not None), None)
    return line is not None and _floats(line, document)


def _floats(line: Line, document: Document) -> bool:
    at = moment(line, document)
    return isinstance(at, datetime) and at.tzinfo is None


def _without_zones(document: Document, zone: tzinfo) -> bytes:
    edits: dict[int, Sequence[bytes]] = {}
    for child in document.root.children:
        for place, line in enumerate(document.lines[child.start : child.stop], child.start):
            if child.name == "VTIMEZONE":
                edits[place] = ()
            elif (told := _in_utc(line, document, zone)) is not line:
                edits[place] = (told.raw,)
    return document.spliced(edits)


def _in_utc(line: Line, document: Document, zone: tzinfo) -> Line:
    """Give *line* with its one time in UTC where that is in a zone; any other line as it is."""
    if line.parameter("TZID") is None:
        return line
    try:
        at = moment(line, document)
    except ValueRefused:
        return line
    told = line.with_parameters({"TZID": None})
    return told.with_value(stamp(instant(at, zone))) if isinstance(at, datetime) and at.tzinfo is not None else told
