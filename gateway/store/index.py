# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about all entries in turn, for making anew what columns say of their words."""

from dataclasses import dataclass

from sqlalchemy import select

from gateway.model import EntryId, PersonId
from gateway.store.schema import entry
from gateway.store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Indexed:
    """An entry's words, whose they are, and what the column says."""

    entry_id: EntryId
    uid: str
    custodian: PersonId
    words: bytes
    summary: str


def after(uow: UnitOfWork, entry_id: EntryId, *, limit: int) -> tuple[Indexed, ...]:
    """Give the next *limit* entries behind *entry_id*, by number."""
    columns = (entry.c.id, entry.c.uid, entry.c.custodian, entry.c.words, entry.c.summary)
    query = select(*columns).where(entry.c.id > entry_id).order_by(entry.c.id).limit(limit)
    return tuple(
        Indexed(EntryId(row.id), row.uid, PersonId(row.custodian), bytes(row.words), row.summary)
        for row in uow.connection.execute(query)
    )
