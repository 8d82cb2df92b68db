# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change comes to for those who are in the series, or in some of its days."""

from dataclasses import replace

import pytest

from ical.answers import Answer
from ical.changes import Changes, compare
from ical.instances import SERIES, InstanceId
from ical.itip.guests import NONE, WHOLE, Effect, Effects, Instances
from ical.snapshot import read_object
from tests.ical.itip.company import END, OLA, START
from tests.ical.texts import OSLO, calendar, event

TEXT = read_object(calendar(event(START, END, "RRULE:FREQ=DAILY")), OSLO)
NOTHING = compare(TEXT, TEXT, OSLO)
FRIDAY, SATURDAY, SUNDAY = (InstanceId(f"202610{day:02}T080000Z") for day in (9, 10, 11))


def effect(changes: Changes, was: Instances, now: Instances) -> Effect:
    """Give what *changes* come to for somebody who was in one, and is in the other."""
    return Effects(changes, TEXT, TEXT, NONE).of(was, now)


def ended(found: Effect) -> set[InstanceId]:
    """Give of what the answers go away, of somebody who said something of everything."""
    return {i for i in (SERIES, FRIDAY, SATURDAY, SUNDAY) if found.ends(Answer(OLA, i))}


def test_a_series_at_another_time_is_answered_anew_as_a_whole() -> None:
    assert ended(effect(replace(NOTHING, series=True), WHOLE, WHOLE)) == {FRIDAY, SATURDAY, SUNDAY}


def test_who_is_left_in_some_days_keeps_what_they_said_of_those_alone() -> None:
    moved = replace(NOTHING, again=frozenset({SATURDAY}))

    assert ended(effect(moved, WHOLE, frozenset({FRIDAY, SATURDAY}))) == {SERIES, SUNDAY}


def test_who_is_in_the_series_from_now_on_keeps_what_they_said_of_days_that_they_were_in() -> None:
    assert ended(effect(NOTHING, frozenset({FRIDAY, SATURDAY}), WHOLE | {FRIDAY})) == {SATURDAY}


def test_who_is_in_other_days_loses_what_they_said_of_those_that_they_are_not_in() -> None:
    assert ended(effect(NOTHING, frozenset({FRIDAY, SATURDAY}), frozenset({SATURDAY, SUNDAY}))) == {FRIDAY}


@pytest.mark.parametrize(
    ("was", "now", "elsewhere"),
    [
        (NONE, WHOLE, True),
        (WHOLE, NONE, True),
        (WHOLE, frozenset({FRIDAY}), True),
        (frozenset({FRIDAY}), WHOLE, True),
        (frozenset({FRIDAY}), frozenset({SATURDAY}), True),
        (frozenset({FRIDAY}), frozenset({FRIDAY}), False),
        (WHOLE, WHOLE, False),
    ],
)
def test_who_comes_or_goes_reads_something_else(was: Instances, now: Instances, elsewhere: bool) -> None:
    assert effect(NOTHING, was, now).elsewhere is elsewhere
