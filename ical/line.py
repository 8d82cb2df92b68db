# SPDX-License-Identifier: GPL-3.0-or-later
"""One content line: read without losing a byte, and rewritten without a change that was not asked for."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ical.address import Address
from ical.errors import NotCalendarData

# No RFC has underscores or dots in names, but senders' own properties do (X-FOO_BAR).
NAME = r"[A-Za-z0-9_.-]++"
_IN_QUOTES = r'"[^"\n]*+"(?=[,:;]|\Z)'
# Of the values between commas, each is in quotes or has none.
PARAMETER = rf';[^=:;"\n]*+(?:=(?:{_IN_QUOTES})?[^":;\n]*+(?:(?<=,){_IN_QUOTES}[^":;\n]*+)*)?'
_NAME = re.compile(NAME)
_PARAMETER = re.compile(PARAMETER)
_FOLD = re.compile(rb"\r?\n[ \t]")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NEEDS_NOTHING = re.compile(r"[A-Za-z0-9.@ /-]*+")
_ESCAPE = re.compile(r"\^([n'^])")
_ESCAPED = {"n": "\n", "'": '"', "^": "^"}
_LEADS, _CONTINUES = 0xC0, 0x80
"""The bits that tell a byte inside of a UTF-8 character."""

FOLD_AT = 75
"""Octets of a physical line without its line break (RFC 5545 3.1)."""
EDITS = 3
"""How many edits of a line are remembered: what the organizer, the person and the others are shown."""
HEADS, SHORT = 4096, 200
"""How many heads are remembered that were edited, and up to which length: texts change, the people in them seldom."""

Parameters = tuple[tuple[str, str | None], ...]
"""Names of parameters, each with what it is to say, or None."""
_Meaning = tuple[str, tuple[tuple[str, str], ...], str]


class Line:
    """One content line: its bytes as they stand in the text, folds and line break included.

    *before* and *after* are bytes around it that belong to no property (a byte order mark, blank lines).
    """

    __slots__ = ("_edits", "_head", "_meaning", "after", "asked", "before", "name", "raw", "value")

    def __init__(self, piece: bytes, name: str, head: str, value: str, before: bytes = b"", after: bytes = b"") -> None:
        """Take a line that was read: its *name* in upper case, and the *head*, its parameters as they are written."""
        self.raw = before + piece + after
        """The bytes of this line in the text."""
        self.name = name
        self.value = value
        self.before = before
        self.after = after
        self._head = head
        self._edits: Mapping[Parameters, Line] | None = None
        self._meaning: _Meaning | None = None
        self.asked: tuple[Address, str, str] | None = None
        """Address, PARTSTAT and agent, once somebody asked who the line is about (`ical.people`)."""

    @classmethod
    def of(cls, piece: bytes, before: bytes = b"", after: bytes = b"") -> "Line":
        """Read *piece*; raises NotCalendarData where it is no content line."""
        text = unfolded(piece)
        match = _NAME.match(text)
        if match is None:
            raise NotCalendarData(f"this is no content line: {text[:60]!r}")
        name, begin = match.group().upper(), match.end()
        end = begin
        # One at a time: a pattern for all of them would need room for as many as a hostile line has.
        while match := _PARAMETER.match(text, end):
            end = match.end()
        if text[end : end + 1] != ":":
            raise NotCalendarData(f"{name} cannot be read as name, parameters and value: {text[:60]!r}")
        if _CONTROLS.search(text):
            raise NotCalendarData(f"{name} holds control characters")
        return cls(piece, name, text[begin:end], text[end + 1 :], before, after)

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Name (upper case) and value (as written, quotes included) of each parameter, in order."""
        pairs = (parameter.partition("=") for parameter in _parameters(self._head))
        return tuple((name.upper(), value) for name, _, value in pairs)

    @property
    def meaning(self) -> _Meaning:
        """Name, parameters in no order, and value: what is the same in lines that are only written otherwise."""
        if self._meaning is None:
            said = tuple(sorted((name, _plain(value)) for name, value in self.parameters)) if self._head else ()
            self._meaning = self.name, said, self.value
        return self._meaning

    def parameter(self, name: str) -> str | None:
        """Give the value of parameter *name*, quotes and RFC 6868 escapes undone, or None where it is missing."""
        head = self._head
        upper = head.upper()
        at = upper.find(f";{name}")
        if at < 0:
            return None
        start = at + len(name) + 2
        if upper[start - 1 : start] == "=" and '"' not in head and "^" not in head and len(upper) == len(head):
            end = head.find(";", start)
            return head[start:] if end < 0 else head[start:end]
        return next((_plain(value) for n, value in self.parameters if n == name), None)

    def with_parameters(self, changes: Mapping[str, str | None]) -> "Line":
        """Give this line with each parameter of *changes* set, or taken away (None).

        A parameter that stands keeps its place, a new one comes last; the line itself where nothing changes.
        """
        return self.with_changes(tuple(changes.items()))

    def with_changes(self, key: Parameters) -> "Line":
        """As `with_parameters`, where the same is written to many lines."""
        known = self._edits.get(key) if self._edits else None
        if known is not None:
            return known
        head = (_head_with if len(self._head) <= SHORT else _head_with.__wrapped__)(self._head, key)
        if head == self._head:
            return self
        edited = self._rewritten(head, self.value)
        # Everybody who reads an entry is shown the same statuses.
        self._edits = {**(self._edits if self._edits and len(self._edits) < EDITS else {}), key: edited}
        return edited

    def with_value(self, value: str) -> "Line":
        """Give this line with another value and the same parameters; the line itself where the value is the same."""
        if value == self.value:
            return self
        if _CONTROLS.search(value):
            raise NotCalendarData(f"{self.name} holds control characters")
        return self._rewritten(self._head, value)

    def _rewritten(self, head: str, value: str) -> "Line":
        piece = self.raw[len(self.before) : len(self.raw) - len(self.after)] if self.before or self.after else self.raw
        end = b"\n" if piece.endswith(b"\n") and not piece.endswith(b"\r\n") else b"\r\n"
        written = self.name if piece.startswith(self.name.encode()) else unfolded(piece)[: len(self.name)]
        text = f"{written}{head}:{value}"
        # Whoever does not fold compares lines as they are: an edit must not look like more than it is.
        unfolded_before = len(piece) > FOLD_AT + len(end) and piece.find(b"\n", 0, -1) < 0
        new = text.encode() + end if unfolded_before else fold(text, end)
        return Line(new, self.name, head, value, self.before, self.after)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"Line({self.raw!r})"


