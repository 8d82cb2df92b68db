# SPDX-License-Identifier: GPL-3.0-or-later
"""Both servers with the same calendar, ready for the workloads a to g."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.calendar import Calendar
from tests.bench.cpu import Clock
from tests.bench.filling import fill_gateway, fill_radicale
from tests.bench.meter import Meter
from tests.bench.rounds import OURS, Point
from tests.bench.servers import Command, Server, gateway, plain, radicale
from tests.bench.workloads import WORKLOADS, Filled


@dataclass(frozen=True, slots=True)
class CalendarBench:
    """A server with a calendar that holds as many events as its points say."""

    server: Server
    filled: Filled

    def meter(self) -> Meter:
        """One that has counted nothing yet."""
        return Meter(Clock(self.server.pid))

    def run(self, point: Point, meter: Meter, repeats: int) -> None:
        """Send *repeats* requests, and count them."""
        WORKLOADS[point.workload].run(self.filled, meter, repeats)

    def most(self, point: Point) -> int:
        """How many requests are enough in a round."""
        return WORKLOADS[point.workload].most


@contextmanager
def calendar_bench(name: str, folder: Path, number: int, command: Command = plain) -> Iterator[CalendarBench]:
    """Run one of the servers, by name, with *number* events; ours by *command*."""
    with _filled(name, folder, number, command) as server, server.client() as client:
        yield CalendarBench(server, Filled(Calendar(client, server.home), number))


def _filled(name: str, folder: Path, number: int, command: Command) -> AbstractContextManager[Server]:
    if name == OURS:
        return gateway(folder, fill=partial(fill_gateway, folder, number), command=command)
    folder.mkdir()
    fill_radicale(folder, number)
    return radicale(folder)
