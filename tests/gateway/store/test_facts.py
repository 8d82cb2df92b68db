# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about the database."""

from gateway.store import facts
from gateway.store.unit import Database


def test_the_last_word_about_a_fact_stands(database: Database) -> None:
    with database.write() as uow:
        facts.put(uow, "demo", "1")
        facts.put(uow, "demo", "2")

    with database.read() as uow:
        assert facts.get(uow, "demo") == "2"
        assert facts.get(uow, "other") is None
