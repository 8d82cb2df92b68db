# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about what was decided for an entry, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from gateway.model import EntryId
from gateway.store.direct import Direct
from gateway.store.rows import insert_many, packed
from gateway.store.schema import decision, entry
from gateway.store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that was decided."""

    entry_id: EntryId
    scope: str
    """Which of the entries with one UID."""
    at: datetime
    what: str
    why: str


def note(uow: UnitOfWork, entry_id: EntryId, rows: Sequence[tuple[str, str]], now: datetime) -> None:
    """Write down what was decided, and why."""
    note_all(uow, [(entry_id, what, why) for what, why in rows], now)


def note_all(uow: UnitOfWork, rows: Sequence[tuple[EntryId, str, str]], now: datetime) -> None:
    """As `note`, of several entries at once."""
    if rows:
        values = [(entry_id, now, what, why) for entry_id, what, why in rows]
        _NOTED.rows(uow, **packed(uow, _NOTE, values))


_NOTE = ("entry", "at", "what", "why")
_NOTED = Direct(lambda dialect: insert_many(dialect, decision, _NOTE))


def of_uid(uow: UnitOfWork, uid: str) -> tuple[Decision, ...]:
    """Give everything that was decided for the entries with this UID, oldest first."""
    columns = (decision.c.entry, entry.c.scope, decision.c.at, decision.c.what, decision.c.why)
    lines = decision.join(entry, entry.c.id == decision.c.entry)
    query = select(*columns).select_from(lines).where(entry.c.uid == uid).order_by(decision.c.at, decision.c.id)
    rows = uow.connection.execute(query)
    return tuple(Decision(EntryId(row.entry), row.scope, row.at, row.what, row.why) for row in rows)
