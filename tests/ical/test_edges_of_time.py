# SPDX-License-Identifier: GPL-3.0-or-later
"""The first and last times that can be written are read and named like any other, whichever clocks show them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ical.instances import InstanceId
from ical.overrides import Occurrences, single
from ical.recurrence import schedule_of
from ical.snapshot import Snapshot, read_object
from ical.times import shown_in
from tests.ical.itip.company import KARI, OLA, distributed, saves
from tests.ical.texts import OSLO, calendar, event, task

NEW_YORK = ZoneInfo("America/New_York")
EDGES = [("99991231T235959Z", OSLO), ("00010101T000000Z", NEW_YORK)]
"""Times, and clocks that go beyond the calendar then."""
DAYS, HOURS = "DTSTART;VALUE=DATE:20261008", "DTSTART;TZID={}:20261008T100000"


def series(start: str, *more: str) -> Snapshot:
    return read_object(calendar(event(start, "RRULE:FREQ=WEEKLY", *more)), OSLO)


@pytest.mark.parametrize(("edge", "zone"), EDGES)
def test_clocks_show_no_more_than_there_is(edge: str, zone: ZoneInfo) -> None:
    at = datetime.strptime(edge, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    assert shown_in(at, zone).replace(tzinfo=None) == at.replace(tzinfo=None)


@pytest.mark.parametrize(("edge", "zone"), EDGES)
def test_no_occurrence_is_meant_by_it(edge: str, zone: ZoneInfo) -> None:
    assert Occurrences(series(DAYS), zone).meant(InstanceId(edge)) in {None, edge[:8]}


@pytest.mark.parametrize("start", [HOURS, "DTSTART:20261008T100000"])
@pytest.mark.parametrize(("edge", "zone"), EDGES)
def test_an_occurrence_there_can_be_written(edge: str, zone: ZoneInfo, start: str) -> None:
    said = single(series(start.format(zone.key)), InstanceId(edge), zone)

    assert said.value("RECURRENCE-ID") == edge.removesuffix("Z")


@pytest.mark.parametrize(("edge", "zone"), EDGES)
def test_an_exdate_there_is_a_day(edge: str, zone: ZoneInfo) -> None:
    said = series(DAYS, f"EXDATE:{edge}")

    assert schedule_of(said.document, said.main.component, zone).exdates == {edge[:8]}


def test_a_lossy_client_may_put_a_task_off_for_ever() -> None:
    people = (f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}")
    entry = distributed(calendar(task("DUE:20261008T100000Z", "SUMMARY:Legge gipsplate", *people)))

    outcome = saves(entry, calendar(task("DUE:99991231T235959Z", "SUMMARY:Legge gipsplate")))

    assert outcome.words is not None
    assert b"DUE:99991231T235959Z" in outcome.words
