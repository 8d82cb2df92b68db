# SPDX-License-Identifier: GPL-3.0-or-later
"""Work handed from an event loop to threads."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest

from gateway.threads import Threads

PATIENCE = 15
Made = TypeVar("Made")


@asynccontextmanager
async def opened(most: int) -> AsyncIterator[Threads]:
    threads = Threads(most, "test")
    try:
        yield threads
    finally:
        threads.close()


def run(work: Coroutine[Any, Any, Made]) -> Made:
    return asyncio.run(asyncio.wait_for(work, PATIENCE))


def named(_: object) -> str:
    return threading.current_thread().name


def test_what_is_made_in_a_thread_comes_back() -> None:
    async def work() -> list[int]:
        async with opened(2) as threads:
            return await asyncio.gather(*(threads.run(abs, -number) for number in range(100)))

    assert run(work()) == list(range(100))


def test_one_after_the_other_needs_one_thread() -> None:
    async def work() -> set[str]:
        async with opened(8) as threads:
            return {await threads.run(named, None) for _ in range(20)}

    assert run(work()) == {"test-0"}


@pytest.mark.parametrize("error", [ValueError("no"), StopIteration(), KeyboardInterrupt()])
def test_an_error_is_raised_where_it_is_waited_for_and_the_thread_goes_on(error: BaseException) -> None:
    def fail(_: object) -> None:
        raise error

    async def work() -> tuple[object, str]:
        async with opened(1) as threads:
            # A coroutine that raises StopIteration raises a RuntimeError because of it.
            with pytest.raises((type(error), RuntimeError)) as raised:
                await threads.run(fail, None)
            return raised.value.__cause__ or raised.value, await threads.run(named, None)

    assert run(work()) == (error, "test-0")


def test_as_many_as_allowed_work_at_once_and_the_others_wait() -> None:
    gate = threading.Barrier(3, timeout=PATIENCE)

    def meet(_: object) -> str:
        gate.wait()  # passes when three are in here together
        return named(None)

    async def work() -> set[str]:
        async with opened(3) as threads:
            return set(await asyncio.gather(*(threads.run(meet, None) for _ in range(9))))

    assert run(work()) <= {"test-0", "test-1", "test-2"}
    assert not gate.broken


def test_one_who_no_longer_waits_takes_no_place() -> None:
    go_on = threading.Event()

    async def work() -> str:
        async with opened(1) as threads:
            waiting = asyncio.ensure_future(threads.run(lambda _: go_on.wait(PATIENCE), None))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            go_on.set()
            return await threads.run(named, None)

    assert run(work()) == "test-0"


def test_closing_waits_for_what_was_asked_for() -> None:
    done: list[int] = []

    async def work() -> None:
        async with opened(1) as threads:
            waiting = [asyncio.ensure_future(threads.run(done.append, number)) for number in range(50)]
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)

    run(work())

    assert done == list(range(50))
