# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody signs in with a browser, stays signed in, and signs out."""

from collections.abc import Collection, Mapping
from datetime import datetime

from gateway.auth.sessions import IDLE, LONGEST, NOTED, digest_of, is_open, new_secret, proof_of
from gateway.model import Person, PersonId
from gateway.store import calendars, people, sessions
from gateway.store.sessions import Session
from gateway.store.unit import Database, UnitOfWork


def sign_in(uow: UnitOfWork, person: Person, now: datetime) -> str | None:
    """Begin a session of *person*, whose password was right, and give its secret; None where they were shut out."""
    credential = people.credential(uow, person.login)
    if credential is None or credential.person.id != person.id or credential.person.disabled:
        return None
    secret = new_secret()
    sessions.begin(uow, digest_of(secret), person.id, proof_of(credential.password_hash), now)
    return secret


def visitor(database: Database, secret: str, now: datetime) -> Person | None:
    """Give who is signed in with *secret*, in one statement; None where nobody is (any more).

    A session ends when it is too old, and at once when the password is another one or the person is shut out.
    """
    found = _standing(database, secret, now)
    if found is None:
        return None
    if now - found.used_at >= NOTED:
        with database.write() as uow:
            sessions.use(uow, digest_of(secret), now)
    return found.person


def is_signed_in(database: Database, secret: str, now: datetime) -> bool:
    """Tell whether the session is still one; to ask that is no use of it."""
    return _standing(database, secret, now) is not None


def watch(
    database: Database, people_ids: Collection[PersonId], secrets: Collection[str]
) -> tuple[Mapping[PersonId, int], set[str]]:
    """Give a number for each of these people that is another one after any change of theirs, and which sessions stand.

    A session that is too old still stands, or one that was opened with another password (`is_signed_in`).
    """
    named = {digest_of(secret): secret for secret in secrets}
    with database.read() as uow:
        pulses, standing = calendars.pulses(uow, people_ids), sessions.standing(uow, named)
    return pulses, {named[digest] for digest in standing}


def sign_out(uow: UnitOfWork, secret: str) -> None:
    """End a session."""
    sessions.end(uow, digest_of(secret))


def forget_old(uow: UnitOfWork, now: datetime) -> int:
    """Throw away sessions that are too old, and tell how many they were."""
    return sessions.forget(uow, now - LONGEST, now - IDLE)


def _standing(database: Database, secret: str, now: datetime) -> Session | None:
    digest = digest_of(secret)
    found = database.ask(lambda uow: sessions.find(uow, digest))
    if found is None or not is_open(found.begun_at, found.used_at, now):
        return None
    return found if found.proof == proof_of(found.password_hash) else None
