# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody has on in a window, by the text that they read."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from ical.address import Address
from ical.agenda import Appearance, Standing, appearances
from ical.lines import read
from tests.ical.texts import OSLO, calendar, component, event, task

ME = frozenset({Address("mailto:ola@byggbo.example"), Address("mailto:ola.berg@byggbo.example")})
MONDAY = datetime(2026, 11, 22, 23, tzinfo=UTC)
"""Midnight in Oslo."""
AT_NINE = ("DTSTART:20261123T080000Z", "DTEND:20261123T090000Z")
KARI = "ORGANIZER;CN=Kari Nordmann:mailto:kari@byggbo.example"
OLA = "ORGANIZER:mailto:ola@byggbo.example"
NINA = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:nina@byggbo.example"


def mine(partstat: str, address: str = "ola@byggbo.example") -> str:
    return f"ATTENDEE;PARTSTAT={partstat}:mailto:{address}"


def week(*components: str) -> list[Appearance]:
    return appearances(read(calendar(*components)), MONDAY, MONDAY + timedelta(days=7), OSLO, ME, limit=100)


@pytest.mark.parametrize(
    ("lines", "standing"),
    [
        ((), Standing.OWN),
        ((KARI, NINA, mine("ACCEPTED")), Standing.ACCEPTED),
        ((KARI, mine("NEEDS-ACTION")), Standing.WAITING),
        ((KARI, mine("NEEDS-ACTION", "ola.berg@byggbo.example")), Standing.WAITING),
        ((KARI, mine("TENTATIVE")), Standing.TENTATIVE),
        ((KARI, mine("DECLINED")), None),
        ((KARI, mine("DELEGATED")), None),
        ((OLA, NINA), Standing.OWN),
        ((OLA, NINA, mine("NEEDS-ACTION")), Standing.OWN),
        ((OLA, NINA, mine("DECLINED")), None),
        ((OLA, NINA, "TRANSP:TRANSPARENT"), None),
        ((OLA, NINA, mine("ACCEPTED"), "TRANSP:TRANSPARENT"), Standing.OWN),
        (("TRANSP:TRANSPARENT",), Standing.OWN),
        ((KARI, mine("NEEDS-ACTION"), "STATUS:CANCELLED"), None),
    ],
)
def test_the_answer_tells_how_an_appointment_stands(lines: tuple[str, ...], standing: Standing | None) -> None:
    found = week(event(*AT_NINE, *lines))

    assert [one.said.standing for one in found] == ([standing] if standing is not None else [])


def test_what_is_called_off_says_so_where_it_was_accepted() -> None:
    found = week(event(*AT_NINE, KARI, mine("ACCEPTED"), "STATUS:CANCELLED", "SUMMARY:M\\, n\\no", "CLASS:private"))[0]

    assert found.said.cancelled
    assert found.said.private
    assert found.said.summary == "M, n\no"
    assert found.said.organizer == "Kari Nordmann"


def test_each_day_of_a_series_stands_as_it_was_answered() -> None:
    answered = ("RECURRENCE-ID:20261124T080000Z", "DTSTART:20261124T100000Z", "DTEND:20261124T110000Z")
    found = week(
        event(*AT_NINE, KARI, mine("ACCEPTED"), "RRULE:FREQ=DAILY;COUNT=4"),
        event(*answered, KARI, mine("NEEDS-ACTION")),
        event("RECURRENCE-ID:20261125T080000Z", *AT_NINE, KARI, mine("DECLINED")),
    )

    assert [(one.instance, one.said.standing.value, one.start.hour) for one in found] == [
        ("20261123T080000Z", "accepted", 8),
        ("20261124T080000Z", "waiting", 10),
        ("20261126T080000Z", "accepted", 8),
    ]


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (("DUE;VALUE=DATE:20261123",), 1),
        (("DUE;VALUE=DATE:20261129",), 1),
        (("DUE;VALUE=DATE:20261122",), 0),
        (("DUE;VALUE=DATE:20261130",), 0),
        (("DUE:20261130T000000Z",), 0),
        (("DUE:20261129T225900Z",), 1),
        (("DTSTART;VALUE=DATE:20261101", "DUE;VALUE=DATE:20261224"), 1),
        (("DTSTART;VALUE=DATE:20261101", "DUE;VALUE=DATE:20261224", "STATUS:COMPLETED"), 0),
        (("DTSTART;VALUE=DATE:20261101", "DUE;VALUE=DATE:20261124", "PERCENT-COMPLETE:100"), 1),
        (("DTSTART;VALUE=DATE:20261125",), 1),
        ((), 0),
        (("DUE;VALUE=DATE:20261123", OLA, NINA), 0),
        (("DUE;VALUE=DATE:20261123", KARI, mine("IN-PROCESS")), 1),
    ],
)
def test_a_task_is_on_until_the_day_that_it_is_due(lines: tuple[str, ...], number: int) -> None:
    assert len(week(task(*lines))) == number


def test_a_task_says_when_it_is_due_and_how_far_it_has_come() -> None:
    due, begun = week(task("DUE;VALUE=DATE:20261123", "PERCENT-COMPLETE:40")), week(task("DTSTART:20261123T080000Z"))

    assert (due[0].due, due[0].all_day, due[0].said.percent) == (MONDAY, True, 40)
    assert (begun[0].due, begun[0].said.percent, begun[0].said.done) == (None, None, False)
    assert week(task("DUE;VALUE=DATE:20261123", "COMPLETED:20261120T080000Z"))[0].said.percent == 100


@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25)])  # noqa: DTZ001 - the zone follows
def test_a_task_due_on_a_day_of_another_length_is_on_that_day_alone(day: datetime) -> None:
    midnights = [(day + timedelta(days=n)).replace(tzinfo=OSLO).astimezone(UTC) for n in range(3)]
    document = read(calendar(task(f"DUE;VALUE=DATE:{day:%Y%m%d}")))

    on = [len(appearances(document, *pair, OSLO, ME, limit=9)) for pair in pairwise(midnights)]

    assert on == [1, 0]


def test_a_journal_is_no_appointment() -> None:
    assert week(component("VJOURNAL", "DTSTART;VALUE=DATE:20261123")) == []


@pytest.mark.parametrize(
    ("said", "private"),
    [([], False), (["CLASS:public"], False), (["CLASS:CONFIDENTIAL"], True), (["CLASS:X-STYRET"], True)],
)
def test_a_class_that_is_not_known_is_private(said: list[str], private: bool) -> None:
    assert week(event(*AT_NINE, *said))[0].said.private is private
