# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests that are measured, a to g: one function each, which says what is counted and what is not."""

import itertools
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tests.bench.calendar import Calendar, token_of
from tests.bench.events import Event, event, within_month
from tests.bench.meter import Meter

MANY = 50
"""Objects in a multiget."""
CHANGES = 10
"""Between two syncs."""
PROGRAMS = 4
"""That sync after these: the first one's answer has to be found out, and may help with the others'."""


@dataclass(slots=True)
class Filled:
    """A calendar with the first *number* appointments, and what a client remembers of it."""

    calendar: Calendar
    number: int
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - the same for both servers
    token: str = ""
    editions: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    fresh: Iterator[int] = field(init=False)
    month: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.fresh = itertools.count(self.number)
        self.month = within_month(self.number)

    def any(self, number: int) -> list[Event]:
        """Give *number* different ones of the appointments, by chance, in their first edition."""
        return [event(one) for one in self.chance.sample(range(self.number), min(number, self.number))]


Workload = Callable[[Filled, Meter, int], None]


def put_new(filled: Filled, meter: Meter, repeats: int) -> None:
    """Upload new appointments; they are taken away in between, so that the calendar stays as large as it is."""
    at_once = max(5, filled.number // 20)
    while repeats > 0:
        new = [event(next(filled.fresh)) for _ in range(min(at_once, repeats))]
        with meter.running():
            for one in new:
                meter.count(filled.calendar.put(one))
        for one in new:
            filled.calendar.delete(one)
        repeats -= len(new)


def get(filled: Filled, meter: Meter, repeats: int) -> None:
    """Fetch single appointments."""
    wanted = [filled.any(1)[0] for _ in range(repeats)]
    with meter.running():
        for one in wanted:
            meter.count(filled.calendar.get(one))


def list_etags(filled: Filled, meter: Meter, repeats: int) -> None:
    """List the ETags of all objects."""
    with meter.running():
        for _ in range(repeats):
            meter.count(filled.calendar.etags(filled.number))


def multiget(filled: Filled, meter: Meter, repeats: int) -> None:
    """Fetch fifty by name."""
    wanted = [filled.any(MANY) for _ in range(repeats)]
    with meter.running():
        for some in wanted:
            meter.count(filled.calendar.multiget(some))


def query_month(filled: Filled, meter: Meter, repeats: int) -> None:
    """Fetch what takes place in a month."""
    with meter.running():
        for _ in range(repeats):
            meter.count(filled.calendar.month(filled.month))


def sync(filled: Filled, meter: Meter, repeats: int) -> None:
    """Let several programs ask what has changed, each time after ten uploads, which are not counted."""
    filled.token = token_of(filled.calendar.sync(filled.token, None))
    for _ in range(math.ceil(repeats / PROGRAMS)):
        changed = [event(one.number, next(filled.editions)) for one in filled.any(CHANGES)]
        for one in changed:
            filled.calendar.put(one)
        with meter.running():
            for _ in range(PROGRAMS):
                reply = meter.count(filled.calendar.sync(filled.token, changed))
        filled.token = token_of(reply)


def poll(filled: Filled, meter: Meter, repeats: int) -> None:
    """Ask whether anything has changed."""
    with meter.running():
        for _ in range(repeats):
            meter.count(filled.calendar.tags())


@dataclass(frozen=True, slots=True)
class Named:
    """A workload and what it is called."""

    title: str
    run: Workload
    most: int = 200
    """Requests in a round."""


WORKLOADS: Mapping[str, Named] = MappingProxyType(
    {
        "a": Named("PUT a new event", put_new),
        "b": Named("GET one", get, 400),
        "c": Named("PROPFIND depth 1, getetag", list_etags),
        "d": Named("multiget of 50", multiget),
        "e": Named("query of one month", query_month),
        "f": Named("sync after 10 changes", sync, 60),
        "g": Named("PROPFIND ctag, sync-token", poll, 400),
    }
)
