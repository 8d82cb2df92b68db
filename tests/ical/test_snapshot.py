# SPDX-License-Identifier: GPL-3.0-or-later
"""What scheduling asks about one object, and what is no such object."""

import pytest

from ical.errors import IcalError, KindNotTaken, NotCalendarData, NotOneObject, OrganizersDiffer, TooLarge, ValueRefused
from ical.kinds import Kind
from ical.limits import DEFAULT
from ical.lines import read
from ical.snapshot import Snapshot, snapshot
from tests.ical.texts import OSLO, calendar, component, event, task

START = "DTSTART:20261008T100000Z"
KARI, OLA = "mailto:kari@byggbo.example", "mailto:ola@byggbo.example"


def taken(*components: str, head: tuple[str, ...] = (), method: str | None = None) -> Snapshot:
    """Give the snapshot of a calendar of *components*."""
    return snapshot(read(calendar(*components, head=head)), OSLO, DEFAULT, method)


def test_a_series_with_its_overrides_is_one_object() -> None:
    found = taken(
        event("RECURRENCE-ID;TZID=Europe/Oslo:20261015T120000", START, "SEQUENCE:3", "SUMMARY:Flyttet"),
        event(START, "RRULE:FREQ=WEEKLY", "SEQUENCE:1", "SUMMARY:Alle", f"ATTENDEE:{OLA}"),
    )

    assert [part.instance for part in found.parts] == ["20261015T100000Z", ""]
    assert found.value("SUMMARY") == "Alle"
    assert (found.kind, found.uid, found.sequence) == (Kind.VEVENT, "entry-1", 3)
    assert found.has_people


def test_who_is_asked_in_any_component_is_asked() -> None:
    found = taken(
        event(START, f"ORGANIZER:{KARI}", f"ATTENDEE;PARTSTAT=ACCEPTED:{OLA}"),
        event("RECURRENCE-ID:20261015T100000Z", START, f"ATTENDEE:{OLA}", "ATTENDEE:mailto:nina@byggbo.example"),
    )

    assert {a: p.partstat for a, p in found.attendees().items()} == {
        OLA: "ACCEPTED",
        "mailto:nina@byggbo.example": "NEEDS-ACTION",
    }
    assert found.organizer == KARI


@pytest.mark.parametrize(
    ("written", "agent", "by_server"),
    [("", "SERVER", True), (";SCHEDULE-AGENT=client", "CLIENT", False), (";SCHEDULE-AGENT=X-TING", "NONE", False)],
)
def test_who_tells_an_attendee(written: str, agent: str, by_server: bool) -> None:
    (person,) = taken(event(START, f"ATTENDEE{written}:{OLA}")).main.people

    assert (person.agent, person.by_server) == (agent, by_server)


@pytest.mark.parametrize("sequence", ["", "-1", "1.5", "x", "9" * 30])
def test_a_sequence_that_is_no_number_is_not_given(sequence: str) -> None:
    found = taken(event(START, f"SEQUENCE:{sequence}"))

    assert found.main.sequence is None
    assert found.sequence == 0


@pytest.mark.parametrize(
    ("components", "error"),
    [
        ((), NotOneObject),
        ((component("VTIMEZONE", "TZID:X"),), NotOneObject),
        ((component("VPOLL"),), KindNotTaken),
        ((event(START), task()), NotOneObject),
        ((event(START), event(START, "UID:another", "RECURRENCE-ID:20261008T100000Z")), NotOneObject),
        ((event(START), event(START)), NotOneObject),
        ((event(START, "UID:"),), NotOneObject),
        ((event(START, f"UID:{'å' * 600}"),), NotOneObject),
        ((f"BEGIN:VEVENT\n{START}\nEND:VEVENT",), NotOneObject),
        ((event("SUMMARY:Uten tid"),), NotCalendarData),
        ((event(START, "RECURRENCE-ID:i går"),), ValueRefused),
        (
            (event(START, f"ORGANIZER:{KARI}"), event(START, "RECURRENCE-ID:20261008T100000Z", f"ORGANIZER:{OLA}")),
            OrganizersDiffer,
        ),
        ((event(START, f"ATTENDEE:mailto:{'a' * 400}@x.example"),), TooLarge),
    ],
)
def test_what_is_not_one_object_is_refused(components: tuple[str, ...], error: type[IcalError]) -> None:
    with pytest.raises(error):
        taken(*components)


def test_a_message_is_taken_where_one_is_expected_only() -> None:
    assert taken(event(START), head=("METHOD:reply",), method="REPLY").uid == "entry-1"
    for head, method in ((("METHOD:REQUEST",), None), ((), "REPLY"), (("METHOD:REQUEST",), "REPLY")):
        with pytest.raises(NotOneObject, match="METHOD"):
            taken(event(START), head=head, method=method)


def test_a_journal_is_an_object_but_no_message() -> None:
    assert taken(component("VJOURNAL"), component("VJOURNAL", "RECURRENCE-ID:20261008")).kind is Kind.VJOURNAL
    with pytest.raises(KindNotTaken):
        taken(component("VJOURNAL"), head=("METHOD:REPLY",), method="REPLY")


def test_the_organizer_may_be_named_in_an_override_only() -> None:
    found = taken(event(START), event("RECURRENCE-ID:20261008T100000Z", START, f"ORGANIZER:{KARI}"))

    assert found.organizer == KARI
