# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions that are put to the driver itself: those that nearly every request asks, or that find thousands of rows.

SQLAlchemy writes them for each database; to have them executed by it costs four times as much as by the driver alone,
and as much again for the rows. These come as the driver has them, so only numbers, texts and bytes may be asked for,
and truth values, which are numbers on SQLite.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import JSON, ColumnElement, Text, bindparam, cast, create_engine, func, select
from sqlalchemy import Dialect as Writer

from gateway.store.rows import Question
from gateway.store.unit import Dialect, UnitOfWork

_WRITERS: dict[Dialect, Writer] = {
    "sqlite": create_engine("sqlite+pysqlite://", paramstyle="named").dialect,
    "postgresql": create_engine("postgresql+psycopg://").dialect,
}


def among(dialect: Dialect, column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Ask for a column to be one of the texts that the parameter *name* has `listed`."""
    texts = bindparam(name, type_=Text())
    if dialect == "sqlite":
        return column.in_(select(func.json_each(texts).table_valued("value").c.value))
    return column.in_(select(func.json_array_elements_text(cast(texts, JSON)).column_valued()))


def listed(texts: Iterable[str]) -> str:
    """Give the parameter for `among`. One, so that the statement is the same for one text and for a thousand."""
    return json.dumps(list(texts), ensure_ascii=False)


class Direct:
    """A SELECT with named parameters."""

    def __init__(self, question: Callable[[Dialect], Question]) -> None:
        written = {name: question(name).compile(dialect=writer) for name, writer in _WRITERS.items()}
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
