# SPDX-License-Identifier: GPL-3.0-or-later
"""Two texts of one time have equal schedules, two times have different ones (RFC 5546 2.1.4; model, law 10)."""

from datetime import timedelta

import pytest

from ical.recurrence import Schedule, schedule_of
from tests.ical.texts import OSLO, calendar, event, first, task

START, END = "DTSTART;TZID=Europe/Oslo:20261008T100000", "DTEND;TZID=Europe/Oslo:20261008T110000"
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=10"


def schedule(*lines: str) -> Schedule:
    """Give the schedule of an event of *lines*."""
    return schedule_of(*first(calendar(event(*lines))), OSLO)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((START, END), (START, "DURATION:PT1H")),
        ((START, END), (END, START)),
        ((START, END), ("DTSTART:20261008T080000Z", "DTEND:20261008T090000Z")),
        ((START, END), ("DTSTART:20261008T100000", "DTEND:20261008T110000")),
        ((START, END), ("DTSTART;TZID=W. Europe Standard Time:20261008T100000", "DURATION:PT60M")),
        ((START, WEEKLY), (START, "RRULE:COUNT=10;FREQ=WEEKLY;INTERVAL=1;WKST=MO")),
        ((START, WEEKLY), (START, "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=10")),
        ((START, WEEKLY), (START, "rrule:freq=weekly;count=10")),
        ((START, "RRULE:FREQ=WEEKLY;BYDAY=MO,TH"), (START, "RRULE:FREQ=WEEKLY;BYDAY=TH,MO;WKST=SU")),
        ((START, "RRULE:FREQ=MONTHLY;BYDAY=1MO"), (START, "RRULE:FREQ=MONTHLY;BYDAY=+1MO")),
        ((START, "RRULE:FREQ=YEARLY"), (START, "RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=08")),
        ((START, WEEKLY), ("DTSTART;TZID=Europe/Berlin:20261008T100000", WEEKLY)),
        (
            (START, WEEKLY, "EXDATE;TZID=Europe/Oslo:20261015T100000,20261022T100000"),
            (START, WEEKLY, "EXDATE:20261022T080000Z", "EXDATE:20261015T080000Z"),
        ),
        (
            (START, WEEKLY, "EXDATE;VALUE=DATE:20261015"),
            (START, WEEKLY, "EXDATE;TZID=Europe/Oslo:20261015T100000,20261015T100000"),
        ),
        (
            ("DTSTART;VALUE=DATE:20261008",),
            ("DTSTART;VALUE=DATE:20261008", "DTEND;VALUE=DATE:20261009"),
        ),
        ((START, "RDATE:20261015T080000Z"), (START, "RDATE;TZID=Europe/Oslo:20261015T100000")),
    ],
)
def test_these_say_the_same(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert schedule(*one) == schedule(*other)
    assert hash(schedule(*one)) == hash(schedule(*other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((START, END), ("DTSTART;TZID=Europe/Oslo:20261008T103000", END)),
        ((START, END), (START, "DURATION:PT61M")),
        ((START, END), (START, END, WEEKLY)),
        ((START, WEEKLY), (START, "RRULE:FREQ=WEEKLY;COUNT=11")),
        (
            (START, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU"),
            (START, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU;WKST=SU"),
        ),
        ((START, WEEKLY), (START, WEEKLY, "EXDATE:20261022T080000Z")),
        ((START, WEEKLY), ("DTSTART:20261008T080000Z", WEEKLY)),
        ((START, WEEKLY), (START, "EXRULE:FREQ=WEEKLY;COUNT=10")),
        ((START,), (START, "RDATE:20261015T080000Z")),
        ((START, "RDATE;VALUE=PERIOD:20261015T080000Z/PT1H"), (START, "RDATE;VALUE=PERIOD:20261015T080000Z/PT2H")),
        (("DTSTART;VALUE=DATE:20261008",), ("DTSTART:20261008T000000",)),
    ],
)
def test_these_do_not(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert schedule(*one) != schedule(*other)


def test_another_zone_for_the_same_instants_is_the_same_time_if_nothing_repeats() -> None:
    assert schedule(START, END) == schedule("DTSTART;TZID=Asia/Tokyo:20261008T170000", "DURATION:PT1H")


def test_the_due_date_of_a_task_is_its_end() -> None:
    soon = schedule_of(*first(calendar(task("DUE;VALUE=DATE:20261009"))), OSLO)
    later = schedule_of(*first(calendar(task("DUE;VALUE=DATE:20261010"))), OSLO)

    assert soon != later
    assert soon.start is None
    assert soon.start_id == "20261009"


def test_a_schedule_tells_its_instance_and_its_length() -> None:
    found = schedule(START, END)

    assert found.start_id == "20261008T080000Z"
    assert found.length == timedelta(hours=1)
