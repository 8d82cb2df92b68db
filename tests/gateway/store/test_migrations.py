# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations lead to the tables that the code knows."""

import re
import threading
from dataclasses import replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from gateway.errors import DatabaseError
from gateway.model import EntryId
from gateway.store import facts, inbox, outbox
from gateway.store import upgrade as upgrading
from gateway.store.inbox import NewItem
from gateway.store.outbox import NewMail
from gateway.store.schema import metadata
from gateway.store.unit import Database, UnitOfWork
from gateway.store.upgrade import is_current, upgrade
from ical.itip.outcome import Method
from tests.gateway.store.company import NOW, delivered, hired, inbox_of

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

AN_ENTRY = """
    INSERT INTO entry (uid, scope, kind, state, custodian, words, sequence, summary)
    VALUES ('m', 'person:1', 'VEVENT', 'live', :kari, 'BEGIN', 0, 'Befaring') RETURNING id
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


def test_messages_that_lie_there_and_mail_that_waits_are_kept(empty_database: Database) -> None:
    with empty_database.write() as uow:
        config = Config()
        config.set_main_option("script_location", str(upgrading._MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = uow.connection
        command.upgrade(config, "0006")
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = EntryId(uow.connection.execute(text(AN_ENTRY), {"kari": kari.id}).scalar_one())
        item = NewItem([inbox_of(uow, ola)], "1.ics", entry_id, Method.REQUEST, NOW)
        delivered(uow, item)
        mail = NewMail(entry_id, ola.addresses[0], Method.REQUEST, "1", b"BEGIN:\xc3\xa6", "1@byggbo.example", NOW, NOW)
        outbox.add(uow, [mail])
        before = inbox.listed(uow, ola.id), outbox.recent(uow, 9)

    upgrade(empty_database)

    with empty_database.write() as uow:
        assert (inbox.listed(uow, ola.id), outbox.recent(uow, 9)) == before
        turned_down = replace(mail, method=Method.DECLINECOUNTER, message_id="2@byggbo.example")
        assert outbox.add(uow, [mail, turned_down]) == 1
        other = item._replace(href="2.ics", method=Method.DECLINECOUNTER)
        delivered(uow, other)
        assert len(inbox.listed(uow, ola.id)) == 2


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
