# SPDX-License-Identifier: GPL-3.0-or-later
"""The organizer's own lines: what they say of themselves, and their own share of a task they are assigned."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from ical.address import Address
from ical.answers import ATTENDED, NEEDS_ACTION, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.answering import allowed, claim_of
from ical.itip.outcome import Entry
from ical.kinds import Kind
from ical.lines import Line
from ical.people import Attendee
from ical.snapshot import Snapshot
from ical.tasks import Progress, Share, progress_of, share_after, share_of, whole


def first_own_rows(sent: Snapshot, me: frozenset[Address], now: datetime) -> tuple[tuple[Answer, ...], bool]:
    """Give the organizer's own rows of what is new to everybody, and whether it is a task that is done already."""
    if sent.kind is not Kind.VTODO:
        return tuple(_appointment_rows({}, sent, me)), False
    mine = _mine(sent, me)
    said, claim = Progress() if sent.cancelled else progress_of(sent), claim_of(sent, sent.main, me)
    return tuple(_own_share(p, None, said, Progress(), claim, now) for p in mine), said.is_done and not mine


def own_rows(
    entry: Entry, sent: Snapshot, seen: Snapshot, me: frozenset[Address], now: datetime
) -> tuple[tuple[Answer, ...], bool]:
    """Give the organizer's own rows, and whether the task is closed by an act of theirs (model, row 30)."""
    old = {(a.address, a.instance): a for a in entry.answers if a.organizer}
    if entry.kind is not Kind.VTODO:
        return tuple(_appointment_rows(old, sent, me)), entry.closed
    mine, said, showed = _mine(sent, me), progress_of(sent), progress_of(seen)
    echo = said.is_silent or said == showed or (said.status, said.percent or 0) == _claimed(sent, me)
    if mine:
        # Calling the task off is no word about the own share.
        claim, own = claim_of(sent, sent.main, me), showed if echo or sent.cancelled else said
        rows = (_own_share(p, old.get((p.address, SERIES)), own, showed, claim, now) for p in mine)
        return tuple(rows), entry.closed
    if echo:
        return (), entry.closed
    return (), said.is_done if said.is_done != showed.is_done else entry.closed


def left_out(entry: Entry, own: Iterable[Answer]) -> tuple[Address, ...]:
    """Give the organizer's addresses that are no longer among those asked."""
    still = {a.address for a in own}
    return tuple(dict.fromkeys(a.address for a in entry.answers if a.organizer and a.address not in still))


def own_ended(entry: Entry, own: Iterable[Answer]) -> frozenset[tuple[Address, InstanceId]]:
    """Give the rows of single occurrences that say nothing else than the series any more."""
    still = {(a.address, a.instance) for a in own}
    return frozenset((a.address, a.instance) for a in entry.answers if a.organizer and a.instance != SERIES) - still


def own_status(answers: Iterable[Answer]) -> set[tuple[Address, InstanceId, str]]:
    """Give what others see of the organizer's own lines."""
    return {(a.address, a.instance, a.shown) for a in answers if a.organizer}


def _mine(sent: Snapshot, me: frozenset[Address]) -> list[Attendee]:
    return [p for address, p in sent.attendees().items() if address in me]


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


def _with_share(row: Answer, share: Share) -> Answer:
    status, percent, at = share.partstat, share.percent, share.completed_at
    return row._replace(partstat=status, shown=status, percent=percent, completed_at=at)


def _claimed(sent: Snapshot, me: frozenset[Address]) -> tuple[str | None, int]:
    """Give the progress that the text's own figures come to: an aggregate that was read a while ago is no new word.

    Lines that the organizer has only now added were no part of it: they have no SCHEDULE-STATUS.
    """
    people = [p for p in sent.attendees().values() if p.by_server]
    counted = [p for p in people if p.address in me or p.line.parameter("SCHEDULE-STATUS")]
    total = whole(Answer(p.address, partstat=p.partstat, percent=_percent(p.line)) for p in counted or people)
    return total.status, total.percent or 0


def _percent(line: Line) -> int | None:
    text = line.parameter("X-DISTRIB-PERCENT") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("100") else None
