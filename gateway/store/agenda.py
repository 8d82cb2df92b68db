# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about all that a person has, wherever it lies: what takes place in a window, and their tasks."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, union_all

from gateway.model import PersonId, ReadingId
from gateway.store import windows
from gateway.store.readings import STORED, WHOLE
from gateway.store.schema import reading
from gateway.store.unit import UnitOfWork
from ical.kinds import Kind


class Found(NamedTuple):
    """A reading, and its text where that need not be rendered. A tuple, because a page is made of hundreds."""

    id: ReadingId
    text: bytes | None


_THEIRS = (reading.c.person == bindparam("person"), ~reading.c.hidden)
_COLUMNS = select(reading.c.id, STORED).select_from(WHOLE)
_WITHIN = union_all(
    *(
        _COLUMNS.where(*_THEIRS, reading.c.kind.in_(bindparam("kinds", expanding=True)), found)
        for found in windows.TIMED
    )
).limit(bindparam("most"))
_TASKS = (
    _COLUMNS.where(*_THEIRS, reading.c.kind == Kind.VTODO.value).order_by(reading.c.id.desc()).limit(bindparam("most"))
)


def within(
    uow: UnitOfWork, person_id: PersonId, kinds: Collection[Kind], start: datetime, end: datetime, *, most: int
) -> list[Found]:
    """Give what of a person's lies in the window (UTC) or may do so, at most so much; what has no time never does."""
    asked = {"person": person_id, "kinds": [kind.value for kind in kinds], "most": most}
    rows = uow.connection.execute(_WITHIN, {**asked, **windows.bounds(start, end)})
    return [Found(ReadingId(row[0]), row[1]) for row in rows]


def tasks(uow: UnitOfWork, person_id: PersonId, *, most: int) -> list[Found]:
    """Give the tasks that a person has, those that came last first, at most so many."""
    rows = uow.connection.execute(_TASKS, {"person": person_id, "most": most})
    return [Found(ReadingId(row[0]), row[1]) for row in rows]
