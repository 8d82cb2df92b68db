# SPDX-License-Identifier: GPL-3.0-or-later
"""What an assignee's text says of their share of a task, and of single days of one that repeats."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ical import view
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, NEEDS_ACTION, Answer
from ical.instances import SERIES, InstanceId
from ical.itip import attendee
from ical.itip.outcome import Entry, Outcome
from tests.ical.itip.company import BERIT, KARI, LATER, NOW, OLA, START, actor, applied, distributed, reading, uploads
from tests.ical.texts import OSLO, calendar, task

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
SAYS = f"ATTENDEE;PARTSTAT={{}}:{OLA}"
DONE = "STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261001T110000Z"
AT_ELEVEN = datetime(2026, 10, 1, 11, tzinfo=UTC)
HALF = "STATUS:IN-PROCESS", "PERCENT-COMPLETE:40"
OPEN = "STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:0"
BEGUN = Answer(OLA, partstat=IN_PROCESS, percent=40, answered_at=NOW)
COMPLETE = Answer(OLA, partstat=COMPLETED, percent=100, completed_at=AT_ELEVEN, answered_at=NOW)
Share = tuple[str, int | None]


def series(says: str, *lines: str) -> str:
    """Give kari's task on three days, in which ola *says* that."""
    return task(START, "RRULE:FREQ=DAILY;COUNT=3", f"ORGANIZER:{KARI}", SAYS.format(says), *lines)


def friday(says: str, *lines: str) -> str:
    """Give its second day."""
    times = (line.replace("1008", "1009") for line in (f"RECURRENCE-ID{START[7:]}", START))
    return task(*times, f"ORGANIZER:{KARI}", SAYS.format(says), *lines)


def on_friday(row: Answer) -> Answer:
    """Give what is said in *row* of the second day."""
    return row._replace(instance=FRIDAY)


def entry(*rows: Answer, apart: bool = False) -> Entry:
    """Give the task of which ola has answered this; *apart*: its second day has a component of its own."""
    made = distributed(calendar(series(NEEDS_ACTION), *([friday(NEEDS_ACTION)] if apart else [])))
    known = {(a.address, a.instance): a for a in (*made.answers, *(r._replace(asked_at=NOW) for r in rows))}
    return replace(made, answers=tuple(known.values()))


def shares(outcome: Outcome) -> dict[InstanceId, Share]:
    """Give what ola has done by *outcome*."""
    assert len({a[:2] for a in outcome.answers}) == len(outcome.answers)
    return {a.instance: (a.partstat, a.percent) for a in outcome.answers}


def sends(made: Entry, *components: str, conditional: bool = True) -> dict[InstanceId, Share]:
    """Give what ola has done by what it comes to that he uploads *components*."""
    return shares(uploads(made, OLA, calendar(*components), conditional=conditional))


@pytest.mark.parametrize(
    ("rows", "sent", "expected"),
    [
        ((), (series(NEEDS_ACTION), friday(NEEDS_ACTION, *HALF)), {FRIDAY: (IN_PROCESS, 40)}),
        ((), (series(NEEDS_ACTION, *HALF), friday(NEEDS_ACTION, *HALF)), {SERIES: (IN_PROCESS, 40)}),
        ((), (series(NEEDS_ACTION, *HALF), friday(NEEDS_ACTION)), {SERIES: (IN_PROCESS, 40)}),
        ((), (series(NEEDS_ACTION, *HALF), friday(NEEDS_ACTION, *OPEN)), {SERIES: (IN_PROCESS, 40)}),
        (
            (),
            (series(NEEDS_ACTION, *HALF), friday(NEEDS_ACTION, "PERCENT-COMPLETE:20")),
            {SERIES: (IN_PROCESS, 40), FRIDAY: (IN_PROCESS, 20)},
        ),
        (
            (),
            (series(NEEDS_ACTION, *HALF), friday(NEEDS_ACTION, "STATUS:COMPLETED")),
            {SERIES: (IN_PROCESS, 40), FRIDAY: (COMPLETED, 100)},
        ),
        (
            (),
            (series(NEEDS_ACTION, *HALF), friday(NEEDS_ACTION, "COMPLETED:20261001T110000Z")),
            {SERIES: (IN_PROCESS, 40), FRIDAY: (COMPLETED, 100)},
        ),
        ((), (series(ACCEPTED, *DONE), friday(ACCEPTED, *DONE)), {SERIES: (COMPLETED, 100)}),
        (
            (BEGUN,),
            (series(COMPLETED, *DONE), friday(IN_PROCESS, *HALF)),
            {SERIES: (COMPLETED, 100), FRIDAY: (IN_PROCESS, 40)},
        ),
        (
            (BEGUN,),
            (series(COMPLETED, *DONE), friday(NEEDS_ACTION, *HALF)),
            {SERIES: (COMPLETED, 100), FRIDAY: (IN_PROCESS, 40)},
        ),
        ((BEGUN,), (series(DECLINED, *HALF),), {SERIES: (DECLINED, 40)}),
        ((COMPLETE,), (series(COMPLETED, *DONE), friday(COMPLETED, *HALF)), {FRIDAY: (IN_PROCESS, 40)}),
    ],
)
def test_what_is_said_of_a_day_stands_beside_what_is_said_of_all(
    rows: tuple[Answer, ...], sent: tuple[str, ...], expected: dict[InstanceId, Share]
) -> None:
    assert sends(entry(*rows), *sent) == expected


