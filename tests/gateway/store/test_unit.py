# SPDX-License-Identifier: GPL-3.0-or-later
"""One transaction, and what its failures are called."""

import socket
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gateway.errors import DatabaseError, Overtaken
from gateway.store import facts, people
from gateway.store.unit import ATTEMPTS, Database, persist
from tests.conftest import Statements
from tests.gateway.store.company import hired


def test_an_exception_takes_everything_back(database: Database) -> None:
    def half_a_write() -> None:
        with database.write() as uow:
            facts.put(uow, "demo", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_a_write()

    with database.read() as uow:
        assert facts.get(uow, "demo") is None


def test_a_reader_sees_one_state_and_hinders_no_writer(database: Database) -> None:
    with database.read() as reader:
        before = facts.get(reader, "demo")
        with database.write() as writer:
            facts.put(writer, "demo", "1")
        after = facts.get(reader, "demo")

    assert (before, after) == (None, None)
    with database.read() as uow:
        assert facts.get(uow, "demo") == "1"


def test_a_reader_cannot_write(database: Database) -> None:
    with database.read() as uow:
        if database.dialect == "postgresql":
            with pytest.raises(Exception, match="read-only transaction"):
                facts.put(uow, "demo", "1")
        else:
            facts.put(uow, "demo", "1")

    with database.read() as uow:
        assert facts.get(uow, "demo") is None


def test_that_a_row_is_there_already_is_for_the_caller_to_judge(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")

    with pytest.raises(IntegrityError), database.write() as uow:
        hired(uow, "ola")

    with database.read() as uow:
        assert people.everybody(uow) == (ola,)


def test_sqlite_keeps_what_it_has_said_it_keeps(sqlite_url: str) -> None:
    with closing(Database(sqlite_url)) as database, database.read() as uow:
        settings = {
            name: uow.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_lock_that_is_not_given_back_is_named(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    with closing(Database(url, lock_seconds=0.2)) as other, database.write() as uow:
        facts.put(uow, "demo", "1")
        with pytest.raises(DatabaseError, match="locked by another write"), other.write() as late:
            facts.put(late, "demo", "2")


def test_a_database_without_tables_says_what_to_run(empty_database: Database) -> None:
    with pytest.raises(DatabaseError, match="run `distrib db upgrade`"), empty_database.read() as uow:
        facts.get(uow, "demo")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:////nowhere/at/all.db", "unable to open database file.*check DISTRIB_DATABASE_URL"),
        ("sqlite://", "names no file"),
        ("mysql://host/name", "mysql is not known"),
        ("hemmelig", "cannot be read"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named(url: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why), closing(Database(url)) as database, database.read():
        pass


def test_no_password_is_told() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    database = Database(f"postgres://distrib:hemmelig@127.0.0.1:{port}/crm?connect_timeout=2&sslpassword=hysj")

    with pytest.raises(DatabaseError) as caught, closing(database), database.write():
        pass

    said = f"{caught.value} {database.name}"
    assert f"postgresql://127.0.0.1:{port}/crm cannot be used" in said
    assert "hemmelig" not in said
    assert "hysj" not in said


def _read(database: Database) -> str | None:
    with database.read() as uow:
        return facts.get(uow, "demo")


def _write(database: Database) -> str | None:
    with database.write() as uow:
        facts.put(uow, "demo", "1")
        return None


def _ask(database: Database) -> str | None:
    return database.ask(lambda uow: facts.get(uow, "demo"))


@pytest.mark.parametrize("use", [_read, _write, _ask])
def test_a_lost_server_is_found_again(use: Callable[[Database], str | None], postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        with database.read() as uow:
            ours = uow.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with closing(Database(postgres_url)) as other, other.write() as uow:
            uow.connection.exec_driver_sql(f"SELECT pg_terminate_backend({int(ours)}, 2000)")

        assert use(database) is None


def test_a_question_is_answered_without_a_transaction(database: Database, statements: Statements) -> None:
    _write(database)
    statements.clear()

    assert _ask(database) == "1"
    assert len(statements) == 1


def test_postgresql_keeps_what_it_has_prepared_from_one_read_to_the_next(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        for _ in range(10):
            _read(database)

        with database.read() as uow:
            kept = uow.connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars().all()

    assert any("fact" in text for text in kept)


def test_a_writer_of_the_same_process_that_keeps_others_waiting_is_named(sqlite_url: str) -> None:
    with (
        closing(Database(sqlite_url, lock_seconds=0.1)) as database,
        database.write(),
        pytest.raises(DatabaseError, match="locked by another write"),
        database.write(),
    ):
        pass


def test_threads_write_one_after_the_other(database: Database) -> None:
    together = threading.Barrier(4)

    def count() -> None:
        together.wait()
        for _ in range(5):
            with database.write() as uow:
                if uow.dialect == "postgresql":
                    uow.connection.exec_driver_sql("LOCK TABLE fact")
                facts.put(uow, "count", str(int(facts.get(uow, "count") or 0) + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as uow:
        assert facts.get(uow, "count") == "20"


def test_a_file_beside_the_database_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "distrib.db"
    path.write_text("dette er ikke en database, men en ganske lang tekst " * 100)

    database = Database(f"sqlite:///{path}")
    with closing(database), pytest.raises(DatabaseError, match="file is not a database"), database.read() as uow:
        facts.get(uow, "demo")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "Europe/Oslo"])
def test_the_edges_of_time_come_back_whatever_zone_the_server_is_in(postgres_url: str, zone: str) -> None:
    edges = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC, microsecond=0)]
    url = f"{postgres_url}&options={quote(f'-c TimeZone={zone}')}"

    with closing(Database(url)) as database, database.read() as uow:
        found = [uow.connection.scalar(text("SELECT cast(:edge AS timestamptz)"), {"edge": edge}) for edge in edges]

    assert found == edges


def test_what_met_another_write_is_done_again_and_not_for_ever() -> None:
    met: list[str] = []

    def late() -> str:
        if len(met) < 2:
            raise Overtaken("another one was quicker")
        return "done"

    assert persist(late, met.append) == "done"
    assert met == ["Overtaken", "Overtaken"]

    met.clear()
    with pytest.raises(Overtaken, match="too many writes at once"):
        persist(never, met.append)
    assert len(met) == ATTEMPTS - 1


def never() -> None:
    raise IntegrityError("INSERT", {}, ValueError("there is one already"))
