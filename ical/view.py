# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry as one person reads it, made when it is read.

The organizer reads the words with everybody's answers written over them; everybody else reads what is shared, with the
answers and their own lines. Each function edits single lines of the raw text and leaves all others as they are.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import NEEDS_ACTION, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Entry, State
from ical.kinds import Kind
from ical.lines import Component, Document, Line, fold
from ical.people import Attendee
from ical.private import Chunk, Overlay, chunk_for, is_private
from ical.snapshot import Part, Snapshot, read_object
from ical.tasks import Progress, progress_shown, share_of, whole
from ical.text import stamp

DELIVERED = "1.2"
"""SCHEDULE-STATUS of an answer that reached the organizer (RFC 6638 3.2.9)."""
PROGRESS = ("STATUS", "PERCENT-COMPLETE", "COMPLETED")
SCHEDULING = ("SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND")
FIGURES = ("X-DISTRIB-PERCENT", "X-DISTRIB-COMPLETED", "X-DISTRIB-SEEN")
UNSHARED: Mapping[str, str | None] = dict.fromkeys((*SCHEDULING, *FIGURES))
"""What of a person's line only the organizer reads."""

Edits = dict[int, Sequence[bytes]]


def for_organizer(entry: Entry, zone: ZoneInfo) -> bytes:
    """Give what the organizer reads: the words with each answer, its delivery and, for tasks, its figures."""
    if entry.words is None:
        raise ValueError("the organizer's reading is made from the words")
    seen = read_object(entry.words, zone)
    answers = _by_address(entry.answers)
    edits: Edits = {}
    for part in seen.parts:
        for person in part.people:
            answer = _answer(answers, person, part.instance)
            if answer is not None:
                _replace(edits, person.place, person.line, person.line.with_parameters(_organizer_sees(person, answer)))
        if entry.kind is Kind.VTODO and entry.answers and not entry.closed and entry.state is State.LIVE:
            _write_progress(seen.document, part, whole(a for a in entry.answers if a.instance == SERIES), edits)
    return seen.document.spliced(edits)


def for_attendee(entry: Entry, me: frozenset[Address], overlay: Overlay, zone: ZoneInfo) -> bytes:
    """Give what an invited person reads: what is shared, the others' published answers, and the own lines."""
    seen = read_object(entry.shared, zone)
    answers = _by_address(entry.answers)
    mine = next((a for a in entry.answers if a.address in me and a.instance == SERIES), None)
    edits: Edits = {}
    for part in seen.parts:
        for person in part.people:
            answer = _answer(answers, person, part.instance)
            if answer is not None:
                own = answer.written or answer.partstat
                partstat = own if person.address in me else answer.shown
                if partstat != person.partstat:  # A missing PARTSTAT says NEEDS-ACTION (RFC 5545 3.2.12).
                    edits[person.place] = (person.line.with_parameters({"PARTSTAT": partstat}).raw,)
        _write_own(seen.document, part, entry, mine, chunk_for(overlay, part.instance), edits)
    return seen.document.spliced(edits)


def share(words: bytes, me: frozenset[Address], zone: ZoneInfo) -> bytes:
    """Give what others start from: *words* without what is private to their organizer *me*, and RSVP for those asked.

    Alarms, private lines, SCHEDULE-* parameters (RFC 6638 7) and the progress lines of a task (each assignee has an own
    share) do not go out. Every component says its SEQUENCE.
    """
    said = read_object(words, zone)
    edits: Edits = {}
    for part in said.parts:
        _take_private(said.document, part.component, edits)
        if said.kind is Kind.VTODO:
            for place, line in said.document.each(part.component, *PROGRESS):
                if line.value.strip().upper() != "CANCELLED":
                    edits[place] = ()
        for place, line in said.document.each(part.component, "ORGANIZER"):
            _replace(edits, place, line, line.with_parameters(UNSHARED))
        for person in part.people:
            _replace(edits, person.place, person.line, person.line.with_parameters(_shared(person, me)))
        take_alarms(part, edits)
        if part.sequence is None:
            # An answer without SEQUENCE is then known to come from a client that drops it, not from an old reading.
            insert(said.document, part, [fold("SEQUENCE:0")], (), edits)
    _take_private(said.document, said.document.root, edits)
    return said.document.spliced(edits)


def called_off(text: bytes, sequence: int, zone: ZoneInfo) -> bytes:
    """Give *text* with STATUS:CANCELLED and SEQUENCE *sequence* in each component, and without alarms."""
    said = read_object(text, zone)
    edits: Edits = {}
    for part in said.parts:
        take_alarms(part, edits)
        _set(said.document, part, {"STATUS": "CANCELLED", "SEQUENCE": str(sequence)}, edits)
    return said.document.spliced(edits)


def with_sequence(said: Snapshot, sequence: int) -> Document:
    """Give the text with SEQUENCE *sequence* in each component that says less or nothing."""
    edits: Edits = {}
    for part in said.parts:
        if (part.sequence or 0) < sequence:
            _set(said.document, part, {"SEQUENCE": str(sequence)}, edits)
    return said.document.edited(edits)


def kept(entry: Entry, sequence: int, zone: ZoneInfo) -> bytes:
    """Give the text that somebody who is not invited any more keeps: called off, the published answers baked in."""
    nobody = frozenset[Address]()
    return called_off(for_attendee(entry, nobody, {}, zone), sequence, zone)