@pytest.mark.parametrize("lines", [(), OPEN, ("STATUS:NEEDS-ACTION",), ("PERCENT-COMPLETE:0",)])
def test_a_day_that_says_nothing_is_no_answer_of_a_text_that_may_be_older(lines: tuple[str, ...]) -> None:
    blank = series(COMPLETED, *DONE), friday(NEEDS_ACTION, *lines)

    assert sends(entry(COMPLETE, apart=True), *blank, conditional=False) == {}


@pytest.mark.parametrize(
    ("lines", "share"),
    [(HALF, (IN_PROCESS, 40)), (("PERCENT-COMPLETE:40",), (IN_PROCESS, 40)), (("STATUS:IN-PROCESS",), (IN_PROCESS, 0))],
)
def test_a_day_that_says_something_is_an_answer_of_any_text(lines: tuple[str, ...], share: Share) -> None:
    sent = series(COMPLETED, *DONE), friday(NEEDS_ACTION, *lines)

    assert sends(entry(COMPLETE, apart=True), *sent, conditional=False) == {FRIDAY: share}


def test_on_top_of_what_was_shown_a_day_is_opened_by_saying_nothing_of_it() -> None:
    opened = series(COMPLETED, *DONE), friday(COMPLETED, "STATUS:NEEDS-ACTION")

    assert sends(entry(COMPLETE, apart=True), *opened) == {FRIDAY: (IN_PROCESS, 0)}
    assert sends(entry(COMPLETE, on_friday(COMPLETE)), *opened, conditional=False) == {FRIDAY: (IN_PROCESS, 0)}
    unanswered = series(COMPLETED, *DONE), friday(NEEDS_ACTION, "STATUS:NEEDS-ACTION")
    assert sends(entry(COMPLETE, apart=True), *unanswered) == {FRIDAY: (IN_PROCESS, 0)}
    assert sends(entry(COMPLETE, on_friday(COMPLETE)), *unanswered, conditional=False) == {FRIDAY: (IN_PROCESS, 0)}


def test_a_share_that_is_shown_as_it_was_written_is_no_new_answer() -> None:
    written = BEGUN._replace(written=ACCEPTED)
    shown = series(ACCEPTED, *HALF), friday(ACCEPTED, *HALF)

    assert sends(entry(written, apart=True), *shown) == {}
    assert sends(entry(written, apart=True), shown[1]) == {}
    assert sends(entry(on_friday(written)), series(NEEDS_ACTION), shown[1]) == {}
    assert sends(entry(on_friday(written)), series(DECLINED), shown[1]) == {SERIES: (DECLINED, None)}


