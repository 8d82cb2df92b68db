# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes mail in over LMTP (RFC 2033) from the mail server in front of us.

aiosmtpd gives one reply after DATA, LMTP wants one per recipient: so a transaction has one recipient, and the others
are told to come again (452), which mail servers do at once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from mail.errors import Deferred, Refused
from mail.parse import MESSAGE

_LINE = 64 * 1024
_IDLE_SECONDS = 300.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as it was handed over."""

    raw: bytes
    recipient: str
    return_path: str
    """The envelope's sender; '' where nobody wants to hear of it."""


Known = Callable[[str], Awaitable[bool]]
"""Tells whether mail to this recipient is taken."""
Take = Callable[[Arrival], Awaitable[str]]
"""Deals with a mail, and gives what to tell the sender.

Returns when all is committed; raises Refused where it never can be dealt with, Deferred where it may be later.
"""


class _Talk(LMTP):
    """A conversation that bears longer lines than RFC 5321 allows: newsletters and Exchange write them."""

    line_length_limit = _LINE

    def __dir__(self) -> Iterable[str]:
        """Give the names of commands only: aiosmtpd goes through all names each time that a connection comes."""
        return _COMMANDS


_COMMANDS = tuple(name for name in dir(LMTP) if name.startswith(("smtp_", "auth_")))


class _Handler:
    def __init__(self, known: Known, take: Take) -> None:
        self._known, self._take = known, take

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _talk: _Talk, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the one recipient whom we know."""
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"
        try:
            known = await self._known(address)
        except Exception:  # noqa: BLE001 - as below
            _log.exception("mail.lookup_failed")
            return "451 4.3.0 try again later"
        if not known:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _talk: _Talk, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Answer when the mail has been dealt with, and not before."""
        sender = (envelope.mail_from or "").strip("<>")
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        arrival = Arrival(content, envelope.rcpt_tos[0], sender)
        try:
            told = await self._take(arrival)
        except Refused as error:
            return f"550 5.6.0 {error.response}"
        except Deferred as error:
            return f"451 4.3.0 {error.response}"
        except Exception:  # noqa: BLE001 - a door: whatever went wrong, the mail server keeps the mail
            _log.exception("mail.not_taken")
            return "451 4.3.0 try again later"
        return f"250 2.0.0 {told}"


@asynccontextmanager
async def listening(
    address: Path | tuple[str, int], known: Known, take: Take, *, hostname: str
) -> AsyncIterator[asyncio.Server]:
    """Listen on a socket's path, or host and port, for as long as the block runs."""
    loop = asyncio.get_running_loop()
    handler = _Handler(known, take)

    def talk() -> _Talk:
        return _Talk(
            handler, data_size_limit=MESSAGE, timeout=_IDLE_SECONDS, hostname=hostname, ident="Distrib", loop=loop
        )

    if isinstance(address, Path):
        _remove(address)
        server = await loop.create_unix_server(talk, path=str(address))
        _open_to_group(address)
    else:
        server = await loop.create_server(talk, host=address[0], port=address[1])
    try:
        yield server
    finally:
        server.close()
        if isinstance(address, Path):
            _remove(address)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _open_to_group(path: Path) -> None:
    path.chmod(0o660)  # The mail server runs as another user: give it our group.
