# SPDX-License-Identifier: GPL-3.0-or-later
"""A stream of calendars with many entries in it, as programs export them: where each entry stands, found in one pass.

Nothing is kept of the text but places, so a stream may be as long as it likes. What is found is put together to one
calendar object per UID (RFC 4791 4.1), with the time zones that it names, and read like any other text then.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ical.errors import NotCalendarData
from ical.kinds import Kind

PIECE = 64 * 1024
"""Bytes of a stream that are read at once: no line break may come for ever."""
_HEAD = frozenset({"VERSION", "PRODID", "CALSCALE"})
"""What an object keeps of the calendar that it stood in; the rest is about the whole (METHOD, NAME, X-WR-CALNAME …)."""
_NAMES = ("NAME", "X-WR-CALNAME")
_COLOURS = ("COLOR", "X-APPLE-CALENDAR-COLOR", "X-OUTLOOK-COLOR")
_REMEMBERED = 4096
"""Bytes of a line that are looked at: a UID, a name, and the parameters of a time are shorter."""
_KINDS = frozenset(Kind)
_ZONE = re.compile(rb';TZID=("[^"]*"|[^;:,]*)', re.IGNORECASE)
_FOLDED = re.compile(rb"\r?\n[ \t]")
_DEPTH = 8

Place = tuple[int, int]
"""First byte of something in the stream, and the first behind it."""


@dataclass(frozen=True, slots=True)
class Found:
    """All of one UID in a calendar."""

    uid: str
    kind: str
    parts: tuple[Place, ...]
    zones: tuple[Place, ...]
    """The VTIMEZONEs that it names, as far as they are there."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A calendar of the stream."""

    place: Place
    head: bytes
    """The lines that each of its objects keeps."""
    is_bare: bool
    """There are no other lines in its head: what holds one UID is an object as it is."""
    name: str | None
    colour: str | None
    entries: tuple[Found, ...]
    nameless: int
    """Entries without a UID."""
    others: tuple[str, ...]
    """Kinds of components that are no entries, as VFREEBUSY."""


@dataclass(slots=True)
class _Open:
    """A component that has not ended yet."""

    name: str
    start: int
    uid: str = ""
    zones: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Calendar:
    start: int
    head: list[bytes] = field(default_factory=list)
    is_bare: bool = True
    names: dict[str, str] = field(default_factory=dict)
    zones: dict[str, Place] = field(default_factory=dict)
    parts: dict[tuple[str, str], list[Place]] = field(default_factory=dict)
    needed: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    nameless: int = 0
    others: set[str] = field(default_factory=set)


def calendars(pieces: Iterable[bytes]) -> Iterator[Whole]:
    """Give the calendars of a stream that comes in *pieces*: lines, of which the longest may be cut.

    Raises NotCalendarData where BEGIN and END do not match; what came before is given by then.
    """
    reading = _Reading()
    for line, start, stop in _lines(pieces):
        done = reading.take(line, start, stop)
        if done is not None:
            yield done
    reading.end()


def text_of(head: bytes, zones: Sequence[bytes], parts: Sequence[bytes]) -> bytes:
    """Give one object as a calendar of its own."""
    return b"".join((b"BEGIN:VCALENDAR\r\n", head, *zones, *parts, b"END:VCALENDAR\r\n"))


