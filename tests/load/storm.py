# SPDX-License-Identifier: GPL-3.0-or-later
"""Many programs at the same time for a while, then quiet, then the count of what was lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass

from tests.load.checker import Truth, differences, losses, truth
from tests.load.client import Client, Meter, WrongAnswer
from tests.load.replica import Replica
from tests.load.writer import Ledger, Writer


@dataclass(frozen=True, slots=True)
class Extent:
    """How many programs, and for how long."""

    writers: int = 8
    syncers: int = 50
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the storm has left."""

    meter: Meter
    lost: tuple[str, ...]
    """Each program that ends with another state than the server's, and each acknowledged write that is not there."""
    objects: int
    """In all calendars, at the end."""
    seconds: float


async def storm(ports: Sequence[int], people: tuple[str, ...], extent: Extent) -> Outcome:
    """Let programs of *people* write and sync at the processes on *ports*; each person may have several."""
    meter, ledger = Meter(), Ledger()
    async with AsyncExitStack() as stack:

        async def client(number: int) -> Client:
            return await stack.enter_async_context(Client(people[number % len(people)], ports, meter))

        writers = [
            Writer(one, number, tuple(name for name in people if name != one.login), ledger)
            for number, one in enumerate([await client(number) for number in range(extent.writers)])
        ]
        replicas = [Replica(await client(number)) for number in range(extent.syncers)]
        begun = time.perf_counter()
        until = begun + extent.seconds
        await asyncio.gather(
            *(_again(writer.write, until, meter) for writer in writers),
            *(_again(replica.sync, until, meter) for replica in replicas),
        )
        took = time.perf_counter() - begun
        return await _counted([*replicas, *(writer.replica for writer in writers)], ledger, meter, took)


async def _again(do: Callable[[], Awaitable[object]], until: float, meter: Meter) -> None:
    while time.perf_counter() < until:
        try:
            await do()
        except (WrongAnswer, OSError, TimeoutError) as error:
            meter.errors.append(f"{type(error).__name__}: {error}")


async def _counted(replicas: Sequence[Replica], ledger: Ledger, meter: Meter, took: float) -> Outcome:
    measured = deepcopy(meter)  # what follows is not measured
    for replica in replicas:
        while await replica.sync():
            pass
    truths: dict[str, Truth] = {}
    for replica in replicas:
        if replica.client.login not in truths:
            truths[replica.client.login] = await truth(replica.client)
    lost = [line for replica in replicas for line in differences(replica, truths[replica.client.login])]
    lost += losses(ledger, truths)
    return Outcome(measured, tuple(lost), sum(map(len, truths.values())), took)
