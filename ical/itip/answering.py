# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody says to an invitation, whichever door it came through, and what that changes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ical.address import Address
from ical.answers import ASSIGNED, ATTENDED, NEEDS_ACTION, Answer
from ical.itip.outcome import Entry, Message, Method, Outcome
from ical.kinds import Kind
from ical.snapshot import Snapshot
from ical.tasks import Share, progress_of

PUBLISHED_AT_ONCE = 50
"""Up to so many people the others see a new answer in the same save, beyond it the worker publishes (model, row 4)."""
REPLIED = "2.0"
"""SCHEDULE-STATUS of somebody who has answered (RFC 6638 3.2.9)."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it came in."""

    share: Share
    sequence: int
    """SEQUENCE that it speaks of."""
    stamp: datetime | None
    """DTSTAMP of the message (UTC); None where the door has no messages."""
    channel: str
    comment: str | None = None
    written: str = ""
    """PARTSTAT in the person's own text, where the progress says more than it."""
    claim: str = ""
    """What the text said that it was read from, hashed (`claim_of`); '' where there is none."""

    @property
    def digest(self) -> str:
        """What was said, hashed: a repeat has the same."""
        if self.claim:
            return self.claim
        share = self.share
        facts = (share.partstat, share.percent, share.completed_at, self.comment, self.sequence, self.stamp)
        return hashlib.sha256(repr(facts).encode()).hexdigest()


def record(entry: Entry, rows: Iterable[Answer], said: Said, *, actor: frozenset[Address], now: datetime) -> Outcome:
    """Give what it comes to that the people of *rows* (one person under each of their addresses) said *said*.

    The organizer is told where the answer itself is another one; nobody else is sent anything, whose readings show it.
    *actor* are the addresses of the person whose own reading this is, empty for somebody outside.
    """
    after = tuple(_answered(row, said, now, publish=entry.size <= PUBLISHED_AT_ONCE) for row in rows)
    before = {row.address: row for row in entry.answers}
    changed = tuple(a for a in after if _says_other(before[a.address], a))
    if not changed:
        return Outcome(state=entry.state, closed=entry.closed, answers=tuple(_repeated(before, after)))
    published = any(before[a.address].shown != a.shown for a in changed)
    organizer = frozenset({entry.organizer}) if entry.organizer else frozenset[Address]()
    readers = frozenset(a.address for a in entry.answers) if published else frozenset[Address]()
    message = Message(Method.REPLY, tuple(organizer), entry.shared, said.sequence, about=changed[0].address)
    return Outcome(
        answers=changed,
        messages=(message,),
        touched=readers | organizer | actor,
        firm=actor,
        state=entry.state,
        closed=entry.closed,
        why=(f"{_who(changed)} answered {said.share.partstat}{_percent(said.share)} by {said.channel}.",),
    )


def allowed(partstat: str, kind: Kind) -> str | None:
    """Give *partstat* where it is an answer that an entry of *kind* may have, or None; NEEDS-ACTION is no answer."""
    domain = ASSIGNED if kind is Kind.VTODO else ATTENDED
    return partstat if partstat in domain and partstat != NEEDS_ACTION else None


def claim_of(sent: Snapshot, me: frozenset[Address]) -> str:
    """Give all that an uploaded text says about the answer of *me*, hashed.

    Its PARTSTAT, STATUS and PERCENT-COMPLETE may contradict each other: which of them was meant is told by what was
    changed, and only once.
    """
    lines = sorted((address, p.partstat) for address, p in sent.attendees().items() if address in me)
    return hashlib.sha256(repr((lines, progress_of(sent) if sent.kind is Kind.VTODO else None)).encode()).hexdigest()


def _answered(row: Answer, said: Said, now: datetime, *, publish: bool) -> Answer:
    return row._replace(
        partstat=said.share.partstat,
        shown=said.share.partstat if publish else row.shown,
        percent=said.share.percent,
        completed_at=said.share.completed_at,
        written=said.written,
        comment=said.comment if said.comment is not None else row.comment,
        sequence=said.sequence,
        stamp=said.stamp,
        digest=said.digest,
        channel=said.channel,
        answered_at=now,
        delivery=REPLIED,
    )


def _repeated(before: Mapping[Address, Answer], after: Iterable[Answer]) -> Iterator[Answer]:
    """Give rows that know of a newer message which said the same, so that an older one is known when it comes late.

    Nothing that anybody reads is another (law 11: replies come to the same in every order).
    """
    for row in after:
        if row.stamp is not None:
            known = before[row.address]
            yield known._replace(sequence=row.sequence, stamp=row.stamp, digest=row.digest, channel=row.channel)


def _says_other(before: Answer, after: Answer) -> bool:
    def said(answer: Answer) -> tuple[object, ...]:
        return answer.partstat, answer.percent, answer.completed_at, answer.comment

    return said(before) != said(after)


def _who(rows: tuple[Answer, ...]) -> str:
    return rows[0].address.removeprefix("mailto:")


def _percent(share: Share) -> str:
    return "" if share.percent is None else f" ({share.percent} %)"
