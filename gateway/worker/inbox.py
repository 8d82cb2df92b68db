# SPDX-License-Identifier: GPL-3.0-or-later
"""The door that mail comes in by: LMTP, for as long as the worker runs."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from gateway.config import Settings
from gateway.errors import DatabaseError
from gateway.log import log
from gateway.metrics import answers
from gateway.services import received
from gateway.services.arrivals import Taken, What
from gateway.store.unit import Database
from gateway.threads import Threads
from mail.addresses import Mailboxes
from mail.errors import Deferred, Refused
from mail.lmtp import Arrival, listening

AGAIN_SECONDS = 5.0
AT_ONCE = 4
"""Mails that are dealt with at the same time."""
ATTEMPTS = 4


class Inbox:
    """Takes mail in and deals with it."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._database, self._settings, self._clock = database, settings, clock

    async def run(self, address: Path | tuple[str, int], stop: asyncio.Event) -> None:
        """Listen at *address* until *stop*; where it cannot be had, try again and say so."""
        hostname = Mailboxes(self._settings.mail_from).domain
        threads = Threads(AT_ONCE, "lmtp")
        knows, take = partial(threads.run, self.knows), partial(threads.run, self.take)
        while not stop.is_set():
            try:
                async with listening(address, knows, take, hostname=hostname):
                    log.info("lmtp.listening", address=str(address))
                    await stop.wait()
            except OSError as error:
                log.error("lmtp.not_listening", address=str(address), why=error.strerror or str(error))
                await _either(stop, AGAIN_SECONDS)
        await asyncio.to_thread(threads.close)

    def knows(self, recipient: str) -> bool:
        """Tell whether mail to *recipient* is taken."""
        return self._database.ask(lambda uow: received.is_known(uow, recipient, settings=self._settings))

    def take(self, arrival: Arrival) -> str:
        """Deal with a mail; when this returns, all that came of it is committed."""
        try:
            taken = self._taken(arrival)
        except DatabaseError as error:
            log.warning("mail.not_taken", why=str(error))
            raise Deferred("the database cannot be used now") from error
        if taken.what is What.UNKNOWN:
            raise Refused("no such mailbox")
        if taken.what is What.ANSWER:
            answers.labels("mail").inc()
        log.info("mail.taken", what=str(taken.what), entry=taken.entry_id, **({"why": taken.why} if taken.why else {}))
        return f"taken: {taken.what}"

    def _taken(self, arrival: Arrival) -> Taken:
        """Deal with a mail, once more where another about the same was dealt with at the same moment."""
        for _ in range(ATTEMPTS):
            try:
                with self._database.write() as uow:
                    return received.receive(
                        uow,
                        arrival.raw,
                        arrival.recipient,
                        return_path=arrival.return_path,
                        settings=self._settings,
                        now=self._clock(),
                    )
            except IntegrityError:
                continue
        raise Deferred("others write the same at the same moment")


async def _either(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
