# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message from an outside organizer comes to: REQUEST, ADD and CANCEL to one person here (RFC 5546 3.2, 3.4).

That person has a replica: the text is what the messages said, the answer is their own, and what is said of others in it
is the organizer's to say.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ical.address import Address
from ical.answers import NEEDS_ACTION, Answer
from ical.changes import Changes, compare
from ical.errors import NotOneObject
from ical.governing import Days
from ical.instances import SERIES, InstanceId
from ical.itip.answering import allowed, apart
from ical.itip.change import asked, asked_again
from ical.itip.heard import merged, off_as_told, plain
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Message, Method, Outcome, State
from ical.limits import MAIL
from ical.overrides import invitations, shift
from ical.snapshot import Snapshot, read_object

METHODS = frozenset({Method.REQUEST, Method.ADD, Method.CANCEL})
"""What an organizer sends to those invited."""
CHANNEL = "organizer"
"""How an answer came in that the organizer tells of: it was given to them by another way."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a message says, and what was known before and is after it."""

    answers: tuple[Answer, ...]
    """What was answered before; none where they never were asked."""
    message: Snapshot
    """As it came."""
    method: Method
    before: Snapshot
    """Where nothing was known: what is known now, which is then no change."""
    after: Snapshot
    me: Actor
    now: datetime
    about: frozenset[InstanceId]
    """Which components are other ones by it."""

    @property
    def is_whole(self) -> bool:
        """It is about all of it."""
        return self.method is not Method.ADD and self.message.part(SERIES) is not None

    @property
    def is_later(self) -> bool:
        """It has a higher SEQUENCE than all that was known: what was answered may be in question (RFC 5546 2.1.4)."""
        return self.message.sequence > self.before.sequence

    def is_off(self, instance: InstanceId) -> bool:
        """Tell whether it calls *instance* off, or leaves it so."""
        return Days(self.after, self.me.zone).is_off(instance)

    def claim(self, address: Address, instance: InstanceId) -> str:
        """Give what the organizer says that *address* answered."""
        part = self.message.part(instance) or self.message.main
        return next((p.partstat for p in part.people if p.address == address), NEEDS_ACTION)


def receive(entry: Entry | None, text: bytes, method: Method, me: Actor, *, now: datetime) -> Outcome:
    """Decide what the message *text* changes for *me*; *entry* is what they have of it, None: nothing.

    Whoever was asked and has answered is asked again where the time is another one, or where the organizer counts
    SEQUENCE on and knows of no answer; otherwise what they said stands. Messages in any order come to the same.
    Raises NotOneObject where it names no organizer, or another entry, and what reading it raises; what is old, repeated
    or for others gives an Outcome that changes nothing and says why.
    """
    message = read_object(text, me.zone, MAIL, method)
    if message.organizer is None:
        raise NotOneObject("it names no organizer")
    if entry is not None and (message.uid, message.kind) != (entry.uid, entry.kind):
        raise NotOneObject("the message is about something else")
    if entry is not None and message.organizer != entry.organizer:
        return _nothing(entry, f"{_name(message.organizer)} says to organize it, and {_name(entry.organizer)} does")
    if me.addresses.isdisjoint(message.attendees()) and (entry is None or method is not Method.CANCEL):
        return _nothing(entry, "it asks others")
    before = read_object(entry.shared, me.zone) if entry is not None else None
    new = plain(message, method, me.addresses, me.zone)
    if new is not None:
        after = merged(before, new, me.zone)
    else:
        after = off_as_told(before, message, me.zone) if before is not None else None
    if after is None:
        return _nothing(entry, "it is old, or came before" if before is not None else "nothing is known of it")
    answers = entry.answers if entry is not None else ()
    return _outcome(_Heard(answers, message, method, before or after, after, me, now, _about(before, after)))


def _about(before: Snapshot | None, after: Snapshot) -> frozenset[InstanceId]:
    was = {} if before is None else {p.instance: before.document.text_of(p.component) for p in before.parts}
    now = {part.instance: after.document.text_of(part.component) for part in after.parts}
    return frozenset(instance for instance, text in now.items() if was.get(instance) != text)


def _outcome(heard: _Heard) -> Outcome:
    after, text = heard.after, heard.after.document.raw
    off = all(after.is_off(part) for part in after.parts)
    rows, ended = ([], frozenset[tuple[Address, InstanceId]]()) if off else _rows(heard)
    standing = {a[:2] for a in (*heard.answers, *rows)} - ended
    mine = frozenset(address for address, _ in standing)
    return Outcome(
        words=text,
        shared=text,
        sequence=after.sequence,
        answers=tuple(rows),
        ended=ended,
        shift=shift(heard.before, after, heard.me.zone),
        messages=tuple(_messages(heard, mine)),
        touched=mine,
        firm=mine,
        reset=frozenset(a.address for a in rows if a.answered_at is None),
        state=State.CANCELLED if off else State.LIVE,
        why=tuple(_reasons(heard, rows)),
    )


