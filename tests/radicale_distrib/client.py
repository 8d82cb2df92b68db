# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that speaks to a WSGI application in-process, and what it makes of the answers."""

import base64
import io
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote
from wsgiref.types import WSGIApplication, WSGIEnvironment

from defusedxml.ElementTree import fromstring

SPACES = {
    "D": "DAV:",
    "C": "urn:ietf:params:xml:ns:caldav",
    "CS": "http://calendarserver.org/ns/",
    "A": "http://apple.com/ns/ical/",
}
DECLARED = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())


def clark(name: str) -> str:
    """Give `D:href` in Clark notation."""
    prefix, _, local = name.partition(":")
    return f"{{{SPACES[prefix]}}}{local}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def root(self) -> ET.Element:
        found: ET.Element = fromstring(self.body)
        return found

    @property
    def rule(self) -> str | None:
        """Give the local name of the precondition in a DAV:error."""
        if not self.body.startswith(b"<?xml"):
            return None
        root = self.root
        assert root.tag == clark("D:error")
        return root[0].tag.rpartition("}")[2]

    def responses(self) -> dict[str, "Told"]:
        """Give what a multistatus tells, by decoded href."""
        found = {}
        for node in self.root.iterfind(clark("D:response")):
            told = Told(node.findtext(clark("D:status")))
            for part in node.iterfind(clark("D:propstat")):
                status = (part.findtext(clark("D:status")) or "").split()[1]
                prop = part.find(clark("D:prop"))
                told.propstats.setdefault(int(status), {}).update({p.tag: p for p in (() if prop is None else prop)})
            found[unquote(node.findtext(clark("D:href")) or "")] = told
        return found


@dataclass(slots=True)
class Told:
    """What a multistatus tells of one resource."""

    status: str | None
    propstats: dict[int, dict[str, ET.Element]] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return clark(name) in self.propstats.get(200, {})

    def __getitem__(self, name: str) -> ET.Element:
        return self.propstats[200][clark(name)]

    def value(self, name: str) -> str:
        return "".join(self[name].itertext())

    def hrefs(self, name: str) -> list[str]:
        return [unquote(node.text or "") for node in self[name].iter(clark("D:href"))]

    def kinds(self, name: str) -> set[str]:
        return {node.tag.rpartition("}")[2] for node in self[name].iter()} - {name.partition(":")[2]}


@dataclass(slots=True)
class _Started:
    """WSGI's `start_response`, which keeps what it is told."""

    status: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, status: str, headers: list[tuple[str, str]], _error: object = None, /
    ) -> Callable[[bytes], None]:
        self.status, self.headers = status, dict(headers)
        return lambda _: None


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody's program."""

    application: WSGIApplication
    login: str | None
    password: str | None = None
    mount: str = "/dav"

    def __call__(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Answer:
        """Send one request; `If_Match="…"` becomes the header `If-Match`."""
        data = body.encode() if isinstance(body, str) else body
        return self.send(method, f"{self.mount}{quote(path)}", data, headers)

    def send(self, method: str, url: str, data: bytes, headers: dict[str, str]) -> Answer:
        """Send a request to a path as it stands on the wire."""
        environ = self._environ(method, unquote(url, "latin-1"), data)
        for name, value in headers.items():
            key = name.upper()
            environ[key if key in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{key}"] = value
        started = _Started()
        result = self.application(environ, started)
        return Answer(int(started.status[:3]), started.headers, b"".join(result))

    def _environ(self, method: str, path: str, data: bytes) -> WSGIEnvironment:
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": self.mount,
            "PATH_INFO": path.removeprefix(self.mount),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "5232",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost:5232",
            "CONTENT_LENGTH": str(len(data)),
            "CONTENT_TYPE": "text/calendar; charset=utf-8" if method in {"PUT", "POST"} else "application/xml",
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        if self.login is not None:
            pair = f"{self.login}:{self.password or self.login}".encode()
            environ["HTTP_AUTHORIZATION"] = "Basic " + base64.b64encode(pair).decode()
        return environ

    def propfind(self, path: str, names: str, depth: str = "0", **headers: str) -> dict[str, Told]:
        """Ask for properties; all answers by href."""
        asked = "".join(f"<{name}/>" for name in names.split())
        body = f"<D:propfind{DECLARED}><D:prop>{asked}</D:prop></D:propfind>"
        answer = self("PROPFIND", path, body, Depth=depth, **headers)
        assert answer.status == 207, answer
        return answer.responses()

    def told(self, path: str, names: str, **headers: str) -> Told:
        """Ask for properties of one resource."""
        found = self.propfind(path, names, **headers)
        assert len(found) == 1
        return next(iter(found.values()))

    def report(self, path: str, body: str, **headers: str) -> Answer:
        """Ask a report whose root has no declarations."""
        start, mark, rest = body.partition(">")
        slash = "/" if start.endswith("/") else ""
        return self("REPORT", path, f"{start.removesuffix('/')}{DECLARED}{slash}{mark}{rest}", Depth="1", **headers)

    def put(self, path: str, text: str | bytes, **headers: str) -> Answer:
        """Store an object that must be taken."""
        answer = self("PUT", path, text, **headers)
        assert answer.status in {201, 204}, answer
        return answer

    def get(self, path: str) -> str:
        """Read an object that must be there."""
        answer = self("GET", path)
        assert answer.status == 200, answer
        return answer.text

    def etag(self, path: str) -> str:
        """Give the entity tag of an object."""
        return self("GET", path).headers["ETag"]


Connect = Callable[..., Client]
"""Makes a client of a login."""
