# SPDX-License-Identifier: GPL-3.0-or-later
"""A calendar text as a client holds it: components with lines, edited in memory and written anew.

Knows nothing of the code under test.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HOUSE = ZoneInfo("Europe/Oslo")
"""Where everybody works."""
ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
MAIN = ""
"""The instance of the component that has no RECURRENCE-ID."""
NOT_INHERITED = ("RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")
WIDTH = 75
"""Octets of a line before it is folded (RFC 5545 3.1)."""

_FOLD = re.compile(r"\r?\n[ \t]")
_HEAD = re.compile(r'(?:[^:"]|"[^"]*")*')
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^;:"])*)')


@dataclass(slots=True)
class Component:
    """A component: its own lines, and what is in it."""

    name: str
    lines: list[str] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)

    @property
    def instance(self) -> str:
        """Which instance it is of; MAIN where it says none."""
        found = self.named("RECURRENCE-ID")
        return moment(found[0]) if found else MAIN

    def named(self, name: str) -> list[str]:
        """Give the lines with this name."""
        return [line for line in self.lines if name_of(line) == name]

    def replace(self, old: str, new: str | None) -> None:
        """Put a line in the place of another, or take it away."""
        at = self.lines.index(old)
        self.lines[at : at + 1] = [] if new is None else [new]

    def set(self, line: str) -> None:
        """Put *line* instead of all lines of its name."""
        old = self.named(name_of(line))
        if not old:
            self.lines.append(line)
            return
        self.replace(old[0], line)
        for more in old[1:]:
            self.lines.remove(more)

    def drop(self, name: str) -> None:
        """Take all lines of a name away."""
        self.lines = [line for line in self.lines if name_of(line) != name]

    def text(self) -> Iterator[str]:
        """Give all lines, those of the components in it last."""
        yield f"BEGIN:{self.name}"
        yield from self.lines
        for child in self.children:
            yield from child.text()
        yield f"END:{self.name}"


def read(text: bytes) -> Component:
    """Read a VCALENDAR."""
    top = Component("")
    open_ones = [top]
    for line in unfolded(text):
        if line.startswith("BEGIN:"):
            child = Component(line.removeprefix("BEGIN:"))
            open_ones[-1].children.append(child)
            open_ones.append(child)
        elif line.startswith("END:"):
            open_ones.pop()
        else:
            open_ones[-1].lines.append(line)
    return top.children[0]


def unfolded(text: bytes) -> list[str]:
    """Give the content lines of a text."""
    return _FOLD.sub("", text.decode()).replace("\r\n", "\n").removesuffix("\n").split("\n")


def written(root: Component) -> bytes:
    """Write a VCALENDAR, folded."""
    return "".join(f"{_folded(line)}\r\n" for line in root.text()).encode()


def parts(root: Component) -> list[Component]:
    """Give the entry's components in the order of the text."""
    return [child for child in root.children if child.name in ENTRIES]


def part(root: Component, instance: str) -> Component | None:
    """Give the component of one instance, or None."""
    return next((p for p in parts(root) if p.instance == instance), None)


def with_override(root: Component, instance: str) -> Component:
    """Give the component of *instance*; a client makes it of the main one where there is none yet."""
    found = part(root, instance)
    if found is not None:
        return found
    new = deepcopy(part(root, MAIN) or parts(root)[0])
    start = new.named("DTSTART")[0]
    for name in NOT_INHERITED:
        new.drop(name)
    here = _in_the_form_of(start, instance)
    new.lines.insert(0, f"RECURRENCE-ID{head_of(start).removeprefix('DTSTART')}:{here}")
    for line in (line for line in list(new.lines) if name_of(line) in {"DTSTART", "DTEND", "DUE"}):
        new.replace(line, f"{head_of(line)}:{_shifted(value_of(line), value_of(start), here)}")
    new.children = []
    root.children.insert(root.children.index(parts(root)[-1]) + 1, new)
    return new


def name_of(line: str) -> str:
    """Give the name of a line."""
    return re.split("[;:]", line, maxsplit=1)[0].upper()


def head_of(line: str) -> str:
    """Give what stands before the value."""
    found = _HEAD.match(line)
    return found.group() if found else ""


def value_of(line: str) -> str:
    """Give the value of a line."""
    return line[len(head_of(line)) + 1 :]


def parameters(line: str) -> dict[str, str]:
    """Give the parameters of a line, without quotes."""
    return {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(head_of(line))}


def with_parameters(line: str, changed: Mapping[str, str]) -> str:
    """Give a line with parameters set, or taken away where the new value is ''."""
    told = {name.upper(): value for name, value in _PARAMETER.findall(head_of(line))}
    told |= {name: f'"{value}"' if re.search("[;:, ]", value) else value for name, value in changed.items()}
    head = "".join(f";{name}={value}" for name, value in told.items() if value)
    return f"{name_of(line)}{head}:{value_of(line)}"


def moment(line: str) -> str:
    """Give the time that a line says, as a date or in UTC."""
    return in_utc(value_of(line), parameters(line).get("TZID"))


def in_utc(value: str, zone: str | None = None) -> str:
    """Give a time in UTC, and a date as it is; without a zone the house's is meant."""
    if "T" not in value or value.endswith("Z"):
        return value
    local = datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(zone) if zone else HOUSE)
    return f"{local.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _in_the_form_of(start: str, instance: str) -> str:
    if "T" not in instance or value_of(start).endswith("Z"):
        return instance
    zone = parameters(start).get("TZID")
    at = datetime.strptime(instance, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return f"{at.astimezone(ZoneInfo(zone) if zone else HOUSE):%Y%m%dT%H%M%S}"


def _shifted(value: str, start: str, to: str) -> str:
    if "T" not in value:
        return f"{date.fromisoformat(value) + (date.fromisoformat(to) - date.fromisoformat(start)):%Y%m%d}"
    mark = "Z" if value.endswith("Z") else ""
    then = _read_clock(value) + (_read_clock(to) - _read_clock(start))
    return f"{then:%Y%m%dT%H%M%S}{mark}"


def _read_clock(value: str) -> datetime:
    return datetime.strptime(value.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - only differences are asked


def _folded(line: str) -> str:
    data, pieces = line.encode(), []
    while len(data) > WIDTH:
        at = WIDTH
        while data[at] & 0xC0 == 0x80:  # inside a character
            at -= 1
        pieces.append(data[:at].decode())
        data = b" " + data[at:]
    return "\r\n".join([*pieces, data.decode()])
