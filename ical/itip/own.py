# SPDX-License-Identifier: GPL-3.0-or-later
"""The organizer's own lines: what they say of themselves, and their own share of a task they are assigned."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import ATTENDED, COMPLETED, NEEDS_ACTION, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.answering import allowed, claim_of
from ical.itip.outcome import Entry
from ical.kinds import Kind
from ical.overrides import takes_place
from ical.people import Attendee
from ical.snapshot import Part, Snapshot, read_object
from ical.tasks import DONE, Progress, Share, meant, percent_in, progress_of, rule_of, share_after, share_of, whole


@dataclass(frozen=True, slots=True)
class Manner:
    """How an organizer's text was written: what its missing lines and its figures tell."""

    conditional: bool = False
    """On top of what they were shown."""
    lossy: bool = False
    """By a program that loses people: their figures are those that are stored, and not what it read."""


def first_own_rows(
    sent: Snapshot, me: frozenset[Address], zone: ZoneInfo, now: datetime
) -> tuple[tuple[Answer, ...], bool]:
    """Give the organizer's own rows of what is new to everybody, and whether it is a task that is done already."""
    if sent.kind is not Kind.VTODO:
        return tuple(_appointment_rows({}, sent, me)), False
    task = _Task(sent, None, {}, me, Manner(), zone, now, _claim(sent, me))
    return tuple(task.rows()), task.is_closed(before=False)


def own_rows(
    entry: Entry, sent: Snapshot, seen: Snapshot, me: frozenset[Address], manner: Manner, zone: ZoneInfo, now: datetime
) -> tuple[tuple[Answer, ...], bool]:
    """Give the organizer's own rows, and whether the task is closed by an act of theirs (model, row 30)."""
    old = {(a.address, a.instance): a for a in entry.answers if a.organizer}
    if entry.kind is not Kind.VTODO:
        return tuple(_appointment_rows(old, sent, me)), entry.closed
    task = _Task(sent, seen, old, me, manner, zone, now, _claim(sent, me))
    return tuple(task.rows()), task.is_closed(before=entry.closed)


@dataclass(frozen=True, slots=True)
class _Task:
    """What the organizer sent of a task, and what they were shown."""

    sent: Snapshot
    seen: Snapshot | None
    old: Mapping[tuple[Address, InstanceId], Answer]
    me: frozenset[Address]
    manner: Manner
    zone: ZoneInfo
    now: datetime
    claim: str
    """All that the upload says of the organizer's shares, hashed."""

    def is_closed(self, *, before: bool) -> bool:
        """Tell whether the whole is closed; an organizer who is assigned to it has a share instead."""
        main = self.sent.main
        return before if self._mine(main) else self._closes(main, before=before)

    def rows(self) -> Iterator[Answer]:
        """Give the organizer's own shares, and a row for each occurrence that they closed without having one."""
        series: dict[Address, Answer] = {}
        for part in sorted(self.sent.parts, key=lambda p: p.instance):
            if part is self.sent.main:
                series = {p.address: self._share(p, part, self.old.get((p.address, SERIES))) for p in self._mine(part)}
                yield from series.values()
            else:
                yield from self._of_occurrence(part, series)
        for address, instance in self.old:
            assigned = address in series or (address, SERIES) not in self.old
            if assigned and self.sent.part(instance) is None and takes_place(self.sent, instance, self.zone):
                yield self.old[address, instance]  # The upload says nothing of it.

    def _of_occurrence(self, part: Part, series: Mapping[Address, Answer]) -> Iterator[Answer]:
        mine = self._mine(part)
        for person in mine:
            known, whole_of_it = self.old.get((person.address, part.instance)), series.get(person.address)
            row = self._share(person, part, known or whole_of_it)._replace(instance=part.instance)
            if known is not None or whole_of_it is None or share_of(row) != share_of(whole_of_it):
                yield row
        host = self.sent.organizer
        if mine or host is None:
            return
        before = self.old.get((host, part.instance))
        closed = before if before is not None and before.partstat == COMPLETED else None
        if self._closes(part, before=closed is not None):
            at = progress_of(self.sent, part).completed_at or self.now
            done = Answer(host, part.instance, COMPLETED, percent=DONE, completed_at=at, organizer=True)
            yield closed or done

    def _mine(self, part: Part) -> list[Attendee]:
        return list({p.address: p for p in reversed(part.people) if p.address in self.me}.values())

    def _showed(self, part: Part) -> Progress:
        if self.seen is None:
            return Progress()
        return progress_of(self.seen, self.seen.part(part.instance))

    def _said(self, part: Part) -> Progress:
        said = progress_of(self.sent, part)
        return meant(said, self._showed(part), lossy=self.manner.lossy) if self.manner.conditional else said

    def _closes(self, part: Part, *, before: bool) -> bool:
        said, showed = progress_of(self.sent, part), self._showed(part)
        if self.sent.is_off(part) or said.is_done == showed.is_done or self._is_echo(part, closed=before):
            return before
        return said.is_done

    def _is_echo(self, part: Part, *, closed: bool = False) -> bool:
        """Tell whether *part* says no more than its own figures come to: an old aggregate.

        Of what is new or *closed* no figures were shown; those in the text of a *lossy* program are ours.
        """
        if self.seen is None or closed or self.manner.lossy:
            return False
        said = self._said(part)
        return (said.status, said.percent or 0) == _claimed(self.sent, part, self.me)

    def _share(self, person: Attendee, part: Part, known: Answer | None) -> Answer:
        before = self.old.get((person.address, part.instance)) or self.old.get((person.address, SERIES))
        is_repeat = before is not None and before.digest == self.claim and not self.manner.conditional
        if known is not None and is_repeat:
            return known  # the same upload once more (model, law 4)
        showed = self._showed(part)
        # Calling the task off is no word about the own share.
        said = showed if self.sent.is_off(part) or self._is_echo(part) else self._said(part)
        return _own_share(person, known, said, showed, self.now)._replace(digest=self.claim)


