# SPDX-License-Identifier: GPL-3.0-or-later
"""Both servers in turn: who begins changes with every round, so that a busy moment of the machine hits both."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.calendar import Calendar
from tests.bench.cpu import Clock
from tests.bench.filling import fill_gateway, fill_radicale
from tests.bench.meter import Meter
from tests.bench.servers import Server, gateway, radicale
from tests.bench.workloads import WORKLOADS, Filled

LEAST = 3
"""Requests in a round, however long they take."""
WARM = 3
"""Requests of each kind that are not counted."""
OURS, THEIRS = "distrib", "radicale"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a workload cost at a server in one round."""

    workload: str
    number: int
    server: str
    round: int
    requests: int
    cpu_ms: float
    median_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and how long."""

    sizes: tuple[int, ...]
    workloads: tuple[str, ...]
    servers: tuple[str, ...] = (OURS, THEIRS)
    rounds: int = 3
    budget_ms: float = 400.0
    """CPU of the server for a workload in a round, unless that would be too few or too many requests."""


def measure(plan: Plan, folder: Path, tell: Tell) -> list[Figure]:
    """Measure one size after another."""
    return [figure for number in plan.sizes for figure in _size(plan, number, folder / str(number), tell)]


def _size(plan: Plan, number: int, folder: Path, tell: Tell) -> Iterator[Figure]:
    folder.mkdir()
    with ExitStack() as stack:
        tell(f"{number} events: filling")
        benches = {name: stack.enter_context(_bench(name, folder, number)) for name in plan.servers}
        tell(f"{number} events: warming up")
        repeats = {
            (name, key): _repeats(bench, key, plan.budget_ms)
            for name, bench in benches.items()
            for key in plan.workloads
        }
        for turn in range(plan.rounds):
            tell(f"{number} events: round {turn + 1} of {plan.rounds}")
            for key in plan.workloads:
                for name in plan.servers[:: 1 if turn % 2 == 0 else -1]:
                    meter = benches[name].run(key, repeats[name, key])
                    yield Figure(
                        key, number, name, turn, len(meter.seconds), meter.cpu_ms, meter.median_ms, meter.p99_ms
                    )


@dataclass(frozen=True, slots=True)
class _Bench:
    """A server with a filled calendar and the clock of its CPU."""

    filled: Filled
    clock: Clock

    def run(self, key: str, repeats: int) -> Meter:
        meter = Meter(self.clock)
        WORKLOADS[key].run(self.filled, meter, repeats)
        return meter


@contextmanager
def _bench(name: str, folder: Path, number: int) -> Iterator[_Bench]:
    with (_our_server if name == OURS else _their_server)(folder / name, number) as server, server.client() as client:
        yield _Bench(Filled(Calendar(client, server.home), number), Clock(server.pid))


@contextmanager
def _our_server(folder: Path, number: int) -> Iterator[Server]:
    with gateway(folder, fill=lambda: fill_gateway(folder, number)) as server:
        yield server


@contextmanager
def _their_server(folder: Path, number: int) -> Iterator[Server]:
    with radicale(folder) as server:
        fill_radicale(server, number)
        yield server


def _repeats(bench: _Bench, key: str, budget_ms: float) -> int:
    """Run a workload until caches are warm, and give how often it can be run for *budget_ms*."""
    bench.run(key, WARM)
    once = bench.run(key, WARM).cpu_ms
    return max(LEAST, min(WORKLOADS[key].most, round(budget_ms / max(once, 0.01))))


@dataclass(frozen=True, slots=True)
class Cost:
    """The median of the rounds."""

    cpu_ms: float
    median_ms: float
    p99_ms: float


def medians(figures: Sequence[Figure]) -> Mapping[tuple[str, int, str], Cost]:
    """Give the medians of all rounds by workload, size and server."""
    grouped: dict[tuple[str, int, str], list[Figure]] = {}
    for one in figures:
        grouped.setdefault((one.workload, one.number, one.server), []).append(one)
    return {
        key: Cost(
            statistics.median(f.cpu_ms for f in some),
            statistics.median(f.median_ms for f in some),
            statistics.median(f.p99_ms for f in some),
        )
        for key, some in grouped.items()
    }
