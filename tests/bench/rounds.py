# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers in turn, in rounds that begin at either end: a busy moment of the machine hits all that are compared."""

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.bench.meter import Meter
from tests.bench.servers import Server

LEAST = 3
"""Requests in a round, however long they take."""
WARM = 3
"""Requests of each kind that are not counted."""
OURS, THEIRS = "distrib", "radicale"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """What is measured: a workload, with so many events in the calendar or people in the meeting."""

    workload: str
    number: int


@dataclass(frozen=True, slots=True)
class Figure:
    """What a point cost at a server in one round."""

    point: Point
    server: str
    turn: int
    requests: int
    cpu_ms: float
    median_ms: float
    p99_ms: float
    statements: int | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    rounds: int = 3
    budget_ms: float = 250.0
    """CPU of the server for a point in a round, unless that would be too few or too many requests."""


class Bench(Protocol):
    """A server that is ready to be measured."""

    @property
    def server(self) -> Server:
        """Where it runs."""
        ...

    def meter(self) -> Meter:
        """One that has counted nothing yet."""
        ...

    def run(self, point: Point, meter: Meter, repeats: int) -> None:
        """Send *repeats* requests, and count them."""
        ...

    def most(self, point: Point) -> int:
        """How many requests are enough in a round."""
        ...


@dataclass(frozen=True, slots=True)
class Seat:
    """A point at a server."""

    point: Point
    server: str
    bench: Bench


def measure(seats: Sequence[Seat], extent: Extent, tell: Tell) -> Iterator[Figure]:
    """Measure at all seats in each round, every other time from the last to the first.

    What is compared is measured one right after the other.
    """
    tell("warming up")
    repeats = [repeats_for(seat.bench, seat.point, extent.budget_ms) for seat in seats]
    for turn in range(extent.rounds):
        tell(f"round {turn + 1} of {extent.rounds}")
        for seat, number in list(zip(seats, repeats, strict=True))[:: 1 if turn % 2 == 0 else -1]:
            meter = _counted(seat.bench, seat.point, number)
            cost = (meter.cpu_ms, meter.median_ms, meter.p99_ms)
            yield Figure(seat.point, seat.server, turn, len(meter.seconds), *cost, meter.statements)


def _counted(bench: Bench, point: Point, repeats: int) -> Meter:
    meter = bench.meter()
    bench.run(point, meter, repeats)
    return meter


def repeats_for(bench: Bench, point: Point, budget_ms: float) -> int:
    """Run a workload until caches are warm, and give how often it can be run for *budget_ms*."""
    bench.run(point, bench.meter(), WARM)
    once = _counted(bench, point, WARM).cpu_ms
    return max(LEAST, min(bench.most(point), round(budget_ms / max(once, 0.01))))


@dataclass(frozen=True, slots=True)
class Cost:
    """The median of the rounds."""

    cpu_ms: float
    median_ms: float
    p99_ms: float
    statements: int | None = None


Costs = Mapping[tuple[Point, str], Cost]


def medians(figures: Iterable[Figure]) -> Costs:
    """Give the medians of all rounds by point and server."""
    grouped: dict[tuple[Point, str], list[Figure]] = {}
    for one in figures:
        grouped.setdefault((one.point, one.server), []).append(one)
    return {key: _median(some) for key, some in grouped.items()}


def _median(figures: Sequence[Figure]) -> Cost:
    return Cost(
        statistics.median(one.cpu_ms for one in figures),
        statistics.median(one.median_ms for one in figures),
        statistics.median(one.p99_ms for one in figures),
        figures[0].statements,
    )
