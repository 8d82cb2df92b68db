# SPDX-License-Identifier: GPL-3.0-or-later
"""A company on each database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from gateway.store.unit import Database
from tests.gateway.services.walk import LOGINS
from tests.gateway.services.world import World


@pytest.fixture
def world(database: Database) -> World:
    """Give kari, ola, per (under two addresses) and nina, who have nothing yet."""
    return World(database)


@pytest.fixture(scope="module")
def company(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give one company for all generated examples of a module; each takes its own UID, or forgets what was."""
    path = tmp_path_factory.mktemp("company") / "company.db"
    path.write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{path}")) as database:
        # What is proved there does not depend on the disk.
        event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
        world = World(database)
        for login in LOGINS:
            world.make_calendar(login, "shelf")
        yield world
