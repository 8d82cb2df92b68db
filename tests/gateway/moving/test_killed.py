# SPDX-License-Identifier: GPL-3.0-or-later
"""A move that is killed is begun anew, and ends as one that was not."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from gateway.store.schema import moved
from gateway.store.unit import Database
from gateway.store.upgrade import upgrade
from tests.gateway.moving.company import House, Radicale, Seen
from tests.gateway.process import COMMAND, PATIENCE, environment
from tests.gateway.services import texts
from tests.gateway.services.texts import OLA

ENTRIES = 400
PEOPLE = ("kari", "ola")


def test_a_move_that_was_killed_goes_on_and_comes_to_the_same(radicale: Radicale, tmp_path: Path) -> None:
    for number in range(ENTRIES):
        text = texts.meeting(f"u{number}", OLA)
        radicale.put("kari", text, f"{number}.ics", "jobb")
        olas = texts.with_alarm(texts.with_partstat(text, OLA, "ACCEPTED"), "olas")
        radicale.put("ola", texts.with_lines(olas, f"LOCATION:Rom {number}"), f"{number}.ics")
    with _house(tmp_path / "whole") as house:
        house.move_in(radicale.folder)
        wanted = _seen(house)
    report = tmp_path / "report.txt"

    with _house(tmp_path / "killed") as house:
        env = environment(tmp_path / "killed", DISTRIB_DATABASE_URL=_url(tmp_path / "killed"))
        command = (*COMMAND, "import", str(radicale.folder), "--report", str(report))
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        _wait_for_some(house.database)
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL
        assert 0 < _moved(house.database) < len(PEOPLE) * ENTRIES

        house.move_in(radicale.folder, "--report", report)

        assert _seen(house) == wanted
        told = {line for line in report.read_text(encoding="utf-8").splitlines() if line.startswith("lost:")}
        assert len(told) == ENTRIES, "the report tells what either run lost"
        assert [house.inbox(login) for login in PEOPLE] == [0, 0]


@contextmanager
def _house(folder: Path) -> Iterator[House]:
    folder.mkdir()
    with closing(Database(_url(folder))) as database:
        upgrade(database)
        yield House(database, {"DISTRIB_DATABASE_URL": _url(folder), "DISTRIB_DATA_DIR": str(folder)})


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'distrib.db'}"


def _seen(house: House) -> dict[str, dict[str, Seen]]:
    return {login: house.seen(login) for login in PEOPLE}


def _wait_for_some(database: Database) -> None:
    end = time.monotonic() + PATIENCE
    while not _moved(database):
        assert time.monotonic() < end, "nothing was brought in"
        time.sleep(0.01)


def _moved(database: Database) -> int:
    with database.read() as uow:
        number: int = uow.connection.execute(select(func.count()).select_from(moved)).scalar_one()
        return number
