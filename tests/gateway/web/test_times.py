# SPDX-License-Identifier: GPL-3.0-or-later
"""Times are told in the organizer's zone, which is named, and in the reader's language."""

from datetime import UTC, date, datetime, timedelta

from gateway.web.times import Leaf, teller
from tests.clocks import WINTER

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NB = teller("Europe/Oslo", "nb")
EN = teller("Europe/Oslo", "en")


def test_an_hour_of_one_day() -> None:
    assert NB.span(START, START + timedelta(minutes=90)) == "mandag 23. november 2026 kl.\N{NO-BREAK SPACE}09.00–10.30"
    assert EN.span(START, START + timedelta(minutes=90)) == "Monday 23 November 2026 at 09:00–10:30"


def test_over_midnight_both_days_are_named() -> None:
    told = EN.span(START, START + timedelta(hours=20))

    assert told == "Monday 23 November 2026 at 09:00 – Tuesday 24 November 2026 at 05:00"


def test_whole_days_end_on_the_day_before_dtend() -> None:
    assert NB.span(date(2026, 11, 23), date(2026, 11, 24)) == "mandag 23. november 2026, hele dagen"
    assert EN.span(date(2026, 11, 23), date(2026, 11, 26)) == "Monday 23 November 2026 – Wednesday 25 November 2026"


def test_no_end_and_an_end_before_the_start_tell_the_start_alone() -> None:
    assert EN.span(START, None) == EN.span(START, START - timedelta(hours=1)) == "Monday 23 November 2026 at 09:00"
    assert EN.span(date(2026, 11, 23), None) == "Monday 23 November 2026, all day"


def test_the_zone_is_named_as_people_and_as_computers_do() -> None:
    assert NB.zone_name(START) == f"{WINTER} (Europe/Oslo)"
    assert EN.zone_name(START - timedelta(days=100)) == "Central European Summer Time (Europe/Oslo)"
    assert NB.zone_name(date(2026, 11, 23)) == ""


def test_the_leaf_of_the_calendar_is_that_of_the_organizers_day() -> None:
    assert NB.leaf(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == Leaf("des", "1", "tirsdag")


def test_a_zone_that_nobody_knows_is_told_in_utc() -> None:
    for name in ("Customized Time Zone", "../../etc/passwd", ""):
        assert teller(name, "en").span(START, None) == "Monday 23 November 2026 at 08:00"
