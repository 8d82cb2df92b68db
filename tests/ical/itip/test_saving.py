# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's save writes, whose texts and tags it moves, and what is said of it."""

from dataclasses import replace

from ical.answers import ACCEPTED, COMPLETED, DECLINED, NEEDS_ACTION, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.organizer import organize
from ical.itip.outcome import Entry
from ical.snapshot import read_object
from tests.ical.itip.company import (
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
    line_of,
    meeting,
    reading,
    saves,
    with_alarm,
    with_line,
    with_parameters,
    with_partstat,
)
from tests.ical.texts import OSLO, calendar, event

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
PEOPLE = f"ORGANIZER:{KARI}", f"ATTENDEE:{KARI}", f"ATTENDEE:{OLA}"
SERIES_OF_DAYS = event(START, END, "RRULE:FREQ=DAILY;COUNT=3", *PEOPLE)
PLACE = "LOCATION:Kjelleren"


def day(number: int, *lines: str, hour: int = 10) -> str:
    """Give the component of a day in October, that is held at *hour*."""
    date = f"202610{number:02}T"
    times = f"DTSTART;TZID=Europe/Oslo:{date}{hour:02}0000", f"DTEND;TZID=Europe/Oslo:{date}{hour + 1:02}0000"
    return event(f"RECURRENCE-ID;TZID=Europe/Oslo:{date}100000", *times, *(lines or PEOPLE))


def with_stamp(component: str) -> str:
    """Give *component* as it was written another time."""
    return component.replace("\nDTSTART", "\nDTSTAMP:20261002T120000Z\nDTSTART", 1)


def also_said(entry: Entry, *rows: Answer) -> Entry:
    """Give *entry* in which somebody answered single days too."""
    return replace(entry, answers=(*entry.answers, *rows))


def test_the_same_text_once_more_writes_nothing() -> None:
    text = with_partstat(meeting(KARI, OLA), KARI, ACCEPTED)

    outcome = saves(distributed(text), text)

    assert (outcome.words, outcome.shared, outcome.answers, outcome.messages) == (None, None, (), ())
    assert not outcome.frozen
    assert outcome.why == ()


def test_what_is_the_organizers_own_moves_their_tag_alone() -> None:
    outcome = saves(distributed(meeting(OLA)), with_alarm(meeting(OLA), "Kari alone"))

    assert outcome.touched == outcome.firm == {KARI}


def test_the_organizers_own_answer_is_seen_by_others_whose_tags_stay() -> None:
    outcome = saves(distributed(meeting(KARI, OLA)), with_partstat(meeting(KARI, OLA), KARI, DECLINED))

    assert outcome.touched == {KARI, OLA}
    assert outcome.firm == {KARI}
    assert outcome.messages == ()


def test_a_whole_calendar_that_comes_in_again_changes_what_others_read_and_tells_nobody() -> None:
    entry = distributed(meeting(OLA))

    outcome = organize(entry, with_line(meeting(OLA), PLACE), replace(actor(KARI), quiet=True), now=LATER)

    assert outcome.messages == ()
    assert PLACE.encode() in reading(applied(entry, outcome), OLA)
    assert outcome.why == ("It came with a whole calendar: the others read what it says now, and are not told.",)


def test_whoever_is_told_is_told_what_it_says_now() -> None:
    entry = distributed(meeting(OLA))

    outcome = saves(entry, with_line(meeting(OLA), PLACE))

    assert [m.base for m in outcome.messages] == [outcome.shared]
    assert outcome.why == ("Something changed that the others are told of; their answers stand.",)


def test_whom_the_client_does_not_tell_any_more_the_server_asks() -> None:
    text = with_parameters(meeting(OLA, NINA), OLA, {"RSVP": "TRUE", "SCHEDULE-AGENT": "CLIENT"})
    entry = distributed(text)

    outcome = saves(entry, with_parameters(text, OLA, {"SCHEDULE-AGENT": None}))

    assert [(m.to, m.base, m.first) for m in outcome.messages] == [((OLA,), entry.shared, True)]
    assert outcome.shared is None


def test_whom_the_client_does_not_tell_any_more_is_asked_for_an_answer() -> None:
    text = with_parameters(meeting(OLA, NINA), OLA, {"SCHEDULE-AGENT": "CLIENT"})
    entry = distributed(text)

    outcome = saves(entry, with_parameters(text, OLA, {"SCHEDULE-AGENT": None}))

    assert b"RSVP=TRUE" in next(line for line in (outcome.shared or b"").split(b"\r\n") if OLA.encode() in line)


def test_what_the_server_wrote_of_whom_it_asked_goes_when_the_client_asks_them() -> None:
    text = with_parameters(meeting(OLA, NINA), NINA, {"SCHEDULE-AGENT": "CLIENT", "SCHEDULE-STATUS": "2.0"})
    left = with_parameters(text, OLA, {"SCHEDULE-AGENT": "CLIENT", "SCHEDULE-STATUS": "1.2"})

    words = saves(distributed(text), with_parameters(left, OLA, {"SCHEDULE-FORCE-SEND": "REQUEST"})).words or b""

    said = {who: line_of(words, who).parameter("SCHEDULE-STATUS") for who in (OLA, NINA)}
    assert said == {OLA: None, NINA: "2.0"}  # RFC 6638 7.3
    assert line_of(words, OLA).parameter("SCHEDULE-FORCE-SEND") is None


def test_a_client_that_asked_everybody_itself_leaves_it_to_the_server() -> None:
    text = meeting(OLA).replace(b"ORGANIZER:", b"ORGANIZER;SCHEDULE-AGENT=CLIENT:")

    outcome = saves(distributed(text), meeting(OLA))

    assert [(m.to, m.first) for m in outcome.messages] == [((OLA,), True)]
    assert outcome.touched == {KARI, OLA}


