# SPDX-License-Identifier: GPL-3.0-or-later
"""What messages of real organizers outside come to, and of those who are none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ical import view
from ical.answers import ACCEPTED, DECLINED, NEEDS_ACTION
from ical.errors import IcalError, NotOneObject, TooLarge
from ical.governing import Days
from ical.instances import SERIES, InstanceId
from ical.itip import attendee, build, replica
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.snapshot import Snapshot, read_object
from tests.gateway.services import texts
from tests.gateway.worker.outside import DAY, WEEKLY, said
from tests.ical.itip.invited import ME, NOW, OLA, OSLO, answered, heard

SAMPLES = Path(__file__).parents[2] / "samples"


def shown(entry: Entry) -> bytes:
    return view.for_attendee(entry, ME.addresses, {}, OSLO)


def partstat(entry: Entry) -> str | None:
    return next(iter(a.partstat for a in entry.answers if a.instance == SERIES), None)


@pytest.mark.parametrize("name", ["outlook/exchange-request.ics", "google/invitation.ics"])
def test_the_invitations_of_exchange_and_google_are_answered_as_they_ask(name: str) -> None:
    entry, _ = heard((SAMPLES / name).read_bytes())
    text = shown(entry)
    assert texts.alarms(text) == []
    assert b"X-MICROSOFT-CDO-BUSYSTATUS" not in text

    mine = texts.with_partstat(text, "kari@byggbo.example", ACCEPTED)
    outcome = attendee.answer(entry, mine, ME, overlay={}, shown=text, conditional=True, now=NOW)
    (message,) = outcome.messages
    assert (message.method, message.to) == (Method.REPLY, (entry.organizer,))

    (row,) = outcome.answers
    reply = build.reply(read_object(entry.shared, OSLO), row, now=NOW, zone=OSLO, mailed=True)
    for line in ("ORGANIZER", "UID", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY"):
        assert texts.value(reply, line) == texts.value((SAMPLES / name).read_bytes(), line)
    assert texts.people(reply) == {"kari@byggbo.example": ACCEPTED}
    assert reply.count(b"BEGIN:VTIMEZONE") == text.count(b"BEGIN:VTIMEZONE")


def test_exchange_asks_for_an_answer_in_each_text_change_and_the_answer_stands() -> None:
    entry, _ = heard(said())

    again, outcome = heard(said("REQUEST", "LOCATION:Gata 2", at="12:10:00"), entry=answered(entry, ACCEPTED))

    assert partstat(again) == ACCEPTED
    assert outcome.reset == frozenset()


def test_a_higher_sequence_that_knows_no_answer_asks_again() -> None:
    entry, _ = heard(said())

    again, outcome = heard(said(sequence=1, at="12:10:00"), entry=answered(entry, DECLINED))

    assert partstat(again) == NEEDS_ACTION
    assert outcome.reset == {OLA}


def test_a_higher_sequence_that_knows_the_answer_does_not() -> None:
    entry, _ = heard(said())
    known = said(sequence=1, at="12:10:00").replace(b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=ACCEPTED")

    again, _ = heard(known, entry=answered(entry, ACCEPTED))

    assert partstat(again) == ACCEPTED


def test_an_answer_that_was_given_by_another_way_is_known_from_the_organizer() -> None:
    entry, _ = heard(said().replace(b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=TENTATIVE"))

    assert partstat(entry) == "TENTATIVE"
    assert texts.people(shown(entry)) == {"ola@byggbo.example": "TENTATIVE"}


def test_google_counts_the_sequence_of_a_day_by_itself() -> None:
    entry, _ = heard(said("REQUEST", WEEKLY, sequence=3))

    _, outcome = heard(said("CANCEL", day=DAY, sequence=1, at="12:10:00"), entry=entry)

    assert outcome.shared is not None
    assert outcome.shared.count(b"STATUS:CANCELLED") == 1
    assert outcome.state is State.LIVE


def test_a_cancel_that_does_not_say_when_it_was_calls_off_what_is_known() -> None:
    entry, _ = heard(said("REQUEST", WEEKLY))
    end = bare(said("CANCEL", sequence=1, at="12:10:00"))

    after, _ = heard(end, entry=entry)

    assert after.state is State.CANCELLED
    assert texts.named(after.shared, "RRULE") == [WEEKLY]
    assert replica.receive(None, end, Method.CANCEL, ME, now=NOW).shared is None


def bare(text: bytes) -> bytes:
    """Give a CANCEL that does not tell when it is."""
    return texts.written(line for line in texts.unfolded(text) if not line.startswith(("DTSTART", "DURATION")))


def test_one_day_that_is_called_off_need_not_say_when_it_was() -> None:
    """RFC 5546 4.4.3 shows it so."""
    entry, _ = heard(said("REQUEST", WEEKLY), bare(said("CANCEL", day=DAY, sequence=1, at="12:10:00")))

    assert Days(read_object(entry.shared, OSLO), OSLO).is_off(InstanceId("20261208T090000Z"))
    assert entry.state is State.LIVE
    other, _ = heard(bare(said("CANCEL", day=DAY, sequence=1, at="12:10:00")), said("REQUEST", WEEKLY))
    assert other.shared == entry.shared


def off(said: Snapshot, day: InstanceId) -> bool:
    """Tell whether what speaks for *day* says that it is off."""
    part = Days(said, OSLO).part(day)
    assert part is not None
    return said.is_off(part)


def to_the_end(text: bytes) -> bytes:
    """Let a message about one day be about all that follow, too."""
    return text.replace(b"RECURRENCE-ID;", b"RECURRENCE-ID;RANGE=THISANDFUTURE;")


@pytest.mark.parametrize("form", [bytes, bare])
def test_a_day_and_all_that_follow_are_called_off_and_what_had_moved_of_them(form: Callable[[bytes], bytes]) -> None:
    moved = said("REQUEST", day="20261215", start="T120000", sequence=1, at="12:10:00")
    end = form(to_the_end(said("CANCEL", day=DAY, sequence=2, at="12:20:00")))

    entry, _ = heard(said("REQUEST", WEEKLY), moved, end)
    other, _ = heard(said("REQUEST", WEEKLY), end, moved)

    assert other.shared == entry.shared
    about = read_object(entry.shared, OSLO)
    days = (InstanceId(f"202612{day:02}T090000Z") for day in (1, 8, 15, 22, 29))
    assert [off(about, day) for day in days] == [False, True, True, True, True]


def test_a_day_that_is_asked_for_after_the_end_takes_place() -> None:
    end = to_the_end(said("CANCEL", day=DAY, sequence=2, at="12:20:00"))
    again = said("REQUEST", day="20261215", sequence=3, at="12:30:00")

    for messages in ((end, again), (again, end)):
        entry, _ = heard(said("REQUEST", WEEKLY), *messages)
        about = read_object(entry.shared, OSLO)
        assert not off(about, InstanceId("20261215T090000Z"))
        assert off(about, InstanceId("20261222T090000Z"))


def test_whoever_is_asked_to_one_day_has_that_day_alone() -> None:
    entry, _ = heard(said(day=DAY))

    assert [a.instance for a in entry.answers] == [InstanceId("20261208T090000Z")]
    assert shown(entry).count(b"BEGIN:VEVENT") == 1


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        (b"ORGANIZER;CN=Berit Kunde:mailto:berit@kunde.example\r\n", b""),
        (b"UID:m\r\n", b"UID:annet\r\n"),
        (b"BEGIN:VEVENT\r\n", b"BEGIN:VJOURNAL\r\n"),
        (b"METHOD:REQUEST\r\n", b"METHOD:PUBLISH\r\n"),
        (b"DTSTART;TZID=Europe/Oslo:20261201T100000\r\n", b"DTSTART:i morgen\r\n"),
    ],
)
def test_what_is_none_of_its_messages_is_refused(line: bytes, becomes: bytes) -> None:
    entry, _ = heard(said())

    with pytest.raises(IcalError):
        replica.receive(entry, said(sequence=1).replace(line, becomes), Method.REQUEST, ME, now=NOW)


def test_another_organizer_changes_nothing() -> None:
    entry, _ = heard(said())

    outcome = replica.receive(entry, said(sequence=1, organizer="eve@ond.example"), Method.REQUEST, ME, now=NOW)

    assert outcome == Outcome(why=outcome.why)
    assert "eve@ond.example says to organize it" in outcome.why[0]


def test_two_methods_in_one_are_refused() -> None:
    with pytest.raises(NotOneObject):
        replica.receive(None, said("CANCEL"), Method.REQUEST, ME, now=NOW)


def test_a_text_cannot_grow_day_by_day_beyond_what_a_mail_may_bring() -> None:
    note = f"DESCRIPTION:{'x' * 200_000}"
    entry, _ = heard(said("REQUEST", WEEKLY, note), said("REQUEST", note, day=DAY, at="12:10:00"))

    with pytest.raises(TooLarge):
        heard(said("REQUEST", note, day="20261215", at="12:20:00"), entry=entry)


def test_nothing_of_their_program_and_no_alarm_comes_along() -> None:
    more = ("X-MOZ-LASTACK:20261101T080000Z", "BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:PT0S", "END:VALARM")
    entry, _ = heard(
        said("REQUEST", *more).replace(b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=NEEDS-ACTION;SCHEDULE-AGENT=NONE")
    )

    for name in (b"X-MOZ", b"VALARM", b"SCHEDULE-", b"METHOD"):
        assert name not in shown(entry)
    assert b"RSVP=TRUE" in shown(entry)
