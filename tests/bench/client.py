# SPDX-License-Identifier: GPL-3.0-or-later
"""The client program: one connection that stays open where the server lets it, and bytes as they come."""

import base64
import select
import socket
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

PATIENCE = 300.0
PASSWORD = "demo"
_PIECE = 1 << 18


class WrongAnswer(AssertionError):
    """A server answered something else than what was asked for: its figures would be worth nothing."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and how long it took from the first byte sent to the last one read."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes
    seconds: float


class Client:
    """Somebody's program at one server. It connects again only where the server closed."""

    def __init__(self, port: int, login: str) -> None:
        self._port = port
        self._credentials = base64.b64encode(f"{login}:{PASSWORD}".encode()).decode()
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def ask(self, method: str, path: str, body: bytes = b"", headers: str = "") -> Reply:
        """Send one request and read its answer to the end. *headers* are lines that end in CRLF."""
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAuthorization: Basic {self._credentials}\r\n"
            f"{headers}Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        begun = time.perf_counter()
        connection = self._connected()
        connection.sendall(request)
        status, found, answer, stays = _read(connection)
        seconds = time.perf_counter() - begun
        if not stays:
            self._close()
        return Reply(status, found, answer, seconds)

    def _connected(self) -> socket.socket:
        if self._socket is not None and select.select([self._socket], [], [], 0)[0]:
            self._close()  # The server has closed what was idle for a minute: nothing else can have come.
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _read(connection: socket.socket) -> tuple[int, dict[bytes, bytes], bytes, bool]:
    """Give status, headers and body, and whether the connection stays open."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, begun = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    status = int(first.split(None, 2)[1])
    stays = first.startswith(b"HTTP/1.1") and headers.get(b"connection", b"").lower() != b"close"
    if headers.get(b"transfer-encoding") == b"chunked":
        return status, headers, _chunked(connection, begun), stays
    if b"content-length" in headers:
        return status, headers, _counted(connection, begun, int(headers[b"content-length"])), stays
    if status in {204, 304}:
        return status, headers, b"", stays
    return status, headers, _until_closed(connection, begun), False


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(_PIECE)
    if not piece:
        raise WrongAnswer("the server closed the connection in the middle of an answer")
    return piece


def _counted(connection: socket.socket, begun: bytes, length: int) -> bytes:
    pieces, missing = [begun], length - len(begun)
    while missing > 0:
        pieces.append(_more(connection))
        missing -= len(pieces[-1])
    return b"".join(pieces)


def _chunked(connection: socket.socket, begun: bytes) -> bytes:
    raw = bytearray(begun)
    while not raw.endswith(b"0\r\n\r\n"):
        raw += _more(connection)
    data: list[bytes] = []
    at = 0
    while True:
        end = raw.index(b"\r\n", at)
        size = int(raw[at:end].partition(b";")[0], 16)
        if size == 0:
            return b"".join(data)
        data.append(bytes(raw[end + 2 : end + 2 + size]))
        at = end + 2 + size + 2


def _until_closed(connection: socket.socket, begun: bytes) -> bytes:
    pieces = [begun]
    while piece := connection.recv(_PIECE):
        pieces.append(piece)
    return b"".join(pieces)