def test_no_component_says_a_lower_sequence_than_it_did() -> None:
    friday, saturday = day(9, *PEOPLE, PLACE), day(10, *PEOPLE, PLACE)
    numbered = ((SERIES_OF_DAYS, 3), (friday, 4))
    stored = calendar(*(text.replace("\nDTSTART", f"\nSEQUENCE:{at}\nDTSTART", 1) for text, at in numbered))

    outcome = saves(distributed(stored), calendar(SERIES_OF_DAYS, friday, saturday))

    said = read_object(outcome.words or b"", OSLO)
    assert {p.instance: p.sequence for p in said.parts} == {SERIES: 3, FRIDAY: 4, SATURDAY: 3}


def test_a_day_beside_others_without_a_series_is_stored_as_it_is_sent() -> None:
    friday, saturday = day(9, PEOPLE[0], PEOPLE[2]), day(10, PEOPLE[0])

    outcome = saves(distributed(calendar(friday)), calendar(friday, saturday))

    assert outcome.words == calendar(friday, saturday)


def test_a_client_that_names_nobody_leaves_the_organizers_own_lines_too() -> None:
    own = ("X-MOZ-GENERATION:4", f"ATTENDEE:{OLA}", f"ORGANIZER:{KARI}", "SUMMARY:Befaring")
    entry = distributed(calendar(event(START, END, *own)))

    outcome = saves(entry, calendar(event(START, END, "SUMMARY:Ny befaring")))

    assert b"X-MOZ" in (outcome.words or b"")
    assert outcome.why == (
        "The upload named no people: its client cannot keep them, so they stay as they are.",
        "Something changed that the others are told of; their answers stand.",
    )


def test_within_the_hold_back_it_comes_back_to_whoever_had_not_declined() -> None:
    text = meeting(OLA, NINA)
    entry = answered(distributed(text), NINA, DECLINED)
    off = replace(applied(entry, saves(entry, with_line(text, "STATUS:CANCELLED"))), off_at=NOW)

    outcome = organize(off, text, actor(KARI), hold_back=LATER - NOW + (LATER - NOW), now=LATER)

    assert outcome.reset == {OLA}


def test_a_day_that_goes_takes_the_answers_to_it_along() -> None:
    entry = distributed(calendar(SERIES_OF_DAYS, day(9, *PEOPLE, PLACE), day(10, *PEOPLE[:1], PEOPLE[2])))
    entry = also_said(entry, Answer(OLA, FRIDAY, DECLINED), Answer(KARI, FRIDAY, DECLINED, organizer=True))
    without_friday = SERIES_OF_DAYS.replace("RRULE", "EXDATE;TZID=Europe/Oslo:20261009T100000\nRRULE")

    outcome = saves(entry, calendar(without_friday, day(10, *PEOPLE[:1], PEOPLE[2])))

    assert outcome.ended == {(OLA, FRIDAY), (KARI, FRIDAY)}


def test_the_organizers_own_answer_to_a_day_is_shown_on_that_day() -> None:
    entry = distributed(calendar(SERIES_OF_DAYS))

    outcome = saves(entry, calendar(SERIES_OF_DAYS, day(9, PEOPLE[0], f"ATTENDEE;PARTSTAT=DECLINED:{KARI}", PEOPLE[2])))

    read = read_object(reading(applied(entry, outcome), OLA), OSLO)
    assert {p.instance: person.partstat for p in read.parts for person in p.people if person.address == KARI} == {
        SERIES: NEEDS_ACTION,
        FRIDAY: DECLINED,
    }


def test_the_organizers_own_share_of_a_day_of_a_task_makes_no_day_for_others() -> None:
    whole, friday = (text.replace("VEVENT", "VTODO").replace("DTEND", "DUE") for text in (SERIES_OF_DAYS, day(9)))
    entry = distributed(calendar(whole))

    friday = friday.replace(f"\n{PEOPLE[1]}", f"\nSTATUS:COMPLETED\n{PEOPLE[1]}")
    outcome = saves(entry, calendar(with_stamp(whole), with_stamp(friday)))

    assert [(a.address, a.instance, a.partstat) for a in outcome.answers if a.instance] == [(KARI, FRIDAY, COMPLETED)]
    assert outcome.shared is None
    assert outcome.touched == {KARI}


def test_a_series_that_moves_takes_along_what_people_keep_of_its_days() -> None:
    later = SERIES_OF_DAYS.replace("T10", "T12").replace("T11", "T13")

    moved = saves(distributed(calendar(SERIES_OF_DAYS)), calendar(later))

    assert moved.shift is not None
    assert moved.shift.of(FRIDAY) == "20261009T100000Z"


def test_a_series_that_only_changes_its_place_does_not_move() -> None:
    assert saves(distributed(calendar(SERIES_OF_DAYS)), with_line(calendar(SERIES_OF_DAYS), PLACE)).shift is None


def test_who_stays_in_one_day_and_had_answered_the_series_is_not_asked_again() -> None:
    both = calendar(SERIES_OF_DAYS, day(9, *PEOPLE, PLACE))
    entry = distributed(both)
    entry = replace(
        entry,
        answers=tuple(a._replace(partstat=ACCEPTED, answered_at=NOW) if a.address == OLA else a for a in entry.answers),
    )

    outcome = saves(entry, calendar(SERIES_OF_DAYS.replace(f"\n{PEOPLE[2]}", ""), day(9, *PEOPLE, PLACE)))

    assert [(a.instance, a.partstat) for a in outcome.answers if a.address == OLA] == [(FRIDAY, ACCEPTED)]
    assert outcome.reset == frozenset()
    assert outcome.ended == {(OLA, SERIES)}
