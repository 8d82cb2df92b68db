# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message from outside comes to: a REPLY to something that was distributed here (RFC 5546 3.2.3, 3.4.3)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import DELEGATED, Answer, Standing
from ical.errors import NotOneObject
from ical.governing import Days
from ical.instances import SERIES, InstanceId
from ical.itip.answering import ONE_ALONE, REPLIED, Said, allowed, record
from ical.itip.delegating import delegate_of
from ical.itip.hand import hand_of
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.itip.questions import comment_of, question
from ical.itip.sequence import is_newer, is_stale
from ical.kinds import Kind
from ical.limits import MAIL
from ical.overrides import Occurrences
from ical.people import Attendee
from ical.ranges import speaks_on
from ical.snapshot import Part, Snapshot, read_object
from ical.tasks import Progress, Share, progress_of, share_after, share_of
from ical.text import parse_stamp

NOTHING_SAID = "it says neither yes nor no"
MOST_CODES = 5
MOST_REASONS = 10
"""So many parts of one reply are told apart in the decision log."""
_CODE = re.compile(r"[1-5](\.[0-9]{1,2}){1,2}(?=;|$)", re.ASCII)


def receive(
    entry: Entry, text: bytes, about: Address, *, zone: ZoneInfo, now: datetime, alias: bool = False
) -> Outcome:
    """Decide what the REPLY *text* changes, which came to the address where *about* answers.

    One ATTENDEE of it counts, and it must be *about*; with *alias* any single one does, because the sender was found to
    be the same person. ORGANIZER is not asked for: Exchange leaves it out. Whatever else the text says is ignored.
    Raises NotOneObject where it is no REPLY to this entry, and what reading it raises; an answer that is old, repeated
    or not from someone who was asked gives an Outcome that changes nothing and says why.
    """
    reply = read_object(text, zone, MAIL, Method.REPLY)
    if reply.uid != entry.uid or reply.kind is not entry.kind:
        raise NotOneObject("the reply is to something else")
    if not any(a.address == about and not a.organizer for a in entry.answers):
        return _ignored(entry, f"{_name(about)} is not asked any more")
    if entry.state is State.CANCELLED:
        return _ignored(entry, "it has been called off")
    heard = _Reply(entry, reply, about, zone, now, alias=alias)
    found = [one for part in reply.parts for one in heard.of(part)]
    reasons = tuple(one for one in found if isinstance(one, str))
    if len(reasons) == len(found) and set(reasons) == {NOTHING_SAID}:
        raise NotOneObject(NOTHING_SAID)
    answers = [one for one in found if not isinstance(one, str)]
    outcome = record(entry, answers, actor=frozenset(), zone=zone, now=now)
    later = any(row.instance in heard.for_later for row, _ in answers)
    return replace(outcome, why=(*outcome.why, *([ONE_ALONE] if later else []), *_sentences(reasons)))


def _sentences(reasons: Sequence[str]) -> Iterator[str]:
    yield from (f"A reply was ignored: {reason}." for reason in reasons[:MOST_REASONS])
    if len(reasons) > MOST_REASONS:
        yield f"{len(reasons) - MOST_REASONS} more were ignored."


class _Reply:
    """A reply, and what it is to be understood against."""

    def __init__(
        self, entry: Entry, reply: Snapshot, about: Address, zone: ZoneInfo, now: datetime, *, alias: bool
    ) -> None:
        self._entry, self._reply, self._about, self._alias, self._now = entry, reply, about, alias, now
        self._zone = zone
        self.for_later: set[InstanceId] = set()
        self._read: tuple[Snapshot, Occurrences] | None = None
        self._mine = {a.instance: a for a in entry.answers if a.address == about}
        self._standing = Standing(self._mine.values())

    def of(self, part: Part) -> Iterator[tuple[Answer, Said] | str]:
        """Give what *part* of it says, by the row that it is said for, or why it counts for nothing."""
        person = _person(part, self._about, alias=self._alias)
        if person is None:
            yield f"it speaks of others than {_name(self._about)}"
            return
        rows = self._rows(part)
        if not rows:
            yield f"{_name(self._about)} is not asked to {part.instance}, or there is no such occurrence"
        for row in rows:
            was = share_of(self._standing.for_line(row))
            said = said_by(self._entry, self._reply, part, person, row, was, self._now)
            reason = self._late(row) or (_refused(said, row) if said is not None else NOTHING_SAID)
            if reason is not None:
                yield reason
            elif said is not None:
                if speaks_on(self._reply.document, part.component):
                    self.for_later.add(row.instance)
                yield row, said

    def _late(self, row: Answer) -> str | None:
        """Give why nothing that is said for *row* counts: the day alone has been called off."""
        if row.instance == SERIES or not Days(self._shared()[0], self._zone).is_off(row.instance):
            return None
        return f"{row.instance} has been called off"

    def _rows(self, part: Part) -> list[Answer]:
        """Give the rows that *part* answers: the series', an occurrence's, or all that somebody was asked to.

        An occurrence of the series that was not answered apart before gets its own row (RFC 5546 3.2.3).
        """
        mine = self._mine
        if part.instance in mine:
            return [mine[part.instance]]
        if part.instance == SERIES:
            return list(mine.values())  # of an invitation to single occurrences some programs lose which ones
        row = question(mine, self._about, part.instance, *self._shared())
        return [row] if row is not None else []

    def _shared(self) -> tuple[Snapshot, Occurrences]:
        """Give what all of it says: read once, and not for an answer to the whole."""
        if self._read is None:
            shared = read_object(self._entry.shared, self._zone)
            self._read = shared, Occurrences(shared, self._zone)
        return self._read


