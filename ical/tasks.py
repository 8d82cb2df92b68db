# SPDX-License-Identifier: GPL-3.0-or-later
"""Distributed tasks: each assignee's share, read from whatever their client changed, and the whole made of them.

STATUS, PERCENT-COMPLETE and COMPLETED of a VTODO say the same thing three times, and clients set one, two or all of
them; PARTSTAT says it a fourth time (RFC 5545 3.2.12, 3.8.1.8; RFC 5546 3.4.3).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS, NEEDS_ACTION, Answer
from ical.lines import Component, Document
from ical.snapshot import Part, Snapshot
from ical.text import parse_stamp

DONE = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """What a VTODO says about how far it has come; None where it says nothing."""

    status: str | None = None
    percent: int | None = None
    completed_at: datetime | None = None
    """UTC."""

    @property
    def is_silent(self) -> bool:
        """The text says nothing at all: its client keeps no such lines."""
        return self.status is None and self.percent is None and self.completed_at is None

    @property
    def is_done(self) -> bool:
        """One of the three says that the task is completed."""
        return self.status == COMPLETED or self.percent == DONE or self.completed_at is not None


@dataclass(frozen=True, slots=True)
class Share:
    """One person's answer, and their part of a task."""

    partstat: str
    percent: int | None = None
    completed_at: datetime | None = None
    delegated_to: Address | None = None
    """Who is in it instead, where the answer is DELEGATED."""


def progress_of(snapshot: Snapshot, part: Part | None = None) -> Progress:
    """Read the progress lines of *part*, or of the main one; what cannot be read counts as missing."""
    return progress_in(snapshot.document, (part or snapshot.main).component)


def progress_in(document: Document, component: Component) -> Progress:
    """Read the progress lines of *component*; what cannot be read counts as missing."""
    status = (_value(document, component, "STATUS") or "").strip().upper()
    return Progress(
        status=status or None,
        percent=percent_in(_value(document, component, "PERCENT-COMPLETE")),
        completed_at=parse_stamp(_value(document, component, "COMPLETED")),
    )


def percent_in(value: str | None) -> int | None:
    """Read how much is done, 100 at most; None where *value* does not say it."""
    said = (value or "").strip()
    return min(int(said), DONE) if said.isascii() and said.isdigit() and len(said) <= len("100") else None


def _value(document: Document, component: Component, name: str) -> str | None:
    line = document.first(component, name)
    return line.value if line is not None else None


def meant(sent: Progress, seen: Progress, *, lossy: bool = False) -> Progress:
    """Give what *sent* says, which was written on top of *seen*: a line that is gone says that nothing is done.

    Thunderbird takes all three away where a task is ticked off no more, and PERCENT-COMPLETE at 0. A *lossy* program
    may know no more of a task than whether it is done.
    """
    if sent.is_done:
        return sent
    if seen.is_done:
        return replace(sent, status=sent.status or NEEDS_ACTION)
    is_zero = seen.percent is not None and sent.percent is None and not lossy
    return replace(sent, percent=0) if is_zero else sent


def share_after(was: Share, sent: Progress, seen: Progress, partstat: str | None, now: datetime) -> Share:
    """Give an assignee's share after a text *sent* by somebody who was shown *seen*.

    *partstat* is the PARTSTAT that was changed in the text, None where it was left as shown: most clients change only
    the progress. What equals what was shown says nothing; a missing line says nothing either, but for COMPLETED
    taken away together with another STATUS.
    """
    if partstat == DECLINED or (sent.status == "CANCELLED" and seen.status != "CANCELLED"):
        return Share(DECLINED, was.percent, None)
    if _finished(sent, seen) or partstat == COMPLETED:
        return Share(COMPLETED, DONE, sent.completed_at or was.completed_at or now)
    if was.partstat == COMPLETED:
        if not _reopened(sent, seen, partstat):
            return was
        percent = 0 if sent.percent in {None, DONE} else sent.percent
        return Share(IN_PROCESS if percent else partstat or IN_PROCESS, percent, None)
    return _under_way(was, sent, seen, partstat)


