# SPDX-License-Identifier: GPL-3.0-or-later
"""A distributed task, from handing out to the last one's completion (issue: the story, point 4)."""

from datetime import UTC, datetime

import pytest

from ical import view
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, NEEDS_ACTION
from ical.itip.organizer import organize
from ical.itip.outcome import Entry, Outcome
from tests.ical.itip.company import (
    KARI,
    LATER,
    NINA,
    OLA,
    PER,
    actor,
    applied,
    distributed,
    job,
    line_of,
    partstats,
    reading,
    row,
    saves,
    uploads,
    value,
    with_line,
    with_partstat,
    without,
)
from tests.ical.texts import OSLO, calendar, task


def done(entry: Entry, who: str, *lines: str) -> Outcome:
    """Give what it comes to that *who* sets *lines* in the own copy."""
    text = reading(entry, OLA if who == "ola" else PER)
    for line in lines:
        text = with_line(text, line)
    return uploads(entry, OLA if who == "ola" else PER, text)


def whole(entry: Entry) -> tuple[str | None, str | None, str | None]:
    """Give what kari reads of the whole task."""
    text = view.for_organizer(entry, OSLO)
    return value(text, "STATUS"), value(text, "PERCENT-COMPLETE"), value(text, "COMPLETED")


def test_the_story_of_a_task() -> None:
    entry = distributed(job(OLA, PER))

    entry = applied(entry, done(entry, "ola", "STATUS:IN-PROCESS", "PERCENT-COMPLETE:40"))
    half = whole(entry)
    entry = applied(entry, uploads(entry, PER, with_partstat(reading(entry, PER), PER, DECLINED)))
    without_per = whole(entry)
    pers = reading(entry, PER)
    entry = applied(entry, done(entry, "ola", "STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261002T110000Z"))

    assert half == ("IN-PROCESS", "20", None)
    assert without_per == ("IN-PROCESS", "40", None)
    assert value(pers, "PERCENT-COMPLETE") is None
    assert whole(entry) == ("COMPLETED", "100", "20261002T110000Z")
    mine = line_of(view.for_organizer(entry, OSLO), OLA)
    assert mine.parameter("PARTSTAT") == COMPLETED
    assert mine.parameter("X-DISTRIB-PERCENT") == "100"
    assert mine.parameter("X-DISTRIB-COMPLETED") == "20261002T110000Z"


def test_everybody_reads_the_own_share_and_nobody_elses() -> None:
    entry = distributed(job(OLA, PER))

    entry = applied(entry, done(entry, "ola", "STATUS:IN-PROCESS", "PERCENT-COMPLETE:40"))

    assert value(reading(entry, OLA), "PERCENT-COMPLETE") == "40"
    assert value(reading(entry, PER), "PERCENT-COMPLETE") is None
    assert b"X-DISTRIB" not in reading(entry, PER)
    assert b"X-DISTRIB" not in reading(entry, OLA)
    assert partstats(reading(entry, PER)) == {OLA: IN_PROCESS, PER: NEEDS_ACTION}


@pytest.mark.parametrize(
    ("lines", "partstat", "percent"),
    [
        (("PERCENT-COMPLETE:40",), IN_PROCESS, 40),
        (("STATUS:IN-PROCESS",), IN_PROCESS, None),
        (("PERCENT-COMPLETE:100",), COMPLETED, 100),
        (("STATUS:COMPLETED",), COMPLETED, 100),
        (("COMPLETED:20261002T110000Z",), COMPLETED, 100),
        (("STATUS:CANCELLED",), DECLINED, None),
        (("PERCENT-COMPLETE:forty",), None, None),
        (("PERCENT-COMPLETE:4000",), None, None),
    ],
)
def test_clients_say_it_in_one_line_or_another(
    lines: tuple[str, ...], partstat: str | None, percent: int | None
) -> None:
    outcome = done(distributed(job(OLA, PER)), "ola", *lines)

    if partstat is None:
        assert outcome.answers == ()
        return
    assert (row(outcome, OLA).partstat, row(outcome, OLA).percent) == (partstat, percent)
    assert len(outcome.messages) == 1


def test_a_completed_share_can_be_opened_again() -> None:
    entry = distributed(job(OLA))
    entry = applied(entry, done(entry, "ola", "STATUS:COMPLETED"))

    text = with_line(without(without(reading(entry, OLA), "COMPLETED"), "PERCENT-COMPLETE"), "STATUS:IN-PROCESS")
    entry = applied(entry, uploads(entry, OLA, text))

    assert row(entry, OLA).partstat == IN_PROCESS
    assert row(entry, OLA).completed_at is None
    assert whole(entry)[0] == "IN-PROCESS"


def test_a_completion_without_time_gets_the_time_it_came() -> None:
    outcome = done(distributed(job(OLA)), "ola", "STATUS:COMPLETED")

    assert row(outcome, OLA).completed_at == LATER


def test_an_assignee_may_answer_without_beginning() -> None:
    entry = distributed(job(OLA, PER))

    entry = applied(entry, uploads(entry, OLA, with_partstat(reading(entry, OLA), OLA, ACCEPTED)))

    assert row(entry, OLA).partstat == ACCEPTED
    assert whole(entry)[0] != "IN-PROCESS"


