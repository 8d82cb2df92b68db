# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about the database itself."""

from sqlalchemy import select

from gateway.store.rows import insert_into, overwrite
from gateway.store.schema import fact
from gateway.store.unit import UnitOfWork


def get(uow: UnitOfWork, name: str) -> str | None:
    """Give a fact, or None where nobody noted it."""
    return uow.connection.execute(select(fact.c.value).where(fact.c.name == name)).scalar_one_or_none()


def put(uow: UnitOfWork, name: str, value: str) -> None:
    """Note a fact, over an older one of that name."""
    statement = insert_into(uow.dialect, fact).values(name=name, value=value)
    uow.connection.execute(overwrite(statement, fact, ("name",), ("value",)))
