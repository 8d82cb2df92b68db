# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that take their time, or more connections than there are: nobody holds the server for ever."""

import resource
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from gateway.front import PIECE, WsgiMount
from gateway.http.connection import CONNECTIONS
from gateway.http.server import make_room
from tests.gateway.running import PATIENCE, ask, running

PARTS = 2000


class Long:
    """A WSGI application with an answer of 125 MiB, made while it is sent."""

    def __init__(self) -> None:
        self.made, self.closed = 0, threading.Event()

    def __call__(self, _: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(PARTS):
            self.made += 1
            yield b"~" * PIECE

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def long() -> Long:
    return Long()


@pytest.fixture(params=["auto", "asyncio"])
def port(long: Long, request: pytest.FixtureRequest) -> Iterator[int]:
    with running(WsgiMount(long, limit=lambda _: PIECE), loop=request.param) as found:
        yield found


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def settled(long: Long) -> int:
    """How much has been made when no more is being made."""
    before = -1
    while before != long.made or not before:
        before = long.made
        time.sleep(0.3)
    return before


def test_no_more_is_made_than_a_client_takes_and_in_the_end_it_has_everything(port: int, long: Long) -> None:
    with connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        # What the kernel holds for both ends is not much of it.
        assert settled(long) < PARTS / 4

        received = 0
        while piece := connection.recv(1 << 20):
            received += piece.count(b"~")

    assert received == PARTS * PIECE
    assert long.closed.wait(PATIENCE)


def test_one_who_does_not_read_is_given_up(port: int, long: Long, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.http.flow.STALLED", 0.2)
    with connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")

        assert long.closed.wait(PATIENCE)
    assert long.made < PARTS


@pytest.mark.parametrize(
    "begun",
    [b"G", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na", b"\r\n"],
    ids=["method", "header", "body", "line end"],
)
def test_a_request_that_does_not_come_to_its_end_is_refused(
    begun: bytes, port: int, long: Long, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.http.connection.ARRIVING", 0.2)
    with connected(port) as connection:
        connection.sendall(begun)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert not long.made


def test_a_head_that_comes_byte_by_byte_is_refused_too(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.http.connection.ARRIVING", 0.5)
    with connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        connection.settimeout(0.1)
        answer = b""
        until = time.monotonic() + PATIENCE
        while not answer and time.monotonic() < until:
            connection.sendall(b"a")
            try:
                answer = connection.recv(65536)
            except TimeoutError:
                continue

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_one_who_was_refused_is_not_refused_again_for_being_slow(
    port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("gateway.http.connection.ARRIVING", 0.1)
    with connected(port) as connection:
        connection.sendall(b"GET / HT")
        time.sleep(0.05)
        connection.sendall(b"\0")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
        time.sleep(0.3)

    assert answer.startswith(b"HTTP/1.1 4")
    assert answer.count(b"HTTP/1.1") == 1
    assert "Exception" not in caplog.text


def test_one_who_says_nothing_is_disconnected(long: Long, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.http.connection.SILENT", 0.2)
    with running(WsgiMount(long, limit=lambda _: PIECE)) as impatient, connected(impatient) as connection:
        assert connection.recv(1) == b""


def test_connections_beyond_the_bound_are_told_so(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.http.connection.CONNECTIONS", 2)
    with connected(port) as one, connected(port) as two:
        for connection in (one, two):
            connection.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        response, _ = ask(port, "HEAD", "/")

    assert response.status == 503


def test_the_process_may_open_as_many_files_as_that_takes() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        make_room()
        made, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert made >= (CONNECTIONS if hard == resource.RLIM_INFINITY else min(CONNECTIONS, hard))
