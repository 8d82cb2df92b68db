# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that do what an event loop must not wait for.

A hand-over to a `ThreadPoolExecutor` and back costs as much CPU as all of HTTP for a small request: two futures, a lock
each, and a semaphore. Here it is a queue and one future, and costs half of that.
"""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

_Waiting: TypeAlias = asyncio.Future[tuple[Any, BaseException | None]]
_Job: TypeAlias = tuple[Callable[[Any], Any], object, _Waiting, asyncio.AbstractEventLoop]


class Threads:
    """At most *most* threads, started when they are needed; `run` belongs to one event loop."""

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._unfinished = 0

    async def run(self, call: Callable[[Given], Made], given: Given) -> Made:
        """What *call* makes of *given*, in a thread; calls begin in the order in which they were asked for."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[tuple[Made, BaseException | None]] = loop.create_future()
        self._unfinished += 1
        if self._unfinished > len(self._threads) < self._most:
            self._start()
        self._jobs.put((call, given, waiting, loop))
        made, error = await waiting
        if error is not None:
            raise error
        return made

    def close(self) -> None:
        """Wait for the calls that were asked for, and take no more."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _start(self) -> None:
        # Daemons: a process that ends without `close` does not wait for what nobody waits for.
        thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while job := self._jobs.get():
            call, given, waiting, loop = job
            made, error = None, None
            try:
                made = call(given)
            except BaseException as raised:  # noqa: BLE001 - it is raised again where it is waited for
                error = raised
            loop.call_soon_threadsafe(self._finish, waiting, made, error)
            # An idle thread keeps nothing alive.
            del job, call, given, waiting, made, error

    def _finish(self, waiting: _Waiting, made: object, error: BaseException | None) -> None:
        self._unfinished -= 1
        if not waiting.done():
            waiting.set_result((made, error))
