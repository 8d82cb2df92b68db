# SPDX-License-Identifier: GPL-3.0-or-later
"""What the HTTP server refuses, and that what it takes is one request and not two."""

import re
import socket
from collections.abc import Iterator

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.reading import HEAD, HEADERS
from tests.gateway.running import PATIENCE, running, say

HOST = b"Host: x\r\n"
GET = b"GET /a HTTP/1.1\r\n" + HOST
PUT = b"PUT /a HTTP/1.1\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def answering(*messages: Message) -> ASGIApp:
    """Make an application that reads nothing and sends *messages*."""

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return application


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(piece: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": piece, "more_body": more}


class Told:
    """An ASGI application that answers each request with a line that says what it was."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer = b"<%s %s %s>" % (scope["method"].encode(), scope["raw_path"], body)
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": answer})


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture(params=["auto", "asyncio"])
def port(told: Told, request: pytest.FixtureRequest) -> Iterator[int]:
    with running(told, loop=request.param) as found:
        yield found


def statuses(answer: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", answer)]


def lines(answer: bytes) -> list[bytes]:
    return re.findall(rb"<([^>]*)>", answer)


REFUSED = {
    "both lengths": (400, PUT + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\n"),
    "both lengths, the other way": (
        400,
        PUT + CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    ),
    "two lengths": (400, PUT + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    "a list of lengths": (400, PUT + b"Content-Length: 1, 1\r\n\r\na"),
    "a signed length": (400, PUT + b"Content-Length: +1\r\n\r\na"),
    "a negative length": (400, PUT + b"Content-Length: -1\r\n\r\na"),
    "a length beyond all numbers": (400, PUT + b"Content-Length: 99999999999999999999\r\n\r\n"),
    "a coding behind chunked": (400, PUT + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
    "a coding before chunked": (501, PUT + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    "another coding": (501, PUT + b"Transfer-Encoding: identity\r\n\r\n"),
    "chunks in HTTP/1.0": (501, b"PUT /a HTTP/1.0\r\n" + HOST + CHUNKED + b"\r\n0\r\n\r\n"),
    "a space before the colon": (400, PUT + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    "a folded header": (400, GET + b"X: a\r\n b\r\n\r\n"),
    "a bare carriage return": (400, GET + b"X: a\rY: b\r\n\r\n"),
    "bare line feeds": (400, b"GET /a HTTP/1.1\nHost: x\n\n"),
    "a NUL": (400, GET + b"X: a\0b\r\n\r\n"),
    "a header without a name": (400, GET + b": a\r\n\r\n"),
    "a chunk's size that is none": (400, PUT + CHUNKED + b"\r\n0x1\r\na\r\n0\r\n\r\n"),
    "a chunk beyond all numbers": (400, PUT + CHUNKED + b"\r\nfffffffffffffffff\r\n"),
    "a chunk that is longer than it says": (400, PUT + CHUNKED + b"\r\n1\r\nab\r\n0\r\n\r\n"),
    "no host": (400, b"GET /a HTTP/1.1\r\n\r\n"),
    "two hosts": (400, b"GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    "a path that is not ASCII": (400, b"GET /\xc3\xa5 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a method that nobody knows": (400, b"BREW /a HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a tunnel": (501, b"CONNECT a:1 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "HTTP/2 at once": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/2 in words": (505, b"GET /a HTTP/2.0\r\n" + HOST + b"\r\n"),
    "TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    "a large header": (431, GET + b"X: " + b"a" * HEAD + b"\r\n\r\n"),
    "a large header without an end": (431, GET + b"X: " + b"a" * (4 * HEAD)),
    "a long path": (431, b"GET /" + b"a" * HEAD + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    "many headers": (431, GET + b"X: a\r\n" * HEADERS + b"\r\n"),
    "nothing but line ends": (431, b"\r\n" * HEAD),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_proper_request_is_refused_and_nothing_behind_it_is_read(what: str, port: int, told: Told) -> None:
    status, request = REFUSED[what]

    answer = say(port, request + LAST)

    assert statuses(answer) == [status]
    assert b"\r\nConnection: close\r\n" in answer
    assert not [scope for scope in told.scopes if scope["path"] == "/last"]
    assert statuses(say(port, LAST)) == [200], "the next connection is served"


def test_one_who_stays_a_while_may_send_as_much_as_they_like(port: int) -> None:
    request = GET + b"X: " + b"a" * (HEAD // 2) + b"\r\n\r\n"

    assert statuses(say(port, request * 6 + LAST)) == [200] * 7


def test_headers_up_to_the_bounds_are_taken(port: int) -> None:
    many = GET + b"X: a\r\n" * (HEADERS - 1) + b"\r\n"
    large = PUT + b"X: %s\r\n" % (b"a" * (HEAD - 100))

    assert statuses(say(port, many + large + b"Content-Length: 1\r\n\r\nb" + LAST)) == [200, 200, 200]


def test_what_comes_behind_the_body_is_no_header(port: int, told: Told) -> None:
    say(
        port,
        PUT + CHUNKED + b"\r\n1\r\nb\r\n0\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n" + LAST,
    )

    assert [name for name, _ in told.scopes[0]["headers"]] == [b"host", b"transfer-encoding"]


OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n"


def test_an_offer_to_speak_another_protocol_is_not_taken_up(port: int, told: Told) -> None:
    offered = GET + OFFER + b"Accept: */*\r\n\r\n"

    assert lines(say(port, offered + offered + LAST)) == [b"GET /a ", b"GET /a ", b"GET /last "]
    assert told.scopes[0]["headers"] == [(b"host", b"x"), (b"accept", b"*/*")]


@pytest.mark.parametrize(
    "body",
    [b"Content-Length: 9\r\n\r\nGET / HTT", CHUNKED + b"\r\n9\r\nGET / HTT\r\n0\r\n\r\n"],
    ids=["whole", "chunks"],
)
def test_the_body_of_a_request_with_such_an_offer_is_no_request(body: bytes, port: int) -> None:
    answer = say(port, PUT + OFFER + body + LAST)

    assert lines(answer) == [b"PUT /a GET / HTT", b"GET /last "]


def test_very_many_offers_in_one_packet_are_answered(port: int) -> None:
    offered = GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

    assert statuses(say(port, offered * 2000 + LAST)) == [200] * 2001


def test_a_complete_request_is_answered_though_nonsense_follows(port: int) -> None:
    answer = say(port, GET + b"\r\nnonsense\r\n\r\n")

    assert lines(answer) == [b"GET /a "]
    assert statuses(answer) == [200]


def test_an_empty_line_before_a_request_is_passed_over(port: int) -> None:
    assert statuses(say(port, b"\r\n" + LAST)) == [200]


def test_capabilities_may_be_asked_of_no_path_in_particular(port: int) -> None:
    assert lines(say(port, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n" + LAST)) == [b"OPTIONS * ", b"GET /last "]


def test_an_answer_of_unknown_length_in_one_piece_is_measured() -> None:
    with running(answering(start(), body(b"abc"))) as port:
        answer = say(port, LAST)

    assert b"\r\nContent-Length: 3\r\n" in answer
    assert answer.endswith(b"\r\n\r\nabc")


def test_an_answer_in_pieces_is_chunked_where_that_is_understood() -> None:
    with running(answering(start(), body(b"abc", more=True), body(b"", more=True), body(b"de"))) as port:
        new = say(port, LAST)
        old = say(port, b"GET / HTTP/1.0\r\n\r\n")

    assert new.endswith(b"\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert old.endswith(b"\r\n\r\nabcde")
    assert b"chunked" not in old


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_has_no_body_has_no_length(status: int) -> None:
    with running(answering(start(status=status), body(b""))) as port:
        answer = say(port, LAST)

    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"content-length" not in answer.lower()
    assert b"transfer-encoding" not in answer.lower()


@pytest.mark.parametrize(
    "messages",
    [
        (),
        (start(),),
        (start(), start()),
        (body(b"abc"),),
        (start((b"Content-Length", b"2")), body(b"abc")),
        (start((b"Content-Length", b"4")), body(b"abc")),
        (start((b"X", b"a\r\nSet-Cookie: b")), body(b"abc")),
        (start((b"X\nY", b"a")), body(b"abc")),
    ],
    ids=["nothing", "a head", "two heads", "no head", "too short", "too long", "line end", "line end in name"],
)
def test_an_application_that_makes_no_proper_answer_is_a_500(messages: tuple[Message, ...]) -> None:
    with running(answering(*messages)) as port:
        answer = say(port, GET + b"\r\n")

    assert statuses(answer) == [500]
    assert b"Set-Cookie" not in answer


def test_half_an_answer_does_not_look_like_a_whole_one() -> None:
    async def failing(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"abc", more=True))
        raise ValueError("no")

    with running(failing) as port:
        answer = say(port, GET + b"\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert not answer.endswith(b"0\r\n\r\n")


def test_one_who_was_not_told_to_go_on_is_not_taken_for_the_next_request() -> None:
    with running(answering(start(), body(b"abc"))) as port:
        answer = say(port, PUT + b"Expect: 100-continue\r\nContent-Length: 50\r\n\r\n")

    assert statuses(answer) == [200]
    assert b"\r\nConnection: close\r\n" in answer


def test_one_who_waits_is_told_to_go_on_and_one_who_does_not_wait_is_not(port: int) -> None:
    head = b"PUT /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(head)
        first = connection.recv(65536)
        connection.sendall(b"b")
        rest = b"".join(iter(lambda: connection.recv(65536), b""))

    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert lines(rest) == [b"PUT /a b"]
    assert statuses(say(port, head + b"b")) == [200]
