# SPDX-License-Identifier: GPL-3.0-or-later
"""A message from outside as it is kept: whose lines stay in it, and what each method makes of it."""

from datetime import UTC, datetime

import pytest

from ical.errors import NotCalendarData
from ical.instances import SERIES
from ical.itip.heard import NEVER, Order, order_of, plain
from ical.itip.outcome import Method
from ical.limits import MAIL
from ical.snapshot import Snapshot, read_object
from tests.gateway.services.texts import NINA, unfolded
from tests.gateway.services.texts import OLA as OLAS
from tests.gateway.worker.outside import DAY, WEEKLY, said
from tests.ical.itip.invited import ME, OSLO, SECOND

TIMES = ("DTSTART", "DURATION", "DUE")


def read(text: bytes, method: Method = Method.REQUEST) -> Snapshot:
    return read_object(text, OSLO, MAIL, method)


def kept(text: bytes, method: Method = Method.REQUEST) -> list[str]:
    """Give the lines that are kept of *text*; none where nothing is."""
    found = plain(read(text, method), method, ME.addresses, OSLO)
    return unfolded(found.document.raw) if found is not None else []


def without(text: bytes, *names: str) -> bytes:
    """Give *text* without the lines of these names."""
    return b"".join(line for line in text.splitlines(keepends=True) if not line.decode().startswith(names))


def test_of_two_messages_the_one_with_the_higher_sequence_is_newer_and_then_the_later_one() -> None:
    one, other = read(said(sequence=2, at="12:00:00")), read(said(sequence=2, at="12:10:00"))

    assert order_of(one, one.main) == Order(2, datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    assert order_of(read(said(sequence=3)), read(said(sequence=3)).main) > order_of(other, other.main)
    assert order_of(other, other.main) > order_of(one, one.main)


@pytest.mark.parametrize("stamp", [b"", b"DTSTAMP:i dag\r\n"])
def test_a_message_that_does_not_say_when_it_was_made_is_older_than_all_others(stamp: bytes) -> None:
    bare = read(without(said(), "DTSTAMP", "SEQUENCE").replace(b"UID:", stamp + b"UID:"))
    dated = read(without(said(), "SEQUENCE"))

    assert order_of(bare, bare.main) == Order(0, NEVER)
    assert order_of(bare, bare.main) < order_of(dated, dated.main)


def test_nothing_of_their_program_stays_in_the_calendar_and_its_entry() -> None:
    text = said("REQUEST", "X-MOZ-LASTACK:1", "X-DISTRIB-PERCENT:40", "X-ALT-DESC:Hei").replace(
        b"METHOD:", b"X-RADICALE-NAME:x\r\nX-WR-TIMEZONE:Europe/Oslo\r\nMETHOD:"
    )

    assert [line for line in kept(text) if line.startswith(("X-", "METHOD"))] == [
        "X-WR-TIMEZONE:Europe/Oslo",
        "X-ALT-DESC:Hei",
    ]


def test_what_the_server_keeps_of_people_is_not_believed() -> None:
    notes = b";SCHEDULE-AGENT=NONE;SCHEDULE-STATUS=2.0;X-DISTRIB-PERCENT=4"
    text = said(asked=(OLAS, NINA)).replace(b";CN=", notes + b";CN=").replace(b"NEEDS-ACTION", b"ACCEPTED")

    people = [line for line in kept(text.replace(b"RSVP=TRUE", b"RSVP=FALSE")) if "mailto" in line]

    assert people == [
        "ORGANIZER;CN=Berit Kunde:mailto:berit@kunde.example",
        "ATTENDEE;CN=ola;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ola@byggbo.example",
        "ATTENDEE;CN=nina;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:nina@byggbo.example",
    ]


def test_how_far_a_task_has_come_is_for_those_to_say_who_do_it() -> None:
    figures = ("PERCENT-COMPLETE:50", "COMPLETED:20261101T080000Z")

    done = kept(said("REQUEST", "STATUS:IN-PROCESS", *figures, kind="VTODO"))
    off = kept(said("REQUEST", "STATUS:CANCELLED", *figures, kind="VTODO"))

    assert not [line for line in done if line.startswith(("STATUS", "PERCENT", "COMPLETED"))]
    assert [line for line in off if line.startswith(("STATUS", "PERCENT", "COMPLETED"))] == ["STATUS:CANCELLED"]


def test_whether_a_meeting_is_confirmed_is_for_its_organizer_to_say() -> None:
    assert "STATUS:CONFIRMED" in kept(said("REQUEST", "STATUS:CONFIRMED"))


def test_each_component_says_its_sequence() -> None:
    assert "SEQUENCE:4" in kept(said(sequence=4))
    assert "SEQUENCE:0" not in kept(said(sequence=4))
    assert "SEQUENCE:0" in kept(without(said(), "SEQUENCE"))


def test_what_a_cancel_names_is_called_off() -> None:
    assert "STATUS:CANCELLED" in kept(said("CANCEL", "STATUS:CONFIRMED"), Method.CANCEL)
    assert "STATUS:CANCELLED" not in kept(said())


def test_an_event_says_when_it_is_unless_it_is_called_off() -> None:
    assert kept(without(said("CANCEL"), *TIMES), Method.CANCEL) == []
    with pytest.raises(NotCalendarData):
        kept(without(said(), *TIMES))


def test_a_task_need_not_say_when_it_is() -> None:
    assert "STATUS:CANCELLED" in kept(without(said("CANCEL", kind="VTODO"), *TIMES), Method.CANCEL)


def test_a_day_that_is_called_off_was_where_the_rules_have_it() -> None:
    assert "DTSTART;TZID=Europe/Oslo:20261208T100000" in kept(without(said("CANCEL", day=DAY), *TIMES), Method.CANCEL)
    named = without(said("CANCEL", day=DAY), *TIMES).replace(b"RECURRENCE-ID;", b"RECURRENCE-ID;RANGE=THISANDFUTURE;")
    assert "DTSTART;TZID=Europe/Oslo:20261208T100000" in kept(named, Method.CANCEL)


def test_what_is_added_is_named_by_when_it_starts_and_does_not_repeat() -> None:
    text = said("ADD", WEEKLY, "RDATE;TZID=Europe/Oslo:20261210T100000", day=DAY)

    found = plain(read(text.replace(b"DTSTART;", b"DTSTART;X-A=1;"), Method.ADD), Method.ADD, ME.addresses, OSLO)

    assert found is not None
    lines = unfolded(found.document.raw)
    assert [part.instance for part in found.parts] == [SECOND]
    assert "RECURRENCE-ID;TZID=Europe/Oslo:20261208T100000" in lines
    assert not [line for line in lines if line.startswith(("RRULE", "RDATE"))]


def test_what_is_added_by_its_name_keeps_it() -> None:
    name = "RECURRENCE-ID;TZID=Europe/Oslo:20261208T100000"

    lines = kept(said("ADD", name, day="20261209"), Method.ADD)

    assert [line for line in lines if line.startswith("RECURRENCE-ID")] == [name]


def test_a_task_that_is_added_without_a_time_has_no_name() -> None:
    found = plain(read(without(said("ADD", kind="VTODO"), *TIMES), Method.ADD), Method.ADD, ME.addresses, OSLO)

    assert found is not None
    assert found.main.instance == SERIES
