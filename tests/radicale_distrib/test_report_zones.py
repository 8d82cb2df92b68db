# SPDX-License-Identifier: GPL-3.0-or-later
"""In which zone reports read days and floating times (RFC 4791 7.3); Kari's own is Europe/Oslo."""

import pytest

from tests.radicale_distrib.client import DECLARED, Client
from tests.radicale_distrib.test_query import found, query
from tests.radicale_distrib.texts import calendar, event, unfolded

HOME = "/kari/calendar/"
MORNING = event("morning").replace("20261201T090000Z", "20261203T090000").replace("20261201T100000Z", "20261203T100000")
DAYS = calendar("VEVENT", "UID:days", "DTSTAMP:20261123T100000Z", "DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY")
IN_OSLO, IN_NEW_YORK = ("20261203T080000Z", "20261203T083000Z"), ("20261203T140000Z", "20261203T143000Z")

KNOWN_OR_NOT = ["America/New_York", "Eastern Standard Time", "Hjemme"]
"""Names of one and the same zone: the last one no table knows, so the rules tell."""


def zone(tzid: str, offset: str = "-0500") -> str:
    return (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//tests//EN\nBEGIN:VTIMEZONE\n"
        f"TZID:{tzid}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\n"
        "END:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n"
    )


def asked_in(text: str) -> str:
    return f"<C:timezone>{text}</C:timezone>"


def is_found(client: Client, window: tuple[str, str], more: str = "") -> bool:
    start, end = window
    inner = f"<C:comp-filter name='VEVENT'><C:time-range start='{start}' end='{end}'/></C:comp-filter>"
    return found(query(client, inner, more=more)) == {"morning"}


def keep(client: Client, tzid: str) -> None:
    wish = f"<C:calendar-timezone>{zone(tzid)}</C:calendar-timezone>"
    body = f"<D:propertyupdate{DECLARED}><D:set><D:prop>{wish}</D:prop></D:set></D:propertyupdate>"
    told = client("PROPPATCH", HOME, body).responses()[f"/dav{HOME}"]
    assert "C:calendar-timezone" in told


def test_a_query_is_answered_in_the_readers_own_zone(kari: Client) -> None:
    kari.put(f"{HOME}morning.ics", MORNING)

    assert is_found(kari, IN_OSLO)
    assert not is_found(kari, IN_NEW_YORK)


@pytest.mark.parametrize("tzid", KNOWN_OR_NOT)
def test_a_query_is_answered_in_the_zone_that_it_brings(kari: Client, tzid: str) -> None:
    kari.put(f"{HOME}morning.ics", MORNING)

    assert is_found(kari, IN_NEW_YORK, asked_in(zone(tzid)))
    assert not is_found(kari, IN_OSLO, asked_in(zone(tzid)))


@pytest.mark.parametrize("tzid", KNOWN_OR_NOT)
def test_the_zone_of_the_calendar_holds_unless_the_query_brings_one(kari: Client, tzid: str) -> None:
    kari.put(f"{HOME}morning.ics", MORNING)
    keep(kari, tzid)

    assert is_found(kari, IN_NEW_YORK)
    assert is_found(kari, IN_OSLO, asked_in(zone("Europe/Oslo", "+0100")))


@pytest.mark.parametrize("tzid", KNOWN_OR_NOT)
def test_occurrences_are_told_apart_in_the_zone_of_the_calendar(kari: Client, tzid: str) -> None:
    kari.put(f"{HOME}days.ics", DAYS)
    ranged = "start='20261203T050000Z' end='20261204T050000Z'"

    def days() -> list[str]:
        prop = f"<C:calendar-data><C:expand {ranged}/></C:calendar-data>"
        answer = query(kari, f"<C:comp-filter name='VEVENT'><C:time-range {ranged}/></C:comp-filter>", prop=prop)
        text = unfolded(answer.responses()[f"/dav{HOME}days.ics"].value("C:calendar-data"))
        return [line.rpartition(":")[2] for line in text.splitlines() if line.startswith("DTSTART")]

    assert days() == ["20261203", "20261204"]
    keep(kari, tzid)
    assert days() == ["20261203"]


