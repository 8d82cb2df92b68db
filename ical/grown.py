# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of one entry that grew apart in several calendars become one entry again (model, row 58).

A server that knows no scheduling keeps a text per person. The organizer's gives the words; the others' give what their
owners said, and what is their own by difference. Nobody is asked anything by it: all of it has been, or nobody knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ical import sharing, view
from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, IN_PROCESS, NEEDS_ACTION, TENTATIVE, Answer
from ical.changes import compare
from ical.errors import IcalError
from ical.hearsay import CHANNEL, Heard, says
from ical.instances import SERIES, InstanceId
from ical.itip.attendee import answer
from ical.itip.echo import without_echo
from ical.itip.organizer import Actor, organize
from ical.itip.outcome import Entry, Outcome, State
from ical.kinds import Kind
from ical.overrides import matched, without
from ical.private import Overlay, own_lines
from ical.quirks import is_lossy, restored
from ical.roster import undecorated
from ical.snapshot import Snapshot, read_object
from ical.tasks import progress_of
from ical.text import parse_stamp

TOLD = "2.0"
"""SCHEDULE-STATUS of somebody who is known to have been asked (RFC 6638 3.2.9)."""
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Copy:
    """One person's text of the entry."""

    me: Actor
    said: Snapshot


@dataclass(frozen=True, slots=True)
class Grown:
    """What the copies come to."""

    outcome: Outcome
    """Of the words; with everybody's answers, and without a message."""
    overlays: Mapping[int, Overlay]
    """The own lines of those who are in it, by the number of their copy."""
    outdated: frozenset[int]
    """Copies of an older question, whose answer does not count."""
    claimed: bool
    """The words are the organizer's own."""


def age(said: Snapshot) -> tuple[int, datetime]:
    """Give by what the newer of two texts is known: SEQUENCE, then when it was written (RFC 5546 2.1.5)."""
    return said.main.sequence or 0, written_at(said) or _NEVER


def written_at(said: Snapshot) -> datetime | None:
    """Give when a text was last written, as far as it says."""
    names = ("LAST-MODIFIED", "DTSTAMP")
    lines = (line for part in said.parts for _, line in said.document.each(part.component, *names))
    return max(filter(None, (parse_stamp(line.value) for line in lines)), default=None)


def grown(host: Actor, own: int | None, copies: Sequence[Copy], *, now: datetime) -> Grown:
    """Decide what *copies* come to, which all are of an entry that *host* organizes; the host's is number *own*.

    Raises IcalError where the words cannot be an entry.
    """
    said, claimed = _words(host, own, copies)
    plain = _without_made(said, host)
    outcome = organize(None, plain.document.raw, host, now=now)
    # Which others have a component that says what the series says is chance, and what it shows is nobody's word.
    shared = _without_made(read_object(outcome.shared or b"", host.zone), host)
    outcome = replace(outcome, shared=shared.document.raw)
    heard = Heard(said, host, outcome, now)
    answers = {a[:2]: a for a in heard.rows()}
    entry = _entry(said, outcome, answers)
    overlays: dict[int, Overlay] = {}
    outdated: set[int] = set()
    for number, copy in enumerate(copies):
        if number == own or not _is_in(copy, entry):
            continue
        entry, overlays[number], counts = _merged(entry, copy, now)
        if not counts:
            outdated.add(number)
    closed = heard.is_closed(entry.answers)
    unclaimed = () if claimed else ("Unclaimed: of the organizer there was no copy, so these are another one's words.",)
    return Grown(
        replace(outcome, answers=entry.answers, closed=closed, messages=(), why=(*outcome.why, *unclaimed)),
        overlays,
        frozenset(outdated),
        claimed,
    )


def is_in(copy: Copy, outcome: Outcome) -> bool:
    """Tell whether the owner of *copy* is asked by what was decided."""
    return any(a.address in copy.me.addresses and not a.organizer for a in outcome.answers)


def _is_in(copy: Copy, entry: Entry) -> bool:
    return any(a.address in copy.me.addresses and not a.organizer for a in entry.answers)


def _words(host: Actor, own: int | None, copies: Sequence[Copy]) -> tuple[Snapshot, bool]:
    """Give the organizer's text and whether it is their own: else the highest SEQUENCE among the others'.

    Where the organizer's program loses all people, theirs is laid over the others' (model, rows 50 and 51).
    """
    mine = undecorated(copies[own].said, None, host.zone) if own is not None else None
    if mine is not None and not is_lossy(mine):
        return mine, True
    others = [c for n, c in enumerate(copies) if n != own and not c.me.addresses.isdisjoint(c.said.attendees())]
    if mine is not None and not others:
        return mine, True
    best = max(others, key=_weight)
    words = read_object(_disowned(best, host), host.zone)
    if mine is None:
        return words, False
    return read_object(restored(mine, words, host.zone), host.zone), True


def _weight(copy: Copy) -> tuple[object, ...]:
    """Give how much of the organizer's words a copy may hold: the whole series, newly, and few days left out of it."""
    said, (sequence, at) = copy.said, age(copy.said)
    dates = [line.value for _, line in said.document.each(said.main.component, "EXDATE")]
    left_out = sum(value.count(",") + 1 for value in dates)
    return said.part(SERIES) is not None, sequence, len(said.parts) - left_out, at


def _disowned(copy: Copy, host: Actor) -> bytes:
    """Give a copy without what is its owner's own; what it says of people stays."""
    text, said = sharing.share(copy.said.document.raw, host.addresses, host.zone), copy.said
    shared = read_object(text, host.zone)
    edits = {}
    for part in shared.parts:
        before = said.part(part.instance)
        told = {p.address: p for p in before.people} if before is not None else {}
        for person in part.people:
            if person.address in told and told[person.address].partstat != person.partstat:
                changed = person.line.with_parameters({"PARTSTAT": told[person.address].partstat})
                edits[person.place] = (changed.raw,)
    return shared.document.spliced(edits)


