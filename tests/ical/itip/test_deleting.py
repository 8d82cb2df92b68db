# SPDX-License-Identifier: GPL-3.0-or-later
"""What each answer comes to when somebody deletes their copy of a series, a day of it, or a task."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS, NEEDS_ACTION, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Entry, Outcome, State
from ical.itip.withdraw import decline, withdraw
from tests.ical.itip.company import (
    BERIT,
    END,
    KARI,
    LATER,
    NINA,
    NOW,
    OLA,
    START,
    actor,
    answered,
    distributed,
    job,
    meeting,
    with_line,
    with_partstat,
    with_row,
)
from tests.ical.texts import calendar, event

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
ON_SATURDAY = datetime(2026, 10, 9, 22, tzinfo=UTC)
PEOPLE = f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}", f"ATTENDEE:{BERIT}"
DECLINES = "They deleted it, which declines it."


def day(number: int, *lines: str) -> str:
    """Give the component of a day in October."""
    name, *times = (line.replace("1008T", f"10{number:02}T") for line in (f"RECURRENCE-ID{START[7:]}", START, END))
    return event(name, *times, *PEOPLE, *lines)


def days(*rows: Answer, off: int | None = None) -> Entry:
    """Give a meeting on three days with these answers; the one on *off* is called off."""
    apart = () if off is None else (day(off, "STATUS:CANCELLED"),)
    entry = distributed(calendar(event(START, END, "RRULE:FREQ=DAILY;COUNT=3", *PEOPLE), *apart))
    return replace(entry, answers=tuple(row._replace(asked_at=NOW) for row in rows))


def deleted(entry: Entry, *, now: datetime = LATER, quiet: bool = False, reply: bool = True) -> Outcome:
    """Give what it comes to that ola, who is berit too, deletes it."""
    return decline(entry, replace(actor(OLA, BERIT), quiet=quiet), reply=reply, now=now)


def declined(outcome: Outcome) -> set[tuple[str, InstanceId]]:
    """Give which rows are declined by *outcome*, in which no other answer may be."""
    assert {a.partstat for a in outcome.answers} <= {DECLINED}
    return {(a.address, a.instance) for a in outcome.answers}


def test_a_series_is_declined_as_a_whole_and_what_was_said_of_days_goes() -> None:
    outcome = deleted(days(Answer(OLA), Answer(OLA, FRIDAY, ACCEPTED, answered_at=NOW), Answer(NINA, FRIDAY)))

    assert declined(outcome) == {(OLA, SERIES)}
    assert outcome.ended == {(OLA, FRIDAY)}
    assert outcome.why == ("ola@byggbo.example answered DECLINED by caldav.", DECLINES)


def test_of_days_alone_each_is_declined() -> None:
    outcome = deleted(days(Answer(OLA, FRIDAY), Answer(OLA, SATURDAY)))

    assert declined(outcome) == {(OLA, FRIDAY), (OLA, SATURDAY)}
    assert outcome.ended == frozenset()


def test_each_address_answers_what_it_was_asked_to() -> None:
    outcome = deleted(days(Answer(OLA), Answer(OLA, FRIDAY, ACCEPTED, answered_at=NOW), Answer(BERIT, FRIDAY)))

    assert declined(outcome) == {(OLA, SERIES), (BERIT, FRIDAY)}
    assert outcome.ended == {(OLA, FRIDAY)}


def test_where_the_series_was_declined_before_what_stands_of_days_is() -> None:
    rows = Answer(OLA, SERIES, DECLINED, answered_at=NOW), Answer(OLA, FRIDAY, ACCEPTED, answered_at=NOW)

    outcome = deleted(days(*rows, Answer(OLA, SATURDAY, DECLINED, answered_at=NOW)))

    assert declined(outcome) == {(OLA, FRIDAY)}
    assert outcome.ended == {(OLA, FRIDAY), (OLA, SATURDAY)}


@pytest.mark.parametrize("partstat", [COMPLETED, DELEGATED, DECLINED])
def test_where_the_series_was_declined_before_a_day_that_is_done_or_handed_on_stays(partstat: str) -> None:
    rows = Answer(OLA, SERIES, DECLINED, answered_at=NOW), Answer(OLA, FRIDAY, partstat, answered_at=NOW)

    outcome = deleted(days(*rows))

    assert (outcome.answers, outcome.ended) == ((), frozenset())


def test_a_day_that_was_asked_again_before_the_series_was_declined_is_declined_with_it() -> None:
    asked = Answer(OLA, FRIDAY, NEEDS_ACTION)

    outcome = deleted(days(Answer(OLA, SERIES, DECLINED, sequence=1, answered_at=NOW), asked))

    assert outcome.answers == ()


@pytest.mark.parametrize("partstat", [COMPLETED, DELEGATED])
def test_what_was_said_of_days_stays_where_the_series_is_not_declined(partstat: str) -> None:
    rows = Answer(OLA, SERIES, partstat, answered_at=NOW), Answer(OLA, FRIDAY, ACCEPTED, answered_at=NOW)

    outcome = deleted(days(*rows))

    assert declined(outcome) == {(OLA, FRIDAY)}
    assert outcome.ended == frozenset()


def test_days_that_are_over_or_called_off_are_not_declined() -> None:
    rows = Answer(OLA, FRIDAY, ACCEPTED, answered_at=NOW), Answer(OLA, SATURDAY, ACCEPTED, answered_at=NOW)

    assert declined(deleted(days(*rows), now=ON_SATURDAY)) == {(OLA, SATURDAY)}
    assert declined(deleted(days(*rows, off=9))) == {(OLA, SATURDAY)}


@pytest.mark.parametrize(
    ("entry", "now", "quiet", "reply", "why"),
    [
        (
            replace(distributed(meeting(OLA)), state=State.CANCELLED),
            LATER,
            False,
            True,
            "They threw away what was called off.",
        ),
        (distributed(meeting(OLA)), LATER, True, True, "They deleted it, and their program wants nobody told."),
        (distributed(meeting(OLA)), LATER, False, False, "They deleted it, and their program wants nobody told."),
        (
            distributed(meeting(OLA)),
            datetime(2027, 10, 8, tzinfo=UTC),
            False,
            True,
            "They deleted it when it was over, which is no answer.",
        ),
        (
            answered(distributed(meeting(OLA)), OLA, DECLINED),
            LATER,
            False,
            True,
            "They deleted it, and had declined it before.",
        ),
        (
            answered(distributed(job(OLA)), OLA, COMPLETED),
            LATER,
            False,
            True,
            "They deleted it when they had done it, which is no answer.",
        ),
    ],
)
def test_it_is_said_why_a_deletion_is_no_answer(
    entry: Entry, now: datetime, quiet: bool, reply: bool, why: str
) -> None:
    entry = replace(entry, closed=True)

    outcome = deleted(entry, now=now, quiet=quiet, reply=reply)

    me = frozenset({OLA, BERIT})
    assert outcome == Outcome(gone=True, state=entry.state, closed=True, touched=me, firm=me, why=(why,))


def test_declining_a_task_keeps_what_was_done_of_it() -> None:
    entry = with_row(distributed(job(OLA)), OLA, partstat=IN_PROCESS, percent=40)

    (row,) = deleted(entry).answers

    assert (row.partstat, row.percent, row.channel) == (DECLINED, 40, "caldav")


def test_a_deletion_answers_the_question_that_there_is() -> None:
    (row,) = deleted(distributed(with_line(meeting(OLA), "SEQUENCE:4"))).answers

    assert row.sequence == 4


def test_whoever_deletes_it_and_whoever_reads_the_answer_has_another_text() -> None:
    outcome = deleted(distributed(meeting(OLA, NINA)))

    assert outcome.touched == {KARI, OLA, NINA, BERIT}
    assert outcome.firm == {OLA, BERIT}


def test_the_organizers_own_line_is_not_declined_where_they_have_it_as_somebody_invited() -> None:
    entry = distributed(with_partstat(meeting(KARI, OLA), KARI, ACCEPTED))

    assert decline(entry, actor(KARI), reply=True, now=LATER).answers == ()


def test_what_is_called_off_already_is_only_out_of_the_organizers_sight() -> None:
    entry = replace(distributed(job(OLA)), state=State.CANCELLED, closed=True)
    me = frozenset({KARI})

    outcome = withdraw(entry, actor(KARI), now=LATER)

    assert outcome == Outcome(gone=True, state=State.CANCELLED, closed=True, touched=me, firm=me)


def test_calling_off_is_a_newer_revision_for_everybody_in_it() -> None:
    entry = replace(distributed(with_line(meeting(OLA, NINA), "SEQUENCE:4")), closed=True)

    outcome = withdraw(entry, actor(KARI), now=LATER)

    assert (outcome.sequence, {m.sequence for m in outcome.messages}) == (5, {5})
    assert outcome.touched == outcome.firm == {KARI, OLA, NINA}
    assert outcome.closed
    assert outcome.why == ("The organizer deleted it: CANCEL to 2.",)


def test_an_entry_without_its_words_is_called_off_in_what_others_start_from() -> None:
    outcome = withdraw(replace(distributed(meeting(OLA)), words=None), actor(KARI), now=LATER)

    assert outcome.words is None
    assert b"STATUS:CANCELLED" in (outcome.shared or b"")


@pytest.mark.parametrize(
    ("now", "quiet", "why"),
    [
        (datetime(2027, 10, 8, tzinfo=UTC), False, "The organizer deleted it: it is over, and nobody is told."),
        (LATER, True, "The organizer deleted it: a whole calendar went, and nobody is told."),
    ],
)
def test_it_is_said_why_nobody_hears_of_the_end(now: datetime, quiet: bool, why: str) -> None:
    outcome = withdraw(distributed(meeting(OLA)), replace(actor(KARI), quiet=quiet), now=now)

    assert (outcome.messages, outcome.why) == ((), (why,))