class _Reading:
    """What is open at a place of the stream."""

    def __init__(self) -> None:
        self._stack: list[_Open] = []
        self._calendar: _Calendar | None = None
        self._count = 0

    def take(self, line: bytes, start: int, stop: int) -> Whole | None:
        """Take the next content line; give the calendar that it ends."""
        upper = line[:6].upper()
        if upper == b"BEGIN:":
            self._begin(_text(line[6:]).upper(), start)
        elif upper.startswith(b"END:"):
            return self._end(_text(line[4:]).upper(), stop)
        elif line.strip():
            self._property(line)
        return None

    def end(self) -> None:
        """Know that the stream is over."""
        if self._stack:
            raise NotCalendarData(f"the text ends inside of a {self._stack[-1].name[:40]}")
        if not self._count:
            raise NotCalendarData("there is no calendar in it")

    def _begin(self, name: str, start: int) -> None:
        if not self._stack:
            if name != "VCALENDAR":
                raise NotCalendarData(f"there is a {name[:40]} where a VCALENDAR should be")
            self._calendar, self._count = _Calendar(start), self._count + 1
        if len(self._stack) == _DEPTH:
            raise NotCalendarData(f"more than {_DEPTH} components are inside one another")
        self._stack.append(_Open(name, start))

    def _property(self, line: bytes) -> None:
        if not self._stack or self._calendar is None:
            raise NotCalendarData(f"{_text(line)[:40]!r} stands outside of a calendar")
        if len(self._stack) == 1:
            self._in_head(line)
            return
        entry = self._stack[1]
        if len(self._stack) == 2:  # noqa: PLR2004 - directly in a component of the calendar
            name = _name(line)
            if name == "UID" or (name == "TZID" and entry.name == "VTIMEZONE"):
                entry.uid = _text(line.partition(b":")[2])
        if b"TZID=" in line[:_REMEMBERED].upper():
            entry.zones.update(_text(zone).strip('"') for zone in _ZONE.findall(line.split(b":", 1)[0] + b":"))

    def _in_head(self, line: bytes) -> None:
        calendar, name = self._calendar, _name(line)
        if calendar is None:
            return
        if name in _HEAD:
            calendar.head.append(line.rstrip(b"\r\n") + b"\r\n")
        else:
            calendar.is_bare = False
            calendar.names.setdefault(name, _text(line.partition(b":")[2]))

    def _end(self, name: str, stop: int) -> Whole | None:
        if not self._stack or self._stack[-1].name != name:
            within = self._stack[-1].name[:40] if self._stack else "nothing"
            raise NotCalendarData(f"END:{name[:40]} stands in {within}")
        done, calendar = self._stack.pop(), self._calendar
        if calendar is None or len(self._stack) > 1:
            return None
        if self._stack:
            _keep(calendar, done, (done.start, stop))
            return None
        self._calendar = None
        return _whole(calendar, stop)


def _keep(calendar: _Calendar, done: _Open, place: Place) -> None:
    if done.name == "VTIMEZONE":
        calendar.zones.setdefault(done.uid, place)
    elif done.name not in _KINDS:
        calendar.others.add(done.name[:40])
    elif not done.uid:
        calendar.nameless += 1
    else:
        key = done.uid, done.name
        calendar.parts.setdefault(key, []).append(place)
        calendar.needed.setdefault(key, set()).update(done.zones)


def _whole(calendar: _Calendar, stop: int) -> Whole:
    return Whole(
        place=(calendar.start, stop),
        head=b"".join(calendar.head),
        is_bare=calendar.is_bare,
        name=_first(calendar.names, _NAMES),
        colour=_first(calendar.names, _COLOURS),
        entries=tuple(
            Found(uid, kind, tuple(parts), tuple(_zones(calendar, calendar.needed[uid, kind])))
            for (uid, kind), parts in calendar.parts.items()
        ),
        nameless=calendar.nameless,
        others=tuple(sorted(calendar.others)),
    )


def _zones(calendar: _Calendar, names: Iterable[str]) -> Iterator[Place]:
    return (calendar.zones[name] for name in sorted(names) if name in calendar.zones)


def _first(names: Mapping[str, str], wanted: Iterable[str]) -> str | None:
    return next((names[name] for name in wanted if names.get(name)), None)


def _name(line: bytes) -> str:
    return _text(re.split(rb"[;:]", line, maxsplit=1)[0]).upper()


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace").strip()


def _lines(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Give the content lines, unfolded and as far as they are looked at, with their places."""
    line, start, at = b"", 0, 0
    is_whole = True
    for piece in pieces:
        if at == 0:
            at = start = len(piece) - len(piece.removeprefix(b"\xef\xbb\xbf"))
            piece = piece[at:]  # noqa: PLW2901 - a byte order mark is no part of the first line
        goes_on = not is_whole or piece[:1] in {b" ", b"\t"}
        if not goes_on and line:
            yield _FOLDED.sub(b"", line), start, at
        if not goes_on:
            line, start = b"", at
        if len(line) < _REMEMBERED:
            line += piece
        at += len(piece)
        is_whole = piece.endswith(b"\n")
    if line:
        yield _FOLDED.sub(b"", line), start, at