def test_a_task_stripped_to_its_uid_destroys_nothing() -> None:
    entry = distributed(job(OLA, PER, more=("DESCRIPTION:Bad i 2. etasje",)))
    stripped = calendar(task())

    ours, theirs = saves(entry, stripped), uploads(entry, OLA, stripped)

    assert (ours.messages, ours.shared, ours.dropped, ours.answers) == ((), None, (), ())
    assert (theirs.messages, theirs.answers) == ((), ())
    kept = applied(entry, ours)
    assert partstats(kept.words or b"") == {OLA: NEEDS_ACTION, PER: NEEDS_ACTION}
    assert value(kept.words or b"", "DESCRIPTION") == "Bad i 2. etasje"


def test_a_stripped_task_still_tells_how_far_it_has_come() -> None:
    entry = distributed(job(OLA, PER))

    outcome = uploads(entry, OLA, calendar(task("SUMMARY:Legge gipsplate", "STATUS:IN-PROCESS", "PERCENT-COMPLETE:40")))

    assert (row(outcome, OLA).partstat, row(outcome, OLA).percent) == (IN_PROCESS, 40)


def test_the_last_second_of_the_day_is_no_other_due_date() -> None:
    entry = distributed(job(OLA))

    outcome = saves(entry, calendar(task("SUMMARY:Legge gipsplate", "DUE:20261016T235959")))

    assert outcome.messages == ()
    assert outcome.reset == frozenset()


def test_a_due_date_on_another_day_asks_again() -> None:
    entry = distributed(job(OLA))

    outcome = saves(entry, with_line(view.for_organizer(entry, OSLO), "DUE;VALUE=DATE:20261020"))

    assert outcome.reset == {OLA}


def test_the_aggregate_that_the_organizer_sends_back_is_not_the_organizers_word() -> None:
    entry = distributed(job(OLA, PER))
    entry = applied(entry, done(entry, "ola", "STATUS:IN-PROCESS", "PERCENT-COMPLETE:40"))
    shown = view.for_organizer(entry, OSLO)
    entry = applied(entry, done(entry, "ola", "PERCENT-COMPLETE:80"))

    entry = applied(entry, saves(entry, with_line(shown, "SUMMARY:Legge to gipsplater")))

    assert whole(entry) == ("IN-PROCESS", "40", None)
    assert row(entry, OLA).percent == 80
    assert not entry.closed


def test_a_distributor_who_is_an_assignee_counts_with_the_own_share() -> None:
    entry = distributed(job(KARI, OLA))

    text = with_line(with_line(view.for_organizer(entry, OSLO), "STATUS:IN-PROCESS"), "PERCENT-COMPLETE:50")
    outcome = saves(entry, text)
    entry = applied(entry, outcome)

    assert (row(entry, KARI).partstat, row(entry, KARI).percent) == (IN_PROCESS, 50)
    assert whole(entry) == ("IN-PROCESS", "25", None)
    assert outcome.messages == ()
    assert OLA in outcome.touched


def test_a_distributor_who_is_no_assignee_can_close_it() -> None:
    entry = distributed(job(OLA, PER))
    closed = with_line(view.for_organizer(entry, OSLO), "STATUS:COMPLETED")

    entry = applied(entry, saves(entry, closed))

    assert entry.closed
    assert whole(entry)[0] == "COMPLETED"
    assert row(entry, OLA).partstat == NEEDS_ACTION


def test_a_distributor_who_takes_the_figures_away_says_nothing_without_a_proof_that_they_were_read() -> None:
    entry = distributed(job(KARI, OLA))
    done = applied(entry, saves(entry, with_line(job(KARI, OLA), "STATUS:COMPLETED")))
    shown = view.for_organizer(done, OSLO)

    silent = organize(done, job(KARI, OLA), actor(KARI), shown=shown, now=LATER)
    proven = organize(done, job(KARI, OLA), actor(KARI), shown=shown, conditional=True, now=LATER)

    assert [row(applied(done, one), KARI).partstat for one in (silent, proven)] == [COMPLETED, IN_PROCESS]


def test_no_assignee_reads_the_whole() -> None:
    entry = distributed(job(OLA, NINA, more=("STATUS:IN-PROCESS", "PERCENT-COMPLETE:30")))

    assert b"PERCENT-COMPLETE:30" not in reading(entry, OLA)
    assert value(reading(entry, OLA), "STATUS") == NEEDS_ACTION


def test_all_done_counts_the_last_time() -> None:
    entry = distributed(job(OLA, PER))

    for who, at in (("ola", "20261003T110000Z"), ("per", "20261002T110000Z")):
        entry = applied(entry, done(entry, who, "STATUS:COMPLETED", f"COMPLETED:{at}"))

    assert whole(entry) == ("COMPLETED", "100", "20261003T110000Z")
    assert row(entry, PER).completed_at == datetime(2026, 10, 2, 11, tzinfo=UTC)
