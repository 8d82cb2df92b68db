# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages hear at once that something of their visitor's has changed: server-sent events without any content.

What changed, a page asks for itself. In each process one poller looks for all who listen, so it makes no difference
which process of the gateway made the change.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from itertools import count

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from gateway.errors import DatabaseError
from gateway.log import log
from gateway.model import PersonId
from gateway.services import signing_in
from gateway.store.unit import Database
from gateway.web.desk.door import Desk

PATH = "/hendelser"
EVERY = 1.0
"""Seconds between two looks at the database."""
HEARTBEAT = 20.0
"""Seconds after which something is sent, so that nobody in between takes the connection for dead."""
MOST = 8
"""Streams of one person in one process."""
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}
_AGAIN, _CHANGED, _ALIVE = b"retry: 3000\n\n", b"event: changed\ndata: 1\n\n", b": alive\n\n"


class Listener:
    """One page that wants to hear."""

    def __init__(self, person_id: PersonId, secret: str) -> None:
        self.person_id, self.secret = person_id, secret
        self.pulse: int | None = None
        """What was seen last; None: nothing yet."""
        self.is_over = False
        self._news = asyncio.Event()

    def ring(self) -> None:
        """Let the page hear."""
        self._news.set()

    def end(self) -> None:
        """Let its stream come to its end."""
        self.is_over = True
        self._news.set()

    async def wait(self, seconds: float) -> bool:
        """Tell whether there was news within so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
        has_news = self._news.is_set()
        self._news.clear()
        return has_news


class News:
    """Who listens in this process, and the poller that works for them. It belongs to one event loop."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._listeners: list[Listener] = []
        self._poller: asyncio.Task[None] | None = None
        self._is_ending = False

    def listen(self, person_id: PersonId, secret: str) -> Listener | None:
        """Give a listener, who hears once as soon as it is known what there is; None where there are too many."""
        if self._is_ending or sum(one.person_id == person_id for one in self._listeners) >= MOST:
            return None
        listener = Listener(person_id, secret)
        self._listeners.append(listener)
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
        return listener

    def forget(self, listener: Listener) -> None:
        """Let somebody listen no more."""
        with suppress(ValueError):
            self._listeners.remove(listener)

    def close(self) -> None:
        """End all streams, now and from now on."""
        self._is_ending = True
        for one in self._listeners:
            one.end()

    async def _poll(self) -> None:
        """Look every second, and at who is still signed in with every heartbeat, as long as anybody listens."""
        for number in count():
            if not self._listeners:
                return
            listeners = tuple(self._listeners)
            try:
                pulses, gone = await run_in_threadpool(self._look, listeners, thorough=number % int(HEARTBEAT) == 0)
            except DatabaseError as error:
                log.warning("events.unusable", reason=str(error))
            else:
                _tell(listeners, pulses, gone)
            await asyncio.sleep(EVERY)

    def _look(
        self, listeners: Collection[Listener], *, thorough: bool
    ) -> tuple[Mapping[PersonId, int], Collection[str]]:
        """Give how far the collections of each have come, and which sessions are over: two statements."""
        secrets = {one.secret for one in listeners}
        pulses, open_ones = signing_in.watch(self._database, {one.person_id for one in listeners}, secrets)
        if thorough:
            now = self._clock()
            open_ones = {one for one in open_ones if signing_in.is_signed_in(self._database, one, now)}
        return pulses, secrets - open_ones


def _tell(listeners: Sequence[Listener], pulses: Mapping[PersonId, int], gone: Collection[str]) -> None:
    for one in listeners:
        pulse = pulses.get(one.person_id, 0)
        if one.secret in gone:
            one.end()
        elif pulse != one.pulse:
            one.pulse = pulse
            one.ring()


class EventsDoor:
    """`/hendelser`."""

    def __init__(self, desk: Desk, news: News) -> None:
        self._desk, self._news = desk, news

    def routes(self) -> Sequence[BaseRoute]:
        """Give the route of the stream."""
        return [Route(PATH, self.respond, methods=["GET"])]

    async def respond(self, request: Request) -> Response:
        """Open a stream for whoever is signed in; a browser does not try again where it is refused."""
        visit = await run_in_threadpool(self._desk.visit, request)
        if visit is None:
            return Response(status_code=HTTPStatus.UNAUTHORIZED, headers=_HEADERS)
        listener = self._news.listen(visit.person.id, visit.secret)
        if listener is None:
            return Response(status_code=HTTPStatus.TOO_MANY_REQUESTS, headers=_HEADERS)
        return StreamingResponse(self._told(listener), headers=_HEADERS, media_type="text/event-stream")

    async def _told(self, listener: Listener) -> AsyncIterator[bytes]:
        try:
            yield _AGAIN
            while not listener.is_over:
                has_news = await listener.wait(HEARTBEAT)
                if not listener.is_over:
                    yield _CHANGED if has_news else _ALIVE
        finally:
            self._news.forget(listener)
