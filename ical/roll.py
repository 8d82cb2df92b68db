# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is in an organizer's text: with more, with fewer, with what some told, or an order to ask some once more.

All other lines stay as they are, byte for byte. What it comes to is for `ical.itip.organizer` to decide.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ical.address import Address, mailbox
from ical.edits import Edits, insert, replace
from ical.instances import InstanceId
from ical.itip.orders import FORCE
from ical.itip.outcome import Method
from ical.lines import fold
from ical.sharing import COMMENT, PERCENT
from ical.snapshot import read_object

_QUOTED = str.maketrans({'"': "'", "\r": " ", "\n": " "})


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is to be asked."""

    address: Address
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody told the organizer by themselves."""

    partstat: str
    percent: int | None = None
    comment: str = ""


def with_people(text: bytes, people: Iterable[Newcomer], zone: ZoneInfo, *, only: InstanceId | None = None) -> bytes:
    """Give *text* with these people asked to all of it that is on, or *only* to one day that has a component.

    Whoever is in it stays as they are.
    """
    people = list(people)
    said, edits = read_object(text, zone), Edits()
    for part in said.parts if only is None else filter(None, [said.part(only)]):
        known = {person.address for person in part.people}
        lines = [_line(one) for one in people if one.address not in known]
        if lines and not said.is_off(part):
            insert(said.document, part.component, lines, (), edits)
    return said.document.spliced(edits)


def without_people(text: bytes, addresses: Collection[Address], zone: ZoneInfo) -> bytes:
    """Give *text* without the lines of these people."""
    said = read_object(text, zone)
    gone: Edits = {p.place: () for part in said.parts for p in part.people if p.address in addresses}
    return said.document.spliced(gone)


def asking_again(text: bytes, asked: Collection[tuple[Address, InstanceId]], zone: ZoneInfo) -> bytes:
    """Give *text* with the order to send these people a REQUEST, whatever has changed (RFC 6638 7.2)."""
    said, edits = read_object(text, zone), Edits()
    for part in said.parts:
        for person in part.people:
            if (person.address, part.instance) in asked:
                ordered = person.line.with_parameters({FORCE: Method.REQUEST.value})
                replace(edits, person.place, person.line, ordered)
    return said.document.spliced(edits)


def with_answer(text: bytes, address: Address, told: Told, zone: ZoneInfo) -> bytes:
    """Give *text* that says what somebody told its organizer whom the server does not ask."""
    said, edits = read_object(text, zone), Edits()
    noted = {
        "PARTSTAT": told.partstat,
        PERCENT: None if told.percent is None else str(told.percent),
        COMMENT: told.comment or None,
    }
    for part in said.parts:
        for person in part.people:
            if person.address == address and not person.by_server:
                replace(edits, person.place, person.line, person.line.with_parameters(noted))
    return said.document.spliced(edits)


def _line(one: Newcomer) -> bytes:
    name = one.name.translate(_QUOTED).strip() or mailbox(one.address) or str(one.address)
    return fold(f'ATTENDEE;CN="{name}";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:{one.address}')
