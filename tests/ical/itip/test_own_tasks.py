# SPDX-License-Identifier: GPL-3.0-or-later
"""What the organizer says of their own share of a task, and of the whole, when they save it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, Answer
from ical.itip.own import Manner, first_own_rows, own_rows
from ical.snapshot import read_object
from tests.ical.itip.company import BERIT, KARI, LATER, NINA, NOW, OLA, distributed, job
from tests.ical.texts import OSLO

DONE = "STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261001T110000Z"
AT_ELEVEN = datetime(2026, 10, 1, 11, tzinfo=UTC)
HALF = "STATUS:IN-PROCESS", "PERCENT-COMPLETE:40"
ALONE = Manner()
ASKED = f"ATTENDEE;SCHEDULE-STATUS=2.0;PARTSTAT=IN-PROCESS;X-DISTRIB-PERCENT=40:{OLA}"
MINE = Answer(KARI, organizer=True)
BEGUN = MINE._replace(partstat=IN_PROCESS, shown=IN_PROCESS, percent=40)
COMPLETE = MINE._replace(partstat=COMPLETED, shown=COMPLETED, percent=100, completed_at=AT_ELEVEN)


def saved(
    shown: bytes,
    sent: bytes,
    *known: Answer,
    closed: bool = False,
    me: tuple[Address, ...] = (KARI,),
    manner: Manner = ALONE,
) -> tuple[tuple[Answer, ...], bool]:
    """Give the rows of kari, who was *shown* one text and sent another, and whether the task is closed then."""
    entry = replace(distributed(job(OLA)), answers=known, closed=closed)
    rows, after = own_rows(entry, read_object(sent, OSLO), read_object(shown, OSLO), frozenset(me), manner, OSLO, LATER)
    return tuple(row._replace(digest="") for row in rows), after


def with_me(*lines: str, says: str = "") -> bytes:
    """Give kari's task for herself and ola."""
    return job(OLA, more=(f"ATTENDEE{says}:{KARI}", *lines))


def test_who_only_distributes_has_no_share_and_closes_the_whole() -> None:
    assert saved(job(OLA), job(OLA, more=DONE)) == ((), True)
    assert saved(job(OLA, more=DONE), job(OLA, more=HALF), closed=True) == ((), False)


def test_whoever_is_assigned_has_a_share_and_does_not_close_the_whole() -> None:
    assert saved(with_me(), with_me(*DONE), MINE) == ((COMPLETE,), False)
    assert saved(with_me(*DONE), with_me(*HALF), COMPLETE, closed=True) == ((BEGUN,), True)


def test_a_task_that_is_handed_out_done_is_closed() -> None:
    done = job(more=(*DONE, f"ATTENDEE;PARTSTAT=COMPLETED:{OLA}"))

    assert first_own_rows(read_object(done, OSLO), frozenset({KARI}), OSLO, NOW) == ((), True)


def test_a_share_that_is_new_is_what_the_text_says_of_it() -> None:
    rows, closed = first_own_rows(read_object(with_me(*HALF), OSLO), frozenset({KARI}), OSLO, NOW)

    assert [row._replace(digest="") for row in rows] == [BEGUN]
    assert not closed


def test_what_was_asked_of_an_address_before_it_was_the_organizers_is_no_share_of_theirs() -> None:
    asked = Answer(BERIT, partstat=ACCEPTED, asked_at=NOW)
    text = job(BERIT)

    assert saved(text, text, asked, me=(KARI, BERIT))[0] == (Answer(BERIT, organizer=True),)


def test_a_text_that_says_nothing_of_progress_opens_what_was_closed_and_leaves_a_share_as_it_is() -> None:
    assert saved(job(OLA, more=DONE), job(OLA), closed=True) == ((), False)
    assert saved(with_me(*DONE), with_me(), COMPLETE) == ((COMPLETE,), False)
    assert saved(with_me(*HALF), with_me(*HALF), BEGUN) == ((BEGUN,), False)


def test_whoever_takes_the_progress_away_from_what_they_were_shown_takes_it_up_again() -> None:
    opened = MINE._replace(partstat=IN_PROCESS, shown=IN_PROCESS, percent=0)

    ticked_off = with_me(says=";PARTSTAT=COMPLETED")
    assert saved(with_me(*DONE), ticked_off, COMPLETE, manner=Manner(conditional=True)) == ((opened,), False)
    assert saved(with_me(*DONE), ticked_off, COMPLETE) == ((COMPLETE,), False)
    assert saved(with_me(*HALF), with_me(HALF[0]), BEGUN, manner=Manner(conditional=True))[0] == (
        BEGUN._replace(partstat=ACCEPTED, shown=ACCEPTED, percent=0),
    )


def test_figures_that_a_program_could_not_write_are_not_what_it_read() -> None:
    aggregate = job(more=(ASKED, f"ATTENDEE:{KARI}", "STATUS:IN-PROCESS", "PERCENT-COMPLETE:20"))
    said = MINE._replace(partstat=IN_PROCESS, shown=IN_PROCESS, percent=20)

    assert saved(with_me("STATUS:NEEDS-ACTION"), aggregate, MINE, manner=Manner(lossy=True))[0] == (said,)
    assert saved(with_me(*HALF), with_me(HALF[0]), BEGUN, manner=Manner(conditional=True, lossy=True))[0] == (BEGUN,)


