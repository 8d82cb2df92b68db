# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether anything was lost: each program's final state and each acknowledged write against what the server has."""

import re
from collections.abc import Iterable, Iterator

from tests.load.client import Client, WrongAnswer
from tests.load.replica import XML, Copy, Replica, copied
from tests.load.writer import Ledger, Own, answer_in

Truth = dict[str, Copy]
"""A calendar as the server shows it, by href."""

_HREF = re.compile(rb"<[^<>]*href>([^<]*\.ics)</")


async def truth(client: Client) -> Truth:
    """Give the calendar of *client* by a listing and a GET each; all processes must show the same."""
    shown = [await _shown(client, port) for port in client.ports]
    if any(other != shown[0] for other in shown):
        raise WrongAnswer(f"two processes show different calendars of {client.login}")
    return shown[0]


async def _shown(client: Client, port: int) -> Truth:
    body = b'<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
    listing = await client.send(port, "PROPFIND", client.home, body, f"Depth: 1\r\n{XML}")
    found: Truth = {}
    for href in (match.decode() for match in _HREF.findall(listing.body)):
        reply = await client.send(port, "GET", href)
        if reply.status != 200:
            raise WrongAnswer(f"{reply.status} to a GET of {href}, which is listed")
        if (reply.etag or "none").encode() not in listing.body.replace(b"&quot;", b'"'):
            raise WrongAnswer(f"{href} is listed with another tag than that of GET")
        found[href] = copied(reply.etag or "", reply.body)
    return found


def differences(replica: Replica, there: Truth) -> Iterator[str]:
    """Name what a program has and the server has not, or has differently."""
    login = replica.client.login
    for href in sorted(replica.copies.keys() | there.keys()):
        mine, theirs = replica.copies.get(href), there.get(href)
        if mine is None or theirs is None:
            yield f"{login}: {href} is {'missed' if mine is None else 'kept'} by a program"
        elif mine.etag != theirs.etag:
            yield f"{login}: {href} has the tag {mine.etag} in a program and {theirs.etag} at the server"
        elif mine.text != theirs.text:
            yield f"{login}: {href} has another text in a program than at the server, under the same tag"


def losses(ledger: Ledger, truths: dict[str, Truth]) -> Iterator[str]:
    """Name each acknowledged write that the server does not show."""
    by_uid = {login: dict(_by_uid(there.values())) for login, there in truths.items()}
    for own in ledger.values():
        login = own.href.split("/")[2]
        if own.is_gone:
            yield from _not_gone(own, login, by_uid)
        else:
            yield from _not_there(own, login, by_uid)


def _by_uid(copies: Iterable[Copy]) -> Iterator[tuple[str, Copy]]:
    for copy in copies:
        yield next(line[4:] for line in copy.lines if line.startswith("UID:")), copy


def _not_gone(own: Own, login: str, by_uid: dict[str, dict[str, Copy]]) -> Iterator[str]:
    if own.uid in by_uid[login]:
        yield f"{login}: {own.uid} was deleted, and is there"
    for guest in own.guests:
        copy = by_uid[guest].get(own.uid)
        if copy is not None and "STATUS:CANCELLED" not in copy.lines:
            yield f"{guest}: {own.uid} was called off, and stands"


def _not_there(own: Own, login: str, by_uid: dict[str, dict[str, Copy]]) -> Iterator[str]:
    for person in (login, *own.guests):
        copy = by_uid[person].get(own.uid)
        if copy is None:
            yield f"{person}: {own.uid} is not there"
            continue
        if f"SUMMARY:{own.summary}" not in copy.lines:
            yield f"{person}: {own.uid} lacks its last change, {own.summary}"
        for guest, said in own.answers.items():
            if answer_in(copy.text, guest) != said:
                yield f"{person}: {own.uid} lacks the answer {said} of {guest}"
