# SPDX-License-Identifier: GPL-3.0-or-later
"""A company's folder, and the house that it moves to, on each database."""

from pathlib import Path

import pytest

from gateway.store.unit import Database
from tests.gateway.moving.company import House, Radicale


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """Give kari, ola, per and nina, who have nothing yet."""
    url = database.url.set(drivername=database.dialect).render_as_string(hide_password=False)
    return House(database, {"DISTRIB_DATABASE_URL": url, "DISTRIB_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def radicale(tmp_path: Path) -> Radicale:
    """Give an empty folder of a stock Radicale."""
    return Radicale(tmp_path / "collections")
