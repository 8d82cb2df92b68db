# SPDX-License-Identifier: GPL-3.0-or-later
"""Ola is invited from outside, under two addresses: messages to him, and what is held of them."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.instances import InstanceId
from ical.itip import replica
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Method, Outcome
from ical.snapshot import read_object
from tests.gateway.services import texts

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
OLA, KARI = Address("mailto:ola@byggbo.example"), Address("mailto:kari@byggbo.example")
FIRST, SECOND, THIRD = (InstanceId(f"202612{day}T090000Z") for day in ("01", "08", "15"))
"""Three of the five Tuesdays of a series."""
ME = Actor(frozenset({OLA, KARI}), OSLO)


def heard(*messages: bytes, entry: Entry | None = None) -> tuple[Entry, Outcome]:
    """Give what is held after *messages*, and what the last one came to."""
    outcome = Outcome()
    for text in messages:
        method = Method(next(x.partition(":")[2] for x in texts.unfolded(text) if x.startswith("METHOD:")))
        outcome = replica.receive(entry, text, method, ME, now=NOW)
        if outcome.shared is not None:
            about = read_object(outcome.shared, OSLO)
            entry = entry or Entry(about.uid, about.kind, b"", about.organizer, 0, outside=True)
            rows = {a[:2]: a for a in (*entry.answers, *outcome.answers)}
            entry = replace(
                entry,
                shared=outcome.shared,
                sequence=outcome.sequence or 0,
                state=outcome.state,
                answers=tuple(row for key, row in rows.items() if key not in outcome.ended),
            )
    assert entry is not None
    return entry, outcome


def answered(entry: Entry, partstat: str) -> Entry:
    """Give *entry* where ours has answered."""
    rows = (a._replace(partstat=partstat, shown=partstat, answered_at=NOW) for a in entry.answers)
    return replace(entry, answers=tuple(rows))


def together(message: bytes, *days: bytes) -> bytes:
    """Give *message* with the components of other messages in it, as a program sends a series and days of it."""
    begin, end = b"BEGIN:VEVENT\r\n", b"END:VCALENDAR\r\n"
    more = (begin + day.partition(begin)[2].removesuffix(end) for day in days)
    return message.removesuffix(end) + b"".join(more) + end


def knowing(message: bytes, partstat: str, address: Address = OLA) -> bytes:
    """Give *message* in which the organizer knows of an answer."""
    return b"".join(
        line.replace(b"PARTSTAT=NEEDS-ACTION", f"PARTSTAT={partstat}".encode()) if address.encode() in line else line
        for line in message.replace(b"\r\n ", b"").splitlines(keepends=True)
    )


def keys(outcome: Outcome) -> list[tuple[Address, InstanceId]]:
    """Give of whom *outcome* has rows, and of which occurrence."""
    return [row[:2] for row in outcome.answers]
