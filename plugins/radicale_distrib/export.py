# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole calendar as one iCalendar text, for GET on the collection."""

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import unescape

from gateway.model import Calendar, Rendered
from ical import lines
from radicale_distrib.markup import caldav

_UNESCAPED = re.compile(r"([\\;,])")


END = "END:VCALENDAR\r\n"


def export(calendar: Calendar, objects: Iterable[Rendered]) -> bytes:
    """Give all *objects* in one VCALENDAR; each time zone stands there once."""
    return "".join([head(calendar), *Components().of(objects), END]).encode()


class Components:
    """Takes objects apart. A class, because it remembers which time zones it has given: one for each export."""

    def __init__(self) -> None:
        self._zones: set[str] = set()

    def of(self, objects: Iterable[Rendered]) -> Iterator[str]:
        """Give the components of *objects*; a time zone stands before the first that needs it, and not again."""
        for item in objects:
            document = lines.read(item.text)
            for child in document.root.children:
                if self._is_new(document, child):
                    yield document.text_of(child).decode()

    def _is_new(self, document: lines.Document, component: lines.Component) -> bool:
        if component.name != "VTIMEZONE":
            return True
        line = document.first(component, "TZID")
        name = line.value if line is not None else ""
        is_new = name not in self._zones
        self._zones.add(name)
        return is_new


def head(calendar: Calendar) -> str:
    """Give what stands before the components: name and description of *calendar* among it."""
    written = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Distrib//CalDAV//EN",
        f"X-WR-CALNAME:{_escape(calendar.name)}",
    ]
    if description := calendar.props.get(caldav("calendar-description")):
        written.append(f"X-WR-CALDESC:{_escape(unescape(description))}")
    return b"".join(lines.fold(line) for line in written).decode()


def _escape(value: str) -> str:
    return _UNESCAPED.sub(r"\\\1", value).replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")
