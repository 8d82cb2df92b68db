# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's new text comes to (RFC 6638 3.2.1): who is asked, told, called off, or hears nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ical import view
from ical.address import Address
from ical.answers import NEEDS_ACTION, Answer, Standing
from ical.changes import Changes, compare
from ical.edits import Edits
from ical.errors import OrganizerMayNot
from ical.instances import SERIES, InstanceId
from ical.itip.calling import cancels, everybody, is_coming, requests
from ical.itip.echo import without_echo
from ical.itip.guests import NONE, WHOLE, Effect, Effects, Guest, asked_in, guests
from ical.itip.orders import FORCE, forced, not_known
from ical.itip.outcome import Entry, Message, Method, Outcome, State
from ical.itip.own import first_own_rows, left_out, own_ended, own_rows, own_status
from ical.itip.sequence import next_sequence
from ical.overrides import shift
from ical.people import SERVER
from ical.quirks import is_lossy, restored
from ical.recurrence import is_over
from ical.snapshot import Part, Snapshot, read_object

NOBODY = frozenset[Address]()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: every address that names them, and the zone in which they mean floating times."""

    addresses: frozenset[Address]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class _Change:
    """What an organizer's new text is, against what was stored."""

    entry: Entry
    sent: Snapshot
    changes: Changes
    guests: Mapping[Address, Guest]
    effects: Effects
    standing: Standing
    must_rise: bool
    sequence: int
    called_off: bool
    silent: bool
    """It was over before, and is: readings follow, and nobody is told (model, row 47)."""
    now: datetime

    def each(self) -> Iterator[tuple[Address, Guest, Effect]]:
        """Give everybody who is or was asked, and what the change comes to for them."""
        for address, guest in self.guests.items():
            yield address, guest, self.effects.on(guest)


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
    stored, seen = read_object(entry.words, me.zone), read_object(shown or entry.words, me.zone)
    why: tuple[str, ...] = ()
    if is_lossy(sent):
        sent = read_object(restored(sent, stored, me.zone), me.zone)
        why = ("The upload named no people: its client cannot keep them, so they stay as they are.",)
    sent = without_echo(sent, seen, stored, me.addresses, me.zone)
    if sent.organizer != entry.organizer and not {sent.organizer, entry.organizer} <= me.addresses:
        raise OrganizerMayNot("the organizer of an entry cannot be changed by saving it")
    if entry.state is State.CANCELLED and not sent.cancelled:
        return _created(sent, me, entry.sequence + 1, now, entry)
    return _updated(entry, stored, sent, me, seen, now, why)


def _created(sent: Snapshot, me: Actor, at_least: int, now: datetime, old: Entry | None = None) -> Outcome:
    """Ask everybody; *old* is the entry that was called off under this UID before (model, rows 31 and 33)."""
    sequence = max(sent.sequence, at_least)
    everywhere = frozenset(p.instance for p in sent.parts)
    words = _words(sent, sequence, everywhere if old else NONE, None)
    shared = view.share(words, me.addresses, me.zone)
    over = is_over(sent.document, sent.kind, me.zone, now)
    asked = not sent.cancelled and not over
    rows: list[Answer] = []
    to: dict[InstanceId, list[Address]] = {}
    for address, (person, instances) in asked_in(sent, me.addresses).items():
        for instance in sorted({SERIES} if SERIES in instances else instances):
            rows.append(_asked(address, person.agent, instance, sequence, now if asked else None))
            to.setdefault(instance, []).append(address)
    own, closed = first_own_rows(sent, me.addresses, now)
    people = frozenset(a.address for a in rows)
    gone = tuple(dict.fromkeys(_gone_from(old, people))) if old else ()
    stay = {(a.address, a.instance) for a in (*rows, *own)}
    kept = {address: view.kept(old, frozenset({address}), old.sequence, me.zone) for address in gone} if old else {}
    return Outcome(
        words=words,
        shared=shared,
        sequence=sequence,
        answers=(*rows, *own),
        dropped=(*gone, *(left_out(old, own) if old else ())),
        ended=frozenset(key for key in _keys(old) if key[0] in people) - stay,
        frozen=kept or None,
        messages=tuple(requests(shared, to, sequence, me.zone, first=True)) if asked else (),
        touched=people | me.addresses | frozenset(gone),
        firm=people | me.addresses | frozenset(gone),
        reset=people,
        state=State.CANCELLED if sent.cancelled else State.LIVE,
        closed=closed,
        why=(_created_why(len(people), asked=asked, over=over),) if people and (asked or over) else (),
    )


