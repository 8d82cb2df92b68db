# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's new text comes to (RFC 6638 3.2.1): who is asked, told, called off, or hears nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ical import view
from ical.address import Address
from ical.answers import ASSIGNED, ATTENDED, DECLINED, NEEDS_ACTION, Answer
from ical.changes import Changes, compare
from ical.errors import OrganizerMayNot
from ical.instances import SERIES
from ical.itip.answering import allowed, claim_of
from ical.itip.outcome import Entry, Message, Method, Outcome, State
from ical.itip.sequence import next_sequence
from ical.kinds import Kind
from ical.lines import Line
from ical.people import SERVER, Attendee, agent_of
from ical.quirks import is_lossy, restored
from ical.snapshot import Snapshot, read_object
from ical.tasks import Progress, Share, progress_of, share_after, share_of, whole

NOBODY = frozenset[Address]()


class _Concerned(NamedTuple):
    known: dict[Address, Answer]
    """Who had been asked before."""
    removed: list[Answer]
    asked: dict[Address, Answer]
    """Who is asked for the first time."""
    forced: frozenset[Address]
    """Who is to be told whatever changed."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: every address that names them, and the zone in which they mean floating times."""

    addresses: frozenset[Address]
    zone: ZoneInfo


def organize(entry: Entry | None, text: bytes, me: Actor, *, shown: bytes | None = None, now: datetime) -> Outcome:
    """Decide what the organizer's *text* changes; *shown* is what they read of *entry* before.

    Raises the errors of `ical.lines.read` and `ical.snapshot.snapshot`, and OrganizerMayNot where the text is of
    another kind, or names another organizer, than the entry (RFC 6638 3.2.4.3).
    """
    sent = read_object(text, me.zone)
    if entry is None or entry.words is None:
        return _created(sent, me, 0, now)
    if sent.kind is not entry.kind:
        raise OrganizerMayNot("what others are in cannot be turned into another kind of entry")
    stored = read_object(entry.words, me.zone)
    why: tuple[str, ...] = ()
    if is_lossy(sent):
        sent = read_object(restored(sent, stored, me.zone), me.zone)
        why = ("The upload named no people: its client cannot keep them, so they stay as they are.",)
    if sent.organizer != entry.organizer and not {sent.organizer, entry.organizer} <= me.addresses:
        raise OrganizerMayNot("the organizer of an entry cannot be changed by saving it")
    if entry.state is State.CANCELLED and not sent.cancelled:
        return _created(sent, me, entry.sequence + 1, now, entry)
    return _updated(entry, stored, sent, me, read_object(shown or entry.words, me.zone), now, why)


def _created(sent: Snapshot, me: Actor, at_least: int, now: datetime, old: Entry | None = None) -> Outcome:
    """Ask everybody; *old* is the entry that was called off under this UID before (model, rows 31 and 33)."""
    sequence = max(sent.sequence, at_least)
    words = _words(sent, sequence)
    shared = view.share(words, me.addresses, me.zone)
    asked = not sent.cancelled
    rows = tuple(_asked(p, sequence, now if asked else None) for p in _ours(sent, me))
    own, closed = _first_own_rows(sent, me, now)
    people = frozenset(a.address for a in rows)
    gone = tuple(a.address for a in old.answers if a.address not in people and not a.organizer) if old else ()
    left_out = _left_out(old, own) if old else ()
    message = Message(Method.REQUEST, tuple(a.address for a in rows), shared, sequence, first=True)
    return Outcome(
        words=words,
        shared=shared,
        sequence=sequence,
        answers=(*rows, *own),
        dropped=(*gone, *left_out),
        frozen=dict.fromkeys(gone, view.kept(old, old.sequence, me.zone)) if old and gone else None,
        messages=(message,) if rows and asked else (),
        touched=people | me.addresses | frozenset(gone),
        firm=people | me.addresses | frozenset(gone),
        reset=people,
        state=State.CANCELLED if sent.cancelled else State.LIVE,
        closed=closed,
        why=(f"Distributed to {len(rows)} by {Method.REQUEST}.",) if rows and asked else (),
    )


