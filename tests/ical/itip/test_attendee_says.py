# SPDX-License-Identifier: GPL-3.0-or-later
"""What an invited person's text may not say, what is said of that, and whom an answer is sent to."""

from dataclasses import replace

import pytest

from ical import view
from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, DELEGATED, NEEDS_ACTION, TENTATIVE, Answer
from ical.errors import AttendeeMayNot
from ical.instances import SERIES, InstanceId
from ical.itip import attendee
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Method, Outcome, State
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
    applied,
    distributed,
    job,
    meeting,
    reading,
    row,
    with_alarm,
    with_line,
    with_parameters,
    with_partstat,
    with_row,
    without,
)
from tests.ical.texts import OSLO, calendar, event

FRIDAY = InstanceId("20261009T080000Z")
NOT_TAKEN = "What they changed of the organizer's part was not taken."
STALE = "A stale upload brought own lines only: SEQUENCE is below the stored one."
YES = "ola@byggbo.example answered ACCEPTED by caldav."
PLACE = "LOCATION:Hjemme hos meg"


def says(entry: Entry, text: bytes, *, me: Actor | None = None, strict: bool = False, by: bool = True) -> Outcome:
    """Give what it comes to that ola uploads *text*; *by*: on top of what he was shown."""
    who = me or actor(OLA)
    shown = view.for_attendee(entry, who.addresses, {}, OSLO)
    return attendee.answer(entry, text, who, overlay={}, shown=shown, conditional=by, strict=strict, now=LATER)


def accepts(entry: Entry) -> bytes:
    """Give the text with which ola accepts *entry*."""
    return with_partstat(reading(entry, OLA), OLA, ACCEPTED)


def outside(entry: Entry) -> Entry:
    """Give *entry* as one that somebody outside organizes."""
    return replace(entry, outside=True)


def test_what_is_not_an_invited_persons_is_left_and_said_or_where_it_is_wanted_refused() -> None:
    entry = distributed(meeting(OLA))
    text = with_line(accepts(entry), PLACE)

    assert says(entry, text).why == (YES, NOT_TAKEN)
    assert says(entry, accepts(entry), strict=True).why == (YES,)
    with pytest.raises(AttendeeMayNot, match="what the organizer wrote"):
        says(entry, text, strict=True)


def test_a_day_that_is_none_is_left_and_said_or_where_it_is_wanted_refused() -> None:
    entry = distributed(meeting(OLA))
    day = f"RECURRENCE-ID{START[7:]}".replace("1008T", "1009T")
    other = reading(entry, OLA).replace(
        b"END:VCALENDAR", calendar(event(day, START, END, f"ORGANIZER:{KARI}")).split(b"EN\r\n", 1)[1]
    )

    assert says(entry, other).why == ("What it says of occurrences that are none was not taken.",)
    with pytest.raises(AttendeeMayNot, match="an occurrence that they are not invited to"):
        says(entry, other, strict=True)


def test_a_program_that_loses_people_oversteps_nothing() -> None:
    entry = distributed(with_line(meeting(OLA), "CATEGORIES:Hennes"))
    lost = without(without(without(with_line(reading(entry, OLA), PLACE), "ATTENDEE"), "ORGANIZER"), "CATEGORIES")
    day = event(f"RECURRENCE-ID{START[7:]}".replace("1008T", "1009T"), START, END)
    and_more = lost.replace(b"END:VCALENDAR\r\n", calendar(day).split(b"EN\r\n", 1)[1])

    assert says(entry, lost).why == says(entry, lost, strict=True).why == ()
    assert says(entry, lost).overlay is None
    says(entry, and_more, strict=True)


def test_whoever_hands_their_place_on_may_name_the_delegate_and_nobody_else() -> None:
    entry = distributed(with_parameters(meeting(OLA, NINA), OLA, {"CN": "Ola"}))
    handed = with_parameters(reading(entry, OLA), OLA, {"PARTSTAT": DELEGATED, "DELEGATED-TO": f'"{PER}"'})
    line = f'ATTENDEE;CN=Per;DELEGATED-FROM="{OLA}":{PER}\r\n'.encode()
    named = handed.replace(b"END:VEVENT", line + b"END:VEVENT")

    outcome = says(entry, named, strict=True)

    assert (row(outcome, OLA).partstat, row(outcome, OLA).delegated_to) == (DELEGATED, PER)
    assert NOT_TAKEN not in outcome.why
    assert b"CN=Per" in (outcome.shared or b"")
    with pytest.raises(AttendeeMayNot):
        says(entry, named.replace(f'DELEGATED-FROM="{OLA}"'.encode(), b"ROLE=CHAIR"), strict=True)


