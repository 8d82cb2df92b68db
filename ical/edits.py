# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of single lines of a raw text, gathered before they are made (`ical.lines.Document.spliced`)."""

from collections.abc import Mapping, Sequence

from ical.lines import Component, Document, Line, fold

Edits = dict[int, Sequence[bytes]]
"""The place of a line, and the raw lines that stand there instead."""


def replace(edits: Edits, place: int, old: Line, new: Line) -> None:
    """Put *new* at *place*, where *old* stands and says something else."""
    if new is not old:
        edits[place] = (new.raw,)


def take(component: Component, edits: Edits) -> None:
    """Take *component* away, and all that is in it."""
    edits.update(dict.fromkeys(range(component.start, component.stop), ()))


def take_alarms(component: Component, edits: Edits) -> None:
    """Take the alarms of *component* away."""
    for child in component.children:
        if child.name == "VALARM":
            take(child, edits)


def put(document: Document, component: Component, values: Mapping[str, str | None], edits: Edits) -> None:
    """Write the value of each property of *component* in place, append what is missing, take away what is None."""
    missing = {name: value for name, value in values.items() if value is not None}
    for place, line in document.each(component, *values):
        value = missing.pop(line.name, None)
        if value is None:
            edits[place] = ()
        else:
            replace(edits, place, line, line.with_value(value))
    insert(document, component, [fold(f"{name}:{value}") for name, value in missing.items()], (), edits)


def insert(
    document: Document, component: Component, lines: Sequence[bytes], alarms: Sequence[bytes], edits: Edits
) -> None:
    """Put *lines* behind the properties of *component*, and *alarms* before its end (RFC 5545 3.6.1: alarms last)."""
    if lines:
        first = component.children[0].start if component.children else component.stop - 1
        edits[first] = (*lines, *edits.get(first, (document.lines[first].raw,)))
    if alarms:
        end = component.stop - 1
        before = edits.get(end, (document.lines[end].raw,))
        edits[end] = (*before[:-1], *alarms, before[-1])
