# SPDX-License-Identifier: GPL-3.0-or-later
"""A WSGI application under uvicorn, over real sockets."""

import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from http.client import HTTPResponse
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.validate import validator

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.config import LOOPBACK
from gateway.front import WsgiMount
from gateway.proxies import Proxies
from tests.gateway.running import PATIENCE, ask, running, say

LIMIT = 100_000


class Echo:
    """A WSGI application that answers what it was told, as JSON."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.calls += 1
        told = {key: value for key, value in environ.items() if isinstance(value, str | bool)}
        told["body"] = environ["wsgi.input"].read().decode("latin-1")
        answer = json.dumps(told).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
        return [answer]


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def port(echo: Echo) -> Iterator[int]:
    with running(mounted(echo)) as found:
        yield found


def mounted(application: WSGIApplication, root: str = "/dav") -> ASGIApp:
    """Mount *application* at *root*, as the entrance does."""
    mount = WsgiMount(application, limit=lambda _: LIMIT)

    async def at_root(scope: Scope, receive: Receive, send: Send) -> None:
        await mount({**Proxies(LOOPBACK).resolve(scope), "root_path": root}, receive, send)

    return at_root


def told(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> dict[str, object]:
    response, answer = ask(port, method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
    assert response.status == 200
    found: dict[str, object] = json.loads(answer)
    return found


def answered(connection: socket.socket) -> dict[str, str | bool]:
    """Read one answer, which may come in pieces."""
    response = HTTPResponse(connection)
    response.begin()
    assert response.status == 200
    found: dict[str, str | bool] = json.loads(response.read())
    return found


def test_the_request_is_told_as_pep_3333_wants_it(port: int) -> None:
    environ = told(port, "REPORT", "/dav/ola/calendar/?a=1&b=%20", b"<x/>", Depth="1", Content_Type="text/xml")

    assert environ["REQUEST_METHOD"] == "REPORT"
    assert environ["SCRIPT_NAME"] == "/dav"
    assert environ["PATH_INFO"] == "/ola/calendar/"
    assert environ["QUERY_STRING"] == "a=1&b=%20"
    assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert environ["SERVER_PORT"] == str(port)
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["wsgi.url_scheme"] == "http"
    assert environ["HTTP_DEPTH"] == "1"
    assert environ["CONTENT_TYPE"] == "text/xml"
    assert environ["CONTENT_LENGTH"] == "4"
    assert environ["body"] == "<x/>"
    assert "HTTP_CONTENT_LENGTH" not in environ
    assert "distrib.too_large" not in environ


def test_the_validator_of_the_standard_library_has_nothing_to_say() -> None:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"].read(10)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"valid"]

    with running(mounted(validator(application), root="")) as port:
        response, body = ask(port, "GET", "/path?query=1")

    assert (response.status, body) == (200, b"valid")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/dav/ola/m%C3%B8te%20%231.ics", "/ola/møte #1.ics"),
        ("/dav/ola/100%25.ics", "/ola/100%.ics"),
        ("/dav/ola/a%2Bb+c.ics", "/ola/a+b+c.ics"),
        ("/dav", ""),
        ("/dav/", "/"),
    ],
)
def test_the_path_is_decoded_once_and_its_bytes_kept(path: str, text: str, port: int) -> None:
    assert told(port, "GET", path)["PATH_INFO"] == text.encode().decode("latin-1")


def test_a_path_that_is_not_utf_8_arrives_as_it_is(port: int) -> None:
    assert told(port, "GET", "/dav/%E5%FF")["PATH_INFO"] == "/\xe5\xff"


def test_a_chunked_body_arrives_whole_and_its_length_is_known(port: int) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (b"BEGIN:", b"VCALENDAR", b"\r\n"))
    head = b"PUT /dav/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

    answer = say(port, head + chunks + b"0\r\n\r\n")

    environ = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert environ["body"] == "BEGIN:VCALENDAR\r\n"
    assert environ["CONTENT_LENGTH"] == "17"
    assert "HTTP_TRANSFER_ENCODING" not in environ


def test_a_body_in_many_packets_arrives_whole(port: int) -> None:
    body = bytes(range(256)) * 390

    assert told(port, "PUT", "/dav/x", body)["body"] == body.decode("latin-1")


def test_a_body_of_just_the_limit_is_read(port: int) -> None:
    assert told(port, "PUT", "/dav/x", b"x" * LIMIT)["body"] == "x" * LIMIT


@pytest.mark.parametrize("size", [LIMIT + 1, 10 * 1024 * 1024])
def test_a_body_beyond_the_limit_is_flagged_and_the_client_gets_its_answer(size: int, port: int) -> None:
    environ = told(port, "PUT", "/dav/x", b"x" * size)

    assert environ["distrib.too_large"] is True
    assert environ["body"] == ""
    assert environ["CONTENT_LENGTH"] == str(size)


def test_a_chunked_body_beyond_the_limit_is_flagged_before_its_end(port: int, echo: Echo) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(b"PUT /dav/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(LIMIT // 1000 + 1):
            connection.sendall(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
        environ = answered(connection)

    assert environ["distrib.too_large"] is True
    assert environ["body"] == ""
    assert int(environ["CONTENT_LENGTH"]) > LIMIT
    assert echo.calls == 1


def test_one_who_asks_first_need_not_send_what_is_too_large(port: int) -> None:
    head = b"PUT /dav/x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"

    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(head)
        environ = answered(connection)

    assert environ["distrib.too_large"] is True


def test_one_who_leaves_in_the_middle_has_said_nothing(port: int, echo: Echo) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(b"PUT /dav/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nBEGIN:VCAL")
    told(port, "GET", "/dav/")

    assert echo.calls == 1


def test_a_header_sent_twice_is_one_list_and_one_with_an_underscore_is_none(port: int) -> None:
    answer = say(
        port,
        b'GET /dav/ HTTP/1.1\r\nHost: x\r\nIf-Match: "1"\r\nIf-Match: "2"\r\nX_Remote_User: ola\r\n'
        b"Connection: close\r\n\r\n",
    )

    environ = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert environ["HTTP_IF_MATCH"] == '"1","2"'
    assert "HTTP_X_REMOTE_USER" not in environ


def test_status_headers_and_an_empty_body_come_back() -> None:
    def application(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("412 Precondition Failed", [("ETag", '"1-2"'), ("X-Text", "blå"), ("Content-Length", "0")])
        return []

    with running(mounted(application)) as port:
        response, body = ask(port, "PUT", "/dav/x", b"x")

    assert (response.status, body) == (412, b"")
    assert response.getheader("etag") == '"1-2"'
    assert response.getheader("x-text") == "blå"
    assert response.getheader("server") is None


def test_names_of_headers_are_spelled_as_the_application_spells_them(port: int) -> None:
    # python-caldav's own proxy looks for them by case.
    answer = say(port, b"GET /dav/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert b"\r\nContent-Type: application/json\r\n" in answer
    assert answer.lower().count(b"\r\ncontent-length:") == 1


def test_a_head_has_headers_and_no_body() -> None:
    def application(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "12")])
        return []

    with running(mounted(application)) as port:
        answer = say(port, b"HEAD /dav/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert b"Content-Length: 12\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


class Stream:
    """An answer that is made while it is sent."""

    def __init__(self, pieces: int) -> None:
        self.pieces, self.made, self.closed = pieces, 0, threading.Event()
        self.go_on = threading.Event()

    def __call__(self, _: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("207 Multi-Status", [("Content-Type", "text/xml")])
        return self

    def __iter__(self) -> Iterator[bytes]:
        while self.made < self.pieces:
            self.made += 1
            yield b"~" * 1000
            self.go_on.wait(PATIENCE)

    def close(self) -> None:
        self.closed.set()


def test_an_answer_is_sent_while_it_is_made() -> None:
    stream = Stream(3)
    with running(mounted(stream)) as port, socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(b"GET /dav/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b""
        while received.count(b"~") < 1000:
            received += connection.recv(65536)
        assert stream.made == 1

        stream.go_on.set()
        while piece := connection.recv(65536):
            received += piece

    assert received.startswith(b"HTTP/1.1 207 ")
    assert received.count(b"~") == 3000
    assert stream.closed.wait(PATIENCE)


def test_nothing_more_is_made_for_one_who_has_left() -> None:
    stream = Stream(1_000_000)
    with running(mounted(stream)) as port:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
            connection.sendall(b"GET /dav/ HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.recv(1000)
        time.sleep(0.2)
        stream.go_on.set()

        assert stream.closed.wait(PATIENCE)
    assert stream.made < 1000


def test_an_empty_stream_is_an_empty_body() -> None:
    with running(mounted(Stream(0))) as port:
        response, body = ask(port, "GET", "/dav/")

    assert (response.status, body) == (207, b"")


def test_an_application_that_fails_is_a_500_and_the_next_request_works(echo: Echo) -> None:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "PUT":
            raise RuntimeError("no")
        return echo(environ, start_response)

    with running(mounted(application)) as port:
        response, body = ask(port, "PUT", "/dav/x", b"x")
        told(port, "GET", "/dav/")

    assert response.status == 500
    assert b"RuntimeError" not in body


def test_slow_requests_do_not_hold_up_others() -> None:
    gate = threading.Barrier(8, timeout=PATIENCE)

    def application(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        gate.wait()  # passes when eight are in here together
        start_response("204 No Content", [])
        return []

    with running(mounted(application)) as port:
        threads = [threading.Thread(target=ask, args=(port, "GET", "/dav/")) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert not gate.broken


def test_a_connection_serves_many_requests(port: int) -> None:
    request = b"PUT /dav/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"
    last = b"GET /dav/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    assert say(port, request * 3 + last).count(b"HTTP/1.1 200 ") == 4
