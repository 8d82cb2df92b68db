# SPDX-License-Identifier: GPL-3.0-or-later
"""What one change comes to for each who was asked to some of it, and is asked to some of it now."""

from dataclasses import replace

import pytest

from ical.changes import Changes, compare
from ical.instances import SERIES, InstanceId
from ical.itip.guests import NONE, WHOLE, Effect, Effects, Instances, asked_in, guests
from ical.people import SERVER
from ical.snapshot import Snapshot, read_object
from tests.ical.itip.company import BERIT, END, KARI, NINA, OLA, PER, START, meeting, with_parameters, without
from tests.ical.texts import OSLO, calendar, event

FRIDAY, SATURDAY, SUNDAY = (InstanceId(f"202610{day:02}T080000Z") for day in (9, 10, 11))
FRI, SAT, SUN = (frozenset({day}) for day in (FRIDAY, SATURDAY, SUNDAY))
STAYS = Effect(elsewhere=False)


def said(days: Instances, *asked: str, on: tuple[str, ...] = ()) -> Snapshot:
    """Give a series to which these are *asked*, with components of *days* that have others *on* them."""
    whole = event(START, END, "RRULE:FREQ=DAILY", f"ORGANIZER:{KARI}", *(f"ATTENDEE:{a}" for a in asked))
    apart = (
        event(f"RECURRENCE-ID:{day}", f"DTSTART:{day}", f"ORGANIZER:{KARI}", *(f"ATTENDEE:{a}" for a in on))
        for day in sorted(days)
    )
    return read_object(calendar(whole, *apart), OSLO)


NOTHING = compare(said(NONE), said(NONE), OSLO)
MOVED = replace(NOTHING, again=FRI | SAT)
TOLD = replace(NOTHING, told=FRI)
OFF = replace(NOTHING, off=FRI | SAT)


def effect(
    was: Instances,
    now: Instances,
    changes: Changes = NOTHING,
    *,
    before: Instances = NONE,
    after: Instances = NONE,
    past: Instances = NONE,
) -> Effect:
    """Give what *changes* come to where *before* and *after* have components of their own."""
    return Effects(changes, said(before), said(after), past).of(was, now)


@pytest.mark.parametrize(
    ("now", "past", "expected"),
    [
        (WHOLE, NONE, Effect(asked=WHOLE, told=WHOLE)),
        (WHOLE | FRI, FRI, Effect(asked=WHOLE, told=WHOLE)),
        (FRI | SAT, NONE, Effect(asked=FRI | SAT, told=FRI | SAT)),
        (FRI | SAT, FRI, Effect(asked=FRI | SAT, told=SAT)),
    ],
)
def test_who_comes_is_asked_to_what_they_are_in(now: Instances, past: Instances, expected: Effect) -> None:
    assert effect(NONE, now, past=past) == expected


@pytest.mark.parametrize(("was", "cancelled"), [(WHOLE | FRI, WHOLE), (FRI | SAT, FRI | SAT)])
def test_of_who_goes_nothing_stands(was: Instances, cancelled: Instances) -> None:
    assert effect(was, NONE) == Effect(cancelled=cancelled, anew=True)


def test_who_was_in_some_days_is_asked_to_the_series_and_again_to_those_of_them_that_moved() -> None:
    changes = replace(NOTHING, again=FRI | SAT | SUN)

    found = effect(FRI | SAT, WHOLE | FRI | SUN, changes)

    assert found == Effect(asked=WHOLE, again=FRI, told=WHOLE, lost=SAT)


def test_who_stays_in_some_days_of_the_series_is_told_of_those_to_come_and_asked_to_those_that_moved() -> None:
    changes = replace(NOTHING, again=SAT | SUN)

    found = effect(WHOLE | FRI, FRI | SAT, changes, past=FRI)

    assert found == Effect(cancelled=WHOLE, again=SAT, told=SAT, anew=True, apart=FRI)


