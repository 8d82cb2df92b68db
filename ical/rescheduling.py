# SPDX-License-Identifier: GPL-3.0-or-later
"""A component at another time: the lines that tell when it is, each in the form that it has; all others stay."""

from datetime import datetime, timedelta, tzinfo

from ical.edits import Edits, insert
from ical.governing import time_of
from ical.kinds import Kind
from ical.lines import Document, Line, fold
from ical.snapshot import Part, Snapshot
from ical.text import stamp
from ical.times import Moment, duration, instant, later, like, moment, when, written

CLOSES = {Kind.VEVENT: "DTEND", Kind.VTODO: "DUE"}
"""The line that tells when something of a kind ends."""
UTC_FORM = "19700101T000000Z"
"""A time as it is written where nothing tells of another form."""


def at_another_time(
    said: Snapshot, part: Part, start: Moment | None, end: Moment | None, zone: tzinfo, edits: Edits
) -> None:
    """Let *part* begin at *start* and end at *end*; a task may have one of them only, and None keeps what it has.

    A duration of the same length stays one. Floating times are in *zone*.
    """
    document, component, anchor = said.document, part.component, time_of(said, part)
    begins = start if start is not None else when(document, component).start
    new: dict[str, Moment | None] = {} if begins is None else {"DTSTART": begins}
    if not _ends_so(document, part, begins, end, zone):
        new |= {CLOSES[said.kind]: end, "DURATION": None}
    for place, line in document.each(component, *new):
        value = new.pop(line.name, None)  # a second line of a name says nothing
        edits[place] = () if value is None else (_at(line, value, document, zone).raw,)
    lines = [_named(name, anchor, value, document, zone) for name, value in new.items() if value is not None]
    insert(document, component, lines, (), edits)


def _ends_so(document: Document, part: Part, begins: Moment | None, end: Moment | None, zone: tzinfo) -> bool:
    """Tell whether what begins at *begins* ends at *end* by the lines that *part* has, but for its start."""
    component = part.component
    is_task = component.name == Kind.VTODO
    if is_task and end is None:
        return True
    close, lasting = document.first(component, CLOSES[Kind(component.name)]), document.first(component, "DURATION")
    if close is not None:
        ends: Moment | None = moment(close, document)
    elif lasting is not None and begins is not None:
        ends = later(begins, *duration(lasting))
    elif is_task or begins is None:
        ends = None
    else:
        ends = begins if isinstance(begins, datetime) else later(begins, 1, timedelta(0))
    return ends is not None and end is not None and _is_same(ends, end, zone)


def _is_same(one: Moment, other: Moment, zone: tzinfo) -> bool:
    return isinstance(one, datetime) is isinstance(other, datetime) and instant(one, zone) == instant(other, zone)


def _at(line: Line, value: Moment, document: Document, zone: tzinfo) -> Line:
    """Give *line* with another time, in the same form where that can say it."""
    before = moment(line, document)
    if isinstance(value, datetime) is isinstance(before, datetime):
        return line.with_value(written(like(value, before, zone), line, document, zone))
    if not isinstance(value, datetime):
        return line.with_parameters({"TZID": None, "VALUE": "DATE"}).with_value(f"{value.year:04}{value:%m%d}")
    return line.with_parameters({"TZID": None, "VALUE": None}).with_value(stamp(instant(value, zone)))


def _named(name: str, anchor: Line | None, value: Moment, document: Document, zone: tzinfo) -> bytes:
    """Give a line *name* in the form of *anchor*; without one in UTC, so that it needs no zone."""
    found = _at(anchor if anchor is not None else Line.of(fold(f"{name}:{UTC_FORM}")), value, document, zone)
    form = "".join(f";{key}={said}" for key, said in found.parameters if key in {"TZID", "VALUE"})
    return fold(f"{name}{form}:{found.value}")
