# SPDX-License-Identifier: GPL-3.0-or-later
"""One day of a series is changed, or all of it, or a day and all that follow; what is special about others stays."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from ical.editing import Particulars, changed
from ical.editing_series import all_rewritten, cut, day_rewritten, day_taken_out, has, is_first, of_day
from ical.instances import SERIES, InstanceId
from ical.lines import read
from ical.recurrence import Occurrence, occurrences
from ical.snapshot import Snapshot, read_object
from ical.times import instance_at
from tests.ical.test_editing import BY, lines_of
from tests.ical.texts import OSLO, calendar, event

WEEKS = ("DTSTART;TZID=Europe/Oslo:20261005T090000", "DTEND;TZID=Europe/Oslo:20261005T100000", "SUMMARY:Ukemøte")
START = datetime(2026, 10, 5, 9, 0, tzinfo=OSLO)
HOUR = timedelta(hours=1)


def series(*lines: str, rule: str = "FREQ=WEEKLY;BYDAY=MO;COUNT=8", others: tuple[str, ...] = ()) -> Snapshot:
    return read_object(calendar(event(*WEEKS, f"RRULE:{rule}", *lines), *others), OSLO)


def week(number: int) -> InstanceId:
    """Name the occurrence that is *number* weeks after the first one; the clocks are changed on 25 October."""
    return instance_at(START + timedelta(weeks=number))


def starts(text: bytes) -> list[str]:
    """Give when the entry takes place, as another program finds it."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2026, 9, 1), (2027, 12, 31))
    return sorted(f"{one['DTSTART'].dt:%m%d %H%M} {one['SUMMARY']}" for one in found)


MOVED = event(
    f"RECURRENCE-ID;TZID=Europe/Oslo:{START + timedelta(weeks=2):%Y%m%dT%H%M%S}",
    "DTSTART;TZID=Europe/Oslo:20261020T140000",
    "DTEND;TZID=Europe/Oslo:20261020T150000",
    "SUMMARY:Ukemøte",
)
RENAMED = event(
    f"RECURRENCE-ID;TZID=Europe/Oslo:{START + timedelta(weeks=3):%Y%m%dT%H%M%S}",
    f"DTSTART;TZID=Europe/Oslo:{START + timedelta(weeks=3):%Y%m%dT%H%M%S}",
    f"DTEND;TZID=Europe/Oslo:{START + timedelta(weeks=3, hours=1):%Y%m%dT%H%M%S}",
    "SUMMARY:Julebord",
)


def test_one_day_gets_a_component_of_its_own_and_all_others_stay() -> None:
    said = series("X-ODD:1")
    base = of_day(said, week(4), BY)
    assert base.start == START + timedelta(weeks=4)

    later = replace(base, title="Flyttet", start=plus(base.start, 3 * HOUR), end=plus(base.end, 3 * HOUR))
    text = day_rewritten(said, week(4), base, later, BY)

    after = read_object(text, OSLO)
    assert [part.instance for part in after.parts] == [SERIES, week(4)]
    assert said.document.text_of(said.main.component) in text
    assert starts(text)[4] == "1102 1200 Flyttet"
    assert day_rewritten(said, week(4), base, base, BY) == said.document.raw


def test_a_day_taken_out_is_an_exception_of_the_rule() -> None:
    text = day_taken_out(series(), week(1), OSLO)

    assert "EXDATE;TZID=Europe/Oslo:20261012T090000" in lines_of(text)
    assert len(starts(text)) == 7


def test_all_of_it_moves_by_as_much_as_the_day_that_was_moved() -> None:
    said = series("EXDATE;TZID=Europe/Oslo:20261012T090000", others=(MOVED, RENAMED))
    base = of_day(said, week(4), BY)
    later = replace(base, start=plus(base.start, 26 * HOUR), end=plus(base.end, 26 * HOUR))

    text = all_rewritten(said, base, later, BY)

    assert starts(text) == [
        "1006 1100 Ukemøte",
        "1020 1400 Ukemøte",  # it was moved apart, and stays
        "1027 1100 Julebord",
        "1103 1100 Ukemøte",
        "1110 1100 Ukemøte",
        "1117 1100 Ukemøte",
        "1124 1100 Ukemøte",
    ]
    assert "EXDATE;TZID=Europe/Oslo:20261013T110000" in lines_of(text)
    assert "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=8" in lines_of(text)


def test_a_new_title_reaches_the_days_that_had_the_old_one() -> None:
    said = series(others=(MOVED, RENAMED))
    base = of_day(said, SERIES, BY)

    text = all_rewritten(said, base, replace(base, title="Mandagsmøte"), BY)

    assert {line for line in lines_of(text) if line.startswith("SUMMARY")} == {
        "SUMMARY:Mandagsmøte",
        "SUMMARY:Julebord",
    }
    assert text.count(b"SUMMARY:Mandagsm") == 2


