# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 14: whoever is invited from outside holds the same, in whatever order the messages come, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from ical import view
from ical.address import Address
from ical.instances import SERIES
from ical.itip import replica
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Method
from ical.kinds import Kind
from ical.snapshot import read_object
from tests.gateway.services import texts

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
OLA, BERIT = Address("mailto:ola@byggbo.example"), Address("mailto:berit@kunde.example")
ME = Actor(frozenset({OLA}), OSLO)
DAYS = ("20261201", "20261208", "20261210", "20261215")
"""Three of the series' Tuesdays, and a Thursday that is none."""


@dataclass(frozen=True)
class Told:
    """One message of the organizer's, whose clock goes on with each."""

    method: Method
    day: str
    hour: int
    raised: bool
    bare: bool = False
    """It does not tell when it is (RFC 5546 4.4.3)."""


def message(told: Told, number: int, sequence: int) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Ute//NO",
        f"METHOD:{told.method}",
        "BEGIN:VEVENT",
        "UID:m",
        f"DTSTAMP:20261123T12{number:02}00Z",
        f"SEQUENCE:{sequence}",
        *([f"RECURRENCE-ID;TZID=Europe/Oslo:{told.day}T100000"] if told.day and told.method is not Method.ADD else []),
        *([] if told.bare else [f"DTSTART;TZID=Europe/Oslo:{told.day or DAYS[0]}T{told.hour:02}0000", "DURATION:PT1H"]),
        *([] if told.day else ["RRULE:FREQ=WEEKLY;COUNT=4"]),
        f"SUMMARY:Nummer {number}",
        f"ORGANIZER:{BERIT}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION:{OLA}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return texts.written(lines)


def conversation(said: Sequence[Told]) -> list[tuple[Method, bytes]]:
    sequence, found = 0, []
    for number, told in enumerate(said):
        sequence += told.raised
        found.append((told.method, message(told, number, sequence)))
    return found


def heard(messages: Sequence[tuple[Method, bytes]]) -> Entry | None:
    """Give what is held of *messages*, in this order."""
    entry: Entry | None = None
    for method, text in messages:
        outcome = replica.receive(entry, text, method, ME, now=NOW)
        if outcome.shared is None:
            assert not outcome.answers
            continue
        if entry is None:
            entry = Entry("m", Kind.VEVENT, b"", BERIT, 0, outside=True)
        rows = {a[:2]: a for a in entry.answers} | {a[:2]: a for a in outcome.answers}
        entry = replace(
            entry,
            shared=outcome.shared,
            sequence=outcome.sequence or 0,
            answers=tuple(row for key, row in sorted(rows.items()) if key not in outcome.ended),
            state=outcome.state,
        )
    return entry


def held(entry: Entry | None) -> object:
    """Give what its owner reads, as far as they were ever asked."""
    if entry is None or not entry.answers:
        return None
    return view.for_attendee(entry, ME.addresses, {}, OSLO), entry.state, entry.sequence


HOURS = st.integers(8, 15)
METHODS = st.sampled_from([Method.REQUEST, Method.REQUEST, Method.CANCEL])
WHOLE = st.builds(Told, METHODS, st.just(""), HOURS, st.booleans())
ONE_DAY = st.builds(Told, METHODS, st.sampled_from(DAYS), HOURS, st.booleans())
BARE = st.builds(Told, st.just(Method.CANCEL), st.sampled_from(DAYS), HOURS, st.booleans(), st.just(value=True))
ADDED = st.builds(Told, st.just(Method.ADD), st.just(DAYS[2]), st.just(10), st.just(value=True))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(WHOLE, ONE_DAY, BARE, ADDED), min_size=1, max_size=6), st.data())
def test_messages_come_to_the_same_in_any_order_and_with_repeats(said: list[Told], data: st.DataObject) -> None:
    messages = conversation(said)
    others = data.draw(st.permutations([*messages, *data.draw(st.lists(st.sampled_from(messages), max_size=3))]))

    one, other = heard(messages), heard(others)

    assert one is not None
    assert other is not None
    assert one.shared == other.shared
    assert (one.state, one.sequence) == (other.state, other.sequence)
    if held(one) is not None and held(other) is not None:
        assert held(one) == held(other)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(WHOLE, ONE_DAY, ADDED), min_size=1, max_size=6))
def test_what_is_held_is_what_was_said_last_of_each(said: list[Told]) -> None:
    messages = conversation(said)
    entry = heard(messages)
    assert entry is not None
    last = max((n for n, told in enumerate(said) if not told.day), default=None)
    parts = {part.instance: part for part in read_object(entry.shared, OSLO).parts}
    if last is not None:
        summary = parts[SERIES].component
        assert f"SUMMARY:Nummer {last}".encode() in read_object(entry.shared, OSLO).document.text_of(summary)
    alone = {told.day for n, told in enumerate(said) if told.day and (last is None or n > last)}
    assert len(parts) == len(alone) + (last is not None)
