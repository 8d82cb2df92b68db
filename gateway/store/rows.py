# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rows in one statement.

The rows travel as one JSON parameter. So the statement is the same text for one row and for a thousand, is compiled
once, and meets no limit on the number of parameters.

Statements are made once, as constants or by a cached function: to build one costs several times as much as to execute
it (docs/decisions/0016).
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Row,
    Select,
    Subquery,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from gateway.store.instants import text_of
from gateway.store.unit import Dialect, UnitOfWork

Insert: TypeAlias = PostgresInsert | SqliteInsert
Returning: TypeAlias = ReturningInsert[*tuple[Any, ...]]
"""An INSERT that gives rows back."""
Written: TypeAlias = Insert | Update | Returning | ReturningUpdate[*tuple[Any, ...]]
"""A statement that writes."""
Question: TypeAlias = Select[*tuple[Any, ...]]
"""A SELECT whose columns are known by their names only."""
Found: TypeAlias = Row[*tuple[Any, ...]]
"""A row of what a `Question` found."""
NewRow: TypeAlias = Sequence[object]
"""Values in the order of the columns: text, numbers, truth values, times, None, bytes, and what JSON knows."""

_NUL = "\\u0000"
"""As JSON writes the one character that PostgreSQL does not keep."""


def insert_into(dialect: Dialect, table: Table) -> Insert:
    """Start an INSERT that may say ON CONFLICT."""
    return sqlite_insert(table) if dialect == "sqlite" else postgres_insert(table)


def insert_many(dialect: Dialect, table: Table, names: Sequence[str]) -> Insert:
    """Start an INSERT into the columns *names* of all rows that are `packed`; execute it with those."""
    return insert_into(dialect, table).from_select(names, _source(dialect, [table.c[name] for name in names]))


def packed(uow: UnitOfWork, names: Sequence[str], rows: Collection[NewRow]) -> dict[str, str | bytes]:
    """Give the parameters of an `insert_many` into the columns *names*."""
    packing = _Packing(uow.dialect)
    written = packing.json(_shaped(uow.dialect, names, rows))
    if _NUL in written:
        packing = _Packing(uow.dialect)
        clean = [[_without_nul(value) for value in row] for row in rows]
        written = packing.json(_shaped(uow.dialect, names, clean))
    return {"rows": written, "raw": b"".join(packing.pieces)} if packing.pieces else {"rows": written}


def overwrite(statement: Insert, table: Table, key: Sequence[str], names: Iterable[str]) -> Insert:
    """Let the new row win, in the columns *names*, over the one that has the same *key*."""
    values = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=[table.c[name] for name in key], set_=values)


def given(dialect: Dialect, table: Table, names: Sequence[str]) -> Subquery:
    """Give the rows that are `packed` for the columns *names* of *table*, to be joined."""
    return _source(dialect, [table.c[name] for name in names]).subquery("given")


def spread(dialect: Dialect, table: Table, names: Sequence[str]) -> Subquery:
    """Give the rows that are `packed` for *names* and a list of ids at the end, each as often as it has ids: `id`.

    So what is the same for a thousand travels once.
    """
    columns = [*(table.c[name] for name in names), Column("ids", JSON())]
    # Otherwise SQLite would read the whole list once more for each id in it.
    rows = _source(dialect, columns).cte("spread").prefix_with("MATERIALIZED", dialect="sqlite")
    if dialect == "sqlite":
        each = func.json_each(rows.c.ids).table_valued("value")
    else:
        each = func.json_array_elements_text(rows.c.ids).table_valued("value").render_derived()
    found = select(*(rows.c[name] for name in names), cast(each.c.value, Integer).label("id"))
    return found.select_from(rows.join(each, true())).subquery("given")


def _source(dialect: Dialect, columns: Sequence[Column[Any]]) -> Question:
    """Ask for the rows that are packed in two parameters."""
    rows, raw = bindparam("rows", type_=Text()), bindparam("raw", type_=LargeBinary())
    if dialect == "sqlite":
        row = func.json_each(rows).table_valued("value").c.value

        def at(place: str) -> ColumnElement[Any]:
            return func.json_extract(row, literal_column(f"'${place}'"))

        found = [
            (func.substr(raw, at(f"[{n}][0]"), at(f"[{n}][1]")) if _is_raw(each) else at(f"[{n}]")).label(each.name)
            for n, each in enumerate(columns)
        ]
        # Without a WHERE, SQLite takes the ON of ON CONFLICT for one of a join.
        return select(*found).where(true())
    typed = [column(each.name, JSON() if _is_raw(each) else each.type) for each in columns]
    record = func.json_to_recordset(cast(rows, JSON)).table_valued(*typed).render_derived(with_types=True).c
    places = ((each, record[each.name]) for each in columns)
    return select(
        *(
            func.substr(raw, at[0].as_integer(), at[1].as_integer()).label(each.name) if _is_raw(each) else at
            for each, at in places
        )
    )


def _is_raw(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary)


def _shaped(dialect: Dialect, names: Sequence[str], rows: Iterable[NewRow]) -> list[object]:
    """Give rows as `_source` reads them. Arrays are half the work for SQLite; PostgreSQL has a function for objects."""
    if dialect == "sqlite":
        return [list(row) for row in rows]
    return [dict(zip(names, row, strict=True)) for row in rows]


class _Packing:
    """Writes rows as JSON. It knows no bytes: those lie beside it in a row, and it tells where, and how many."""

    def __init__(self, dialect: Dialect) -> None:
        self._time = _sqlite_time if dialect == "sqlite" else _postgres_time
        self.pieces: list[bytes] = []
        self._length = 0

    def json(self, rows: list[object]) -> str:
        """Give *rows* as a text, and add their bytes to `pieces`."""
        return json.dumps(rows, default=self._value, ensure_ascii=False, separators=(",", ":"))

    def _value(self, value: datetime | bytes) -> object:
        if isinstance(value, datetime):
            return self._time(value)
        begin = self._length + 1  # as SQL counts
        self.pieces.append(value)
        self._length += len(value)
        return begin, len(value)


def _without_nul(value: object) -> object:
    return value.replace("\0", "") if isinstance(value, str) else value


@lru_cache(maxsize=256)
def _sqlite_time(value: datetime) -> str:
    """Give a time as text; what is written for fifty people has the same ones."""
    return text_of(_with_zone(value))


@lru_cache(maxsize=256)
def _postgres_time(value: datetime) -> str:
    return _with_zone(value).astimezone(UTC).isoformat()


def _with_zone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value
