# SPDX-License-Identifier: GPL-3.0-or-later
"""When an invitation came to a device of whom it was laid before."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Update, select, update

from gateway.model import ReadingId
from gateway.store.rows import given, packed
from gateway.store.schema import reading
from gateway.store.unit import Dialect, UnitOfWork

_AT = ("id", "delivered_at")


def note(uow: UnitOfWork, times: Mapping[ReadingId, datetime]) -> int:
    """Store when each reading was delivered, unless that is known already; give how many it was news of.

    No revision moves. On PostgreSQL a reading that another writer holds is passed over instead of waited for, which
    could be for one another: that writer moves its ETag, so it will be fetched again.
    """
    if not times:
        return 0
    return uow.connection.execute(_noted(uow.dialect), packed(uow, _AT, list(times.items()))).rowcount


@lru_cache
def _noted(dialect: Dialect) -> Update:
    said = given(dialect, reading, _AT)
    free = select(reading.c.id).where(reading.c.id.in_(select(said.c.id)), reading.c.delivered_at.is_(None))
    ours = free.with_for_update(key_share=True, skip_locked=True)
    return (
        update(reading)
        .where(reading.c.id == said.c.id, reading.c.id.in_(ours))
        .values(delivered_at=said.c.delivered_at)
    )
