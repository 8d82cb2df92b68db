# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program keeps of a calendar, brought up to date as calendar programs do: sync-collection, then multiget."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from tests.load.client import Client, WrongAnswer

XML = "Content-Type: application/xml\r\n"

_D, _C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_FOLD = re.compile(rb"\r\n[ \t]")


@dataclass(frozen=True, slots=True)
class Copy:
    """An object as the program has it."""

    etag: str
    text: bytes
    """With line ends as in XML: a parser makes one character of two."""

    @property
    def lines(self) -> list[str]:
        """Its lines, unfolded."""
        return unfolded(self.text).split("\n")


def copied(etag: str, body: bytes) -> Copy:
    """Give what a GET has brought."""
    return Copy(etag, body.replace(b"\r\n", b"\n"))


def unfolded(text: bytes) -> str:
    """Give *text* without folds, with plain line ends."""
    return _FOLD.sub(b"", text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).decode().replace("\r\n", "\n")


@dataclass(slots=True)
class Replica:
    """A calendar as one program knows it."""

    client: Client
    copies: dict[str, Copy] = field(default_factory=dict)
    token: str = ""

    async def sync(self) -> bool:
        """Fetch what has changed; tell whether anything had."""
        changed, token = await self._changes()
        for href in (href for href, etag in changed.items() if etag is None):
            self.copies.pop(href, None)
        wanted = [href for href, etag in changed.items() if etag is not None]
        if wanted:
            await self._fetch(wanted)
        moved, self.token = token != self.token, token
        return moved

    async def _changes(self) -> tuple[dict[str, str | None], str]:
        body = (
            f'<sync-collection xmlns="DAV:"><sync-token>{escape(self.token)}</sync-token>'
            "<sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
        )
        root = await self._report("sync", body)
        token = root.findtext(f"{_D}sync-token")
        if not token:
            raise WrongAnswer("a sync without a token")
        return {_href(one): one.findtext(f".//{_D}getetag") for one in _responses(root)}, token

    async def _fetch(self, hrefs: Iterable[str]) -> None:
        wanted = "".join(f"<href>{escape(href)}</href>" for href in hrefs)
        body = (
            '<c:calendar-multiget xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
            f"<prop><getetag/><c:calendar-data/></prop>{wanted}</c:calendar-multiget>"
        )
        for one in _responses(await self._report("multiget", body)):
            etag, text = one.findtext(f".//{_D}getetag"), one.findtext(f".//{_C}calendar-data")
            if etag is None or text is None:
                self.copies.pop(_href(one), None)  # gone since the sync
            else:
                self.copies[_href(one)] = copied(etag, text.encode())

    async def _report(self, kind: str, body: str) -> ET.Element:
        reply = await self.client.ask(kind, "REPORT", self.client.home, body.encode(), f"Depth: 1\r\n{XML}")
        if reply.status != 207:
            raise WrongAnswer(f"{reply.status} to a {kind}: {reply.body[:300]!r}")
        return ET.fromstring(reply.body)  # noqa: S314 - it is our own server


def _responses(root: ET.Element) -> Iterator[ET.Element]:
    return root.iterfind(f"{_D}response")


def _href(response: ET.Element) -> str:
    found = response.findtext(f"{_D}href")
    if found is None:
        raise WrongAnswer("a response without a href")
    return found
