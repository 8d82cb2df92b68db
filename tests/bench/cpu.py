# SPDX-License-Identifier: GPL-3.0-or-later
"""How much CPU a server has used: user and system time of its processes, threads that have ended included."""

import sys
import time
from dataclasses import dataclass

import psutil

ANSWERED = 0.002
"""Seconds without work after which a server that only answers is done."""
WOKEN = 0.08
"""The same for one whose worker is woken by a save: it gathers for a twentieth of a second."""
_QUIET = 0.005
"""Of a core: an event loop that looks at its clock uses so little."""
_LEAST_NS = 50_000
_PAUSES = 100


@dataclass(frozen=True, slots=True)
class Clock:
    """The CPU clock of a process and its children, in nanoseconds.

    Linux counts it exactly and lets anybody with the same user read it (`clock_getcpuclockid(3)`); elsewhere it is
    what `ps` shows, in hundredths of a second.
    """

    pid: int
    pause: float = ANSWERED

    def read(self) -> int:
        """Give what has been used so far."""
        process = psutil.Process(self.pid)
        return sum(map(_used, (process, *process.children(recursive=True))))

    def settled(self) -> int:
        """Give what has been used when the server has nothing left to do: some work follows the answer."""
        quiet = max(_LEAST_NS, self.pause * _QUIET * 1e9)
        before = self.read()
        for _ in range(_PAUSES):
            time.sleep(self.pause)
            now = self.read()
            if now - before < quiet:
                return now
            before = now
        return before


def _used(process: psutil.Process) -> int:
    if sys.platform == "linux":
        return time.clock_gettime_ns((~process.pid << 3) | 2)  # CPUCLOCK_SCHED of the whole process
    times = process.cpu_times()
    return round((times.user + times.system) * 1e9)