def _updated(
    entry: Entry, stored: Snapshot, sent: Snapshot, me: Actor, seen: Snapshot, now: datetime, why: tuple[str, ...]
) -> Outcome:
    changes = compare(stored, sent, me.zone)
    called_off = sent.cancelled and entry.state is State.LIVE
    ours = {p.address: p for p in _ours(sent, me)}
    known = {a.address: a for a in entry.answers if a.instance == SERIES and not a.organizer}
    removed = [a for address, a in known.items() if address not in ours and a.added_by is None]
    sequence = next_sequence(
        sent.sequence, entry.sequence, must_rise=changes.significant or called_off or bool(removed)
    )
    words = _words(sent, sequence)
    again = frozenset(known) - {a.address for a in removed} if changes.significant and not called_off else NOBODY
    asked = {address: _asked(ours[address], sequence, now) for address in ours.keys() - known.keys()}
    rows = {**asked, **{address: _asked_again(known[address], sequence, now) for address in again}}
    own, closed = _own_rows(entry, sent, seen, me, now)
    gone = _left_out(entry, own)
    visible = changes.visible or called_off or bool(removed) or bool(asked)
    shared = view.share(words, me.addresses, me.zone) if visible else None
    everybody = frozenset(known) | frozenset(asked)
    touched = everybody if visible or _own_status(own) != _own_status(entry.answers) else NOBODY
    # At the old SEQUENCE: whoever is asked again later answers another question than this text does.
    frozen = view.kept(entry, entry.sequence, me.zone) if removed else b""
    concerned = _Concerned(known, removed, asked, _forced(sent))
    messages = tuple(_messages(entry, shared or entry.shared, sequence, changes, concerned, me, called_off=called_off))
    return Outcome(
        words=None if words == entry.words else words,
        shared=None if shared == entry.shared else shared,
        sequence=sequence,
        answers=(*rows.values(), *(a for a in own if a not in entry.answers)),
        dropped=(*(a.address for a in removed), *gone),
        frozen={a.address: frozen for a in removed} if removed else None,
        messages=messages,
        touched=touched | me.addresses,
        firm=(everybody if visible else NOBODY) | me.addresses,
        reset=again | frozenset(asked),
        state=State.CANCELLED if sent.cancelled else entry.state,
        closed=closed,
        why=(*why, *_reasons(changes, removed, asked, again, messages)),
    )


def _messages(
    entry: Entry,
    shared: bytes,
    sequence: int,
    changes: Changes,
    concerned: _Concerned,
    me: Actor,
    *,
    called_off: bool,
) -> Iterator[Message]:
    known, removed, asked, forced = concerned
    staying = [a for address, a in known.items() if a not in removed and address not in asked]
    if called_off:
        yield from _cancels(staying, view.called_off(shared, sequence, me.zone), sequence)
    else:
        told = tuple(a.address for a in staying if changes.significant or changes.told or a.address in forced)
        if told:
            yield Message(Method.REQUEST, told, shared, sequence)
        if asked:
            yield Message(Method.REQUEST, tuple(asked), shared, sequence, first=True)
    yield from _cancels(removed, view.called_off(entry.shared, sequence, me.zone), sequence)


def _cancels(answers: Iterable[Answer], base: bytes, sequence: int) -> Iterator[Message]:
    """CANCEL goes to whoever was asked and has not declined."""
    to = tuple(a.address for a in answers if a.asked_at is not None and a.partstat != DECLINED)
    if to:
        yield Message(Method.CANCEL, to, base, sequence)


def _words(sent: Snapshot, sequence: int) -> bytes:
    """Give the text to store: as sent, but for SEQUENCE and SCHEDULE-FORCE-SEND, which is an order and no fact."""
    document = sent.document if sent.sequence >= sequence else view.with_sequence(sent, sequence)
    edits: view.Edits = {}
    for component in document.root.children:
        for place, line in document.each(component, "ATTENDEE", "ORGANIZER"):
            if line.parameter("SCHEDULE-FORCE-SEND") is not None:
                edits[place] = (line.with_parameters({"SCHEDULE-FORCE-SEND": None}).raw,)
    return document.spliced(edits)


def _forced(sent: Snapshot) -> frozenset[Address]:
    """Give who must be sent a REQUEST whatever changed (RFC 6638 7.2)."""

    def is_forced(line: Line) -> bool:
        return (line.parameter("SCHEDULE-FORCE-SEND") or "").upper() == Method.REQUEST

    return frozenset(p.address for part in sent.parts for p in part.people if is_forced(p.line))


def _ours(sent: Snapshot, me: Actor) -> list[Attendee]:
    """Give the people that the server asks.

    Outlook's synchronizer says on ORGANIZER that its client asks everybody itself.
    """
    line = sent.line("ORGANIZER")
    if line is not None and agent_of(line) != SERVER:
        return []
    return [p for address, p in sent.attendees().items() if p.by_server and address not in me.addresses]


def _mine(sent: Snapshot, me: Actor) -> list[Attendee]:
    return [p for address, p in sent.attendees().items() if address in me.addresses]


def _asked(person: Attendee, sequence: int, at: datetime | None) -> Answer:
    return Answer(person.address, reset_sequence=sequence, sequence=sequence, asked_at=at, agent=person.agent)