def test_one_who_takes_their_place_back_ends_what_hung_on_it_and_what_they_said_of_days() -> None:
    entry = distributed(meeting(OLA, NINA, more=("RRULE:FREQ=DAILY;COUNT=3",)))
    handed = with_parameters(reading(entry, OLA), OLA, {"PARTSTAT": DELEGATED, "DELEGATED-TO": f'"{PER}"'})
    entry = applied(entry, says(entry, handed))
    day = Answer(OLA, FRIDAY, DECLINED, answered_at=NOW, asked_at=NOW)
    shown = reading(entry, OLA)

    outcome = attendee.answer(
        replace(entry, answers=(*entry.answers, day)),
        with_parameters(shown, OLA, {"PARTSTAT": ACCEPTED, "DELEGATED-TO": None}),
        actor(OLA),
        overlay={},
        shown=shown,
        conditional=True,
        now=LATER,
    )

    assert outcome.ended == {(PER, SERIES), (OLA, FRIDAY)}


def test_an_alarm_beside_an_answer_takes_nothing_from_whoever_else_is_concerned() -> None:
    entry = distributed(meeting(OLA, NINA))
    handed = with_parameters(reading(entry, OLA), OLA, {"PARTSTAT": DELEGATED, "DELEGATED-TO": f'"{PER}"'})

    alone, both = says(entry, handed), says(entry, with_alarm(handed, "min"))

    assert both.overlay is not None
    assert both.touched == alone.touched == {KARI, OLA, NINA, PER}
    assert both.firm == alone.firm == {OLA, PER}


@pytest.mark.parametrize(
    ("sequence", "by", "is_stale"), [(0, False, True), (0, True, False), (1, False, False), (None, False, False)]
)
def test_a_text_is_stale_that_says_itself_that_it_is_older(sequence: int | None, by: bool, is_stale: bool) -> None:
    entry = distributed(meeting(OLA, more=("SEQUENCE:1",)))
    text = without(accepts(entry), "SEQUENCE")
    text = text if sequence is None else with_line(text, f"SEQUENCE:{sequence}")

    assert says(entry, text, by=by).why == ((STALE,) if is_stale else (YES,))


def test_what_a_stale_text_lacks_or_says_otherwise_is_not_its_senders() -> None:
    entry = distributed(meeting(OLA, more=("SEQUENCE:1", "CATEGORIES:Hennes", "LOCATION:Kjelleren")))
    old = with_line(without(without(reading(entry, OLA), "CATEGORIES"), "LOCATION"), "SEQUENCE:0")

    outcome = says(replace(entry, state=State.CANCELLED, closed=True), old, by=False)

    assert outcome.why == (STALE,)
    assert outcome.overlay is None
    assert (outcome.state, outcome.closed) == (State.CANCELLED, True)


def test_a_quiet_answer_is_kept_and_sent_to_nobody() -> None:
    entry = distributed(meeting(OLA))

    outcome = says(entry, accepts(entry), me=replace(actor(OLA), quiet=True))

    assert row(outcome, OLA).partstat == ACCEPTED
    assert outcome.messages == ()
    assert outcome.why == (YES,)


@pytest.mark.parametrize("agent", ["CLIENT", "NONE"])
def test_a_program_that_tells_an_organizer_outside_by_itself_is_not_repeated(agent: str) -> None:
    entry = distributed(meeting(OLA))
    text = accepts(entry).replace(b"ORGANIZER", f"ORGANIZER;SCHEDULE-AGENT={agent}".encode())

    assert [m.method for m in says(entry, text).messages] == [Method.REPLY]
    assert says(outside(entry), text).messages == ()
    assert says(outside(entry), text).why == (YES, attendee.BY_CLIENT)
    assert says(outside(entry), with_partstat(text, OLA, NEEDS_ACTION)).why == ()


