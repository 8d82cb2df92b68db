# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rows in one statement.

The rows travel as one JSON parameter. So the statement is the same text for one row and for a thousand, is compiled
once, and meets no limit on the number of parameters.

Statements are made once, as constants or by a cached function: to build one costs several times as much as to execute
it (docs/decisions/0012).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import ReturningInsert

from gateway.store.schema import text_of
from gateway.store.unit import Dialect, UnitOfWork

Insert: TypeAlias = PostgresInsert | SqliteInsert
Returning: TypeAlias = ReturningInsert[*tuple[Any, ...]]
"""An INSERT that gives rows back."""
Question: TypeAlias = Select[*tuple[Any, ...]]
"""A SELECT whose columns are known by their names only."""
Found: TypeAlias = Row[*tuple[Any, ...]]
"""A row of what a `Question` found."""
NewRow: TypeAlias = Mapping[str, object]
"""Values by column: text, numbers, truth values, times, None, and what JSON knows; bytes in one column at most."""

_BEGIN, _LENGTH = "raw_begin", "raw_length"


def insert_into(dialect: Dialect, table: Table) -> Insert:
    """Start an INSERT that may say ON CONFLICT."""
    return sqlite_insert(table) if dialect == "sqlite" else postgres_insert(table)


def insert_many(dialect: Dialect, table: Table, names: Iterable[str], *, raw: str | None = None) -> Insert:
    """Start an INSERT into the columns *names* of all rows that `packed` makes of them; execute it with those.

    *raw* is the column that has bytes. JSON knows none: those of all rows travel beside it, one after the other.
    """
    columns = tuple(name for name in names if name != raw)
    source = _source(dialect, table, columns, raw)
    return insert_into(dialect, table).from_select(columns if raw is None else (*columns, raw), source)


def packed(uow: UnitOfWork, rows: Iterable[NewRow], *, raw: str | None = None) -> dict[str, str | bytes]:
    """Give the parameters of an `insert_many`."""
    plain: list[dict[str, object]] = []
    pieces: list[bytes] = []
    begin = 1  # as SQL counts
    for row in rows:
        values = {name: _plain(uow.dialect, value) for name, value in row.items()}
        if raw is not None and isinstance(piece := values.pop(raw), bytes):
            values |= {_BEGIN: begin, _LENGTH: len(piece)}
            pieces.append(piece)
            begin += len(piece)
        plain.append(values)
    found: dict[str, str | bytes] = {"rows": json.dumps(plain, ensure_ascii=False, separators=(",", ":"))}
    return found if raw is None else {**found, "raw": b"".join(pieces)}


def overwrite(statement: Insert, table: Table, key: Sequence[str], names: Iterable[str]) -> Insert:
    """Let the new row win, in the columns *names*, over the one that has the same *key*."""
    values = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=[table.c[name] for name in key], set_=values)


def _source(dialect: Dialect, table: Table, names: tuple[str, ...], raw: str | None) -> Question:
    rows = bindparam("rows", type_=Text())
    if dialect == "sqlite":
        each = func.json_each(rows).table_valued("value")
        found = [func.json_extract(each.c.value, f"$.{name}").label(name) for name in names]
        at = (func.json_extract(each.c.value, f"$.{name}") for name in (_BEGIN, _LENGTH))
        # Without a WHERE, SQLite takes the ON of ON CONFLICT for one of a join.
        return select(*found, *_pieces(raw, *at)).where(true())
    typed = [column(name, table.c[name].type) for name in names]
    typed += [column(name, Integer()) for name in (_BEGIN, _LENGTH) if raw is not None]
    records = func.json_to_recordset(cast(rows, JSON)).table_valued(*typed).render_derived(with_types=True)
    place = (records.c[name] for name in (_BEGIN, _LENGTH) if raw is not None)
    return select(*(records.c[name] for name in names), *_pieces(raw, *place))


def _pieces(raw: str | None, *place: ColumnElement[int]) -> list[ColumnElement[bytes]]:
    return [] if raw is None else [func.substr(bindparam("raw", type_=LargeBinary()), *place).label(raw)]


def _plain(dialect: Dialect, value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return text_of(value) if dialect == "sqlite" else value.astimezone(UTC).isoformat()
    if isinstance(value, str):
        return value.replace("\0", "")  # PostgreSQL keeps none.
    return value
