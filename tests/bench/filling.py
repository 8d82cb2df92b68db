# SPDX-License-Identifier: GPL-3.0-or-later
"""The same appointments for both servers, by the fastest way in that each of them has."""

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from radicale import config, storage

from gateway.config import Settings
from gateway.model import Condition
from gateway.opening import prepared
from gateway.services import entries
from gateway.services.scene import Scene
from gateway.store import calendars
from gateway.store.people import by_login
from gateway.store.unit import Database
from tests.bench.client import WrongAnswer
from tests.bench.events import Event, events
from tests.bench.servers import LOGIN

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


def put_all(database: Database, login: str, batch: Iterable[Event], settings: Settings) -> None:
    """Put some appointments into the calendar of *login*, in one transaction."""
    _put(database, login, batch, Scene(settings, datetime.now(UTC)))


def _put(database: Database, login: str, batch: Iterable[Event], scene: Scene) -> None:
    with database.write() as uow:
        person = by_login(uow, login)
        calendar = calendars.at(uow, person.id, "calendar") if person is not None else None
        if person is None or calendar is None:
            raise WrongAnswer(f"{login} has no calendar")
        for event in batch:
            entries.put(uow, person, calendar, event.name, event.text(), condition=Condition(), scene=scene)


def fill_radicale(folder: Path, number: int) -> None:
    """Write the first *number* appointments as files of a calendar, and let Radicale's storage make its cache of them.

    It is its code, but does not wait for the disk after each of them as it does in the server.
    """
    calendar = folder / "collections" / "collection-root" / LOGIN / "calendar"
    calendar.mkdir(parents=True)
    (calendar / ".Radicale.props").write_text('{"tag": "VCALENDAR"}', encoding="utf-8")
    for event in events(number):
        (calendar / event.name).write_bytes(event.text())
    configuration = config.load()
    configuration.update({"storage": _storage(folder)}, "the benchmark", privileged=True)
    keeping = storage.load(configuration)
    with keeping.acquire_lock("w", LOGIN):
        for found in keeping.discover(f"/{LOGIN}/calendar/"):
            if not isinstance(found, storage.BaseCollection) or len(list(found.get_all())) != number:
                raise WrongAnswer("Radicale has other appointments than it was given")


def _storage(folder: Path) -> dict[str, str]:
    return {
        "filesystem_folder": str(folder / "collections"),
        "use_mtime_and_size_for_item_cache": "True",
        "_filesystem_fsync": "False",
    }