@pytest.mark.parametrize("tzid", KNOWN_OR_NOT)
def test_floating_times_stay_what_they_are_when_they_are_expanded(kari: Client, tzid: str) -> None:
    series = "RRULE:FREQ=DAILY;COUNT=3\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:PT0S\r\nEND:VALARM\r\nEND:VEVENT"
    kari.put(f"{HOME}morning.ics", MORNING.replace("END:VEVENT", series))
    keep(kari, tzid)
    ranged = "start='20261204T140000Z' end='20261204T143000Z'"  # nine o'clock in New York

    inner = f"<C:comp-filter name='VALARM'><C:time-range {ranged}/></C:comp-filter>"
    prop = f"<C:calendar-data><C:expand {ranged}/></C:calendar-data>"
    answer = query(kari, f"<C:comp-filter name='VEVENT'>{inner}</C:comp-filter>", prop=prop)

    text = unfolded(answer.responses()[f"/dav{HOME}morning.ics"].value("C:calendar-data"))
    assert [line for line in text.splitlines() if line.startswith(("DTSTART", "RECURRENCE-ID"))] == [
        "RECURRENCE-ID:20261204T090000",
        "DTSTART:20261204T090000",
    ]


@pytest.mark.parametrize("tzid", KNOWN_OR_NOT)
def test_free_busy_of_a_calendar_is_told_in_its_zone(kari: Client, tzid: str) -> None:
    kari.put(f"{HOME}morning.ics", MORNING)
    keep(kari, tzid)

    body = "<C:free-busy-query><C:time-range start='20261203T000000Z' end='20261204T000000Z'/></C:free-busy-query>"

    assert "FREEBUSY;FBTYPE=BUSY:20261203T140000Z/20261203T150000Z" in kari.report(HOME, body).text


@pytest.mark.parametrize(
    ("start", "in_oslo", "in_new_york"),
    [
        ("DTSTART:20261203T090000Z", "09:00", "09:00"),
        ("DTSTART;TZID=America/New_York:20261203T090000", "14:00", "14:00"),
        ("DTSTART;TZID=Eastern Standard Time:20261203T090000", "14:00", "14:00"),
        ("DTSTART:20261203T090000", "08:00", "14:00"),
        ("DTSTART;TZID=Nirgendwo:20261203T090000", "08:00", "14:00"),
        ("DTSTART;VALUE=DATE:20261204", "23:00", "05:00"),
    ],
)
def test_a_property_is_asked_by_its_own_zone_or_else_by_the_calendars(
    kari: Client, start: str, in_oslo: str, in_new_york: str
) -> None:
    kari.put(f"{HOME}one.ics", calendar("VEVENT", "UID:one", "DTSTAMP:20261123T100000Z", start))

    def lies_at(clock: str) -> bool:
        day = "04" if clock < "08:00" else "03"
        at = f"202612{day}T{clock.replace(':', '')}"
        ranged = f"<C:time-range start='{at}00Z' end='{at}01Z'/>"
        inner = f"<C:comp-filter name='VEVENT'><C:prop-filter name='DTSTART'>{ranged}</C:prop-filter></C:comp-filter>"
        return found(query(kari, inner)) == {"one"}

    assert lies_at(in_oslo)
    keep(kari, "America/New_York")
    assert lies_at(in_new_york)
    assert lies_at(in_oslo) is (in_oslo == in_new_york)


@pytest.mark.parametrize("text", ["", "Europe/Oslo", MORNING, zone("A") * 2])
def test_a_zone_that_is_none_is_refused(kari: Client, text: str) -> None:
    answer = query(kari, "<C:comp-filter name='VEVENT'/>", more=asked_in(text))

    assert (answer.status, answer.rule) == (403, "valid-calendar-data")


def test_what_reaches_behind_the_last_day_there_is_can_be_expanded(kari: Client) -> None:
    lines = ("DTSTART:99991230T150000", "DURATION:PT9H", "RDATE:99991231T150000")
    kari.put(f"{HOME}late.ics", calendar("VEVENT", "UID:late", "DTSTAMP:20261123T100000Z", *lines))
    ranged = "start='99991231T000000Z' end='99991231T235959Z'"

    prop = f"<C:calendar-data><C:expand {ranged}/></C:calendar-data>"
    answer = query(kari, "<C:comp-filter name='VEVENT'/>", prop=prop, more=asked_in(zone("Hjemme", "+1400")))

    assert "DTSTART:99991231T150000" in answer.responses()[f"/dav{HOME}late.ics"].value("C:calendar-data")
