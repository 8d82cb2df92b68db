# SPDX-License-Identifier: GPL-3.0-or-later
"""What was taken in, and what was decided."""

import threading
from datetime import timedelta

import pytest

from gateway.store import decisions, entries, received
from gateway.store.decisions import Decision
from gateway.store.unit import Database
from tests.conftest import Statements
from tests.gateway.store.company import NOW, hired, met, new_entry


def test_a_mail_is_taken_once(database: Database) -> None:
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
        assert not received.seen(uow, "d1")
        assert received.take(uow, "d1", "<1@kunde.example>", NOW, entry_id, "reply")
        assert not received.take(uow, "d1", "<1@kunde.example>", NOW, entry_id, "reply")
        assert received.take(uow, "d2", "<2@kunde.example>", NOW, None, "unknown")
        entries.remove(uow, entry_id)
        assert received.seen(uow, "d1")


def test_a_mail_that_comes_twice_at_once_is_taken_once(database: Database) -> None:
    taken: list[bool] = []
    together = threading.Barrier(4)

    def take() -> None:
        together.wait()
        with database.write() as uow:
            taken.append(received.take(uow, "d1", "<1@kunde.example>", NOW, None, "reply"))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [False, False, False, True]


def test_decisions_are_told_in_their_order(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        hers, his = met(uow, kari, []), entries.add(uow, new_entry(ola))
        later = NOW + timedelta(hours=1)
        statements.clear()
        decisions.note(uow, hers, [("reset", "the time moved"), ("told", "2 are asked again")], later)
        assert len(statements) == 1
        decisions.note(uow, his, [("stored", "first seen")], NOW)
        decisions.note(uow, his, [], NOW)

        assert decisions.of_uid(uow, "møte-1") == (
            Decision(his, f"person:{ola.id}", NOW, "stored", "first seen"),
            Decision(hers, f"person:{kari.id}", later, "reset", "the time moved"),
            Decision(hers, f"person:{kari.id}", later, "told", "2 are asked again"),
        )
        assert decisions.of_uid(uow, "ukjent") == ()


def test_a_time_without_a_zone_is_not_stored(database: Database) -> None:
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
        with pytest.raises(ValueError, match="without a zone"):
            decisions.note(uow, entry_id, [("a", "b")], NOW.replace(tzinfo=None))
        with pytest.raises(Exception, match="without a zone"):
            received.take(uow, "d1", "<1@kunde.example>", NOW.replace(tzinfo=None), None, "reply")


def test_a_nul_in_a_text_is_left_out(database: Database) -> None:
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
        decisions.note(uow, entry_id, [("a", "før\0etter")], NOW)

        assert [d.why for d in decisions.of_uid(uow, "møte-1")] == ["føretter"]
