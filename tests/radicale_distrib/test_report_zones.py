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


@pytest.mark.parametrize("tzid", ["America/New_York", "Eastern Standard Time"])
def test_a_query_is_answered_in_the_zone_that_it_brings(kari: Client, tzid: str) -> None:
    kari.put(f"{HOME}morning.ics", MORNING)

    assert is_found(kari, IN_NEW_YORK, asked_in(zone(tzid)))
    assert not is_found(kari, IN_OSLO, asked_in(zone(tzid)))


def test_the_zone_of_the_calendar_holds_unless_the_query_brings_one(kari: Client) -> None:
    kari.put(f"{HOME}morning.ics", MORNING)
    keep(kari, "America/New_York")

    assert is_found(kari, IN_NEW_YORK)
    assert is_found(kari, IN_OSLO, asked_in(zone("Europe/Oslo", "+0100")))


def test_a_zone_that_nobody_knows_by_name_leaves_it_at_the_calendars(kari: Client) -> None:
    kari.put(f"{HOME}morning.ics", MORNING)
    keep(kari, "America/New_York")

    assert is_found(kari, IN_NEW_YORK, asked_in(zone("Hjemme")))


def test_occurrences_are_told_apart_in_the_zone_of_the_calendar(kari: Client) -> None:
    kari.put(f"{HOME}days.ics", DAYS)
    ranged = "start='20261203T050000Z' end='20261204T050000Z'"

    def days() -> list[str]:
        prop = f"<C:calendar-data><C:expand {ranged}/></C:calendar-data>"
        answer = query(kari, f"<C:comp-filter name='VEVENT'><C:time-range {ranged}/></C:comp-filter>", prop=prop)
        text = unfolded(answer.responses()[f"/dav{HOME}days.ics"].value("C:calendar-data"))
        return [line.rpartition(":")[2] for line in text.splitlines() if line.startswith("DTSTART")]

    assert days() == ["20261203", "20261204"]
    keep(kari, "America/New_York")
    assert days() == ["20261203"]


def test_free_busy_of_a_calendar_is_told_in_its_zone(kari: Client) -> None:
    kari.put(f"{HOME}morning.ics", MORNING)
    keep(kari, "America/New_York")

    body = "<C:free-busy-query><C:time-range start='20261203T000000Z' end='20261204T000000Z'/></C:free-busy-query>"

    assert "FREEBUSY;FBTYPE=BUSY:20261203T140000Z/20261203T150000Z" in kari.report(HOME, body).text


@pytest.mark.parametrize("text", ["", "Europe/Oslo", MORNING, zone("A") * 2])
def test_a_zone_that_is_none_is_refused(kari: Client, text: str) -> None:
    answer = query(kari, "<C:comp-filter name='VEVENT'/>", more=asked_in(text))

    assert (answer.status, answer.rule) == (403, "valid-calendar-data")
