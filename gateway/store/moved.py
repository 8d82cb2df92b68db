# SPDX-License-Identifier: GPL-3.0-or-later
"""What was brought in from another server: a second run must not bring back what somebody has deleted since."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from gateway.store.direct import Direct, among, listed
from gateway.store.rows import Insert, insert_many, packed
from gateway.store.schema import moved
from gateway.store.unit import Dialect, UnitOfWork

_KNOWN = Direct(lambda dialect: select(moved.c.digest).where(among(dialect, moved.c.digest, "digests")))
_COLUMNS = ("digest", "at")


def known(uow: UnitOfWork, digests: Collection[str]) -> frozenset[str]:
    """Give which of *digests* were noted before."""
    return frozenset(row[0] for row in _KNOWN.rows(uow, digests=listed(digests))) if digests else frozenset()


def note(uow: UnitOfWork, digests: Collection[str], now: datetime) -> None:
    """Note that this was brought in."""
    if digests:
        uow.connection.execute(_noted(uow.dialect), packed(uow, _COLUMNS, [(digest, now) for digest in digests]))


@lru_cache
def _noted(dialect: Dialect) -> Insert:
    return insert_many(dialect, moved, _COLUMNS).on_conflict_do_nothing()
