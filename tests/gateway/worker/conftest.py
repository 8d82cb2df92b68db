# SPDX-License-Identifier: GPL-3.0-or-later
"""A company on each database, whose mail comes from a mailbox of its own."""

import pytest

from gateway.store.unit import Database
from tests.gateway.services.world import World


@pytest.fixture
def world(database: Database) -> World:
    """Give kari, ola, per and nina, who have nothing yet."""
    return World(database, mail_from="kalender@byggbo.example")
