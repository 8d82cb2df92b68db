# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about mail that has come in."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from gateway.model import EntryId
from gateway.store.rows import Returning, insert_into
from gateway.store.schema import received
from gateway.store.unit import Dialect, UnitOfWork


def take(uow: UnitOfWork, digest: str, message_id: str, at: datetime, entry: EntryId | None, what: str) -> bool:
    """Note a mail; False: it was taken before, so nothing is to be done about it."""
    values = {"digest": digest, "message_id": message_id, "at": at, "entry": entry, "what": what}
    return uow.connection.execute(_taken(uow.dialect), values).one_or_none() is not None


@lru_cache
def _taken(dialect: Dialect) -> Returning:
    return insert_into(dialect, received).on_conflict_do_nothing().returning(received.c.digest)


def seen(uow: UnitOfWork, digest: str) -> bool:
    """Tell whether a mail was taken before."""
    query = select(received.c.digest).where(received.c.digest == digest)
    return uow.connection.execute(query).one_or_none() is not None
