# SPDX-License-Identifier: GPL-3.0-or-later
"""How much CPU a server has used: user and system time of its processes, threads that have ended included."""

import sys
import time

import psutil

_QUIET_NS = 50_000
"""Less than this in a pause is an event loop that looks at its clock, no work."""
_PAUSE, _PAUSES = 0.002, 100


class Clock:
    """The CPU clock of a process and its children, in nanoseconds.

    Linux counts it exactly and lets anybody with the same user read it (`clock_getcpuclockid(3)`); elsewhere it is
    what `ps` shows, in hundredths of a second.
    """

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    def read(self) -> int:
        """Give what has been used so far."""
        return sum(map(_used, (self._process, *self._process.children(recursive=True))))

    def settled(self) -> int:
        """Give what has been used when the server has nothing left to do: some work follows the answer."""
        before = self.read()
        for _ in range(_PAUSES):
            time.sleep(_PAUSE)
            now = self.read()
            if now - before < _QUIET_NS:
                return now
            before = now
        return before


def _used(process: psutil.Process) -> int:
    if sys.platform == "linux":
        return time.clock_gettime_ns((~process.pid << 3) | 2)  # CPUCLOCK_SCHED of the whole process
    times = process.cpu_times()
    return round((times.user + times.system) * 1e9)
