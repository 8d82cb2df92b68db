# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the tables of a database up to what this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.errors import DatabaseError
from gateway.store.unit import Database, UnitOfWork

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x64697374726962  # "distrib": the number that two starting processes wait for each other by.


def upgrade(database: Database) -> None:
    """Make or change the tables, all in one transaction; DatabaseError where a newer version has been here."""
    with database.write() as uow:
        if uow.dialect == "postgresql":
            uow.connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        if _revision(database, uow) != _newest():
            _run(database, uow)


def is_current(database: Database) -> bool:
    """Tell whether the tables are what this version needs; DatabaseError where a newer version has been here."""
    with database.read() as uow:
        return _revision(database, uow) == _newest()


def _run(database: Database, uow: UnitOfWork) -> None:
    config = _config()
    config.attributes["connection"] = uow.connection
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise DatabaseError(
            f"the database {database.name} cannot be upgraded and is as it was ({reason}): "
            "give DISTRIB_DATABASE_URL a database that holds nothing but distrib's tables, and may be changed by us"
        ) from error


def _revision(database: Database, uow: UnitOfWork) -> str | None:
    found = MigrationContext.configure(uow.connection).get_current_revision()
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseError(
            f"the database {database.name} is at revision {found}, which this version does not know: "
            "use the version of distrib that wrote it, or a newer one"
        )
    return found


def _newest() -> str | None:
    return _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    # A percent sign in the path would be taken for the beginning of a substitution.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
