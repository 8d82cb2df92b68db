# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection: its requests are answered one after the other, and a client has its time for each step."""

import asyncio
import contextlib
from collections import deque
from http import HTTPStatus
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from gateway.http.exchange import Exchange
from gateway.http.flow import Flow
from gateway.http.reading import Head, Reader, Refused
from gateway.log import log

CONNECTIONS = 4000
"""Open at the same time."""
ARRIVING = 30
"""Seconds that a head may take, and that may pass between two pieces of a body."""
SILENT = 60
"""Seconds for which a connection may be open without a request."""
LINGERING = 2
"""Seconds that a client has to stop sending when it was given its last answer."""
PATIENCE = 30
"""How often it is given so many, if it has not taken all of that answer."""

_ASGI = {"version": "3.0", "spec_version": "2.3"}


class Connection(asyncio.Protocol):
    """What uvicorn makes of each connection that it accepts."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._application, self._server, self._state = config.loaded_app, server_state, app_state
        self._loop = _loop or asyncio.get_running_loop()
        self._reader = Reader(head=self._begin, body=self._take, end=self._complete)
        self._arriving: Exchange | None = None
        """What is complete but for its body."""
        self._answering: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        """What was sent before its predecessor was answered."""
        self._is_ending = False
        """Nothing more is read."""
        self._silent_since = 0.0
        self._silent: asyncio.TimerHandle | None = None
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # streams are accepted
        """Begin to wait for a request, but not for ever."""
        self._transport = transport
        self._flow = Flow(transport, self._loop)
        self._server_address = _address(transport.get_extra_info("sockname"))
        self._client_address = _address(transport.get_extra_info("peername"))
        self._server.connections.add(self)  # type: ignore[arg-type]  # it names its own ones only
        self._fall_silent()
        if len(self._server.connections) > CONNECTIONS:
            self._refuse(Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections are open; try again later."))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why makes no difference
        """Tell those who work for this client that it has left, and wait for nothing more."""
        self._server.connections.discard(self)
        self._is_ending = True
        self._waiting.clear()
        for exchange in (self._answering, self._arriving):
            if exchange is not None:
                exchange.lose()
        self._flow.drain()
        self._stop_waiting()
        if self._silent is not None:
            self._silent.cancel()

    def pause_writing(self) -> None:
        """Be told that the client takes its answer more slowly than it is given."""
        self._flow.fill()

    def resume_writing(self) -> None:
        """Be told that it has caught up."""
        self._flow.drain()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends, as long as it makes a request."""
        if self._is_ending:
            return
        try:
            self._reader.feed(data)
        except Refused as refused:
            self._refuse(refused)
        else:
            self._wait_for_the_rest()

    def shutdown(self) -> None:
        """Be told by uvicorn that the process ends: what has been asked is answered, and no more."""
        last = self._last()
        if last is None:
            self._transport.close()
        else:
            last.keep_alive = False

    def _begin(self, head: Head) -> None:
        exchange = Exchange(
            self._scope(head),
            self._transport,
            self._flow,
            keep_alive=head.keep_alive,
            expects_continue=head.expects_continue,
            always=self._server.default_headers,
            done=self._go_on,
        )
        self._arriving = exchange
        if self._answering is None:
            self._answer(exchange)
        else:
            self._waiting.append(exchange)
            self._flow.hold()

    def _scope(self, head: Head) -> dict[str, Any]:
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": head.version,
            "server": self._server_address,
            "client": self._client_address,
            "scheme": "http",
            "method": head.method,
            "root_path": "",
            "path": head.path,
            "raw_path": head.raw_path,
            "query_string": head.query,
            "headers": head.headers,
            "state": self._state.copy(),
        }

    def _take(self, piece: bytes) -> None:
        if self._arriving is not None:
            self._arriving.feed(piece)

    def _complete(self) -> None:
        if self._arriving is not None:
            self._arriving.complete()
            self._arriving = None

    def _answer(self, exchange: Exchange) -> None:
        self._answering = exchange
        task = self._loop.create_task(exchange.run(self._application))
        self._server.tasks.add(task)
        task.add_done_callback(self._server.tasks.discard)

    def _go_on(self, answered: Exchange) -> None:
        """Answer the next request, or wait for one."""
        self._server.total_requests += 1
        self._answering = None
        if not answered.keep_alive:
            self._end()
        elif self._waiting:
            self._answer(self._waiting.popleft())
        else:
            self._flow.go_on()
            self._fall_silent()

    def _last(self) -> Exchange | None:
        return self._waiting[-1] if self._waiting else self._answering

    def _refuse(self, refused: Refused) -> None:
        """Tell why, unless that would be read as the answer to another request; read no more, and close."""
        log.info("http.refused", status=refused.status.value, reason=str(refused))
        arriving, self._arriving = self._arriving, None
        self._is_ending = True
        if arriving is not None and arriving in self._waiting:
            self._waiting.remove(arriving)
        elif arriving is not None:  # Its own body is at fault.
            arriving.lose()
            self._answering = None
            if arriving.is_begun:
                self._end()
                return
        last = self._last()
        if last is not None:
            last.keep_alive = False
        else:
            self._transport.write(self._told(refused))
            self._end()

    def _told(self, refused: Refused) -> bytes:
        body = f"{refused}\n".encode()
        headers = (
            *self._server.default_headers,
            (b"Content-Type", b"text/plain; charset=utf-8"),
            (b"Content-Length", b"%d" % len(body)),
            (b"Connection", b"close"),
        )
        line = f"HTTP/1.1 {refused.status.value} {refused.status.phrase}\r\n".encode()
        return b"%s%s\r\n%s" % (line, b"".join([b"%s: %s\r\n" % pair for pair in headers]), body)

    def _end(self) -> None:
        """Close, when the client has read what it was told.

        Closed at once, what it has sent in the meantime would make the kernel throw away what we have just said.
        """
        unread = self._is_ending or self._arriving is not None
        self._is_ending = True
        self._stop_waiting()
        if self._transport.is_closing():
            return
        if not unread and not self._transport.get_write_buffer_size():
            self._transport.close()
            return
        with contextlib.suppress(OSError):  # asyncio says so where the client has left meanwhile
            self._transport.write_eof()
        self._flow.go_on()
        self._linger(PATIENCE)

    def _linger(self, left: int) -> None:
        if left and (left == PATIENCE or self._transport.get_write_buffer_size()):
            self._late = self._loop.call_later(LINGERING, self._linger, left - 1)
        else:
            self._transport.abort()

    def _fall_silent(self) -> None:
        # One timer that looks at the clock is cheaper than one for each request.
        self._silent_since = self._loop.time()
        if self._silent is None:
            self._silent = self._loop.call_later(SILENT, self._break_the_silence)

    def _break_the_silence(self) -> None:
        self._silent = None
        if self._answering is not None or self._reader.has_begun:
            return
        left = self._silent_since + SILENT - self._loop.time()
        if left > 0:
            self._silent = self._loop.call_later(left, self._break_the_silence)
        else:
            self._transport.abort()

    def _wait_for_the_rest(self) -> None:
        """Expect the rest of what has begun; a head has its time as a whole."""
        has_begun = self._reader.has_begun
        if not (has_begun and self._reader.is_in_head):
            self._stop_waiting()
        if has_begun and self._late is None:
            self._late = self._loop.call_later(ARRIVING, self._give_up)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if self._flow.is_held:  # It is us who do not read.
            self._wait_for_the_rest()
        else:
            self._refuse(Refused(HTTPStatus.REQUEST_TIMEOUT, "The request did not come to its end."))


def _address(name: object) -> tuple[str, int] | None:
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None
