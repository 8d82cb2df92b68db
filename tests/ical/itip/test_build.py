# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of messages: to colleagues' inboxes, and to contacts by mail (reading A18)."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from ical import sharing
from ical.address import Address
from ical.answers import ACCEPTED, IN_PROCESS, TENTATIVE, Answer
from ical.instances import InstanceId
from ical.itip import build
from ical.itip.outcome import Entry, Method
from ical.lines import read
from ical.recurrence import instant, when
from ical.snapshot import read_object, snapshot
from tests.ical.itip.company import (
    BERIT,
    KARI,
    LATER,
    NINA,
    OLA,
    START,
    answered,
    distributed,
    job,
    line_of,
    meeting,
    partstats,
    row,
    value,
    with_line,
    with_parameters,
    with_row,
    without,
)
from tests.ical.texts import OSLO, SAMPLES, first

SENDER = "mailto:kalender+abc@byggbo.example"


def to_berit(entry: Entry, method: Method = Method.REQUEST, base: bytes | None = None) -> bytes:
    """Give the message to an outside contact."""
    draft = build.draft(
        method, base or entry.shared, entry.answers, sender="Kari Nordmann", alone=True, now=LATER, zone=OSLO
    )
    return draft.to(BERIT, sender=SENDER)


def to_colleague(entry: Entry, who: Address) -> bytes:
    """Give the message to somebody who sees all who are asked."""
    draft = build.draft(Method.REQUEST, entry.shared, entry.answers, sender=None, alone=False, now=LATER, zone=OSLO)
    return draft.to(who)


@pytest.fixture
def entry() -> Entry:
    """Give a meeting that ola accepted."""
    text = with_line(
        meeting(OLA, NINA, BERIT), "DESCRIPTION:Ta med hjelm\\, vernesko og godt humør til befaringen i 2. etasje"
    )
    return answered(distributed(text), OLA, ACCEPTED)


def test_a_contact_is_named_alone_and_answers_to_an_address_of_the_own(entry: Entry) -> None:
    text = to_berit(entry)

    found = snapshot(read(text), OSLO, method="REQUEST")
    assert list(found.attendees()) == [BERIT]
    line = found.line("ORGANIZER")
    assert line is not None
    assert (line.value, line.parameter("CN")) == (SENDER, "Kari Nordmann")
    assert b"kari@byggbo.example" not in text
    assert line_of(text, BERIT).parameter("RSVP") == "TRUE"


def test_no_way_past_the_token_address_is_left() -> None:
    organizer = f'ORGANIZER;CN=Kari N;EMAIL=kari@byggbo.example;SENT-BY="mailto:ola@byggbo.example":{KARI}'
    entry = distributed(with_line(meeting(BERIT), organizer))

    line = snapshot(read(to_berit(entry)), OSLO, method="REQUEST").line("ORGANIZER")

    assert line is not None
    assert (line.parameter("EMAIL"), line.parameter("SENT-BY"), line.parameter("CN")) == (None, None, "Kari N")


def test_a_colleague_sees_everybody_and_the_organizer_as_in_the_text(entry: Entry) -> None:
    found = snapshot(read(to_colleague(entry, NINA)), OSLO, method="REQUEST")
    assert {a: p.partstat for a, p in found.attendees().items()} == {
        OLA: ACCEPTED,
        NINA: "NEEDS-ACTION",
        BERIT: "NEEDS-ACTION",
    }
    assert found.organizer == KARI


def test_what_one_said_stands_in_the_own_copy_before_the_others_see_it(entry: Entry) -> None:
    entry = with_row(entry, OLA, partstat=TENTATIVE, shown=ACCEPTED)

    for who, partstat in ((OLA, TENTATIVE), (NINA, ACCEPTED)):
        assert line_of(to_colleague(entry, who), OLA).parameter("PARTSTAT") == partstat


def test_where_no_answer_is_known_the_line_stands_as_in_the_text(entry: Entry) -> None:
    line = line_of(to_colleague(replace(entry, answers=()), OLA), OLA)

    assert line.raw == line_of(entry.shared, OLA).raw


def test_a_colleague_gets_the_zones_as_the_text_has_them(entry: Entry) -> None:
    assert b"VTIMEZONE" not in to_colleague(entry, NINA)


def test_a_message_says_when_it_was_made_and_its_method_once(entry: Entry) -> None:
    for base in (entry.shared, with_line(entry.shared, "DTSTAMP:19990101T000000Z"), without(entry.shared, "DTSTAMP")):
        text = to_berit(entry, base=base)

        assert text.count(b"DTSTAMP:20261002T120030Z") == 1
        assert text.count(b"DTSTAMP") == 1
        assert text.count(b"METHOD:REQUEST") == 1


def test_a_zone_that_the_text_does_not_explain_is_explained(entry: Entry) -> None:
    text = to_berit(entry)

    (zone,) = icalendar.Calendar.from_ical(text).walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Oslo"
    rules = b"".join(text.partition(b"BEGIN:VTIMEZONE")[1:]).replace(b"Europe/Oslo", b"X-Her")
    start = when(*first(b"BEGIN:VCALENDAR\r\n" + rules)).start
    assert start is not None
    assert instant(start, ZoneInfo("Asia/Tokyo")) == datetime(2026, 10, 8, 8, tzinfo=UTC)


def test_a_cancel_is_called_off(entry: Entry) -> None:
    off = sharing.called_off(entry.shared, 3, OSLO)

    text = to_berit(entry, Method.CANCEL, off)

    found = snapshot(read(text), OSLO, method="CANCEL")
    assert found.value("STATUS") == "CANCELLED"
    assert found.sequence == 3


