# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody invited hands their place on to somebody else (RFC 5546 3.2.2.3, 4.2.5 to 4.2.7; model, row 35).

The line of the delegate is the server's: it stands in what others start from, and in what the organizer reads, as long
as whoever delegated is in the entry.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.address import Address, mailbox, normalise
from ical.answers import DECLINED, DELEGATED, Answer
from ical.edits import Edits
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Entry
from ical.lines import Line, fold
from ical.overrides import arranged, takes_place
from ical.people import Attendee
from ical.snapshot import Part, Snapshot, read_object

KEPT = ("CN", "CUTYPE", "LANGUAGE")
"""What is taken of a delegate's line from whoever delegates."""
Lines = Mapping[Address | None, Line]
"""ATTENDEE lines by their address."""
Key = tuple[Address, InstanceId]
_BARE = Line.of(fold("ATTENDEE:mailto:nobody"))


@dataclass(frozen=True, slots=True)
class Handed:
    """What it comes to that somebody handed their place on, or took it back."""

    asked: tuple[Answer, ...] = ()
    """Rows of those who are in it instead."""
    gone: frozenset[Key] = frozenset()
    """Rows of those who are in it no more, because the place was taken back."""
    shared: bytes | None = None
    """What others start from now; None: as it was."""


def delegate_of(line: Line) -> Address | None:
    """Give to whom an ATTENDEE line says that it is delegated: the first of them."""
    return _first(line.parameter("DELEGATED-TO"))


def is_delegate(person: Attendee, of: Collection[Address]) -> bool:
    """Tell whether a line says that the place was handed to *person* by one of these addresses."""
    return _first(person.line.parameter("DELEGATED-FROM")) in of


def _first(said: str | None) -> Address | None:
    address = normalise((said or "").partition(",")[0])
    return address if mailbox(address) is not None else None


def handed_on(
    entry: Entry,
    pairs: Sequence[tuple[Answer, Answer]],
    lines: Lines,
    zone: ZoneInfo,
    now: datetime,
) -> Handed:
    """Give what comes of it that these rows changed so; *lines* are those of the delegates, as they came in."""
    moved = [after for before, after in pairs if before.delegated_to != after.delegated_to]
    if not moved:
        return Handed()
    shared = read_object(entry.shared, zone)
    gone = frozenset(key for after in moved for key in _hanging_on(entry, after.address, after.instance))
    asked: dict[Key, Answer] = {}
    for after in moved:
        delegate = after.delegated_to
        if delegate is not None and delegate != entry.organizer and not is_in(shared, delegate, after.instance, gone):
            asked.setdefault((delegate, after.instance), _asked(after, delegate, now))
    left = _without(shared, gone, zone)
    text = with_delegates(left, asked.values(), left.document.raw, zone, lines).document.raw
    return Handed(tuple(asked.values()), gone - asked.keys(), None if text == entry.shared else text)


def _asked(delegator: Answer, delegate: Address, now: datetime) -> Answer:
    return Answer(
        delegate,
        delegator.instance,
        sequence=delegator.reset_sequence,
        reset_sequence=delegator.reset_sequence,
        delegated_from=delegator.address,
        added_by=delegator.address,
        asked_at=now,
    )


def _hanging_on(entry: Entry, address: Address, instance: InstanceId) -> Iterator[Key]:
    """Give the rows of those to whom *address* has handed *instance* on, and of those who got it from them in turn.

    Who is in the whole series instead of somebody is so whatever that one says of a single day.
    """
    for row in entry.answers:
        if row.added_by == address and row.instance == instance:
            yield row.address, instance
            yield from _hanging_on(entry, row.address, instance)


def is_in(shared: Snapshot, delegate: Address, instance: InstanceId, gone: Collection[Key] = ()) -> bool:
    """Tell whether a delegate is in it already, by themselves or for somebody else."""
    part = shared.part(instance) or shared.main
    return any(p.address == delegate for p in part.people) and (delegate, instance) not in gone


def with_delegates(
    said: Snapshot,
    rows: Iterable[Answer],
    shared: bytes,
    zone: ZoneInfo,
    lines: Lines | None = None,
) -> Snapshot:
    """Give *said* with a line for each of *rows* that somebody's place was handed to, behind the one who handed it on.

    The line is as in what is *shared*, or of *lines*. Where whoever delegated is not named, neither is their delegate.
    """
    handed = [(row, row.added_by) for row in rows if row.added_by is not None]
    if not handed:
        return said
    days = {row.instance for row, _ in handed}
    alone = {day for day in days if said.part(day) is None and takes_place(said, day, zone)}
    text, others = arranged(said, zone, made=alone), read_object(shared, zone)
    edits: Edits = {}
    for part in text.parts:
        _name(text, part, [one for one in handed if one[0].instance == part.instance], others, lines or {}, edits)
    return read_object(text.document.spliced(edits), zone) if edits else said


def _name(
    text: Snapshot,
    part: Part,
    handed: Sequence[tuple[Answer, Address]],
    shared: Snapshot,
    lines: Lines,
    edits: Edits,
) -> None:
    """Name the delegates in *part*, each behind whoever handed it on to them."""
    places = {person.address: person.place for person in reversed(part.people)}
    while found := [(row, by) for row, by in handed if row.address not in places and by in places]:
        for row, by in found:
            place = places[row.address] = places[by]
            raw = _line(part, row, shared, lines)
            edits[place] = (*edits.get(place, (text.document.lines[place].raw,)), raw)


def _line(part: Part, row: Answer, shared: Snapshot, lines: Lines) -> bytes:
    """Give the ATTENDEE line of a delegate."""
    stored = shared.part(row.instance)
    for person in stored.people if stored is not None else ():
        if person.address == row.address:
            return person.line.raw
    delegator = next((p.line for p in part.people if p.address == row.added_by), _BARE)
    sent = lines.get(row.address, _BARE)
    said: dict[str, str | None] = {name: value for name in KEPT if (value := sent.parameter(name))}
    said |= {"ROLE": delegator.parameter("ROLE"), "RSVP": "TRUE", "DELEGATED-FROM": row.added_by}
    return _BARE.with_parameters(said).with_value(str(row.address)).raw


def _without(said: Snapshot, gone: Collection[Key], zone: ZoneInfo) -> Snapshot:
    named = ((person, part.instance) for part in said.parts for person in part.people)
    edits: Edits = {person.place: () for person, instance in named if (person.address, instance) in gone}
    return read_object(said.document.spliced(edits), zone)


def declined_for(pairs: Iterable[tuple[Answer, Answer]], rows: Iterable[Answer]) -> Iterator[Key]:
    """Give who is to hear that the one to whom they handed it said no (RFC 5546 4.2.7).

    Who is in the whole series instead of somebody is so on each day of it; *rows* say who is.
    """
    whole = {row.address: row.added_by for row in rows if row.instance == SERIES}
    for before, after in pairs:
        delegator = after.added_by or whole.get(after.address)
        if delegator is not None and after.partstat == DECLINED and before.partstat != DECLINED:
            yield delegator, after.instance


def status(answer: Answer, partstat: str) -> dict[str, str | None]:
    """Give PARTSTAT and DELEGATED-TO of a line whose answer is shown as *partstat*."""
    to = answer.delegated_to if partstat == DELEGATED else None
    return {"PARTSTAT": partstat, "DELEGATED-TO": to}
