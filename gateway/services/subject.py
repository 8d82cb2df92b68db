# SPDX-License-Identifier: GPL-3.0-or-later
"""What a decision is about, who is concerned by it, and what they have of it already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.model import CalendarId, EntryId, Person, PersonId, ProposalId, Reading
from gateway.store.people import Recipient
from ical.address import Address
from ical.answers import Answer
from ical.itip.outcome import Entry, Outcome
from ical.itip.proposals import Fate, Proposal
from ical.private import Overlay
from ical.timeindex import Span

REJECTED = "5.3"
"""SCHEDULE-STATUS of a colleague who cannot have the entry (RFC 6638 3.2.9)."""

Place = tuple[CalendarId, str]
"""A collection and the name of something in it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decision is about."""

    entry_id: EntryId
    entry: Entry
    """As it was before."""
    custodian: Person
    """The organizer, in whose name things are sent."""
    people: Mapping[Address, PersonId] | None = None
    """Which of the addresses asked are colleagues'; None: to be looked up."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a new entry of the actor's own lies, and when it takes place."""

    calendar: CalendarId
    href: str
    span: Span


@dataclass(frozen=True, slots=True)
class Had:
    """What somebody has of a new entry already, on the server that it comes from."""

    calendar: CalendarId | None = None
    """None: they have deleted it, so it stays out of their sight."""
    href: str = ""
    overlay: Overlay = field(default_factory=dict)
    is_another: bool = False
    """It is another entry with the same UID, so they cannot have this one (model, row 41)."""


@dataclass(frozen=True, slots=True)
class Present:
    """Who is concerned, and what they have of the entry already."""

    people: Mapping[Address, PersonId]
    """The colleagues among the addresses of the entry."""
    recipients: Mapping[Address, Recipient]
    """Colleagues who are asked for the first time, or again."""
    inboxes: Mapping[PersonId, CalendarId]
    """Where their messages go, as far as that is known."""
    readings: Mapping[PersonId, Reading]
    elsewhere: Mapping[PersonId, Reading]
    """Readings of the same UID that belong to another entry."""
    occupied: frozenset[CalendarId]
    """Where something else has the name that the entry would get."""
    refused: frozenset[PersonId]
    """Who cannot have it, because another entry of theirs has this UID (model, row 41)."""

    @property
    def adopting(self) -> Mapping[PersonId, Reading]:
        """Who has a private entry under this UID, which becomes the invitation's reading at its place (row 42)."""
        asked = {r.person.id for r in self.recipients.values()}
        free = asked - self.readings.keys() - self.refused
        return {person: reading for person, reading in self.elsewhere.items() if person in free}

    def is_refused(self, address: Address) -> bool:
        """Tell whether the entry cannot be delivered to the colleague at *address*."""
        return self.people.get(address) in self.refused

    def leaving(self, outcome: Outcome) -> frozenset[PersonId]:
        """Give whose reading stands still from *outcome* on."""
        gone = frozenset(self.people[a] for a in outcome.frozen or () if a in self.people)
        return gone - self.still_invited(outcome) if gone else gone

    def still_invited(self, outcome: Outcome) -> frozenset[PersonId]:
        """Give whom *outcome* leaves in the entry, under whichever address."""
        gone = frozenset(outcome.dropped)
        return frozenset([person for address, person in self.people.items() if address not in gone])


class Facts(NamedTuple):
    """What columns say of a text."""

    summary: str
    span: Span


class Overtaken(NamedTuple):
    """A proposal that is settled by what is written."""

    number: ProposalId
    proposal: Proposal
    fate: Fate


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be written of one entry."""

    subject: Subject
    outcome: Outcome
    present: Present
    answers: tuple[Answer, ...]
    """Those that change, each with how far its message has come."""
    entry: Entry
    """As it is afterwards."""
    facts: Facts | None
    """None: its words stay."""
    home: Home | None
    had: Mapping[PersonId, Had] = field(default_factory=dict)
    """What those who do not have it here yet have of it elsewhere."""
    overtaken: tuple[Overtaken, ...] = ()
    """What was proposed for it, and is settled by this."""

    @property
    def span(self) -> Span | None:
        """When it takes place now; None: as before."""
        return None if self.facts is None else self.facts.span
