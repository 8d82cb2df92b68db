# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of one person: a connection to each process, used in turn; cheap, for it shares the server's cores."""

import asyncio
import base64
import itertools
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import httptools

PASSWORD = "demo"
PATIENCE = 60.0
"""Seconds that an answer may take. More is an error: no person waits that long."""


class WrongAnswer(AssertionError):
    """A server did not do what it was asked for."""


@dataclass(slots=True)
class Meter:
    """How long each kind of request took, and what went wrong."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    overtaken: int = 0
    """Writes that were refused with 412 because another one had come before, and were made anew."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; the names of its headers are in lower case."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def etag(self) -> str | None:
        """The entity tag, if the server gave one."""
        found = self.headers.get(b"etag")
        return found.decode() if found is not None else None


class _Line(asyncio.Protocol):
    """A connection: one request at a time."""

    def __init__(self) -> None:
        self.is_open = True
        self._waiting: asyncio.Future[Reply] | None = None
        self._expect_answer()

    def _expect_answer(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[bytes, bytes] = {}
        self._pieces: list[bytes] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    async def ask(self, request: bytes) -> Reply:
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await asyncio.wait_for(self._waiting, PATIENCE)

    def close(self) -> None:
        self.is_open = False
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        reply = Reply(self._parser.get_status_code(), self._headers, b"".join(self._pieces))
        self.is_open = self.is_open and self._parser.should_keep_alive()
        self._expect_answer()
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("the server closed the connection"))


class Client:
    """Somebody's program. Each request goes to the next process."""

    def __init__(self, login: str, ports: Sequence[int], meter: Meter) -> None:
        self.login, self.meter = login, meter
        self.home = f"/dav/{login}/calendar/"
        pair = base64.b64encode(f"{login}:{PASSWORD}".encode()).decode()
        self._head = f"Host: localhost\r\nAuthorization: Basic {pair}\r\n"
        self._lines: dict[int, _Line] = {}
        self._turn = itertools.cycle(ports)
        self.ports = tuple(ports)

    async def __aenter__(self) -> Self:
        """Sign in at each process."""
        for port in self.ports:
            reply = await self.send(port, "PROPFIND", self.home, b"", "Depth: 0\r\n")
            if reply.status != 207:
                raise WrongAnswer(f"{self.login} cannot sign in: {reply.status} {reply.body!r}")
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in self._lines.values():
            line.close()

    async def ask(self, kind: str, method: str, path: str, body: bytes = b"", headers: str = "") -> Reply:
        """Send a request of some *kind* to the next process, and note how long it took."""
        begun = time.perf_counter()
        reply = await self.send(next(self._turn), method, path, body, headers)
        self.meter.seconds[kind].append(time.perf_counter() - begun)
        return reply

    async def send(self, port: int, method: str, path: str, body: bytes = b"", headers: str = "") -> Reply:
        """Send a request to one of the processes."""
        line = self._lines.get(port)
        if line is None or not line.is_open:
            _, line = await asyncio.get_running_loop().create_connection(_Line, "127.0.0.1", port)
            self._lines[port] = line
        text = f"{method} {path} HTTP/1.1\r\n{self._head}{headers}Content-Length: {len(body)}\r\n\r\n"
        try:
            return await line.ask(text.encode() + body)
        except BaseException:
            line.close()
            raise
