# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker: mail out, mail in and housekeeping beside one another, until it is told to stop."""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Coroutine
from datetime import datetime

from gateway.config import Settings
from gateway.log import log
from gateway.store.unit import Database
from gateway.worker.housekeeping import Housekeeping
from gateway.worker.inbox import Inbox
from gateway.worker.outbox import Outbox
from gateway.worker.post import CatchAll, Kept, Post, Smtp
from gateway.worker.publish import Publishing
from gateway.worker.wake import Wake
from mail.addresses import Mailboxes
from mail.compose import House
from mail.smtp import Server

GRACE_SECONDS = 20.0
"""How long a mail that is being sent may take to its end when the worker is stopped."""


async def run(
    database: Database, settings: Settings, *, clock: Callable[[], datetime], catch_all: CatchAll | None = None
) -> None:
    """Work until cancelled; the mail that is being sent then is finished first.

    *catch_all* takes mail where there is no mail server (the demo). Several processes may work at the same time.
    """
    stop = asyncio.Event()
    wake = Wake()
    working = asyncio.gather(*_parts(database, settings, clock, catch_all, wake, stop))
    unhook = database.when_written(wake.ring)
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        stop.set()
        wake.ring()
        await asyncio.wait({working}, timeout=GRACE_SECONDS)
        raise
    finally:
        unhook()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        log.info("worker.stopped")


def _parts(  # what each part is made of
    database: Database,
    settings: Settings,
    clock: Callable[[], datetime],
    catch_all: CatchAll | None,
    wake: Wake,
    stop: asyncio.Event,
) -> list[Coroutine[None, None, None]]:
    parts = [Housekeeping(database, clock).run(stop), Publishing(database).run(stop)]
    if (post := _post(settings, catch_all)) is not None:
        house = House(Mailboxes(settings.mail_from), settings.public_url)
        parts.append(Outbox(database, house, post, name=_name(), clock=clock).run(wake, stop))
    if settings.lmtp_address is not None:
        parts.append(Inbox(database, settings, clock).run(settings.lmtp_address, stop))
    return parts


def _post(settings: Settings, catch_all: CatchAll | None) -> Post | None:
    if settings.smtp_url is not None:
        return Smtp(Server.of_url(settings.smtp_url), Mailboxes(settings.mail_from).domain)
    return Kept(catch_all) if catch_all is not None else None


def _name() -> str:
    """Give a name that no other worker has, and that an operator can follow."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
