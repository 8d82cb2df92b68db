# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody signs in with a browser, stays signed in, and signs out."""

from datetime import datetime

from gateway.auth.sessions import IDLE, LONGEST, NOTED, digest_of, is_open, new_secret, proof_of
from gateway.model import Person
from gateway.store import people, sessions
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
    digest = digest_of(secret)
    found = database.ask(lambda uow: sessions.find(uow, digest))
    if found is None or not is_open(found.begun_at, found.used_at, now):
        return None
    if found.proof != proof_of(found.password_hash):
        return None
    if now - found.used_at >= NOTED:
        with database.write() as uow:
            sessions.use(uow, digest, now)
    return found.person


def sign_out(uow: UnitOfWork, secret: str) -> None:
    """End a session."""
    sessions.end(uow, digest_of(secret))


def forget_old(uow: UnitOfWork, now: datetime) -> int:
    """Throw away sessions that are too old, and tell how many they were."""
    return sessions.forget(uow, now - LONGEST, now - IDLE)