def fold(text: str, line_break: bytes = b"\r\n") -> bytes:
    """Give the content line *text* as bytes, folded at 75 octets and never inside a character (RFC 5545 3.1)."""
    data = text.encode()
    if len(data) <= FOLD_AT:
        return data + line_break
    start, end = 0, FOLD_AT
    pieces: list[bytes] = []
    while end < len(data):
        while data[end] & _LEADS == _CONTINUES:
            end -= 1
        pieces.append(data[start:end])
        start, end = end, end + FOLD_AT - 1
    pieces.append(data[start:])
    return (line_break + b" ").join(pieces) + line_break


def quoted(value: str) -> str:
    """Give *value* as a parameter value: RFC 6868 escapes, and quotes where RFC 5545 3.2 asks for them."""
    if _NEEDS_NOTHING.fullmatch(value):
        return value
    clean = _CONTROLS.sub("", value.replace("^", "^^").replace("\r\n", "\n").replace("\n", "^n").replace('"', "^'"))
    return f'"{clean}"' if any(c in clean for c in ",;:") else clean


def unfolded(piece: bytes) -> str:
    """Give the bytes of a content line as text, without folds and line break; raises NotCalendarData if not UTF-8."""
    data = _FOLD.sub(b"", piece) if b"\n " in piece or b"\n\t" in piece else piece
    try:
        return data.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        raise NotCalendarData("the text is not UTF-8") from error


def _parameters(head: str) -> Iterable[str]:
    """Give the parameters of *head* as they are written."""
    if '"' not in head:
        return head.split(";")[1:]
    return (parameter[1:] for parameter in _PARAMETER.findall(head))


@lru_cache(maxsize=HEADS)
def _head_with(head: str, changes: Parameters) -> str:
    upper = head.upper()
    for name, value in changes:
        if f";{name}" in upper:
            head = _head_saying(head, name, value)
            upper = head.upper()
        elif value is not None:
            head = f"{head};{name}={quoted(value)}"
    return head


def _head_saying(head: str, name: str, value: str | None) -> str:
    """Give *head* in which parameter *name* stands once and says *value*, or does not stand (None)."""
    kept: list[str] = []
    found = False
    for parameter in _parameters(head):
        written, _, said = parameter.partition("=")
        if written.upper() != name:
            kept.append(parameter)
        elif not found:
            if _plain(said) == value:
                return head
            found = True
            kept += [f"{written}={quoted(value)}"] if value is not None else []
    if not found and value is not None:
        kept.append(f"{name}={quoted(value)}")
    return "".join([f";{parameter}" for parameter in kept])


def _plain(written: str) -> str:
    value = written.replace('"', "")
    return _ESCAPE.sub(lambda m: _ESCAPED[m.group(1)], value) if "^" in value else value
