# SPDX-License-Identifier: GPL-3.0-or-later
"""From bytes to requests: httptools parses, and what it lets pass but nobody should act upon is refused here.

A head has bounds. What stands behind a chunked body (trailers) is no header: no proxy has looked through it. An offer
to speak another protocol is not taken up: httptools is done with such a request at the end of its head, and would take
a body for the next request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from urllib.parse import unquote

import httptools

HEAD = 64 * 1024
"""Bytes of a request line and its headers."""
HEADERS = 100

_OFFERS = frozenset((b"connection", b"upgrade", b"http2-settings"))


class Refused(Exception):
    """What came is no request that we take: the client is told so, and the connection is closed."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body."""

    method: str
    raw_path: bytes
    query: bytes
    version: str
    headers: list[tuple[bytes, bytes]]
    keep_alive: bool
    expects_continue: bool

    @property
    def path(self) -> str:
        """The path, percent-decoded."""
        path = self.raw_path.decode("ascii")
        return unquote(path) if "%" in path else path


class Reader:
    """Tells of requests as they come: *head*, then *body* for each piece of it, then *end*."""

    def __init__(self, *, head: Callable[[Head], None], body: Callable[[bytes], None], end: Callable[[], None]) -> None:
        self._tell_head, self._tell_end = head, end
        self.on_body = body
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._hosts = 0
        self._expects_continue = False
        self._unjudged = 0
        """Bytes that belong to no complete head."""
        self._is_between = True
        """No request has begun that is not complete."""
        self.is_in_head = True

    @property
    def has_begun(self) -> bool:
        """Tell whether there must be more to come."""
        return not self._is_between or self._unjudged > 0

    def feed(self, data: bytes) -> None:
        """Read *data*; Refused where it is no request that we take."""
        self._unjudged += len(data)
        rest: bytes | memoryview = data
        while rest:
            try:
                self._parser.feed_data(rest)
                break
            except httptools.HttpParserUpgrade as offer:
                rest = memoryview(rest)[offer.args[0] :]
                self._read_again_without_offer()
            except httptools.HttpParserError as error:
                if isinstance(error.__context__, Refused):
                    raise error.__context__ from None
                raise Refused(HTTPStatus.BAD_REQUEST, "This is no HTTP request.") from error
        if self.is_in_head and self._unjudged > HEAD:
            raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"The headers exceed {HEAD} bytes.")

    def _read_again_without_offer(self) -> None:
        # Java's client offers HTTP/2 with its first request, whatever that is.
        line = (self._parser.get_method(), self._url, self._parser.get_http_version().encode())
        kept = [b"%s: %s\r\n" % pair for pair in self._headers if pair[0] not in _OFFERS]
        self._parser = httptools.HttpRequestParser(self)
        self._parser.feed_data(b"%s %s HTTP/%s\r\n%s\r\n" % (*line, b"".join(kept)))

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.is_in_head, self._is_between = True, False
        self._url, self._headers = b"", []
        self._hosts, self._expects_continue = 0, False

    def on_url(self, piece: bytes) -> None:
        """Take a piece of the request's target."""
        self._url += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        if not self.is_in_head:
            return
        name = name.lower()
        if name == b"host":
            self._hosts += 1
        elif name == b"expect":
            self._expects_continue = value.lower() == b"100-continue"
        elif name == b"transfer-encoding" and (value.lower() != b"chunked" or self._parser.get_http_version() != "1.1"):
            raise Refused(HTTPStatus.NOT_IMPLEMENTED, "Of transfer codings, chunked alone is known here.")
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Judge the head, and tell it."""
        self.is_in_head = False
        parser, version, method = self._parser, self._parser.get_http_version(), self._parser.get_method()
        self._judge(version, method)
        if parser.should_upgrade():
            return
        raw_path, query = _target(self._url)
        keep_alive = version == "1.1" and parser.should_keep_alive()
        self._tell_head(
            Head(method.decode(), raw_path, query, version, self._headers, keep_alive, self._expects_continue)
        )

    def on_message_complete(self) -> None:
        """Tell that the request has come as a whole."""
        if self._parser.should_upgrade():
            return
        self.is_in_head = self._is_between = True
        self._unjudged = 0
        self._tell_end()

    def _judge(self, version: str, method: bytes) -> None:
        if version not in {"1.1", "1.0"}:
            raise Refused(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here.")
        if method == b"CONNECT":
            raise Refused(HTTPStatus.NOT_IMPLEMENTED, "This is no proxy.")
        if self._hosts != 1 and (self._hosts or version == "1.1"):
            raise Refused(HTTPStatus.BAD_REQUEST, "There must be one Host header.")  # RFC 9112 3.2
        if len(self._headers) > HEADERS:
            raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"There are more than {HEADERS} headers.")
        if self._unjudged > HEAD and sum(map(len, chain((self._url,), *self._headers))) > HEAD:
            raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"The headers exceed {HEAD} bytes.")


def _target(url: bytes) -> tuple[bytes, bytes]:
    """The path, still encoded, and the query of a request's target (RFC 9112 3.2)."""
    if url.startswith(b"/"):
        path, _, query = url.partition(b"?")
    elif url == b"*":
        return url, b""
    else:
        parsed = httptools.parse_url(url)
        path, query = parsed.path or b"/", parsed.query or b""
    if not path.isascii() or b"#" in url:
        raise Refused(HTTPStatus.BAD_REQUEST, "The address must be percent-encoded.")
    return path, query
