# SPDX-License-Identifier: GPL-3.0-or-later
"""When an entry takes place, and how far it reaches."""

from datetime import UTC, datetime, timedelta

import pytest

from ical.errors import ValueRefused
from ical.kinds import Kind
from ical.lines import read
from ical.recurrence import Occurrence, occurrences, span
from tests.ical.texts import OSLO, calendar, event, task

MORNING = ("DTSTART;TZID=Europe/Oslo:20261008T100000", "DTEND;TZID=Europe/Oslo:20261008T110000")
ALL = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))


def at(text: str) -> datetime:
    """Give a UTC time written as in iCalendar, without its Z."""
    return datetime.strptime(text, "%Y%m%dT%H%M").replace(tzinfo=UTC)


def held(*components: str, window: tuple[datetime, datetime] = ALL, limit: int = 100) -> tuple[Occurrence, ...]:
    """Give the occurrences of a calendar of *components*."""
    return occurrences(read(calendar(*components)), *window, OSLO, limit=limit)


def starts(*components: str, window: tuple[datetime, datetime] = ALL) -> list[str]:
    """Give their starts in UTC."""
    return [f"{one.start:%Y%m%dT%H%M}" for one in held(*components, window=window)]


def reach(*components: str, kind: Kind = Kind.VEVENT) -> tuple[datetime | None, datetime | None, bool]:
    """Give start, end and recurring of a calendar of *components*."""
    found = span(read(calendar(*components)), kind, OSLO)
    return found.start, found.end, found.recurring


def test_a_single_event_takes_place_once() -> None:
    (one,) = held(event(*MORNING))

    assert (one.start, one.end, one.instance, one.all_day) == (at("20261008T0800"), at("20261008T0900"), "", False)


def test_a_series_follows_the_clocks_across_the_change_of_the_hour() -> None:
    rule = "RRULE:FREQ=WEEKLY;COUNT=4"

    assert starts(event(*MORNING, rule)) == ["20261008T0800", "20261015T0800", "20261022T0800", "20261029T0900"]


def test_exceptions_take_occurrences_out_in_any_zone_or_form() -> None:
    rule = "RRULE:FREQ=DAILY;COUNT=5"
    exceptions = (
        "EXDATE;TZID=Europe/Oslo:20261009T100000,20261010T100000",
        "EXDATE:20261011T080000Z",
        "EXDATE;VALUE=DATE:20261012",
    )

    assert starts(event(*MORNING, rule, *exceptions)) == ["20261008T0800"]


def test_an_override_speaks_for_its_instance() -> None:
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Oslo:20261015T100000",
        "DTSTART;TZID=Europe/Oslo:20261016T140000",
        "DTEND;TZID=Europe/Oslo:20261016T143000",
    )

    found = held(event(*MORNING, "RRULE:FREQ=WEEKLY;COUNT=3"), moved)

    assert [one.start for one in found] == [at("20261008T0800"), at("20261016T1200"), at("20261022T0800")]
    assert found[1].instance == "20261015T080000Z"
    assert found[1].end - found[1].start == timedelta(minutes=30)


def test_an_override_that_moved_out_of_the_window_is_not_in_it() -> None:
    moved = event("RECURRENCE-ID:20261015T080000Z", "DTSTART:20271015T080000Z")
    window = (at("20261001T0000"), at("20261101T0000"))

    assert starts(event(*MORNING, "RRULE:FREQ=WEEKLY;COUNT=3"), moved, window=window) == [
        "20261008T0800",
        "20261022T0800",
    ]


def test_an_override_for_this_and_all_later_ones_moves_them() -> None:
    later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261015T080000Z", "DTSTART:20261015T120000Z", "DTEND:20261015T123000Z"
    )

    found = held(event(*MORNING, "RRULE:FREQ=WEEKLY;COUNT=3"), later)

    assert [f"{one.start:%dT%H}" for one in found] == ["08T08", "15T12", "22T12"]
    assert found[2].end - found[2].start == timedelta(minutes=30)


def test_instances_without_a_master_take_place() -> None:
    only = event("RECURRENCE-ID:20261015T080000Z", "DTSTART:20261015T090000Z", "DTEND:20261015T100000Z")

    assert starts(only) == ["20261015T0900"]
    assert reach(only) == (at("20261015T0900"), at("20261015T1000"), True)


def test_extra_dates_and_periods_are_occurrences() -> None:
    found = held(event(*MORNING, "RDATE;TZID=Europe/Oslo:20261010T100000", "RDATE;VALUE=PERIOD:20261012T080000Z/PT15M"))

    assert [(f"{one.start:%dT%H}", one.end - one.start) for one in found] == [
        ("08T08", timedelta(hours=1)),
        ("10T08", timedelta(hours=1)),
        ("12T08", timedelta(minutes=15)),
    ]


