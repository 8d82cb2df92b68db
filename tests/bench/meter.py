# SPDX-License-Identifier: GPL-3.0-or-later
"""What is counted while requests run: CPU of the server, and time on the client's clock."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from tests.bench.client import Reply
from tests.bench.cpu import Clock


@dataclass(slots=True)
class Meter:
    """Adds up what requests of one kind cost at one server."""

    clock: Clock
    around: Callable[[], AbstractContextManager[None]] = nullcontext
    """What else goes on while it counts."""
    statements: int | None = None
    """Of one request, where they were counted."""
    cpu_ns: int = 0
    seconds: list[float] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what the server uses meanwhile, to the end of its work."""
        before = self.clock.settled()
        with self.around():
            yield
            after = self.clock.settled()
        self.cpu_ns += after - before

    def count(self, reply: Reply) -> Reply:
        """Count one request, and give its answer."""
        self.seconds.append(reply.seconds)
        return reply

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU per request."""
        return self.cpu_ns / 1e6 / len(self.seconds)

    @property
    def median_ms(self) -> float:
        """Half of the answers took less time than this."""
        return statistics.median(self.seconds) * 1000

    @property
    def p99_ms(self) -> float:
        """One of a hundred answers took longer than this."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1000
