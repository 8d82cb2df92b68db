# SPDX-License-Identifier: GPL-3.0-or-later
"""A group is expanded when it is invited: each member gets a line of their own, which names the group in MEMBER.

The group's line stays, so that the organizer's program shows it, and the server asks nothing of it. From then on the
members are in it like everybody else: who is asked is what the organizer's text says, and not who belongs to the group.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ical.address import Address, normalise
from ical.edits import Edits
from ical.instances import SERIES
from ical.itip.orders import FORCE
from ical.lines import Line, fold
from ical.people import NONE, SERVER, Attendee, agent_of
from ical.snapshot import Part, Snapshot

GROUP = "GROUP"
_MARK: Mapping[str, str | None] = {"CUTYPE": GROUP, "RSVP": None, "SCHEDULE-AGENT": NONE, FORCE: None}
"""What a group's line says from then on: the server asks nobody by it (RFC 6638 7.1)."""
_BARE = Line.of(fold("ATTENDEE:mailto:nobody"))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who belongs to a group, by themselves or through another group."""

    address: Address
    name: str
    known_as: frozenset[Address]
    """Every address that names them."""


Groups = Mapping[Address, Sequence[Member]]
"""Who belongs to what is a group of ours, by its address."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text that names the members of its groups, and what is to be told of that."""

    text: bytes
    why: tuple[str, ...] = ()


def is_group(person: Attendee) -> bool:
    """Tell whether a line stands for a group whose members are asked by lines of their own."""
    return person.agent == NONE and _is_called_group(person)


def individuals(part: Part) -> tuple[Attendee, ...]:
    """Give who is in *part*, without the groups whose members are in it by themselves."""
    through = {group for person in part.people for group in _groups_of(person)}
    return tuple(
        person
        for person in part.people
        if not is_group(person) and not (person.address in through and _is_called_group(person))
    )


def newly_named(sent: Snapshot, stored: Snapshot | None, me: Collection[Address]) -> frozenset[Address]:
    """Give whom *sent* names for the server to ask, and *stored* does not: some of them may be groups."""
    line = sent.line("ORGANIZER")
    if line is not None and agent_of(line) != SERVER:
        return frozenset()
    found: set[Address] = set()
    for part in sent.parts:
        before = _before(stored, part)
        known = {one.address for one in before if one.by_server or (is_group(one) and _members(before, one.address))}
        found.update(one.address for one in part.people if one.by_server and one.address not in known)
    return frozenset(found.difference(me))


def expanded(
    sent: Snapshot, stored: Snapshot | None, groups: Groups, me: Collection[Address], *, proved: bool
) -> Expanded:
    """Give *sent* with a line for each member of those *groups* that are new in it; nobody is named twice, *me* never.

    Members whom *stored* names stay where the organizer's program has not read yet that they are in it: it names none
    of the group, and has not *proved* that it writes on top of what is stored. Whom it took out stays out.
    """
    if not groups and (stored is None or not any(is_group(one) for part in stored.parts for one in part.people)):
        return Expanded(sent.document.raw)
    read = {group for part in sent.parts for person in part.people for group in _groups_of(person)}
    expanding = _Expanding(groups, frozenset(me), None if proved else frozenset(read))
    edits: Edits = {}
    for part in sent.parts:
        expanding.expand(part, _before(stored, part), edits)
    return Expanded(sent.document.spliced(edits), tuple(_reason(*one) for one in expanding.named.items()))


@dataclass(slots=True)
class _Expanding:
    """One text's groups."""

    groups: Groups
    me: frozenset[Address]
    read: frozenset[Address] | None
    """Groups of which the text names members; None: its program has read all that is stored."""
    named: dict[Address, set[Address]] = field(default_factory=dict)
    """Whom the text names in addition, by group."""

    def expand(self, part: Part, before: Sequence[Attendee], edits: Edits) -> None:
        """Write what *part* has to say of its groups, where it said *before* who is in it."""
        here = {*self.me, *(one.address for one in part.people)}
        known = {one.address: one for one in reversed(before)}
        for group in part.people:
            was = known.get(group.address)
            if was is not None and is_group(was):
                members = _members(before, group.address)
                lines = self._unread(group, members, here)
                stands = bool(members) or group.address in self.groups
            elif group.by_server and group.address in self.groups and (was is None or not was.by_server):
                lines, stands = self._new(group, here), True
            else:
                continue
            marked = group.line.with_parameters(_MARK) if stands and group.by_server else group.line
            if lines or marked is not group.line:
                edits[group.place] = (marked.raw, *lines)

    def _new(self, group: Attendee, here: set[Address]) -> list[bytes]:
        lines, named = [], self.named.setdefault(group.address, set())
        for one in self.groups[group.address]:
            if here.isdisjoint(one.known_as):
                here.update(one.known_as)
                named.add(one.address)
                lines.append(_line(one, group))
        return lines

    def _unread(self, group: Attendee, members: Sequence[Attendee], here: set[Address]) -> list[bytes]:
        if self.read is None or group.address in self.read:
            return []
        kept = [one for one in members if one.address not in here]
        here.update(one.address for one in kept)
        return [one.line.raw for one in kept]


def _before(stored: Snapshot | None, part: Part) -> tuple[Attendee, ...]:
    """Give who was in the occurrence of *part*: without a component of its own, whoever was in the series."""
    found = None if stored is None else stored.part(part.instance) or stored.part(SERIES)
    return () if found is None else found.people


def _is_called_group(person: Attendee) -> bool:
    return (person.line.parameter("CUTYPE") or "").upper() == GROUP


def _members(people: Sequence[Attendee], group: Address) -> list[Attendee]:
    return [one for one in people if group in _groups_of(one)]


def _groups_of(person: Attendee) -> list[Address]:
    """Give the groups that a line says somebody is in by (RFC 5545 3.2.11)."""
    said = person.line.parameter("MEMBER")
    return [normalise(one) for one in said.split(",")] if said else []


def _reason(group: Address, named: Collection[Address]) -> str:
    return f"{group.removeprefix('mailto:')} is a group: {len(named)} who belong to it are named beside it."


def _line(one: Member, group: Attendee) -> bytes:
    said: dict[str, str | None] = {
        "CN": one.name,
        "CUTYPE": "INDIVIDUAL",
        "ROLE": group.line.parameter("ROLE"),
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
        "MEMBER": group.address,
    }
    return _BARE.with_parameters(said).with_value(one.address).raw
