# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a REPLY, line by line (RFC 5546 3.2.3, 3.4.3)."""

import icalendar
import pytest

from ical.answers import ACCEPTED
from ical.itip import build
from ical.itip.outcome import Entry
from ical.lines import read
from ical.snapshot import read_object, snapshot
from tests.ical.itip.company import (
    LATER,
    NINA,
    NOW,
    OLA,
    distributed,
    job,
    line_of,
    meeting,
    row,
    value,
    with_line,
    with_parameters,
    with_row,
    without,
)
from tests.ical.texts import OSLO


def of_ola(entry: Entry, shared: bytes | None = None) -> bytes:
    """Give the reply that tells of ola's answer."""
    return build.reply(read_object(shared or entry.shared, OSLO), row(entry, OLA), now=LATER, zone=OSLO)


def without_method(text: bytes) -> bytes:
    """Give *text* as an object that may be stored."""
    return text.replace(b"METHOD:REPLY\r\n", b"")


@pytest.fixture
def entry() -> Entry:
    """Give a meeting that ola accepted a day before the reply is made."""
    return with_row(distributed(meeting(OLA, NINA)), OLA, partstat=ACCEPTED, answered_at=NOW)


def test_a_reply_is_a_calendar_of_the_servers_own(entry: Entry) -> None:
    said = icalendar.Calendar.from_ical(of_ola(entry))

    assert [str(said[name]) for name in ("VERSION", "PRODID", "METHOD")] == ["2.0", build.PRODID, "REPLY"]


def test_a_reply_is_dated_by_the_answer_and_speaks_of_the_revision_that_there_is(entry: Entry) -> None:
    text = of_ola(entry, with_line(entry.shared, "SEQUENCE:2"))

    assert text.count(b"DTSTAMP:20261001T120030Z\r\n") == 1
    assert text.count(b"SEQUENCE:2\r\n") == 1
    assert b"DTSTAMP:20261002T120030Z\r\n" in of_ola(with_row(entry, OLA, answered_at=None))


def test_a_reply_names_the_person_as_the_text_does(entry: Entry) -> None:
    named = with_parameters(entry.shared, OLA, {"CN": "Ola Tømrer", "RSVP": "TRUE", "SCHEDULE-AGENT": "SERVER"})

    line = line_of(of_ola(entry, named), OLA)

    assert (line.parameter("CN"), line.parameter("PARTSTAT")) == ("Ola Tømrer", ACCEPTED)
    assert (line.parameter("RSVP"), line.parameter("SCHEDULE-AGENT")) == (None, None)


@pytest.mark.parametrize("line", ["DURATION:PT1H", "LOCATION:Storgata 2"])
def test_a_reply_repeats_the_length_and_not_the_place(entry: Entry, line: str) -> None:
    text = of_ola(entry, with_line(without(entry.shared, "DTEND"), line))

    assert (line.encode() in text) is line.startswith("DURATION")


def test_a_reply_to_a_task_repeats_when_it_is_due() -> None:
    assert value(without_method(of_ola(distributed(job(OLA)))), "DUE") == "20261016"


def test_a_reply_to_a_meeting_tells_no_progress(entry: Entry) -> None:
    text = of_ola(entry, with_line(entry.shared, "STATUS:CONFIRMED"))

    assert value(without_method(text), "STATUS") is None


def test_a_reply_explains_the_zones_that_the_text_explains(entry: Entry) -> None:
    rules = b"BEGIN:VTIMEZONE\r\nTZID:Europe/Oslo\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\n"
    rules += b"TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"

    text = of_ola(entry, entry.shared.replace(b"BEGIN:VEVENT", rules + b"BEGIN:VEVENT"))

    assert rules in text


def test_a_reply_can_be_made_where_the_text_names_no_organizer(entry: Entry) -> None:
    text = of_ola(entry, without(entry.shared, "ORGANIZER"))

    assert snapshot(read(text), OSLO, method="REPLY").organizer is None


def test_a_reply_names_the_organizer_whom_one_day_alone_names(entry: Entry) -> None:
    """Thunderbird 10 writes ORGANIZER in an override only."""
    day = b"".join(line for line in entry.shared.splitlines(keepends=True)[2:-1])
    day = day.replace(b"UID:", b"RECURRENCE-ID:20261008T080000Z\r\nUID:", 1)
    series = without(entry.shared, "ORGANIZER").replace(b"END:VCALENDAR\r\n", day + b"END:VCALENDAR\r\n")

    assert b"\r\nORGANIZER" in of_ola(entry, series)
