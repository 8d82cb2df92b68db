# SPDX-License-Identifier: GPL-3.0-or-later
"""What we aim at: how many times cheaper than Radicale, and how many milliseconds of CPU at most."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType


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


TARGETS: Mapping[tuple[str, int], Target] = MappingProxyType(
    {
        ("a", 1000): Target(25, 1.5),
        ("b", 1000): Target(2, 0.5),
        ("c", 1000): Target(25, 1.6),
        ("c", 10_000): Target(None, 16),
        ("d", 1000): Target(5, 0.9),
        ("e", 1000): Target(25, 0.7),
        ("e", 10_000): Target(None, 1.6),
        ("f", 1000): Target(25, 0.7),
        ("g", 1000): Target(25, 0.5),
    }
)
"""The milliseconds are those of a machine on which Radicale's figures are about the ones of its own column."""

FLAT = ("a", "f", "g")
"""Workloads that must not cost more in a large calendar."""
FLAT_SIZES = (1000, 10_000)
GROWTH = 1.3
"""How much more they may cost at the second size than at the first."""
