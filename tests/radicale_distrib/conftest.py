# SPDX-License-Identifier: GPL-3.0-or-later
"""A CalDAV application over real services and both databases, and clients that speak to it."""

from datetime import UTC, datetime
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest

import radicale_distrib
from gateway.config import Settings
from gateway.model import Person
from gateway.store import people
from gateway.store.unit import Database
from ical.address import of_mailbox
from tests.radicale_distrib.client import Client, Connect

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COLLEAGUES = {"kari": "Kari Nordmann", "ola": "Ola Berg", "nina": "Nina Lund"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give settings under which mail may be asked for."""
    return Settings(data_dir=tmp_path, public_url="http://localhost:5232", smtp_url="smtp://127.0.0.1:2525")


@pytest.fixture
def company(database: Database) -> dict[str, Person]:
    """Add the colleagues."""
    with database.write() as uow:
        return {
            login: people.add(
                uow, login, name, (of_mailbox(f"{login}@byggbo.example"),), None, language="nb", timezone="Europe/Oslo"
            )
            for login, name in COLLEAGUES.items()
        }


@pytest.fixture
def application(database: Database, company: dict[str, Person], settings: Settings) -> WSGIApplication:
    """Give the CalDAV application; everybody's password is their login."""

    def verify(login: str, password: str, _remote: str) -> Person | None:
        with database.read() as uow:
            return people.by_login(uow, login) if login == password and login in company else None

    return radicale_distrib.build(database=database, settings=settings, verify=verify, clock=lambda: NOW)


@pytest.fixture
def connect(application: WSGIApplication) -> Connect:
    """Give what makes clients."""
    return lambda login, **more: Client(application, login, **more)


@pytest.fixture
def kari(connect: Connect) -> Client:
    return connect("kari")


@pytest.fixture
def ola(connect: Connect) -> Client:
    return connect("ola")


@pytest.fixture
def nobody(connect: Connect) -> Client:
    """Give a client that does not sign in."""
    return connect(None)
