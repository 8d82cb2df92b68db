# SPDX-License-Identifier: GPL-3.0-or-later
"""The database, and one transaction on it.

SQLite and PostgreSQL run the same queries. What differs is said here: how a transaction begins, and what its failures
are called.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway.errors import DatabaseError, Overtaken
from gateway.store.turns import NoTurn, Turns

Dialect = Literal["sqlite", "postgresql"]
Found = TypeVar("Found")

_ALONE = 0x44_49_53_54
"""The number of PostgreSQL's lock for those who write alone."""
LOCK_SECONDS = 30
"""How long a write waits for another one."""
ATTEMPTS = 5
"""Of what met another write at the same moment: the second time it finds what the other stored."""
POLL = 0.002
"""Seconds after which a write looks again whether another process has done."""
CONNECTIONS = 16
"""Kept open, for as many requests as are worked on at once; opening one costs more than a request."""
MORE_CONNECTIONS = 24
"""Opened and closed again where pages and the worker want some too."""

_TO_READ = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
# SQLite has one writer at a time, so the lock is taken at once: a transaction that began as a reader could not wait
# for it. PostgreSQL's writers lock the rows that they are about to change.
_TO_WRITE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED"}


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One transaction: all of it is stored, or nothing."""

    connection: Connection
    dialect: Dialect

    @property
    def driver(self) -> Any:
        """The connection as its driver made it."""
        return _driver(self.connection)


class Database:
    """Where everything is kept. One per process; its methods may be called from any thread."""

    def __init__(self, url: str, *, lock_seconds: float = LOCK_SECONDS) -> None:
        self.url = _known(url)
        self.dialect: Dialect = "sqlite" if self.url.get_backend_name() == "sqlite" else "postgresql"
        self.engine = _engine(self.url, self.dialect, lock_seconds)
        self._lock_seconds, self._turns = lock_seconds, Turns()
        self._listeners: tuple[Callable[[], None], ...] = ()

    @property
    def name(self) -> str:
        """The database as an operator knows it, without its password."""
        if self.dialect == "sqlite":
            return f"sqlite:///{self.url.database}"
        bare = URL.create("postgresql", host=self.url.host, port=self.url.port, database=self.url.database)
        return bare.render_as_string()

    @contextmanager
    def write(self, *, alone: bool = False) -> Iterator[UnitOfWork]:
        """Open a transaction that may write; it is committed at a clean exit.

        *alone*: no other that wants to be alone is open at the same time.
        """
        with (
            self._failures_named(),
            self._turns.taken(self._lock_seconds) if self.dialect == "sqlite" else nullcontext(),
            self._begun(self._begin_to_write) as connection,
        ):
            if alone and self.dialect == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ALONE})")
            yield UnitOfWork(connection, self.dialect)
            connection.commit()
        for told in self._listeners:
            told()

    def _begin_to_write(self, fresh: Connection) -> None:
        if self.dialect == "sqlite":
            _wait_for_others(fresh, self._lock_seconds)
        else:
            fresh.exec_driver_sql(_TO_WRITE[self.dialect])

    def when_written(self, told: Callable[[], None]) -> Callable[[], None]:
        """Call *told* after each transaction that this process commits; give what ends that."""
        self._listeners = (*self._listeners, told)

        def end() -> None:
            self._listeners = tuple(listener for listener in self._listeners if listener != told)

        return end

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Open a transaction that sees one state of everything, and hinders no writer."""
        begin = _TO_READ[self.dialect]
        with self._failures_named(), self._begun(lambda fresh: _driver(fresh).execute(begin)) as connection:
            try:
                yield UnitOfWork(connection, self.dialect)
            finally:
                if self.dialect == "postgresql" and not connection.invalidated:
                    # A rollback would make psycopg forget the statements that it has prepared.
                    _driver(connection).commit()

    def ask(self, question: Callable[[UnitOfWork], Found]) -> Found:
        """What *question* finds, which is a single SELECT: it needs no transaction to see one state of everything."""

        def asked(connection: Connection) -> Found:
            return question(UnitOfWork(connection, self.dialect))

        with self._failures_named():
            connection, found = self._first(asked)
            connection.close()
            return found

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def _begun(self, begin: Callable[[Connection], object]) -> Iterator[Connection]:
        connection, _ = self._first(begin)
        with connection:
            yield connection

    def _first(self, do: Callable[[Connection], Found]) -> tuple[Connection, Found]:
        """Do the first thing on a connection: once more where the server was started anew since its last use."""
        is_again = False
        while True:
            connection = self.engine.connect()
            try:
                return connection, do(connection)
            except BaseException as error:
                is_lost = self._is_lost(connection, error)
                connection.close()
                if is_again or not is_lost:
                    raise
                is_again = True

    def _is_lost(self, connection: Connection, error: BaseException) -> bool:
        """Tell whether *error* says that the server is not there any more; the connection is thrown away then."""
        if isinstance(error, psycopg.Error) and _driver(connection).closed:
            connection.invalidate(error)
        return connection.invalidated

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        # IntegrityError passes: that a row is there already is for the services to judge.
        try:
            yield
        except NoTurn as error:
            raise DatabaseError(f"the database {self.name} {_LOCKED}") from error
        except (DBAPIError, *_OF_DRIVERS, PoolTimeout) as error:
            reason = _reason(error)
            if reason is None:
                raise
            named = Overtaken if reason == _DEADLOCK else DatabaseError
            raise named(f"the database {self.name} {reason}") from error