def _without_made(said: Snapshot, host: Actor) -> Snapshot:
    """Leave out components that were only made to show an answer (model, row 22).

    A day that is still to be done, of a task that is closed as a whole, was not made.
    """
    alone = {part.instance for part in said.parts} - {SERIES}
    if not alone or said.part(SERIES) is None:
        return said
    bare = without(said, alone, host.zone)
    left = without_echo(said, bare, bare, host.addresses, host.zone)
    if said.kind is not Kind.VTODO or not progress_of(said).is_done:
        return left
    open_days = {part.instance for part in said.parts if not progress_of(said, part).is_done}
    made = alone - {part.instance for part in left.parts} - open_days
    return without(said, made, host.zone) if made else said


def _entry(said: Snapshot, outcome: Outcome, answers: Mapping[tuple[Address, InstanceId], Answer]) -> Entry:
    return Entry(
        said.uid,
        said.kind,
        outcome.shared or b"",
        said.organizer,
        outcome.sequence or 0,
        answers=tuple(answers.values()),
        words=outcome.words,
        state=outcome.state,
    )


def _merged(entry: Entry, copy: Copy, now: datetime) -> tuple[Entry, Overlay, bool]:
    """Give the entry with what the owner of *copy* says, their own lines, and whether their answer counts.

    It is as if they uploaded it over what they would read. An answer to another time than the organizer's is none, and
    where the organizer wrote later than they did, the organizer knows what they answered.
    """
    me = copy.me
    entry = _with_own_words(entry, copy)
    asked = replace(entry, state=State.LIVE)  # what was said before it was called off was said
    shown = view.for_attendee(asked, me.addresses, {}, me.zone)
    seen, shared = read_object(shown, me.zone), read_object(entry.shared, me.zone)
    is_older = (copy.said.main.sequence or 0) < (seen.main.sequence or 0)
    if is_older and (compare(copy.said, seen, me.zone).significant or _has_answered(entry, me)):
        parts = matched(copy.said, seen, shared, frozenset(), me.zone)
        lossy = is_lossy(copy.said)
        own = own_lines(copy.said, parts, seen, shared, {}, me.zone, lossy=lossy, stale=True)
        return entry, own, _partstats(copy) <= _standing(entry, me) | {NEEDS_ACTION}
    try:
        outcome = answer(
            asked, copy.said.document.raw, me, overlay={}, shown=shown, conditional=True, strict=False, now=now
        )
    except IcalError:
        return entry, {}, False
    rows = {a[:2]: a for a in entry.answers}
    for row in outcome.answers:
        before = rows.get(row[:2])
        if before is None or _has_said(row, before):
            rows[row[:2]] = _spoken(row, before, copy, now)
    for key in outcome.ended:
        rows.pop(key, None)
    return replace(entry, answers=tuple(rows.values())), outcome.overlay or {}, True


def _with_own_words(entry: Entry, copy: Copy) -> Entry:
    """Know how the owner of a copy writes that a task is under way: most programs change its progress only."""
    if entry.kind is not Kind.VTODO:
        return entry
    written = {(p.address, part.instance): p.partstat for part in copy.said.parts for p in part.people}
    rows = tuple(
        a._replace(written=said)
        if a.address in copy.me.addresses
        and not a.organizer
        and a.partstat == IN_PROCESS
        and (said := written.get(a[:2], "")) in {ACCEPTED, TENTATIVE}
        else a
        for a in entry.answers
    )
    return replace(entry, answers=rows)


def _has_said(row: Answer, before: Answer) -> bool:
    """Tell whether anything was said: of a task that was done once and is asked about again, what was done is known."""
    return row.partstat != NEEDS_ACTION or row.partstat != before.partstat or row.hidden != before.hidden


def _spoken(row: Answer, before: Answer | None, copy: Copy, now: datetime) -> Answer:
    """Give *row* as said when the copy was written: it is told of nobody."""
    when = min(written_at(copy.said) or now, now)
    if before is not None and before.answered_at is not None and says(row)[:3] == says(before)[:3]:
        when = before.answered_at  # the organizer knows when
    known = before.delivery if before is not None and before.delivery else TOLD
    done = when if row.completed_at == now else row.completed_at
    return row._replace(
        shown=row.partstat,
        channel=CHANNEL,
        answered_at=when if row.answered_at is not None else None,
        asked_at=row.asked_at or when,
        completed_at=done,
        delivery=known if row.answered_at is not None else row.delivery,
    )


def _has_answered(entry: Entry, me: Actor) -> bool:
    return any(a.answered_at is not None for a in entry.answers if a.address in me.addresses)


def _standing(entry: Entry, me: Actor) -> set[str]:
    return {a.partstat for a in entry.answers if a.address in me.addresses}


def _partstats(copy: Copy) -> set[str]:
    return {p.partstat for part in copy.said.parts for p in part.people if p.address in copy.me.addresses}


def has_put_away(words: Snapshot, addresses: frozenset[Address]) -> bool:
    """Tell whether the organizer's text, as a file of ours, says that somebody has put it away."""
    lines = [person.line for part in words.parts for person in part.people if person.address in addresses]
    return any(line.parameter(sharing.AWAY) for line in lines)


def has_declined(answers: Sequence[Answer], addresses: frozenset[Address]) -> bool:
    """Tell whether somebody has declined all that they are asked to: without a copy, they deleted it."""
    mine = [a for a in answers if a.address in addresses and not a.organizer]
    return bool(mine) and all(a.partstat == DECLINED for a in mine)