def _under_way(was: Share, sent: Progress, seen: Progress, partstat: str | None) -> Share:
    moved = sent.percent is not None and sent.percent != (seen.percent or 0)
    # Asked again about a task that was done, the answer begins at nothing.
    before = None if was.partstat == NEEDS_ACTION and was.percent == DONE else was.percent
    # Nothing of what they said nothing of is still nothing: a distributor is shown the whole, and not the own share.
    percent = sent.percent if moved and (sent.percent or before is not None) else before
    started = IN_PROCESS in {partstat, sent.status if sent.status != seen.status else None}
    if started or (moved and percent):
        return Share(IN_PROCESS, percent, None)
    if moved and was.partstat == IN_PROCESS:
        return Share(partstat or ACCEPTED, percent, None)
    return Share(partstat or was.partstat, percent, None)


def _finished(sent: Progress, seen: Progress) -> bool:
    return (
        (sent.status == COMPLETED and seen.status != COMPLETED)
        or (sent.percent == DONE and seen.percent != DONE)
        or (sent.completed_at is not None and seen.completed_at is None)
    )


def _reopened(sent: Progress, seen: Progress, partstat: str | None) -> bool:
    if partstat is not None:
        return True
    if sent.status is not None and sent.status != seen.status:
        return sent.status != COMPLETED
    if sent.status == COMPLETED or sent.percent is None:
        return False
    return sent.percent < DONE and sent.percent != seen.percent


def progress_shown(share: Share) -> Progress:
    """Give what an assignee reads about the own share."""
    if share.partstat == COMPLETED:
        return Progress(COMPLETED, DONE, share.completed_at)
    if share.partstat == IN_PROCESS:
        return Progress(IN_PROCESS, share.percent, None)
    # What was done before they were asked again is history until they answer. All of it done, and declined since, would
    # be completed to programs that go by the figure, as Thunderbird does.
    is_past = share.partstat == NEEDS_ACTION or share.percent == DONE
    return Progress(NEEDS_ACTION, None if is_past else share.percent, None)


class Whole(StrEnum):
    """By which rule the whole is made of the shares; the distributor chooses."""

    MEAN = "MEAN"
    """The mean of what they have done; completed when all have completed (product reading A17)."""
    ALL = "ALL"
    """How many of them have completed; completed when all have."""
    ANY = "ANY"
    """What the one has done who has done most; completed when anybody has."""


RULE = "X-DISTRIB-WHOLE"
"""Names it in the distributor's own text."""


def rule_of(said: Snapshot) -> Whole:
    """Give by which rule the whole of a task is made, as its distributor's text says."""
    written = (said.value(RULE) or "").strip().upper()
    return Whole(written) if written in set(Whole) else Whole.MEAN


def whole(answers: Iterable[Answer], rule: Whole = Whole.MEAN) -> Progress:
    """Give the progress of the whole task, of all who have neither declined nor handed it on; unanswered counts 0.

    IN-PROCESS when anyone has begun.
    """
    counted = [a for a in answers if a.partstat not in {DECLINED, DELEGATED}]
    if not counted:
        return Progress(NEEDS_ACTION, 0, None)
    shares = [_done_of(a) for a in counted]
    done = [a for a in counted if a.partstat == COMPLETED]
    if len(done) == len(counted) or (done and rule is Whole.ANY):
        times = [a.completed_at for a in done if a.completed_at is not None]
        return Progress(COMPLETED, DONE, (min if rule is Whole.ANY else max)(times, default=None))
    percent = {
        Whole.MEAN: sum(shares) // len(shares),
        Whole.ALL: DONE * len(done) // len(counted),
        Whole.ANY: max(shares),
    }[rule]
    begun = any(shares) or any(a.partstat == IN_PROCESS for a in counted)
    return Progress(IN_PROCESS if begun else NEEDS_ACTION, min(percent, DONE - 1), None)


def _done_of(answer: Answer) -> int:
    if answer.partstat == COMPLETED:
        return DONE
    # Asked again, what was done before is history until they answer.
    return 0 if answer.partstat == NEEDS_ACTION else answer.percent or 0


def share_of(answer: Answer) -> Share:
    """Give the share that *answer* keeps."""
    return Share(answer.partstat, answer.percent, answer.completed_at, answer.delegated_to)