def _rows(heard: _Heard) -> tuple[list[Answer], frozenset[tuple[Address, InstanceId]]]:
    """Give the rows that are new or asked again, and those that go away."""
    invited = invitations(heard.after)
    rows: list[Answer] = []
    ended: set[tuple[Address, InstanceId]] = set()
    changes = compare(heard.before, heard.after, heard.me.zone)
    for address in sorted(heard.me.addresses & invited.keys()):
        mine = {a.instance: a for a in heard.answers if a.address == address}
        for instance, row in _now(heard, changes, address, mine, invited[address]):
            if row is None:
                ended.add((address, instance))
            else:
                rows.append(row)
    ended |= {a[:2] for a in heard.answers if a.address not in invited}
    return rows, frozenset(ended)


def _now(
    heard: _Heard,
    changes: Changes,
    address: Address,
    mine: Mapping[InstanceId, Answer],
    invited: frozenset[InstanceId],
) -> Iterator[tuple[InstanceId, Answer | None]]:
    """Give the rows of one address that are other ones now; None: it goes away."""
    series = mine.get(SERIES)
    alone = sorted((mine.keys() | invited) - {SERIES})
    if SERIES not in invited:
        yield from ((i, None) for i in mine if i not in invited)
    elif series is None:
        yield SERIES, _asked(heard, address, SERIES)
    elif _is_again(heard, series, moved=changes.series):
        yield SERIES, _again(heard, series)
        yield from ((i, None) for i in alone if i not in invited)
    for instance in alone:
        row = mine.get(instance)
        if instance not in invited or heard.is_off(instance):
            continue
        if row is None and SERIES not in invited:
            yield instance, _asked(heard, address, instance)
        elif (stood := row or series) is not None and instance in heard.about:
            moved = instance in changes.again
            if _is_again(heard, stood, instance, moved=moved) and (row is not None or stood.answered_at is not None):
                yield instance, _again(heard, row or apart(stood, instance))


def _is_again(heard: _Heard, row: Answer, instance: InstanceId = SERIES, *, moved: bool) -> bool:
    """Tell whether who has answered *row* is asked again."""
    if heard.is_off(instance) or (instance == SERIES and not heard.is_whole):
        return False
    on_again = Days(heard.before, heard.me.zone).is_off(instance)
    silent = heard.is_later and heard.claim(row.address, instance) == NEEDS_ACTION and row.answered_at is not None
    return moved or on_again or silent


def _asked(heard: _Heard, address: Address, instance: InstanceId) -> Answer:
    row = asked(address, instance, heard.after.sequence, heard.now)
    said = allowed(heard.claim(address, instance), heard.after.kind)
    if said is None:
        return row
    return row._replace(partstat=said, shown=said, channel=CHANNEL, answered_at=heard.now)


def _again(heard: _Heard, row: Answer) -> Answer:
    return asked_again(row, heard.after.sequence, heard.now)._replace(hidden=False, delivery="", channel="")


def _messages(heard: _Heard, to: Iterable[Address]) -> Iterator[Message]:
    """Give what is laid into the person's inbox; nothing where they never were asked."""
    people, text, sequence = tuple(sorted(to)), heard.after.document.raw, heard.after.sequence
    method = Method.CANCEL if heard.method is Method.CANCEL else Method.REQUEST
    first = not heard.answers
    for instance in [SERIES] if first or heard.is_whole else sorted(heard.about - {SERIES}):
        if people:
            yield Message(method, people, text, sequence, first=first, instance=instance)


def _reasons(heard: _Heard, rows: Sequence[Answer]) -> Iterator[str]:
    who, days = _name(heard.message.organizer), ", ".join(sorted(heard.about - {SERIES})[:5])
    what = f"SEQUENCE {heard.message.sequence}" + ("" if heard.is_whole else f", for {days}")
    if heard.method is Method.CANCEL:
        yield f"{who} called it off ({what})."
    elif not heard.answers:
        yield f"{who} invites ({what})."
    else:
        yield f"{who} changed it ({what})."
    again = {row[:2] for row in rows}
    for before in heard.answers:
        if before[:2] in again and before.answered_at is not None:
            yield f"{_name(before.address)} is asked again, and had answered {before.partstat}."


def _nothing(entry: Entry | None, reason: str) -> Outcome:
    nothing = Outcome() if entry is None else Outcome(state=entry.state, closed=entry.closed)
    return replace(nothing, why=(f"A message was ignored: {reason}.",))


def _name(address: Address | None) -> str:
    return str(address).removeprefix("mailto:")
