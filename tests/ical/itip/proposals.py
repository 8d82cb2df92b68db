# SPDX-License-Identifier: GPL-3.0-or-later
"""Berit proposes another time for what Kari hands out, without a database."""

from datetime import UTC, datetime

from ical.address import Address
from ical.itip.outcome import Entry
from ical.itip.proposals import Proposal, Wish
from ical.itip.proposing import propose, wish_of
from tests.ical.itip.company import BERIT, KARI
from tests.ical.texts import OSLO, calendar, component

LATER = datetime(2026, 10, 2, 12, 0, tzinfo=UTC)
AT_TWO, AT_THREE = datetime(2026, 10, 8, 12, 0, tzinfo=UTC), datetime(2026, 10, 8, 13, 0, tzinfo=UTC)
BEGIN = "DTSTART;TZID=Europe/Oslo:20261008T140000"
CLOSE = "DTEND;TZID=Europe/Oslo:20261008T150000"
STAMP = "DTSTAMP:20261002T100000Z"


def counter(*lines: str, kind: str = "VEVENT", method: str = "COUNTER") -> bytes:
    """Give berit's COUNTER."""
    return calendar(component(kind, f"ATTENDEE:{BERIT}", STAMP, *lines), head=(f"METHOD:{method}",))


def proposed(entry: Entry, *lines: str, known: tuple[Proposal, ...] = (), about: Address = BERIT) -> Proposal | str:
    """Give what berit's COUNTER comes to."""
    return wished(entry, wish_of(entry, counter(*lines, kind=entry.kind), zone=OSLO), known, about)


def wished(entry: Entry, wish: Wish, known: tuple[Proposal, ...] = (), about: Address = BERIT) -> Proposal | str:
    return propose(entry, about, wish, known, zone=OSLO, now=LATER)


def made(entry: Entry, *lines: str) -> Proposal:
    """Give berit's proposal, which counts."""
    found = proposed(entry, *lines)
    assert isinstance(found, Proposal), found
    return found


def override(day: str, at: str = "16", more: tuple[str, ...] = (), who: Address = BERIT) -> str:
    """Give what Kari's program says of one day alone."""
    lines = (
        *("BEGIN:VEVENT", "UID:entry-1", f"RECURRENCE-ID;TZID=Europe/Oslo:{day}T100000", "SUMMARY:Befaring"),
        *(f"DTSTART;TZID=Europe/Oslo:{day}T{at}0000", f"DTEND;TZID=Europe/Oslo:{day}T{int(at) + 1}0000"),
        *(f"ORGANIZER:{KARI}", f"ATTENDEE:{who}", *more, "END:VEVENT", ""),
    )
    return "\r\n".join(lines)
