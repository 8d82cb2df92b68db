# SPDX-License-Identifier: GPL-3.0-or-later
"""What the organizer's saves come to (issue: the story, points 1 and 3)."""

from dataclasses import replace

import pytest

from ical import view
from ical.answers import ACCEPTED, DECLINED, NEEDS_ACTION
from ical.errors import IcalError, NotOneObject, OrganizerMayNot
from ical.itip.organizer import organize
from ical.itip.outcome import Method, Outcome, State
from ical.snapshot import read_object
from tests.ical.itip.company import (
    BERIT,
    KARI,
    LATER,
    NINA,
    NOW,
    OLA,
    actor,
    answered,
    applied,
    distributed,
    line_of,
    meeting,
    reading,
    row,
    saves,
    value,
    with_alarm,
    with_line,
    with_parameters,
    with_partstat,
    without,
)
from tests.ical.itip.proposals import override
from tests.ical.texts import OSLO

MOVED = "DTSTART;TZID=Europe/Oslo:20261008T103000"


def told(outcome: Outcome) -> list[tuple[str, set[str], bool]]:
    """Give method, recipients and whether it is their first, of each message."""
    return [(message.method.value, set(message.to), message.first) for message in outcome.messages]


def test_a_new_meeting_asks_everybody_once() -> None:
    outcome = organize(None, meeting(OLA, NINA, BERIT), actor(KARI), now=NOW)

    assert told(outcome) == [("REQUEST", {OLA, NINA, BERIT}, True)]
    assert {a.address: a.partstat for a in outcome.answers} == dict.fromkeys((OLA, NINA, BERIT), NEEDS_ACTION)
    assert all(a.asked_at == NOW for a in outcome.answers)
    assert outcome.words == meeting(OLA, NINA, BERIT)


def test_what_the_client_says_of_others_answers_is_not_believed() -> None:
    entry = distributed(with_partstat(meeting(OLA), OLA, ACCEPTED))

    assert row(entry, OLA).partstat == NEEDS_ACTION
    assert b"ACCEPTED" not in entry.shared


def test_the_organizer_among_the_attendees_is_not_asked() -> None:
    outcome = organize(None, with_partstat(meeting(KARI, OLA), KARI, ACCEPTED), actor(KARI), now=NOW)

    assert told(outcome) == [("REQUEST", {OLA}, True)]
    assert row(outcome, KARI).organizer
    assert row(outcome, KARI).partstat == ACCEPTED
    assert KARI not in outcome.reset


@pytest.mark.parametrize("agent", ["CLIENT", "NONE", "X-OTHER"])
def test_whom_the_client_tells_itself_the_server_does_not_ask(agent: str) -> None:
    outcome = organize(None, with_parameters(meeting(OLA, NINA), OLA, {"SCHEDULE-AGENT": agent}), actor(KARI), now=NOW)

    assert told(outcome) == [("REQUEST", {NINA}, True)]
    assert [a.address for a in outcome.answers] == [NINA]


def test_an_echo_changes_nothing() -> None:
    entry = answered(distributed(meeting(OLA, NINA)), OLA, ACCEPTED)

    outcome = saves(entry, view.for_organizer(entry, OSLO))

    assert outcome.messages == ()
    assert outcome.shared is None
    assert outcome.answers == ()
    assert outcome.sequence == entry.sequence
    assert OLA not in outcome.touched


def test_an_alarm_is_nobody_elses_business() -> None:
    entry = distributed(meeting(OLA, NINA))

    outcome = saves(entry, with_alarm(meeting(OLA, NINA), "Kari alone"))

    assert outcome.messages == ()
    assert outcome.shared is None
    assert outcome.touched == {KARI}


def test_another_time_asks_everybody_again_and_raises_sequence() -> None:
    entry = answered(answered(distributed(meeting(OLA, NINA, BERIT)), OLA, ACCEPTED), NINA, DECLINED)

    outcome = saves(entry, with_line(view.for_organizer(entry, OSLO), MOVED))

    assert told(outcome) == [("REQUEST", {OLA, NINA, BERIT}, False)]
    assert outcome.sequence == 1
    assert outcome.reset == {OLA, NINA, BERIT}
    after = applied(entry, outcome)
    assert {a.partstat for a in after.answers} == {NEEDS_ACTION}
    assert {a.reset_sequence for a in after.answers} == {1}
    assert value(after.shared, "SEQUENCE") == value(after.words or b"", "SEQUENCE") == "1"


@pytest.mark.parametrize("line", ["LOCATION:Et annet sted", "SUMMARY:Ny tittel", "STATUS:TENTATIVE"])
def test_another_text_tells_everybody_and_keeps_the_answers(line: str) -> None:
    entry = answered(distributed(meeting(OLA, NINA)), OLA, ACCEPTED)

    outcome = saves(entry, with_line(view.for_organizer(entry, OSLO), line))

    assert told(outcome) == [("REQUEST", {OLA, NINA}, False)]
    assert row(applied(entry, outcome), OLA).partstat == ACCEPTED
    assert outcome.reset == frozenset()
    assert outcome.firm >= {OLA, NINA}


