# SPDX-License-Identifier: GPL-3.0-or-later
"""The same appointments for both servers, by the fastest way in that each of them has."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from gateway.config import Settings
from gateway.model import Condition
from gateway.opening import prepared
from gateway.services import entries
from gateway.services.scene import Scene
from gateway.store import calendars
from gateway.store.people import by_login
from gateway.store.unit import Database
from tests.bench.client import WrongAnswer
from tests.bench.events import Event, all_in_one, events
from tests.bench.servers import LOGIN, Server

AT_ONCE = 500
"""Appointments in one transaction."""


def fill_gateway(folder: Path, number: int, login: str = LOGIN) -> None:
    """Put the first *number* appointments into Kari's calendar (or *login*'s), by the service that a PUT calls."""
    settings = Settings(data_dir=folder / "data")
    scene = Scene(settings, datetime.now(UTC))
    with prepared(settings) as database:
        for batch in _batches(number):
            _put(database, login, batch, scene)


def _batches(number: int) -> Iterator[tuple[Event, ...]]:
    left = events(number)
    return iter(lambda: tuple(itertools.islice(left, AT_ONCE)), ())


def _put(database: Database, login: str, batch: tuple[Event, ...], scene: Scene) -> None:
    with database.write() as uow:
        person = by_login(uow, login)
        calendar = calendars.at(uow, person.id, "calendar") if person is not None else None
        if person is None or calendar is None:
            raise WrongAnswer(f"{login} has no calendar")
        for event in batch:
            entries.put(uow, person, calendar, event.name, event.text(), condition=Condition(), scene=scene)


def fill_radicale(server: Server, number: int) -> None:
    """Import the first *number* appointments as one file, which makes the calendar."""
    with server.client() as client:
        reply = client.ask("PUT", server.home, all_in_one(number), "Content-Type: text/calendar\r\n")
    if reply.status != 201:
        raise WrongAnswer(f"Radicale answered {reply.status} to an import: {reply.body!r}")
