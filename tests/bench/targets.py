# SPDX-License-Identifier: GPL-3.0-or-later
"""What we aim at: how many times cheaper than Radicale, and how many milliseconds of CPU at most."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.bench.rounds import Point


@dataclass(frozen=True, slots=True)
class Target:
    """For a workload at a size; None where nothing is promised."""

    times_cheaper: float | None = None
    cpu_ms: float | None = None

    def judged(self, cpu_ms: float, theirs_ms: float | None) -> Iterator[tuple[str, bool]]:
        """Give each promise with whether it is kept; *theirs_ms* is None where Radicale was not measured."""
        if self.times_cheaper is not None and theirs_ms is not None:
            yield f">= {self.times_cheaper:g}x", theirs_ms >= self.times_cheaper * cpu_ms
        if self.cpu_ms is not None:
            yield f"<= {self.cpu_ms:g} ms", cpu_ms <= self.cpu_ms


TARGETS: Mapping[Point, Target] = MappingProxyType(
    {
        Point("a", 1000): Target(25, 1.5),
        Point("b", 1000): Target(2, 0.5),
        Point("c", 1000): Target(25, 1.6),
        Point("c", 10_000): Target(None, 16),
        Point("d", 1000): Target(5, 0.9),
        Point("e", 1000): Target(25, 0.7),
        Point("e", 10_000): Target(None, 1.6),
        Point("f", 1000): Target(25, 0.7),
        Point("g", 1000): Target(25, 0.5),
        Point("h-invite", 1): Target(None, 4),
        Point("h-invite", 10): Target(None, 6),
        Point("h-invite", 50): Target(None, 15),
        Point("h-answer", 1): Target(None, 4),
        Point("h-answer", 10): Target(None, 4),
        Point("h-answer", 50): Target(None, 4),
        Point("h-answer", 100): Target(None, 4),
        Point("h-answer", 1000): Target(None, 15),
        Point("h-change", 1000): Target(None, 60),
        Point("h-mail", 1): Target(None, 4),
        Point("h-mail", 10): Target(None, 4),
        Point("h-mail", 100): Target(None, 4),
        Point("h-mail", 1000): Target(None, 4),
        Point("i", 10): Target(None, 1.5),
        Point("j", 5000): Target(None, 60),
        Point("k", 500): Target(None, 40),
    }
)
"""The milliseconds are those of a machine on which stock Radicale needs 107 ms for c and 48 ms for a."""

FLAT = ("a", "f", "g")
"""Workloads that must not cost more in a large calendar."""
FLAT_SIZES = (1000, 10_000)
GROWTH = 1.3
"""How much more they may cost at the second size than at the first."""
