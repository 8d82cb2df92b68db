# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and its answer, as an ASGI application sees them.

Head and body of a small answer leave in one packet, and the names of headers as the application spells them: there are
programs that compare them by case.
"""

import asyncio
from collections.abc import Callable, Iterable
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Scope

from gateway.http.flow import Flow
from gateway.log import log

HELD = 64 * 1024
"""Bytes of a body that are held for an application that has not asked for them."""
JOINED = 64 * 1024
"""Bytes up to which a body is copied behind its head."""

Pairs = Iterable[tuple[bytes, bytes]]

_BODYLESS = frozenset((HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED))
_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_GONE: Message = {"type": "http.disconnect"}


class Exchange:
    """A request that is read and answered, both perhaps at the same time."""

    __slots__ = (
        "_always",
        "_body",
        "_done",
        "_flow",
        "_head",
        "_is_bodyless",
        "_is_chunked",
        "_is_complete",
        "_is_told",
        "_left",
        "_news",
        "_transport",
        "expects_continue",
        "is_answered",
        "is_begun",
        "is_gone",
        "keep_alive",
        "scope",
    )

    def __init__(
        self,
        scope: Scope,
        transport: asyncio.Transport,
        flow: Flow,
        *,
        keep_alive: bool,
        expects_continue: bool,
        always: Pairs,
        done: Callable[["Exchange"], None],
    ) -> None:
        self.scope, self.keep_alive, self.expects_continue = scope, keep_alive, expects_continue
        self._transport, self._flow, self._always, self._done = transport, flow, always, done
        self._body = bytearray()
        self._is_complete = False
        """The request's body has come to its end …"""
        self._is_told = False
        """… and the application knows."""
        self._news: asyncio.Event | None = None
        self._head: Message | None = None
        self._is_bodyless = self._is_chunked = False
        self._left: int | None = None
        """Bytes of the answer's body that are still to come, where that is known."""
        self.is_begun = self.is_answered = self.is_gone = False

    @property
    def is_complete(self) -> bool:
        """Tell whether all of the request has come."""
        return self._is_complete

    def feed(self, piece: bytes) -> None:
        """Take a piece of the body; nobody needs it when the answer is given."""
        if not self.is_answered:
            self._body += piece
            if len(self._body) > HELD:
                self._flow.hold()
            self._tell()

    def complete(self) -> None:
        """Note that the body has come to its end."""
        self._is_complete = True
        self._tell()

    def lose(self) -> None:
        """Note that there is no client any more."""
        self.is_gone = True
        self._tell()

    def _tell(self) -> None:
        if self._news is not None:
            self._news.set()
            self._news = None

    async def run(self, application: ASGIApp) -> None:
        """Let *application* answer; where it does not, say that it is our fault."""
        try:
            await application(self.scope, self.receive, self.send)
        except Exception:  # noqa: BLE001 - a door: whatever it was, the client hears of it
            if not self.is_gone:
                log.exception("http.broken", method=self.scope["method"])
        except BaseException:
            self._transport.abort()
            raise
        if not (self.is_answered or self.is_gone):
            await self._fail()

    async def _fail(self) -> None:
        if self.is_begun:
            self._transport.abort()  # Half an answer must not look like a whole one.
            return
        self.keep_alive, self._head, self._left, self._is_chunked = False, None, None, False
        text = (b"Content-Type", b"text/plain; charset=utf-8")
        await self.send({"type": "http.response.start", "status": 500, "headers": [text]})
        await self.send({"type": "http.response.body", "body": b"The server made a mistake; its log says which.\n"})

    async def receive(self) -> Message:
        """Be ASGI's `receive`."""
        if self.expects_continue:
            self.expects_continue = False
            if not (self.is_begun or self._is_complete or self.is_gone):
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        while not self._has_news():
            self._flow.go_on()
            if self._news is None:
                self._news = asyncio.Event()
            await self._news.wait()
        if self.is_gone or self.is_answered:
            return _GONE
        body, self._body, self._is_told = bytes(self._body), bytearray(), self._is_complete
        return {"type": "http.request", "body": body, "more_body": not self._is_complete}

    def _has_news(self) -> bool:
        return self.is_gone or self.is_answered or bool(self._body) or (self._is_complete and not self._is_told)

    async def send(self, message: Message) -> None:
        """Be ASGI's `send`."""
        await self._flow.drained()
        if self.is_gone:
            return
        kind = message["type"]
        if kind == "http.response.start" and self._head is None:
            self._head = message
        elif kind == "http.response.body" and self._head is not None and not self.is_answered:
            self._write(message.get("body", b""), more=message.get("more_body", False))
        else:
            raise RuntimeError(f"the application said {kind} out of turn")

    def _write(self, body: bytes, *, more: bool) -> None:
        before = b"" if self.is_begun else self._begin(len(body), more=more)
        if self._left is not None:
            if len(body) > self._left or (len(body) < self._left and not more):
                raise RuntimeError("the answer is not as long as its Content-Length")
            self._left -= len(body)
        self.is_begun = True
        self._put(before, self._framed(body, more=more))
        if not more:
            self.is_answered = True
            self._tell()
            self._done(self)

    def _framed(self, body: bytes, *, more: bool) -> bytes:
        if self._is_bodyless:
            return b""
        if self._is_chunked:
            chunk = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
            return chunk if more else chunk + b"0\r\n\r\n"
        return body

    def _put(self, before: bytes, body: bytes) -> None:
        if len(body) <= JOINED:
            before, body = before + body, b""
        for part in (before, body):
            if part:
                self._transport.write(part)

    def _begin(self, length: int, *, more: bool) -> bytes:
        """The answer's head; *length* is that of the body's first piece, and of all of it if there is no *more*."""
        assert self._head is not None  # noqa: S101 - `send` has seen to it
        status: int = self._head["status"]
        headers = [*self._always, *self._head.get("headers", ())]
        closes = False
        for name, value in headers:
            lower = name.lower()
            if lower == b"content-length":
                self._left = int(value)
            elif lower == b"connection":
                closes = value.lower() == b"close"
        self._is_bodyless = self.scope["method"] == "HEAD" or status in _BODYLESS
        if self._is_bodyless:
            self._left = None
        elif self._left is None:
            headers.extend(self._measured(length, more=more))
        # One who was not told to go on may or may not send the body: nobody knows where the next request begins.
        self.keep_alive = self.keep_alive and not closes and not (self.expects_continue and not self._is_complete)
        if not (self.keep_alive or closes):
            headers.append((b"Connection", b"close"))
        return _head(status, headers)

    def _measured(self, length: int, *, more: bool) -> Pairs:
        """Say where the body ends, if the application has not."""
        if not more:
            self._left = length
            return ((b"Content-Length", b"%d" % length),)
        if self.scope["http_version"] == "1.1":
            self._is_chunked = True
            return ((b"Transfer-Encoding", b"chunked"),)
        self.keep_alive = False
        return ()


def _head(status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
    line = _LINES.get(status) or b"HTTP/1.1 %d \r\n" % status
    head = b"%s%s\r\n" % (line, b"".join([b"%s: %s\r\n" % pair for pair in headers]))
    ends = len(headers) + 2
    if head.count(b"\n") != ends or head.count(b"\r") != ends or b"\0" in head:
        raise RuntimeError("a header of the answer holds a line end")
    return head
