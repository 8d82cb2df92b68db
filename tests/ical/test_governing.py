# SPDX-License-Identifier: GPL-3.0-or-later
"""A component made for a day says what speaks for that day, at the time that it takes place."""

import pytest

from ical.instances import InstanceId
from ical.overrides import single
from ical.recurrence import occurrences
from ical.snapshot import read_object
from ical.times import FIRST, LAST
from tests.ical.texts import OSLO, calendar, event, task

SERIES = ("DTSTART;TZID=Europe/Oslo:20261006T100000", "DTEND;TZID=Europe/Oslo:20261006T110000", "RRULE:FREQ=WEEKLY")
DAYS = ("DTSTART;VALUE=DATE:20261006", "DTEND;VALUE=DATE:20261007", "RRULE:FREQ=WEEKLY;COUNT=9")


def from_on(day: str, *more: str) -> str:
    """Give an override for *day* and all later ones."""
    return event(f"RECURRENCE-ID;RANGE=THISANDFUTURE;{day}", *more)


def made(instance: str, *components: str) -> list[str]:
    """Give the lines about time of the component that is made for *instance*, in the order of the alphabet."""
    said = single(read_object(calendar(*components), OSLO), InstanceId(instance), OSLO)
    names = {"DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID", "RRULE", "RDATE"}
    lines = (line for _, line in said.document.own(said.main.component) if line.name in names)
    return sorted(line.raw.decode().strip() for line in lines)


def test_a_range_that_moves_a_week_keeps_the_clock_when_the_clocks_change() -> None:
    weeks = from_on("TZID=Europe/Oslo:20261020T100000", "DTSTART;TZID=Europe/Oslo:20261027T100000", "DURATION:PT30M")

    assert made("20261103T090000Z", event(*SERIES), weeks) == [
        "DTSTART;TZID=Europe/Oslo:20261110T100000",
        "DURATION:PT30M",
        "RECURRENCE-ID;TZID=Europe/Oslo:20261103T100000",
    ]


def test_a_range_of_whole_days_stays_one_when_the_clocks_change() -> None:
    days = from_on("VALUE=DATE:20261020", "DTSTART;VALUE=DATE:20261021", "DTEND;VALUE=DATE:20261023")

    assert made("20261027", event(*DAYS), days) == [
        "DTEND;VALUE=DATE:20261030",
        "DTSTART;VALUE=DATE:20261028",
        "RECURRENCE-ID;VALUE=DATE:20261027",
    ]


def test_a_range_in_utc_is_written_in_utc() -> None:
    assert made("20261020T080000Z", event(*SERIES), from_on("X=1:20261013T080000Z", "DTSTART:20261013T120000Z")) == [
        "DTSTART:20261020T120000Z",
        "RECURRENCE-ID;TZID=Europe/Oslo:20261020T100000",
    ]


def test_a_range_makes_whole_days_of_times_and_times_of_whole_days() -> None:
    whole = from_on("TZID=Europe/Oslo:20261013T100000", "DTSTART;VALUE=DATE:20261014")
    timed = from_on("VALUE=DATE:20261013", "DTSTART;TZID=Europe/Oslo:20261013T180000", "DURATION:PT1H")

    assert made("20261020T080000Z", event(*SERIES), whole)[0] == "DTSTART;VALUE=DATE:20261021"
    assert made("20261020", event(*DAYS), timed)[0] == "DTSTART;TZID=Europe/Oslo:20261020T180000"


def test_the_latest_range_before_a_day_speaks_for_it() -> None:
    noon = from_on("TZID=Europe/Oslo:20261013T100000", "DTSTART;TZID=Europe/Oslo:20261013T120000")
    late = from_on("TZID=Europe/Oslo:20261103T100000", "DTSTART;TZID=Europe/Oslo:20261103T140000")
    alone = event("RECURRENCE-ID:20261110T090000Z", "DTSTART:20261110T060000Z")

    def start(instance: str) -> str:
        lines = made(instance, event(*SERIES), late, alone, noon)
        return next(line.rpartition(":")[2] for line in lines if line.startswith("DTSTART"))

    assert start("20261006T080000Z") == "20261006T100000"
    assert start("20261020T080000Z") == "20261020T120000"
    assert start("20261117T090000Z") == "20261117T140000"


@pytest.mark.parametrize("end", ["DTEND;TZID=Europe/Oslo:20261006T110000", "DURATION:PT1H", "X-NO-END:1"])
def test_a_day_with_its_own_length_has_it_however_the_others_say_theirs(end: str) -> None:
    series = event(SERIES[0], end, "RDATE;VALUE=PERIOD:20261008T080000Z/PT3H")

    assert made("20261008T080000Z", series) == [
        "DTEND;TZID=Europe/Oslo:20261008T130000",
        "DTSTART;TZID=Europe/Oslo:20261008T100000",
        "RECURRENCE-ID;TZID=Europe/Oslo:20261008T100000",
    ]


def test_a_task_with_its_own_length_is_due_then() -> None:
    series = task(SERIES[0], "DUE;TZID=Europe/Oslo:20261006T110000", "RDATE;VALUE=PERIOD:20261008T080000Z/PT3H")

    assert made("20261008T080000Z", series)[1] == "DUE;TZID=Europe/Oslo:20261008T130000"


def test_a_task_whose_range_has_no_time_is_when_the_rules_have_it() -> None:
    series = task("DUE:20261006T080000Z", "RRULE:FREQ=WEEKLY")
    later = task("RECURRENCE-ID;RANGE=THISANDFUTURE:20261013T080000Z", "SUMMARY:Senere")

    assert made("20261020T080000Z", series, later) == ["RECURRENCE-ID:20261020T080000Z"]


@pytest.mark.parametrize(
    "components",
    [
        (event(*SERIES), from_on("TZID=Europe/Oslo:20261020T100000", "DTSTART;TZID=Europe/Oslo:20261027T100000")),
        (event(*DAYS), from_on("VALUE=DATE:20261013", "DTSTART;VALUE=DATE:20261014", "DURATION:P3D")),
        (event(*SERIES[:2], "RDATE;VALUE=PERIOD:20261008T080000Z/PT3H,20261009T080000Z/20261009T083000Z"),),
    ],
)
def test_what_is_made_takes_place_when_the_text_has_the_day(components: tuple[str, ...]) -> None:
    said = read_object(calendar(*components), OSLO)

    for one in occurrences(said.document, FIRST, LAST, OSLO, limit=9):
        alone = single(said, one.instance, OSLO)
        if said.part(one.instance) is None:
            (again,) = occurrences(alone.document, FIRST, LAST, OSLO, limit=9)
            assert (again.start, again.end) == (one.start, one.end)