@pytest.mark.parametrize("line", ["CATEGORIES:Viktig", "TRANSP:TRANSPARENT", "X-APPLE-STRUCTURED-LOCATION:geo:1,2"])
def test_some_lines_are_seen_but_not_told_of(line: str) -> None:
    entry = distributed(meeting(OLA))

    outcome = saves(entry, with_line(meeting(OLA), line))

    assert outcome.messages == ()
    assert line.encode() in reading(applied(entry, outcome), OLA)
    assert OLA in outcome.touched


def test_a_lower_sequence_is_raised_and_the_text_taken() -> None:
    entry = distributed(with_line(meeting(OLA), "SEQUENCE:5"))

    outcome = saves(entry, with_line(with_line(meeting(OLA), "SEQUENCE:2"), "LOCATION:Sted"))

    assert outcome.sequence == 5
    assert value(outcome.shared or b"", "LOCATION") == "Sted"
    assert value(outcome.words or b"", "SEQUENCE") == "5"


def test_a_higher_sequence_of_the_client_is_kept() -> None:
    entry = distributed(with_line(meeting(OLA), "SEQUENCE:5"))

    outcome = saves(entry, with_line(with_line(meeting(OLA), "SEQUENCE:7"), "LOCATION:Sted"))

    assert value(outcome.words or b"", "SEQUENCE") == value(outcome.shared or b"", "SEQUENCE") == "7"


def test_what_the_client_read_of_a_message_stays_in_its_text_while_the_server_asks() -> None:
    text = with_line(with_parameters(meeting(OLA), OLA, {"SCHEDULE-STATUS": "1.1"}), "LOCATION:Sted")

    assert saves(distributed(meeting(OLA)), text).words == text


def test_what_is_changed_without_anybody_being_told_says_why() -> None:
    entry, text = distributed(meeting(OLA)), with_line(meeting(OLA), "LOCATION:Sted")

    outcome = organize(entry, text, replace(actor(KARI), quiet=True, why_quiet="It was put right"), now=LATER)

    assert outcome.messages == ()
    assert OLA in outcome.touched
    assert any(why.startswith("It was put right") for why in outcome.why)


def test_the_note_on_a_line_goes_when_it_is_the_clients_to_ask_from_then_on() -> None:
    def noted(agent: str) -> bytes:
        text = with_parameters(meeting(OLA, NINA), OLA, {"SCHEDULE-AGENT": agent, "SCHEDULE-STATUS": "1.1"})
        return with_parameters(text, NINA, {"SCHEDULE-AGENT": "CLIENT", "SCHEDULE-STATUS": "2.0"})

    outcome = saves(distributed(with_parameters(meeting(OLA, NINA), NINA, {"SCHEDULE-AGENT": "CLIENT"})), noted("NONE"))

    words = outcome.words or b""
    assert [line_of(words, who).parameter("SCHEDULE-STATUS") for who in (OLA, NINA)] == [None, "2.0"]


def test_one_more_is_asked_alone() -> None:
    entry = answered(distributed(meeting(OLA)), OLA, ACCEPTED)

    outcome = saves(entry, meeting(OLA, BERIT))

    assert told(outcome) == [("REQUEST", {BERIT}, True)]
    assert row(applied(entry, outcome), OLA).partstat == ACCEPTED
    assert outcome.touched == {KARI, OLA, BERIT}


def test_one_who_is_taken_out_gets_a_cancel_and_keeps_a_called_off_text() -> None:
    entry = answered(distributed(meeting(OLA, NINA)), NINA, ACCEPTED)

    outcome = saves(entry, meeting(NINA))

    assert told(outcome) == [("CANCEL", {OLA}, False)]
    assert outcome.dropped == (OLA,)
    assert outcome.frozen is not None
    assert value(outcome.frozen[OLA], "STATUS") == "CANCELLED"
    assert outcome.sequence == 1
    assert [a.address for a in applied(entry, outcome).answers] == [NINA]


def test_one_who_declined_and_is_taken_out_hears_nothing() -> None:
    entry = answered(distributed(meeting(OLA, NINA)), OLA, DECLINED)

    outcome = saves(entry, meeting(NINA))

    assert outcome.messages == ()
    assert outcome.dropped == (OLA,)


def test_an_attendee_who_becomes_the_clients_to_tell_is_withdrawn() -> None:
    entry = distributed(meeting(OLA, NINA))

    outcome = saves(entry, with_parameters(meeting(OLA, NINA), OLA, {"SCHEDULE-AGENT": "NONE"}))

    assert told(outcome) == [("CANCEL", {OLA}, False)]  # RFC 6638 3.2.1.2


