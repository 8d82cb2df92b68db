# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw content lines: a text is read without losing a byte, and edited line by line.

`read(raw)` gives a `Document`; `document.raw` is `raw` again, and an edit of one line leaves the bytes of all
others (law 1 of the model). Values are not interpreted here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ical.errors import NotCalendarData, TooLarge
from ical.limits import DEFAULT, STORED, Limits
from ical.line import NAME, PARAMETER, Line, fold, quoted, unfolded

__all__ = ["Component", "Document", "Line", "fold", "quoted", "read", "unfolded"]

_LOGICAL = re.compile(rb"[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")
# Most lines have no quotes in their parameters, which then end at the first colon. More than a hundred are odd.
_LINES = re.compile(rf'^({NAME})((?:;[^":\n]*+(?=:)|(?:{PARAMETER}){{0,100}})):(.*)$', re.MULTILINE)
_REMOVED = bytes((*range(0x09), *range(0x0B, 0x20), 0x7F))
"""Control characters, which no line may hold; the CR of a line break among them."""
KNOWN, LONGEST_KNOWN = 8192, 512
"""How many lines are remembered, and how many bytes the longest of them has."""
_known: dict[bytes, Line] = {}
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Component:
    """A component as a range of lines: `start` is its BEGIN, `stop` the place after its END."""

    name: str
    start: int
    stop: int
    children: tuple["Component", ...]


class Document:
    """A calendar text as lines and the tree of its components."""

    __slots__ = ("_places", "lines", "raw", "root")

    def __init__(self, lines: tuple[Line, ...], root: Component, raw: bytes) -> None:
        self.lines, self.root = lines, root
        self.raw = raw
        """The text, byte for byte as it was read where nothing was edited."""
        self._places: dict[int, dict[str, list[int]]] = {}

    def own(self, component: Component) -> Iterator[tuple[int, Line]]:
        """Give place and line of each property of *component*, without BEGIN, END and what its children hold."""
        lines = self.lines
        for start, stop in _own_ranges(component):
            yield from enumerate(lines[start:stop], start)

    def places(self, component: Component) -> Mapping[str, Sequence[int]]:
        """Give the names of the properties of *component*, each with the places where it stands."""
        found = self._places.get(component.start)
        if found is None:
            found = {}
            for place, line in self.own(component):
                found.setdefault(line.name, []).append(place)
            self._places[component.start] = found
        return found

    def each(self, component: Component, *names: str) -> list[tuple[int, Line]]:
        """Give place and line of each property of *component* that has one of these names, in order."""
        places = self.places(component)
        return [(place, self.lines[place]) for place in sorted(p for name in names for p in places.get(name, ()))]

    def named(self, component: Component, name: str) -> list[Line]:
        """Give the properties *name* of *component*, in order."""
        return [self.lines[place] for place in self.places(component).get(name, ())]

    def first(self, component: Component, name: str) -> Line | None:
        """Give the first property *name* of *component*, or None."""
        places = self.places(component).get(name)
        return self.lines[places[0]] if places else None

    def text_of(self, component: Component) -> bytes:
        """Give the bytes of *component*, from its BEGIN to its END."""
        return b"".join([line.raw for line in self.lines[component.start : component.stop]])

    def spliced(self, edits: Mapping[int, Sequence[bytes]]) -> bytes:
        """Give the text in which each line named in *edits* is replaced by lines of raw bytes (none: taken away).

        To insert before a line, give its own bytes last; all other lines keep theirs.
        """
        return b"".join(self.pieces(edits)) if edits else self.raw

    def pieces(self, edits: Mapping[int, Sequence[bytes]]) -> list[bytes]:
        """Give what `spliced` puts together: the bytes that stand for each line."""
        pieces = [line.raw for line in self.lines]
        for place, lines in edits.items():
            pieces[place] = b"".join(lines)
        return pieces

    def edited(self, edits: Mapping[int, Sequence[bytes]], limits: Limits = STORED) -> "Document":
        """Give the document that `spliced` gives the text of; only the lines in *edits* are read anew."""
        if not edits:
            return self
        lines: list[Line] = []
        done = 0
        for place in sorted(edits):
            lines += self.lines[done:place]
            if edits[place]:
                lines += _lines(b"".join(edits[place]), limits)
            done = place + 1
        lines += self.lines[done:]
        return Document(tuple(lines), _tree(lines, limits), self.spliced(edits))


def read(raw: bytes, limits: Limits = STORED) -> Document:
    """Read a calendar text.

    Raises NotCalendarData where it is not UTF-8, not content lines or not one well-nested VCALENDAR, and TooLarge
    where it passes *limits*. Line breaks may be CRLF or LF (RFC 5545 3.1 wants CRLF; khal and others write LF).
    """
    if len(raw) > limits.size:
        raise TooLarge("bytes of text", len(raw), limits.size)
    lines = tuple(_lines(raw, limits))
    return Document(lines, _tree(lines, limits), raw)


def _lines(raw: bytes, limits: Limits) -> list[Line]:
    found = _all_at_once(raw, limits)
    return found if found is not None else _one_by_one(raw, limits)


