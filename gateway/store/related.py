# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about entries that only their words answer: which were made from another one, which are for others."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, LargeBinary, bindparam, func, or_, select

from gateway.model import PersonId, ReadingId
from gateway.store.instants import Instant
from gateway.store.rows import Question
from gateway.store.schema import entry, reading
from gateway.store.unit import Dialect, UnitOfWork
from ical.itip.outcome import State
from ical.sharing import ABSENT

MOST = 500
"""Entries that are changed together."""


def naming(uow: UnitOfWork, person_id: PersonId, uid: str) -> list[ReadingId]:
    """Give what a person has written that has a RELATED-TO line and *uid* in it: which is meant, its text tells.

    Looks through all that the person has written, and is asked when something is saved that others may come from.
    """
    asked = {"person": person_id, "line": b"RELATED-TO", "uid": uid.encode()}
    return [ReadingId(row.id) for row in uow.connection.execute(_naming(uow.dialect), asked)]


def for_others(uow: UnitOfWork, person_id: PersonId, now: datetime, most: int) -> list[ReadingId]:
    """Give the appointments, not over at *now*, that a person organizes and is not in (reading A8), the next one first.

    Looks through all that the person organizes with others and is not over.
    """
    asked = {"person": person_id, "line": f"\n{ABSENT}:".encode(), "now": now, "most": most}
    return [ReadingId(row.id) for row in uow.connection.execute(_for_others(uow.dialect), asked)]


@lru_cache
def _for_others(dialect: Dialect) -> Question:
    theirs = (
        reading.c.person == bindparam("person"),
        reading.c.organizer,
        reading.c.scheduled,
        reading.c.kind == "VEVENT",
        ~reading.c.hidden,
        or_(reading.c.span_end.is_(None), reading.c.span_end > bindparam("now", type_=Instant())),
        entry.c.state == State.LIVE.value,
    )
    found = select(reading.c.id).join(entry, entry.c.id == reading.c.entry).where(*theirs, _holds(dialect, "line"))
    return found.order_by(reading.c.span_start, reading.c.id).limit(bindparam("most"))


@lru_cache
def _naming(dialect: Dialect) -> Question:
    theirs = (reading.c.person == bindparam("person"), reading.c.organizer, ~reading.c.hidden)
    found = select(reading.c.id).join(entry, entry.c.id == reading.c.entry)
    return found.where(*theirs, _holds(dialect, "line"), _holds(dialect, "uid")).order_by(reading.c.id).limit(MOST)


def _holds(dialect: Dialect, name: str) -> ColumnElement[bool]:
    wanted = bindparam(name, type_=LargeBinary())
    if dialect == "sqlite":
        return func.instr(entry.c.words, wanted) > 0
    return func.position(wanted.op("IN")(entry.c.words)) > 0