@pytest.mark.parametrize(
    ("changes", "was", "now", "past", "expected"),
    [
        (NOTHING, FRI, FRI, NONE, STAYS),
        (NOTHING, FRI | SAT, SAT | SUN, NONE, Effect(cancelled=FRI, asked=SUN, told=SUN, lost=FRI)),
        (MOVED, SAT, SAT | SUN, NONE, Effect(asked=SUN, again=SAT, told=SAT | SUN)),
        (MOVED, FRI, FRI, FRI, Effect(again=FRI, elsewhere=False)),
        (MOVED, SAT | SUN, SUN, NONE, Effect(cancelled=SAT, lost=SAT)),
        (TOLD, FRI | SAT, FRI | SAT, NONE, Effect(told=FRI, elsewhere=False)),
        (TOLD, FRI | SAT, SAT, NONE, Effect(cancelled=FRI, lost=FRI)),
        (OFF, FRI, FRI, NONE, Effect(cancelled=FRI, elsewhere=False)),
        (OFF, FRI | SUN, SUN, NONE, Effect(cancelled=FRI, lost=FRI)),
        (OFF, SUN, FRI | SUN, NONE, Effect(asked=FRI, told=FRI)),
        (MOVED, SUN, FRI | SUN, NONE, Effect(asked=FRI, told=FRI)),
    ],
)
def test_who_is_in_some_days_hears_of_those(
    changes: Changes, was: Instances, now: Instances, past: Instances, expected: Effect
) -> None:
    assert effect(was, now, changes, past=past) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (NOTHING, STAYS),
        (replace(NOTHING, series=True), Effect(again=WHOLE, told=WHOLE, anew=True)),
        (replace(NOTHING, shorter=True), Effect(told=WHOLE, elsewhere=False)),
        (replace(NOTHING, told=WHOLE), Effect(told=WHOLE, elsewhere=False)),
        (TOLD, Effect(told=WHOLE, elsewhere=False)),
        (replace(NOTHING, gone=SAT), Effect(cancelled=SAT, lost=SAT, elsewhere=False)),
        (MOVED, Effect(again=FRI | SAT, told=WHOLE, elsewhere=False)),
        (OFF, Effect(cancelled=FRI, elsewhere=False)),
    ],
)
def test_who_is_in_the_series_hears_of_it_as_a_whole(changes: Changes, expected: Effect) -> None:
    assert effect(WHOLE | FRI, WHOLE | FRI, changes, before=FRI, after=FRI) == expected


@pytest.mark.parametrize("changes", [TOLD, replace(NOTHING, again=FRI)])
def test_of_days_that_are_over_nobody_in_the_series_hears(changes: Changes) -> None:
    assert effect(WHOLE | FRI, WHOLE | FRI, changes, before=FRI, after=FRI, past=FRI).told == NONE


def test_who_is_left_out_of_a_day_loses_that_day() -> None:
    assert effect(WHOLE, WHOLE, after=FRI) == Effect(cancelled=FRI, lost=FRI)


@pytest.mark.parametrize("changes", [NOTHING, TOLD, replace(NOTHING, again=FRI), OFF, replace(NOTHING, gone=FRI)])
def test_who_is_not_in_a_day_hears_nothing_of_it(changes: Changes) -> None:
    assert effect(WHOLE, WHOLE, changes, before=FRI, after=FRI) == STAYS


def test_a_day_without_them_that_goes_is_nothing_that_they_had() -> None:
    assert effect(WHOLE, WHOLE, replace(NOTHING, gone=FRI), before=FRI) == Effect()


@pytest.mark.parametrize(("past", "told"), [(NONE, WHOLE), (FRI, NONE)])
def test_who_is_taken_into_a_day_again_is_asked_to_it(past: Instances, told: Instances) -> None:
    back = effect(WHOLE, WHOLE | FRI, replace(NOTHING, again=FRI), before=FRI | SAT, after=FRI | SAT, past=past)

    assert back == Effect(asked=FRI, told=told)


def test_whom_the_server_asks_to_what_is_told_by_the_lines() -> None:
    days = said(FRI | SAT, OLA, NINA, on=(KARI, NINA, PER))

    assert {a: invited for a, (_, invited) in asked_in(days, {KARI}).items()} == {
        OLA: WHOLE,
        NINA: WHOLE | FRI | SAT,
        PER: FRI | SAT,
    }


def test_whom_the_client_asks_the_server_does_not_ask() -> None:
    alone = read_object(with_parameters(meeting(OLA, NINA), OLA, {"SCHEDULE-AGENT": "CLIENT"}), OSLO)
    all_of_them = read_object(meeting(OLA).replace(b"ORGANIZER:", b"ORGANIZER;SCHEDULE-AGENT=CLIENT:"), OSLO)

    assert [(a, p.agent) for a, (p, _) in asked_in(alone, ()).items()] == [(NINA, SERVER)]
    assert asked_in(all_of_them, ()) == {}


def test_a_text_that_names_no_organizer_asks_whom_it_names() -> None:
    assert list(asked_in(read_object(without(meeting(OLA), "ORGANIZER"), OSLO), ())) == [OLA]


def test_of_whom_no_line_speaks_the_rows_tell_what_they_were_in() -> None:
    text = said(NONE, OLA)

    found = guests(text, text, {NINA: WHOLE | FRI, PER: FRI}, ())

    assert [(a, g.was, g.now) for a, g in found.items()] == [
        (NINA, WHOLE, NONE),
        (PER, FRI, NONE),
        (OLA, NONE, WHOLE),
    ]


def test_the_lines_tell_what_those_were_in_who_have_rows() -> None:
    found = guests(said(FRI, OLA, on=(BERIT,)), said(NONE, BERIT), {OLA: WHOLE | FRI, BERIT: FRI}, ())

    assert {a: (g.was, g.now, g.line is not None) for a, g in found.items()} == {
        OLA: (WHOLE, NONE, False),
        BERIT: (FRI, WHOLE, True),
    }


def test_who_was_in_the_series_and_in_a_day_is_in_the_day_alone_where_the_lines_say_so() -> None:
    assert SERIES not in guests(said(FRI, on=(OLA,)), said(NONE), {OLA: WHOLE | FRI}, ())[OLA].was
