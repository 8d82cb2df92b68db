# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as a table, beside what was aimed at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.bench.rounds import OURS, THEIRS, Cost
from tests.bench.targets import FLAT, FLAT_SIZES, GROWTH, TARGETS, Target
from tests.bench.workloads import WORKLOADS

Costs = Mapping[tuple[str, int, str], Cost]


@dataclass(frozen=True, slots=True)
class Row:
    """A workload at a size: what it costs here and there, and whether that is what was aimed at."""

    workload: str
    number: int
    ours: Cost
    theirs: Cost | None

    @property
    def title(self) -> str:
        """What was asked."""
        return WORKLOADS[self.workload].title

    @property
    def ratio(self) -> float | None:
        """How many times cheaper than Radicale."""
        return self.theirs.cpu_ms / self.ours.cpu_ms if self.theirs else None

    @property
    def judged(self) -> tuple[tuple[str, bool], ...]:
        """Give what was aimed at, and whether it is so."""
        target = TARGETS.get((self.workload, self.number), Target())
        return tuple(target.judged(self.ours.cpu_ms, self.theirs.cpu_ms if self.theirs else None))


def rows(costs: Costs) -> Iterator[Row]:
    """Give a row for each workload and size that our side was measured with."""
    for workload, number, server in sorted(costs):
        if server == OURS:
            yield Row(workload, number, costs[workload, number, OURS], costs.get((workload, number, THEIRS)))


@dataclass(frozen=True, slots=True)
class Growth:
    """How much more a request costs in a calendar of the larger size."""

    workload: str
    times: float

    @property
    def is_met(self) -> bool:
        """Tell whether it is flat enough."""
        return self.times <= GROWTH


def growths(costs: Costs) -> Iterator[Growth]:
    """Give them where both sizes were measured."""
    small, large = FLAT_SIZES
    for workload in FLAT:
        if (workload, small, OURS) in costs and (workload, large, OURS) in costs:
            yield Growth(workload, costs[workload, large, OURS].cpu_ms / costs[workload, small, OURS].cpu_ms)


def lines(costs: Costs) -> Iterator[str]:
    """Give the table for a terminal."""
    yield f"{'CPU of the server, ms per request':34}{'events':>7}{'ours':>9}{'Radicale':>10}{'ratio':>8}   target"
    for row in rows(costs):
        theirs = f"{row.theirs.cpu_ms:10.2f}{row.ratio or 0:7.1f}x" if row.theirs else f"{'-':>10}{'-':>8}"
        start = f"{row.workload} {row.title:32}{row.number:7}{row.ours.cpu_ms:9.2f}{theirs}"
        yield f"{start}   {', '.join(told(*one) for one in row.judged)}".rstrip()
    for growth in growths(costs):
        title = f"{WORKLOADS[growth.workload].title}, {FLAT_SIZES[1]} to {FLAT_SIZES[0]}"
        yield f"{growth.workload} {title:58}{growth.times:7.2f}x   {told(f'<= {GROWTH}x', growth.is_met)}"


def told(wanted: str, is_met: bool) -> str:
    """Say what was aimed at and whether it is so."""
    return f"{wanted} {'met' if is_met else 'MISSED'}"
