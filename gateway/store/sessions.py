# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about who is signed in with a browser."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from gateway.model import Person, PersonId
from gateway.store.direct import Direct, among, listed
from gateway.store.schema import address, person, session
from gateway.store.unit import UnitOfWork
from ical.address import Address


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in with a browser."""

    person: Person
    password_hash: str | None
    """As it is now."""
    proof: str
    """SHA-256 of the password hash that opened it."""
    begun_at: datetime
    used_at: datetime
    """When it was used last, give or take."""


def begin(uow: UnitOfWork, digest: str, person_id: PersonId, proof: str, now: datetime) -> None:
    """Note that somebody has signed in; *digest* names the secret that their browser shows from now on."""
    row = {"digest": digest, "person": person_id, "proof": proof, "begun_at": now, "used_at": now}
    uow.connection.execute(_BEGIN, row)


def find(uow: UnitOfWork, digest: str) -> Session | None:
    """Give whose session it is, also one that is too old; nobody's who has left, or is shut out."""
    rows = _FIND.rows(uow, digest=digest)
    if not rows:
        return None
    number, login, name, language, timezone, password, proof, begun_at, used_at, _ = rows[0]
    addresses = tuple(Address(row[-1]) for row in rows if row[-1] is not None)
    somebody = Person(PersonId(number), login, name, addresses, language, timezone)
    return Session(somebody, password, proof, begun_at, used_at)


def standing(uow: UnitOfWork, digests: Collection[str]) -> set[str]:
    """Give which of these are sessions of somebody who has not left and is not shut out."""
    return {row[0] for row in _STANDING.rows(uow, digests=listed(digests))}


def use(uow: UnitOfWork, digest: str, now: datetime) -> None:
    """Note that it is still in use."""
    uow.connection.execute(_USE, {"named": digest, "now": now})


def end(uow: UnitOfWork, digest: str) -> None:
    """Let it be good for nothing from now on."""
    uow.connection.execute(_END, {"named": digest})


def forget(uow: UnitOfWork, begun_before: datetime, used_before: datetime) -> int:
    """Throw away what was begun, or used last, then or earlier, and tell how many they were."""
    parameters = {"begun_before": begun_before, "used_before": used_before}
    return uow.connection.execute(_FORGET, parameters).rowcount


_BEGIN = insert(session)
_FIND = Direct(
    lambda _: (
        select(
            person.c.id,
            person.c.login,
            person.c.name,
            person.c.language,
            person.c.timezone,
            person.c.password,
            session.c.proof,
            session.c.begun_at,
            session.c.used_at,
            address.c.address,
        )
        .select_from(
            session.join(person, person.c.id == session.c.person).outerjoin(address, address.c.person == person.c.id)
        )
        .where(session.c.digest == bindparam("digest"), person.c.left_at.is_(None), ~person.c.disabled)
        .order_by(address.c.rank)
    )
)
_STANDING = Direct(
    lambda dialect: (
        select(session.c.digest)
        .join(person, person.c.id == session.c.person)
        .where(among(dialect, session.c.digest, "digests"), person.c.left_at.is_(None), ~person.c.disabled)
    )
)
_USE = update(session).where(session.c.digest == bindparam("named")).values(used_at=bindparam("now"))
_END = delete(session).where(session.c.digest == bindparam("named"))
# Once an hour, and a company has few: the whole table may be read.
_FORGET = delete(session).where(
    (session.c.begun_at <= bindparam("begun_before")) | (session.c.used_at <= bindparam("used_before"))
)
