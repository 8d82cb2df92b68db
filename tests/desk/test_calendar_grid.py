# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are drawn: nothing on top of another, everything once, and by the clocks of the reader's zone."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.desk.grid import HOUR, LEAST, STEPS, More, Placed, Slot, bars, hours, laid, slots
from tests.gateway.web.grid_style import SHEET, stylesheet

OSLO = ZoneInfo("Europe/Oslo")
WEEK = tuple(date(2026, 11, 23) + timedelta(days=n) for n in range(7))
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""The days on which the clocks change."""

PIECES = st.lists(
    st.builds(Slot, st.integers(0, 2), st.integers(0, STEPS - LEAST), st.integers(LEAST, 60)).filter(
        lambda slot: slot.last <= STEPS
    ),
    max_size=60,
)
SPANS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda pair: (min(pair), max(pair))), max_size=40)


@given(PIECES, st.integers(1, 12))
def test_nothing_is_drawn_on_top_of_another_and_everything_once_or_counted(pieces: list[Slot], most: int) -> None:
    placed, more = laid([(slot, number) for number, slot in enumerate(pieces)], most=most)

    drawn: list[Placed[int] | More] = [*placed, *more]
    for one, other in combinations(drawn, 2):
        meet = one.slot.day == other.slot.day and one.slot.first < other.slot.last and other.slot.first < one.slot.last
        assert not meet or (one.lane != other.lane and one.lanes == other.lanes)
    assert all(0 <= one.lane < one.lanes <= most for one in drawn)
    assert all(pieces[one.what] == one.slot for one in placed)
    assert max(Counter(one.what for one in placed).values(), default=1) == 1
    assert len(placed) + sum(one.number for one in more) == len(pieces)


@given(PIECES)
def test_with_lanes_enough_nothing_is_left_out_and_no_lane_is_without_need(pieces: list[Slot]) -> None:
    placed, more = laid([(slot, None) for slot in pieces], most=len(pieces) + 1)

    assert more == []
    for one in placed:
        at_once = sum(p.slot.day == one.slot.day and p.slot.first <= one.slot.first < p.slot.last for p in placed)
        assert at_once <= one.lanes
    assert all(one.lanes == 1 for one in placed) or len(placed) > 1


MOMENTS = (
    st.integers(0, 14 * 24 * 60)
    .map(lambda minutes: timedelta(minutes=minutes))
    .flatmap(
        lambda after: st.sampled_from([datetime(2026, 3, 22, tzinfo=UTC), datetime(2026, 10, 18, tzinfo=UTC)]).map(
            lambda begin: begin + after
        )
    )
)
"""Around the days on which clocks change."""


@given(
    MOMENTS,
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.sampled_from(["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_a_piece_lies_within_each_day_that_is_touched(start: datetime, length: timedelta, name: str) -> None:
    zone = ZoneInfo(name)
    local, close = start.astimezone(zone), (start + length).astimezone(zone)
    days = [local.date() + timedelta(days=n) for n in range(-1, 6)]

    found = list(slots(start, start + length, days, zone))

    last = (close - timedelta(microseconds=1)).date() if length else close.date()
    touched = [n for n, day in enumerate(days) if local.date() <= day <= max(last, local.date())]
    assert [slot.day for slot in found] == touched
    assert all(slot.first >= 0 and slot.rows >= LEAST and slot.last <= STEPS for slot in found)


def at(day: date, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=OSLO, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "first", "rows"),
    [
        pytest.param(at(WEEK[0], 9), at(WEEK[0], 10, 30), 9 * HOUR, 18, id="an ordinary morning"),
        pytest.param(at(WEEK[0], 9, 2), at(WEEK[0], 9, 58), 9 * HOUR, 12, id="between the steps"),
        pytest.param(at(WEEK[0], 9), at(WEEK[0], 9), 9 * HOUR, LEAST, id="without an end"),
        pytest.param(at(WEEK[0], 23, 55), at(WEEK[0], 23, 59), STEPS - LEAST, LEAST, id="at the end of the day"),
        pytest.param(at(SPRING, 1, 30), at(SPRING, 3, 30), 18, 24, id="over the hour that is not there"),
        pytest.param(at(AUTUMN, 1), at(AUTUMN, 3), 12, 24, id="over the hour that is there twice"),
        pytest.param(at(AUTUMN, 2, 30), at(AUTUMN, 2, 15, fold=1), 30, 9, id="from the first one into the second"),
    ],
)
def test_times_are_drawn_as_the_clocks_show_them(start: datetime, end: datetime, first: int, rows: int) -> None:
    assert list(slots(start, end, [start.astimezone(OSLO).date()], OSLO)) == [Slot(0, first, rows)]


def test_a_night_is_a_piece_of_each_of_its_days() -> None:
    assert list(slots(at(WEEK[3], 22), at(WEEK[4], 2), WEEK, OSLO)) == [Slot(3, 264, 24), Slot(4, 0, 24)]
    assert list(slots(at(WEEK[3], 22), at(WEEK[4], 0), WEEK, OSLO)) == [Slot(3, 264, 24)]


@given(SPANS, st.integers(1, 8))
def test_bars_do_not_meet_and_none_is_lost(spans: list[tuple[int, int]], most: int) -> None:
    found, left_out = bars([(*span, number) for number, span in enumerate(spans)], most=most)

    for one, other in combinations(found, 2):
        meet = one.first < other.first + other.days and other.first < one.first + one.days
        assert not meet or one.lane != other.lane
    assert all(spans[bar.what] == (bar.first, bar.first + bar.days - 1) and bar.lane < most for bar in found)
    assert len(found) + sum(left_out.values()) == len(spans)


def test_a_sheet_shows_more_hours_where_something_lies_outside() -> None:
    assert hours([], first=8, last=17) == (8, 17)
    assert hours([Slot(0, 6 * HOUR + 6, 6), Slot(1, 20 * HOUR, 18)], first=8, last=17) == (6, 22)


def test_the_stylesheet_has_a_class_for_each_place() -> None:
    assert SHEET.read_text(encoding="utf-8") == stylesheet(), "run `make grid`"
