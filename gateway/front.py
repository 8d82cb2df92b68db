# SPDX-License-Identifier: GPL-3.0-or-later
"""Between uvicorn and a WSGI application: proxies are believed or not, bodies are bounded, answers may be streamed.

Our own, because the ready-made adapters cost more CPU than all of Radicale's work for a small request.
"""

import asyncio
import io
import ipaddress
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from starlette.types import Message, Receive, Scope, Send

from gateway.config import Network
from gateway.log import log

THREADS = 40
"""Requests that are worked on at the same time; SQLite's writers wait for each other in them."""

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_FORWARDING = frozenset(
    (
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
        b"x-forwarded-server",
        b"x-real-ip",
        b"x-remote-addr",
        b"x-remote-user",
        b"x-script-name",
    )
)
_PLAIN = (b"content-type", b"text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Proxies:
    """Who may say on whose behalf it asks, and where we are to be found when nobody says."""

    trusted: tuple[Network, ...]
    prefix: str = ""
    """The path of the public URL, without a slash at its end."""

    def resolve(self, scope: Scope) -> Scope:
        """Give *scope* as the client meant it: no header about forwarding is left for anybody to be misled by."""
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        said = {name: value.decode("latin-1") for name, value in headers if name in _FORWARDING}
        kept = [pair for pair in headers if pair[0] not in _FORWARDING] if said else headers
        changed = dict(scope)
        if said and self._is_trusted((scope.get("client") or ("", 0))[0]):
            kept = self._believe(said, kept, changed)
            return _placed(changed, kept, _prefix(said) or self.prefix)
        return _placed(changed, kept, self.prefix)

    def _believe(
        self, said: Mapping[bytes, str], headers: list[tuple[bytes, bytes]], scope: dict[str, Any]
    ) -> list[tuple[bytes, bytes]]:
        proto = _first(said.get(b"x-forwarded-proto", "")).lower()
        if proto in {"http", "https"}:
            scope["scheme"] = proto
        client = self._client(said.get(b"x-forwarded-for", "") or said.get(b"x-real-ip", ""))
        if client:
            scope["client"] = (client, 0)
        host = _first(said.get(b"x-forwarded-host", ""))
        if host:
            return [(b"host", host.encode("latin-1")), *(pair for pair in headers if pair[0] != b"host")]
        return headers

    def _client(self, chain: str) -> str:
        """The last address that no proxy of ours has: what stands before it anybody may have written."""
        addresses = [part.strip().strip("[]") for part in chain.split(",") if part.strip()]
        for address in reversed(addresses):
            if not self._is_trusted(address):
                return address if _is_address(address) else ""
        return addresses[0] if addresses else ""

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.trusted)


def _first(value: str) -> str:
    return value.partition(",")[0].strip()


def _prefix(said: Mapping[bytes, str]) -> str:
    value = _first(said.get(b"x-script-name", "") or said.get(b"x-forwarded-prefix", "")).rstrip("/")
    return value if _PREFIX.fullmatch(value) and "/.." not in value else ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _placed(scope: dict[str, Any], headers: list[tuple[bytes, bytes]], prefix: str) -> Scope:
    """Put *scope* under *prefix*, whether the proxy has taken it off the path or not (ASGI wants it in both)."""
    scope["headers"] = headers
    scope["root_path"] = prefix
    if prefix and scope["path"] != prefix and not scope["path"].startswith(prefix + "/"):
        scope["path"] = prefix + scope["path"]
        scope["raw_path"] = quote(prefix).encode() + scope["raw_path"]
    return scope


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
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="dav")
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
        self._pool.shutdown()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; `root_path` is what the application finds as SCRIPT_NAME."""
        body = await _read(scope, receive, self._limit(scope["method"]))
        if body is None:
            return
        environ = self._constant | environ_of(scope, body.data, body.length)
        if body.too_large:
            environ["distrib.too_large"] = True
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._pool, self._call, environ)
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
        """Send piece by piece; stop where nobody listens any more."""

        def following() -> bytes | None:
            return next(rest, None)

        loop = asyncio.get_running_loop()
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            piece: bytes | None = b"".join(answer.written)
            while piece is not None and not gone.done():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await loop.run_in_executor(self._pool, following)
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            if answer.close:
                await loop.run_in_executor(self._pool, answer.close)


def environ_of(scope: Scope, data: bytes, length: int) -> WSGIEnvironment:
    """What PEP 3333 wants to know of a request: the path percent-decoded, its bytes as latin-1."""
    root: str = scope["root_path"]
    path = unquote_to_bytes(scope["raw_path"])
    server = scope.get("server") or ("localhost", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": path.removeprefix(root.encode()).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(data),
    }
    if scope.get("client"):
        environ["REMOTE_ADDR"], port = scope["client"]
        environ["REMOTE_PORT"] = str(port)
    if scope["scheme"] == "https":
        environ["HTTPS"] = "on"
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # X_Remote_User would look like X-Remote-User
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ["CONTENT_LENGTH"] = str(length)
    return environ


async def _read(scope: Scope, receive: Receive, limit: int) -> _Body | None:
    """The body of at most *limit* bytes; None where the client left before its end."""
    announced = next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)
    if announced > limit:
        # Nothing more is taken in: uvicorn throws away what comes, so that the client gets to read the answer.
        return _Body(b"", announced, too_large=True)
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


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_failure(send: Send) -> None:
    await send({"type": "http.response.start", "status": 500, "headers": [_PLAIN]})
    await send({"type": "http.response.body", "body": b"The server made a mistake; its log says which.\n"})
