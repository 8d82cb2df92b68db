# SPDX-License-Identifier: GPL-3.0-or-later
"""From settings to a service that can be used: the database opened and brought up to date. Knows no door."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.auth.verifier import Verifier
from gateway.config import Settings, load
from gateway.errors import ConfigError, DatabaseError
from gateway.services import reindex
from gateway.store import people
from gateway.store.unit import Database, UnitOfWork
from gateway.store.upgrade import upgrade


@dataclass(frozen=True, slots=True)
class Service:
    """What a door needs in order to work."""

    settings: Settings
    database: Database
    verifier: Verifier


def open_database(settings: Settings) -> Database:
    """The database as it is, whatever version of ours it has; its folder is made where it is missing."""
    if settings.database_url.startswith("sqlite:"):
        make_folder(settings.data_dir)
    return Database(settings.database_url)


@contextmanager
def prepared(settings: Settings) -> Iterator[Database]:
    """The database, its tables up to date; the connections are closed at the end."""
    database = open_database(settings)
    try:
        upgrade(database)
        reindex.bring_up_to_date(database)
        yield database
    finally:
        database.close()


@contextmanager
def opened(settings: Settings) -> Iterator[Service]:
    """The service on a prepared database."""
    with prepared(settings) as database:
        yield Service(settings, database, verifier(database))


def verifier(database: Database) -> Verifier:
    """What checks logins and passwords against *database*."""

    def find(login: str) -> people.Credential | None:
        return database.ask(lambda uow: people.credential(uow, login.strip().lower()))

    return Verifier(find)


def opened_from(file: str) -> tuple[Settings, Database]:
    """Settings and database by the name of a TOML file: the way in of a plain Radicale (`[storage] distrib_config`)."""
    settings = load(file=Path(file).expanduser())
    database = open_database(settings)
    upgrade(database)
    reindex.bring_up_to_date(database)
    return settings, database


def make_folder(path: Path) -> None:
    """Make a folder that nobody else may look into; ConfigError where that cannot be."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"the data directory {path} cannot be made: {error.strerror}") from error


@contextmanager
def writing(settings: Settings) -> Iterator[UnitOfWork]:
    """A transaction on a database whose tables are as they must be."""
    with prepared(settings) as database, database.write() as uow:
        yield uow


@contextmanager
def reading(settings: Settings) -> Iterator[UnitOfWork]:
    """A look at the database as it is: looking makes no tables."""
    file = settings.sqlite_file
    if file is not None and not file.exists():
        raise DatabaseError(f"there is no database {file} yet: `distrib serve` or `distrib db upgrade` makes it")
    database: Database = open_database(settings)
    try:
        with database.read() as uow:
            yield uow
    finally:
        database.close()
