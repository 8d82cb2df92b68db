# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw content lines: a text is read without losing a byte, and edited line by line.

`read(raw)` gives a `Document`; `document.raw` is `raw` again, and an edit of one line leaves the bytes of all
others (law 1 of the model). Values are not interpreted here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ical.errors import NotCalendarData, TooLarge
from ical.limits import DEFAULT, Limits

_FOLD = re.compile(rb"\r?\n[ \t]")
_LOGICAL = re.compile(rb"[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")
# No RFC has underscores or dots in names, but senders' own properties do (X-FOO_BAR).
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_PARAMETER = re.compile(r';([^=:;"]*)(?:=((?:"[^"]*"|[^":;,]*)(?:,(?:"[^"]*"|[^":;,]*))*))?')
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ESCAPE = re.compile(r"\^([n'^])")
_ESCAPED = {"n": "\n", "'": '"', "^": "^"}
_MARK = b"\xef\xbb\xbf"
_LEADS, _CONTINUES = 0xC0, 0x80
"""The bits that tell a byte inside of a UTF-8 character."""

FOLD_AT = 75
"""Octets of a physical line without its line break (RFC 5545 3.1)."""


class Line:
    """One content line: its bytes as they stand in the text, folds and line break included.

    *before* and *after* are bytes around it that belong to no property (a byte order mark, blank lines).
    """

    __slots__ = ("_head", "_parameters", "_piece", "after", "before", "name", "value")

    def __init__(self, piece: bytes, before: bytes = b"", after: bytes = b"") -> None:
        """Read *piece*; raises NotCalendarData where it is no content line."""
        text = unfolded(piece)
        match = _NAME.match(text)
        if match is None:
            raise NotCalendarData(f"this is no content line: {text[:60]!r}")
        self.name = match.group().upper()
        at = match.end()
        while at < len(text) and text[at] == ";":
            parameter = _PARAMETER.match(text, at)
            if parameter is None:
                break
            at = parameter.end()
        if at >= len(text) or text[at] != ":":
            raise NotCalendarData(f"{self.name} cannot be read as name, parameters and value: {text[:60]!r}")
        if _CONTROLS.search(text):
            raise NotCalendarData(f"{self.name} holds control characters")
        self._piece, self.before, self.after = piece, before, after
        self._head = text[match.end() : at]
        self.value = text[at + 1 :]
        self._parameters: tuple[tuple[str, str], ...] | None = None

    @property
    def raw(self) -> bytes:
        """The bytes of this line in the text."""
        return self.before + self._piece + self.after

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Name (upper case) and value (as written, quotes included) of each parameter, in order."""
        if self._parameters is None:
            found = _PARAMETER.finditer(self._head)
            self._parameters = tuple((m.group(1).upper(), m.group(2) or "") for m in found)
        return self._parameters

    @property
    def meaning(self) -> tuple[str, tuple[tuple[str, str], ...], str]:
        """Name, parameters in no order, and value: what is the same in lines that are only written otherwise."""
        return self.name, tuple(sorted((name, _plain(value)) for name, value in self.parameters)), self.value

    def parameter(self, name: str) -> str | None:
        """Give the value of parameter *name*, quotes and RFC 6868 escapes undone, or None where it is missing."""
        return next((_plain(v) for n, v in self.parameters if n == name), None)

    def with_parameters(self, changes: Mapping[str, str | None]) -> "Line":
        """Give this line with each parameter of *changes* set, or taken away (None).

        A parameter that stands keeps its place, a new one comes last; the line itself where nothing changes.
        """
        if all(self.parameter(name) == value for name, value in changes.items()):
            return self
        seen: set[str] = set()
        kept: list[str] = []
        for match in _PARAMETER.finditer(self._head):
            name = match.group(1).upper()
            if name not in changes:
                kept.append(match.group())
            elif name not in seen and (value := changes[name]) is not None:
                kept.append(f";{match.group(1)}={quoted(value)}")
            seen.add(name)
        kept += [f";{n}={quoted(v)}" for n, v in changes.items() if v is not None and n not in seen]
        return self._rewritten("".join(kept), self.value)

    def with_value(self, value: str) -> "Line":
        """Give this line with another value and the same parameters; the line itself where the value is the same."""
        return self if value == self.value else self._rewritten(self._head, value)

    def _rewritten(self, head: str, value: str) -> "Line":
        written = unfolded(self._piece)[: len(self.name)]
        lone = self._piece.endswith(b"\n") and not self._piece.endswith(b"\r\n")
        end = b"\n" if lone else b"\r\n"
        text = f"{written}{head}:{value}"
        # Whoever does not fold compares lines as they are: an edit must not look like more than it is.
        unfolded_before = len(self._piece) > FOLD_AT + len(end) and not _FOLD.search(self._piece)
        return Line(text.encode() + end if unfolded_before else fold(text, end), self.before, self.after)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"Line({self._piece!r})"


@dataclass(frozen=True, slots=True)
class Component:
    """A component as a range of lines: `start` is its BEGIN, `stop` the place after its END."""

    name: str
    start: int
    stop: int
    children: tuple["Component", ...]


class Document:
    """A calendar text as lines and the tree of its components."""

    __slots__ = ("lines", "root")

    def __init__(self, lines: tuple[Line, ...], root: Component) -> None:
        self.lines, self.root = lines, root

    @property
    def raw(self) -> bytes:
        """The text, byte for byte as it was read where nothing was edited."""
        return b"".join(line.raw for line in self.lines)

    def own(self, component: Component) -> Iterator[tuple[int, Line]]:
        """Give place and line of each property of *component*, without BEGIN, END and what its children hold."""
        at = component.start + 1
        for child in component.children:
            yield from ((i, self.lines[i]) for i in range(at, child.start))
            at = child.stop
        yield from ((i, self.lines[i]) for i in range(at, component.stop - 1))

    def first(self, component: Component, name: str) -> Line | None:
        """Give the first property *name* of *component*, or None."""
        return next((line for _, line in self.own(component) if line.name == name), None)

    def text_of(self, component: Component) -> bytes:
        """Give the bytes of *component*, from its BEGIN to its END."""
        return b"".join(line.raw for line in self.lines[component.start : component.stop])

    def edited(self, edits: Mapping[int, Sequence[bytes]], limits: Limits = DEFAULT) -> "Document":
        """Give the document in which each line named in *edits* is replaced by lines of raw bytes (none: taken away).

        To insert before a line, give its own bytes last; all other lines keep theirs.
        """
        if not edits:
            return self
        lines: list[Line] = []
        for place, line in enumerate(self.lines):
            if place in edits:
                lines.extend(_lines(b"".join(edits[place]), limits))
            else:
                lines.append(line)
        return Document(tuple(lines), _tree(lines, limits))


def read(raw: bytes, limits: Limits = DEFAULT) -> Document:
    """Read a calendar text.

    Raises NotCalendarData where it is not UTF-8, not content lines or not one well-nested VCALENDAR, and TooLarge
    where it passes *limits*. Line breaks may be CRLF or LF (RFC 5545 3.1 wants CRLF; khal and others write LF).
    """
    if len(raw) > limits.size:
        raise TooLarge("bytes of text", len(raw), limits.size)
    lines = tuple(_lines(raw, limits))
    return Document(lines, _tree(lines, limits))


def fold(text: str, line_break: bytes = b"\r\n") -> bytes:
    """Give the content line *text* as bytes, folded at 75 octets and never inside a character (RFC 5545 3.1)."""
    data = text.encode()
    if len(data) <= FOLD_AT:
        return data + line_break
    pieces: list[bytes] = []
    room = FOLD_AT
    while len(data) > room:
        cut = room
        while data[cut] & _LEADS == _CONTINUES:
            cut -= 1
        pieces.append(data[:cut])
        data = data[cut:]
        room = FOLD_AT - 1
    pieces.append(data)
    return (line_break + b" ").join(pieces) + line_break


def quoted(value: str) -> str:
    """Give *value* as a parameter value: RFC 6868 escapes, and quotes where RFC 5545 3.2 asks for them."""
    clean = _CONTROLS.sub("", value.replace("^", "^^").replace("\r\n", "\n").replace("\n", "^n").replace('"', "^'"))
    return f'"{clean}"' if any(c in clean for c in ",;:") else clean


def unfolded(piece: bytes) -> str:
    """Give the bytes of a content line as text, without folds and line break; raises NotCalendarData if not UTF-8."""
    data = _FOLD.sub(b"", piece) if b"\n " in piece or b"\n\t" in piece else piece
    try:
        return data.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        raise NotCalendarData("the text is not UTF-8") from error


def _plain(written: str) -> str:
    value = written.replace('"', "")
    return _ESCAPE.sub(lambda m: _ESCAPED[m.group(1)], value) if "^" in value else value


def _lines(raw: bytes, limits: Limits) -> list[Line]:
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
        found[-1] = Line(last.raw.removeprefix(last.before), last.before, after)
    return found


def _line(piece: bytes, before: bytes, limits: Limits) -> Line:
    line = Line(piece, before)
    if piece.count(b";") > limits.parameters and len(line.parameters) > limits.parameters:
        raise TooLarge("parameters of one line", len(line.parameters), limits.parameters)
    return line


def _tree(lines: Sequence[Line], limits: Limits) -> Component:
    stack: list[tuple[str, int, list[Component]]] = []
    root: Component | None = None
    for place, line in enumerate(lines):
        if root is not None:
            raise NotCalendarData("there is text behind the end of the calendar")
        if line.name == "BEGIN":
            stack.append((line.value.strip().upper(), place, []))
            if len(stack) > limits.depth:
                raise TooLarge("components inside one another", len(stack), limits.depth)
        elif not stack:
            raise NotCalendarData(f"{line.name} stands outside of a calendar")
        elif line.name == "END":
            root = _closed(stack, line, place)
    if root is None:
        raise NotCalendarData("the text ends inside a component" if stack else "the text is empty")
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
