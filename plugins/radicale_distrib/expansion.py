# SPDX-License-Identifier: GPL-3.0-or-later
"""calendar-data: the whole object, its occurrences in a range, or a part of it (RFC 4791 9.6)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.lines import Component, Document, fold, read
from ical.recurrence import Occurrence, occurrences
from ical.text import stamp
from radicale_distrib import filters
from radicale_distrib.errors import Problem
from radicale_distrib.filters import TimeRange
from radicale_distrib.markup import caldav, text

MAX_OCCURRENCES = 1000
"""Occurrences of one object that `expand` gives."""

_REPEATING = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DTSTART", "DTEND", "DUE", "DURATION"})


@dataclass(frozen=True, slots=True)
class Data:
    """What a client wants of an object's text."""

    expand: TimeRange | None = None

    def of(self, raw: bytes, zone: ZoneInfo) -> str:
        """Give the XML inside `calendar-data` for the object *raw*."""
        if self.expand is not None:
            raw = expanded(raw, self.expand, zone)
        return text(raw.decode())


def wanted(node: ET.Element) -> Data:
    """Read a `calendar-data` element; raises Problem where it asks for another format."""
    kind, version = node.get("content-type", "text/calendar"), node.get("version", "2.0")
    if kind.lower() != "text/calendar" or version != "2.0":
        raise Problem(403, caldav("supported-calendar-data"), message=f"{kind} {version} is not served")
    within = filters.time_range(node.find(caldav("expand")))
    return Data(within)


def expanded(raw: bytes, within: TimeRange, zone: ZoneInfo) -> bytes:
    """Give *raw* with each occurrence in the range as a component of its own, in UTC and without rules."""
    document = read(raw)
    if not any(child.name != "VTIMEZONE" and _repeats(document, child) for child in document.root.children):
        return raw
    found = occurrences(document, within.start, within.end, zone, limit=MAX_OCCURRENCES)
    head = [line.raw for _, line in document.own(document.root)]
    bodies = [b"".join(_component(document, one, zone)) for one in found]
    return b"".join([b"BEGIN:VCALENDAR\r\n", *head, *bodies, b"END:VCALENDAR\r\n"])


def _repeats(document: Document, component: Component) -> bool:
    return any(document.first(component, name) is not None for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _component(document: Document, one: Occurrence, zone: ZoneInfo) -> Iterator[bytes]:
    component = one.component
    yield fold(f"BEGIN:{component.name}")
    if one.instance:
        value = ";VALUE=DATE" if len(one.instance) == len("20261008") else ""
        yield fold(f"RECURRENCE-ID{value}:{one.instance}")
    has = {line.name for _, line in document.own(component)}
    if "DTSTART" in has:
        yield _time("DTSTART", one.start, one, zone)
    if has & {"DTEND", "DUE", "DURATION"}:
        yield _time("DUE" if component.name == "VTODO" else "DTEND", one.end, one, zone)
    for _, line in document.own(component):
        if line.name not in _REPEATING:
            yield line.raw
    for child in component.children:
        yield document.text_of(child)
    yield fold(f"END:{component.name}")


def _time(name: str, at: datetime, one: Occurrence, zone: ZoneInfo) -> bytes:
    if not one.all_day:
        return fold(f"{name}:{stamp(at)}")
    return fold(f"{name};VALUE=DATE:{at.astimezone(zone):%Y%m%d}")
