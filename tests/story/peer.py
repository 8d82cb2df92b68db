# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail server of the outside world: takes mail on a real socket, or does not, and keeps what it took."""

import asyncio
import email
import email.policy
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was taken."""

    recipient: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject."""
        return str(self.message["Subject"])

    @property
    def calendar(self) -> str:
        """The calendar part inside the alternatives, unfolded; '' where there is none."""
        part = next((one for one in self.message.walk() if one.get_content_type() == "text/calendar"), None)
        if part is None:
            return ""
        content: str = part.get_content()
        return content.replace("\r\n", "\n").replace("\n ", "")

    @property
    def method(self) -> str | None:
        """The method that the calendar part's header names."""
        for part in self.message.walk():
            if part.get_content_type() == "text/calendar":
                return str(part.get_param("method"))
        return None

    @property
    def text(self) -> str:
        """What a person reads who wants no HTML."""
        part = self.message.get_body(("plain",))
        assert part is not None
        content: str = part.get_content()
        return content


@dataclass(slots=True)
class Peer:
    """What came, and whether more may come."""

    port: int
    taken: list[Mail] = field(default_factory=list)
    is_stuck: bool = False
    """It lets everybody wait for an answer to RCPT."""
    asked: int = 0
    """How often somebody wanted to hand over a mail."""

    def await_mails(self, number: int, seconds: float = PATIENCE) -> list[Mail]:
        """Wait until so many have come, and give them all."""
        self._wait(lambda: len(self.taken) >= number, seconds, f"{number} mails")
        return list(self.taken)

    def await_attempts(self, number: int, seconds: float = PATIENCE) -> None:
        """Wait until somebody has tried so often."""
        self._wait(lambda: self.asked >= number, seconds, f"{number} attempts")

    def _wait(self, holds: Callable[[], bool], seconds: float, what: str) -> None:
        until = time.monotonic() + seconds
        while not holds():
            subjects = [mail.subject for mail in self.taken]
            assert time.monotonic() < until, f"no {what} within {seconds} s: {self.asked} attempts, {subjects}"
            time.sleep(0.05)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the recipient, or say nothing at all."""
        self.asked += 1
        while self.is_stuck:  # noqa: ASYNC110 - another thread changes it
            await asyncio.sleep(0.1)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail."""
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.extend(Mail(recipient, message) for recipient in envelope.rcpt_tos)
        return "250 2.0.0 queued as 4711"


@contextmanager
def listening(port: int) -> Iterator[Peer]:
    """Take mail on *port* for as long as the block does."""
    peer, loop = Peer(port), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(peer, hostname="mx.kunde.example", loop=loop), "127.0.0.1", port)

    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(PATIENCE)
    try:
        yield peer
    finally:
        peer.is_stuck = False
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
