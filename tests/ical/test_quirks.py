# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that lose lines say nothing by it (rows 50 and 51 of the model)."""

import pytest

from ical.lines import read
from ical.quirks import is_lossy, restored
from ical.snapshot import snapshot
from tests.ical.itip.company import OLA, PER, job, meeting, partstats, value, with_alarm, with_line
from tests.ical.texts import OSLO, SAMPLES, calendar, event, task

STORED = job(OLA, PER, more=("DESCRIPTION:Bad i 2. etasje", "X-APPLE-STRUCTURED-LOCATION;X-TITLE=Her:geo:1,2"))


def uploaded(*lines: str, stored: bytes = STORED) -> bytes:
    """Give what is meant by a task of *lines* alone."""
    sent, kept = snapshot(read(calendar(task(*lines))), OSLO), snapshot(read(stored), OSLO)
    assert is_lossy(sent)
    return restored(sent, kept, OSLO)


def test_a_text_with_people_is_whole() -> None:
    assert not is_lossy(snapshot(read(job(OLA)), OSLO))


def test_nothing_said_is_nothing_changed() -> None:
    assert uploaded() == STORED


def test_what_it_can_write_is_taken_and_all_else_stays() -> None:
    text = uploaded("SUMMARY:Legge to gipsplater", "PRIORITY:1", "X-OUTLOOK:1", "SEQUENCE:9")

    assert value(text, "SUMMARY") == "Legge to gipsplater"
    assert value(text, "PRIORITY") == "1"
    assert partstats(text).keys() == {OLA, PER}
    assert b"X-APPLE-STRUCTURED-LOCATION;X-TITLE=Her:geo:1,2" in text
    assert b"X-OUTLOOK" not in text
    assert b"SEQUENCE" not in text


@pytest.mark.parametrize(
    "due", ["DUE:20261016T235959", "DUE;VALUE=DATE:20261016", "DUE;TZID=Europe/Oslo:20261016T235959"]
)
def test_the_same_day_is_no_other_due_date(due: str) -> None:
    assert uploaded(due) == STORED


def test_another_day_is() -> None:
    assert value(uploaded("DUE:20261017T235959"), "DUE") == "20261017T235959"


def test_a_due_date_takes_the_place_of_a_duration() -> None:
    stored = with_line(STORED.replace(b"DUE;VALUE=DATE:20261016", b"DTSTART:20261010T080000Z"), "DURATION:P2D")

    text = uploaded("DUE:20261017T160000", stored=stored)

    assert b"DURATION" not in text
    assert value(text, "DTSTART") == "20261010T080000Z"


def test_its_alarms_stand_instead_of_the_old_ones() -> None:
    stored = with_alarm(STORED, "gammel")
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:ny\nTRIGGER:-PT5M\nEND:VALARM"

    assert b"gammel" in uploaded("PRIORITY:1", stored=stored)
    text = uploaded(alarm, stored=stored)
    assert b"gammel" not in text
    assert b"DESCRIPTION:ny" in text


def test_the_synchronizers_own_sample_is_understood() -> None:
    raw = (SAMPLES / "outlook" / "caldav-synchronizer-task-stripped.ics").read_bytes()
    stored = STORED.replace(b"UID:entry-1", b"UID:7a2f6f30-7d58-4cf5-88f9-1e5ad5d0b6ab")

    text = restored(snapshot(read(raw), OSLO), snapshot(read(stored), OSLO), OSLO)

    assert (value(text, "STATUS"), value(text, "PERCENT-COMPLETE")) == ("IN-PROCESS", "40")
    assert value(text, "DESCRIPTION") == "Bad i 2. etasje"
    assert partstats(text).keys() == {OLA, PER}


def test_an_appointment_is_treated_alike() -> None:
    sent = snapshot(read(calendar(event("DTSTART;TZID=Europe/Oslo:20261008T120000", "SUMMARY:Befaring"))), OSLO)

    text = restored(sent, snapshot(read(meeting(OLA)), OSLO), OSLO)

    assert value(text, "DTSTART") == "20261008T120000"
    assert partstats(text).keys() == {OLA}
