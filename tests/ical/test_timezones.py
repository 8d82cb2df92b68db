# SPDX-License-Identifier: GPL-3.0-or-later
"""Which zone a TZID means."""

from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from ical.lines import read
from ical.recurrence import instant, when
from ical.timezones import has_rules_for, zone_named, zone_of
from tests.ical.texts import OSLO, calendar, component, event, first

OWN_RULES = component(
    "VTIMEZONE",
    "TZID:Kontoret",
    "BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD",
    "BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT",
)


@pytest.mark.parametrize(
    ("tzid", "name"),
    [
        ("Europe/Oslo", "Europe/Oslo"),
        ("europe/oslo", "Europe/Oslo"),
        ("/Europe/Oslo", "Europe/Oslo"),
        ("/freeassociation.sourceforge.net/Europe/Oslo", "Europe/Oslo"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("W. Europe Standard Time 1", "Europe/Berlin"),
        ("Europe/Oslo 1", "Europe/Oslo"),
        ("UTC", "UTC"),
    ],
)
def test_names_that_clients_use_are_known(tzid: str, name: str) -> None:
    assert zone_named(tzid) == ZoneInfo(name)


@pytest.mark.parametrize(
    "tzid", ["", "Customized Time Zone", "Europe", "../../etc/passwd", "a\x00b", "/" * 200, "x" * 9999]
)
def test_other_names_are_not(tzid: str) -> None:
    assert zone_named(tzid) is None


def test_an_unknown_name_means_the_rules_in_the_text() -> None:
    zone = zone_of("Kontoret", read(calendar(OWN_RULES)))

    assert zone is not None
    summer, winter = datetime(2026, 7, 1, 12, tzinfo=zone), datetime(2026, 12, 1, 12, tzinfo=zone)
    assert (summer.utcoffset(), winter.utcoffset()) == (timedelta(hours=2), timedelta(hours=1))


def test_the_rules_in_the_text_change_at_the_same_moment_as_the_table() -> None:
    zone = zone_of("Kontoret", read(calendar(OWN_RULES)))
    assert zone is not None
    hours = [datetime(2026, month, 20, tzinfo=UTC) + timedelta(hours=n) for month in (3, 10) for n in range(300)]

    assert [h.astimezone(zone).isoformat() for h in hours] == [h.astimezone(OSLO).isoformat() for h in hours]
    assert [h.astimezone(zone).astimezone(UTC) for h in hours] == hours


@pytest.mark.parametrize("fold", [0, 1])
def test_hours_that_come_twice_or_never_are_read_as_the_table_reads_them(fold: int) -> None:
    zone = zone_of("Kontoret", read(calendar(OWN_RULES)))
    assert zone is not None
    for day in (datetime(2026, 3, 29), datetime(2026, 10, 25)):  # noqa: DTZ001 - the zones are put on below
        for minutes in range(0, 300, 15):
            local = (day + timedelta(minutes=minutes)).replace(fold=fold)
            assert local.replace(tzinfo=zone).utcoffset() == local.replace(tzinfo=OSLO).utcoffset()


def test_a_known_name_means_the_table_whatever_the_text_says() -> None:
    lie = OWN_RULES.replace("Kontoret", "Asia/Tokyo")

    assert zone_of("Asia/Tokyo", read(calendar(lie))) == ZoneInfo("Asia/Tokyo")


def test_libical_tells_the_known_name_beside_its_own() -> None:
    rules = OWN_RULES.replace("TZID:Kontoret", "TZID:Kontoret\nX-LIC-LOCATION:Asia/Tokyo")

    assert zone_of("Kontoret", read(calendar(rules))) == ZoneInfo("Asia/Tokyo")


def test_a_zone_that_nobody_knows_leaves_the_time_floating() -> None:
    document, component_ = first(calendar(event("DTSTART;TZID=Nirgends:20261008T100000")))

    found = when(document, component_)

    assert found.start == datetime(2026, 10, 8, 10)  # noqa: DTZ001
    assert found.tzid == "Nirgends"
    assert instant(found.start, OSLO) == datetime(2026, 10, 8, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "rules",
    [
        "",
        "BEGIN:STANDARD\nDTSTART:x\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD",
        "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+2500\nTZOFFSETTO:+0100\nEND:STANDARD",
        "BEGIN:STANDARD\nDTSTART:00010101T000000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD",
    ],
)
def test_rules_that_make_no_sense_are_no_zone(rules: str) -> None:
    document = read(calendar(component("VTIMEZONE", "TZID:Kontoret", rules)))

    assert zone_of("Kontoret", document) is None


def test_rules_by_the_second_cost_nothing() -> None:
    bomb = OWN_RULES.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "FREQ=SECONDLY").replace("Kontoret", "Bombe")
    document = read(calendar(bomb))

    started = process_time()
    zone = zone_of("Bombe", document)

    assert zone is not None
    assert process_time() - started < 0.2
    assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() is not None


def test_a_text_tells_whether_it_brings_the_rules_it_names() -> None:
    document = read(calendar(OWN_RULES))

    assert has_rules_for("Kontoret", document)
    assert not has_rules_for("Europe/Oslo", document)