def _by_address(answers: Sequence[Answer]) -> dict[tuple[Address, InstanceId], Answer]:
    return {(a.address, a.instance): a for a in answers}


def _answer(
    answers: Mapping[tuple[Address, InstanceId], Answer], person: Attendee, instance: InstanceId
) -> Answer | None:
    found = answers.get((person.address, instance))
    return found if found is not None or instance == SERIES else answers.get((person.address, SERIES))


def _organizer_sees(person: Attendee, answer: Answer) -> dict[str, str | None]:
    seen = answer.answered_at is not None and not answer.organizer
    return {
        **_partstat(person, answer.partstat),
        "SCHEDULE-STATUS": answer.delivery or None,
        "X-DISTRIB-PERCENT": None if answer.percent is None else str(answer.percent),
        "X-DISTRIB-COMPLETED": stamp(answer.completed_at) if answer.completed_at else None,
        "X-DISTRIB-SEEN": _minute(answer.answered_at) if seen and answer.answered_at else None,
    }


def _minute(at: datetime) -> str:
    # Seconds would be monitoring of employees more than the sender needs (product, 6).
    return f"{stamp(at)[: -len('59Z')]}00Z"


def _partstat(person: Attendee, partstat: str) -> dict[str, str | None]:
    """A missing PARTSTAT says NEEDS-ACTION already (RFC 5545 3.2.12): the line stays as it is."""
    return {} if person.partstat == partstat else {"PARTSTAT": partstat}


def _shared(person: Attendee, me: frozenset[Address]) -> Mapping[str, str | None]:
    if not person.by_server or person.address in me:
        return UNSHARED
    # Without RSVP=TRUE Thunderbird shows no buttons (pitfall 3).
    return {**UNSHARED, "RSVP": "TRUE", **_partstat(person, NEEDS_ACTION)}


def take_alarms(part: Part, edits: Edits) -> None:
    """Take the alarms of *part* away."""
    for child in part.component.children:
        if child.name == "VALARM":
            edits.update(dict.fromkeys(range(child.start, child.stop), ()))


def _take_private(document: Document, component: Component, edits: Edits) -> None:
    """Take the lines of *component* away that are about its organizer's program."""
    for name, places in document.places(component).items():
        if is_private(name):
            edits.update(dict.fromkeys(places, ()))


def _replace(edits: Edits, place: int, old: Line, new: Line) -> None:
    if new is not old:
        edits[place] = (new.raw,)


def _write_progress(document: Document, part: Part, progress: Progress, edits: Edits) -> None:
    """Make the progress lines of *part* say *progress*; what is the default is not written where nothing stands."""
    present = document.places(part.component)
    values: dict[str, str | None] = {
        "PERCENT-COMPLETE": str(progress.percent or 0) if "PERCENT-COMPLETE" in present or progress.percent else None,
        "STATUS": progress.status if "STATUS" in present or progress.status != NEEDS_ACTION else None,
        "COMPLETED": stamp(progress.completed_at) if progress.completed_at else None,
    }
    _set(document, part, values, edits)


def _write_own(
    document: Document, part: Part, entry: Entry, mine: Answer | None, chunk: Chunk | None, edits: Edits
) -> None:
    added: list[bytes] = []
    if mine is not None and mine.answered_at is not None:
        for place, line in document.each(part.component, "ORGANIZER"):
            _replace(edits, place, line, line.with_parameters({"SCHEDULE-STATUS": DELIVERED}))
    if entry.kind is Kind.VTODO and mine is not None and entry.state is State.LIVE:
        added += progress_lines(progress_shown(share_of(mine)))
    alarms: tuple[bytes, ...] = ()
    if chunk is not None:
        edits.update((place, ()) for place, _ in document.each(part.component, *chunk.lines))
        added += [raw for lines in chunk.lines.values() for raw in lines]
        alarms = chunk.alarms if entry.state is State.LIVE else ()
    insert(document, part, added, alarms, edits)


def progress_lines(progress: Progress) -> list[bytes]:
    """Give what *progress* says as raw lines, in the order in which most programs write them."""
    lines = [f"PERCENT-COMPLETE:{progress.percent}"] if progress.percent is not None else []
    lines.append(f"STATUS:{progress.status}")
    if progress.completed_at is not None:
        lines.append(f"COMPLETED:{stamp(progress.completed_at)}")
    return [fold(line) for line in lines]


def _set(document: Document, part: Part, values: Mapping[str, str | None], edits: Edits) -> None:
    """Write the value of each property of *part* in place, append what is missing, take away what is None."""
    missing = {name: value for name, value in values.items() if value is not None}
    for place, line in document.each(part.component, *values):
        value = missing.pop(line.name, None)
        if value is None:
            edits[place] = ()
        else:
            _replace(edits, place, line, line.with_value(value))
    insert(document, part, [fold(f"{name}:{value}") for name, value in missing.items()], (), edits)


def insert(document: Document, part: Part, lines: Sequence[bytes], alarms: Sequence[bytes], edits: Edits) -> None:
    """Put *lines* behind the properties of *part*, and *alarms* before its end (RFC 5545 3.6.1: alarms come last)."""
    if lines:
        first = part.component.children[0].start if part.component.children else part.component.stop - 1
        edits[first] = (*lines, *edits.get(first, (document.lines[first].raw,)))
    if alarms:
        end = part.component.stop - 1
        before = edits.get(end, (document.lines[end].raw,))
        edits[end] = (*before[:-1], *alarms, before[-1])
