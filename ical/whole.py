# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects in one iCalendar text: a whole calendar, as programs export and import it."""

import re
from collections.abc import Iterable, Iterator

from ical import lines

END = "END:VCALENDAR\r\n"
_UNESCAPED = re.compile(r"([\\;,])")


class Components:
    """Takes objects apart. A class, because it remembers which time zones it has given: one for each export."""

    def __init__(self) -> None:
        self._zones: set[str] = set()

    def of(self, texts: Iterable[bytes]) -> Iterator[str]:
        """Give the components of objects; a time zone stands before the first that needs it, and not again."""
        for text in texts:
            document = lines.read(text)
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


def head(name: str, description: str | None) -> str:
    """Give what stands before the components of a calendar that is called *name*."""
    written = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Distrib//CalDAV//EN", f"X-WR-CALNAME:{_escape(name)}"]
    if description:
        written.append(f"X-WR-CALDESC:{_escape(description)}")
    return b"".join(lines.fold(line) for line in written).decode()


def _escape(value: str) -> str:
    return _UNESCAPED.sub(r"\\\1", value).replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")
