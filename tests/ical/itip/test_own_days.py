# SPDX-License-Identifier: GPL-3.0-or-later
"""What the organizer says of themselves in single days of a task or an appointment, and of closing one day alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS, NEEDS_ACTION, TENTATIVE, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Entry
from ical.itip.own import Manner, first_own_rows, left_out, own_ended, own_rows, own_status
from ical.snapshot import read_object
from tests.ical.itip.company import BERIT, KARI, LATER, NINA, NOW, OLA, START, distributed
from tests.ical.texts import OSLO, calendar, event, task

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
TO_OLA, TO_ME = f"ATTENDEE:{OLA}", f"ATTENDEE:{KARI}"
RULE = "RRULE:FREQ=DAILY;COUNT=3"
NO_FRIDAY = "EXDATE;TZID=Europe/Oslo:20261009T100000"
DONE = "STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261001T110000Z"
AT_ELEVEN = datetime(2026, 10, 1, 11, tzinfo=UTC)
HALF = "STATUS:IN-PROCESS", "PERCENT-COMPLETE:40"
MORE = "STATUS:IN-PROCESS", "PERCENT-COMPLETE:60"
OPEN = "STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:0"
MINE = Answer(KARI, organizer=True)
BEGUN = MINE._replace(partstat=IN_PROCESS, shown=IN_PROCESS, percent=40)
CLOSED = Answer(KARI, FRIDAY, COMPLETED, percent=100, completed_at=AT_ELEVEN, organizer=True)
KARIS = frozenset({KARI})


def series(*lines: str) -> str:
    """Give kari's task on three days."""
    return task(START, RULE, f"ORGANIZER:{KARI}", *lines)


def friday(*lines: str, organizer: str = KARI) -> str:
    """Give its second day."""
    named = (f"ORGANIZER:{organizer}",) if organizer else ()
    times = (line.replace("1008", "1009") for line in (f"RECURRENCE-ID{START[7:]}", START))
    return task(*times, *named, *lines)


def on(row: Answer, instance: InstanceId) -> Answer:
    """Give what is said in *row* of an occurrence."""
    return row._replace(instance=instance)


def saved(shown: tuple[str, ...], sent: tuple[str, ...], *known: Answer) -> tuple[Answer, ...]:
    """Give the rows of kari, who was *shown* some components and sent others."""
    entry = replace(distributed(calendar(series(TO_OLA))), answers=known)
    said, seen = (read_object(calendar(*components), OSLO) for components in (sent, shown))
    return tuple(row._replace(digest="") for row in own_rows(entry, said, seen, KARIS, Manner(), OSLO, LATER)[0])


def test_one_day_is_closed_by_who_is_not_assigned_to_it() -> None:
    opened = series(TO_OLA), friday(TO_OLA)
    done = series(TO_OLA), friday(TO_OLA, *DONE)

    assert saved(opened, done) == (CLOSED,)
    assert saved(opened, (series(TO_OLA), friday(TO_OLA, DONE[0]))) == (CLOSED._replace(completed_at=LATER),)
    assert saved(done, done, CLOSED) == (CLOSED,)
    assert saved(done, opened, CLOSED) == ()
    assert saved(done, (series(TO_OLA), friday(TO_OLA, *OPEN)), CLOSED) == ()


def test_when_a_day_was_closed_stays_as_it_was_said_first() -> None:
    done = series(TO_OLA), friday(TO_OLA, *DONE)

    assert saved(done, (series(TO_OLA), friday(TO_OLA, DONE[0], "COMPLETED:20261002T110000Z")), CLOSED) == (CLOSED,)


def test_a_day_that_was_shown_as_the_series_is_compared_with_that() -> None:
    assert saved((series(TO_OLA, *DONE),), (series(TO_OLA, *DONE), friday(TO_OLA, *DONE))) == ()


def test_a_day_that_its_assignees_have_done_is_not_closed() -> None:
    done = series(TO_OLA), friday(f"ATTENDEE;SCHEDULE-STATUS=2.0;PARTSTAT=COMPLETED:{OLA}", *DONE)

    assert saved((series(TO_OLA), friday(TO_OLA)), done) == ()
    assert saved(done, done) == ()


def test_in_a_text_that_names_no_organizer_nobody_closes_a_day() -> None:
    opened = task(START, RULE, TO_OLA), friday(TO_OLA, organizer="")

    assert saved(opened, (opened[0], friday(TO_OLA, *DONE, organizer=""))) == ()


def test_whoever_is_no_longer_assigned_to_a_day_has_no_share_in_it() -> None:
    before = series(TO_OLA), friday(TO_OLA, TO_ME, *HALF)

    assert saved(before, (series(TO_OLA), friday(TO_OLA, *HALF)), on(BEGUN, FRIDAY)) == ()
    assert saved(before, (series(TO_OLA), friday(TO_OLA, *DONE)), on(BEGUN, FRIDAY)) == (CLOSED,)


