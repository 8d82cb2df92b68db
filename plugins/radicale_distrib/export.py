# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole calendar as one iCalendar text, for GET on the collection."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import unescape

from gateway.model import Calendar, Rendered
from ical import lines
from radicale_distrib.markup import caldav

_UNESCAPED = re.compile(r"([\\;,])")


def export(calendar: Calendar, objects: Iterable[Rendered]) -> bytes:
    """Give all *objects* in one VCALENDAR; each time zone stands there once."""
    zones: dict[str, bytes] = {}
    components: list[bytes] = []
    for item in objects:
        document = lines.read(item.text)
        for child in document.root.children:
            if child.name == "VTIMEZONE":
                name = document.first(child, "TZID")
                zones.setdefault(name.value if name else "", document.text_of(child))
            else:
                components.append(document.text_of(child))
    return b"".join([_head(calendar), *zones.values(), *components, b"END:VCALENDAR\r\n"])


def _head(calendar: Calendar) -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Distrib//CalDAV//EN", f"X-WR-CALNAME:{_escape(calendar.name)}"]
    if description := calendar.props.get(caldav("calendar-description")):
        head.append(f"X-WR-CALDESC:{_escape(unescape(description))}")
    return b"".join(lines.fold(line) for line in head)


def _escape(value: str) -> str:
    return _UNESCAPED.sub(r"\\\1", value).replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")
