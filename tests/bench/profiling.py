# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time of a request goes: py-spy looks into the server while requests that count are answered."""

import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.client import WrongAnswer
from tests.bench.cpu import Clock
from tests.bench.meter import Meter
from tests.bench.rounds import LEAST, Bench, Point, repeats_for

BUDGET_MS = 2000.0
"""CPU of the server under observation."""
MOST = 2000
SHOWN = 20
_RATE = "300"
_PATIENCE = 20.0
_WAITING = ("_worker (concurrent/futures/thread.py", "select (selectors.py", "wait (threading.py")
"""Threads with nothing to do stand in these."""
_TOLD = re.compile(r"\((?:gateway|ical|mail|radicale_distrib|radicale|uvicorn/protocols)/(?!cli\.py|main\.py)")
"""What is worth telling of what calls others: the rest is how a program begins."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A function, and its part of a request's CPU."""

    name: str
    own: float
    """Itself, with what it calls in C."""
    whole: float
    """With all that it calls."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a request costs when nobody looks, and where."""

    point: Point
    cpu_ms: float
    spots: tuple[Spot, ...]

    def lines(self) -> Iterator[str]:
        """Give the costliest functions, by what they do themselves and by what they have done."""
        yield f"{self.cpu_ms:.2f} ms of CPU; the functions themselves, with what they call in C:"
        yield from _top([(spot.own * self.cpu_ms, spot.name) for spot in self.spots])
        yield "with all that they call:"
        yield from _top([(spot.whole * self.cpu_ms, spot.name) for spot in self.spots if _TOLD.search(spot.name)])


def _top(costs: list[tuple[float, str]]) -> Iterator[str]:
    return (f"{cpu_ms:8.2f} ms  {name}" for cpu_ms, name in sorted(costs, reverse=True)[:SHOWN])


def profile(bench: Bench, point: Point, folder: Path) -> Profile:
    """Run a workload without and with an observer."""
    meter = bench.meter()
    bench.run(point, meter, repeats_for(bench, point, BUDGET_MS / 10))
    repeats = max(LEAST, min(MOST, round(BUDGET_MS / meter.cpu_ms)))
    output = folder / f"{point.workload}-{point.number}.txt"
    with _Observer.of(meter.clock, output) as observer:
        bench.run(point, Meter(meter.clock, around=observer.looking), repeats)
    return Profile(point, meter.cpu_ms, _spots(output.read_text(encoding="utf-8")))


class _Observer:
    """A py-spy that sleeps unless it is told to look."""

    def __init__(self, spy: psutil.Popen, clock: Clock) -> None:
        self._spy, self._watched, self._after = spy, clock.pid, clock.pause

    @classmethod
    @contextmanager
    def of(cls, clock: Clock, output: Path) -> Iterator["_Observer"]:
        """Attach to the clock's process; *output* is there when the block has ended."""
        command = (str(Path(sys.executable).parent / "py-spy"), "record", "--function", "--format", "raw")
        where = ("--rate", _RATE, "--pid", str(clock.pid), "--output", str(output))
        said = output.with_suffix(".log")
        with said.open("wb") as log:
            spy = psutil.Popen((*command, *where), stdout=log, stderr=subprocess.STDOUT)
        observer = cls(spy, clock)
        try:
            _until(lambda: b"Press Control-C" in said.read_bytes() or spy.poll() is not None)
            observer._sleep()
            yield observer
        finally:
            spy.send_signal(signal.SIGCONT)
            spy.send_signal(signal.SIGINT)
            spy.wait(_PATIENCE)
        if not output.exists():
            raise WrongAnswer(f"py-spy could not look: {said.read_text(encoding='utf-8')[-500:]}")

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look for as long as the block runs."""
        self._spy.send_signal(signal.SIGCONT)
        yield
        time.sleep(self._after)
        self._sleep()

    def _sleep(self) -> None:
        """Stop py-spy, but not while it holds the server still for a look."""
        while self._spy.poll() is None:
            self._spy.send_signal(signal.SIGSTOP)
            _until(lambda: self._spy.status() in {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE})
            if not self._is_held():
                return
            self._spy.send_signal(signal.SIGCONT)
            time.sleep(0.001)

    def _is_held(self) -> bool:
        tasks = Path(f"/proc/{self._watched}/task").iterdir()
        return not all("TracerPid:\t0\n" in (task / "status").read_text("utf-8") for task in tasks)


def _until(holds: Callable[[], bool]) -> None:
    last = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > last:
            raise WrongAnswer("py-spy does not do as it is told")
        time.sleep(0.001)


def _spots(raw: str) -> tuple[Spot, ...]:
    """Read py-spy's lines, each a stack and how often it was seen."""
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for line in raw.splitlines():
        stack, _, times = line.rpartition(" ")
        frames = stack.split(";")
        if not any(waiting in frames[-1] for waiting in _WAITING):
            own[frames[-1]] += int(times)
            whole.update(dict.fromkeys(frames, int(times)))
    total = max(1, own.total())
    return tuple(Spot(name, own[name] / total, seen / total) for name, seen in whole.items())
