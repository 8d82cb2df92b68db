# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may say on whose behalf it asks: what is believed of a reverse proxy, and of one who only says to be one."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.types import Scope

from gateway.config import Network

Pairs = list[tuple[bytes, bytes]]

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_FORWARDING = frozenset(
    (
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
        b"x-forwarded-server",
        b"x-real-ip",
        b"x-remote-addr",
        b"x-remote-user",
        b"x-script-name",
    )
)
_ROOM = 4096
"""Addresses of which it is remembered whether they are a proxy of ours."""
_LONGEST = 45
"""Characters of an IP address."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """Who may say on whose behalf it asks, and where we are to be found when nobody says."""

    trusted: tuple[Network, ...]
    prefix: str = ""
    """The path of the public URL, without a slash at its end."""
    _judged: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def resolve(self, scope: Scope) -> dict[str, Any]:
        """Give *scope* as the client meant it: no header about forwarding is left for anybody to be misled by."""
        headers: Pairs = scope["headers"]
        changed = dict(scope)
        said = {name: value.decode("latin-1") for name, value in headers if name in _FORWARDING}
        if not said:
            return _placed(changed, headers, self.prefix)
        kept = [pair for pair in headers if pair[0] not in _FORWARDING]
        if not self._is_trusted((scope.get("client") or ("", 0))[0]):
            return _placed(changed, kept, self.prefix)
        kept = self._believe(said, kept, changed)
        return _placed(changed, kept, _prefix(said) or self.prefix)

    def _believe(self, said: Mapping[bytes, str], headers: Pairs, scope: dict[str, Any]) -> Pairs:
        proto = _first(said.get(b"x-forwarded-proto", "")).lower()
        if proto in {"http", "https"}:
            scope["scheme"] = proto
        client = self._client(said.get(b"x-forwarded-for", "") or said.get(b"x-real-ip", ""))
        if client:
            scope["client"] = (client, 0)
        host = _first(said.get(b"x-forwarded-host", ""))
        if host:
            return [(b"host", host.encode("latin-1")), *(pair for pair in headers if pair[0] != b"host")]
        return headers

    def _client(self, chain: str) -> str:
        """The last address that no proxy of ours has: what stands before it anybody may have written."""
        addresses = [part.strip().strip("[]") for part in chain.split(",") if part.strip()]
        for address in reversed(addresses):
            if not self._is_trusted(address):
                return address if _is_address(address) else ""
        return addresses[0] if addresses else ""

    def _is_trusted(self, address: str) -> bool:
        known = self._judged.get(address)
        if known is None and len(address) <= _LONGEST:
            if len(self._judged) >= _ROOM:
                self._judged.clear()
            known = self._judged[address] = self._judge(address)
        return known is True

    def _judge(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.trusted)


def _first(value: str) -> str:
    return value.partition(",")[0].strip()


def _prefix(said: Mapping[bytes, str]) -> str:
    value = _first(said.get(b"x-script-name", "") or said.get(b"x-forwarded-prefix", "")).rstrip("/")
    return value if _PREFIX.fullmatch(value) and "/.." not in value else ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _placed(scope: dict[str, Any], headers: Pairs, prefix: str) -> dict[str, Any]:
    """Put *scope* under *prefix*, whether the proxy has taken it off the path or not (ASGI wants it in both)."""
    scope["headers"] = headers
    scope["root_path"] = prefix
    if prefix and scope["path"] != prefix and not scope["path"].startswith(prefix + "/"):
        scope["path"] = prefix + scope["path"]
        scope["raw_path"] = quote(prefix).encode() + scope["raw_path"]
    return scope
