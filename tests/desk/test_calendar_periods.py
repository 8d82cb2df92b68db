# SPDX-License-Identifier: GPL-3.0-or-later
"""Which days a page of the calendar shows, and what they are called."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.desk.periods import EARLIEST, LATEST, View, day_of, period, title

OSLO = ZoneInfo("Europe/Oslo")


@given(st.sampled_from(View), st.dates(EARLIEST, LATEST))
def test_the_day_asked_for_is_shown_and_one_comes_back_to_it(view: View, day: date) -> None:
    shown = period(view, day)

    assert shown.first <= day <= shown.last
    assert period(view, shown.following).first > shown.first or shown.following > LATEST
    assert period(view, shown.previous).first < shown.first or shown.previous < EARLIEST
    if view in {View.WEEK, View.MONTH}:
        assert shown.first.weekday() == 0
        assert shown.number % 7 == 0


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-23", 24)])
def test_a_day_is_as_long_as_it_is_where_its_reader_is(day: str, hours: int) -> None:
    start, end = period(View.DAY, date.fromisoformat(day)).window(OSLO)

    assert end - start == timedelta(hours=hours)
    assert start.astimezone(OSLO).hour == 0


def test_a_month_is_shown_in_whole_weeks() -> None:
    shown = period(View.MONTH, date(2026, 11, 23))

    assert (shown.first, shown.last) == (date(2026, 10, 26), date(2026, 12, 6))
    assert (shown.previous, shown.following) == (date(2026, 10, 23), date(2026, 12, 23))
    assert period(View.MONTH, date(2026, 1, 31)).following == date(2026, 2, 28)
    assert period(View.WEEK, date(2026, 11, 26)).window(OSLO)[0] == datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("view", "day", "norwegian", "english"),
    [
        (View.WEEK, "2026-11-26", "Uke 48, 23.–29. november 2026", "Week 48, 23–29 November 2026"),
        (View.WEEK, "2026-12-01", "Uke 49, 30. november – 6. desember 2026", "Week 49, 30 November – 6 December 2026"),
        (
            View.WEEK,
            "2026-12-31",
            "Uke 53, 28. desember 2026 – 3. januar 2027",
            "Week 53, 28 December 2026 – 3 January 2027",
        ),
        (View.MONTH, "2026-11-26", "November 2026", "November 2026"),
        (View.DAY, "2026-11-26", "Torsdag 26. november 2026", "Thursday 26 November 2026"),
        (View.LIST, "2026-11-26", "26. november – 23. desember 2026", "26 November – 23 December 2026"),
    ],
)
def test_periods_have_names(view: View, day: str, norwegian: str, english: str) -> None:
    shown = period(view, date.fromisoformat(day))

    assert title(shown, "nb") == norwegian
    assert title(shown, "en") == english


@pytest.mark.parametrize("text", ["", "i dag", "2026-02-30", "20261123", "1066-10-14", "9999-12-31", "2026-11-23T10"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None
