# SPDX-License-Identifier: GPL-3.0-or-later
"""A WSGI application under an ASGI server: bodies are bounded, answers may be streamed.

Our own, because the ready-made adapters cost more CPU than all of Radicale's work for a small request.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import TracebackType
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from starlette.types import Message, Receive, Scope, Send

from gateway.log import log
from gateway.threads import Threads

THREADS = 16
"""Requests that are worked on at the same time. More would only fight for the interpreter: a write that holds SQLite's
lock gets on the more slowly the more others want to compute."""
PIECE = 64 * 1024
"""Bytes of a streamed answer that are made before they are sent."""

_PLAIN = (b"content-type", b"text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class _Body:
    """What a client sent; `too_large` where it was more than we would read."""

    data: bytes
    length: int
    too_large: bool = False


@dataclass(slots=True)
class _Answer:
    """What the application answers: a status line, headers, and the body in pieces."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    written: list[bytes] = field(default_factory=list)
    rest: Iterator[bytes] | None = None
    """Set where the body is made while it is sent."""
    close: Callable[[], object] | None = None

    def start(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None = None,
        /,
    ) -> Callable[[bytes], object]:
        """Be WSGI's `start_response`."""
        if self.status and exc_info is None:
            raise RuntimeError("start_response was called twice")
        self.status, self.headers = status, headers
        return self.written.append

    def message(self) -> Message:
        """The ASGI message that begins the response."""
        return {
            "type": "http.response.start",
            "status": int(self.status[:3]),
            # Names as they came: some programs compare them by case.
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers],
        }


class WsgiMount:
    """An ASGI application that runs a WSGI one in threads.

    A body longer than `limit(method)` is not read on: the application is called with an empty input,
    `distrib.too_large` and the length as far as it is known, so that it can answer in its own words.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        limit: Callable[[str], int],
        environ: Mapping[str, object] | None = None,
        threads: int = THREADS,
    ) -> None:
        self._application, self._limit = application, limit
        self._threads = Threads(threads, "dav")
        self._constant: WSGIEnvironment = {
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
            **(environ or {}),
        }

    def close(self) -> None:
        """Wait for the requests that are being worked on, and take no more."""
        self._threads.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; `root_path` is what the application finds as SCRIPT_NAME."""
        body = await _read(scope, receive, self._limit(scope["method"]))
        if body is None:
            return
        environ = self._constant | environ_of(scope, body.data, body.length)
        if body.too_large:
            environ["distrib.too_large"] = True
        try:
            answer = await self._threads.run(self._call, environ)
        except Exception:  # noqa: BLE001 - a door: whatever it was, the client gets an answer
            log.exception("front.failed", method=scope["method"])
            await _send_failure(send)
            return
        await send(answer.message())
        if answer.rest is None:
            await send({"type": "http.response.body", "body": b"".join(answer.written)})
        else:
            await self._stream(answer, answer.rest, receive, send)

    def _call(self, environ: WSGIEnvironment) -> _Answer:
        """Run the application, as far as its first piece where it streams."""
        answer = _Answer()
        result: Iterable[bytes] = self._application(environ, answer.start)
        if isinstance(result, list | tuple):
            answer.written.extend(result)
            return answer
        answer.close = getattr(result, "close", None)
        answer.rest = iter(result)
        try:
            first = next(answer.rest, None)
        except BaseException:
            if answer.close:
                answer.close()
            raise
        answer.written.append(first or b"")
        if first is None:
            answer.rest = iter(())
        return answer

    async def _stream(self, answer: _Answer, rest: Iterator[bytes], receive: Receive, send: Send) -> None:
        """Send piece by piece, each when the one before it has left; stop where nobody listens any more."""
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            piece = b"".join(answer.written)
            more = True
            while more and not gone.done():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece, more = await self._threads.run(_following, rest)
            if not gone.done():
                await send({"type": "http.response.body", "body": piece})
        finally:
            gone.cancel()
            if answer.close:
                await self._threads.run(_closed, answer.close)


def environ_of(scope: Scope, data: bytes, length: int) -> WSGIEnvironment:
    """What PEP 3333 wants to know of a request: the path percent-decoded, its bytes as latin-1."""
    root: bytes = scope["root_path"].encode()
    path: bytes = scope["raw_path"]
    if b"%" in path:
        path = unquote_to_bytes(path)
    server = scope.get("server") or ("localhost", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.decode("latin-1"),
        "PATH_INFO": path.removeprefix(root).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "CONTENT_TYPE": "",
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(data),
    }
    if scope.get("client"):
        environ["REMOTE_ADDR"], port = scope["client"]
        environ["REMOTE_PORT"] = str(port)
    if scope["scheme"] == "https":
        environ["HTTPS"] = "on"
    for name, value in scope["headers"]:
        key = _variable(name)
        if key:
            text = value.decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if environ.get(key) else text
    environ["CONTENT_LENGTH"] = str(length)
    return environ


@lru_cache(maxsize=512)
def _variable(header: bytes) -> str:
    """The name of *header* in the environment, '' where it has no place there."""
    if b"_" in header or header in {b"content-length", b"transfer-encoding"}:
        return ""  # X_Remote_User would look like X-Remote-User; of the others the body's own length is the truth
    name = header.decode("latin-1").upper().replace("-", "_")
    return name if name == "CONTENT_TYPE" else "HTTP_" + name


async def _read(scope: Scope, receive: Receive, limit: int) -> _Body | None:
    """The body of at most *limit* bytes; None where the client left before its end."""
    for name, value in scope["headers"]:
        if name == b"content-length" and int(value) > limit:
            # Nothing more is taken in: uvicorn throws away what comes, so that the client gets to read the answer.
            return _Body(b"", int(value), too_large=True)
    message = await receive()
    if message["type"] == "http.disconnect":
        return None
    first: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return _Body(first, len(first)) if len(first) <= limit else _Body(b"", len(first), too_large=True)
    pieces, length = [first], len(first)
    while message.get("more_body"):
        if length > limit:
            return _Body(b"", length, too_large=True)
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message.get("body", b""))
        length += len(pieces[-1])
    return _Body(b"".join(pieces), length) if length <= limit else _Body(b"", length, too_large=True)


def _following(rest: Iterator[bytes]) -> tuple[bytes, bool]:
    """The next `PIECE` bytes or a little more, and whether there may be others after them."""
    pieces, length = [], 0
    for piece in rest:
        pieces.append(piece)
        length += len(piece)
        if length >= PIECE:
            return b"".join(pieces), True
    return b"".join(pieces), False


def _closed(close: Callable[[], object]) -> object:
    return close()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_failure(send: Send) -> None:
    await send({"type": "http.response.start", "status": 500, "headers": [_PLAIN]})
    await send({"type": "http.response.body", "body": b"The server made a mistake; its log says which.\n"})
