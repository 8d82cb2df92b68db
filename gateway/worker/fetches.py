# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes every few seconds which invitations were fetched: beside whatever answers requests, in the same process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.log import log
from gateway.services.fetches import Fetches
from gateway.store.unit import Database

PAUSE_SECONDS = 5.0


@asynccontextmanager
async def noted(fetches: Fetches, database: Database, *, pause: float = PAUSE_SECONDS) -> AsyncIterator[None]:
    """Write meanwhile what *fetches* remembers, and once more at the end."""
    stop = asyncio.Event()
    writing = asyncio.create_task(_run(fetches, database, pause, stop))
    try:
        yield
    finally:
        stop.set()
        await writing


async def _run(fetches: Fetches, database: Database, pause: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            async with asyncio.timeout(pause):
                await stop.wait()
        except TimeoutError:
            await _write(fetches, database)
    await _write(fetches, database)


async def _write(fetches: Fetches, database: Database) -> None:
    if not fetches.waiting:
        return
    try:
        news = await asyncio.to_thread(fetches.write, database)
    except Exception:  # noqa: BLE001 - the next round is another try
        log.exception("fetches.failed")
    else:
        log.debug("fetches.noted", readings=news)
