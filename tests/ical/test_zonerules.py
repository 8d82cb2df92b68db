# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever gets a text can tell the hour: the zones that it names are explained (RFC 5545 3.6.5)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from ical.lines import Document, read
from ical.timezones import zone_of
from ical.zonerules import missing_rules
from tests.ical.texts import SAMPLES, calendar, event

HELD = ("DTSTART;TZID=Europe/Oslo:20261008T100000", "DTEND;TZID=America/New_York:20261008T060000")


def with_rules(document: Document) -> Document:
    """Give *document* with what it lacks."""
    first = document.root.children[0].start
    return document.edited({first: (*missing_rules(document), document.lines[first].raw)})


def explained(tzid: str, start: str = "20261008T100000") -> bytes:
    """Give the VTIMEZONE that is added for *tzid*."""
    document = with_rules(read(calendar(event(f"DTSTART;TZID={tzid}:{start}"))))
    return document.text_of(document.root.children[0])


def test_each_zone_that_is_named_is_explained_once() -> None:
    document = with_rules(read(calendar(event(*HELD, "RDATE;TZID=Europe/Oslo:20261009T100000"))))

    zones = Calendar.from_ical(document.raw).walk("VTIMEZONE")
    assert sorted(str(zone["TZID"]) for zone in zones) == ["America/New_York", "Europe/Oslo"]
    assert document.root.children[-1].name == "VEVENT"
    assert missing_rules(document) == []


def test_a_zone_with_the_same_rule_each_year_is_told_as_a_rule() -> None:
    text = explained("Europe/Oslo").decode()

    assert text.splitlines() == [
        *("BEGIN:VTIMEZONE", "TZID:Europe/Oslo"),
        *("BEGIN:DAYLIGHT", "DTSTART:20250330T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "TZNAME:CEST"),
        *("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT"),
        *("BEGIN:STANDARD", "DTSTART:20251026T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "TZNAME:CET"),
        *("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "END:VTIMEZONE"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Oslo",
        "America/New_York",
        "Australia/Sydney",
        "Asia/Kolkata",
        "UTC",
        "Africa/Casablanca",
        "Europe/Dublin",
    ],
)
def test_the_rules_say_what_the_table_says(name: str) -> None:
    document = read(calendar(explained(name).replace(f"TZID:{name}".encode(), b"TZID:X-Her").decode()))
    ours, table = zone_of("X-Her", document), ZoneInfo(name)

    assert ours is not None
    first = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [first + timedelta(hours=7 * n) for n in range(12 * 1250)]
    assert [at for at in moments if at.astimezone(ours).utcoffset() != at.astimezone(table).utcoffset()] == []


def test_what_is_explained_or_needs_none_or_is_unknown_stays_as_it_is() -> None:
    for raw in (
        (SAMPLES / "thunderbird" / "invitation.ics").read_bytes(),
        calendar(event("DTSTART:20261008T100000Z")),
        calendar(event("DTSTART:20261008T100000")),
        calendar(event("DTSTART;VALUE=DATE:20261008")),
        calendar(event("DTSTART;TZID=Nirgends:20261008T100000")),
    ):
        assert missing_rules(read(raw)) == []


def test_a_zone_named_as_windows_does_is_explained_under_that_name() -> None:
    raw = calendar(event("DTSTART;TZID=W. Europe Standard Time:20261008T100000"))

    (zone,) = Calendar.from_ical(with_rules(read(raw)).raw).walk("VTIMEZONE")

    assert zone["TZID"] == "W. Europe Standard Time"