def _created_why(many: int, *, asked: bool, over: bool) -> str:
    if over and not asked:
        return f"It is over already: {many} have it, and nobody is told."
    return f"Distributed to {many} by {Method.REQUEST}."


def _keys(old: Entry | None) -> Iterator[tuple[Address, InstanceId]]:
    return ((a.address, a.instance) for a in old.answers) if old is not None else iter(())


def _gone_from(old: Entry, people: frozenset[Address]) -> Iterator[Address]:
    return (a.address for a in old.answers if a.address not in people and not a.organizer)


def _updated(
    entry: Entry, stored: Snapshot, sent: Snapshot, me: Actor, seen: Snapshot, now: datetime, why: tuple[str, ...]
) -> Outcome:
    change = _compared(entry, stored, sent, me, now)
    changes, called_off = change.changes, change.called_off
    words = _words(sent, change.sequence, _raised(change), stored)
    own, closed = own_rows(entry, sent, seen, me.addresses, now)
    rows = tuple(_rows(change))
    orders = tuple(a for a in not_known(sent, change.standing) if all(a[:2] != row[:2] for row in rows))
    removed = [address for address, guest, _ in change.each() if not guest.now]
    visible = changes.visible or called_off or bool(removed) or bool(rows) or _says_more(own, entry, me.zone)
    shared = _shared(entry, words, me) if visible else None
    others = _touched(change, shared, me.zone)
    show_own = own_status(own) != own_status(entry.answers)
    messages = tuple(_messages(change, shared or entry.shared, me))
    return Outcome(
        words=None if words == entry.words else words,
        shared=None if shared == entry.shared else shared,
        sequence=change.sequence,
        answers=(*rows, *orders, *(a for a in own if a not in entry.answers)),
        dropped=(*removed, *left_out(entry, own)),
        ended=frozenset(_ended(change)) | own_ended(entry, own),
        frozen=_frozen(change, removed, me.zone) or None,
        shift=shift(stored, sent, me.zone) if changes.series else None,
        messages=messages,
        touched=(frozenset(change.guests) if show_own else others) | me.addresses,
        firm=others | me.addresses,
        reset=frozenset(a.address for a in rows if a.answered_at is None),
        state=State.CANCELLED if sent.cancelled else entry.state,
        closed=closed,
        why=(*why, *_reasons(change, removed, messages)),
    )


def _says_more(own: Iterable[Answer], entry: Entry, zone: ZoneInfo) -> bool:
    """Tell whether the organizer answers an occurrence that has no component in what the others start from."""
    apart = {a.instance for a in own} - WHOLE
    return bool(apart) and not apart <= {p.instance for p in read_object(entry.shared, zone).parts}


def _shared(entry: Entry, words: bytes, me: Actor) -> bytes:
    return view.settled(view.share(words, me.addresses, me.zone), entry.shared, me.zone)


def _compared(entry: Entry, stored: Snapshot, sent: Snapshot, me: Actor, now: datetime) -> _Change:
    changes = compare(stored, sent, me.zone)
    called_off = sent.cancelled and entry.state is State.LIVE
    known: dict[Address, frozenset[InstanceId]] = {}
    delegates: set[Address] = set()
    for row in entry.answers:
        if not row.organizer:
            known[row.address] = known.get(row.address, NONE) | {row.instance}
            delegates |= {row.address} if row.added_by is not None else set()
    found = guests(stored, sent, known, me.addresses)
    # The server made a delegate's line: the organizer's text need not have it (model, row 35).
    found |= {a: found[a]._replace(now=found[a].was) for a in delegates if not found[a].now}
    effects = Effects(changes, stored, sent)
    less = any(effects.on(guest).cancelled for guest in found.values())
    must_rise = changes.significant or changes.shorter or bool(changes.raised) or called_off or less
    sequence = next_sequence(sent.sequence, entry.sequence, must_rise=must_rise)
    standing = Standing(entry.answers)
    silent = is_over(sent.document, sent.kind, me.zone, now) and is_over(stored.document, stored.kind, me.zone, now)
    return _Change(entry, sent, changes, found, effects, standing, must_rise, sequence, called_off, silent, now)


