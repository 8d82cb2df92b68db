# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about entries that say that they were made from another one."""

from functools import lru_cache

from sqlalchemy import ColumnElement, LargeBinary, bindparam, func, select

from gateway.model import PersonId, ReadingId
from gateway.store.rows import Question
from gateway.store.schema import entry, reading
from gateway.store.unit import Dialect, UnitOfWork

MOST = 500
"""Entries that are changed together."""


def naming(uow: UnitOfWork, person_id: PersonId, uid: str) -> list[ReadingId]:
    """Give what a person has written that has a RELATED-TO line and *uid* in it: which is meant, its text tells.

    Looks through all that the person has written, and is asked when something is saved that others may come from.
    """
    asked = {"person": person_id, "line": b"RELATED-TO", "uid": uid.encode()}
    return [ReadingId(row.id) for row in uow.connection.execute(_naming(uow.dialect), asked)]


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
