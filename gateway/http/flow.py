# SPDX-License-Identifier: GPL-3.0-or-later
"""How quickly a connection is read and written: neither side piles up what the other one sends."""

import asyncio

STALLED = 60
"""Seconds in which a client must take the next `TAKEN` bytes of an answer."""
TAKEN = 64 * 1024


class Flow:
    """Holds back a client that sends too quickly and an application that answers too quickly."""

    __slots__ = ("_drained", "_is_held", "_loop", "_stalled", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._is_held = False
        self._drained: asyncio.Event | None = None
        """Set while there is something to wait for."""
        self._stalled: asyncio.TimerHandle | None = None

    @property
    def is_held(self) -> bool:
        """Tell whether it is us who do not read."""
        return self._is_held

    def hold(self) -> None:
        """Read no more for now."""
        if not self._is_held:
            self._is_held = True
            self._transport.pause_reading()

    def go_on(self) -> None:
        """Read again."""
        if self._is_held:
            self._is_held = False
            self._transport.resume_reading()

    def fill(self) -> None:
        """Note that more is written than the client has taken. It must take some, or it is given up."""
        if self._drained is None:
            self._drained = asyncio.Event()
            self._watch(self._transport.get_write_buffer_size())

    def drain(self) -> None:
        """Note that the client has taken enough, or that there is no client any more."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        if self._drained is not None:
            self._drained.set()
            self._drained = None

    async def drained(self) -> None:
        """Return when more may be written."""
        if self._drained is not None:
            await self._drained.wait()

    def _watch(self, unsent: int) -> None:
        self._stalled = self._loop.call_later(STALLED, self._see_whether_it_moves, unsent)

    def _see_whether_it_moves(self, unsent: int) -> None:
        left = self._transport.get_write_buffer_size()
        if left > unsent - TAKEN:
            self._transport.abort()
        else:
            self._watch(left)
