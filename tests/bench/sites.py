# SPDX-License-Identifier: GPL-3.0-or-later
"""From the points that are wanted to servers that can be asked: those that belong together run at the same time."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.calendars import calendar_bench
from tests.bench.company import company
from tests.bench.conversations import CONVERSATIONS, CompanyBench
from tests.bench.rounds import OURS, THEIRS, Bench, Point
from tests.bench.workloads import WORKLOADS

Opened = AbstractContextManager[Mapping[str, Bench]]


@dataclass(frozen=True, slots=True)
class Site:
    """Servers that run at the same time, and what is asked of each of them."""

    title: str
    points: tuple[Point, ...]
    opened: Callable[[Path], Opened]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is wanted."""

    workloads: Collection[str]
    sizes: Sequence[int]
    """Events in the calendars of a to g."""
    alone: Collection[int] = ()
    """Sizes that stock Radicale is spared: there its PUT takes seconds."""
    people: Collection[int] | None = None
    """How many in a meeting; None: as each workload has it."""

    def points(self) -> tuple[Point, ...]:
        """Give all of them."""
        calendars = (Point(key, size) for size in self.sizes for key in WORKLOADS if key in self.workloads)
        meetings = (Point(key, n) for key, one in CONVERSATIONS.items() if key in self.workloads for n in one.people)
        return (*calendars, *(point for point in meetings if self.people is None or point.number in self.people))


def sites(points: Collection[Point], *, alone: Collection[int]) -> Iterator[Site]:
    """Give the sites for these points; calendars of the sizes *alone* are not given to Radicale."""
    ours_and_theirs = [point for point in points if point.workload in WORKLOADS]
    for size in sorted({point.number for point in ours_and_theirs}):
        servers = (OURS,) if size in alone else (OURS, THEIRS)
        wanted = tuple(point for point in ours_and_theirs if point.number == size)
        yield Site(f"{size} events", wanted, partial(_calendars, servers=servers, size=size))
    among_people = tuple(point for point in points if point.workload in CONVERSATIONS)
    if among_people:
        busy = any(point.workload == "i" for point in among_people)
        staff = max(point.number for point in among_people)
        yield Site(f"{staff} colleagues", among_people, partial(_company, staff=staff, busy=busy))


@contextmanager
def _calendars(folder: Path, *, servers: Sequence[str], size: int) -> Iterator[Mapping[str, Bench]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(calendar_bench(name, folder / name, size)) for name in servers}


@contextmanager
def _company(folder: Path, *, staff: int, busy: bool) -> Iterator[Mapping[str, Bench]]:
    with company(folder / "company", staff, busy=busy) as found:
        yield {OURS: CompanyBench(found)}
