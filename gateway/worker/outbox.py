# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends what lies in the outbox: claim, send, record.

The claim is committed before a byte leaves, and renewed for as long as this process lives and sends. So a process that
died leaves its mail to others after the lease, and a mail server that hangs never makes a second copy go out.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from gateway.errors import DatabaseError
from gateway.log import log
from gateway.metrics import mails
from gateway.services import deliveries
from gateway.store import outbox
from gateway.store.outbox import Mail
from gateway.store.unit import Database, UnitOfWork
from gateway.worker.letters import envelope_of
from gateway.worker.post import Post
from gateway.worker.wake import Wake
from mail.compose import House
from mail.errors import AddressRefused, Deferred, NotComposable, Refused

AT_ONCE = 4
"""Mails that are sent at the same time."""
POLL_SECONDS = 2.0
"""How often another process's saves are looked for; those of this one ring."""
RENEW_SECONDS = 10.0
RECORD_ATTEMPTS = 30
"""How often a result is tried to be written down, seconds apart: losing it means a second copy."""

_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of a mail, and how that is written down."""

    name: str
    response: str
    record: Callable[[UnitOfWork], object]


class _Lost(Exception):
    """The mail is another worker's."""


class Outbox:
    """One worker's way through the outbox."""

    def __init__(  # what to send from where to where, and as whom
        self, database: Database, house: House, post: Post, *, name: str, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._house, self._post = database, house, post
        self._name, self._clock = name, clock
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self, wake: Wake, stop: asyncio.Event) -> None:
        """Send what is due until *stop*, and finish what was begun by then."""
        try:
            while not stop.is_set():
                begun = await self._round(wake)
                if begun == 0 or len(self._sending) >= AT_ONCE:
                    if not self._sending:
                        await self._rest()
                    await wake.wait(POLL_SECONDS)
            if self._sending:
                await asyncio.wait(self._sending)
        finally:
            for task in self._sending:
                task.cancel()
            await self._rest()

    async def _round(self, wake: Wake) -> int:
        """Begin to send what is due, as far as there is room, and give how many mails that were."""
        try:
            return await self._begin(wake)
        except DatabaseError as error:
            log.warning("outbox.database", why=str(error))
        except Exception:  # noqa: BLE001 - the loop outlives whatever one round meets
            log.exception("outbox.round_failed")
        return 0

    async def _begin(self, wake: Wake) -> int:
        room = AT_ONCE - len(self._sending)
        claimed = await asyncio.to_thread(self._claim, room) if room > 0 else ()
        for mail in claimed:
            task = asyncio.create_task(self._deliver(mail))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
            task.add_done_callback(lambda _: wake.ring())
        return len(claimed)

    def _claim(self, room: int) -> tuple[Mail, ...]:
        now = self._clock()
        with self._database.read() as uow:
            if not outbox.is_due(uow, now):
                return ()
        with self._database.write() as uow:
            return deliveries.claim(uow, worker=self._name, now=now, limit=room)

    async def _deliver(self, mail: Mail) -> None:
        """Send one mail and write down what came of it; whatever happens to it happens to it alone."""
        try:
            await self._while_held(mail, self._send_and_record(mail))
        except _Lost:
            log.warning("mail.lost", mail=mail.id, entry=mail.entry_id)
        except Exception:  # noqa: BLE001 - no mail may stop the others
            log.exception("mail.failed", mail=mail.id, entry=mail.entry_id)

    async def _send_and_record(self, mail: Mail) -> None:
        result = await self._send(mail)
        mails.labels(result.name).inc()
        domain = mail.address.rpartition("@")[2]
        facts = {"entry": mail.entry_id, "to_domain": domain, "attempt": mail.attempts}
        log.info(f"mail.{result.name}", method=str(mail.method), response=result.response, **facts)
        await self._record(result)

    async def _send(self, mail: Mail) -> _Result:
        """Compose and hand over; every fault becomes a result, so that no mail is tried for ever."""
        try:
            envelope = await asyncio.to_thread(envelope_of, mail, self._house)
            response = await self._post.send(envelope)
        except AddressRefused as error:
            return self._refused(mail, str(error), deliveries.NO_ADDRESS)
        except NotComposable as error:
            return self._refused(mail, str(error), deliveries.REFUSED)
        except Refused as error:
            status = deliveries.FORBIDDEN if error.by_policy else deliveries.REFUSED
            return self._refused(mail, error.response, status)
        except Deferred as error:
            return self._deferred(mail, error.response)
        except Exception:  # noqa: BLE001 - it is tried again, and given up in the end
            log.exception("mail.crashed", mail=mail.id, entry=mail.entry_id)
            return self._deferred(mail, "an error of our own; the log has it")
        return self._sent(mail, response)

    def _sent(self, mail: Mail, response: str) -> _Result:
        def record(uow: UnitOfWork) -> None:
            deliveries.sent(uow, mail, worker=self._name, response=response, now=self._clock())

        return _Result("sent", response, record)

    def _refused(self, mail: Mail, response: str, status: str) -> _Result:
        def record(uow: UnitOfWork) -> None:
            deliveries.refused(uow, mail, worker=self._name, response=response, status=status, now=self._clock())

        return _Result("refused", response, record)

    def _deferred(self, mail: Mail, response: str) -> _Result:
        def record(uow: UnitOfWork) -> None:
            chance = random.random()  # noqa: S311 - spreads attempts, keeps no secret
            deliveries.deferred(uow, mail, worker=self._name, response=response, now=self._clock(), chance=chance)

        return _Result("deferred", response, record)

    async def _record(self, result: _Result) -> None:
        for attempt in range(1, RECORD_ATTEMPTS + 1):
            try:
                await asyncio.to_thread(self._write, result.record)
            except DatabaseError as error:
                if attempt == RECORD_ATTEMPTS:
                    raise
                log.warning("mail.not_recorded", why=str(error), attempt=attempt)
                await asyncio.sleep(1)
            else:
                return

    def _write(self, act: Callable[[UnitOfWork], _Given]) -> _Given:
        with self._database.write() as uow:
            return act(uow)

    async def _while_held(self, mail: Mail, work: Coroutine[None, None, None]) -> None:
        """Do *work* for as long as the mail is ours."""
        sending = asyncio.create_task(work)
        holding = asyncio.create_task(self._hold(mail))
        try:
            await asyncio.wait({sending, holding}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                raise _Lost
            await sending
        finally:
            for task in (sending, holding):
                task.cancel()
            await asyncio.gather(sending, holding, return_exceptions=True)

    async def _hold(self, mail: Mail) -> None:
        """Renew the lease; returns when it is lost, or could not be renewed before its end."""
        until = self._clock() + deliveries.LEASE
        while self._clock() < until:
            await asyncio.sleep(RENEW_SECONDS)
            now = self._clock()
            with suppress(DatabaseError):
                if not await asyncio.to_thread(self._write, lambda uow: self._renew(uow, mail)):
                    return
                until = now + deliveries.LEASE

    def _renew(self, uow: UnitOfWork, mail: Mail) -> bool:
        return deliveries.renew(uow, mail, worker=self._name, now=self._clock())

    async def _rest(self) -> None:
        try:
            await self._post.rest()
        except Exception:  # noqa: BLE001 - nothing depends on a polite farewell
            log.exception("post.rest_failed")
