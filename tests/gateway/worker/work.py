# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker at work, and what one asks about what it did."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from gateway import worker
from gateway.store import decisions, outbox
from gateway.store.outbox import Mail
from gateway.worker import CatchAll
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI
from tests.gateway.services.world import World

PATIENCE = 15.0


class Clock:
    """Goes on from the world's time; `ahead` turns it forward."""

    def __init__(self, world: World) -> None:
        self._world, self._began, self.ahead = world, time.monotonic(), timedelta()

    def __call__(self) -> datetime:
        return self._world.now + timedelta(seconds=time.monotonic() - self._began) + self.ahead


@asynccontextmanager
async def at_work(
    world: World, url: str | None = None, *, catch_all: CatchAll | None = None, **settings: object
) -> AsyncIterator[Clock]:
    """Let a worker work that sends to the mail server *url*; it is stopped as the process would stop it."""
    clock = Clock(world)
    chosen = world.settings.model_copy(update={"smtp_url": url, **settings})
    task = asyncio.create_task(worker.run(world.database, chosen, clock=clock, catch_all=catch_all))
    try:
        yield clock
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def story(told: Coroutine[None, None, None]) -> None:
    """Tell a story, which must come to its end; in a thread, because the browser's driver keeps this one's loop."""
    with ThreadPoolExecutor(1) as alone:
        alone.submit(lambda: asyncio.run(asyncio.wait_for(told, 60))).result()


async def until(holds: Callable[[], object], seconds: float = PATIENCE) -> float:
    """Wait until something holds, and give how long that took."""
    began = time.monotonic()
    while not await asyncio.to_thread(holds):
        assert time.monotonic() - began < seconds, "it does not come to hold"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


def invite(world: World, uid: str = "befaring-1", *asked: str) -> None:
    """Let Kari invite Berit (or *asked*)."""
    world.put("kari", texts.meeting(uid, *(asked or (BERIT,)), organizer=KARI))


def status(world: World, uid: str = "befaring-1", box: str = BERIT) -> str | None:
    """Give the SCHEDULE-STATUS that Kari reads."""
    return texts.parameter(texts.line_of(world.text("kari", uid), box), "SCHEDULE-STATUS")


def partstat(world: World, uid: str = "befaring-1", box: str = BERIT) -> str | None:
    """Give the PARTSTAT that Kari reads."""
    return texts.people(world.text("kari", uid)).get(box)


def rows(world: World) -> list[Mail]:
    """Give all rows of the outbox, oldest first."""
    with world.database.read() as uow:
        return list(reversed(outbox.recent(uow, 100)))


def reasons(world: World, uid: str = "befaring-1") -> list[str]:
    """Give what the decision log says."""
    with world.database.read() as uow:
        return [decision.why for decision in decisions.of_uid(uow, uid)]


def read(data: bytes) -> EmailMessage:
    """Read a mail as a mail program does."""
    return message_from_bytes(data, policy=policy.default)
