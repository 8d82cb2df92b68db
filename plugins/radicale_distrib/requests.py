# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP request and its answer, as the methods see them."""

import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, cast
from urllib.parse import quote, unquote, urlsplit
from wsgiref.types import WSGIEnvironment

from gateway.model import Condition
from radicale_distrib import markup, parsing, prefer
from radicale_distrib.errors import Problem
from radicale_distrib.markup import caldav
from radicale_distrib.prefer import Preferences

XML = "application/xml; charset=utf-8"
MAX_XML = 4 * 1024 * 1024
"""Bytes of an XML body; a multiget of 10,000 objects needs 1 MiB."""

_SLASHES = re.compile(r"/{2,}")
_PLAIN = re.compile(r"(?:/[A-Za-z0-9_~@-][A-Za-z0-9_.~@-]*)+/?")
"""A path that is written as simply as it can be: most hrefs of a multiget are."""
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered; a body comes with its content type among the headers."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    rest: Iterator[bytes] | None = None
    """What follows *body*: made while it is sent."""


def xml_response(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """Give an answer whose body is XML."""
    return Response(status, {"Content-Type": XML, **(headers or {})}, body)


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a path inside the DAV tree."""

    environ: WSGIEnvironment
    prefix: str
    """Where the tree is mounted, without a slash at its end: `/dav`, or `/proxied/dav` behind a proxy."""
    path: str
    """Absolute inside the tree, decoded; ends in a slash as sent."""

    @property
    def method(self) -> str:
        """The method, in upper case."""
        return str(self.environ["REQUEST_METHOD"]).upper()

    def header(self, name: str) -> str | None:
        """Give a header by its name, stripped; None where it was not sent."""
        value = self.environ.get("HTTP_" + name.upper().replace("-", "_"))
        return value.strip() if isinstance(value, str) else None

    @property
    def depth(self) -> str:
        """`0`, `1` or `infinity`; a missing Depth counts as 0 (tsdav sends none)."""
        value = (self.header("Depth") or "0").lower()
        if value not in {"0", "1", "infinity"}:
            raise Problem(400, message="Depth is neither 0, 1 nor infinity")
        return value

    @property
    def wishes(self) -> Preferences:
        """What the client would like the answer to hold."""
        return prefer.read(self.environ.get("HTTP_PREFER", ""), self.environ.get("HTTP_BRIEF", ""))

    @property
    def is_minimal(self) -> bool:
        """The client wants no propstat of what is not there (RFC 8144 2.1)."""
        return self.wishes.minimal

    @property
    def condition(self) -> Condition:
        """What the client demands of the stored object; the service judges it."""
        return Condition(
            if_match=self.header("If-Match") or None,
            if_none_match=self.header("If-None-Match") or None,
            schedule_tag=self.header("If-Schedule-Tag-Match") or None,
        )

    @property
    def replies(self) -> bool:
        """Whether an organizer may be told of a removal (`Schedule-Reply: F` says no, RFC 6638 8.1)."""
        return (self.header("Schedule-Reply") or "").upper() != "F"

    @property
    def content_type(self) -> str:
        """Type and subtype of the body in lower case, without parameters; '' where none was sent."""
        return str(self.environ.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()

    @property
    def coding(self) -> str:
        """How the body is coded, '' where it is sent as it is; we decode nothing."""
        return (self.header("Content-Encoding") or "").lower().removeprefix("identity")

    def body(self, limit: int) -> bytes:
        """Give the body; raises Problem where it is coded, longer than *limit* or shorter than announced."""
        if self.coding:  # RFC 9110 8.4 and 15.5.16
            raise Problem(415, message=f"a body that is coded as {self.coding[:40]} cannot be read; send it as it is")
        if "distrib.body" not in self.environ:
            self.environ["distrib.body"] = self._read_body(limit)
        return bytes(self.environ["distrib.body"])

    def _read_body(self, limit: int) -> bytes:
        if self.environ.get("distrib.too_large"):
            raise _too_large(limit)
        announced = str(self.environ.get("CONTENT_LENGTH") or "")
        if announced and not announced.isdecimal():
            raise Problem(400, message="Content-Length is no number")
        if not announced and not self.environ.get("wsgi.input_terminated"):
            return b""
        length = int(announced) if announced else limit + 1
        if announced and length > limit:
            raise _too_large(limit)
        data = _read(cast(BinaryIO, self.environ["wsgi.input"]), length)
        if announced and len(data) < length:
            raise Problem(400, message="the body is shorter than Content-Length")
        if len(data) > limit:
            raise _too_large(limit)
        return data

    def xml(self) -> ET.Element | None:
        """Give the root of the XML body, None where there is no body."""
        try:
            return parsing.parse(self.body(MAX_XML))
        except Problem as problem:
            if problem.condition == caldav("max-resource-size"):
                raise Problem(413, message="the XML body is too large") from problem
            raise

    def url(self, path: str) -> str:
        """Give the percent-encoded absolute path of *path*, mount included."""
        return quote(self.prefix + path)

    def href(self, path: str) -> str:
        """Give an `<href>` element of *path*."""
        return markup.href(self.url(path))

    def inside(self, reference: str) -> str | None:
        """Give the path inside the tree of an href that a client sent, None where it leads elsewhere."""
        if reference.startswith(self.prefix + "/") and _PLAIN.fullmatch(reference, len(self.prefix)):
            return reference[len(self.prefix) :]
        return self._resolved(reference.strip())

    def _resolved(self, reference: str) -> str | None:
        try:
            parts = urlsplit(reference)
        except ValueError:
            return None
        if parts.netloc and not self._is_here(parts.scheme, parts.netloc):
            return None
        path = _SLASHES.sub("/", unquote(parts.path))
        if not path.startswith("/"):
            return None
        clean = posixpath.normpath(path) + ("/" if path.endswith("/") and path != "/" else "")
        if clean == self.prefix:
            return "/"
        if not clean.startswith(self.prefix + "/"):
            return None
        return clean[len(self.prefix) :]

    def destination(self) -> str:
        """Give where COPY or MOVE shall go (RFC 4918 10.3); raises Problem 502 where that is not here."""
        value = self.header("Destination")
        if not value:
            raise Problem(400, message=f"{self.method} needs a Destination")
        path = self.inside(value)
        if path is None:
            raise Problem(502, message="the Destination is on another server")
        return path

    def _is_here(self, scheme: str, netloc: str) -> bool:
        default = _DEFAULT_PORTS.get(scheme.lower(), "")
        hosts = {self.header("Host"), self.environ.get("distrib.public_host")}
        return netloc.lower().removesuffix(default) in {
            str(host).lower().removesuffix(default) for host in hosts if host
        }


def _too_large(limit: int) -> Problem:
    rule = caldav("max-resource-size")
    return Problem(403, rule, message=f"the body is longer than {limit} bytes", content=str(limit))


def _read(stream: BinaryIO, length: int) -> bytes:
    pieces: list[bytes] = []
    while length > 0 and (piece := stream.read(length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
