# SPDX-License-Identifier: GPL-3.0-or-later
"""Where mail goes from here: to a mail server, or into the demo's catch-all."""

import asyncio
from typing import Protocol

from mail.compose import Envelope
from mail.smtp import Connection, Server


class Post(Protocol):
    """Takes mail out of the house."""

    async def send(self, envelope: Envelope) -> str:
        """Hand *envelope* over and give the reply; raises Deferred or Refused."""
        ...

    async def rest(self) -> None:
        """Nothing is to be sent for now."""
        ...


class CatchAll(Protocol):
    """Keeps mail instead of sending it."""

    def send(self, data: bytes, sender: str, recipient: str) -> str:
        """Keep a mail, and answer as a mail server does."""
        ...


class Smtp:
    """The mail server. Mails that are sent together share as few connections as they can."""

    def __init__(self, server: Server, hostname: str) -> None:
        self._server, self._hostname = server, hostname
        self._idle: list[Connection] = []

    async def send(self, envelope: Envelope) -> str:
        """Send on a connection that is open, or on a new one."""
        connection = self._idle.pop() if self._idle else Connection(self._server, hostname=self._hostname)
        try:
            return await connection.send(envelope)
        finally:
            self._idle.append(connection)

    async def rest(self) -> None:
        """Close the connections."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close()


class Kept:
    """The demo's catch-all, as a way out of the house."""

    def __init__(self, catch_all: CatchAll) -> None:
        self._catch_all = catch_all

    async def send(self, envelope: Envelope) -> str:
        """Keep the mail."""
        return await asyncio.to_thread(self._catch_all.send, envelope.data, envelope.sender, envelope.recipient)

    async def rest(self) -> None:
        """There is nothing to let go of."""