def _raised(change: _Change) -> frozenset[InstanceId]:
    """Give the components whose SEQUENCE rises with the entry's: others are the same for whoever is in them alone."""
    everywhere = frozenset(p.instance for p in change.sent.parts)
    if not change.must_rise:
        return NONE
    if change.called_off or change.changes.series or SERIES not in everywhere:
        return everywhere
    left = frozenset(i for guest in change.guests.values() for i in guest.was ^ guest.now)
    # What is left to somebody of a series that is called off for them is asked above that CANCEL (RFC 5546 2.1.5).
    stay = frozenset(i for g in change.guests.values() if SERIES in g.was - g.now for i in g.now)
    return everywhere & (change.changes.raised | left | stay | {SERIES})


def _rows(change: _Change) -> Iterator[Answer]:
    """Give the rows of all who are asked, or asked again."""
    for address, guest, effect in change.each():
        agent = guest.line.agent if guest.line is not None else SERVER
        for instance in sorted(effect.asked):
            yield _asked(address, agent, instance, change.sequence, None if change.silent else change.now)
        for instance in sorted(effect.apart):
            row = change.standing.of(address, instance)
            if row is not None and row.instance != instance:
                yield row._replace(instance=instance)
        if not change.called_off:
            for instance in sorted(effect.again):
                row = change.standing.of(address, instance)
                if row is not None:
                    at = None if change.silent else change.now
                    yield _asked_again(row._replace(instance=instance, hidden=False), change.sequence, at)


def _ended(change: _Change) -> Iterator[tuple[Address, InstanceId]]:
    for row in change.entry.answers:
        guest = change.guests.get(row.address)
        if guest is not None and guest.now and not row.organizer and change.effects.on(guest).ends(row):
            yield row.address, row.instance


def _frozen(change: _Change, removed: list[Address], zone: ZoneInfo) -> dict[Address, bytes]:
    """Give the texts that those keep who are not invited any more; most of them keep the same."""
    # At the old SEQUENCE: whoever is asked again later answers another question than this text does.
    texts: dict[frozenset[InstanceId], bytes] = {}
    for address in removed:
        was = change.guests[address].was
        if was not in texts:
            texts[was] = view.kept(change.entry, frozenset({address}), change.entry.sequence, zone)
    return {address: texts[change.guests[address].was] for address in removed}


def _touched(change: _Change, shared: bytes | None, zone: ZoneInfo) -> frozenset[Address]:
    """Give whose reading is another one now: of what they are asked to, something is written otherwise (row 6)."""
    if shared is None:
        return NOBODY
    old, new = read_object(change.entry.shared, zone), read_object(shared, zone)
    if _frame(old) != _frame(new):
        return frozenset(change.guests)
    before, after = ({p.instance: said.document.text_of(p.component) for p in said.parts} for said in (old, new))
    other = {i for i in before.keys() | after.keys() if before.get(i) != after.get(i)}
    return frozenset(a for a, guest, effect in change.each() if effect.elsewhere or not other.isdisjoint(guest.now))


def _frame(said: Snapshot) -> list[bytes]:
    """Give the lines of *said* outside its components."""
    inside = {place for part in said.parts for place in range(part.component.start, part.component.stop)}
    return [line.raw for place, line in enumerate(said.document.lines) if place not in inside]


