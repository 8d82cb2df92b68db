# SPDX-License-Identifier: GPL-3.0-or-later
"""The people in a component: who organizes, who is asked, and who is responsible for telling them."""

from typing import NamedTuple

from ical.address import Address, normalise
from ical.answers import NEEDS_ACTION
from ical.lines import Component, Document, Line

SERVER = "SERVER"
CLIENT = "CLIENT"
NONE = "NONE"


class Attendee(NamedTuple):
    """An ATTENDEE line and what it says."""

    place: int
    line: Line
    address: Address
    partstat: str
    agent: str
    """SERVER, CLIENT or NONE; a value that is none of them counts as NONE (RFC 6638 7.1)."""

    @property
    def by_server(self) -> bool:
        """The server is responsible for telling this person (RFC 6638 7.1)."""
        return self.agent == SERVER


def attendees(document: Document, component: Component) -> tuple[Attendee, ...]:
    """Give the people asked in *component*, in the order of the text."""
    lines = document.lines
    return tuple([_attendee(place, lines[place]) for place in document.places(component).get("ATTENDEE", ())])


def organizer(document: Document, component: Component) -> Address | None:
    """Give who organizes *component*, or None."""
    line = document.first(component, "ORGANIZER")
    return address_of(line) if line is not None else None


def address_of(line: Line) -> Address:
    """Give the comparable address of an ORGANIZER or ATTENDEE line."""
    value = line.value
    return normalise(value, None if value.startswith("mailto:") else line.parameter("EMAIL"))


def agent_of(line: Line) -> str:
    """Give who is responsible for telling: SERVER, CLIENT or NONE (RFC 6638 7.1)."""
    written = (line.parameter("SCHEDULE-AGENT") or SERVER).upper()
    return written if written in {SERVER, CLIENT} else NONE


def _attendee(place: int, line: Line) -> Attendee:
    if line.asked is None:
        line.asked = address_of(line), (line.parameter("PARTSTAT") or NEEDS_ACTION).upper(), agent_of(line)
    return Attendee(place, line, *line.asked)
