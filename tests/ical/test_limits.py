# SPDX-License-Identifier: GPL-3.0-or-later
"""A text that is too big is refused, and reading what is just small enough takes time in proportion."""

from contextlib import suppress
from time import process_time

import pytest

from ical.errors import IcalError, TooLarge
from ical.limits import DEFAULT, Limits
from ical.lines import Line, read
from ical.snapshot import snapshot
from tests.ical.texts import OSLO, calendar, event

HEAD, TAIL = b"BEGIN:VCALENDAR\r\n", b"END:VCALENDAR\r\n"


def nested(depth: int) -> bytes:
    """Give components inside one another, *depth* with the calendar."""
    inside = depth - 1
    return HEAD + b"BEGIN:X-A\r\n" * inside + b"END:X-A\r\n" * inside + TAIL


@pytest.mark.parametrize(
    ("raw", "limits", "what"),
    [
        (HEAD + b"X:" + b"a" * 1000 + b"\r\n" + TAIL, Limits(size=1000), "bytes"),
        (HEAD + b"X:\r\n" * 10 + TAIL, Limits(lines=11), "content lines"),
        (nested(9), Limits(depth=8), "inside one another"),
        (HEAD + b"X" + b";A=B" * 65 + b":\r\n" + TAIL, Limits(parameters=64), "parameters"),
    ],
)
def test_reading_stops_at_a_limit(raw: bytes, limits: Limits, what: str) -> None:
    with pytest.raises(TooLarge, match=what):
        read(raw, limits)


def test_what_just_fits_is_read() -> None:
    assert read(nested(8), Limits(depth=8)).root.name == "VCALENDAR"
    assert read(HEAD + b"X" + b";A=B" * 64 + b":\r\n" + TAIL, Limits(parameters=64, lines=3)).lines[1].name == "X"


def test_too_many_overrides_are_refused() -> None:
    days = [event(f"DTSTART:202610{day:02}T100000Z", f"RECURRENCE-ID:202610{day:02}T100000Z") for day in range(1, 5)]

    with pytest.raises(TooLarge, match="components"):
        snapshot(read(calendar(*days)), OSLO, Limits(components=3))


def test_too_many_attendees_are_refused() -> None:
    people = [f"ATTENDEE:mailto:p{n}@kunde.example" for n in range(4)]

    with pytest.raises(TooLarge, match="attendees"):
        snapshot(read(calendar(event(*people))), OSLO, Limits(attendees=3))


BOMBS = {
    "blank lines": lambda n: HEAD + b"\n" * n + TAIL,
    "folds": lambda n: HEAD + b"X:" + b"\r\n " * (n // 3) + b"\r\n" + TAIL,
    "lone parameters": lambda n: HEAD + b"X" + b";" * n + b"\r\n" + TAIL,
    "commas": lambda n: HEAD + b"X;A=" + b"," * n + b"\r\n" + TAIL,
    "open quotes": lambda n: HEAD + b"X" + b';A="' * (n // 4) + b"\r\n" + TAIL,
    "quoted list": lambda n: HEAD + b"X;A=" + b'"a",' * (n // 4) + b"\r\n" + TAIL,
    "carriage returns": lambda n: HEAD + b"X:" + b"\r" * n + TAIL,
    "short lines": lambda n: HEAD + b"X:\r\n" * min(n // 4, DEFAULT.lines - 2) + TAIL,
    "begins": lambda n: b"BEGIN:A\r\n" * (n // 9),
    "one long name": lambda n: HEAD + b"X" * n + TAIL,
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_megabyte_of_anything_is_read_or_refused_in_under_two_seconds(kind: str) -> None:
    raw = BOMBS[kind](DEFAULT.size - 100)

    started = process_time()
    with suppress(IcalError):
        read(raw)

    # The blank lines once took 14 s; in proportion to its length, nothing takes half a second.
    assert process_time() - started < 2


@pytest.mark.parametrize("letter", ["a", "å", ";"])
def test_a_line_of_a_megabyte_is_rewritten_in_under_two_seconds(letter: str) -> None:
    line = Line.of(b"X;A=B:" + (letter * (DEFAULT.size // 2)).encode() + b"\r\n")

    started = process_time()
    changed = line.with_parameters({"A": "C"}).with_value(line.value + letter)

    # Folding once took time by the square of the length.
    assert process_time() - started < 2
    assert changed.value == line.value + letter
