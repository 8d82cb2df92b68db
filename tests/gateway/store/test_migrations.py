# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations lead to the tables that the code knows."""

import re
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from gateway.errors import DatabaseError
from gateway.store import facts
from gateway.store.schema import metadata
from gateway.store.unit import Database, UnitOfWork
from gateway.store.upgrade import is_current, upgrade

SQLITE_SHAPE = "SELECT type, name, tbl_name, sql FROM sqlite_master"
POSTGRES_SHAPE = """
    SELECT 'column', table_name || '.' || column_name,
           concat_ws(' ', rank() OVER (PARTITION BY table_name ORDER BY ordinal_position),
                     data_type, character_maximum_length, is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


def shape(uow: UnitOfWork) -> set[tuple[object, ...]]:
    """Give everything that the database knows of its tables."""
    query = SQLITE_SHAPE if uow.dialect == "sqlite" else POSTGRES_SHAPE
    rows = [tuple(row) for row in uow.connection.execute(text(query))]
    return {(*row[:-1], *_parts(row[-1])) for row in rows if "alembic_version" not in str(row[1:])}


def _parts(definition: str | None) -> list[str]:
    # How SQLite's columns and constraints are set in their text, and in which order, does not matter.
    return sorted(" ".join(part.split()) for part in re.split(r",(?![^()]*\))|\(\n|\n\)", definition or ""))


def test_migrations_and_schema_agree(empty_database: Database) -> None:
    upgrade(empty_database)

    with empty_database.read() as uow:
        context = MigrationContext.configure(uow.connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_make_what_the_schema_would(empty_database: Database) -> None:
    with empty_database.write() as uow:
        metadata.create_all(uow.connection)
        expected = shape(uow)
        metadata.drop_all(uow.connection)
        assert shape(uow) == set()

    upgrade(empty_database)

    with empty_database.read() as uow:
        assert shape(uow) == expected


def test_only_an_upgraded_database_is_current(empty_database: Database) -> None:
    before = is_current(empty_database)
    upgrade(empty_database)

    assert (before, is_current(empty_database)) == (False, True)


def test_a_second_upgrade_keeps_everything(empty_database: Database) -> None:
    upgrade(empty_database)
    with empty_database.write() as uow:
        facts.put(uow, "demo", "1")

    upgrade(empty_database)

    with empty_database.read() as uow:
        assert facts.get(uow, "demo") == "1"


def test_processes_that_start_together_upgrade_once(empty_database: Database) -> None:
    together = threading.Barrier(4)
    failures: list[Exception] = []

    def start() -> None:
        together.wait()
        try:
            upgrade(empty_database)
        except DatabaseError as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert is_current(empty_database)


def test_a_migration_that_fails_leaves_nothing(empty_database: Database) -> None:
    with empty_database.write() as uow:
        # The last table stands in the way of the first migration.
        uow.connection.execute(text("CREATE TABLE reading (id INTEGER)"))

    with pytest.raises(DatabaseError, match=r"cannot be upgraded and is as it was .*reading.* already exists"):
        upgrade(empty_database)

    with empty_database.read() as uow:
        assert "person" not in {name for _, name, *_ in shape(uow)}


@pytest.mark.parametrize("use", [upgrade, is_current])
def test_a_database_of_a_newer_version_is_not_touched(database: Database, use: object) -> None:
    with database.write() as uow:
        before = uow.connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        uow.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        assert callable(use)
        with pytest.raises(DatabaseError, match="revision 9999, which this version does not know"):
            use(database)
    finally:
        with database.write() as uow:
            uow.connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})
