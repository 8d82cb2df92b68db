#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy that writes every exchange as one line of JSON; it can also change answers, to see what a client does then.

python logproxy.py --listen 5411 --upstream http://127.0.0.1:5232 --log thunderbird.jsonl
"""

import argparse
import base64
import http.client
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-connection"}
NO_BODY = {204, 304}
Headers = list[tuple[str, str]]


class Proxy(ThreadingHTTPServer):
    """Where it leads, where it writes, and what it changes on the way."""

    daemon_threads = True

    def __init__(self, settings: argparse.Namespace) -> None:
        super().__init__(("127.0.0.1", settings.listen), Handler)
        self.upstream, self.log = urlsplit(settings.upstream), Path(settings.log)
        self.swaps = [(re.compile(old.encode(), re.DOTALL), new.encode()) for old, new in settings.swap]
        self.dav, self.open_options = settings.dav, settings.open_options
        self._writing = threading.Lock()

    def note(self, exchange: dict[str, Any]) -> None:
        """Write it down."""
        with self._writing, self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(exchange) + "\n")


class Handler(BaseHTTPRequestHandler):
    """Passes any method on."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.pass_on
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Keep stderr quiet."""

    def pass_on(self) -> None:
        """Ask upstream what was asked here, and answer what it answers."""
        body, began = self._body(), time.time()
        if self.server.open_options and self.command == "OPTIONS":
            allowed = "OPTIONS, GET, HEAD, PUT, DELETE, POST, PROPFIND, PROPPATCH, REPORT, MKCALENDAR"
            self._answer(200, [("DAV", self.server.open_options), ("Allow", allowed)], b"")
            return
        status, headers, data = self._ask(body)
        for old, new in self.server.swaps:
            data = old.sub(new, data)
        if self.server.dav is not None:
            headers = [pair for pair in headers if pair[0].lower() != "dav"] + [("DAV", self.server.dav)]
        self.server.note(
            {
                "t": round(began, 3),
                "ms": int((time.time() - began) * 1000),
                "user": self._user(),
                "method": self.command,
                "path": self.path,
                "req_headers": {name: text for name, text in self.headers.items() if name.lower() != "authorization"},
                "req_body": body.decode("utf-8", "replace"),
                "status": status,
                "resp_headers": dict(headers),
                "resp_body": data.decode("utf-8", "replace"),
            }
        )
        self._answer(status, headers, data)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length")
        if length is not None:
            return self.rfile.read(int(length))
        body = b""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        return body

    def _ask(self, body: bytes) -> tuple[int, Headers, bytes]:
        left_out = HOP | {"content-length", "accept-encoding"}
        headers = {name: text for name, text in self.headers.items() if name.lower() not in left_out}
        headers["Content-Length"] = str(len(body))
        upstream = self.server.upstream
        connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=120)
        try:
            connection.request(self.command, self.path, body=body, headers=headers)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        except OSError as error:
            return 502, [("Content-Type", "text/plain")], str(error).encode()
        finally:
            connection.close()

    def _user(self) -> str | None:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        return base64.b64decode(token).decode("utf-8", "replace").partition(":")[0]

    def _answer(self, status: int, headers: Headers, data: bytes) -> None:
        self.send_response(status)
        for name, text in headers:
            if name.lower() not in HOP | {"content-length", "date", "server"}:
                self.send_header(name, text)
        if self.command == "HEAD":
            self.send_header("Content-Length", dict(headers).get("Content-Length", "0"))
        elif status not in NO_BODY:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD" and status not in NO_BODY:
            self.wfile.write(data)


def _settings() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", type=int, required=True, help="a port of this machine")
    parser.add_argument("--upstream", required=True, help="the server's URL")
    parser.add_argument("--log", required=True, help="the file that grows")
    parser.add_argument("--swap", nargs=2, action="append", default=[], metavar=("REGEX", "TEXT"), help="change bodies")
    parser.add_argument("--dav", help="say this in the DAV header instead")
    parser.add_argument("--open-options", metavar="DAV", help="answer OPTIONS here, to anybody, with this DAV header")
    return parser.parse_args()


if __name__ == "__main__":
    Proxy(_settings()).serve_forever()
