# SPDX-License-Identifier: GPL-3.0-or-later
"""What others start from: an organizer's words without what is private to them, on, called off, and on again."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import NEEDS_ACTION
from ical.edits import Edits, insert, put, replace, take, take_alarms
from ical.kinds import Kind
from ical.line import Parameters
from ical.lines import Component, Document, Line, fold
from ical.people import Attendee
from ical.private import is_private
from ical.snapshot import Part, Snapshot, read_object, says_off

PROGRESS = ("STATUS", "PERCENT-COMPLETE", "COMPLETED")
SCHEDULING = ("SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND")
ABSENT = "X-DISTRIB-ABSENT"
"""A line of whoever organizes what they are not in themselves: their TRANSP is about their own copy alone (A8)."""
SENT_BY = "SENT-BY"
"""By whose hand something is written in the name of somebody else (RFC 5545 3.2.18)."""
COMMENT, AWAY = "X-DISTRIB-COMMENT", "X-DISTRIB-AWAY"
"""What somebody said beside an answer, and that they have put it away: in files, and no program reads it."""
PERCENT = "X-DISTRIB-PERCENT"
FIGURES = (PERCENT, "X-DISTRIB-COMPLETED", "X-DISTRIB-SEEN", COMMENT, AWAY)
NOTED = (PERCENT, COMMENT)
"""What an organizer can note, beside an answer, to the line of somebody whom the server does not ask."""
UNSHARED: Mapping[str, str | None] = dict.fromkeys((*SCHEDULING, *FIGURES))
"""What of a person's line only the organizer reads."""
ASKED = {**UNSHARED, "RSVP": "TRUE", "DELEGATED-TO": None, SENT_BY: None}
"""What is written to the line of somebody who is asked: without RSVP=TRUE Thunderbird shows no buttons (pitfall 3).

By whose hand they answered is told to the organizer alone.
"""
_UNSHARED, _ASKED, _ASKED_ANEW = (
    tuple(each.items()) for each in (UNSHARED, ASKED, {**ASKED, "PARTSTAT": NEEDS_ACTION})
)
WRITTEN_ANEW = frozenset({"CREATED", "DTSTAMP", "LAST-MODIFIED"})
"""Lines that tell when a component was written, and nothing of the entry."""


def share(words: bytes, me: frozenset[Address], zone: ZoneInfo) -> bytes:
    """Give what others start from: *words* without what is private to their organizer *me*, and RSVP for those asked.

    Alarms, private lines, SCHEDULE-* parameters (RFC 6638 7) and the progress lines of a task (each assignee has an own
    share) do not go out. Every component says its SEQUENCE. That the server does not ask somebody in one of several
    components stays known: nobody reads it, but what each is asked to is told by it.
    """
    said = read_object(words, zone)
    sometimes = {p.address for part in said.parts for p in part.asked} if len(said.parts) > 1 else set()
    edits: Edits = {}
    for part in said.parts:
        if said.document.first(part.component, ABSENT) is not None:
            edits.update((place, ()) for place, _ in said.document.each(part.component, "TRANSP"))
        _take_private(said.document, part.component, edits)
        if said.kind is Kind.VTODO:
            for place, line in said.document.each(part.component, *PROGRESS):
                if not says_off(line):
                    edits[place] = ()
        for place, line in said.document.each(part.component, "ORGANIZER"):
            replace(edits, place, line, line.with_parameters(UNSHARED))
        for person in part.people:
            replace(edits, person.place, person.line, person.line.with_changes(_shared(person, me, sometimes)))
        take_alarms(part.component, edits)
        if part.sequence is None:
            # An answer without SEQUENCE is then known to come from a client that drops it, not from an old reading.
            insert(said.document, part.component, [fold("SEQUENCE:0")], (), edits)
    _take_private(said.document, said.document.root, edits)
    return said.document.spliced(edits)


def called_off(text: bytes, sequence: int, zone: ZoneInfo) -> bytes:
    """Give *text* with STATUS:CANCELLED and SEQUENCE *sequence* in each component, and without alarms."""
    said = read_object(text, zone)
    edits: Edits = {}
    for part in said.parts:
        take_alarms(part.component, edits)
        put(said.document, part.component, {"STATUS": "CANCELLED", "SEQUENCE": str(sequence)}, edits)
    return said.document.spliced(edits)


def on_again(text: bytes, zone: ZoneInfo) -> bytes:
    """Give *text* without STATUS:CANCELLED: what was called off, as far as it is still known."""
    said = read_object(text, zone)
    edits: Edits = {}
    for part in said.parts:
        for place, line in said.document.each(part.component, "STATUS"):
            if says_off(line):
                edits[place] = ()
    return said.document.spliced(edits)


def settled(new: bytes, old: bytes, zone: ZoneInfo) -> bytes:
    """Give *new*, in which components that say the same as in *old* have the bytes that they had.

    Whoever is asked to one occurrence is not shown another text when only another one changed (model, row 6).
    """
    after, before = read_object(new, zone), read_object(old, zone)
    edits: Edits = {}
    for part in after.parts if len(after.parts) > 1 else ():
        was = before.part(part.instance)
        if was is not None and _gist(before, was) == _gist(after, part):
            take(part.component, edits)
            edits[part.component.start] = (before.document.text_of(was.component),)
    return after.document.spliced(edits)


def _gist(said: Snapshot, part: Part) -> Counter[Hashable]:
    """Give what *part* says but for when and by whose hand it was written, and for a PARTSTAT that says nothing."""
    lines = said.document.lines[part.component.start : part.component.stop]
    return Counter(_plain(line).meaning for line in lines if line.name not in WRITTEN_ANEW)


def _plain(line: Line) -> Line:
    if line.name == "ORGANIZER":
        return line.with_parameters({SENT_BY: None})
    is_default = line.name == "ATTENDEE" and line.parameter("PARTSTAT") == NEEDS_ACTION
    return line.with_parameters({"PARTSTAT": None}) if is_default else line


def _shared(person: Attendee, me: frozenset[Address], sometimes: Collection[Address]) -> Parameters:
    if person.address in me or (not person.by_server and person.address not in sometimes):
        return _UNSHARED
    if not person.by_server:
        return tuple({**UNSHARED, "SCHEDULE-AGENT": person.agent}.items())
    return _ASKED if person.partstat == NEEDS_ACTION else _ASKED_ANEW


def _take_private(document: Document, component: Component, edits: Edits) -> None:
    """Take the lines of *component* away that are about its organizer's program."""
    for name, places in document.places(component).items():
        if is_private(name):
            edits.update(dict.fromkeys(places, ()))


def partstat_of(person: Attendee, partstat: str) -> dict[str, str | None]:
    """Give what makes a line say *partstat*.

    A missing PARTSTAT says NEEDS-ACTION already (RFC 5545 3.2.12): the line stays as it is.
    """
    return {} if person.partstat == partstat else {"PARTSTAT": partstat}
