# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about what a person is asked to: what waits for an answer, and what they have looked at or put off."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, null, or_, select, text, update

from gateway.model import EntryId, PersonId, ReadingId
from gateway.store.instants import Instant
from gateway.store.rows import Question
from gateway.store.schema import answer, entry, person, reading
from gateway.store.unit import UnitOfWork
from ical.answers import DECLINED
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import State

MOST = 500
"""So many are given at once."""


class Asked(NamedTuple):
    """A row that a person has not answered, or has declined, and what they have done with it."""

    reading_id: ReadingId
    entry_id: EntryId
    instance: InstanceId
    reset_sequence: int
    asked_at: datetime | None
    answered: bool
    """It was answered before, and is asked anew."""
    comment: str | None
    displayed_at: datetime | None
    deferred_at: datetime | None
    answered_before: datetime | None
    seen_before: datetime | None
    """When they looked at it last before they were asked anew."""
    organizer_name: str
    organizer_zone: str
    outside: bool
    deleted: bool
    """They declined it by deleting it."""

    @property
    def known_at(self) -> datetime | None:
        """When they knew it: by what they answered last, or else saw; None: it is new to them.

        Who has looked at one day has not looked at another.
        """
        if self.answered_before is not None or self.instance != SERIES:
            return self.answered_before
        return self.seen_before or self.displayed_at


_NOW = bindparam("now", type_=Instant())
_IS_THEIRS = and_(reading.c.entry == answer.c.entry, reading.c.person == answer.c.person)
_CAN_BE_ANSWERED = and_(
    answer.c.person == bindparam("person"),
    ~answer.c.hidden,
    ~reading.c.organizer,
    reading.c.kept.is_(None),
    entry.c.state == State.LIVE.value,
    # A task can be done late; of a series the text tells whether a day of it lies ahead.
    or_(reading.c.kind != "VEVENT", reading.c.span_end.is_(None), reading.c.span_end > _NOW),
)
_SERIES = answer.alias("series")
# An occurrence that was asked for again, and not answered since, has the answer to the series where that was given
# later (`ical.answers.Standing`).
_FOLLOWS = exists().where(
    answer.c.instance != SERIES,
    answer.c.answered_at.is_(None),
    _SERIES.c.entry == answer.c.entry,
    _SERIES.c.address == answer.c.address,
    _SERIES.c.instance == SERIES,
    _SERIES.c.answered_at.is_not(None),
    _SERIES.c.sequence >= answer.c.reset_sequence,
)
# Spelled as in the index `ix_answer_waiting`.
_UNANSWERED = text("answer.partstat = 'NEEDS-ACTION' AND NOT answer.organizer")
_WAITS = and_(_UNANSWERED, ~reading.c.hidden, answer.c.asked_at.is_not(None), ~_FOLLOWS)
_FROM = (
    answer.join(reading, _IS_THEIRS)
    .join(entry, entry.c.id == answer.c.entry)
    .join(person, person.c.id == entry.c.custodian)
)


def _asked(which: ColumnElement[bool]) -> Question:
    columns = (
        reading.c.id,
        reading.c.entry,
        answer.c.instance,
        answer.c.reset_sequence,
        answer.c.asked_at,
        and_(answer.c.channel != "", answer.c.answered_at.is_(None)),
        answer.c.comment,
        reading.c.displayed_at,
        reading.c.deferred_at,
        answer.c.answered_before,
        reading.c.seen_before,
        person.c.name,
        person.c.timezone,
        entry.c.outside,
        reading.c.hidden,
    )
    question = select(*columns).select_from(_FROM).where(which, _CAN_BE_ANSWERED)
    return question.order_by(answer.c.asked_at, reading.c.id, answer.c.instance).limit(MOST)


_WAITING = _asked(_WAITS)
_DECLINED = _asked(and_(answer.c.partstat == DECLINED, ~answer.c.organizer))
_COUNT = select(func.count(reading.c.id.distinct())).select_from(_FROM).where(_WAITS, _CAN_BE_ANSWERED)


def count(uow: UnitOfWork, person_id: PersonId, now: datetime) -> int:
    """Count the entries that wait for the person's answer."""
    return int(uow.connection.execute(_COUNT, {"person": person_id, "now": now}).scalar_one())


def waiting(uow: UnitOfWork, person_id: PersonId, now: datetime) -> list[Asked]:
    """Give what waits for the person's answer, what was asked first at the top, at most `MOST`."""
    return _rows(uow, _WAITING, person_id, now)


def declined(uow: UnitOfWork, person_id: PersonId, now: datetime) -> list[Asked]:
    """Give what the person has declined and can still come to, what was asked first at the top, at most `MOST`."""
    return _rows(uow, _DECLINED, person_id, now)


def display(uow: UnitOfWork, reading_id: ReadingId, now: datetime) -> bool:
    """Note that its owner has looked at it, and tell whether that is news."""
    return uow.connection.execute(_DISPLAY, {"this": reading_id, "now": now}).rowcount > 0


def defer(uow: UnitOfWork, reading_id: ReadingId, now: datetime) -> bool:
    """Note that its owner has put it off, and tell whether that is news."""
    return uow.connection.execute(_DEFER, {"this": reading_id, "now": now}).rowcount > 0


def ask_again(uow: UnitOfWork, reading_ids: Collection[ReadingId]) -> None:
    """Forget who has looked at it or put it off: it is another question now."""
    if reading_ids:
        uow.connection.execute(_ASK_AGAIN, {"ours": list(reading_ids)})


_DISPLAY = (
    update(reading).where(reading.c.id == bindparam("this"), reading.c.displayed_at.is_(None)).values(displayed_at=_NOW)
)
_DEFER = (
    update(reading)
    .where(reading.c.id == bindparam("this"), reading.c.deferred_at.is_(None))
    .values(
        deferred_at=_NOW,
        displayed_at=case((reading.c.displayed_at.is_(None), _NOW), else_=reading.c.displayed_at),
    )
)
_ASK_AGAIN = (
    update(reading)
    .where(
        reading.c.id.in_(bindparam("ours", expanding=True)),
        or_(reading.c.displayed_at.is_not(None), reading.c.deferred_at.is_not(None)),
    )
    .values(
        displayed_at=null(),
        deferred_at=null(),
        seen_before=func.coalesce(reading.c.displayed_at, reading.c.seen_before),
    )
)


def _rows(uow: UnitOfWork, question: Question, person_id: PersonId, now: datetime) -> list[Asked]:
    found = uow.connection.execute(question, {"person": person_id, "now": now})
    return [Asked(*row) for row in found]
