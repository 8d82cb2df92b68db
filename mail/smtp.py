# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands mail to one mail server (a smart host), and says what came of each mail.

What is refused for good at RCPT or DATA is `Refused`. Everything that an operator can mend, or that passes, is
`Deferred`: no connection, no TLS, wrong credentials, 4xx.
"""

import asyncio
import ipaddress
import ssl
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from mail.compose import Envelope
from mail.errors import Deferred, Refused, ServerUnknown

CONNECT_SECONDS = 15.0
COMMAND_SECONDS = 30.0
DATA_SECONDS = 120.0
"""A server may think long after the last dot; who gives up too early sends twice (RFC 5321 4.5.3.2.6)."""
MAILS_PER_CONNECTION = 100
_FINAL = 500
_OUR_FAULT = frozenset({530, 534, 535, 538, 454, 500, 501, 502, 503, 504})
"""Replies that speak of the session and not of this mail (RFC 4954 6, RFC 5321 4.2.1)."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to talk to it."""

    host: str
    port: int
    implicit_tls: bool
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of_url(cls, url: str) -> Self:
        """Read `smtp://` or `smtps://`, with `user:password@` and `:port` where needed."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ServerUnknown("the mail server's URL must begin with smtp:// or smtps:// and name a host")
        implicit = parts.scheme == "smtps"
        username = unquote(parts.username) if parts.username else None
        usual = 465 if implicit else 587 if username else 25
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, parts.port or usual, implicit, username, password)

    @property
    def is_loopback(self) -> bool:
        """Tell whether the server is this machine: nobody listens on the way there."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class Connection:
    """A connection that is made when the first mail needs it, and used for all that follow.

    One mail at a time; after any fault the next mail gets a new connection.
    """

    def __init__(self, server: Server, *, hostname: str, tls: ssl.SSLContext | None = None) -> None:
        """Prepare for *server*, to which we are *hostname*; *tls* in place of the system's trust."""
        self._server, self._hostname, self._tls = server, hostname, tls
        self._client: aiosmtplib.SMTP | None = None
        self._sent = 0

    async def __aenter__(self) -> Self:
        """Give the connection, not yet open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take leave of the server."""
        await self.close()

    async def send(self, envelope: Envelope) -> str:
        """Hand over *envelope* and give the server's reply; raises Deferred or Refused."""
        try:
            client = await self._ready()
            reply = await self._hand_over(client, envelope)
        except BaseException:
            self._drop()
            raise
        self._sent += 1
        return f"{reply.code} {reply.message}"

    async def close(self) -> None:
        """Say QUIT, where anybody listens."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            try:
                await client.quit(timeout=2)
            except (aiosmtplib.SMTPException, OSError):
                client.close()

    async def _ready(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._sent < MAILS_PER_CONNECTION and await self._alive(self._client):
            return self._client
        await self.close()
        self._client, self._sent = self._new(), 0
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._client.connect()
        except aiosmtplib.SMTPResponseException as error:
            raise Deferred(_said(error), error.code) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise Deferred(f"no connection to the mail server: {_what(error)}") from error
        return self._client

    async def _alive(self, client: aiosmtplib.SMTP) -> bool:
        if not client.is_connected:
            return False
        try:
            reply = await client.rset(timeout=5)
        except (aiosmtplib.SMTPException, OSError):
            return False
        return reply.code == aiosmtplib.SMTPStatus.completed

    def _new(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.implicit_tls,
            start_tls=not (server.implicit_tls or server.is_loopback),
            tls_context=self._tls,
            local_hostname=self._hostname,
            timeout=COMMAND_SECONDS,
        )

    async def _hand_over(self, client: aiosmtplib.SMTP, envelope: Envelope) -> aiosmtplib.SMTPResponse:
        wants_report = client.supports_extension("dsn")
        options = [f"SIZE={len(envelope.data)}"] if client.supports_extension("size") else []
        try:
            await client.mail(envelope.sender, options=[*options, *(["RET=HDRS"] if wants_report else [])])
            await client.rcpt(envelope.recipient, options=["NOTIFY=FAILURE,DELAY"] if wants_report else [])
            return await client.data(envelope.data, timeout=DATA_SECONDS)
        except aiosmtplib.SMTPResponseException as error:
            raise _judged(error) from error
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
            raise Deferred(f"the mail server went away: {_what(error)}") from error

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _judged(error: aiosmtplib.SMTPResponseException) -> Deferred | Refused:
    final = error.code >= _FINAL and error.code not in _OUR_FAULT
    return (Refused if final else Deferred)(_said(error), error.code)


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {' '.join(str(error.message).split())}"[:500]


def _what(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:300]