def _wait_for_others(fresh: Connection, seconds: float) -> None:
    """Begin to write on SQLite, as soon as no other process does.

    SQLite itself sleeps a tenth of a second between two looks: one that writes without end, as an import does, would
    hardly ever be found resting.
    """
    driver, end = _driver(fresh), time.monotonic() + seconds
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                fresh.exec_driver_sql(_TO_WRITE["sqlite"])
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > end:
                    raise
                time.sleep(POLL)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _known(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError("the database URL cannot be read: give sqlite:///PATH or postgresql://HOST/NAME") from None
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise DatabaseError(f"a database of kind {parsed.drivername} is not known: give sqlite:///… or postgresql://…")
    if parsed.database in (None, "", ":memory:"):
        raise DatabaseError("the database URL names no file: give sqlite:///PATH")
    return parsed.set(drivername="sqlite+pysqlite")


# The connection that was used last is used next: it has in memory what it wrote itself, and PostgreSQL's has prepared
# the statements.
_POOL: dict[str, Any] = {
    "pool_size": CONNECTIONS,
    "max_overflow": MORE_CONNECTIONS,
    "pool_use_lifo": True,
    "hide_parameters": True,
}


def _engine(url: URL, dialect: Dialect, lock_seconds: float) -> Engine:
    if dialect == "sqlite":
        # isolation_level None: we say BEGIN ourselves, and which; the driver would only at the first write.
        settings = {"timeout": lock_seconds, "isolation_level": None, "check_same_thread": False}
        engine = create_engine(url, connect_args=settings, paramstyle="named", json_deserializer=_read_json, **_POOL)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    # For the same reason, and because the BEGIN is the first to learn of a server that was started anew.
    engine = create_engine(url, isolation_level="AUTOCOMMIT", **_POOL)

    def prepare(connection: psycopg.Connection, _: object) -> None:
        # In UTC, because the first and the last day that Python knows are other years elsewhere.
        settings = "SELECT set_config('lock_timeout', %s, false), set_config('TimeZone', 'UTC', false)"
        with connection.cursor() as cursor:
            cursor.execute(settings, (f"{round(lock_seconds * 1000)}ms",))
        connection.commit()

    event.listen(engine, "connect", prepare)
    return engine


def _read_json(text: str) -> object:
    # Most overlays are empty, and a meeting has a thousand.
    return {} if text == "{}" else json.loads(text)


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # A statement that writes a thousand rows keeps the old ones until it ends: in memory, and not in a file.
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {setting}")


_OF_DRIVERS = (sqlite3.Error, psycopg.Error)
_OUR_FAULTS = tuple(
    kind
    for driver in (sqlite3, psycopg)
    for kind in (driver.IntegrityError, driver.DataError, driver.InternalError, driver.ProgrammingError)
)
_LOCKED = "is locked by another write that takes too long; try again, or end the process that holds it"
_DEADLOCK = "had two writes that wait for each other; try again"


def _reason(error: Exception) -> str | None:
    """Say what is wrong and what to do; None where it is a fault of ours, which must not be dressed up."""
    if isinstance(error, PoolTimeout):
        return "has no connection free: too much is asked of this process at once; start another, or try again"
    cause = error.orig if isinstance(error, DBAPIError) else error
    text = str(cause).strip()
    first = text.splitlines()[0] if text else type(cause).__name__
    if "no such table" in text or getattr(cause, "sqlstate", None) == "42P01":
        return "lacks our tables: run `distrib db upgrade`"
    if isinstance(cause, _OUR_FAULTS):
        return None
    if "locked" in text or "lock timeout" in text:
        return _LOCKED
    if "deadlock" in text:
        return _DEADLOCK
    return f"cannot be used ({first}): check DISTRIB_DATABASE_URL, that it is running, and that we may write there"


def persist(act: Callable[[], Found], met: Callable[[str], None]) -> Found:
    """Give what *act* gives, which writes in transactions of its own: once more where another write came in between.

    *met* hears the name of the error each time. Raises Overtaken where it happens too often.
    """
    left = ATTEMPTS
    while True:
        left -= 1
        try:
            return act()
        except (IntegrityError, Overtaken) as error:
            if not left:
                raise Overtaken("too many writes at once; try again") from error
            met(type(error).__name__)