def said_by(  # to what, in which words, who says it, to which question, and what stood before
    entry: Entry, reply: Snapshot, part: Part, person: Attendee, row: Answer, was: Share, now: datetime
) -> Said | None:
    """Give what *person* says in *part* of a reply; None where it is neither yes nor no."""
    partstat = allowed(person.partstat, entry.kind)
    to = delegate_of(person.line) if partstat == DELEGATED else None
    if partstat == DELEGATED and to in {None, row.address}:
        return None  # to nobody
    if entry.kind is Kind.VTODO:
        changed = partstat if partstat != was.partstat else None
        share = share_after(was, progress_of(reply, part), Progress(percent=was.percent), changed, now)
        if partstat is None and share == was:
            return None
    elif partstat is None:
        return None
    else:
        share = Share(partstat)
    line = reply.document.first(part.component, "DTSTAMP")
    sent_at = parse_stamp(line.value) if line is not None else None
    return Said(
        share=replace(share, delegated_to=to),
        # Some programs leave SEQUENCE out: the answer is then to what was asked last before it was written. Nobody can
        # answer what has not been asked yet: a number of their own must not make their next answer old.
        sequence=min(part.sequence, entry.sequence) if part.sequence is not None else _asked_when(row, sent_at),
        stamp=min(sent_at, now) if sent_at is not None else None,
        channel="mail",
        comment=comment_of(reply, part, person),
        delivery=_status(reply, part),
        delegate=next((p.line for p in part.people if p.address == to), None),
        sent_by=hand_of(person),
    )


def _status(reply: Snapshot, part: Part) -> str:
    """Give what *part* says of how the request fared: the codes alone (RFC 6638 3.2.9)."""
    said = (_CODE.match(line.value) for line in reply.document.named(part.component, "REQUEST-STATUS")[:MOST_CODES])
    return ",".join(dict.fromkeys(code.group() for code in said if code is not None)) or REPLIED


def _asked_when(row: Answer, sent_at: datetime | None) -> int:
    if sent_at is None or row.asked_at is None or sent_at >= row.asked_at.replace(microsecond=0):
        return row.reset_sequence
    return row.reset_sequence - 1


def _refused(said: Said, row: Answer) -> str | None:
    if is_stale(said.sequence, row):
        return f"it answers SEQUENCE {said.sequence}, and {_name(row.address)} was asked again at {row.reset_sequence}"
    if row.channel != said.channel:
        return None  # across channels the order of arrival counts (model, row 24)
    if said.digest == row.digest:
        return "it is the same answer once more"
    if not is_newer(said.sequence, said.stamp, said.digest, row):
        return f"a newer answer of {_name(row.address)} is there already"
    return None


def _person(part: Part, about: Address, *, alias: bool) -> Attendee | None:
    people = {p.address: p for p in part.people}
    if about in people:
        return people[about]
    return next(iter(people.values())) if alias and len(people) == 1 else None


def _ignored(entry: Entry, reason: str) -> Outcome:
    return replace(Outcome(state=entry.state, closed=entry.closed), why=(f"A reply was ignored: {reason}.",))


def _name(address: Address) -> str:
    return address.removeprefix("mailto:")
