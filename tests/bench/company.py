# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway with many colleagues, a mail server behind it and its worker at work, ready for h and i.

Stock Radicale schedules nothing, so nothing of this can be asked of it.
"""

import itertools
import smtplib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from argon2 import PasswordHasher

from tests.bench.calendar import Calendar
from tests.bench.client import PASSWORD, WrongAnswer
from tests.bench.cpu import WOKEN, Clock
from tests.bench.filling import fill_gateway
from tests.bench.servers import LOGIN, Command, Server, gateway, hire, mailbox, plain
from tests.gateway.running import free_port
from tests.story.peer import Peer, listening

ASKED, EVENTS = 10, 1000
"""How many colleagues are asked when they are free, and what is in the calendar of each of them."""
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Fifty colleagues sign in before anything is counted: that need not take half a minute."""
SENDER = "calendar@byggbo.example"


@dataclass(slots=True)
class Company:
    """The gateway, its mail both ways, and the programs of those who work with it."""

    folder: Path
    server: Server
    outside: Peer
    lmtp_port: int
    stack: ExitStack
    numbers: Iterator[int] = field(default_factory=itertools.count)
    known: dict[str, Calendar] = field(default_factory=dict)

    @property
    def clock(self) -> Clock:
        """The CPU that the gateway uses, its worker included."""
        return Clock(self.server.pid, WOKEN)

    def calendar(self, login: str = LOGIN) -> Calendar:
        """The calendar of a colleague, whose program stays signed in."""
        if login not in self.known:
            client = self.stack.enter_context(self.server.client(login))
            self.known[login] = Calendar(client, f"/dav/{login}/calendar/")
        return self.known[login]

    def hand_over(self, box: str, mail: bytes) -> None:
        """Deliver a mail as a mail server does, on a connection of its own."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, local_hostname="mx.byggbo.example") as lmtp:
            lmtp.ehlo_or_helo_if_needed()
            lmtp.mail("berit@kunde.example")
            lmtp.rcpt(box)
            code, told = lmtp.data(mail)
        if code != 250 or b"taken: answer" not in told:
            raise WrongAnswer(f"{code} {told!r} to an answer by mail")


def colleagues(number: int) -> list[str]:
    """Give the logins of the first *number* colleagues."""
    return [f"c{one}" for one in range(1, number + 1)]


@contextmanager
def company(folder: Path, staff: int, *, busy: bool, command: Command = plain) -> Iterator[Company]:
    """Run one with a *staff* of so many; *busy* fills the calendars of the first ones."""
    smtp_port, lmtp_port = free_port(), free_port()
    settings = {
        "DISTRIB_WORKER": "on",
        "DISTRIB_HOLD_BACK": "0",
        "DISTRIB_MAIL_FROM": SENDER,
        "DISTRIB_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "DISTRIB_LMTP_LISTEN": f"127.0.0.1:{lmtp_port}",
    }

    def fill() -> None:
        hire(folder, colleagues(staff), _QUICK.hash(PASSWORD))
        for login in colleagues(ASKED if busy else 0):
            fill_gateway(folder, EVENTS, login)

    with (
        listening(smtp_port) as outside,
        gateway(folder, settings, fill=fill, command=command) as server,
        ExitStack() as stack,
    ):
        yield Company(folder, server, outside, lmtp_port, stack)


def boxes(number: int) -> list[str]:
    """Give the addresses of the first *number* colleagues."""
    return [mailbox(login) for login in colleagues(number)]
