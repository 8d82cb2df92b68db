# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about mail that has come in."""

from datetime import datetime

from sqlalchemy import select

from gateway.model import EntryId
from gateway.store.direct import Direct
from gateway.store.rows import insert_many, packed
from gateway.store.schema import received
from gateway.store.unit import UnitOfWork


def take(uow: UnitOfWork, digest: str, message_id: str, at: datetime, entry: EntryId | None, what: str) -> bool:
    """Note a mail; False: it was taken before, so nothing is to be done about it."""
    return bool(_TAKEN.rows(uow, **packed(uow, _MAIL, [(digest, message_id, at, entry, what)])))


_MAIL = ("digest", "message_id", "at", "entry", "what")
_TAKEN = Direct(
    lambda dialect: insert_many(dialect, received, _MAIL).on_conflict_do_nothing().returning(received.c.digest)
)


def seen(uow: UnitOfWork, digest: str) -> bool:
    """Tell whether a mail was taken before."""
    query = select(received.c.digest).where(received.c.digest == digest)
    return uow.connection.execute(query).one_or_none() is not None
