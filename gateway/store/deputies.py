# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about deputies: who reads and writes the calendars of somebody else."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import bindparam, delete, or_, select

from gateway.model import PersonId
from gateway.store.direct import Direct
from gateway.store.rows import Question, insert_many, packed
from gateway.store.schema import deputy, person
from gateway.store.unit import UnitOfWork


class Deputy(NamedTuple):
    """One person who acts for another."""

    person: PersonId
    """Whose calendars they are."""
    deputy: PersonId
    sees_private: bool
    """Entries that are not for everybody (CLASS) are theirs to see too."""


def put(uow: UnitOfWork, new: Deputy) -> None:
    """Let somebody act for another from now on, in this way and in no other."""
    statement = insert_many(uow.dialect, deputy, Deputy._fields)
    anew = statement.on_conflict_do_update(
        index_elements=[deputy.c.person, deputy.c.deputy], set_={"sees_private": statement.excluded.sees_private}
    )
    uow.connection.execute(anew, packed(uow, Deputy._fields, [new]))


def remove(uow: UnitOfWork, person_id: PersonId, deputy_id: PersonId) -> bool:
    """Let somebody act for another no more; tell whether they did."""
    theirs = (deputy.c.person == person_id) & (deputy.c.deputy == deputy_id)
    return uow.connection.execute(delete(deputy).where(theirs)).rowcount > 0


def forget(uow: UnitOfWork, person_id: PersonId) -> None:
    """Let nobody act for a person any more, and them for nobody."""
    theirs = or_(deputy.c.person == person_id, deputy.c.deputy == person_id)
    uow.connection.execute(delete(deputy).where(theirs))


def of(uow: UnitOfWork, person_id: PersonId) -> tuple[Deputy, ...]:
    """Give who acts for a person."""
    return tuple(_given(uow, _THEIRS.where(deputy.c.person == person_id)))


def for_whom(uow: UnitOfWork, deputy_id: PersonId) -> tuple[Deputy, ...]:
    """Give for whom a person acts."""
    return tuple(_given(uow, _THEIRS.where(deputy.c.deputy == deputy_id)))


def in_home(uow: UnitOfWork, login: str, deputy_id: PersonId) -> Deputy | None:
    """Give as what a person acts in the home of *login*, None where it is none of theirs to enter."""
    found = _IN_HOME.rows(uow, login=login, deputy=deputy_id)
    return Deputy(*found[0]) if found else None


def _given(uow: UnitOfWork, question: Question) -> Iterator[Deputy]:
    return (Deputy(*row) for row in uow.connection.execute(question))


_THEIRS = select(deputy.c.person, deputy.c.deputy, deputy.c.sees_private).order_by(deputy.c.person, deputy.c.deputy)
_IN_HOME = Direct(
    lambda _: (
        select(deputy.c.person, deputy.c.deputy, deputy.c.sees_private)
        .join_from(deputy, person, person.c.id == deputy.c.person)
        .where(person.c.login == bindparam("login"), deputy.c.deputy == bindparam("deputy"))
    )
)