def test_of_a_day_that_the_text_does_not_have_apart_stands_what_stood() -> None:
    without_day = (series(TO_OLA, TO_ME),)

    assert saved((series(TO_OLA), friday(TO_OLA, *DONE)), (series(TO_OLA),), CLOSED) == (CLOSED,)
    assert saved(without_day, without_day, MINE, on(BEGUN, FRIDAY)) == (MINE, on(BEGUN, FRIDAY))


def test_of_a_day_that_does_not_take_place_nothing_stands() -> None:
    text = (series(TO_OLA, TO_ME, NO_FRIDAY),)

    assert saved(text, text, MINE, on(BEGUN, FRIDAY)) == (MINE,)


def test_whoever_leaves_the_series_leaves_its_days() -> None:
    assert saved((series(TO_OLA, TO_ME),), (series(TO_OLA),), MINE, on(BEGUN, FRIDAY)) == ()


def test_a_day_has_a_row_where_it_says_something_else_than_the_series() -> None:
    shown = series(TO_OLA, TO_ME, *HALF), friday(TO_OLA, TO_ME, *HALF)

    assert saved(shown, shown, BEGUN) == (BEGUN,)
    assert saved(shown, (shown[0], friday(TO_OLA, TO_ME, *MORE)), BEGUN) == (
        BEGUN,
        on(BEGUN, FRIDAY)._replace(percent=60),
    )


def test_a_day_that_has_a_row_keeps_it_though_the_series_says_the_same_by_now() -> None:
    done = series(TO_OLA, TO_ME, *HALF), friday(TO_OLA, TO_ME, *HALF)

    assert saved((series(TO_OLA, TO_ME), done[1]), done, MINE, on(BEGUN, FRIDAY)) == (BEGUN, on(BEGUN, FRIDAY))


def test_a_day_that_was_begun_goes_on_from_there() -> None:
    shown = series(TO_OLA, TO_ME), friday(TO_OLA, TO_ME, *HALF)
    declines = f"ATTENDEE;PARTSTAT=DECLINED:{KARI}"

    assert saved(shown, (shown[0], friday(TO_OLA, declines, *HALF)), MINE, on(BEGUN, FRIDAY)) == (
        MINE,
        on(BEGUN, FRIDAY)._replace(partstat=DECLINED, shown=DECLINED),
    )


def test_whoever_is_assigned_to_one_day_has_a_share_in_that_day() -> None:
    shown = series(TO_OLA), friday(TO_OLA, TO_ME)

    assert saved(shown, (shown[0], friday(TO_OLA, TO_ME, *HALF)), on(MINE, FRIDAY)) == (on(BEGUN, FRIDAY),)
    assert saved((series(TO_OLA),), shown) == (on(MINE, FRIDAY),)


def test_whoever_joins_a_series_and_one_of_its_days_by_name_has_one_share() -> None:
    assert saved((series(TO_OLA), friday(TO_OLA)), (series(TO_OLA, TO_ME), friday(TO_OLA, TO_ME))) == (MINE,)


ACCEPTS = f"ATTENDEE;PARTSTAT=ACCEPTED:{KARI}"


@pytest.mark.parametrize(
    ("sent", "known", "expected"),
    [
        (
            (series(TO_OLA, ACCEPTS), friday(TO_OLA, ACCEPTS, *DONE)),
            (MINE,),
            [(SERIES, ACCEPTED), (FRIDAY, COMPLETED)],
        ),
        ((series(TO_OLA, ACCEPTS, *DONE), friday(TO_OLA, ACCEPTS, *DONE)), (MINE,), [(SERIES, COMPLETED)]),
        ((series(TO_OLA), friday(TO_OLA, ACCEPTS, *DONE)), (on(MINE, FRIDAY),), [(FRIDAY, COMPLETED)]),
    ],
)
def test_the_same_upload_once_more_says_nothing_more_of_any_day(
    sent: tuple[str, ...], known: tuple[Answer, ...], expected: list[tuple[InstanceId, str]]
) -> None:
    entry, shown = distributed(calendar(series(TO_OLA))), (series(TO_OLA, TO_ME), friday(TO_OLA, TO_ME))
    said, seen = (read_object(calendar(*components), OSLO) for components in (sent, shown))

    rows, _ = own_rows(replace(entry, answers=known), said, seen, KARIS, Manner(), OSLO, LATER)
    again, _ = own_rows(replace(entry, answers=rows), said, said, KARIS, Manner(), OSLO, LATER)

    assert [(row.instance, row.partstat) for row in rows] == expected
    assert again == rows


