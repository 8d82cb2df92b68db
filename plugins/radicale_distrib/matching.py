# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a filter of one calendar object (RFC 4791 9.7 and 9.9)."""

from collections.abc import Iterator
from datetime import tzinfo

from ical.errors import ValueRefused
from ical.kinds import Kind
from ical.lines import Component, Document, Line, read
from ical.overlap import undated_overlaps
from ical.recurrence import occurrences
from ical.text import unescape
from ical.times import instant, moments, when
from radicale_distrib import alarms
from radicale_distrib.filter_rules import TIMES
from radicale_distrib.filters import CompFilter, ParamFilter, PropFilter, TimeRange

_TASK_TIMES = ("DTSTART", "DUE", "RECURRENCE-ID")
_ENDS = {"VEVENT": "DTEND", "VTODO": "DUE"}


def passes(wanted: CompFilter, text: bytes, zone: tzinfo) -> bool:
    """Tell whether the object *text* passes the filter; floating times are in *zone*."""
    document = read(text)
    if wanted.within is not None:
        entries = [child for child in document.root.children if child.name in Kind.__members__]
        if not _touches(document, entries, wanted.within, zone):
            return False
    return _holds(wanted, document, document.root, zone)


def is_plain(wanted: CompFilter) -> bool:
    """Tell whether the filter asks for nothing but a kind of entry: that needs no text."""
    return not (wanted.props or wanted.absent or wanted.within) and all(
        comp.name in Kind.__members__ and not (comp.absent or comp.within or comp.props or comp.comps)
        for comp in wanted.comps
    )


def _holds(wanted: CompFilter, document: Document, component: Component, zone: tzinfo) -> bool:
    return all(_prop_holds(prop, document, component, zone) for prop in wanted.props) and all(
        _comp_holds(comp, document, component, zone) for comp in wanted.comps
    )


def _comp_holds(wanted: CompFilter, document: Document, parent: Component, zone: tzinfo) -> bool:
    found = [child for child in parent.children if child.name == wanted.name]
    if wanted.absent:
        return not found
    if wanted.within is not None and wanted.name == "VALARM":
        found = [child for child in found if _rings(document, parent, child, wanted.within, zone)]
    elif wanted.within is not None and not _touches(document, found, wanted.within, zone):
        return False
    return any(_holds(wanted, document, child, zone) for child in found)


def _prop_holds(wanted: PropFilter, document: Document, component: Component, zone: tzinfo) -> bool:
    lines = [line for _, line in document.own(component) if line.name == wanted.name]
    if wanted.absent:
        return not lines
    if not lines and wanted.within is not None and wanted.name == _ENDS.get(component.name):
        return _ends_within(wanted, document, component, zone)
    return any(_line_holds(wanted, line, document, zone) for line in lines)


def _ends_within(wanted: PropFilter, document: Document, component: Component, zone: tzinfo) -> bool:
    """Where there is no DTEND or DUE, DTSTART and DURATION say it (RFC 4791 9.9)."""
    if wanted.within is None or wanted.match or wanted.params or document.first(component, "DURATION") is None:
        return False
    try:
        end = when(document, component).end
    except ValueRefused:
        return False
    return end is not None and wanted.within.start <= instant(end, zone) < wanted.within.end


def _line_holds(wanted: PropFilter, line: Line, document: Document, zone: tzinfo) -> bool:
    if wanted.within is not None and not _lies_within(line, document, wanted.within, zone):
        return False
    if wanted.match is not None and not wanted.match.accepts(unescape(line.value)):
        return False
    return all(_param_holds(param, line.parameter(param.name)) for param in wanted.params)


def _param_holds(wanted: ParamFilter, value: str | None) -> bool:
    if wanted.absent or value is None:
        return wanted.absent and value is None
    return wanted.match is None or wanted.match.accepts(value)


def _lies_within(line: Line, document: Document, within: TimeRange, zone: tzinfo) -> bool:
    if line.name not in TIMES:
        return False
    try:
        return any(within.start <= instant(begin, zone) < within.end for begin, _ in moments(line, document))
    except ValueRefused:
        return False


def _rings(document: Document, parent: Component, alarm: Component, within: TimeRange, zone: tzinfo) -> bool:
    try:
        return alarms.rings(document, parent, alarm, within, zone)
    except ValueRefused:
        return False


def _touches(document: Document, found: list[Component], within: TimeRange, zone: tzinfo) -> bool:
    """Tell whether any occurrence overlaps the range (RFC 4791 9.9)."""
    try:
        if any(undated_overlaps(document, task, within.start, within.end, zone) for task in _undated(document, found)):
            return True
        return bool(occurrences(document, within.start, within.end, zone, limit=1))
    except ValueRefused:
        return False


def _undated(document: Document, found: list[Component]) -> Iterator[Component]:
    """Give the tasks without a time; an override without one has that of the rules."""
    for component in found:
        if component.name == Kind.VTODO and document.places(component).keys().isdisjoint(_TASK_TIMES):
            yield component