def _all_at_once(raw: bytes, limits: Limits) -> list[Line] | None:
    """Give the lines of a text in which nothing is odd; None where one must be looked at, to be kept or refused.

    Texts of one entry have most lines in common, and all texts some: a line that is known, or that a text has many
    times, is not read again.
    """
    pieces = _LOGICAL.findall(raw)
    pieces.pop()  # The empty one at the end.
    if len(pieces) > limits.lines:
        return None
    strict = limits.parameters < DEFAULT.parameters
    known = [None] * len(pieces) if strict else list(map(_known.get, pieces))
    fresh = list(dict.fromkeys(piece for piece, line in zip(pieces, known, strict=True) if line is None))
    new = _read_plain(fresh, limits.parameters)
    if new is None:
        return None
    if not strict:
        _remember(fresh, new)
    read = dict(zip(fresh, new, strict=True))
    return [read[piece] if line is None else line for piece, line in zip(pieces, known, strict=True)]


def _read_plain(pieces: list[bytes], most: int) -> list[Line] | None:
    """Read *pieces*, whole content lines; None where one is odd, or has more than *most* parameters."""
    raw = b"".join(pieces)
    plain = raw.translate(None, _REMOVED)
    if len(raw) - len(plain) != raw.count(b"\r\n"):
        return None
    if b"\n " in plain:
        plain = b"".join(plain.split(b"\n "))
    if b"\t" in plain:
        plain = plain.replace(b"\n\t", b"")
    try:
        found = _LINES.findall(plain.decode())
    except UnicodeDecodeError:
        return None
    if len(found) != len(pieces):
        return None
    if plain.count(b";") > most and any(head.count(";") > most for _, head, _ in found):
        return None
    return [Line(piece, name.upper(), head, value) for piece, (name, head, value) in zip(pieces, found, strict=True)]


def _remember(pieces: list[bytes], lines: list[Line]) -> None:
    if len(lines) > KNOWN // 2:
        return  # One text must not push out those of everybody else.
    if len(_known) + len(lines) > KNOWN:
        _known.clear()
    _known.update(pair for pair in zip(pieces, lines, strict=True) if _is_worth_knowing(pair[0]))


def _is_worth_knowing(piece: bytes) -> bool:
    return len(piece) <= LONGEST_KNOWN and piece.count(b";") <= DEFAULT.parameters


def _one_by_one(raw: bytes, limits: Limits) -> list[Line]:
    body = raw.removeprefix(_MARK)
    found: list[Line] = []
    before = [raw[: len(raw) - len(body)]]
    for match in _LOGICAL.finditer(body):
        piece = match.group()
        if not piece.strip():
            before.append(piece)
            continue
        if len(found) == limits.lines:
            raise TooLarge("content lines", len(found) + 1, limits.lines)
        found.append(_line(piece, b"".join(before), limits))
        before.clear()
    if found and (after := b"".join(before)):
        last = found[-1]
        found[-1] = Line.of(last.raw.removeprefix(last.before), last.before, after)
    return found


def _line(piece: bytes, before: bytes, limits: Limits) -> Line:
    line = Line.of(piece, before)
    if piece.count(b";") > limits.parameters and len(line.parameters) > limits.parameters:
        raise TooLarge("parameters of one line", len(line.parameters), limits.parameters)
    return line


def _own_ranges(component: Component) -> Iterator[tuple[int, int]]:
    at = component.start + 1
    for child in component.children:
        yield at, child.start
        at = child.stop
    yield at, component.stop - 1


def _tree(lines: Sequence[Line], limits: Limits) -> Component:
    stack: list[tuple[str, int, list[Component]]] = []
    root: Component | None = None
    if lines and lines[0].name != "BEGIN":
        raise NotCalendarData(f"{lines[0].name} stands outside of a calendar")
    for place in [place for place, line in enumerate(lines) if line.name in {"BEGIN", "END"}]:
        line = lines[place]
        if root is not None:
            break
        if line.name == "BEGIN":
            stack.append((line.value.strip().upper(), place, []))
            if len(stack) > limits.depth:
                raise TooLarge("components inside one another", len(stack), limits.depth)
        else:
            root = _closed(stack, line, place)
    if root is None:
        raise NotCalendarData("the text ends inside a component" if stack else "the text is empty")
    if root.stop < len(lines):
        raise NotCalendarData("there is text behind the end of the calendar")
    if root.name != "VCALENDAR":
        raise NotCalendarData(f"the text is a {root.name[:40]}, not a VCALENDAR")
    return root


def _closed(stack: list[tuple[str, int, list[Component]]], line: Line, place: int) -> Component | None:
    """Close the innermost component; give it where it is the outermost too."""
    name, start, children = stack.pop()
    if line.value.strip().upper() != name:
        raise NotCalendarData(f"BEGIN:{name} is closed by END:{line.value.strip()[:40]}")
    component = Component(name, start, place + 1, tuple(children))
    if not stack:
        return component
    stack[-1][2].append(component)
    return None
