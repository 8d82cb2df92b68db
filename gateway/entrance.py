# SPDX-License-Identifier: GPL-3.0-or-later
"""The one entrance: which door a request goes to, and what calendar programs ask at the wrong one."""

import asyncio
import base64
import binascii
import time
from http import HTTPStatus
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import metrics
from gateway.auth.verifier import TooManyGuesses, Verifier
from gateway.log import log
from gateway.proxies import Proxies

DAV = "/dav"
WELL_KNOWN = "/.well-known/caldav"
EVENTS = b"text/event-stream"
"""What is meant to last."""
SLOW = 2.0
"""Seconds from which a request is worth a line in the log."""

Headers = dict[str, str]


class Entrance:
    """The application that uvicorn runs: `/dav` is Radicale's, the rest are pages.

    It also leads calendar programs that begin at the root to `/dav/`, always with 301: a 302 would make HTTP
    libraries turn their PROPFIND into a GET.
    """

    def __init__(self, *, dav: ASGIApp, pages: ASGIApp, verifier: Verifier, proxies: Proxies, realm: str) -> None:
        self._dav, self._pages, self._verifier = dav, pages, verifier
        self._proxies, self._realm = proxies, realm

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass on what is none."""
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        scope = self._proxies.resolve(scope)
        path = scope["path"][len(scope["root_path"]) :]
        is_dav = path == DAV or path.startswith(DAV + "/")
        counting = _Counting(scope["method"], "dav" if is_dav else "web", send)
        try:
            if is_dav:
                scope["root_path"] += DAV
                await self._dav(scope, receive, counting.send)
            else:
                await self._answer(scope, path, receive, counting.send)
        finally:
            counting.finish()

    async def _answer(self, scope: Scope, path: str, receive: Receive, send: Send) -> None:
        if path.rstrip("/") == WELL_KNOWN:
            await _reply(send, HTTPStatus.MOVED_PERMANENTLY, self._to_dav(scope))
        elif path in {"", "/"} and scope["method"] == "OPTIONS":
            # Capabilities are asked for everywhere, also here; Radicale's side alone knows them.
            await self._dav(_at_dav_root(scope), receive, send)
        elif path in {"", "/"} and scope["method"] in {"PROPFIND", "REPORT"}:
            await _reply(send, *await self._found_at_root(scope))
        else:
            await self._pages(scope, receive, send)

    async def _found_at_root(self, scope: Scope) -> tuple[HTTPStatus, Headers]:
        """What a program is told that looks for calendars at the root: who are you, or go to `/dav/`."""
        pair = _basic(scope)
        remote = (scope.get("client") or ("", 0))[0]
        try:
            person = await asyncio.to_thread(self._verifier.verify, *pair, remote) if pair else None
        except TooManyGuesses as error:
            return HTTPStatus.TOO_MANY_REQUESTS, {"retry-after": str(error.retry_after)}
        if person is None:
            return HTTPStatus.UNAUTHORIZED, {"www-authenticate": f'Basic realm="{self._realm}"'}
        return HTTPStatus.MOVED_PERMANENTLY, self._to_dav(scope)

    def _to_dav(self, scope: Scope) -> Headers:
        # Spelled as in the RFCs: some programs compare names of headers by case.
        return {"Location": quote(scope["root_path"]) + DAV + "/"}


class _Counting:
    """Sees an answer go by, and counts it."""

    __slots__ = ("_begun", "_door", "_goes_on", "_method", "_send", "_status")

    def __init__(self, method: str, door: str, send: Send) -> None:
        self._method, self._door, self._send = method, door, send
        self._begun, self._status, self._goes_on = time.perf_counter(), 0, False

    async def send(self, message: Message) -> None:
        """Be ASGI's `send`."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._goes_on = any(value.startswith(EVENTS) for value in _values(message, b"content-type"))
        await self._send(message)

    def finish(self) -> None:
        """Count, and say aloud what went wrong or took long. The path may hold a token: it is not told."""
        seconds = time.perf_counter() - self._begun
        method = self._method if self._method in METHODS else "other"
        metrics.answered(self._door, method, self._status, seconds)
        # 502 is the client's mistake: it asked to move something to another server (RFC 4918 9.9.4).
        if self._status >= HTTPStatus.INTERNAL_SERVER_ERROR and self._status != HTTPStatus.BAD_GATEWAY:
            log.error("http.failed", door=self._door, method=method, status=self._status)
        elif seconds > SLOW and not self._goes_on:
            log.warning("http.slow", door=self._door, method=method, status=self._status, seconds=round(seconds, 2))


METHODS = frozenset(
    "COPY DELETE GET HEAD MKCALENDAR MKCOL MOVE OPTIONS POST PROPFIND PROPPATCH PUT REPORT".split()  # noqa: SIM905
)
"""Those that are counted by name: a client must not be able to invent labels."""


def _values(message: Message, name: bytes) -> list[bytes]:
    return [value for key, value in message.get("headers", ()) if key.lower() == name]


def _basic(scope: Scope) -> tuple[str, str] | None:
    """Login and password of the Authorization header, if it has such."""
    for name, value in scope["headers"]:
        scheme, _, encoded = value.partition(b" ")
        if name == b"authorization" and scheme.lower() == b"basic":
            try:
                login, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return None
            return (login, password) if colon else None
    return None


def _at_dav_root(scope: Scope) -> Scope:
    root = scope["root_path"] + DAV
    return {**scope, "root_path": root, "path": root + "/", "raw_path": quote(root).encode() + b"/"}


async def _reply(send: Send, status: HTTPStatus, headers: Headers) -> None:
    body = f"{status.phrase}\n".encode()
    facts = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body)), **headers}
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in facts.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
