# SPDX-License-Identifier: GPL-3.0-or-later
"""A company on each database."""

import pytest

from gateway.store.unit import Database
from tests.gateway.services.world import World


@pytest.fixture
def world(database: Database) -> World:
    """Give kari, ola, per (under two addresses) and nina, who have nothing yet."""
    return World(database)
