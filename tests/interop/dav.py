# SPDX-License-Identifier: GPL-3.0-or-later
"""One WebDAV request, with nothing clever in between."""

import base64
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message

Response = tuple[int, dict[str, str], str]
"""Status, headers, body."""


def request(
    method: str,
    url: str,
    *,
    login: tuple[str, str],
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Response:
    """Send it with Basic authentication, and give what came back, whatever its status."""
    sent = {"Authorization": basic(*login), "Content-Type": "application/xml; charset=utf-8", **(headers or {})}
    data = None if body is None else body.encode()
    asked = urllib.request.Request(url, method=method, headers=sent, data=data)  # noqa: S310 - the driver's own URL
    try:
        with urllib.request.urlopen(asked, timeout=timeout) as answer:  # noqa: S310 - the same
            return answer.status, _joined(answer.headers), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _joined(error.headers), error.read().decode("utf-8", "replace")


def basic(user: str, password: str) -> str:
    """Write credentials as the header wants them."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _joined(headers: Message) -> dict[str, str]:
    """Give the headers as a dict; what is repeated, as DAV may be, is joined."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
