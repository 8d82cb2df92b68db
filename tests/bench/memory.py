# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory the gateway takes while it lists very many entries."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from tests.bench.calendar import Calendar
from tests.bench.events import event
from tests.bench.filling import fill_gateway
from tests.bench.servers import Server, gateway

ENTRIES = 100_000
FLAT_MIB = 16.0
"""How much more may be taken than before: a few pieces of an answer, not the answer."""
MULTIGET = 10_000
_WARM = 1000
_EVERY = 0.02
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """What a request took: the part of the memory that is the server's alone, and its share of the rest (PSS)."""

    title: str
    answer_mib: float
    seconds: float
    before_mib: float
    peak_mib: float
    after_mib: float

    @property
    def judged(self) -> tuple[str, bool]:
        """Give what was aimed at, and whether it is so."""
        return f"+{FLAT_MIB:g} MiB at most", self.peak_mib - self.before_mib <= FLAT_MIB


def measure_memory(folder: Path, tell: Callable[[str], None], entries: int = ENTRIES) -> tuple[Taken, ...]:
    """List a calendar of so many entries by each of the requests that clients do it with."""
    tell(f"memory: {entries} events, filling")
    with (
        gateway(folder / "memory", fill=partial(fill_gateway, folder / "memory", entries)) as server,
        server.client() as client,
    ):
        calendar = Calendar(client, server.home)
        calendar.multiget(map(event, range(_WARM)))
        tell("memory: listing")
        return tuple(_listed(server, calendar, entries))


def _listed(server: Server, calendar: Calendar, entries: int) -> Iterator[Taken]:
    many = [event(number) for number in range(min(MULTIGET, entries))]
    requests = {
        f"PROPFIND depth 1 of {entries:,} entries": partial(calendar.etags, entries),
        f"first sync of {entries:,} entries": partial(calendar.sync, "", map(event, range(entries))),
        f"query of {entries:,} entries with their data": partial(calendar.everything, entries),
        f"multiget of {len(many):,}": partial(calendar.multiget, many),
    }
    for title, request in requests.items():
        before = pss(server.pid)
        begun = time.perf_counter()
        with _watched(server.pid) as peaks:
            reply = request()
        seconds = time.perf_counter() - begun
        yield Taken(title, len(reply.body) / _MIB, seconds, before, max((before, *peaks)), pss(server.pid))


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """Look at the memory again and again while the block runs."""
    found: list[float] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_EVERY):
            found.append(pss(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def pss(pid: int) -> float:
    """Give the memory that a process and its children take, in MiB: all that is theirs, and their share of the rest."""
    process = psutil.Process(pid)
    return sum(_of(one) for one in (process, *process.children(recursive=True))) / _MIB


def _of(process: psutil.Process) -> int:
    """Only Linux knows the share; elsewhere it is what is resident."""
    info = process.memory_full_info()
    return int(getattr(info, "pss", info.rss))