@pytest.mark.parametrize("line", [b"ORGANIZER", b"ORGANIZER;SCHEDULE-AGENT=SERVER"])
def test_an_organizer_outside_is_told_unless_the_program_says_that_it_does(line: bytes) -> None:
    entry = outside(distributed(meeting(OLA)))

    outcome = says(entry, accepts(entry).replace(b"ORGANIZER", line))

    assert [m.method for m in outcome.messages] == [Method.REPLY]
    assert outcome.why == (YES,)
    assert [m.method for m in says(entry, without(accepts(entry), "ORGANIZER")).messages] == [Method.REPLY]


def test_whom_an_organizer_outside_is_told_of_is_told_too_unless_nobody_is() -> None:
    entry = outside(distributed(meeting(OLA)))
    handed = with_parameters(reading(entry, OLA), OLA, {"PARTSTAT": DELEGATED, "DELEGATED-TO": f'"{BERIT}"'})

    assert [one.to for one in says(entry, handed).handovers] == [BERIT]
    assert says(entry, handed, me=replace(actor(OLA), quiet=True)).handovers == ()


def test_an_answer_is_sent_once_more_where_the_program_orders_it() -> None:
    entry = distributed(meeting(OLA))
    entry = applied(entry, says(entry, accepts(entry)))
    ordered = reading(entry, OLA).replace(b"ORGANIZER", b"ORGANIZER;SCHEDULE-FORCE-SEND=REPLY")

    outcome = says(entry, ordered)

    assert [(m.method, m.about) for m in outcome.messages] == [(Method.REPLY, OLA)]
    assert says(entry, reading(entry, OLA)).messages == ()
    assert says(entry, reading(entry, OLA)).why == ()


def test_the_organizers_own_line_is_no_answer_to_themselves() -> None:
    entry = distributed(with_partstat(meeting(KARI, OLA), KARI, TENTATIVE))
    both = actor(KARI, OLA)
    shown = view.for_attendee(entry, both.addresses, {}, OSLO)

    outcome = says(entry, with_partstat(shown, KARI, ACCEPTED), me=both)

    assert [a.address for a in outcome.answers] == [OLA]


@pytest.mark.parametrize(("line", "expected"), [(BERIT, {BERIT}), (None, set())])
def test_an_address_that_was_added_later_answers_what_the_other_has_answered(
    line: Address | None, expected: set[Address]
) -> None:
    entry = with_row(distributed(meeting(OLA, BERIT)), OLA, partstat=ACCEPTED, shown=ACCEPTED, answered_at=NOW)
    both = actor(OLA, BERIT)
    shown = view.for_attendee(entry, both.addresses, {}, OSLO)

    outcome = says(entry, with_partstat(shown, line, ACCEPTED) if line else shown, me=both)

    assert {a.address for a in outcome.answers if a.partstat == ACCEPTED} == expected


def test_the_same_answer_once_more_is_none_unless_it_was_written_on_top_of_another() -> None:
    entry = distributed(meeting(OLA))
    text = accepts(entry)
    entry = with_row(applied(entry, says(entry, text)), OLA, partstat=TENTATIVE, shown=TENTATIVE)

    assert says(entry, text, by=False).answers == ()
    assert row(says(entry, text), OLA).partstat == ACCEPTED
    assert row(says(entry, with_partstat(text, OLA, DECLINED), by=False), OLA).partstat == DECLINED


def test_to_write_that_a_meeting_is_called_off_is_no_answer() -> None:
    entry = distributed(meeting(OLA))

    assert says(entry, with_line(reading(entry, OLA), "STATUS:CANCELLED")).answers == ()


def test_a_job_handed_on_stays_so_when_something_else_of_it_is_written() -> None:
    entry = distributed(job(OLA, NINA))
    handed = with_parameters(reading(entry, OLA), OLA, {"PARTSTAT": DELEGATED, "DELEGATED-TO": f'"{PER}"'})
    entry = applied(entry, says(entry, handed))

    assert row(entry, OLA).delegated_to == PER
    assert says(entry, with_line(reading(entry, OLA), "PERCENT-COMPLETE:0")).answers == ()
    assert says(entry, with_line(handed, "PRIORITY:1"), by=False).answers == ()
    assert says(entry, without(without(handed, "ATTENDEE"), "ORGANIZER")).answers == ()
