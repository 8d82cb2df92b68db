# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time of a request goes: at every tick that a thread has computed, Python says which function it is in.

The kernel sends SIGPROF to the thread that computes (Linux 6.4 or newer), and faulthandler writes where that is, also
in C and without the interpreter's lock: who waits is not seen, and who works is.
"""

import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.bench.client import WrongAnswer
from tests.bench.meter import Meter
from tests.bench.rounds import LEAST, Bench, Point, Seat, repeats_for
from tests.bench.sites import sites
from tests.gateway.process import NotUp

BUDGET_MS = 3000.0
"""CPU of the server under observation: with 250 ticks in a second that is 750 looks."""
MOST = 4000
SHOWN, PACKAGES = 16, 8
ENOUGH = 200
ATTEMPTS = 8
FALLING, LOOKS = 2.0, 100
"""Seconds in which a process ends that closes its connections, and how often it is asked meanwhile."""
_SAMPLED = """\
import faulthandler, signal
from gateway.cli import main
faulthandler.register(signal.SIGPROF, open({!r}, "ab", buffering=0), all_threads=False)
signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
main(prog_name="distrib")
"""
_STACK = b"Stack (most recent call first):\n"
_FRAME = re.compile(r'  File "(?:.*/site-packages/|.*/lib/python3\.\d+/)?([^"]+)", line \d+ in (.+)')
_STANDARD = sys.stdlib_module_names
_ROOT = f"{Path(__file__).parents[2]}/"
_TOLD = re.compile(r"\((?:gateway|ical|mail|radicale_distrib|radicale)/(?!cli\.py|main\.py)")
"""What is worth telling of what calls others: the rest is how a program begins."""


def sampled(samples: Path) -> tuple[str, ...]:
    """Give the command that is `distrib`, and writes into *samples* where it computes."""
    return (
        sys.executable,
        "-c",
        _SAMPLED.format(str(samples)),
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """What a request costs when nobody looks, and where."""

    point: Point
    cpu_ms: float
    own: Counter[str]
    """How often a function was seen, with what it calls in C."""
    whole: Counter[str]
    """How often it was seen anywhere in the stack."""

    def lines(self) -> Iterator[str]:
        """Give what is costly, by packages, and by functions: what they do themselves and what they have done."""
        yield f"{self.cpu_ms:.2f} ms of CPU, {self.own.total()} looks; by package:"
        packages = Counter(dict.fromkeys(map(_package, self.own), 0))
        for name, seen in self.own.items():
            packages[_package(name)] += seen
        yield from self._top(packages, PACKAGES)
        yield "by function, with what it calls in C:"
        yield from self._top(self.own, SHOWN)
        yield "by our functions and Radicale's, with all that they call:"
        yield from self._top(Counter({name: seen for name, seen in self.whole.items() if _TOLD.search(name)}), SHOWN)

    def _top(self, seen: Counter[str], most: int) -> Iterator[str]:
        for name, times in seen.most_common(most):
            yield f"{times / max(1, self.own.total()) * self.cpu_ms:8.2f} ms  {name}"


def profiles(points: Collection[Point], folder: Path, tell: Callable[[str, str], None]) -> Iterator[Profile]:
    """Look into the gateway at each point.

    Once in some thousand looks Python falls over a stack that is just being made: then the server is started again.
    """
    left = list(points)
    for _ in range(ATTEMPTS):
        for site in sites(left, alone={point.number for point in left}, command=sampled):
            tell(site.title, "looking into it")
            with ExitStack() as stack:
                try:
                    seats = stack.enter_context(site.opened(Path(tempfile.mkdtemp(dir=folder))))
                except NotUp as error:  # it may fall while it is starting, too
                    tell(site.title, str(error).splitlines()[0])
                    continue
                for found in _until_it_falls(seats):
                    left.remove(found.point)
                    yield found
        if not left:
            return
    raise WrongAnswer(f"the gateway falls over each time that it is looked into: {left}")


def _until_it_falls(seats: Sequence[Seat]) -> Iterator[Profile]:
    for seat in seats:
        found = _look(seat.bench, seat.point)
        has_fallen = _has_fallen(seat.bench)
        if found.own.total() >= ENOUGH or not has_fallen:
            yield found
        if has_fallen:
            return


def _has_fallen(bench: Bench) -> bool:
    return bool(psutil.Process(bench.server.pid).status() == psutil.STATUS_ZOMBIE)


def _is_falling(bench: Bench) -> bool:
    """Tell whether the gateway is gone or about to go: its connections are closed before it has ended."""
    for _ in range(LOOKS):
        if _has_fallen(bench):
            return True
        time.sleep(FALLING / LOOKS)
    return False


def _look(bench: Bench, point: Point) -> Profile:
    """Run a workload at a server that was started as `sampled`, and give what was seen until its end."""
    observer, meter = _Observer(bench.server.samples), bench.meter()
    try:
        bench.run(point, meter, repeats_for(bench, point, BUDGET_MS / 10))
        repeats = max(LEAST, min(MOST, round(BUDGET_MS / meter.cpu_ms)))
        bench.run(point, Meter(meter.clock, around=observer.looking), repeats)
    except (OSError, WrongAnswer):
        if not _is_falling(bench):
            raise
    stacks = [list(_frames(stack)) for stack in bytes(observer.seen).split(_STACK)[1:]]
    own = Counter(frames[0] for frames in stacks if frames)
    whole = Counter(frame for frames in stacks for frame in set(frames))
    return Profile(point, meter.cpu_ms if meter.seconds else 0.0, own, whole)


@dataclass(frozen=True, slots=True)
class _Observer:
    """Keeps what is written while requests that count are answered."""

    samples: Path
    seen: bytearray = field(default_factory=bytearray)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look for as long as the block runs."""
        with self.samples.open("rb") as written:
            written.seek(0, os.SEEK_END)
            try:
                yield
            finally:
                self.seen.extend(written.read())


def _frames(stack: bytes) -> Iterator[str]:
    """Give the functions of a stack, the innermost first."""
    for line in stack.decode("utf-8", "replace").splitlines():
        found = _FRAME.match(line)
        if found:
            yield f"{found[2]} ({found[1].removeprefix(_ROOT).removeprefix('plugins/')})"


def _package(function: str) -> str:
    """Give the package of a function, or Python itself."""
    folder = function.rpartition("(")[2].rstrip(")").split("/")
    return folder[0] if len(folder) > 1 and folder[0] not in _STANDARD else "Python's own"
