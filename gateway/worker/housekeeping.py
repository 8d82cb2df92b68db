# SPDX-License-Identifier: GPL-3.0-or-later
"""Throws away, once an hour, what nobody needs any more."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.log import log
from gateway.services import signing_in
from gateway.store import aging, crashers, formers, quarantine
from gateway.store.unit import Database

PAUSE_SECONDS = 3600.0
LINKS = timedelta(days=7)
"""How long after its end an appointment's answer links lead somewhere."""
MAIL = timedelta(days=90)
"""How long is known which mail went out and came in."""
QUARANTINE = timedelta(days=30)
"""How long an invitation waits for an administrator."""
INBOX = timedelta(days=90)
"""How long after an entry's end its messages stay in inboxes."""


class Housekeeping:
    """The broom."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep now and every hour, until *stop*."""
        while not stop.is_set():
            try:
                await asyncio.to_thread(self.sweep)
            except Exception:  # noqa: BLE001 - the next hour is another try
                log.exception("housekeeping.failed")
            try:
                async with asyncio.timeout(PAUSE_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue

    def sweep(self) -> None:
        """Throw away what is too old now."""
        now = self._clock()
        with self._database.write() as uow:
            links = aging.forget_links(uow, now - LINKS, now)
            mail = aging.forget_mail(uow, now - MAIL)
            unsettled = quarantine.forget(uow, now - QUARANTINE)
            aging.forget_ends(uow, now - MAIL)
            formers.forget(uow, now)
            crashers.forget_over(uow, now, now - INBOX)
            signing_in.forget_old(uow, now)
            items = aging.empty_inboxes(uow, now - INBOX)
        if unsettled:
            log.warning("quarantine.forgotten", invitations=unsettled)
        if links or mail or items:
            log.info("housekeeping.done", links=links, mail=mail, inbox_items=items)
