# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of an object's text: the components and properties that a report asks for (RFC 4791 9.6.1 to 9.6.4)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ical.lines import Component, Document, read
from radicale_distrib.errors import Problem
from radicale_distrib.markup import caldav


@dataclass(frozen=True, slots=True)
class Part:
    """What is wanted of a component."""

    name: str
    props: Mapping[str, bool] | None
    """Properties by name, and whether their value is wanted; None: all of them."""
    parts: tuple["Part", ...] | None
    """Components inside of it; None: all of them, whole."""

    def of(self, raw: bytes) -> bytes:
        """Give this part of the calendar text *raw*."""
        document = read(raw)
        return b"".join(_lines(self, document, document.root))


def read_part(node: ET.Element) -> Part:
    """Read the `comp` element of a `calendar-data`; raises Problem where it is not about the calendar."""
    part = _part(node)
    if part.name != "VCALENDAR":
        raise Problem(400, message="the parts of calendar-data do not begin with VCALENDAR")
    return part


def _part(node: ET.Element) -> Part:
    """Read one element; where it names nothing, the component is wanted whole, as in the example of RFC 4791 7.8.1."""
    props = {p.get("name", "").upper(): p.get("novalue", "no").lower() != "yes" for p in node.iterfind(_PROP)}
    parts = tuple(_part(child) for child in node.iterfind(_COMP))
    whole = len(node) == 0
    return Part(
        node.get("name", "").upper(),
        None if whole or node.find(caldav("allprop")) is not None else props,
        None if whole or node.find(caldav("allcomp")) is not None else parts,
    )


_COMP, _PROP = caldav("comp"), caldav("prop")


def _lines(part: Part, document: Document, component: Component) -> Iterator[bytes]:
    yield document.lines[component.start].raw
    for _, line in document.own(component):
        if part.props is None or part.props.get(line.name):
            yield line.raw
        elif line.name in part.props:
            yield line.with_value("").raw
    for child in component.children:
        if part.parts is None:
            yield document.text_of(child)
        elif (wanted := next((one for one in part.parts if one.name == child.name), None)) is not None:
            yield from _lines(wanted, document, child)
    yield document.lines[component.stop - 1].raw
