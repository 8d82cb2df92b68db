# SPDX-License-Identifier: GPL-3.0-or-later
"""Other rules ask everybody again where they make other occurrences, and only there (scheduling table)."""

import pytest

from ical.changes import compare
from ical.instances import SERIES
from ical.rhythm import Difference, difference
from ical.snapshot import Snapshot, read_object
from tests.ical.texts import OSLO, calendar, event

MORE, LESS, SAME = Difference(more=True), Difference(less=True), Difference()
WEEKS = "RRULE:FREQ=WEEKLY;COUNT=8"
EVER = "RRULE:FREQ=WEEKLY;BYDAY=TU,TH"


def series(*rules: str, zone: str = "Europe/Oslo", overrides: tuple[str, ...] = ()) -> Snapshot:
    """Give a series from Tuesday 6 October 2026 on."""
    main = event(f"DTSTART;TZID={zone}:20261006T100000", "DURATION:PT1H", *rules)
    return read_object(calendar(main, *overrides), OSLO)


@pytest.mark.parametrize(
    ("before", "after", "made"),
    [
        (WEEKS, "RRULE:FREQ=WEEKLY;UNTIL=20261124T090000Z", SAME),
        (WEEKS, "RRULE:FREQ=WEEKLY;UNTIL=20261126T120000Z", SAME),
        (WEEKS, "RRULE:FREQ=DAILY;INTERVAL=7;COUNT=8", SAME),
        (WEEKS, "RRULE:FREQ=WEEKLY;UNTIL=20261201T090000Z", MORE),
        (WEEKS, "RRULE:FREQ=WEEKLY;COUNT=7", LESS),
        (WEEKS, "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4", LESS),
        (WEEKS, "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=5", MORE),
        (WEEKS, "RRULE:FREQ=WEEKLY;COUNT=x", MORE),
        (WEEKS, "RRULE:FREQ=WEEKLY", MORE),
        ("RRULE:FREQ=WEEKLY", WEEKS, LESS),
        ("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;COUNT=900", LESS),
        ("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;COUNT=2000", LESS),
        ("RRULE:FREQ=WEEKLY;COUNT=2000", "RRULE:FREQ=WEEKLY;COUNT=1999", LESS),
        ("RRULE:FREQ=WEEKLY;COUNT=1999", "RRULE:FREQ=WEEKLY;COUNT=2000", MORE),
        (EVER, "RRULE:FREQ=WEEKLY;BYDAY=TU", LESS),
        (EVER, "RRULE:FREQ=WEEKLY;BYDAY=TH,TU;INTERVAL=1", SAME),
        (EVER, "RRULE:FREQ=DAILY;BYDAY=TU,TH", SAME),
        (EVER, "RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=TH;COUNT=1500", LESS),
        (EVER, "RRULE:FREQ=WEEKLY;BYDAY=TU,TH,FR", MORE),
        ("RRULE:FREQ=WEEKLY;INTERVAL=52", "RRULE:FREQ=YEARLY", MORE),
        ("RRULE:FREQ=MONTHLY;BYDAY=1TU", "RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=1200", LESS),
        ("RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=5", "RRULE:FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=1,2,3,4,5,6,7;COUNT=5", SAME),
        (EVER, "EXRULE:FREQ=WEEKLY", MORE),
        (EVER, "X-NO-RULE:1", MORE),
    ],
)
def test_rules_are_compared_by_what_they_make(before: str, after: str, made: Difference) -> None:
    assert difference(series(before), series(after), OSLO) == made


@pytest.mark.parametrize(
    ("more", "made"),
    [
        ("RDATE;TZID=Europe/Oslo:20261013T100000", SAME),
        ("RDATE:20261124T090000Z", SAME),
        ("RDATE:20261125T090000Z", MORE),
        ("RDATE;VALUE=PERIOD:20261013T080000Z/PT1H", SAME),
        ("RDATE;VALUE=PERIOD:20261013T080000Z/PT2H", MORE),
    ],
)
def test_a_date_that_the_rules_make_already_is_none_more(more: str, made: Difference) -> None:
    assert difference(series(WEEKS), series(WEEKS, more), OSLO) == made


def test_a_date_far_away_is_asked_of_the_rules() -> None:
    assert difference(series(EVER), series(EVER, "RDATE;TZID=Europe/Oslo:20760107T100000"), OSLO) == SAME
    assert difference(series(EVER), series(EVER, "RDATE;TZID=Europe/Oslo:20760108T100000"), OSLO) == MORE


def test_of_very_many_dates_one_more_is_more_and_one_less_is_not() -> None:
    dates = [
        f"2026{month:02}{day:02}T{hour:02}0000Z" for month in (1, 2, 3) for day in range(1, 28) for hour in range(20)
    ]
    many, fewer = (series(EVER, f"RDATE:{','.join(some)}") for some in (dates, dates[1:]))

    assert difference(fewer, many, OSLO) == MORE
    assert difference(many, fewer, OSLO) == SAME  # what is called off is told by itself
    assert difference(series(EVER), many, OSLO) == MORE


def test_a_day_that_is_an_exception_at_once_is_none_more() -> None:
    longer = series("RRULE:FREQ=WEEKLY;COUNT=9", "EXDATE;TZID=Europe/Oslo:20261201T100000")

    assert difference(series(WEEKS), longer, OSLO) == SAME


def test_the_same_hours_in_another_zone_are_others_after_the_clocks_change() -> None:
    before = series("RRULE:FREQ=WEEKLY;COUNT=3")

    assert difference(before, series("RRULE:FREQ=WEEKLY;COUNT=3", zone="Africa/Johannesburg"), OSLO) == SAME
    assert difference(series(WEEKS), series(WEEKS, zone="Africa/Johannesburg"), OSLO) == MORE


def test_a_day_that_was_there_by_itself_is_none_more() -> None:
    alone = event("RECURRENCE-ID:20261201T090000Z", "DTSTART:20261201T090000Z", "DURATION:PT1H")

    assert difference(series(WEEKS, overrides=(alone,)), series("RRULE:FREQ=WEEKLY;COUNT=9"), OSLO) == SAME


def test_other_words_for_the_same_rules_are_told() -> None:
    found = compare(series(WEEKS), series("RRULE:FREQ=WEEKLY;UNTIL=20261124T090000Z"), OSLO)

    assert found.told == {SERIES}
    assert not found.significant
    assert not found.raised
    assert not found.shorter
