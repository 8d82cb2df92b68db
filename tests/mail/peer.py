# SPDX-License-Identifier: GPL-3.0-or-later
"""A real mail server on a real socket, that does as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TAKEN = "250 2.0.0 queued as 4711"


@dataclass(slots=True)
class Taken:
    """A mail that the server took."""

    sender: str
    recipients: list[str]
    data: bytes


@dataclass(slots=True)
class Peer:
    """What the server answers, and what it got. An answer may wait (a coroutine function) before it is given."""

    connected: int = 0
    taken: list[Taken] = field(default_factory=list)
    at_mail: str = "250 2.1.0 OK"
    at_recipient: Callable[[str], str] = lambda _: "250 2.1.5 OK"
    at_data: str = TAKEN
    hangs: bool = False
    """It takes the mail and says nothing any more."""
    pause: float = 0.0
    """How many seconds it thinks before it takes a mail."""
    lost: int = 0
    """How often the other side went away while it thought."""
    drops: bool = False
    """It hangs up instead of an answer to the mail."""
    attempts: int = 0
    """How often a mail was handed over to its end."""
    port: int = 0
    talks: list[SMTP] = field(default_factory=list)

    def hang_up(self) -> None:
        """Close every connection."""
        for talk in self.talks:
            if talk.transport is not None:
                talk.transport.close()

    @property
    def url(self) -> str:
        """Give the URL that we would be configured with."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connected += 1
        return responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.at_mail

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.at_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.attempts += 1
        if self.drops and server.transport is not None:
            server.transport.close()
            return "421 4.3.0 nobody hears this"
        try:
            await asyncio.sleep(3600 if self.hangs else self.pause)
        except asyncio.CancelledError:
            self.lost += 1
            raise
        if self.at_data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(Taken(envelope.mail_from or "", envelope.rcpt_tos, envelope.content))
        return self.at_data


def _sign_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"distrib", b"p@ss:ord")
    return AuthResult(success=right, handled=right)


@asynccontextmanager
async def peer(
    *,
    signed_in: bool = False,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    hangs: bool = False,
    drops: bool = False,
    at_data: str = TAKEN,
    pause: float = 0.0,
) -> AsyncIterator[Peer]:
    """Run a mail server for as long as the block does.

    *signed_in*: for those with a password only; *tls*: it offers STARTTLS, and takes nothing without it.
    """
    told = Peer(hangs=hangs, drops=drops, at_data=at_data, pause=pause)
    loop = asyncio.get_running_loop()

    def talk() -> SMTP:
        new = SMTP(
            told,
            loop=loop,
            hostname="mx.example",
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=signed_in,
            auth_require_tls=False,
            authenticator=_sign_in,
        )
        told.talks.append(new)
        return new

    server = await loop.create_server(talk, "127.0.0.1", port)
    told.port = server.sockets[0].getsockname()[1]
    try:
        yield told
    finally:
        server.close()
