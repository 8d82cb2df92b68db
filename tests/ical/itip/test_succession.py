# SPDX-License-Identifier: GPL-3.0-or-later
"""What it comes to that nina organizes from now on what kari did (model, row 38)."""

from dataclasses import replace

from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, NEEDS_ACTION, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Entry, Method, Outcome
from ical.itip.succession import Successor, hand_over
from ical.lines import read
from ical.snapshot import read_object
from tests.ical.itip.company import (
    BERIT,
    END,
    KARI,
    LATER,
    NINA,
    NOW,
    OLA,
    PER,
    START,
    actor,
    answered,
    distributed,
    line_of,
    meeting,
    partstats,
    row,
    with_alarm,
    with_row,
)
from tests.ical.texts import OSLO, calendar, event

DAY = InstanceId("20261009T080000Z")
OTHER = Address("mailto:kari@privat.example")


def succeeded(entry: Entry) -> Outcome:
    """Give what it comes to that nina takes *entry* over from kari, who has two addresses."""
    return hand_over(entry, actor(KARI, OTHER), Successor(actor(NINA), NINA, "Nina Berg"), now=LATER)


def words(outcome: Outcome) -> bytes:
    """Give the organizer's text of *outcome*, which must have one."""
    assert outcome.words is not None
    return outcome.words


def organizers(text: bytes) -> list[str]:
    """Give the ORGANIZER lines of *text*."""
    return [line.raw.decode().rstrip() for line in read(text).lines if line.name == "ORGANIZER"]


def series(*asked: Address) -> bytes:
    """Give kari's meeting on each day, of which the one on Friday is at another place."""
    people = (f"ORGANIZER:{KARI}", *(f"ATTENDEE:{address}" for address in asked))
    friday = (f"RECURRENCE-ID{START[7:].replace('1008', '1009')}", *(x.replace("1008", "1009") for x in (START, END)))
    return calendar(event(START, END, "RRULE:FREQ=DAILY", *people), event(*friday, "LOCATION:Bua", *people))


def test_whoever_takes_over_is_named_and_nothing_is_left_of_who_it_was() -> None:
    text = meeting(OLA).replace(
        b"ORGANIZER:", b'ORGANIZER;CN=Kari;SENT-BY="mailto:a@b.example";EMAIL=k@b.example;DIR="http://b.example/k":'
    )

    outcome = succeeded(distributed(text))

    assert organizers(words(outcome)) == organizers(outcome.shared or b"") == [f"ORGANIZER;CN=Nina Berg:{NINA}"]


def test_each_component_names_the_successor_and_says_the_new_sequence() -> None:
    entry = distributed(series(OLA))

    outcome = succeeded(replace(entry, sequence=4))

    assert organizers(words(outcome)) == [f"ORGANIZER;CN=Nina Berg:{NINA}"] * 2
    assert [part.sequence for part in read_object(words(outcome), OSLO).parts] == [5, 5]
    assert (outcome.sequence, [m.sequence for m in outcome.messages]) == (5, [5])


def test_who_organized_it_is_in_it_no_more_under_any_address() -> None:
    entry = distributed(meeting(KARI, OLA, NINA))
    entry = replace(entry, answers=(*entry.answers, Answer(OTHER, asked_at=NOW)))

    outcome = succeeded(entry)

    assert partstats(words(outcome)).keys() == {OLA, NINA}
    assert outcome.dropped == (KARI, OTHER)
    assert not outcome.touched & {KARI, OTHER}
    assert [m.to for m in outcome.messages] == [(OLA,)]


def test_everybody_who_has_not_declined_is_told() -> None:
    entry = answered(answered(distributed(meeting(NINA, OLA, PER, BERIT)), OLA, ACCEPTED), PER, DECLINED)

    outcome = succeeded(entry)

    (message,) = outcome.messages
    assert (message.method, message.to, message.instance) == (Method.REQUEST, (OLA, BERIT), SERIES)
    assert message.base == outcome.shared
    assert outcome.touched == outcome.firm == {NINA, OLA, PER, BERIT}


def test_whoever_is_asked_to_one_day_is_told_of_that_day() -> None:
    entry = replace(distributed(series(OLA)), answers=(Answer(OLA, DAY, asked_at=NOW),))

    (message,) = succeeded(entry).messages

    assert (message.to, message.instance) == ((OLA,), DAY)


def test_what_others_answered_stands_and_what_the_successor_did_is_the_organizers_own() -> None:
    entry = answered(answered(distributed(meeting(OLA, NINA)), OLA, ACCEPTED), NINA, ACCEPTED)
    entry = with_row(entry, NINA, shown=NEEDS_ACTION)

    outcome = succeeded(entry)

    assert outcome.answers == (row(entry, NINA)._replace(organizer=True, shown=ACCEPTED),)


def test_what_was_private_to_who_organized_it_does_not_come_along() -> None:
    outcome = succeeded(distributed(with_alarm(meeting(OLA), "bare Kari")))

    assert b"bare Kari" not in words(outcome)
    assert b"bare Kari" not in (outcome.shared or b"")


def test_the_others_start_from_an_invitation() -> None:
    outcome = succeeded(distributed(meeting(OLA)))

    assert line_of(outcome.shared or b"", OLA).parameter("RSVP") == "TRUE"


def test_a_task_that_was_closed_stays_closed() -> None:
    assert succeeded(replace(distributed(meeting(OLA)), closed=True)).closed
    assert succeeded(distributed(meeting(OLA))).why == ("Nina Berg organizes it from now on.",)
