# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets a save, in whatever thread, wake a loop at once."""

import asyncio

GATHER_SECONDS = 0.05
"""Saves that follow one another as closely as this wake once."""


class Wake:
    """An alarm clock that rings when somebody calls `ring`, or after a while."""

    def __init__(self) -> None:
        """Belongs to the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> None:
        """Wait until it rings, *seconds* at most."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
                await asyncio.sleep(GATHER_SECONDS)
        except TimeoutError:
            pass
        self._rung.clear()