def test_a_day_is_a_day_in_the_readers_zone() -> None:
    (one,) = held(event("DTSTART;VALUE=DATE:20261008"))

    assert (one.start, one.end, one.all_day) == (at("20261007T2200"), at("20261008T2200"), True)


def test_whole_days_repeat_across_the_change_of_the_hour() -> None:
    found = held(event("DTSTART;VALUE=DATE:20261024", "RRULE:FREQ=DAILY;UNTIL=20261026", "EXDATE;VALUE=DATE:20261024"))

    assert [(one.instance, one.end - one.start) for one in found] == [
        ("20261025", timedelta(hours=25)),
        ("20261026", timedelta(hours=24)),
    ]


@pytest.mark.parametrize(
    ("until", "count"), [("20261010T080000Z", 3), ("20261010T075959Z", 2), ("20261010", 3), ("20261010T100000", 3)]
)
def test_the_last_occurrence_may_start_at_until(until: str, count: int) -> None:
    assert len(starts(event(*MORNING, f"RRULE:FREQ=DAILY;UNTIL={until}"))) == count


def test_a_window_leaves_out_what_ends_when_it_begins() -> None:
    assert starts(event(*MORNING), window=(at("20261008T0900"), at("20261008T1000"))) == []
    assert starts(event(*MORNING), window=(at("20261008T0700"), at("20261008T0800"))) == []
    assert starts(event(*MORNING), window=(at("20261008T0859"), at("20261008T1000"))) == ["20261008T0800"]


def test_what_takes_no_time_is_found_where_it_starts() -> None:
    point = event("DTSTART:20261008T080000Z")

    assert starts(point, window=(at("20261008T0800"), at("20261008T0900"))) == ["20261008T0800"]
    assert starts(point, window=(at("20261008T0700"), at("20261008T0800"))) == []


def test_a_window_far_ahead_of_an_old_endless_series_is_answered_exactly() -> None:
    old = event("DTSTART;TZID=Europe/Oslo:19900101T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=3")

    found = starts(old, window=(at("20261005T0000"), at("20261012T0000")))

    assert found == ["20261007T0700", "20261010T0700"]


def test_no_more_than_asked_for_are_given_and_the_earliest_first() -> None:
    found = held(event(*MORNING, "RRULE:FREQ=DAILY"), limit=3)

    assert [one.start.day for one in found] == [8, 9, 10]


def test_a_task_that_is_only_due_repeats_by_its_due_date() -> None:
    found = held(task("DUE;TZID=Europe/Oslo:20261009T160000", "RRULE:FREQ=WEEKLY;COUNT=2"))

    assert [one.start for one in found] == [at("20261009T1400"), at("20261016T1400")]


def test_a_task_without_time_takes_place_never() -> None:
    assert held(task("SUMMARY:x")) == ()
    assert reach(task("SUMMARY:x"), kind=Kind.VTODO) == (None, None, False)


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ((), "20261008T0900"),
        (("RRULE:FREQ=WEEKLY;COUNT=4",), "20261029T1000"),
        (("RRULE:FREQ=WEEKLY;UNTIL=20261030T000000Z",), "20261029T1000"),
        (("RRULE:FREQ=MONTHLY;BYDAY=2TH;COUNT=3",), "20261210T1000"),
        (("RRULE:FREQ=DAILY;COUNT=2", "RDATE:20270101T080000Z"), "20270101T0900"),
        (("RRULE:FREQ=HOURLY;INTERVAL=6;COUNT=5",), "20261009T0900"),
    ],
)
def test_a_bounded_entry_reaches_exactly_to_its_last_end(lines: tuple[str, ...], end: str) -> None:
    start, found, recurring = reach(event(*MORNING, *lines))

    assert (start, found, recurring) == (at("20261008T0800"), at(end), bool(lines))


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "FREQ=DAILY;RSCALE=CHINESE;COUNT=2"]
)
def test_what_has_no_end_or_none_that_can_be_found_is_endless(rule: str) -> None:
    assert reach(event(*MORNING, f"RRULE:{rule}"))[1] is None


def test_overrides_widen_the_reach() -> None:
    early = event("RECURRENCE-ID:20261015T080000Z", "DTSTART:20260901T080000Z")
    late = event("RECURRENCE-ID:20261022T080000Z", "DTSTART:20270901T080000Z", "DURATION:PT1H")

    start, end, _ = reach(event(*MORNING, "RRULE:FREQ=WEEKLY;COUNT=3"), early, late)

    assert (start, end) == (at("20260901T0800"), at("20270901T0900"))


@pytest.mark.parametrize("line", ["RRULE:", "RRULE:WEEKLY", "RRULE:INTERVAL=2", "EXDATE:x", "RDATE:20261399T000000Z"])
def test_a_rule_or_date_that_cannot_be_read_is_refused(line: str) -> None:
    for ask in (reach, held):
        with pytest.raises(ValueRefused):
            ask(event(*MORNING, line))
