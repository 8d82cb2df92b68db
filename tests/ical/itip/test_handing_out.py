# SPDX-License-Identifier: GPL-3.0-or-later
"""What is handed out for the first time, or anew after it was called off."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ical.answers import ACCEPTED, DECLINED, NEEDS_ACTION, Answer
from ical.errors import OrganizerMayNot
from ical.instances import SERIES, InstanceId
from ical.itip.organizer import Actor, organize
from ical.itip.outcome import Entry, State
from ical.snapshot import read_object
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
    applied,
    distributed,
    job,
    meeting,
    partstats,
    row,
    saves,
    value,
    with_line,
    with_parameters,
    with_partstat,
    without,
)
from tests.ical.texts import OSLO, calendar, event

FRIDAY = InstanceId("20261009T080000Z")
OVER = tuple(line.replace("2026", "2025") for line in (START, END))


def called_off(text: bytes) -> Entry:
    """Give the entry that kari made with *text*, and called off at NOW."""
    entry = distributed(text)
    return replace(applied(entry, saves(entry, with_line(text, "STATUS:CANCELLED"))), off_at=NOW)


def series(*asked: str, more: tuple[str, ...] = ()) -> str:
    """Give a meeting on three days."""
    return event(START, END, "RRULE:FREQ=DAILY;COUNT=3", f"ORGANIZER:{KARI}", *asked, *more)


def friday(*asked: str, more: tuple[str, ...] = ()) -> str:
    """Give the second day of it."""
    name, start, end = (line.replace("1008T", "1009T") for line in (f"RECURRENCE-ID{START[7:]}", START, END))
    return event(name, start, end, f"ORGANIZER:{KARI}", *asked, *more)


def test_each_component_keeps_the_sequence_with_which_it_came() -> None:
    asked = f"ATTENDEE:{OLA}"
    text = calendar(series(asked, more=("SEQUENCE:2",)), friday(asked, more=("SEQUENCE:1", "LOCATION:Kjelleren")))

    outcome = organize(None, text, actor(KARI), now=NOW)

    assert (outcome.words, outcome.sequence) == (text, 2)


def test_a_task_that_is_done_already_is_handed_out_as_done() -> None:
    assert organize(None, job(OLA, more=("STATUS:COMPLETED",)), actor(KARI), now=NOW).closed
    assert not organize(None, job(OLA), actor(KARI), now=NOW).closed


@pytest.mark.parametrize(
    ("text", "me", "why"),
    [
        (with_line(meeting(OLA), "STATUS:CANCELLED"), actor(KARI), ()),
        (
            meeting(OLA),
            replace(actor(KARI), quiet=True),
            ("It came with a whole calendar: 1 have it, and nobody is told.",),
        ),
        (
            with_line(with_line(meeting(OLA), OVER[0]), OVER[1]),
            actor(KARI),
            ("It is over already: 1 have it, and nobody is told.",),
        ),
    ],
    ids=["called off", "a whole calendar", "over"],
)
def test_it_can_come_to_others_without_their_being_told(text: bytes, me: Actor, why: tuple[str, ...]) -> None:
    outcome = organize(None, text, me, now=NOW)

    assert outcome.messages == ()
    assert row(outcome, OLA).asked_at is None
    assert OLA in outcome.reset & outcome.touched & outcome.firm
    assert outcome.why == why
    assert outcome.state is (State.CANCELLED if b"CANCELLED" in text else State.LIVE)


def test_a_series_that_comes_called_off_is_off_for_others_on_each_of_its_days() -> None:
    asked = f"ATTENDEE:{OLA}"
    text = calendar(series(asked, more=("STATUS:CANCELLED", "SEQUENCE:2")), friday(asked, more=("LOCATION:Kjelleren",)))

    outcome = organize(None, text, actor(KARI), now=NOW)

    said = read_object(outcome.shared or b"", OSLO)
    assert {p.instance: (said.is_off(p), p.sequence) for p in said.parts} == {SERIES: (True, 2), FRIDAY: (True, 2)}
    assert outcome.words == text


def test_where_the_client_asks_everybody_nothing_is_said_of_it() -> None:
    outcome = organize(None, with_parameters(meeting(OLA), OLA, {"SCHEDULE-AGENT": "CLIENT"}), actor(KARI), now=NOW)

    assert outcome.why == ()


@pytest.mark.parametrize(("after", "anew"), [(2, False), (3, True)])
def test_within_the_hold_back_it_was_only_changed(after: int, anew: bool) -> None:
    now, hold_back = NOW + timedelta(seconds=after), timedelta(seconds=3)

    outcome = organize(called_off(meeting(OLA)), meeting(OLA), actor(KARI), hold_back=hold_back, now=now)

    assert [(m.to, m.first) for m in outcome.messages] == [((OLA,), anew)]
    assert outcome.revived is not anew


def test_without_a_hold_back_it_was_called_off() -> None:
    (message,) = organize(called_off(meeting(OLA)), meeting(OLA), actor(KARI), now=NOW).messages

    assert message.first


def test_anew_all_are_asked_for_the_first_time_and_whoever_is_left_out_keeps_it_called_off() -> None:
    entry = called_off(meeting(KARI, OLA, NINA))

    outcome = organize(entry, meeting(KARI, OLA, BERIT), actor(KARI), now=LATER)

    assert [(m.to, m.first) for m in outcome.messages] == [((OLA, BERIT), True)]
    assert outcome.reset == {OLA, BERIT}
    assert outcome.touched == outcome.firm == {KARI, OLA, BERIT, NINA}
    assert outcome.dropped == (NINA,)
    assert {who: value(text, "STATUS") for who, text in outcome.frozen.items()} == {NINA: "CANCELLED"}


def test_anew_each_component_says_a_revision_that_is_one_higher() -> None:
    asked = f"ATTENDEE:{OLA}"
    text = calendar(series(asked), friday(asked, more=("LOCATION:Kjelleren",)))
    entry = called_off(text)

    outcome = organize(entry, text, actor(KARI), now=LATER)

    assert outcome.sequence == entry.sequence + 1
    assert {p.sequence for p in read_object(outcome.words or b"", OSLO).parts} == {outcome.sequence}


def test_anew_without_the_organizers_own_line_they_have_no_answer() -> None:
    entry = called_off(with_partstat(meeting(KARI, OLA), KARI, ACCEPTED))

    outcome = organize(entry, meeting(OLA), actor(KARI), now=LATER)

    assert outcome.dropped == (KARI,)
    assert not outcome.frozen


def test_anew_nothing_stands_of_what_was_said_of_single_days() -> None:
    people = f"ATTENDEE:{KARI}", f"ATTENDEE:{OLA}"
    text = calendar(series(*people), friday(f"ATTENDEE;PARTSTAT=DECLINED:{KARI}", people[1]))
    entry = called_off(text)
    said = Answer(OLA, FRIDAY, DECLINED, answered_at=NOW)
    entry = replace(entry, answers=(*entry.answers, said))
    assert {a.address for a in entry.answers if a.instance == FRIDAY} == {KARI, OLA}

    made = applied(entry, organize(entry, calendar(series(*people)), actor(KARI), now=LATER))

    assert {(a.address, a.instance, a.partstat) for a in made.answers} == {
        (KARI, SERIES, NEEDS_ACTION),
        (OLA, SERIES, NEEDS_ACTION),
    }


def test_an_entry_whose_own_text_is_not_at_hand_is_judged_by_what_is_shared() -> None:
    entry = replace(answered(distributed(meeting(OLA)), OLA, ACCEPTED), words=None)

    outcome = organize(entry, with_line(meeting(OLA), "LOCATION:Kjelleren"), actor(KARI), now=LATER)

    assert [(m.to, m.first) for m in outcome.messages] == [((OLA,), False)]
    assert outcome.answers == ()


def test_an_organizer_whose_address_is_another_one_by_now_goes_on() -> None:
    outcome = organize(distributed(meeting(OLA)), with_line(meeting(OLA), "LOCATION:Kjelleren"), actor(NINA), now=LATER)

    assert [m.to for m in outcome.messages] == [(OLA,)]


def test_nobody_becomes_the_organizer_by_naming_themselves() -> None:
    with pytest.raises(OrganizerMayNot):
        organize(distributed(meeting(OLA)), with_line(meeting(OLA), f"ORGANIZER:{NINA}"), actor(NINA), now=LATER)


def test_whom_the_client_tells_itself_is_somebody_too() -> None:
    entry = distributed(with_parameters(meeting(KARI, OLA), OLA, {"SCHEDULE-AGENT": "CLIENT"}))

    outcome = saves(entry, without(meeting(), "ORGANIZER"))

    assert set(partstats(outcome.words or entry.words or b"")) == {KARI, OLA}
