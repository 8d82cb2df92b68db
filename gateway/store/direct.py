# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements that are put to the driver itself: those of nearly every request, or that find thousands of rows.

SQLAlchemy writes them for each database, and knows what to make of what the driver gives; to have them executed by it
costs four times as much as by the driver alone, and as much again for the rows.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import psycopg
from sqlalchemy import JSON, ColumnElement, Text, bindparam, cast, create_engine, func, select
from sqlalchemy import Dialect as Writer
from sqlalchemy.exc import IntegrityError

from gateway.store.rows import Question, Written
from gateway.store.unit import Dialect, UnitOfWork

Asked: TypeAlias = str | int | bytes
_Maker: TypeAlias = tuple[int, Callable[[Any], Any]]
"""The place of a column, and what makes values of it."""
_WRITERS: dict[Dialect, Writer] = {
    "sqlite": create_engine("sqlite+pysqlite://", paramstyle="named").dialect,
    "postgresql": create_engine("postgresql+psycopg://").dialect,
}


def among(dialect: Dialect, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Ask for a column to be one of the values that the parameter *name* has `listed`."""
    listing = bindparam(name, type_=Text())
    if dialect == "sqlite":
        return column.in_(select(func.json_each(listing).table_valued("value").c.value))
    each = func.json_array_elements_text(cast(listing, JSON)).column_valued()
    return column.in_(select(cast(each, column.type)))


def listed(values: Iterable[str | int]) -> str:
    """Give the parameter for `among`. One, so that the statement is the same for one value and for a thousand."""
    return _LIST.encode(list(values))


_LIST = json.JSONEncoder(ensure_ascii=False)


class Direct:
    """A SELECT with named parameters, or a statement that writes rows which are `packed`."""

    def __init__(self, question: Callable[[Dialect], Question | Written]) -> None:
        written = {name: question(name).compile(dialect=writer) for name, writer in _WRITERS.items()}
        self._texts = {name: str(compiled) for name, compiled in written.items()}
        self._constants = {
            name: {key: value for key, value in compiled.params.items() if value is not None}
            for name, compiled in written.items()
        }
        self._makers = {name: tuple(_makers(question(name), writer)) for name, writer in _WRITERS.items()}

    def text(self, dialect: Dialect) -> str:
        """Give the statement as the database gets it."""
        return self._texts[dialect]

    def parameters(self, dialect: Dialect, asked: Mapping[str, Asked]) -> dict[str, object]:
        """Give what the database gets with it: what is *asked*, and what is the same each time."""
        return {**self._constants[dialect], **asked}

    def rows(self, uow: UnitOfWork, **asked: Asked) -> Sequence[Sequence[Any]]:
        """Give what is found, or comes of what is written; raises SQLAlchemy's IntegrityError."""
        text, parameters = self._texts[uow.dialect], self.parameters(uow.dialect, asked)
        try:
            cursor = uow.driver.execute(text, parameters)
            found: Sequence[Sequence[Any]] = cursor.fetchall() if cursor.description is not None else ()
        except (sqlite3.IntegrityError, psycopg.IntegrityError) as error:
            raise IntegrityError(text, None, error) from error
        makers = self._makers[uow.dialect]
        return _made(found, makers) if makers else found


def _makers(question: Question | Written, writer: Writer) -> Iterator[_Maker]:
    """Give what makes values of what the driver gives, where that is needed (times and truth values on SQLite)."""
    for place, column in enumerate(question.exported_columns):
        make = column.type.dialect_impl(writer).result_processor(writer, None)
        if make is not None:
            yield place, make


def _made(found: Sequence[Sequence[Any]], makers: Iterable[_Maker]) -> list[Sequence[Any]]:
    columns: list[Iterable[Any]] = list(zip(*found, strict=True))
    for place, make in makers if found else ():
        columns[place] = [None if value is None else make(value) for value in columns[place]]
    return list(zip(*columns, strict=True))
