# SPDX-License-Identifier: GPL-3.0-or-later
"""Three ways of serving: the gateway's application, a plain Radicale with our storage, and stock Radicale.

What holds for all three is what Radicale expects of a storage: stock Radicale's own storage is the reference.
"""

from collections.abc import Callable
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest
from radicale import config
from radicale.app import Application as Radicale
from radicale.storage import BaseStorage

import radicale_distrib
from gateway.config import Settings
from gateway.model import Person
from gateway.store import people
from gateway.store.unit import Database
from tests.conftest import Dialect
from tests.radicale_distrib.client import Client
from tests.radicale_distrib.conftest import COLLEAGUES, NOW

OURS = ("gateway-sqlite", "gateway-postgresql", "plain-sqlite", "plain-postgresql")
WAYS = (*OURS, "stock")
SERVER = "[server]\nvalidate_path_value = none\n[web]\ntype = none\n"


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """Give the name of each way in turn."""
    name: str = request.param
    return name


@pytest.fixture
def dialect(way: str) -> Dialect:
    """Give the database of that way; stock Radicale has none, and leaves it empty."""
    return "postgresql" if way.endswith("postgresql") else "sqlite"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    """Write a file of passwords, as Radicale reads it."""
    file = tmp_path / "users"
    file.write_text("".join(f"{login}:{login}\n" for login in COLLEAGUES))
    return file


Configure = Callable[[str], Radicale]


@pytest.fixture
def configure(tmp_path: Path, users: Path) -> Configure:
    """Give what makes a Radicale as its users configure it: by a file, with *more* in it."""

    def make(more: str) -> Radicale:
        file = tmp_path / "radicale.conf"
        auth = f"[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\nhtpasswd_encryption = plain\ndelay = 0\n"
        file.write_text(auth + SERVER + more)
        return Radicale(config.load([(str(file), False)]))

    return make


@pytest.fixture
def plain(database: Database, company: dict[str, Person], tmp_path: Path, configure: Configure) -> Radicale:
    """Give a Radicale with our storage."""
    assert company
    file = tmp_path / "distrib.toml"
    url = database.url.render_as_string(hide_password=False).replace("sqlite+pysqlite:", "sqlite:")
    file.write_text(f'data_dir = "{tmp_path}"\ndatabase_url = "{url}"\nsmtp_url = "smtp://127.0.0.1:2525"\n')
    return configure(
        f"[rights]\ntype = radicale_distrib\n[storage]\ntype = radicale_distrib\ndistrib_config = {file}\n"
    )


@pytest.fixture
def served(way: str, request: pytest.FixtureRequest, configure: Configure, tmp_path: Path) -> Radicale:
    """Give the application of that way; everybody has a calendar for appointments and one for tasks."""
    if way.startswith("plain"):
        return plain_of(request)
    if way.startswith("gateway"):
        return gateway_of(request, tmp_path)
    stock = configure(f"[rights]\ntype = owner_only\n[storage]\nfilesystem_folder = {tmp_path / 'collections'}\n")
    with stock._storage.acquire_lock("w"):
        for login in COLLEAGUES:
            stock._storage.create_collection(f"/{login}/")
            for slug, kind in (("calendar", "VEVENT"), ("tasks", "VTODO")):
                props = {"tag": "VCALENDAR", "D:displayname": slug, "C:supported-calendar-component-set": kind}
                stock._storage.create_collection(f"/{login}/{slug}/", props=props)
    return stock


def plain_of(request: pytest.FixtureRequest) -> Radicale:
    found: Radicale = request.getfixturevalue("plain")
    return found


def gateway_of(request: pytest.FixtureRequest, tmp_path: Path) -> Radicale:
    company: dict[str, Person] = request.getfixturevalue("company")
    database: Database = request.getfixturevalue("database")

    def verify(login: str, password: str, _remote: str) -> Person | None:
        with database.read() as uow:
            return people.by_login(uow, login) if login == password and login in company else None

    settings = Settings(data_dir=tmp_path, public_url="http://localhost:5232", smtp_url="smtp://127.0.0.1:2525")
    return radicale_distrib.build(database=database, settings=settings, verify=verify, clock=lambda: NOW)


@pytest.fixture
def storage(served: Radicale) -> BaseStorage:
    """Give the storage of that way."""
    return served._storage


@pytest.fixture
def application(served: Radicale) -> WSGIApplication:
    """Let the clients of all tests speak to that way."""
    return served


@pytest.fixture
def kari(application: WSGIApplication) -> Client:
    return Client(application, "kari")


@pytest.fixture
def ola(application: WSGIApplication) -> Client:
    return Client(application, "ola")
