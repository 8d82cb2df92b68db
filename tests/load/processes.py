# SPDX-License-Identifier: GPL-3.0-or-later
"""A company of colleagues, and processes that serve it, as an operator starts them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from argon2 import PasswordHasher

from gateway.config import Settings
from gateway.opening import prepared
from gateway.services import people
from tests.gateway.process import started
from tests.gateway.running import free_port
from tests.load.client import PASSWORD, WrongAnswer
from tests.load.writer import mailbox

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Everybody signs in before anything is counted: that need not take half a minute."""


def colleagues(number: int) -> tuple[str, ...]:
    """Give the logins of *number* colleagues."""
    return tuple(f"c{one}" for one in range(1, number + 1))


@contextmanager
def serving(folder: Path, logins: tuple[str, ...], *, processes: int, url: str | None = None) -> Iterator[list[int]]:
    """Hire *logins*, start `distrib serve` so many times on one database, and give the ports.

    The database is SQLite in *folder*, or lies at *url*. The first process does the worker's work.
    """
    database = url or f"sqlite:///{folder / 'data' / 'distrib.db'}"
    _hire(Settings(data_dir=folder / "data", database_url=database), logins)
    with ExitStack() as stack:
        running = []
        for number in range(processes):
            place, port = folder / str(number), free_port()
            place.mkdir()
            settings = {"DISTRIB_DATABASE_URL": database, "DISTRIB_WORKER": "off" if number else "on"}
            running.append(stack.enter_context(started(place, port, "serve", "--port", str(port), settings=settings)))
        yield [one.port for one in running]
        for one in running:
            if "Traceback" in one.said():
                raise WrongAnswer(one.said())


def _hire(settings: Settings, logins: tuple[str, ...]) -> None:
    stored = _QUICK.hash(PASSWORD)
    with prepared(settings) as database, database.write() as uow:
        for login in logins:
            people.add_person(uow, login=login, name=login.title(), emails=[mailbox(login)], password_hash=stored)
