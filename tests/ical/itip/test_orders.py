# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client orders to be sent whatever changed (RFC 6638 7.2)."""

import pytest

from ical.answers import ACCEPTED, NEEDS_ACTION
from ical.instances import SERIES
from ical.itip.orders import NOT_KNOWN
from ical.itip.outcome import Entry
from tests.ical.itip.company import (
    KARI,
    NINA,
    OLA,
    answered,
    distributed,
    meeting,
    row,
    saves,
    with_line,
    with_parameters,
)

MOVED = "DTSTART;TZID=Europe/Oslo:20261008T103000"


def ordered(text: bytes, method: str) -> bytes:
    """Give *text* in which kari's program orders *method* for ola."""
    return with_parameters(text, OLA, {"SCHEDULE-FORCE-SEND": method})


def known(text: bytes) -> Entry:
    """Give the entry of *text*, which ola has accepted."""
    return answered(distributed(text), OLA, ACCEPTED)


@pytest.mark.parametrize("method", ["REQUEST", "request"])
def test_an_ordered_request_is_what_they_have_already(method: str) -> None:
    entry = known(meeting(OLA, NINA))

    outcome = saves(entry, ordered(meeting(OLA, NINA), method))

    assert [(m.to, m.base, m.first) for m in outcome.messages] == [((OLA,), entry.shared, False)]
    assert (outcome.answers, outcome.shared, outcome.reset) == ((), None, frozenset())
    assert outcome.why == ("The program orders a REQUEST to 1, whatever changed.",)


def test_an_order_that_is_none_is_told_to_the_client_alone() -> None:
    entry = known(meeting(OLA, NINA))

    outcome = saves(entry, ordered(meeting(OLA, NINA), "X-SHOUT"))

    assert outcome.messages == ()
    assert outcome.answers == (row(entry, OLA)._replace(delivery=NOT_KNOWN),)
    assert outcome.reset == frozenset()
    assert outcome.touched == {KARI}


def test_an_order_that_is_none_keeps_nobody_from_being_asked_again() -> None:
    outcome = saves(known(meeting(OLA)), ordered(with_line(meeting(OLA), MOVED), "X-SHOUT"))

    assert [(a.address, a.partstat) for a in outcome.answers] == [(OLA, NEEDS_ACTION)]


def test_one_order_that_is_none_is_told_of_beside_others_who_are_asked_again() -> None:
    text = ordered(meeting(OLA), "X-SHOUT")

    outcome = saves(known(meeting(OLA)), text.replace(b"END:VEVENT", f"ATTENDEE:{NINA}\r\nEND:VEVENT".encode()))

    assert {(a.address, a.instance, a.delivery) for a in outcome.answers} == {
        (OLA, SERIES, NOT_KNOWN),
        (NINA, SERIES, ""),
    }


def test_the_organizer_and_those_whom_the_client_asks_have_no_status() -> None:
    text = with_parameters(meeting(KARI, OLA, NINA), OLA, {"SCHEDULE-AGENT": "CLIENT"})

    orders = with_parameters(ordered(text, "X-SHOUT"), KARI, {"SCHEDULE-FORCE-SEND": "X-SHOUT"})

    assert saves(distributed(text), orders).answers == ()
