# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of one process take turns, in the order in which they came.

SQLite has one writer at a time and no queue: who finds it busy sleeps and tries again, in growing steps, and may be
passed by any number of others meanwhile.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class NoTurn(Exception):
    """One's turn has not come in time."""


class Turns:
    """A lock that is given to those who wait for it in their order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    @contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Wait for one's turn, and have it; NoTurn where it has not come after *seconds*."""
        self._take(seconds)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, seconds: float) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if not mine.acquire(timeout=seconds):
            with self._lock:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                    raise NoTurn
            # It came at the last moment.

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
