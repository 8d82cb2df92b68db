# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about invitations from outside that wait for an administrator."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, delete, func, select

from gateway.log import log
from gateway.model import PersonId
from gateway.store.rows import Found, Returning, insert_into
from gateway.store.schema import person, quarantine
from gateway.store.unit import Dialect, UnitOfWork

MOST = 500
BYTES = 32 * 1024 * 1024
"""So many are kept, of so many bytes together: beyond that the oldest go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An invitation that is kept back."""

    digest: str
    at: datetime
    person_id: PersonId
    sender: str
    """The mailbox in From."""
    method: str
    uid: str
    summary: str
    why: str
    text: bytes
    """The calendar part."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an administrator is shown of one."""

    number: int
    at: datetime
    login: str
    sender: str
    method: str
    uid: str
    summary: str
    why: str


def add(uow: UnitOfWork, kept: Kept) -> None:
    """Keep an invitation back; the same mail once."""
    values = {
        "digest": kept.digest,
        "at": kept.at,
        "person": kept.person_id,
        "sender": kept.sender[:320],
        "method": kept.method,
        "uid": kept.uid,
        "summary": kept.summary,
        "why": kept.why,
        "text": kept.text,
    }
    uow.connection.execute(_added(uow.dialect), values).one_or_none()
    _make_room(uow)


@lru_cache
def _added(dialect: Dialect) -> Returning:
    return insert_into(dialect, quarantine).on_conflict_do_nothing().returning(quarantine.c.id)


def _make_room(uow: UnitOfWork) -> None:
    """Drop the oldest where there are too many, and say so."""
    sizes = select(quarantine.c.id, func.length(quarantine.c.text)).order_by(quarantine.c.id.desc())
    number, size, over = 0, 0, []
    for row in uow.connection.execute(sizes):
        number, size = number + 1, size + row[1]
        if number > MOST or size > BYTES:
            over.append(row[0])
    if over:
        uow.connection.execute(delete(quarantine).where(quarantine.c.id.in_(over)))
        log.warning("quarantine.full", dropped=len(over))


def get(uow: UnitOfWork, number: int) -> Kept | None:
    """Give what is kept back under a number."""
    row = uow.connection.execute(_GET, {"number": number}).one_or_none()
    return None if row is None else _kept(row)


_GET = select(quarantine).where(quarantine.c.id == bindparam("number"))


def listed(uow: UnitOfWork) -> tuple[Waiting, ...]:
    """Give all that waits, oldest first."""
    columns = ("sender", "method", "uid", "summary", "why")
    query = (
        select(quarantine.c.id, quarantine.c.at, person.c.login, *(quarantine.c[name] for name in columns))
        .join(person, person.c.id == quarantine.c.person)
        .order_by(quarantine.c.id)
    )
    return tuple(Waiting(*row) for row in uow.connection.execute(query))


def drop(uow: UnitOfWork, number: int) -> bool:
    """Forget what is kept back under a number; False: there is nothing."""
    return uow.connection.execute(delete(quarantine).where(quarantine.c.id == number)).rowcount == 1


def forget(uow: UnitOfWork, before: datetime) -> int:
    """Forget what has waited since before *before*."""
    return uow.connection.execute(delete(quarantine).where(quarantine.c.at < before)).rowcount


def _kept(row: Found) -> Kept:
    return Kept(
        row.digest, row.at, PersonId(row.person), row.sender, row.method, row.uid, row.summary, row.why, row.text
    )
