# SPDX-License-Identifier: GPL-3.0-or-later
"""One calendar object reduced to what scheduling asks about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.errors import KindNotTaken, NotCalendarData, NotOneObject, OrganizersDiffer, TooLarge
from ical.instances import SERIES, InstanceId
from ical.kinds import DISTRIBUTED, Kind
from ical.limits import STORED, Limits
from ical.lines import Component, Document, Line, read
from ical.people import Attendee, attendees, organizer
from ical.recent import Recent
from ical.recurrence import instance_id

KINDS = frozenset(Kind)
UID_LENGTH = 1000
"""Bytes; an index of PostgreSQL takes about 2,700 for all of its columns."""
LONGEST_NUMBER = 19
LINE_SIZE = 300
"""Bytes that a line takes in memory beside its text."""
ROOM = 8 * 1024 * 1024
"""Bytes of memory for what was read last: ten meetings of a thousand people, or eight hundred plain appointments."""


def says_off(line: Line) -> bool:
    """Tell whether a STATUS says that it is called off (RFC 5545 3.8.1.11)."""
    return line.value.strip().upper() == "CANCELLED"


@dataclass(frozen=True, slots=True)
class Part:
    """One component of the object: the master, or an override of one instance."""

    component: Component
    instance: InstanceId
    people: tuple[Attendee, ...]
    asked: tuple[Attendee, ...]
    """Whom the server asks to it; the others are the organizer's client's own matter (RFC 6638 7.1)."""
    organizer: Address | None
    sequence: int | None
    """None where the text does not say."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The object: its parts in the order of the text, and what they have in common."""

    document: Document
    kind: Kind
    uid: str
    parts: tuple[Part, ...]
    organizer: Address | None
    by_instance: Mapping[InstanceId, Part]

    @property
    def main(self) -> Part:
        """The master, or the first override where there is none."""
        return self.by_instance.get(SERIES, self.parts[0])

    @property
    def sequence(self) -> int:
        """The highest SEQUENCE; 0 where none is given (RFC 5545 3.8.7.4)."""
        return max((p.sequence or 0 for p in self.parts), default=0)

    @property
    def has_people(self) -> bool:
        """Some component names an organizer or an attendee."""
        return self.organizer is not None or any(p.people for p in self.parts)

    @property
    def cancelled(self) -> bool:
        """The object as a whole is called off."""
        return self.is_off(self.main)

    def is_off(self, part: Part) -> bool:
        """Tell whether one component says that it is called off."""
        line = self.document.first(part.component, "STATUS")
        return line is not None and says_off(line)

    def attendees(self) -> dict[Address, Attendee]:
        """Give everybody who is asked in any component, by address; the first line of each counts."""
        found: dict[Address, Attendee] = {}
        for part in self.parts:
            for person in part.people:
                found.setdefault(person.address, person)
        return found

    def value(self, name: str) -> str | None:
        """Give the value of property *name* in the main part, or None."""
        line = self.line(name)
        return line.value if line is not None else None

    def line(self, name: str) -> Line | None:
        """Give the first property *name* of the main part, or None."""
        return self.document.first(self.main.component, name)

    def part(self, instance: InstanceId) -> Part | None:
        """Give the component of *instance*, or None."""
        return self.by_instance.get(instance)


recent = Recent[Snapshot](ROOM)


def read_object(text: bytes, zone: ZoneInfo, limits: Limits = STORED, method: str | None = None) -> Snapshot:
    """Give `snapshot(read(text))`; a text that was read a moment ago is not read again."""
    key = text, zone, limits, method
    found = recent.get(key)
    if found is None:
        found = snapshot(read(text, limits), zone, limits, method)
        recent.keep(key, found, 2 * len(text) + LINE_SIZE * len(found.document.lines))
        if limits != STORED:  # what passes at the door is read within from now on
            recent.keep((text, zone, STORED, method), found, 0)
    return found