def _claim(sent: Snapshot, me: frozenset[Address]) -> str:
    claims = sorted(claim_of(sent, part, me) for part in sent.parts)
    return hashlib.sha256("".join(claims).encode()).hexdigest()


def left_out(entry: Entry, own: Iterable[Answer]) -> tuple[Address, ...]:
    """Give the organizer's addresses that are no longer among those asked."""
    still = {a.address for a in own}
    return tuple(dict.fromkeys(a.address for a in entry.answers if a.organizer and a.address not in still))


def own_ended(entry: Entry, own: Iterable[Answer]) -> frozenset[tuple[Address, InstanceId]]:
    """Give the organizer's rows that say nothing any more, or nothing else than the series."""
    still = {(a.address, a.instance) for a in own}
    return frozenset((a.address, a.instance) for a in entry.answers if a.organizer) - still


def own_status(answers: Iterable[Answer], shared: bytes, zone: ZoneInfo) -> set[tuple[Address, InstanceId, str]]:
    """Give what others, who start from *shared*, see of the organizer's own lines."""
    own = {(a.address, a.instance): a.shown for a in answers if a.organizer}
    parts = read_object(shared, zone).parts if own else ()
    lines = ((p.address, part.instance) for part in parts for p in part.people)
    return {(*line, own[line]) for line in lines if line in own}


def _appointment_rows(
    old: Mapping[tuple[Address, InstanceId], Answer], sent: Snapshot, me: frozenset[Address]
) -> Iterator[Answer]:
    """Give a row for the series, and one for each occurrence of which the organizer says something else."""
    series: dict[Address, str] = {}
    for part in sorted(sent.parts, key=lambda p: p.instance):
        for person in {p.address: p for p in reversed(part.people) if p.address in me}.values():
            partstat = person.partstat if person.partstat in ATTENDED else NEEDS_ACTION
            if part.instance == SERIES:
                series[person.address] = partstat
            elif series.get(person.address) == partstat:
                continue
            row = old.get((person.address, part.instance)) or Answer(person.address, part.instance, organizer=True)
            yield row._replace(partstat=partstat, shown=partstat)


def _own_share(person: Attendee, known: Answer | None, said: Progress, showed: Progress, now: datetime) -> Answer:
    """Give the organizer's own share of a task after a text that *said* something, and was *showed* something else."""
    row = known or Answer(person.address, organizer=True)
    partstat = allowed(person.partstat, Kind.VTODO)
    was = share_of(row)
    after = share_after(was, said, showed, partstat if partstat != was.partstat else None, now)
    return _with_share(row, after)


def _with_share(row: Answer, share: Share) -> Answer:
    status, percent, at = share.partstat, share.percent, share.completed_at
    return row._replace(partstat=status, shown=status, percent=percent, completed_at=at)


def _claimed(sent: Snapshot, part: Part, me: frozenset[Address]) -> tuple[str | None, int | None]:
    """Give the progress that the figures in *part* come to: an aggregate that was read a while ago is no new word.

    Lines that the organizer has only now added were no part of it: they have no SCHEDULE-STATUS.
    """
    people = {p.address: p for p in reversed(part.asked)}.values()
    counted = [p for p in people if p.address in me or p.line.parameter("SCHEDULE-STATUS")]
    shares = (
        Answer(p.address, partstat=p.partstat, percent=percent_in(p.line.parameter("X-DISTRIB-PERCENT")))
        for p in counted or people
    )
    total = whole(shares, rule_of(sent))
    return total.status, total.percent
