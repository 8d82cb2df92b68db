# SPDX-License-Identifier: GPL-3.0-or-later
"""From the points that are wanted to servers that can be asked: those that belong together run at the same time."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.calendars import calendar_bench
from tests.bench.company import company
from tests.bench.conversations import CONVERSATIONS, CompanyBench
from tests.bench.pages import PAGES, page_bench
from tests.bench.rounds import OURS, THEIRS, Point, Seat
from tests.bench.servers import Command, plain
from tests.bench.workloads import WORKLOADS


@dataclass(frozen=True, slots=True)
class Site:
    """Servers that run at the same time."""

    title: str
    opened: Callable[[Path], AbstractContextManager[Sequence[Seat]]]
    """Starts them in a new folder, filled."""


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
        pages = (Point(key, one.number) for key, one in PAGES.items() if key in self.workloads)
        return (
            *calendars,
            *(point for point in meetings if self.people is None or point.number in self.people),
            *pages,
        )


def sites(points: Collection[Point], *, alone: Collection[int], command: Command = plain) -> Iterator[Site]:
    """Give the sites for these points; calendars of the sizes *alone* are not given to Radicale."""
    calendars = [point for point in points if point.workload in WORKLOADS]
    if calendars:
        yield Site("calendars", partial(_calendars, points=calendars, alone=alone, command=command))
    meetings = [point for point in points if point.workload in CONVERSATIONS]
    if meetings:
        yield Site("meetings", partial(_company, points=meetings, command=command))
    pages = [point for point in points if point.workload in PAGES]
    if pages:
        yield Site("pages", partial(_pages, points=pages, command=command))


@contextmanager
def _calendars(
    folder: Path, *, points: Sequence[Point], alone: Collection[int], command: Command
) -> Iterator[Sequence[Seat]]:
    """Start a server of each kind for each size."""
    sizes = sorted({point.number for point in points})
    wanted = [(size, server) for size in sizes for server in (OURS, THEIRS) if server == OURS or size not in alone]
    with ExitStack() as stack:
        benches = {
            (size, server): stack.enter_context(calendar_bench(server, folder / f"{server}-{size}", size, command))
            for size, server in wanted
        }
        yield [
            Seat(point, server, benches[size, server])
            for point in sorted(points)
            for size, server in wanted
            if size == point.number
        ]


@contextmanager
def _company(folder: Path, *, points: Sequence[Point], command: Command) -> Iterator[Sequence[Seat]]:
    """Start a gateway with as many colleagues as the largest meeting has."""
    staff = max(point.number for point in points)
    busy = any(point.workload == "i" for point in points)
    with company(folder / "company", staff, busy=busy, command=command) as found:
        yield [Seat(point, OURS, CompanyBench(found)) for point in points]


@contextmanager
def _pages(folder: Path, *, points: Sequence[Point], command: Command) -> Iterator[Sequence[Seat]]:
    """Start a gateway for each page."""
    with ExitStack() as stack:
        yield [
            Seat(one, OURS, stack.enter_context(page_bench(folder / f"page-{one.workload}-{one.number}", one, command)))
            for one in points
        ]
