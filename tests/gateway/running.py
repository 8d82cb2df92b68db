# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers for tests: an ASGI application on a free port, and raw bytes to and from it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from gateway.http import server

PATIENCE = 15.0


@contextmanager
def running(
    application: ASGIApp, *, lifespan: bool = False, loop: Literal["auto", "asyncio"] = "auto", port: int = 0
) -> Iterator[int]:
    """Serve *application* as the gateway does, and give the port: *port*, or one that is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()
        serving = server(application, lifespan="on" if lifespan else "off", loop=loop)
        thread = threading.Thread(target=_run, args=(serving, listening))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            serving.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive(), "the server does not end"


def _run(serving: uvicorn.Server, listening: socket.socket) -> None:
    with asyncio.Runner(loop_factory=serving.config.get_loop_factory()) as runner:
        runner.run(serving._serve([listening]))


def ask(
    port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, bytes]:
    """One request on a connection of its own; gives the response and its body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def say(port: int, raw: bytes) -> bytes:
    """Send *raw* and read until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(raw)
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