def test_a_day_that_is_called_off_and_put_away_has_what_is_said_of_the_series_along_with_it() -> None:
    off = friday(NEEDS_ACTION, "STATUS:CANCELLED", "SEQUENCE:1")
    made = distributed(calendar(series(NEEDS_ACTION, "SEQUENCE:1"), off))
    rows = Answer(OLA, asked_at=NOW), Answer(OLA, FRIDAY, sequence=1, reset_sequence=1, asked_at=NOW)
    asked_again = replace(made, answers=rows)

    outcome = uploads(asked_again, OLA, calendar(series(COMPLETED, *DONE, "EXDATE;TZID=Europe/Oslo:20261009T100000")))

    assert shares(outcome) == {SERIES: (COMPLETED, 100), FRIDAY: (COMPLETED, 100)}
    assert [(a.completed_at, a.hidden) for a in outcome.answers] == [(AT_ELEVEN, False), (AT_ELEVEN, True)]


def test_a_partstat_that_the_program_left_stays_in_the_own_text() -> None:
    (row,) = uploads(entry(), OLA, calendar(series(ACCEPTED, *HALF))).answers

    assert (row.partstat, row.written) == (IN_PROCESS, ACCEPTED)


def test_what_was_done_is_told_with_what_is_said_of_a_day() -> None:
    sent = series(COMPLETED, *DONE), friday(COMPLETED, *DONE[:2], "COMPLETED:20261001T110000Z")

    assert sends(entry(), *sent) == {SERIES: (COMPLETED, 100)}


def test_when_it_was_done_is_not_told_again() -> None:
    by_mail = COMPLETE._replace(completed_at=None)
    again = series(COMPLETED, *DONE[:2], "COMPLETED:20261002T110000Z")

    assert sends(entry(by_mail), again) == {}


def test_a_day_that_was_begun_and_put_away_when_it_was_over_comes_back_as_it_was() -> None:
    made = entry(BEGUN, on_friday(BEGUN)._replace(hidden=True))

    outcome = uploads(made, OLA, calendar(series(IN_PROCESS, *HALF)))

    assert shares(outcome) == {FRIDAY: (IN_PROCESS, 40)}
    assert not outcome.answers[0].hidden


def test_of_two_addresses_the_one_counts_that_was_changed() -> None:
    both = actor(OLA, BERIT)
    text = calendar(series(ACCEPTED, f"ATTENDEE:{BERIT}"), friday(NEEDS_ACTION, f"ATTENDEE:{BERIT}"))
    made = distributed(text)
    answered = calendar(
        series(ACCEPTED, f"ATTENDEE;PARTSTAT=ACCEPTED:{BERIT}"),
        friday(ACCEPTED, f"ATTENDEE;PARTSTAT=DECLINED:{BERIT}"),
    )
    shown = text.replace(b"NEEDS-ACTION", b"ACCEPTED")

    outcome = attendee.answer(made, answered, both, overlay={}, shown=shown, conditional=True, now=LATER)

    assert {(a.instance, a.partstat) for a in outcome.answers} == {(SERIES, ACCEPTED), (FRIDAY, DECLINED)}


@pytest.mark.parametrize(
    ("conditional", "quiet", "expected"),
    [
        (True, False, {SERIES: (IN_PROCESS, 0)}),
        (False, False, {}),
        (True, True, {}),
    ],
)
def test_whoever_takes_the_progress_away_has_taken_it_up_again(
    conditional: bool, quiet: bool, expected: dict[InstanceId, Share]
) -> None:
    made = entry(COMPLETE)
    shown = reading(made, OLA)

    outcome = attendee.answer(
        made,
        calendar(series(COMPLETED)),
        replace(actor(OLA), quiet=quiet),
        overlay={},
        shown=shown,
        conditional=conditional,
        now=LATER,
    )

    assert shares(outcome) == expected


def test_a_program_that_loses_people_may_know_no_figure() -> None:
    lost = task(START, "RRULE:FREQ=DAILY;COUNT=3", "STATUS:IN-PROCESS")

    assert sends(entry(BEGUN), lost) == {}
    assert sends(entry(BEGUN), series(IN_PROCESS, "STATUS:IN-PROCESS")) == {SERIES: (ACCEPTED, 0)}


def test_the_same_upload_of_a_day_once_more_is_no_answer() -> None:
    sent = calendar(series(NEEDS_ACTION), friday(ACCEPTED, *DONE))
    made = entry()
    after = applied(made, uploads(made, OLA, sent))

    assert shares(uploads(after, OLA, sent, conditional=False)) == {}
    assert view.for_attendee(after, frozenset({OLA}), {}, OSLO).count(b"STATUS:COMPLETED") == 1
