# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody gets who asks for the current text (RFC 5546 3.2.6); the conversations are in `refreshing.txt`."""

from dataclasses import replace

import pytest

from ical.address import Address
from ical.errors import IcalError, NotOneObject, TooLarge
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.itip.refreshing import refresh
from tests.ical.itip.company import BERIT, KARI, NINA, OLA, answered, distributed, job, meeting
from tests.ical.itip.proposals import override
from tests.ical.texts import OSLO, calendar, component

STAMP = "DTSTAMP:20261001T130000Z"
DAY = InstanceId("20261015T080000Z")
WEEKLY = ("RRULE:FREQ=WEEKLY;COUNT=4",)


def asking(*lines: str, kind: str = "VEVENT", method: str = "REFRESH") -> bytes:
    """Give berit's REFRESH."""
    return calendar(component(kind, f"ATTENDEE:{BERIT}", STAMP, *lines), head=(f"METHOD:{method}",))


def got(entry: Entry, text: bytes, about: Address = BERIT) -> Outcome:
    return refresh(entry, text, about, zone=OSLO)


@pytest.mark.parametrize(("entry", "kind"), [(meeting(OLA, BERIT), "VEVENT"), (job(OLA, BERIT), "VTODO")])
def test_one_request_goes_to_whoever_asks_and_nothing_changes(entry: bytes, kind: str) -> None:
    stored = distributed(entry)

    outcome = got(stored, asking(kind=kind))

    (message,) = outcome.messages
    assert (message.method, message.to, message.base, message.sequence) == (Method.REQUEST, (BERIT,), stored.shared, 0)
    assert not message.first
    assert replace(outcome, messages=(), why=()) == Outcome()


@pytest.mark.parametrize("about", [BERIT, NINA])
def test_what_is_called_off_and_closed_stays_so(about: Address) -> None:
    entry = replace(distributed(meeting(OLA, BERIT)), state=State.CANCELLED, closed=True)

    outcome = got(entry, asking(), about)

    assert [message.method for message in outcome.messages] == [Method.CANCEL] * (about == BERIT)
    assert replace(outcome, messages=(), why=()) == Outcome(state=State.CANCELLED, closed=True)


def test_a_day_that_is_called_off_comes_as_a_cancel() -> None:
    off = override("20261015", at="10", more=("STATUS:CANCELLED",)).encode()
    entry = distributed(meeting(BERIT, more=WEEKLY).replace(b"END:VCALENDAR", off + b"END:VCALENDAR"))

    (message,) = got(entry, asking(f"RECURRENCE-ID:{DAY}")).messages

    assert (message.method, message.instance, message.called_off) == (Method.CANCEL, DAY, True)
    assert got(entry, asking()).messages[0].method is Method.REQUEST


def test_whoever_was_never_asked_gets_nothing() -> None:
    entry = distributed(meeting(OLA))

    outcome = got(entry, asking())

    assert outcome.messages == ()
    assert outcome.why == ("A mail asks for the current text, and berit@kunde.example is not asked any more.",)


def test_the_organizer_who_is_in_it_gets_nothing_by_mail() -> None:
    assert got(distributed(meeting(KARI, OLA)), asking(), KARI).messages == ()


@pytest.mark.parametrize("name", ["20261015T080000Z", "20261015"])
def test_a_day_that_is_named_comes_alone_however_it_is_written(name: str) -> None:
    entry = answered(distributed(meeting(OLA, BERIT, more=WEEKLY)), OLA, "ACCEPTED")

    (message,) = got(entry, asking(f"RECURRENCE-ID:{name}")).messages

    assert message.instance == DAY
    assert message.base.count(b"BEGIN:VEVENT") == 1


@pytest.mark.parametrize("name", ["20261016T080000Z", "20271015T080000Z"])
def test_a_day_that_is_none_brings_everything(name: str) -> None:
    entry = distributed(meeting(BERIT, more=WEEKLY))

    (message,) = got(entry, asking(f"RECURRENCE-ID:{name}")).messages

    assert (message.instance, message.base) == (SERIES, entry.shared)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (asking("UID:other"), NotOneObject),
        (asking(kind="VTODO"), NotOneObject),
        (asking(method="REPLY"), NotOneObject),
        (asking(f"COMMENT:{'x' * 600_000}"), TooLarge),
        (b"BEGIN:VCALENDAR", IcalError),
    ],
)
def test_what_is_no_refresh_of_this_entry_is_refused(text: bytes, error: type[IcalError]) -> None:
    with pytest.raises(error):
        got(distributed(meeting(BERIT)), text)
