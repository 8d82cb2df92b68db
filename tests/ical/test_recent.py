# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read a moment ago is not read again, and takes bounded room."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ical import view
from ical.answers import ACCEPTED, NEEDS_ACTION
from ical.limits import Limits
from ical.recent import Recent
from ical.snapshot import read_object
from tests.ical.itip.company import OLA, answered, distributed, meeting, partstats
from tests.ical.texts import OSLO, calendar, event


def test_the_same_text_is_read_once() -> None:
    text = calendar(event("DTSTART:20261008T100000Z"))

    assert read_object(text, OSLO) is read_object(bytes(bytearray(text)), OSLO)


def test_other_limits_are_asked_anew() -> None:
    text = calendar(event("DTSTART:20261008T100000Z"))

    assert read_object(text, OSLO) is not read_object(text, OSLO, Limits(size=len(text)))


def test_what_an_organizer_reads_is_made_once_for_what_there_is() -> None:
    entry = distributed(meeting(OLA))
    again = replace(entry, words=bytes(bytearray(entry.words or b"")))

    first = view.for_organizer(entry, OSLO)

    assert view.for_organizer(again, OSLO) is first
    assert partstats(view.for_organizer(answered(entry, OLA, ACCEPTED), OSLO))[OLA] == ACCEPTED
    assert partstats(view.for_organizer(again, OSLO))[OLA] == NEEDS_ACTION


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    recent = Recent[str](room=400)
    for name in "abcd":
        recent.keep(name, name.upper(), 100)

    recent.get("a")
    recent.keep("e", "E", 100)

    assert [recent.get(name) for name in "abcde"] == ["A", None, "C", "D", "E"]


def test_what_would_push_most_others_out_is_not_kept() -> None:
    recent = Recent[str](room=400)
    recent.keep("small", "S", 100)

    recent.keep("large", "L", 101)

    assert recent.get("large") is None
    assert recent.get("small") == "S"


def test_a_value_that_is_kept_twice_takes_its_room_once() -> None:
    recent = Recent[str](room=400)

    for _ in range(9):
        recent.keep("a", "A", 100)
    for name in "bcd":
        recent.keep(name, name.upper(), 100)

    assert recent.get("a") == "A"


def test_many_threads_share_it() -> None:
    recent = Recent[int](room=40)

    def use(number: int) -> bool:
        recent.keep(number % 7, number % 7, 10)
        return recent.get(number % 7) in {number % 7, None}

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(2000)))
    recent.forget()
    assert [recent.get(number) for number in range(7)] == [None] * 7