def test_status_cancelled_calls_it_off() -> None:
    entry = answered(distributed(meeting(OLA, NINA)), NINA, DECLINED)

    outcome = saves(entry, with_line(meeting(OLA, NINA), "STATUS:CANCELLED"))

    assert told(outcome) == [("CANCEL", {OLA}, False)]
    assert outcome.state is State.CANCELLED
    assert value(outcome.shared or b"", "STATUS") == "CANCELLED"


def test_a_series_that_is_called_off_is_off_for_others_on_each_of_its_days() -> None:
    series, day = meeting(OLA, more=("RRULE:FREQ=WEEKLY;COUNT=4",)), override("20261015", who=OLA).encode()
    text = series.replace(b"END:VCALENDAR", day + b"END:VCALENDAR")
    entry = distributed(text)

    outcome = saves(entry, text.replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nSTATUS:CANCELLED", 1))

    said = read_object(outcome.shared or b"", OSLO)
    assert [(said.is_off(part), part.sequence) for part in said.parts] == [(True, outcome.sequence)] * 2
    assert (outcome.words or b"").count(b"STATUS:CANCELLED") == 1


def test_what_was_called_off_can_be_handed_out_again() -> None:
    entry = distributed(meeting(OLA, NINA))
    entry = applied(entry, saves(entry, with_line(meeting(OLA, NINA), "STATUS:CANCELLED")))

    outcome = organize(entry, meeting(OLA), actor(KARI), now=LATER)

    assert told(outcome) == [("REQUEST", {OLA}, True)]
    assert outcome.state is State.LIVE
    assert outcome.sequence is not None
    assert outcome.sequence > entry.sequence
    assert outcome.dropped == (NINA,)


def test_a_forced_request_is_sent_though_nothing_changed_and_the_order_is_not_kept() -> None:
    entry = distributed(meeting(OLA, NINA))

    text = with_parameters(meeting(OLA, NINA), OLA, {"SCHEDULE-FORCE-SEND": "REQUEST"})
    text = text.replace(b"ORGANIZER", b"ORGANIZER;SCHEDULE-FORCE-SEND=REPLY")
    outcome = saves(entry, text)

    assert told(outcome) == [("REQUEST", {OLA}, False)]
    assert b"FORCE-SEND" not in (outcome.words or entry.words or b"")


def test_another_organizer_cannot_be_put_in_by_saving() -> None:
    entry = distributed(meeting(OLA))

    with pytest.raises(OrganizerMayNot):
        saves(entry, with_line(meeting(OLA), f"ORGANIZER:{NINA}"))


def test_what_others_are_in_stays_of_its_kind() -> None:
    entry = distributed(meeting(OLA))

    with pytest.raises(OrganizerMayNot):
        saves(entry, meeting(OLA).replace(b":VEVENT", b":VTODO"))


def test_an_alias_of_the_organizer_is_the_organizer() -> None:
    entry = distributed(meeting(OLA))
    alias = with_line(meeting(OLA), f"ORGANIZER:{BERIT}")

    outcome = organize(entry, alias, actor(KARI, BERIT), shown=entry.words, now=LATER)

    assert outcome.messages == ()


def test_a_message_cannot_be_stored() -> None:
    with pytest.raises(NotOneObject, match="METHOD"):
        organize(None, meeting(OLA).replace(b"BEGIN:VEVENT", b"METHOD:REQUEST\r\nBEGIN:VEVENT"), actor(KARI), now=NOW)


def test_a_time_that_cannot_be_read_is_refused_before_anything_is_decided() -> None:
    entry = distributed(meeting(OLA))

    with pytest.raises(IcalError):
        saves(entry, with_line(meeting(OLA), "DTSTART:i morgen"))


def test_messages_are_built_from_what_is_shared() -> None:
    outcome = organize(
        None, with_alarm(with_line(meeting(OLA), "X-MOZ-GENERATION:4"), "Kari alone"), actor(KARI), now=NOW
    )

    (message,) = outcome.messages
    assert message.method is Method.REQUEST
    assert message.base == outcome.shared
    assert b"X-MOZ" not in message.base
    assert b"VALARM" not in message.base
    assert b"X-MOZ" in (outcome.words or b"")


def test_removing_the_organizers_own_line_drops_its_row_and_tells_nobody_of_an_answer() -> None:
    entry = distributed(with_partstat(meeting(KARI, OLA), KARI, ACCEPTED))

    outcome = saves(entry, without(without(meeting(OLA), "DTSTAMP"), "CREATED"))

    assert KARI in outcome.dropped
    assert [a.address for a in applied(entry, outcome).answers] == [OLA]
