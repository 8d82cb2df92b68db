# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message from outside comes to: a REPLY to something that was distributed here (RFC 5546 3.2.3, 3.4.3)."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import Answer
from ical.errors import NotOneObject
from ical.instances import SERIES
from ical.itip.answering import Said, allowed, record
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.itip.sequence import is_newer, is_stale
from ical.kinds import Kind
from ical.limits import MAIL
from ical.people import Attendee
from ical.snapshot import Snapshot, read_object
from ical.tasks import Progress, Share, progress_of, share_after, share_of
from ical.text import parse_stamp, unescape


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
    if reply.main.instance != SERIES:
        raise NotOneObject("it answers one occurrence only, which cannot be recorded yet")
    row = next((a for a in entry.answers if a.address == about and a.instance == SERIES and not a.organizer), None)
    if row is None:
        return _ignored(entry, f"{_name(about)} is not asked any more")
    if entry.state is State.CANCELLED:
        return _ignored(entry, "it has been called off")
    person = _person(reply, about, alias=alias)
    if person is None:
        return _ignored(entry, f"it speaks of others than {_name(about)}")
    said = _said(entry, reply, person, row, now)
    if said is None:
        raise NotOneObject("it says neither yes nor no")
    if (reason := _refused(said, row)) is not None:
        return _ignored(entry, reason)
    return record(entry, (row,), said, actor=frozenset(), now=now)


def _said(entry: Entry, reply: Snapshot, person: Attendee, row: Answer, now: datetime) -> Said | None:
    partstat = allowed(person.partstat, entry.kind)
    was = share_of(row)
    if entry.kind is Kind.VTODO:
        changed = partstat if partstat != was.partstat else None
        share = share_after(was, progress_of(reply), Progress(percent=was.percent), changed, now)
        if partstat is None and share == was:
            return None
    elif partstat is None:
        return None
    else:
        share = Share(partstat)
    line = reply.line("DTSTAMP")
    sent_at = parse_stamp(line.value) if line is not None else None
    sequence = reply.main.sequence
    return Said(
        share=share,
        # Some programs leave SEQUENCE out: the answer is then to what was asked last before it was written.
        sequence=sequence if sequence is not None else _asked_when(row, sent_at),
        stamp=min(sent_at, now) if sent_at is not None else None,
        channel="mail",
        comment=_comment(reply),
    )


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


def _person(reply: Snapshot, about: Address, *, alias: bool) -> Attendee | None:
    people = {p.address: p for p in reply.main.people}
    if about in people:
        return people[about]
    return next(iter(people.values())) if alias and len(people) == 1 else None


def _comment(reply: Snapshot) -> str | None:
    value = reply.value("COMMENT")
    if value is None:
        line = next((p.line for p in reply.attendees().values()), None)
        value = line.parameter("X-RESPONSE-COMMENT") if line is not None else None  # Google
    return unescape(value)[:2000] if value else None


def _ignored(entry: Entry, reason: str) -> Outcome:
    return replace(Outcome(state=entry.state, closed=entry.closed), why=(f"A reply was ignored: {reason}.",))


def _name(address: Address) -> str:
    return address.removeprefix("mailto:")
