# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of an entry before anything is decided."""

from dataclasses import replace

import pytest

from ical.answers import Answer
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Entry, Message, Method, State
from ical.kinds import Kind
from tests.ical.itip.company import KARI, NINA, OLA

FRIDAY = InstanceId("20261009T080000Z")
ENTRY = Entry("entry-1", Kind.VTODO, b"what others start from", KARI, 0, words=b"the organizer's words")


def test_an_entry_is_open_and_on_until_somebody_says_otherwise() -> None:
    entry = Entry("entry-1", Kind.VTODO, b"", KARI, 0)

    assert (entry.closed, entry.state, entry.size) == (False, State.LIVE, 0)


def test_an_entry_is_as_large_as_there_are_addresses_in_it() -> None:
    rows = (Answer(OLA), Answer(OLA, FRIDAY), Answer(NINA))

    assert replace(ENTRY, answers=rows).size == 2
    assert replace(ENTRY, answers=rows, crowd=1000).size == 1000


def test_an_answer_is_found_by_address_and_occurrence() -> None:
    rows = (Answer(NINA), Answer(OLA, FRIDAY), Answer(OLA), Answer(NINA, FRIDAY))
    entry = replace(ENTRY, answers=rows)

    assert [entry.answer(OLA), entry.answer(OLA, FRIDAY), entry.answer(KARI)] == [rows[2], rows[1], None]
    assert rows[2].instance == SERIES


def test_the_organizer_is_busy_as_their_own_words_say_while_it_is_on() -> None:
    assert ENTRY.timed == ENTRY.words
    assert replace(ENTRY, state=State.CANCELLED).timed == ENTRY.shared
    assert replace(ENTRY, words=None).timed == ENTRY.shared


def test_an_organizer_is_absent_by_a_line_of_its_own_and_not_by_what_a_text_speaks_of() -> None:
    spoken = replace(ENTRY, words=b"BEGIN:VEVENT\r\nDESCRIPTION:X-DISTRIB-ABSENT:\r\n X-DISTRIB-ABSENT:TRUE\r\n")
    meant = replace(ENTRY, words=b"BEGIN:VEVENT\r\nX-DISTRIB-ABSENT:TRUE\r\n")

    assert (spoken.host_is_absent, meant.host_is_absent) == (False, True)
    assert not replace(ENTRY, words=None).host_is_absent
    assert (spoken.timed, meant.timed) == (spoken.words, meant.shared)


@pytest.mark.parametrize(
    ("method", "instance", "is_end"),
    [
        (Method.CANCEL, SERIES, True),
        (Method.CANCEL, FRIDAY, False),
        (Method.REQUEST, SERIES, False),
        (Method.REQUEST, FRIDAY, False),
    ],
)
def test_a_cancel_of_all_of_it_is_its_end(*, method: Method, instance: InstanceId, is_end: bool) -> None:
    assert Message(method, (OLA,), b"", 0, instance=instance).is_end is is_end