def snapshot(document: Document, zone: ZoneInfo, limits: Limits = STORED, method: str | None = None) -> Snapshot:
    """Reduce *document* to one object; floating times are read in *zone*.

    *method* is the METHOD it must have; None: it must have none (RFC 4791 4.1). Raises NotOneObject where it is not one
    object of one kind, KindNotTaken, NotCalendarData where an event has no start, OrganizersDiffer, TooLarge, and
    ValueRefused where a RECURRENCE-ID cannot be read.
    """
    _check_method(document, method)
    components = [c for c in document.root.children if c.name != "VTIMEZONE" and _is_entry(c.name)]
    if not components:
        raise NotOneObject("the text holds no event, no task and no journal")
    if len(components) > limits.components:
        raise TooLarge("components of one object", len(components), limits.components)
    kinds = {c.name for c in components}
    if len(kinds) > 1:
        raise NotOneObject(f"the text mixes {' and '.join(sorted(kinds))}")
    name = kinds.pop()
    if name not in (KINDS if method is None else DISTRIBUTED):
        raise KindNotTaken(f"{name} is no kind that is {'stored' if method is None else 'taken as a message'}")
    uid = _uid(document, components)
    parts = tuple(_parts(document, components, zone, limits))
    by_instance = {p.instance: p for p in parts}
    if len(by_instance) < len(parts):
        raise NotOneObject("two components of the text are for the same instance")
    if method is None and name == Kind.VEVENT and any(document.first(c, "DTSTART") is None for c in components):
        raise NotCalendarData("an event has no DTSTART")  # RFC 5545 3.6.1: required where there is no METHOD
    return Snapshot(document, Kind(name), uid, parts, _organizer(parts), by_instance)


def _is_entry(name: str) -> bool:
    return name in KINDS or name in {"VFREEBUSY", "VAVAILABILITY", "VPOLL"}


def _check_method(document: Document, method: str | None) -> None:
    line = document.first(document.root, "METHOD")
    found = line.value.strip().upper() if line is not None else None
    if found != method:
        raise NotOneObject(f"METHOD:{found} stands where {method or 'none'} may")


def _uid(document: Document, components: list[Component]) -> str:
    found = [document.named(c, "UID") for c in components]
    uids = {line.value for lines in found for line in lines}
    if len(uids) != 1 or not all(found):
        raise NotOneObject("every component of the text must have the same UID")
    uid = uids.pop().strip()
    if not uid or len(uid.encode()) > UID_LENGTH:
        raise NotOneObject(f"the UID is empty or longer than {UID_LENGTH} bytes")
    return uid


def _parts(document: Document, components: list[Component], zone: ZoneInfo, limits: Limits) -> Iterator[Part]:
    together = 0
    for component in components:
        asked = len(document.places(component).get("ATTENDEE", ()))
        together += asked
        if asked > limits.attendees:
            raise TooLarge("attendees", asked, limits.attendees)
        if together > limits.people:
            raise TooLarge("attendees of all components", together, limits.people)
        _check_dates(document, component, limits)
        people, host = attendees(document, component), organizer(document, component)
        longest = max(map(len, [person.address for person in people]), default=0)
        if max(longest, len(host or "")) > limits.address:
            raise TooLarge("characters of an address", max(longest, len(host or "")), limits.address)
        rid = document.first(component, "RECURRENCE-ID")
        instance = SERIES if rid is None else instance_id(document, rid, components, zone)
        asked_here = tuple([person for person in people if person.by_server])
        yield Part(component, instance, people, asked_here, host, _sequence(document, component))


def _check_dates(document: Document, component: Component, limits: Limits) -> None:
    dates = sum(line.value.count(",") + 1 for _, line in document.each(component, "RDATE", "EXDATE"))
    if dates > limits.dates:
        raise TooLarge("dates of one component", dates, limits.dates)


def _sequence(document: Document, component: Component) -> int | None:
    line = document.first(component, "SEQUENCE")
    text = line.value.strip() if line is not None else ""
    return min(int(text), 2**31 - 1) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def _organizer(parts: tuple[Part, ...]) -> Address | None:
    # Thunderbird 10 names the organizer in an override only, others in the master only.
    found = {p.organizer for p in parts if p.organizer is not None}
    if len(found) > 1:
        raise OrganizersDiffer("the components name different organizers")
    return found.pop() if found else None
