# SPDX-License-Identifier: GPL-3.0-or-later
"""A calendar as a client program sees it: requests that are alike for every server, and answers that are checked."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tests.bench.client import Client, Reply, WrongAnswer
from tests.bench.events import MONTH, Event, events

_HREF = re.compile(rb"<(?:[\w-]+:)?href>\s*([^<]+?)\s*</")
_ETAG = re.compile(rb"<(?:[\w-]+:)?getetag>[^<]+</")
_TOKEN = re.compile(rb"<(?:[\w-]+:)?sync-token>\s*([^<]+?)\s*</")
_CTAG = re.compile(rb"<(?:[\w-]+:)?getctag>[^<]+</")
_UID = re.compile(rb"^UID:([^\r\n&]+)", re.MULTILINE)
_NAMES = 'xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'
_XML = "Content-Type: application/xml; charset=utf-8\r\n"
_ETAGS = f"<propfind {_NAMES}><prop><getetag/></prop></propfind>"
_TAGS = f"<propfind {_NAMES}><prop><s:getctag/><sync-token/></prop></propfind>"
_QUERY = (
    f"<c:calendar-query {_NAMES}><prop><getetag/><c:calendar-data/></prop><c:filter>"
    '<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">{}</c:comp-filter></c:comp-filter>'
    "</c:filter></c:calendar-query>"
)
_ALL = _QUERY.format("")
_MONTH = _QUERY.format(f'<c:time-range start="{MONTH[0]:%Y%m%dT%H%M%SZ}" end="{MONTH[1]:%Y%m%dT%H%M%SZ}"/>')


@dataclass(frozen=True, slots=True)
class Calendar:
    """Kari's calendar at one server."""

    client: Client
    home: str

    def put(self, event: Event) -> Reply:
        """Upload an appointment, a new one or another edition."""
        url = self.home + event.name
        reply = self.client.ask("PUT", url, event.text(), "Content-Type: text/calendar; charset=utf-8\r\n")
        return expect(reply, 204 if event.edition else 201)

    def delete(self, event: Event) -> None:
        """Take an appointment away."""
        reply = self.client.ask("DELETE", self.home + event.name)
        if reply.status not in {200, 204}:
            raise WrongAnswer(f"{reply.status} to a DELETE: {reply.body!r}")

    def get(self, event: Event) -> Reply:
        """Fetch one appointment."""
        reply = expect(self.client.ask("GET", self.home + event.name), 200)
        return expect_uids(reply, {event.uid})

    def etags(self, number: int) -> Reply:
        """List the ETags of all *number* objects."""
        reply = expect(self.client.ask("PROPFIND", self.home, _ETAGS.encode(), f"{_XML}Depth: 1\r\n"), 207)
        return expect_names(reply, number, etags=True)

    def multiget(self, events: Iterable[Event]) -> Reply:
        """Fetch many by name."""
        wanted = {event.uid for event in events}
        hrefs = "".join(f"<href>{self.home}{uid}.ics</href>" for uid in sorted(wanted))
        body = f"<c:calendar-multiget {_NAMES}><prop><getetag/><c:calendar-data/></prop>{hrefs}</c:calendar-multiget>"
        reply = expect(self.client.ask("REPORT", self.home, body.encode(), f"{_XML}Depth: 1\r\n"), 207)
        return expect_uids(expect_names(reply, len(wanted), etags=True), wanted)

    def month(self, wanted: Collection[str]) -> Reply:
        """Fetch what takes place in `MONTH`; *wanted* are the UIDs of all that does."""
        reply = expect(self.client.ask("REPORT", self.home, _MONTH.encode(), f"{_XML}Depth: 1\r\n"), 207)
        return expect_uids(expect_names(reply, len(wanted), etags=True), wanted)

    def everything(self, number: int) -> Reply:
        """Fetch all *number* objects with their data."""
        reply = expect(self.client.ask("REPORT", self.home, _ALL.encode(), f"{_XML}Depth: 1\r\n"), 207)
        return expect_uids(expect_names(reply, number, etags=True), {event.uid for event in events(number)})

    def sync(self, token: str, changed: Iterable[Event] | None) -> Reply:
        """Ask what has changed since *token*: these appointments and no others, or (None) whatever there is."""
        body = (
            f"<sync-collection {_NAMES}><sync-token>{token}</sync-token><sync-level>1</sync-level>"
            "<prop><getetag/></prop></sync-collection>"
        )
        reply = expect(self.client.ask("REPORT", self.home, body.encode(), _XML), 207)
        if changed is not None:
            names = {event.name.encode() for event in changed}
            if names_of(reply) != names:
                raise WrongAnswer(f"a sync told of {sorted(names_of(reply))}, not of {sorted(names)}")
        return reply

    def tags(self) -> Reply:
        """Ask whether anything has changed at all."""
        reply = expect(self.client.ask("PROPFIND", self.home, _TAGS.encode(), f"{_XML}Depth: 0\r\n"), 207)
        if not (_CTAG.search(reply.body) and _TOKEN.search(reply.body)):
            raise WrongAnswer(f"no ctag or no sync token: {reply.body!r}")
        return reply


def token_of(reply: Reply) -> str:
    """Give the sync token of an answer."""
    found = _TOKEN.search(reply.body)
    if found is None:
        raise WrongAnswer(f"no sync token: {reply.body[-300:]!r}")
    return found[1].decode()


def expect(reply: Reply, status: int) -> Reply:
    """Give *reply* if it has this status."""
    if reply.status != status:
        raise WrongAnswer(f"{reply.status} instead of {status}: {reply.body[:500]!r}")
    return reply


def expect_names(reply: Reply, number: int, *, etags: bool = False) -> Reply:
    """Give *reply* if it tells of *number* objects, and of the ETag of each if that was asked for."""
    found = len(names_of(reply))
    if found != number:
        raise WrongAnswer(f"{found} objects instead of {number}")
    if etags and len(_ETAG.findall(reply.body)) < number:
        raise WrongAnswer("objects without ETags")
    return reply


def expect_uids(reply: Reply, wanted: Collection[str]) -> Reply:
    """Give *reply* if these appointments are in it, whole, and no others."""
    found = {uid.decode() for uid in _UID.findall(reply.body)}
    if found != set(wanted) or reply.body.count(b"END:VALARM") != len(wanted):
        raise WrongAnswer(f"{len(found)} appointments instead of {len(wanted)}: {sorted(found ^ set(wanted))[:5]}")
    return reply


def names_of(reply: Reply) -> set[bytes]:
    return {href.rpartition(b"/")[2] for href in _HREF.findall(reply.body) if href.endswith(b".ics")}
