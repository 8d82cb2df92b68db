# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that lose lines say nothing by it (rows 50 and 51 of the model)."""

import pytest

from ical.instances import InstanceId
from ical.lines import read
from ical.quirks import ANY, PROGRAMS, Program, is_lossy, program_of, restored
from ical.snapshot import snapshot
from tests.ical.itip.company import OLA, PER, job, meeting, partstats, value, with_alarm, with_line
from tests.ical.texts import OSLO, SAMPLES, calendar, event, task

STORED = job(OLA, PER, more=("DESCRIPTION:Bad i 2. etasje", "X-APPLE-STRUCTURED-LOCATION;X-TITLE=Her:geo:1,2"))


def uploaded(*lines: str, stored: bytes = STORED, agent: str = "") -> bytes:
    """Give what is meant by a task of *lines* alone."""
    sent, kept = snapshot(read(calendar(task(*lines))), OSLO), snapshot(read(stored), OSLO)
    assert is_lossy(sent)
    return restored(sent, kept, OSLO, program_of(sent, agent))


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


def test_of_the_progress_it_says_all() -> None:
    done = with_line(with_line(STORED, "STATUS:COMPLETED"), "PERCENT-COMPLETE:100")

    assert value(uploaded("STATUS:NEEDS-ACTION", stored=done), "STATUS") == "NEEDS-ACTION"
    assert b"PERCENT-COMPLETE" not in uploaded("STATUS:NEEDS-ACTION", stored=done)
    assert uploaded(stored=done) == STORED


def test_what_is_called_off_stays_so_where_nothing_is_said_of_it() -> None:
    off = with_line(STORED, "STATUS:CANCELLED")

    assert uploaded(stored=off) == off


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


SAMPLE_OF = {
    "Outlook CalDav Synchronizer": "outlook/caldav-synchronizer-task-stripped.ics",
    "Apple Reminders": "apple/reminder.ics",
    "tasks.org": "davx5/tasks-org.ics",
    "OpenTasks": "davx5/opentasks.ics",
}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_each_program_is_known_by_a_sample(program: Program) -> None:
    sent = snapshot(read((SAMPLES / SAMPLE_OF[program.name]).read_bytes()), OSLO)

    assert program_of(sent) is program
    assert is_lossy(sent, program)


def test_a_program_is_known_by_its_user_agent_too() -> None:
    sent = snapshot(read(calendar(task())), OSLO)

    assert program_of(sent) is ANY
    assert program_of(sent, "CalDavSynchronizer/4.4").name == "Outlook CalDav Synchronizer"


@pytest.mark.parametrize("line", ["PRIORITY:5", "CLASS:PUBLIC"])
def test_what_a_program_writes_where_it_has_nothing_to_say_is_no_change(line: str) -> None:
    assert uploaded(line, agent="CalDavSynchronizer/4.4") == STORED
    assert uploaded(line) != STORED
    assert uploaded(line.replace("5", "1").replace("PUBLIC", "PRIVATE"), agent="CalDavSynchronizer/4.4") != STORED


def test_what_a_program_cannot_say_is_not_taken_from_it() -> None:
    assert uploaded("CATEGORIES:Jobb", agent="DAVx5/4.4 (org.dmfs.tasks)") == STORED


def test_everybody_is_removed_by_a_program_that_could_keep_them() -> None:
    sent = snapshot(read(calendar(task("ORGANIZER:mailto:kari@byggbo.example"))), OSLO)

    assert not is_lossy(sent)
    assert is_lossy(sent, program_of(sent, "tasks.org"))


def test_a_day_apart_is_a_day_apart() -> None:
    start, rule = "DTSTART;TZID=Europe/Oslo:20261005T100000", "RRULE:FREQ=DAILY;COUNT=5"
    stored = job(OLA, more=(start, rule)).replace(b"DUE;VALUE=DATE:20261016\r\n", b"")
    day = ("RECURRENCE-ID;TZID=Europe/Oslo:20261007T100000", "DTSTART;TZID=Europe/Oslo:20261007T100000")
    sent = snapshot(read(calendar(task(start, rule), task(*day, "STATUS:COMPLETED", "SUMMARY:Bare i dag"))), OSLO)

    whole = snapshot(read(restored(sent, snapshot(read(stored), OSLO), OSLO)), OSLO)

    part = whole.part(InstanceId("20261007T080000Z"))
    assert part is not None
    assert [p.address for p in part.people] == [OLA]
    assert b"SUMMARY:Bare i dag" in whole.document.text_of(part.component)
    assert b"SUMMARY:Legge gipsplate" in whole.document.text_of(whole.main.component)


def test_an_appointment_is_treated_alike() -> None:
    sent = snapshot(read(calendar(event("DTSTART;TZID=Europe/Oslo:20261008T120000", "SUMMARY:Befaring"))), OSLO)

    text = restored(sent, snapshot(read(meeting(OLA)), OSLO), OSLO)

    assert value(text, "DTSTART") == "20261008T120000"
    assert partstats(text).keys() == {OLA}
