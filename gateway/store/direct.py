# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions that are put to the driver itself: those that nearly every request asks, or that find thousands of rows.

SQLAlchemy writes them for each database; to have them executed by it costs four times as much as by the driver alone,
and as much again for the rows. These come as the driver has them, so only numbers, texts and bytes may be asked for,
and truth values, which are numbers on SQLite.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Dialect as Writer
from sqlalchemy import create_engine

from gateway.store.rows import Question
from gateway.store.unit import Dialect, UnitOfWork

_WRITERS: dict[Dialect, Writer] = {
    "sqlite": create_engine("sqlite+pysqlite://", paramstyle="named").dialect,
    "postgresql": create_engine("postgresql+psycopg://").dialect,
}


class Direct:
    """A SELECT with named parameters, none of them a list."""

    def __init__(self, question: Question) -> None:
        written = {name: question.compile(dialect=writer) for name, writer in _WRITERS.items()}
        self._texts = {name: str(compiled) for name, compiled in written.items()}
        self._constants = {
            name: {key: value for key, value in compiled.params.items() if value is not None}
            for name, compiled in written.items()
        }

    def text(self, dialect: Dialect) -> str:
        """Give the statement as the database gets it."""
        return self._texts[dialect]

    def parameters(self, dialect: Dialect, asked: Mapping[str, str | int]) -> dict[str, object]:
        """Give what the database gets with it: what is *asked*, and what is the same each time."""
        return {**self._constants[dialect], **asked}

    def rows(self, uow: UnitOfWork, **asked: str | int) -> list[tuple[Any, ...]]:
        """Give what is found."""
        parameters = self.parameters(uow.dialect, asked)
        found: list[tuple[Any, ...]] = uow.driver.execute(self._texts[uow.dialect], parameters).fetchall()
        return found
