# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts about a counter-proposal: what is proposed, what is turned down, and the entry as it was proposed."""

from zoneinfo import ZoneInfo

from ical.edits import Edits, insert, put
from ical.itip.proposals import Proposal
from ical.kinds import Kind
from ical.lines import Line, fold
from ical.overrides import arranged, single, takes_place
from ical.ranges import speaks_on
from ical.rescheduling import at_another_time
from ical.snapshot import Part, Snapshot, read_object
from ical.text import escape

UNSAID = {"PARTSTAT": None, "RSVP": None, "SCHEDULE-AGENT": None}
"""What a COUNTER does not say of whoever proposes: it is no answer."""


def countered(shared: Snapshot, proposal: Proposal, zone: ZoneInfo) -> bytes:
    """Give the complete description of what is proposed, as a COUNTER has it (RFC 5546 3.2.7, 3.4.7).

    It names whoever proposes alone: there is no other sender where it is read over CalDAV.
    """
    said = single(shared, proposal.instance, zone)
    part, edits = said.main, _alone(said, said.main, proposal)
    _write(said, part, proposal, zone, edits)
    facts: dict[str, str | None] = {"SEQUENCE": str(proposal.sequence)}
    if said.kind is Kind.VTODO and said.line("PRIORITY") is None:
        facts["PRIORITY"] = "0"  # RFC 5546 3.4.7 requires it; 0 says nothing (RFC 5545 3.8.1.9).
    _say(said, part, proposal.comment, facts, edits)
    return said.document.spliced(edits)


def turned_down(shared: Snapshot, proposal: Proposal, zone: ZoneInfo) -> bytes:
    """Give what a DECLINECOUNTER says: the occurrence as it stays, and why (RFC 5546 3.2.8, 3.4.8)."""
    said = single(shared, proposal.instance, zone)
    edits: Edits = {}
    _say(said, said.main, proposal.answer, {"SEQUENCE": str(proposal.sequence)}, edits)
    return said.document.spliced(edits)


def as_proposed(words: bytes, proposal: Proposal, zone: ZoneInfo) -> bytes | str:
    """Give the organizer's *words* as *proposal* has them, or why no text can be made of it that says just that.

    A proposal for one occurrence makes a component of its own for it. All other bytes stay.
    """
    said, instance = read_object(words, zone), proposal.instance
    if said.part(instance) is None and takes_place(said, instance, zone):
        said = arranged(said, zone, made=[instance])
    part = said.part(instance)
    if part is None:
        return "there is no such occurrence any more"
    if proposal.moves and _moves_others(said, part):
        return "it moves several occurrences: move them in the calendar, which settles the proposal"
    edits: Edits = {}
    _write(said, part, proposal, zone, edits)
    return said.document.spliced(edits)


def _moves_others(said: Snapshot, part: Part) -> bool:
    """Tell whether other occurrences go by the time of *part*: their names, rules and exceptions would change too."""
    places = said.document.places(part.component)
    return not places.keys().isdisjoint({"RRULE", "RDATE"}) or speaks_on(said.document, part.component)


def _write(said: Snapshot, part: Part, proposal: Proposal, zone: ZoneInfo, edits: Edits) -> None:
    if proposal.moves:
        at_another_time(said, part, proposal.start, proposal.end, zone, edits)
    if proposal.location is not None:
        put(said.document, part.component, {"LOCATION": escape(proposal.location)}, edits)


def _alone(said: Snapshot, part: Part, proposal: Proposal) -> Edits:
    """Name whoever proposes, and nobody else who is asked."""
    edits: Edits = {person.place: () for person in part.people}
    mine = next((person for person in part.people if person.address == proposal.address), None)
    line = mine.line if mine is not None else Line.of(fold(f"ATTENDEE:{proposal.address}"))
    insert(said.document, part.component, [line.with_parameters(UNSAID).raw], (), edits)
    return edits


def _say(said: Snapshot, part: Part, comment: str | None, facts: dict[str, str | None], edits: Edits) -> None:
    """Let *part* say *facts* and *comment*; what was commented before was about something else."""
    edits.update((place, ()) for place, _ in said.document.each(part.component, "COMMENT"))
    if comment:
        insert(said.document, part.component, [fold(f"COMMENT:{escape(comment)}")], (), edits)
    put(said.document, part.component, facts, edits)