def _asked_again(answer: Answer, sequence: int, now: datetime) -> Answer:
    """Everybody is asked again, decliners too; what was done of a task stays known (scenario 22)."""
    return answer._replace(
        partstat=NEEDS_ACTION,
        shown=NEEDS_ACTION,
        reset_sequence=sequence,
        sequence=sequence,
        stamp=None,
        digest="",
        asked_at=now,
        answered_at=None,
        completed_at=None,
        written="",
        comment=None,
    )


def _first_own_rows(sent: Snapshot, me: Actor, now: datetime) -> tuple[tuple[Answer, ...], bool]:
    """Give the organizer's own lines of what is new to everybody, and whether it is a task that is done already."""
    mine = _mine(sent, me)
    if sent.kind is not Kind.VTODO:
        return tuple(_own_row(p, None, sent) for p in mine), False
    said, claim = Progress() if sent.cancelled else progress_of(sent), claim_of(sent, me.addresses)
    return tuple(_own_share(p, None, said, Progress(), claim, now) for p in mine), said.is_done and not mine


def _own_rows(
    entry: Entry, sent: Snapshot, seen: Snapshot, me: Actor, now: datetime
) -> tuple[tuple[Answer, ...], bool]:
    """Give the organizer's own lines, and whether the task is closed by an act of theirs (model, row 30)."""
    old = {a.address: a for a in entry.answers if a.organizer}
    mine = _mine(sent, me)
    if entry.kind is not Kind.VTODO:
        return tuple(_own_row(p, old.get(p.address), sent) for p in mine), entry.closed
    said, showed = progress_of(sent), progress_of(seen)
    echo = said.is_silent or said == showed or (said.status, said.percent or 0) == _claimed(sent, me)
    if mine:
        # Calling the task off is no word about the own share.
        claim, own = claim_of(sent, me.addresses), showed if echo or sent.cancelled else said
        return tuple(_own_share(p, old.get(p.address), own, showed, claim, now) for p in mine), entry.closed
    if echo:
        return (), entry.closed
    return (), said.is_done if said.is_done != showed.is_done else entry.closed


def _own_share(
    person: Attendee, known: Answer | None, said: Progress, showed: Progress, claim: str, now: datetime
) -> Answer:
    """Give the organizer's own share of a task after a text that *said* something, and was *showed* something else."""
    row = known or Answer(person.address, organizer=True)
    if row.digest == claim:
        return row  # the same upload once more (model, law 4)
    partstat = allowed(person.partstat, Kind.VTODO)
    was = share_of(row)
    after = share_after(was, said, showed, partstat if partstat != was.partstat else None, now)
    return _with_share(row, after)._replace(digest=claim)


def _left_out(entry: Entry, own: Iterable[Answer]) -> tuple[Address, ...]:
    """Give the organizer's addresses that are no longer among those asked."""
    still = {a.address for a in own}
    return tuple(a.address for a in entry.answers if a.organizer and a.address not in still)


def _with_share(row: Answer, share: Share) -> Answer:
    status, percent, at = share.partstat, share.percent, share.completed_at
    return row._replace(partstat=status, shown=status, percent=percent, completed_at=at)


def _own_status(answers: Iterable[Answer]) -> set[tuple[Address, str]]:
    return {(a.address, a.shown) for a in answers if a.organizer}


def _claimed(sent: Snapshot, me: Actor) -> tuple[str | None, int]:
    """Give the progress that the text's own figures come to: an aggregate that was read a while ago is no new word.

    Lines that the organizer has only now added were no part of it: they have no SCHEDULE-STATUS.
    """
    people = [p for p in sent.attendees().values() if p.by_server]
    counted = [p for p in people if p.address in me.addresses or p.line.parameter("SCHEDULE-STATUS")]
    total = whole(Answer(p.address, partstat=p.partstat, percent=_percent(p.line)) for p in counted or people)
    return total.status, total.percent or 0


def _percent(line: Line) -> int | None:
    text = line.parameter("X-DISTRIB-PERCENT") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("100") else None


def _own_row(person: Attendee, old: Answer | None, sent: Snapshot) -> Answer:
    allowed = ASSIGNED if sent.kind is Kind.VTODO else ATTENDED
    partstat = person.partstat if person.partstat in allowed else NEEDS_ACTION
    return (old or Answer(person.address, organizer=True))._replace(partstat=partstat, shown=partstat)


def _reasons(
    changes: Changes,
    removed: list[Answer],
    asked: dict[Address, Answer],
    again: frozenset[Address],
    messages: tuple[Message, ...],
) -> Iterator[str]:
    if again:
        yield f"Time or recurrence changed: {len(again)} asked again."
    elif changes.told and messages:
        yield "Something changed that the others are told of; their answers stand."
    elif changes.quiet and not messages:
        yield "Something changed that the others see, but are not told of."
    if asked:
        yield f"Distributed to {len(asked)} more."
    if removed:
        yield f"Withdrawn from {len(removed)}."