def _messages(change: _Change, shared: bytes, me: Actor) -> Iterator[Message]:
    entry, sequence = change.entry, change.sequence
    if change.silent:
        return
    if change.called_off:
        stay = [a for a in entry.answers if a.address in change.guests and change.guests[a.address].now]
        left = [a for a in entry.answers if a.address in change.guests and not change.guests[a.address].now]
        yield from cancels(shared, everybody(stay), sequence, me.zone)
        yield from cancels(entry.shared, everybody(left), sequence, me.zone)
        return
    told, first, lost, off = _recipients(change)
    yield from cancels(entry.shared, lost, sequence, me.zone)
    yield from cancels(shared, off, sequence, me.zone)
    yield from requests(shared, told, sequence, me.zone)
    yield from requests(shared, first, sequence, me.zone, first=True)


def _recipients(change: _Change) -> tuple[dict[InstanceId, list[Address]], ...]:
    """Give who gets a REQUEST, a first one, a CANCEL of what there was, and one of what says that it is called off."""
    told: dict[InstanceId, list[Address]] = {}
    first: dict[InstanceId, list[Address]] = {}
    lost: dict[InstanceId, list[Address]] = {}
    off: dict[InstanceId, list[Address]] = {}
    ordered = forced(change.sent)
    whole = frozenset(everybody(change.entry.answers).get(SERIES, ()))
    for address, guest, effect in change.each():
        for instance in effect.cancelled:
            if address in whole if instance == SERIES else is_coming(change.standing, address, instance):
                (off if instance in change.changes.off else lost).setdefault(instance, []).append(address)
        wanted = effect.told or ((WHOLE if SERIES in guest.now else guest.now) if address in ordered else NONE)
        for instance in wanted:
            row = change.standing.of(address, instance)
            new = instance in effect.asked or row is None or row.asked_at is None
            (first if new else told).setdefault(instance, []).append(address)
    return told, first, lost, off


def _words(sent: Snapshot, sequence: int, raised: frozenset[InstanceId], stored: Snapshot | None) -> bytes:
    """Give the text to store: as sent, but for SEQUENCE and SCHEDULE-FORCE-SEND, which is an order and no fact.

    No component says less than it did; those *raised* say *sequence*.
    """
    least = {p.instance: sequence if p.instance in raised else _stored_sequence(stored, p) for p in sent.parts}
    document = view.with_sequences(sent, least)
    edits: Edits = {}
    for component in document.root.children:
        for place, line in document.each(component, "ATTENDEE", "ORGANIZER"):
            if line.parameter(FORCE) is not None:
                edits[place] = (line.with_parameters({FORCE: None}).raw,)
    return document.spliced(edits)


def _stored_sequence(stored: Snapshot | None, part: Part) -> int:
    if stored is None:
        return 0
    before = stored.part(part.instance) or stored.part(SERIES)
    return (before.sequence or 0) if before is not None else 0


def _asked(address: Address, agent: str, instance: InstanceId, sequence: int, at: datetime | None) -> Answer:
    return Answer(address, instance, reset_sequence=sequence, sequence=sequence, asked_at=at, agent=agent)


def _asked_again(answer: Answer, sequence: int, now: datetime | None) -> Answer:
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


def _reasons(change: _Change, removed: list[Address], messages: tuple[Message, ...]) -> Iterator[str]:
    changes, more = change.changes, sum(not guest.was for guest in change.guests.values())
    if changes.series and not change.called_off:
        yield f"Time or recurrence changed: {len(change.guests) - len(removed) - more} asked again."
    elif changes.told and messages:
        yield "Something changed that the others are told of; their answers stand."
    elif changes.quiet and not messages:
        yield "Something changed that the others see, but are not told of."
    if changes.again:
        yield f"Moved or brought back: {_named(changes.again)}; everybody in it is asked again."
    if changes.gone | changes.off:
        yield f"Called off: {_named(changes.gone | changes.off)}; the rest stands."
    if changes.shorter:
        yield "The series ends earlier; the answers stand."
    if more:
        yield f"Distributed to {more} more."
    if removed:
        yield f"Withdrawn from {len(removed)}."


def _named(instances: frozenset[InstanceId]) -> str:
    return ", ".join(sorted(instances))