def test_the_last_day_moves_along() -> None:
    said = series(rule="FREQ=WEEKLY;UNTIL=20261109T080000Z")
    base = of_day(said, SERIES, BY)
    assert len(starts(said.document.raw)) == 6

    text = all_rewritten(said, base, replace(base, start=START.replace(hour=15), end=START.replace(hour=16)), BY)

    assert len(starts(text)) == 6
    assert starts(text)[-1] == "1109 1500 Ukemøte"


def test_another_rule_leaves_no_day_behind_that_it_does_not_make() -> None:
    said = series(others=(MOVED, RENAMED))
    base = of_day(said, SERIES, BY)

    text = all_rewritten(said, base, replace(base, repeat=None), BY)

    assert starts(text) == ["1005 0900 Ukemøte"]


def test_whole_days_instead_of_times_keep_the_weeks() -> None:
    said = series(others=(RENAMED,))
    base = of_day(said, SERIES, BY)

    text = all_rewritten(said, base, replace(base, start=date(2026, 10, 5), end=date(2026, 10, 6)), BY)

    assert starts(text)[:4] == ["1005 0000 Ukemøte", "1012 0000 Ukemøte", "1019 0000 Ukemøte", "1026 0000 Julebord"]


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;BYDAY=MO;COUNT=8", "FREQ=WEEKLY;UNTIL=20261123T080000Z"])
def test_a_series_that_is_cut_is_two_that_make_the_same_days(rule: str) -> None:
    said = series("EXDATE;TZID=Europe/Oslo:20261012T090000,20261116T090000", rule=rule, others=(MOVED, RENAMED))
    assert not is_first(said, week(3), OSLO)

    before, after = cut(said, week(3), "uid-2", BY)

    assert sorted(starts(before) + starts(after)) == starts(said.document.raw)
    assert starts(after)[0] == "1026 0900 Julebord"
    assert {line for line in lines_of(after) if line.startswith("UID")} == {"UID:uid-2"}
    assert "RELATED-TO;RELTYPE=SIBLING:entry-1" in lines_of(after)


def test_the_second_part_of_a_cut_series_has_no_answers_yet() -> None:
    said = series(
        "ORGANIZER:mailto:kari@byggbo.example",
        "ATTENDEE;PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0:mailto:ola@byggbo.example",
        "SEQUENCE:4",
    )

    _, after = cut(said, week(3), "uid-2", BY)

    assert "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ola@byggbo.example" in lines_of(after)
    assert "SEQUENCE:0" in lines_of(after)


def test_what_is_no_occurrence_is_known() -> None:
    said = series(others=(RENAMED,))

    assert has(said, week(3), OSLO)
    assert has(said, week(7), OSLO)
    assert not has(said, week(8), OSLO)
    assert not has(said, InstanceId("20261006T070000Z"), OSLO)


@settings(max_examples=60)
@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 3),
    st.integers(2, 12),
    st.integers(-5, 5),
    st.integers(-8, 14),
    st.data(),
)
def test_moving_a_series_moves_every_day_of_it_alike(
    often: str, interval: int, count: int, days: int, hours: int, data: st.DataObject
) -> None:
    said = series(rule=f"FREQ={often};INTERVAL={interval};COUNT={count}")
    was = [one.instance for one in found(said.document.raw)]
    chosen = data.draw(st.sampled_from(was))
    base = of_day(said, chosen, BY)
    by = timedelta(days=0 if often in {"MONTHLY", "YEARLY"} else days, hours=hours)

    text = all_rewritten(said, base, replace(base, start=plus(base.start, by), end=plus(base.end, by)), BY)

    moved = of_day(read_object(text, OSLO), SERIES, BY)
    assert moved.start == plus(START, by)
    assert len(found(text)) == count
    same = of_day(said, SERIES, BY)
    assert changed(same, moved) <= {"start", "end", "repeat"}


def found(text: bytes) -> tuple[Occurrence, ...]:
    return occurrences(read(text), datetime(2000, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC), OSLO, limit=99)


def plus(value: object, by: timedelta) -> datetime:
    assert isinstance(value, datetime)
    return (value.replace(tzinfo=None) + by).replace(tzinfo=value.tzinfo)


def test_nothing_changed_is_nothing_written() -> None:
    said = series(others=(MOVED, RENAMED))

    assert all_rewritten(said, Particulars(), Particulars(), BY) == said.document.raw
