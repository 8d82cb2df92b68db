# SPDX-License-Identifier: GPL-3.0-or-later
"""A person who writes all the time: makes, changes and deletes appointments and meetings, and answers invitations.

Only what the server has acknowledged is noted. A text is edited as a program has it, which may be older than what the
server has by then: answers that came in between must survive that.
"""

import itertools
import random
from dataclasses import dataclass, field

from tests.load.client import Client, Meter, Reply, WrongAnswer
from tests.load.replica import Copy, Replica, copied, unfolded

KEPT = 12
"""Own objects from which on deleting is as likely as making."""
ANSWERS = ("ACCEPTED", "DECLINED", "TENTATIVE")
OVERTAKEN = 412
REFUSALS = frozenset((403, 404, 409))
"""What an answer to a meeting may be answered that is called off at the same time."""


def mailbox(login: str) -> str:
    """Give the address of a colleague."""
    return f"{login}@byggbo.example"


@dataclass(slots=True)
class Own:
    """An object that this person made, as the server has acknowledged it."""

    href: str
    uid: str
    summary: str
    copy: Copy
    guests: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    """The last acknowledged one of each guest."""
    is_leaving: bool = False
    is_gone: bool = False


Ledger = dict[str, Own]
"""What all have made, by UID."""


class Writer:
    """One who writes."""

    def __init__(self, client: Client, number: int, colleagues: tuple[str, ...], ledger: Ledger) -> None:
        self.replica = Replica(client)
        self._client, self._colleagues, self._ledger = client, colleagues, ledger
        self._random = random.Random(number)  # noqa: S311 - the same each time is what is wanted
        self._numbers = itertools.count()
        self._own: list[Own] = []

    async def write(self) -> None:
        """Do one thing."""
        dice = self._random.random()
        if not self._own or dice < 0.3:
            await (self._make() if len(self._own) < KEPT else self._delete())
        elif dice < 0.65:
            await self._change()
        else:
            await self._answer()

    @property
    def _meter(self) -> Meter:
        return self._client.meter

    async def _make(self) -> None:
        uid = f"{self._client.login}-{next(self._numbers)}"
        guests = tuple(self._random.sample(self._colleagues, 3)) if self._random.random() < 0.5 else ()
        text = _text(uid, uid, self._client.login, guests, self._random.randrange(28 * 24))
        href = f"{self._client.home}{uid}.ics"
        reply = await self._client.ask("make", "PUT", href, text, "Content-Type: text/calendar\r\nIf-None-Match: *\r\n")
        _expect(reply, 201)
        own = Own(href, uid, uid, await self._known(href, reply, text), guests)
        self._own.append(own)
        self._ledger[uid] = own

    async def _change(self) -> None:
        own = self._random.choice(self._own)
        summary = f"{own.uid}-{next(self._numbers)}"
        text = "\r\n".join(f"SUMMARY:{summary}" if line.startswith("SUMMARY:") else line for line in own.copy.lines)
        reply = await self._put("change", own.href, text.encode(), own.copy.etag)
        _expect(reply, 204)
        own.summary, own.copy = summary, await self._known(own.href, reply, text.encode())

    async def _delete(self) -> None:
        own = self._own.pop(self._random.randrange(len(self._own)))
        own.is_leaving = True
        reply = await self._client.ask("delete", "DELETE", own.href, headers=f"If-Match: {own.copy.etag}\r\n")
        _expect(reply, 204)
        own.is_gone = True

    async def _answer(self) -> None:
        """Answer an invitation, as the program has it after a sync."""
        await self.replica.sync()
        asked = [(href, own) for href, own in self._invitations() if not own.is_leaving]
        if not asked:
            return
        href, own = self._random.choice(asked)
        said, copy = self._random.choice(ANSWERS), self.replica.copies[href]
        reply = await self._put("answer", href, _answered(copy, self._client.login, said), copy.etag)
        if reply.status == OVERTAKEN or (own.is_leaving and reply.status in REFUSALS):
            self._meter.overtaken += 1
        else:
            _expect(reply, 204)
            own.answers[self._client.login] = said

    def _invitations(self) -> list[tuple[str, Own]]:
        found = []
        for href, copy in self.replica.copies.items():
            uid = next(line[4:] for line in copy.lines if line.startswith("UID:"))
            own = self._ledger.get(uid)
            if own is not None and self._client.login in own.guests:
                found.append((href, own))
        return found

    async def _put(self, kind: str, href: str, text: bytes, etag: str) -> Reply:
        headers = f"Content-Type: text/calendar\r\nIf-Match: {etag}\r\n"
        return await self._client.ask(kind, "PUT", href, text, headers)

    async def _known(self, href: str, reply: Reply, text: bytes) -> Copy:
        """Give what is stored now: what was sent if the server gives a tag for it, else what it shows."""
        if reply.etag is not None:
            return copied(reply.etag, text)
        shown = await self._client.ask("get", "GET", href)
        _expect(shown, 200)
        return copied(shown.etag or "", shown.body)


def _expect(reply: Reply, status: int) -> None:
    if reply.status != status:
        raise WrongAnswer(f"{reply.status} instead of {status}: {reply.body[:300]!r}")


def _text(uid: str, summary: str, login: str, guests: tuple[str, ...], hour: int) -> bytes:
    people = [f"ORGANIZER:mailto:{mailbox(login)}", f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{mailbox(login)}"]
    people += [f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{mailbox(guest)}" for guest in guests]
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//load//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20261123T100000Z",
        f"DTSTART:202702{1 + hour // 24:02}T{hour % 24:02}0000Z",
        "DURATION:PT1H",
        f"SUMMARY:{summary}",
        *(people if guests else ()),
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines).encode()


def _answered(copy: Copy, login: str, said: str) -> bytes:
    """Give the text with the person's own PARTSTAT changed."""
    mine = f":mailto:{mailbox(login)}"
    lines = [_said(line, said) if line.endswith(mine) and line.startswith("ATTENDEE") else line for line in copy.lines]
    return "\r\n".join(lines).encode()


def _said(line: str, said: str) -> str:
    name, _, address = line.partition(":")
    kept = [part for part in name.split(";") if not part.startswith(("PARTSTAT=", "RSVP="))]
    return ";".join((*kept, f"PARTSTAT={said}")) + ":" + address


def answer_in(text: bytes, login: str) -> str | None:
    """Give the PARTSTAT that *text* shows of somebody."""
    mine = f":mailto:{mailbox(login)}"
    for line in unfolded(text).split("\n"):
        if line.startswith("ATTENDEE") and line.endswith(mine):
            parts = dict(part.partition("=")[::2] for part in line.partition(":")[0].split(";"))
            return parts.get("PARTSTAT")
    return None