def test_a_reply_is_one_attendees_answer_with_what_clients_need_to_find_it(entry: Entry) -> None:
    text = build.reply(read_object(entry.shared, OSLO), row(entry, OLA), now=LATER, zone=OSLO)

    found = snapshot(read(text), OSLO, method="REPLY")
    assert {a: p.partstat for a, p in found.attendees().items()} == {OLA: ACCEPTED}
    assert (found.uid, found.organizer, found.sequence) == ("entry-1", KARI, 0)
    assert found.value("SUMMARY") == "Befaring"
    assert found.value("DTSTART") == "20261008T100000"
    assert b"DESCRIPTION" not in text


def test_a_reply_to_a_task_tells_the_own_progress_and_comment() -> None:
    entry = with_row(
        distributed(job(OLA)), OLA, partstat=IN_PROCESS, percent=40, comment="Mangler skruer; bestilt, kommer\nfredag"
    )

    text = build.reply(read_object(entry.shared, OSLO), row(entry, OLA), now=LATER, zone=OSLO)

    (said,) = icalendar.Calendar.from_ical(text).walk("VTODO")
    assert (said["STATUS"], said["PERCENT-COMPLETE"]) == ("IN-PROCESS", 40)
    assert said["COMMENT"] == "Mangler skruer; bestilt, kommer\nfredag"


def test_a_reply_can_be_made_for_one_whom_the_text_does_not_name(entry: Entry) -> None:
    stranger = Address("mailto:ny@kunde.example")

    text = build.reply(read_object(entry.shared, OSLO), Answer(stranger, partstat=ACCEPTED), now=LATER, zone=OSLO)

    assert list(snapshot(read(text), OSLO, method="REPLY").attendees()) == [stranger]


def test_a_reply_to_one_day_names_it() -> None:
    series = snapshot(read(meeting(BERIT, more=("RRULE:FREQ=DAILY;COUNT=3",))), OSLO)

    text = build.reply(series, Answer(BERIT, InstanceId("20261009T080000Z"), ACCEPTED), now=LATER, zone=OSLO)

    assert {"RECURRENCE-ID;TZID=Europe/Oslo:20261009T100000", START.replace("1008", "1009")} <= set(
        text.decode().splitlines()
    )


def test_a_reply_explains_a_zone_to_programs_outside_alone() -> None:
    said, answer = snapshot(read(meeting(BERIT)), OSLO), Answer(BERIT, partstat=ACCEPTED)

    assert build.reply(said, answer, now=LATER, zone=OSLO).count(b"BEGIN:VTIMEZONE") == 0
    assert build.reply(said, answer, now=LATER, zone=OSLO, mailed=True).count(b"BEGIN:VTIMEZONE") == 1


def test_a_text_goes_outside_with_its_method_its_time_and_its_zones() -> None:
    text = build.outward(Method.COUNTER, meeting(BERIT), now=LATER, zone=OSLO)

    assert text.count(b"METHOD:COUNTER") == text.count(b"BEGIN:VTIMEZONE") == text.count(b"TZID:Europe/Oslo") == 1
    assert b"DTSTAMP:20261002T120030Z" in text


def test_what_only_tells_of_a_request_names_nobody_who_is_asked(entry: Entry) -> None:
    asks = to_berit(entry)

    tells = build.published(asks, OSLO)

    lines = [line.raw for line in read(asks).lines if line.name != "ATTENDEE"]
    assert tells == b"".join(lines).replace(b"METHOD:REQUEST", b"METHOD:PUBLISH")
    assert b"METHOD:PUBLISH" in tells
    assert b"\nATTENDEE" in asks


def test_nobody_reads_whom_the_organizers_program_tells_itself(entry: Entry) -> None:
    shared = with_parameters(entry.shared, NINA, {"SCHEDULE-AGENT": "CLIENT", "SCHEDULE-STATUS": "1.1"})

    line = line_of(to_colleague(replace(entry, shared=shared), OLA), NINA)

    assert (line.parameter("SCHEDULE-AGENT"), line.parameter("SCHEDULE-STATUS")) == (None, None)


@pytest.mark.parametrize(
    "sample",
    ["apple/structured-location.ics", "outlook/mail-html.ics", "unusual/unknown-components-and-parameters.ics"],
)
def test_both_other_libraries_parse_what_is_built_and_no_content_line_is_lost(sample: str) -> None:
    people = f"ORGANIZER:{KARI}\r\nATTENDEE:{BERIT}\r\nEND:VEVENT".encode()
    entry = distributed((SAMPLES / sample).read_bytes().replace(b"END:VEVENT", people, 1))

    text = to_berit(entry)

    (held,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert not held.errors
    assert vobject.readOne(text.decode()).vevent.uid.value == held["UID"]
    kept = {line.raw for line in read(entry.shared).lines if line.name not in {"ATTENDEE", "DTSTAMP", "ORGANIZER"}}
    assert kept <= {line.raw for line in read(text).lines}


def test_the_text_that_is_sent_has_no_line_over_75_octets(entry: Entry) -> None:
    for text in (to_berit(entry), build.reply(read_object(entry.shared, OSLO), row(entry, OLA), now=LATER, zone=OSLO)):
        assert max(len(line) for line in text.split(b"\r\n")) <= 75
        assert partstats(text.replace(b"METHOD:REQUEST\r\n", b"").replace(b"METHOD:REPLY\r\n", b""))
        assert b"\n" not in text.replace(b"\r\n", b"")
        assert value(text.replace(b"METHOD:REQUEST\r\n", b"").replace(b"METHOD:REPLY\r\n", b""), "SUMMARY")
