# SPDX-License-Identifier: GPL-3.0-or-later
"""Who must hear that an entry is called off, or that they are not in it any more."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from ical.address import Address
from ical.answers import DECLINED, Answer, Standing
from ical.instances import SERIES, InstanceId
from ical.itip.calling import coming_to_all, everybody, is_coming
from ical.itip.organizer import organize
from ical.itip.outcome import Method
from ical.itip.withdraw import withdraw
from ical.snapshot import read_object
from tests.ical.itip.company import (
    END,
    KARI,
    LATER,
    NINA,
    NOW,
    OLA,
    START,
    actor,
    distributed,
    meeting,
    saves,
    with_line,
)
from tests.ical.texts import OSLO, calendar, event

DAY = InstanceId("20261009T100000Z")
SERIES_TEXT = read_object(calendar(event("RRULE:FREQ=DAILY;COUNT=5", START, END)), OSLO)


def called_off_to(answers: Sequence[Answer], now: datetime = NOW) -> dict[InstanceId, list[Address]]:
    return everybody(answers, SERIES_TEXT, OSLO, now)


def test_who_was_never_asked_hears_of_no_end() -> None:
    asked = Answer(OLA, asked_at=NOW)

    assert called_off_to([asked, Answer(NINA)]) == {SERIES: [OLA]}


def test_the_organizer_is_told_of_no_end_of_their_own() -> None:
    assert called_off_to([Answer(KARI, asked_at=NOW, organizer=True)]) == {}


@pytest.mark.parametrize("row", [Answer(NINA, DAY), Answer(KARI, DAY, asked_at=NOW, organizer=True)])
def test_who_was_not_asked_to_a_day_hears_of_no_end_of_it(row: Answer) -> None:
    assert called_off_to([Answer(OLA, asked_at=NOW), row]) == {SERIES: [OLA]}


@pytest.mark.parametrize("row", [Answer(NINA), Answer(KARI, asked_at=NOW, organizer=True)])
def test_to_all_of_it_come_those_who_were_asked(row: Answer) -> None:
    assert list(coming_to_all([Answer(OLA, asked_at=NOW), row])) == [OLA]


def test_whether_all_of_it_is_over_is_no_matter_of_who_hears_of_the_end() -> None:
    assert called_off_to([Answer(OLA, asked_at=NOW)], datetime(2027, 10, 10, tzinfo=UTC)) == {SERIES: [OLA]}


def test_who_declined_hears_of_no_end() -> None:
    assert called_off_to([Answer(OLA, partstat=DECLINED, asked_at=NOW)]) == {}


def test_who_is_in_all_of_it_hears_of_the_end_once_and_who_is_in_one_day_of_that_one() -> None:
    rows = [Answer(OLA, asked_at=NOW), Answer(OLA, DAY, asked_at=NOW), Answer(NINA, DAY, asked_at=NOW)]

    assert called_off_to(rows) == {SERIES: [OLA], DAY: [NINA]}


def test_who_declined_all_but_one_day_hears_of_the_end() -> None:
    rows = [Answer(OLA, partstat=DECLINED, asked_at=NOW), Answer(OLA, DAY, asked_at=NOW)]

    assert called_off_to(rows) == {SERIES: [OLA]}


def test_who_was_in_a_day_that_is_over_hears_of_no_end() -> None:
    rows = [Answer(OLA, DAY, asked_at=NOW), Answer(NINA, asked_at=NOW)]

    assert called_off_to(rows, datetime(2026, 10, 10, tzinfo=UTC)) == {SERIES: [NINA]}


def test_who_declined_the_only_day_hears_of_no_end() -> None:
    assert called_off_to([Answer(OLA, DAY, partstat=DECLINED, asked_at=NOW)]) == {}


def test_who_is_coming_was_asked_and_has_not_declined() -> None:
    asked = Answer(OLA, asked_at=NOW)

    assert is_coming(Standing([asked]), OLA, DAY)
    assert not is_coming(Standing([asked]), NINA, DAY)
    assert not is_coming(Standing([Answer(OLA)]), OLA, DAY)
    assert not is_coming(Standing([asked._replace(partstat=DECLINED)]), OLA, DAY)


def test_what_is_called_off_says_so_and_who_is_taken_out_is_told_that_it_takes_place() -> None:
    entry = distributed(meeting(OLA, NINA))
    deleted = withdraw(entry, actor(KARI), now=LATER)
    cancelled = saves(entry, with_line(meeting(OLA), "STATUS:CANCELLED"))
    smaller = saves(entry, meeting(OLA))

    ends = [[(m.to, m.called_off) for m in outcome.messages] for outcome in (deleted, cancelled, smaller)]

    assert ends == [[((OLA, NINA), True)], [((OLA,), True), ((NINA,), False)], [((NINA,), False)]]


def test_who_is_asked_to_one_day_is_sent_that_day_alone() -> None:
    series = event(START, END, "RRULE:FREQ=DAILY;COUNT=3", f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}")
    name, *times = (line.replace("20261008", "20261009") for line in (f"RECURRENCE-ID{START[7:]}", START, END))
    day = event(name, *times, f"ORGANIZER:{KARI}", f"ATTENDEE:{NINA}")

    outcome = organize(None, calendar(series, day), actor(KARI), now=NOW)

    sent = {m.instance: (m.to, [p.instance for p in read_object(m.base, OSLO).parts]) for m in outcome.messages}
    friday = InstanceId("20261009T080000Z")
    assert sent == {SERIES: ((OLA,), [SERIES, friday]), friday: ((NINA,), [friday])}


def test_a_day_that_is_called_off_says_so() -> None:
    people = (f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}")
    series = event(START, END, "RRULE:FREQ=DAILY;COUNT=3", *people)
    name, *times = (line.replace("20261008", "20261009") for line in (f"RECURRENCE-ID{START[7:]}", START, END))
    entry = distributed(calendar(series))

    (message,) = saves(entry, calendar(series, event(name, *times, "STATUS:CANCELLED", *people))).messages

    assert (message.method, message.to, message.called_off) == (Method.CANCEL, (OLA,), True)
    assert message.instance == InstanceId("20261009T080000Z")
