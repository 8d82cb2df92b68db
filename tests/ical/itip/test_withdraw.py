# SPDX-License-Identifier: GPL-3.0-or-later
"""What deleting comes to (issue: the story, point 3)."""

from datetime import timedelta

import pytest

from ical.answers import ACCEPTED, DECLINED, NEEDS_ACTION
from ical.instances import SERIES
from ical.itip.outcome import Entry, Method, State
from ical.itip.withdraw import decline, withdraw
from ical.private import Chunk
from tests.ical.itip.company import (
    BERIT,
    KARI,
    LATER,
    NINA,
    OLA,
    actor,
    answered,
    applied,
    distributed,
    meeting,
    partstats,
    reading,
    row,
    saves,
    value,
    with_alarm,
    with_line,
)


@pytest.fixture
def entry() -> Entry:
    """Give a meeting that ola accepted, nina declined and berit has not answered."""
    return answered(answered(distributed(meeting(OLA, NINA, BERIT)), OLA, ACCEPTED), NINA, DECLINED)


def test_deleting_ones_own_meeting_calls_it_off_for_all_who_have_not_declined(entry: Entry) -> None:
    outcome = withdraw(entry, actor(KARI), now=LATER)

    assert [(m.method, set(m.to)) for m in outcome.messages] == [(Method.CANCEL, {OLA, BERIT})]
    assert outcome.gone
    assert outcome.state is State.CANCELLED
    assert outcome.sequence == entry.sequence + 1
    assert outcome.touched >= {OLA, NINA, BERIT}


def test_of_what_is_over_nobody_is_told(entry: Entry) -> None:
    outcome = withdraw(entry, actor(KARI), now=LATER + timedelta(days=30))

    assert (outcome.messages, outcome.gone) == ((), True)


def test_what_the_others_read_then_is_called_off_and_rings_no_more(entry: Entry) -> None:
    after = applied(entry, withdraw(entry, actor(KARI), now=LATER))
    overlay = {SERIES: Chunk({}, (b"BEGIN:VALARM\r\nEND:VALARM\r\n",))}

    text = reading(after, OLA, overlay)

    assert value(text, "STATUS") == "CANCELLED"
    assert value(text, "SEQUENCE") == "1"
    assert b"VALARM" not in text
    assert partstats(text)[OLA] == ACCEPTED


def test_calling_off_twice_tells_once(entry: Entry) -> None:
    after = applied(entry, saves(entry, with_line(meeting(OLA, NINA, BERIT), "STATUS:CANCELLED")))

    outcome = withdraw(after, actor(KARI), now=LATER)

    assert outcome.messages == ()
    assert outcome.gone


def test_an_invited_person_who_deletes_it_declines(entry: Entry) -> None:
    outcome = decline(entry, actor(OLA), reply=True, now=LATER)

    assert row(outcome, OLA).partstat == DECLINED
    assert [(m.method, m.to, m.about) for m in outcome.messages] == [(Method.REPLY, (KARI,), OLA)]
    assert outcome.gone
    assert outcome.state is State.LIVE


def test_deleting_silently_leaves_the_answer(entry: Entry) -> None:
    outcome = decline(entry, actor(OLA), reply=False, now=LATER)

    assert (outcome.answers, outcome.messages, outcome.gone) == ((), (), True)


def test_deleting_what_one_declined_or_was_called_off_says_nothing(entry: Entry) -> None:
    off = applied(entry, withdraw(entry, actor(KARI), now=LATER))

    assert decline(entry, actor(NINA), reply=True, now=LATER).messages == ()
    assert decline(off, actor(OLA), reply=True, now=LATER).messages == ()


def test_a_meeting_that_was_only_kept_by_somebody_not_asked_is_just_gone(entry: Entry) -> None:
    outcome = decline(entry, actor(KARI), reply=True, now=LATER)

    assert outcome.gone
    assert outcome.messages == ()


def test_the_organizers_words_are_called_off_too_but_keep_their_lines() -> None:
    entry = distributed(with_alarm(with_line(meeting(OLA), "X-MOZ-GENERATION:4"), "mine"))

    words = withdraw(entry, actor(KARI), now=LATER).words or b""

    assert value(words, "STATUS") == "CANCELLED"
    assert value(words, "X-MOZ-GENERATION") == "4"
    assert partstats(words) == {OLA: NEEDS_ACTION}
