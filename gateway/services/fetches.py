# SPDX-License-Identifier: GPL-3.0-or-later
"""Which invitations were fetched for the first time: remembered by whoever reads, and written later by somebody else.

So no read writes, and none waits or fails because something else does. It is no change of the object: no revision
moves (model, row 56).
"""

from datetime import datetime

from gateway.model import ReadingId
from gateway.store import fetched
from gateway.store.unit import Database

MOST = 10_000
"""Remembered at once. What is forgotten is said again by the next fetch."""


class Fetches:
    """What is not written yet. A class, because it remembers; to be called from any thread."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._times: dict[ReadingId, datetime] = {}

    @property
    def waiting(self) -> int:
        """How many are not written yet."""
        return len(self._times)

    def note(self, reading: ReadingId, now: datetime) -> None:
        """Remember that its owner's program has fetched *reading*; the first time counts."""
        if len(self._times) < self._most:
            self._times.setdefault(reading, now)

    def write(self, database: Database) -> int:
        """Store what is remembered, in a transaction of its own, and give how many were news.

        What could not be stored stays remembered.
        """
        times = self._times.copy()
        if not times:
            return 0
        with database.write() as uow:
            news = fetched.note(uow, times)
        for reading in times:
            self._times.pop(reading, None)
        return news
