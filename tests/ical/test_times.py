# SPDX-License-Identifier: GPL-3.0-or-later
"""When a component is."""

from datetime import UTC, date, datetime

import pytest

from ical.errors import ValueRefused
from ical.recurrence import When, instance_id, instant, when
from tests.ical.texts import OSLO, calendar, component, event, first, task


def read_when(text: str) -> When:
    """Read when the only component of a calendar is."""
    return when(*first(calendar(text)))


def test_a_time_in_a_zone_is_aware() -> None:
    found = read_when(event("DTSTART;TZID=Europe/Oslo:20261008T100000", "DTEND;TZID=Europe/Oslo:20261008T110000"))

    assert found.start == datetime(2026, 10, 8, 10, tzinfo=OSLO)
    assert found.end == datetime(2026, 10, 8, 11, tzinfo=OSLO)
    assert (found.all_day, found.tzid, found.recurring) == (False, "Europe/Oslo", False)


def test_a_z_wins_over_a_tzid() -> None:
    # icalendar drops the Z and shifts the instant.
    assert read_when(event("DTSTART;TZID=Europe/Berlin:20261008T100000Z")).start == datetime(
        2026, 10, 8, 10, tzinfo=UTC
    )


def test_a_date_is_a_day_with_or_without_value_date() -> None:
    assert read_when(event("DTSTART;VALUE=DATE:20261008")).start == date(2026, 10, 8)
    assert read_when(event("DTSTART:20261008")) == read_when(event("DTSTART;VALUE=DATE:20261008"))


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (("DTSTART:20261008T100000Z",), datetime(2026, 10, 8, 10, tzinfo=UTC)),
        (("DTSTART:20261008T100000Z", "DURATION:PT1H30M"), datetime(2026, 10, 8, 11, 30, tzinfo=UTC)),
        (("DTSTART:20261008T100000Z", "DTEND:20261008T090000Z"), datetime(2026, 10, 8, 10, tzinfo=UTC)),
        (("DTSTART;VALUE=DATE:20261008",), date(2026, 10, 9)),
        (("DTSTART;VALUE=DATE:20261008", "DTEND;VALUE=DATE:20261008"), date(2026, 10, 9)),
        (("DTSTART;VALUE=DATE:20261008", "DTEND;VALUE=DATE:20261010"), date(2026, 10, 10)),
        (("DTSTART;VALUE=DATE:20261008", "DURATION:P1W"), date(2026, 10, 15)),
        (("DTSTART:20261008T100000Z", "DTEND;VALUE=DATE:20261010"), datetime(2026, 10, 10, tzinfo=UTC)),
    ],
)
def test_the_end_of_an_event(lines: tuple[str, ...], end: date) -> None:
    assert read_when(event(*lines)).end == end


@pytest.mark.parametrize("more", [(), ("DTEND:20261010T100000Z",), ("DURATION:P3D",)])
def test_a_journal_lasts_a_day_or_no_time(more: tuple[str, ...]) -> None:
    at = datetime(2026, 10, 8, 10, tzinfo=UTC)
    timed, day = "DTSTART:20261008T100000Z", "DTSTART;VALUE=DATE:20261008"

    assert read_when(component("VJOURNAL", timed, *more)).end == at
    assert read_when(component("VJOURNAL", day, *more)).end == date(2026, 10, 9)
    assert read_when(component("VJOURNAL", *more)).end is None


def test_a_day_is_by_the_calendar_and_24_hours_are_by_the_clock() -> None:
    start = "DTSTART;TZID=Europe/Oslo:20261024T120000"  # the clocks go back in that night

    assert read_when(event(start, "DURATION:P1D")).end == datetime(2026, 10, 25, 12, tzinfo=OSLO)
    assert read_when(event(start, "DURATION:PT24H")).end == datetime(2026, 10, 25, 11, tzinfo=OSLO)


def test_a_task_may_be_due_without_a_start() -> None:
    found = read_when(task("DUE;TZID=Europe/Oslo:20261009T160000"))

    assert found.start is None
    assert found.end == datetime(2026, 10, 9, 16, tzinfo=OSLO)
    assert found.tzid == "Europe/Oslo"


def test_a_task_may_have_no_time_or_no_end() -> None:
    assert read_when(task("SUMMARY:x")) == When(None, None, all_day=False, tzid=None, recurring=False)
    assert read_when(task("DTSTART;VALUE=DATE:20261008")).end is None
    assert read_when(task("DUE;VALUE=DATE:20261008")).all_day


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART:",
        "DTSTART:tomorrow",
        "DTSTART:20261308T100000Z",
        "DTSTART:20261008T250000Z",
        "DTSTART:2026100810",
        "DTSTART:19440325T16000Z",
        "DTSTART:00000000T000000Z",
        "DTEND:20261008T1",
    ],
)
def test_a_time_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        read_when(event(line))

    assert caught.value.name == line.partition(":")[0]


@pytest.mark.parametrize("value", ["", "P", "PT", "1H", "PT1H1D", "P1Y", "P99999999999D"])
def test_a_duration_that_cannot_be_read_is_named(value: str) -> None:
    with pytest.raises(ValueRefused, match="DURATION"):
        read_when(event("DTSTART:20261008T100000Z", f"DURATION:{value}"))


@pytest.mark.parametrize("start", ["00010101T000000", "99991231T235959", "00010101", "99991231"])
def test_the_first_and_last_days_overflow_nothing(start: str) -> None:
    for extra in ("SUMMARY:x", "DURATION:P99999D", "DURATION:-P99999D"):
        found = read_when(event(f"DTSTART:{start}", extra))

        assert found.start is not None
        assert instant(found.start, OSLO).tzinfo is UTC
        assert found.end is not None
        assert instant(found.end, OSLO) >= instant(found.start, OSLO)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("RECURRENCE-ID;TZID=Europe/Oslo:20261008T100000", "20261008T080000Z"),
        ("RECURRENCE-ID:20261008T080000Z", "20261008T080000Z"),
        ("RECURRENCE-ID;TZID=W. Europe Standard Time:20261008T100000", "20261008T080000Z"),
        ("RECURRENCE-ID:20261008T100000", "20261008T100000"),
        ("RECURRENCE-ID;VALUE=DATE:20261008", "20261008"),
    ],
)
def test_an_instance_has_one_name_in_every_zone(line: str, name: str) -> None:
    document, component = first(calendar(event("DTSTART:20261008T080000Z", line)))
    written = document.first(component, "RECURRENCE-ID")
    assert written is not None

    assert instance_id(document, written, (), OSLO) == name


@pytest.mark.parametrize(
    ("start", "line", "name"),
    [
        ("DTSTART:20261001T100000", "RECURRENCE-ID:20261008T100000", "20261008T100000"),
        ("DTSTART:20261001T100000", "RECURRENCE-ID:20261008T080000Z", "20261008T100000"),
        ("DTSTART;TZID=America/New_York:20261001T100000", "RECURRENCE-ID:20261008T100000", "20261008T140000Z"),
    ],
)
def test_an_instance_is_named_by_the_clock_of_its_series(start: str, line: str, name: str) -> None:
    document, _ = first(calendar(event(start, "RRULE:FREQ=WEEKLY"), event("DTSTART:20261008T120000Z", line)))
    written = document.first(document.root.children[1], "RECURRENCE-ID")
    assert written is not None

    assert instance_id(document, written, document.root.children, OSLO) == name