def test_calling_it_off_is_neither_a_word_about_the_share_nor_an_end_of_the_work() -> None:
    off = "STATUS:CANCELLED", "PERCENT-COMPLETE:100"

    assert saved(with_me(*HALF), with_me(*off), BEGUN) == ((BEGUN,), False)
    assert saved(job(OLA), job(OLA, more=off)) == ((), False)


def test_what_the_assignees_have_done_is_not_closed_by_another_time_of_it() -> None:
    assert saved(job(OLA, more=DONE), job(OLA, more=("STATUS:COMPLETED",))) == ((), False)


def test_what_was_closed_stays_so_whatever_else_is_written() -> None:
    later = (*DONE[:2], "COMPLETED:20261002T110000Z")

    assert saved(job(OLA, more=DONE), job(OLA, more=later), closed=True) == ((), True)


@pytest.mark.parametrize("note", [";SCHEDULE-STATUS=2.0", ""])
def test_old_figures_do_not_close_the_whole(note: str) -> None:
    lines = *DONE, f"ATTENDEE{note};PARTSTAT=COMPLETED;X-DISTRIB-PERCENT=100:{OLA}"

    assert saved(job(more=(ASKED, *HALF)), job(more=lines)) == ((), False)


def test_what_was_closed_is_opened_though_nobody_has_begun() -> None:
    nothing = "STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:0"

    assert saved(job(OLA, more=DONE), job(OLA, more=nothing), closed=True) == ((), False)


@pytest.mark.parametrize(
    ("figures", "whole"),
    [
        ((ASKED, f"ATTENDEE:{KARI}"), "20"),
        ((ASKED.replace(";X-DISTRIB-PERCENT=40", ""), f"ATTENDEE:{KARI}"), ""),
        ((ASKED, ASKED, f"ATTENDEE:{KARI}"), "20"),
        ((ASKED, f"ATTENDEE:{NINA}", f"ATTENDEE:{KARI}"), "20"),
        ((ASKED, f"ATTENDEE;SCHEDULE-STATUS=2.0:{NINA}", f"ATTENDEE:{KARI}"), "13"),
        ((ASKED, f"ATTENDEE;SCHEDULE-AGENT=CLIENT;SCHEDULE-STATUS=2.0:{NINA}", f"ATTENDEE:{KARI}"), "20"),
        ((ASKED.replace("=40", "=100"), f"ATTENDEE:{KARI}"), "50"),
    ],
)
def test_a_whole_that_its_own_figures_come_to_is_no_word_about_the_share(figures: tuple[str, ...], whole: str) -> None:
    percent = (f"PERCENT-COMPLETE:{whole}",) if whole else ()
    aggregate = job(more=(*figures, "STATUS:IN-PROCESS", *percent))

    assert saved(with_me("STATUS:NEEDS-ACTION"), aggregate, MINE)[0] == (MINE,)


@pytest.mark.parametrize(
    ("lines", "percent"),
    [
        (("STATUS:IN-PROCESS", "PERCENT-COMPLETE:21"), 21),
        (("STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:20"), 20),
        (("PERCENT-COMPLETE:20",), 20),
        (("STATUS:IN-PROCESS",), None),
    ],
)
def test_other_figures_than_those_are_the_share(lines: tuple[str, ...], percent: int | None) -> None:
    text = job(more=(ASKED, f"ATTENDEE:{KARI}", *lines))

    assert saved(with_me("STATUS:NEEDS-ACTION"), text, MINE)[0] == (
        MINE._replace(partstat=IN_PROCESS, shown=IN_PROCESS, percent=percent),
    )


def test_the_share_that_was_known_is_what_is_said_something_of() -> None:
    assert saved(with_me(*HALF), with_me(*HALF, says=";PARTSTAT=DECLINED"), BEGUN)[0] == (
        BEGUN._replace(partstat=DECLINED, shown=DECLINED),
    )
    assert saved(with_me(*DONE), with_me(*HALF, says=";PARTSTAT=COMPLETED"), COMPLETE)[0] == (BEGUN,)


def test_the_same_upload_once_more_says_nothing_more() -> None:
    entry = distributed(job(KARI, OLA))
    sent = read_object(with_me(*DONE, says=";PARTSTAT=ACCEPTED"), OSLO)
    shown = read_object(with_me("STATUS:NEEDS-ACTION"), OSLO)

    rows, _ = own_rows(entry, sent, shown, frozenset({KARI}), Manner(), OSLO, LATER)
    again, _ = own_rows(replace(entry, answers=rows), sent, sent, frozenset({KARI}), Manner(), OSLO, LATER)

    assert rows[0].partstat == COMPLETED
    assert again == rows


def test_what_is_written_on_top_of_what_was_shown_is_no_repeat() -> None:
    entry = replace(distributed(job(OLA)), answers=(COMPLETE,))
    sent, shown = (read_object(with_me(*lines, says=";PARTSTAT=COMPLETED"), OSLO) for lines in ((), DONE))

    rows, _ = own_rows(entry, sent, shown, frozenset({KARI}), Manner(), OSLO, LATER)
    again = replace(entry, answers=rows)
    now, _ = own_rows(again, sent, shown, frozenset({KARI}), Manner(conditional=True), OSLO, LATER)

    assert [row.partstat for row in (*rows, *now)] == [COMPLETED, IN_PROCESS]