@pytest.mark.parametrize("part", [0, 1])
def test_an_upload_in_which_one_component_says_something_new_is_another_one(part: int) -> None:
    entry, shown = distributed(calendar(series(TO_OLA))), (series(TO_OLA, TO_ME), friday(TO_OLA, TO_ME))
    sent = [series(TO_OLA, ACCEPTS), friday(TO_OLA, ACCEPTS)]
    said, seen = (read_object(calendar(*components), OSLO) for components in (sent, shown))
    rows, _ = own_rows(replace(entry, answers=(MINE, on(MINE, FRIDAY))), said, seen, KARIS, Manner(), OSLO, LATER)

    sent[part] = sent[part].replace("ACCEPTED", "DECLINED")
    now, _ = own_rows(
        replace(entry, answers=rows), read_object(calendar(*sent), OSLO), said, KARIS, Manner(), OSLO, LATER
    )

    assert [row.partstat for row in now] == [DECLINED if at == part else ACCEPTED for at in (0, 1)]


def meeting(*answers: str, days: tuple[str, ...] = (), me: Address = KARI) -> bytes:
    """Give an appointment to which kari says this, and on its second day that."""
    mine, theirs = (tuple(f"ATTENDEE;PARTSTAT={said}:{me}" for said in some) for some in (answers, days))
    whole = event(START, RULE, f"ORGANIZER:{KARI}", TO_OLA, *mine)
    return calendar(whole, friday(TO_OLA, *theirs).replace("VTODO", "VEVENT")) if days else calendar(whole)


def says(partstat: str, instance: InstanceId = SERIES) -> Answer:
    """Give kari's own row."""
    return Answer(KARI, instance, partstat, shown=partstat, organizer=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (meeting(), ()),
        (meeting(ACCEPTED), (says(ACCEPTED),)),
        (meeting(DELEGATED), (says(DELEGATED),)),
        (meeting(COMPLETED), (says(NEEDS_ACTION),)),
        (meeting("X-KANSKJE"), (says(NEEDS_ACTION),)),
        (meeting(ACCEPTED, DECLINED), (says(ACCEPTED),)),
        (meeting(ACCEPTED, days=(ACCEPTED,)), (says(ACCEPTED),)),
        (meeting(ACCEPTED, days=(DECLINED,)), (says(ACCEPTED), says(DECLINED, FRIDAY))),
        (meeting(days=(NEEDS_ACTION,)), (says(NEEDS_ACTION, FRIDAY),)),
    ],
)
def test_what_the_organizer_says_of_coming_is_taken_as_it_is(text: bytes, expected: tuple[Answer, ...]) -> None:
    assert first_own_rows(read_object(text, OSLO), KARIS, OSLO, NOW) == (expected, False)


def test_what_is_known_of_the_organizers_lines_stays_known() -> None:
    known = says(ACCEPTED)._replace(comment="Ja"), says(DECLINED, FRIDAY)._replace(comment="Nei")
    text = read_object(meeting(TENTATIVE, days=(DECLINED,)), OSLO)

    rows, closed = own_rows(entry_with(*known), text, text, KARIS, Manner(), OSLO, LATER)

    assert rows == (known[0]._replace(partstat=TENTATIVE, shown=TENTATIVE), known[1])
    assert not closed


def test_an_address_that_was_asked_before_it_was_the_organizers_begins_anew() -> None:
    asked = Answer(BERIT, asked_at=NOW, comment="Ja")
    text = read_object(meeting(ACCEPTED, me=BERIT), OSLO)

    rows, _ = own_rows(entry_with(asked), text, text, frozenset({KARI, BERIT}), Manner(), OSLO, LATER)

    assert rows == (Answer(BERIT, partstat=ACCEPTED, shown=ACCEPTED, organizer=True),)


def entry_with(*answers: Answer) -> Entry:
    """Give the entry of an appointment in which this was answered."""
    return replace(distributed(meeting()), answers=answers)


def test_rows_of_which_the_text_says_nothing_go_and_those_of_others_stay() -> None:
    entry = entry_with(says(ACCEPTED), says(DECLINED, FRIDAY), Answer(OLA), Answer(NINA, FRIDAY))

    assert own_ended(entry, [says(TENTATIVE)]) == {(KARI, FRIDAY)}
    assert left_out(entry, [says(DECLINED, FRIDAY)]) == ()
    assert left_out(entry, []) == (KARI,)


def test_others_see_the_organizers_answer_in_each_component_that_names_them() -> None:
    answers = says(ACCEPTED), says(DECLINED, FRIDAY), says(DECLINED, SATURDAY), Answer(OLA)

    assert own_status(answers, meeting(NEEDS_ACTION, days=(NEEDS_ACTION,)), OSLO) == {
        (KARI, SERIES, ACCEPTED),
        (KARI, FRIDAY, DECLINED),
    }
