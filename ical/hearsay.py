# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's text tells of everybody's answers: all that is known of those whose own text is not there.

A server without scheduling keeps there what the organizer's program was told by mail; of ours it has the figures too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ical import sharing
from ical.address import Address
from ical.answers import DELEGATED, NEEDS_ACTION, Answer, Standing
from ical.instances import SERIES
from ical.itip.answering import apart
from ical.itip.delegating import delegate_of
from ical.itip.hand import hand_of
from ical.itip.organizer import Actor
from ical.itip.outcome import Outcome
from ical.itip.own import first_own_rows
from ical.kinds import Kind
from ical.people import Attendee
from ical.snapshot import Part, Snapshot
from ical.tasks import percent_in, progress_of, whole
from ical.text import parse_stamp

CHANNEL = "import"
"""How answers came that were read from copies."""
_STATUS = re.compile(r"[1-5](?:\.\d{1,3}){1,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the words themselves tell of everybody's answers: all that is known of those who have no copy."""

    said: Snapshot
    host: Actor
    outcome: Outcome
    now: datetime

    def rows(self) -> Iterator[Answer]:
        """Give everybody's rows."""
        theirs = list(self._theirs())
        yield from theirs
        yield from self._own(theirs)

    def _theirs(self) -> Iterator[Answer]:
        """Give the rows of all who are asked."""
        standing = {a[:2]: a for a in self.outcome.answers if not a.organizer}
        series: dict[Address, Answer] = {}
        for part in sorted(self.said.parts, key=lambda p: p.instance):
            for person in {p.address: p for p in reversed(part.people)}.values():
                row = standing.pop((person.address, part.instance), None)
                if row is None and part.instance != SERIES and person.address in series and person.by_server:
                    row = apart(series[person.address], part.instance)._replace(reset_sequence=part.sequence or 0)
                    told = self._told(row, person, part)
                    if _is_apart(told, series[person.address], person):
                        yield told
                    continue
                if row is None:
                    continue
                told = self._told(row, person, part)
                if part.instance == SERIES:
                    series[person.address] = told = _below(told, self.said)
                yield told
        yield from standing.values()

    def _own(self, theirs: Sequence[Answer]) -> Iterator[Answer]:
        """Give the organizer's own rows: from the text's progress, unless that is what it comes to for all together."""
        rows, _ = first_own_rows(self.said, self.host.addresses, self.host.zone, self.now)
        if self.said.kind is not Kind.VTODO:
            yield from rows
            return
        if any(map(_has_figures, self.said.parts)):
            yield from self._own_figures()
        else:
            yield from (row for row in rows if self._is_assigned(row))
        standing = Standing(theirs)
        for row in rows:
            part = self.said.part(row.instance)
            if part is not None and not self._is_assigned(row):
                all_rows = [found for p in part.people if (found := standing.of(p.address, row.instance)) is not None]
                if not whole(all_rows).is_done:
                    yield row

    def _is_assigned(self, row: Answer) -> bool:
        part = self.said.part(row.instance)
        return part is not None and any(p.address == row.address for p in part.people)

    def _own_figures(self) -> Iterator[Answer]:
        series: dict[Address, Answer] = {}
        for part in sorted(self.said.parts, key=lambda p: p.instance):
            mine = {p.address: p for p in reversed(part.people) if p.address in self.host.addresses}
            for address, person in mine.items():
                done = parse_stamp(person.line.parameter("X-DISTRIB-COMPLETED"))
                row = Answer(address, part.instance, person.partstat, person.partstat, percent=percent_of(person))
                row = row._replace(completed_at=done, organizer=True)
                if part.instance == SERIES:
                    series[address] = row
                if part.instance == SERIES or address not in series or says(row) != says(series[address]):
                    yield row

    def _told(self, row: Answer, person: Attendee, part: Part) -> Answer:
        """Give *row* with what the line of *person* tells."""
        status = person.line.parameter("SCHEDULE-STATUS") or ""
        delivery = status if _STATUS.fullmatch(status) else ""
        seen = parse_stamp(person.line.parameter("X-DISTRIB-SEEN"))
        has_answered = person.partstat != NEEDS_ACTION or seen is not None
        when = seen or self._written(part)
        was_asked = has_answered or delivery.startswith(("1.", "2."))
        return row._replace(
            partstat=person.partstat,
            shown=person.partstat,
            sequence=(part.sequence or 0) if has_answered else row.sequence,
            percent=percent_of(person),
            delegated_to=delegate_of(person.line) if person.partstat == DELEGATED else None,
            completed_at=parse_stamp(person.line.parameter("X-DISTRIB-COMPLETED")),
            comment=person.line.parameter(sharing.COMMENT) if has_answered else row.comment,
            channel=CHANNEL if has_answered else "",
            answered_at=when if has_answered else None,
            asked_at=when if was_asked else row.asked_at,
            delivery=delivery,
            sent_by=hand_of(person) if has_answered else None,
        )

    def is_closed(self, answers: Sequence[Answer]) -> bool:
        """Tell whether the organizer closed the task by an act of their own: not all have done it, and it is done."""
        main = self.said.main
        if self.said.kind is not Kind.VTODO or any(p.address in self.host.addresses for p in main.people):
            return self.outcome.closed
        rows = [a for a in answers if a.instance == main.instance]
        return progress_of(self.said, main).is_done and not whole(rows).is_done

    def _written(self, part: Part) -> datetime:
        return min(_stamp(self.said, part) or self.now, self.now)


def _below(row: Answer, said: Snapshot) -> Answer:
    """Let an answer to the series not speak for a day that was asked about apart, and has not been answered."""
    asked = (
        part.sequence or 0
        for part in said.parts
        if part.instance != SERIES and any(p.address == row.address and p.partstat == NEEDS_ACTION for p in part.people)
    )
    first = min(asked, default=None)
    if first is None or row.answered_at is None:
        return row
    return row._replace(sequence=min(row.sequence, first - 1))


def _is_apart(row: Answer, series: Answer, person: Attendee) -> bool:
    """Tell whether a line about one day tells anything that the one about the series does not."""
    has_time = person.line.parameter("X-DISTRIB-SEEN") is not None
    return says(row) != says(series) or (has_time and row.answered_at != series.answered_at)


def says(row: Answer) -> tuple[object, ...]:
    """Give what is read of a row; the last of it is how far its message has come."""
    return row.partstat, row.percent, row.completed_at, row.comment, row.sent_by, row.delivery


def percent_of(person: Attendee) -> int | None:
    """Give how much of a task somebody has done, where the text has our figures."""
    return percent_in(person.line.parameter("X-DISTRIB-PERCENT"))


def _has_figures(part: Part) -> bool:
    return any(person.line.parameter(name) for person in part.people for name in sharing.FIGURES)


def _stamp(said: Snapshot, part: Part) -> datetime | None:
    lines = said.document.each(part.component, "LAST-MODIFIED", "DTSTAMP")
    return max(filter(None, (parse_stamp(line.value) for _, line in lines)), default=None)
