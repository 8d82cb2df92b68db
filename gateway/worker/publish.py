# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows new answers of large entries to those invited, every quarter of an hour at most."""

import asyncio

from gateway.log import log
from gateway.services import publish
from gateway.store.unit import Database

PAUSE_SECONDS = 15 * 60.0
AT_ONCE = 100
"""Entries in one round."""


class Publishing:
    """The batches."""

    def __init__(self, database: Database, *, pause: float = PAUSE_SECONDS) -> None:
        self._database, self._pause = database, pause

    async def run(self, stop: asyncio.Event) -> None:
        """Publish now and after every pause, until *stop*."""
        while not stop.is_set():
            try:
                await asyncio.to_thread(self.round)
            except Exception:  # noqa: BLE001 - the next round is another try
                log.exception("publish.failed")
            try:
                async with asyncio.timeout(self._pause):
                    await stop.wait()
            except TimeoutError:
                continue

    def round(self) -> None:
        """Publish what waits, each entry in a transaction of its own."""
        with self._database.read() as uow:
            waiting = publish.waiting(uow, AT_ONCE)
        for entry_id in waiting:
            with self._database.write() as uow:
                answers = publish.publish(uow, entry_id)
            log.info("answers.published", entry=entry_id, answers=answers)
