# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as rows, beside what was aimed at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.bench.conversations import CONVERSATIONS
from tests.bench.memory import Taken
from tests.bench.moving import Carried
from tests.bench.pages import PAGES
from tests.bench.rounds import OURS, THEIRS, Cost, Costs, Point
from tests.bench.targets import FLAT, FLAT_SIZES, GROWTH, TARGETS, Target
from tests.bench.workloads import WORKLOADS

TITLES = {
    **{key: one.title for key, one in WORKLOADS.items()},
    **{key: one.title for key, one in CONVERSATIONS.items()},
    **{key: one.title for key, one in PAGES.items()},
}


@dataclass(frozen=True, slots=True)
class Row:
    """A point: what it costs here and there, and whether that is what was aimed at."""

    point: Point
    ours: Cost
    theirs: Cost | None

    @property
    def title(self) -> str:
        """What was asked."""
        return TITLES[self.point.workload]

    @property
    def ratio(self) -> float | None:
        """How many times cheaper than Radicale."""
        return self.theirs.cpu_ms / self.ours.cpu_ms if self.theirs else None

    @property
    def judged(self) -> tuple[tuple[str, bool], ...]:
        """Give what was aimed at, and whether it is so."""
        target = TARGETS.get(self.point, Target())
        return tuple(target.judged(self.ours.cpu_ms, self.theirs.cpu_ms if self.theirs else None))


def rows(costs: Costs) -> Iterator[Row]:
    """Give a row for each point that our side was measured at."""
    for point, server in sorted(costs):
        if server == OURS:
            yield Row(point, costs[point, OURS], costs.get((point, THEIRS)))


@dataclass(frozen=True, slots=True)
class Growth:
    """How much more a request costs in a calendar of the larger size."""

    workload: str
    times: float

    @property
    def title(self) -> str:
        """What was asked, and of which calendars."""
        return f"{TITLES[self.workload]}, {FLAT_SIZES[1]} events to {FLAT_SIZES[0]}"

    @property
    def judged(self) -> tuple[str, bool]:
        """Give what was aimed at, and whether it is so."""
        return f"<= {GROWTH}x", self.times <= GROWTH


def growths(costs: Costs) -> Iterator[Growth]:
    """Give them where both sizes were measured."""
    for workload in FLAT:
        small, large = (costs.get((Point(workload, size), OURS)) for size in FLAT_SIZES)
        if small and large:
            yield Growth(workload, large.cpu_ms / small.cpu_ms)


def missed(costs: Costs) -> list[Point]:
    """Give the points whose figures are worse than what was aimed at."""
    flat = {growth.workload for growth in growths(costs) if not growth.judged[1]}
    dear = [row.point for row in rows(costs) if not all(is_met for _, is_met in row.judged)]
    return sorted({*dear, *(Point(workload, FLAT_SIZES[1]) for workload in flat)})


def lines(costs: Costs) -> Iterator[str]:
    """Give the table for a terminal."""
    yield f"{'CPU of the server, ms per request':44}{'number':>7}{'ours':>9}{'Radicale':>10}{'ratio':>8}  target"
    for row in rows(costs):
        theirs = f"{row.theirs.cpu_ms:10.2f}{row.ratio or 0:7.1f}x" if row.theirs else f"{'-':>10}{'-':>8}"
        start = f"{row.point.workload:10}{row.title:34}{row.point.number:7}{row.ours.cpu_ms:9.2f}{theirs}"
        counted = f"  {row.ours.statements} statements" if row.ours.statements is not None else ""
        yield f"{start}  {', '.join(told(*one) for one in row.judged)}{counted}".rstrip()
    for growth in growths(costs):
        yield f"{growth.workload:10}{growth.title:50}{growth.times:25.2f}x  {told(*growth.judged)}"


def memory_lines(found: Iterable[Taken]) -> Iterator[str]:
    """Give the memory that was taken, for a terminal."""
    for one in found:
        start = f"{one.title:44}{one.before_mib:9.1f}{one.peak_mib:9.1f}{one.after_mib:9.1f} MiB before, highest, after"
        yield f"{start}  {told(*one.judged)}"


def moving_lines(found: Iterable[Carried]) -> Iterator[str]:
    """Give what was brought in and written, for a terminal."""
    for one in found:
        start = f"{one.entries:,} entries {one.title:22}{one.seconds:8.1f} s {one.per_minute:9,.0f} a minute"
        judged = f"  {told(*one.judged)}" if one.judged_by_rate else ""
        yield f"{start}{one.peak_mib:8.0f} MiB{judged}"


def told(wanted: str, is_met: bool) -> str:
    """Say what was aimed at and whether it is so."""
    return f"{wanted} {'met' if is_met else 'MISSED'}"
