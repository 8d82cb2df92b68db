# SPDX-License-Identifier: GPL-3.0-or-later
"""What was made a moment ago need not be made again: values that never change, in bounded room."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")

LARGEST = 4
"""A value that would take more than this part of the room is not kept."""


class Recent(Generic[Value]):
    """Values by key, those that were asked for last; may be used from any thread."""

    def __init__(self, room: int) -> None:
        """Keep values as long as their sizes come to no more than *room* (bytes) together."""
        self._room = self._left = room
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """Give the value that is kept under *key*, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: Hashable, value: Value, size: int) -> None:
        """Keep *value*, which takes about *size* bytes; what was not asked for longest makes room for it."""
        if size * LARGEST > self._room:
            return
        with self._lock:
            _, before = self._kept.pop(key, (value, 0))
            self._kept[key] = value, size
            self._left += before - size
            while self._left < 0:
                _, (_, freed) = self._kept.popitem(last=False)
                self._left += freed

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()
            self._left = self._room
