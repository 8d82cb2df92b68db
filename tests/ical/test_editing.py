# SPDX-License-Identifier: GPL-3.0-or-later
"""What a form tells of an entry is read from its text, and written back into the lines that were changed alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from ical.address import Address
from ical.editing import HIGH, LOW, Guest, Host, Particulars, carried, changed, particulars
from ical.editing_repeat import Repeat, read_repeat, written_repeat
from ical.editing_write import Writer, made, rewritten
from ical.instances import SERIES
from ical.kinds import Kind
from ical.snapshot import Snapshot, read_object
from tests.ical.texts import OSLO, calendar, event, task

KARI = Address("mailto:kari@byggbo.example")
OLA = Guest(Address("mailto:ola@byggbo.example"), "Ola Berg")
BERIT = Guest(Address("mailto:berit@kunde.example"), "Berit; Kunde", "CLIENT")
HOST = Host("Kari Nordmann", (KARI,), frozenset({KARI}))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BY = Writer(HOST, OSLO, NOW)
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=OSLO)
MEETING = Particulars(
    title="Prosjektmøte",
    location="Møterom 2, 3. etasje",
    description="Ta med:\n- mål",
    start=NINE,
    end=NINE + timedelta(hours=1),
    reminder=15,
)

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60).map(str.strip)
TIMES = st.datetimes(datetime(2001, 1, 1), datetime(2040, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0).replace(tzinfo=UTC).astimezone(OSLO)
)
LENGTHS = st.integers(0, 60 * 72).map(lambda minutes: timedelta(minutes=minutes))
GUESTS = st.lists(st.sampled_from([OLA, BERIT, Guest(Address("tel:+4799999999"), "Siri", "CLIENT")]), unique=True)
REPEATS = st.none() | st.builds(
    Repeat,
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    interval=st.integers(1, 20),
    count=st.none() | st.integers(1, 50),
)


@st.composite
def forms(draw: st.DrawFn) -> Particulars:
    """Give what somebody may fill in for an appointment."""
    start: datetime | date = draw(TIMES)
    end: datetime | date = (start.astimezone(UTC) + draw(LENGTHS)).astimezone(OSLO)  # type: ignore[union-attr]
    if draw(st.booleans()):
        start, end = start.date(), end.date() + timedelta(days=1)  # type: ignore[union-attr]
    guests = tuple(draw(GUESTS))
    return Particulars(
        title=draw(TEXTS),
        location=draw(TEXTS),
        description="\n".join(draw(st.lists(TEXTS, max_size=3))),
        start=start,
        end=end,
        priority=draw(st.sampled_from([0, HIGH, 5, LOW])),
        reminder=draw(st.none() | st.integers(0, 20000)),
        busy=draw(st.booleans()),
        private=draw(st.booleans()),
        repeat=draw(REPEATS),
        guests=guests,
        attends=bool(guests) and draw(st.booleans()),
    )


def told(said: Snapshot) -> Particulars:
    return particulars(said, said.main, HOST.all_addresses, OSLO)


def read_again(text: bytes) -> Particulars:
    return told(read_object(text, OSLO))


def lines_of(text: bytes) -> list[str]:
    return text.decode().replace("\r\n ", "").split("\r\n")


@given(forms())
def test_a_new_entry_says_what_was_filled_in_and_others_can_read_it(form: Particulars) -> None:
    text = made(Kind.VEVENT, "uid-1", form, BY)

    assert changed(read_again(text), form) == frozenset()
    (component,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(component.get("SUMMARY", "")) == form.title
    assert [one.name for one in vobject.readComponents(text.decode())] == ["VCALENDAR"]


@given(forms())
def test_writing_what_was_read_changes_no_byte(form: Particulars) -> None:
    said = read_object(made(Kind.VEVENT, "uid-1", form, BY), OSLO)

    assert (
        rewritten(said, SERIES, told(said), told(said), replace(BY, now=NOW + timedelta(days=1))) == said.document.raw
    )


@given(forms(), forms())
def test_only_the_changed_fields_are_written(before: Particulars, after: Particulars) -> None:
    said = read_object(made(Kind.VEVENT, "uid-1", before, BY), OSLO)

    text = rewritten(said, SERIES, told(said), after, BY)

    assert changed(read_again(text), after) == frozenset()
    icalendar.Calendar.from_ical(text)


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        ({"title": "Byggemøte"}, {"SUMMARY"}),
        ({"location": ""}, {"LOCATION"}),
        ({"description": "Ny"}, {"DESCRIPTION", "X-ALT-DESC"}),
        ({"start": NINE.replace(hour=8)}, {"DTSTART"}),
        ({"busy": False}, {"TRANSP"}),
        ({"private": True}, {"CLASS"}),
        ({"priority": HIGH}, {"PRIORITY"}),
        ({"reminder": 30}, {"TRIGGER"}),
        ({"guests": (OLA,)}, {"ATTENDEE"}),
    ],
)
def test_everything_that_is_not_on_the_form_stays_byte_for_byte(change: dict[str, object], touched: set[str]) -> None:
    text = calendar(
        event(
            'X-ODD;X-P="a;b":verdi',
            "DTSTAMP:20261101T000000Z",
            "DTSTART;TZID=Europe/Oslo:20261124T090000",
            "DTEND;TZID=Europe/Oslo:20261124T100000",
            "SUMMARY;LANGUAGE=nb:Prosjektmøte",
            "LOCATION:Møterom 2",
            "DESCRIPTION:Gammel",
            "X-ALT-DESC;FMTTYPE=text/html:<p>Gammel</p>",
            "ORGANIZER;CN=Kari:mailto:kari@byggbo.example",
            "ATTENDEE;X-OWN=1;CN=Ola Berg:mailto:ola@byggbo.example",
            "ATTENDEE;CN=Per;PARTSTAT=ACCEPTED:mailto:per@byggbo.example",
            "BEGIN:VALARM",
            "ACTION:AUDIO",
            "TRIGGER;X-KEEP=1:-PT15M",
            "END:VALARM",
        ),
    )
    said = read_object(text, OSLO)

    after = rewritten(said, SERIES, told(said), replace(told(said), **change), BY)  # type: ignore[arg-type]

    was, now = lines_of(text), lines_of(after)
    names = {line.split(":")[0].split(";")[0] for line in {*was} ^ {*now}}
    assert names - {"DTSTAMP"} <= touched
    assert 'X-ODD;X-P="a;b":verdi' in now


def test_a_time_stays_in_the_zone_in_which_it_is_written() -> None:
    text = calendar(event("DTSTART;TZID=America/New_York:20261124T030000", "DURATION:PT1H", "SUMMARY:Call"))
    said = read_object(text, OSLO)
    assert told(said).start == datetime(2026, 11, 24, 9, 0, tzinfo=OSLO)

    later = replace(told(said), start=NINE.replace(hour=10), end=NINE.replace(hour=11))
    after = lines_of(rewritten(said, SERIES, told(said), later, BY))

    assert "DTSTART;TZID=America/New_York:20261124T040000" in after
    assert "DTEND;TZID=Europe/Oslo:20261124T110000" in after
    assert not any(line.startswith("DURATION") for line in after)


def test_a_new_zone_comes_with_its_rules_once() -> None:
    text = made(Kind.VEVENT, "uid-1", MEETING, BY)

    assert text.count(b"BEGIN:VTIMEZONE") == 1
    assert b"TZID:Europe/Oslo" in text


def test_a_task_has_its_reminder_before_it_is_due_and_tells_how_much_is_done() -> None:
    form = Particulars(title="Legge gipsplate", end=date(2026, 11, 27), reminder=60, priority=HIGH, percent=40)
    text = made(Kind.VTODO, "uid-1", form, BY)

    assert {"DUE;VALUE=DATE:20261127", "TRIGGER;RELATED=END:-PT60M", "STATUS:IN-PROCESS"} <= {*lines_of(text)}
    assert changed(read_again(text), form) == frozenset()
    said = read_object(text, OSLO)
    done = rewritten(said, SERIES, told(said), replace(told(said), percent=100), BY)
    assert {"STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261123T090000Z"} <= {*lines_of(done)}


def test_whoever_asks_others_is_named_and_stands_among_them_only_where_they_want() -> None:
    with_me = lines_of(made(Kind.VEVENT, "uid-1", replace(MEETING, guests=(OLA, BERIT), attends=True), BY))
    without = lines_of(made(Kind.VEVENT, "uid-1", replace(MEETING, guests=(OLA,)), BY))

    assert "ORGANIZER;CN=Kari Nordmann:mailto:kari@byggbo.example" in with_me
    mine = (
        "ATTENDEE;CN=Kari Nordmann;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:kari@byggbo.example"
    )
    assert mine in with_me
    assert any('CN="Berit; Kunde"' in line and "SCHEDULE-AGENT=CLIENT" in line for line in with_me)
    assert any(line.startswith("ORGANIZER") for line in without)
    assert mine not in without


@given(forms(), st.data())
def test_a_rule_is_written_as_it_was_read(form: Particulars, data: st.DataObject) -> None:
    repeat = data.draw(REPEATS.filter(lambda one: one is not None))
    assert form.start is not None
    assert repeat is not None

    assert read_repeat(written_repeat(repeat, form.start), form.start) == repeat


@pytest.mark.parametrize(
    "rule", ["FREQ=HOURLY", "FREQ=MONTHLY;BYDAY=MO", "FREQ=WEEKLY;BYSETPOS=1;BYDAY=MO", "FREQ=YEARLY;BYMONTH=3", "X"]
)
def test_a_rule_that_no_form_can_show_stays_as_it_is(rule: str) -> None:
    said = read_object(calendar(event("DTSTART;TZID=Europe/Oslo:20261124T090000", f"RRULE:{rule}", "SUMMARY:A")), OSLO)
    assert told(said).repeat is None
    assert told(said).own_rule == rule

    text = rewritten(said, SERIES, told(said), replace(told(said), title="B"), BY)

    assert f"RRULE:{rule}" in lines_of(text)


def test_the_second_tuesday_and_the_last_day_are_told_as_people_say_them() -> None:
    second = Repeat("MONTHLY", by_weekday=True, until=date(2027, 3, 1))

    text = written_repeat(second, datetime(2026, 11, 10, 9, 0, tzinfo=OSLO))

    assert text == "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270301T080000Z"
    assert read_repeat(text, datetime(2026, 11, 10, 9, 0, tzinfo=OSLO)) == second


def test_others_get_what_changed_and_keep_what_is_their_own() -> None:
    now = replace(MEETING, title="Byggemøte", start=NINE.replace(hour=10), end=NINE.replace(hour=12), guests=(OLA,))
    theirs = replace(MEETING, location="Brakka", start=NINE + timedelta(days=7), end=NINE + timedelta(days=7, hours=2))

    after = carried(theirs, MEETING, now)

    assert after.location == "Brakka"
    assert after.title == "Byggemøte"
    assert after.start == NINE.replace(hour=10) + timedelta(days=7)
    assert after.end == NINE + timedelta(days=7, hours=4)
    assert after.guests == (OLA,)


def test_a_task_that_was_read_is_the_same_when_nothing_is_changed() -> None:
    text = calendar(task("DUE;VALUE=DATE:20261127", "PERCENT-COMPLETE:3", "STATUS:IN-PROCESS", "PRIORITY:3"))
    said = read_object(text, OSLO)

    assert told(said).priority == HIGH
    assert rewritten(said, SERIES, told(said), told(said), BY) == text
