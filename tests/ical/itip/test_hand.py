# SPDX-License-Identifier: GPL-3.0-or-later
"""By whose hand an organizer's text is written."""

import pytest

from ical.address import Address
from ical.itip.hand import in_name_of, signature, signed
from ical.itip.inbound import receive
from ical.itip.organizer import Actor, organize
from ical.limits import MAIL
from ical.sharing import SENT_BY
from ical.snapshot import Snapshot, read_object
from tests.ical.itip.company import BERIT, KARI, LATER, NINA, OLA, distributed, meeting, row
from tests.ical.texts import OSLO, calendar, component

PER = Address("mailto:per@byggbo.example")
BY_NINA = f'ORGANIZER;SENT-BY="{NINA}":{KARI}'
BY_PER = f'ORGANIZER;SENT-BY="{PER}":{KARI}'
BY_KARI = f"ORGANIZER:{KARI}"


def text(*organizers: str) -> bytes:
    """Give a series, and a day of it for each more of *organizers*."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN"]
    for day, organizer in enumerate(organizers):
        about = f"RECURRENCE-ID:2026120{day}T090000Z" if day else "RRULE:FREQ=DAILY;COUNT=9"
        lines += ["BEGIN:VEVENT", "UID:m", "DTSTAMP:20261101T080000Z", f"DTSTART:2026120{day or 1}T090000Z", about]
        lines += [organizer, "ATTENDEE:mailto:ola@byggbo.example", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def said(organizer: str) -> Snapshot:
    return read_object(text(organizer), OSLO)


@pytest.mark.parametrize(
    ("stored", "sent", "by", "expected"),
    [
        (BY_KARI, BY_KARI, NINA, NINA),
        (BY_NINA, BY_KARI, NINA, NINA),
        (BY_PER, BY_PER, NINA, NINA),
        (BY_KARI, BY_PER, NINA, NINA),
        (BY_KARI, BY_KARI, None, None),
        (BY_NINA, BY_NINA, None, None),  # it is only sent back
        (BY_NINA, BY_KARI, None, None),
        (BY_KARI, BY_PER, None, PER),  # their own program's word
        (BY_NINA, BY_PER, None, PER),
    ],
)
def test_what_changes_something_says_by_whose_hand(
    stored: str, sent: str, by: Address | None, expected: Address | None
) -> None:
    assert signature(said(stored), said(sent), by, visible=True) == ((SENT_BY, expected),)


@pytest.mark.parametrize("by", [None, NINA, PER])
@pytest.mark.parametrize(("stored", "expected"), [(BY_NINA, NINA), (BY_KARI, None)])
def test_what_nobody_sees_leaves_it(stored: str, expected: Address | None, by: Address | None) -> None:
    for sent in (BY_KARI, BY_NINA, BY_PER):
        assert signature(said(stored), said(sent), by, visible=False) == ((SENT_BY, expected),)


def test_a_text_is_signed_in_each_component_or_in_none() -> None:
    assert signed(text(BY_KARI, BY_PER), NINA, OSLO) == text(BY_NINA, BY_NINA)
    assert signed(text(BY_NINA, BY_PER), None, OSLO) == text(BY_KARI, BY_KARI)
    assert signed(text(BY_NINA), NINA, OSLO) == text(BY_NINA)


def test_a_program_that_names_its_own_account_means_the_owner() -> None:
    own = f'ORGANIZER;CN=Nina;EMAIL=nina@byggbo.example;DIR="http://byggbo.example/nina";X-A=1:{NINA}'
    named = f"ORGANIZER;CN=Kari Nordmann;X-A=1:{KARI}"

    assert in_name_of(text(own, own), frozenset({NINA, PER}), KARI, "Kari Nordmann", OSLO) == text(named, named)
    assert in_name_of(text(BY_PER), frozenset({NINA, PER}), KARI, "Kari Nordmann", OSLO) == text(BY_PER)


def test_as_one_of_the_people_it_means_the_owner_too_once() -> None:
    hand, name = frozenset({NINA, PER}), "Kari Nordmann"
    nina = f"ORGANIZER:{NINA}\r\nATTENDEE;PARTSTAT=ACCEPTED:{NINA}"
    kari = f"ORGANIZER;CN={name}:{KARI}"

    for more, expected in (
        ("", f"{kari}\r\nATTENDEE;PARTSTAT=ACCEPTED;CN={name}:{KARI}"),
        (f"\r\nATTENDEE:{PER}", f"{kari}\r\nATTENDEE;PARTSTAT=ACCEPTED;CN={name}:{KARI}"),
        (f"\r\nATTENDEE:{KARI}", f"{kari}\r\nATTENDEE:{KARI}"),
    ):
        assert in_name_of(text(nina + more), hand, KARI, name, OSLO) == text(expected)
    stays = in_name_of(text(nina), hand, KARI, name, OSLO, attends=True)
    assert stays == text(f"{kari}\r\nATTENDEE;PARTSTAT=ACCEPTED:{NINA}")


LONGEST = "mailto:" + "n" * (MAIL.address - len("mailto:@byggbo.example")) + "@byggbo.example"
"""As long as an address can be that is kept."""


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (f'"{NINA.upper()}"', NINA),
        (f'"{LONGEST}"', LONGEST),
        (f'"{LONGEST.replace("nn", "nnn", 1)}"', None),
        (f'"{BERIT}"', None),  # they did it themselves
        ('"urn:uuid:7f8c6b2e-0000-4000-8000-000000000000"', None),  # nobody can write to it
    ],
)
def test_a_reply_says_by_whose_hand_it_is(by: str, expected: str | None) -> None:
    line = f"ATTENDEE;PARTSTAT=ACCEPTED;SENT-BY={by}:{BERIT}"
    reply = calendar(component("VEVENT", line, "SEQUENCE:0"), head=("METHOD:REPLY",))

    outcome = receive(distributed(meeting(OLA, BERIT)), reply, BERIT, zone=OSLO, now=LATER)

    assert row(outcome, BERIT).sent_by == expected


@pytest.mark.parametrize(("by", "expected"), [(None, BY_PER), (NINA, BY_NINA)])
def test_what_is_new_says_by_whose_hand_unless_its_organizer_says_so_alone(by: Address | None, expected: str) -> None:
    me = Actor(frozenset({KARI}), OSLO, sent_by=by)

    made = organize(None, text(BY_PER), me, now=LATER)

    assert made.words == text(expected)
