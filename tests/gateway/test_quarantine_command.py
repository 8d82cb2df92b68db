# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib mail quarantine`, `release` and `drop`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.config import load
from gateway.opening import writing
from gateway.store import people, quarantine
from gateway.store.quarantine import Kept
from tests.gateway.services.texts import OLA
from tests.gateway.services.world import NOW
from tests.gateway.worker.outside import said


@pytest.fixture(autouse=True)
def _waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_DATA_DIR", str(tmp_path))
    ran("user", "add", "ola", "--email", OLA, "--name", "Ola", "--password", "hemmelig")
    with writing(load()) as uow:
        (ola,) = people.everybody(uow)
        quarantine.add(uow, Kept("d", NOW, ola.id, "b@kunde.example", "REQUEST", "m", "Befaring", "no", said()))


def ran(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, words)


def test_the_doctor_tells_that_something_waits() -> None:
    assert "quarantine: invitations from outside that you decide on: 1" in ran("doctor").output


def test_what_waits_is_listed_and_released(tmp_path: Path) -> None:
    listed = ran("mail", "quarantine")
    assert "1  2026-11-23 12:00 UTC  REQUEST from b@kunde.example to ola: 'Befaring', UID m; no" in listed.output

    assert ran("mail", "release", "1").output == "It is in the calendar.\n"

    assert ran("mail", "quarantine").output == "Nothing waits.\n"
    assert "an administrator released it" in ran("explain", "m").output
    assert (tmp_path / "distrib.db").exists()


def test_what_is_dropped_is_forgotten() -> None:
    assert ran("mail", "drop", "1").output == "It is forgotten.\n"

    for command in ("drop", "release"):
        gone = ran("mail", command, "1")
        assert gone.exit_code == 1
        assert "nothing waits under the number 1" in gone.output
