# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail comes in over real sockets, and is acknowledged when it has been dealt with."""

import asyncio
import smtplib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mail.errors import Deferred, Refused
from mail.lmtp import Arrival, listening
from mail.parse import MESSAGE
from tests.mail.letters import BOX, sample

Address = Path | tuple[str, int]


@dataclass(slots=True)
class Desk:
    """Takes mail as it is told."""

    arrived: list[Arrival] = field(default_factory=list)
    fails: Exception | None = None
    seconds: float = 0.0

    async def knows(self, recipient: str) -> bool:
        if recipient.startswith("broken"):
            raise RuntimeError("the database is away")
        return recipient == BOX

    async def take(self, arrival: Arrival) -> str:
        await asyncio.sleep(self.seconds)
        if self.fails is not None:
            raise self.fails
        self.arrived.append(arrival)
        return "taken"


def with_server(desk: Desk, act: Callable[[smtplib.LMTP], object], path: Path | None = None) -> None:
    """Listen, and let *act* talk to us from a thread as a mail server does."""

    async def story() -> None:
        async with listening(path or ("127.0.0.1", 0), desk.knows, desk.take, hostname="gw.example") as server:
            await asyncio.to_thread(talk, server.sockets[0])

    def talk(listener: socket.socket) -> None:
        # smtplib knows a path by its slash, and then needs no port.
        host, port = (str(path), 0) if path else listener.getsockname()[:2]
        with smtplib.LMTP(host, port, local_hostname="mx.example") as client:
            if client.sock is not None:
                client.sock.settimeout(10)
            act(client)

    asyncio.run(asyncio.wait_for(story(), 30))


def hand_over(
    client: smtplib.LMTP, raw: bytes, sender: str = "berit@kunde.example", recipient: str = BOX
) -> tuple[int, str]:
    """Hand one mail over and give the reply."""
    client.ehlo_or_helo_if_needed()
    client.mail(sender)
    code, text = client.rcpt(recipient)
    if code == 250:
        code, text = client.data(raw)
    else:
        client.rset()
    return code, text.decode()


@pytest.mark.parametrize("over", ["tcp", "unix"])
def test_a_mail_is_taken_as_it_was_sent(over: str, tmp_path: Path) -> None:
    desk, raw = Desk(), sample("thunderbird-accepted")
    replies: list[tuple[int, str]] = []

    with_server(desk, lambda c: replies.append(hand_over(c, raw)), tmp_path / "lmtp" if over == "unix" else None)

    assert replies == [(250, "2.0.0 taken")]
    assert desk.arrived == [Arrival(raw, BOX, "berit@kunde.example")]


def test_the_socket_can_be_reached_by_our_group_and_goes_away_with_us(tmp_path: Path) -> None:
    path = tmp_path / "lmtp"
    path.write_text("left over from a crash")
    modes: list[int] = []

    with_server(Desk(), lambda _: modes.append(path.stat().st_mode & 0o777), path)

    assert modes == [0o660]
    assert not path.exists()


def test_many_mails_come_over_one_connection() -> None:
    desk = Desk()

    def three(client: smtplib.LMTP) -> None:
        for _ in range(3):
            assert hand_over(client, sample("words"))[0] == 250

    with_server(desk, three)

    assert len(desk.arrived) == 3


def test_a_bounce_has_no_sender() -> None:
    desk = Desk()

    with_server(desk, lambda c: hand_over(c, sample("bounce"), sender=""))

    assert [arrival.return_path for arrival in desk.arrived] == [""]


def test_an_unknown_mailbox_is_refused_at_once() -> None:
    desk = Desk()
    replies: list[tuple[int, str]] = []

    with_server(desk, lambda c: replies.append(hand_over(c, b"x", recipient="kalender+no@byggbo.example")))

    assert replies == [(550, "5.1.1 no such mailbox")]
    assert desk.arrived == []


def test_one_recipient_at_a_time() -> None:
    desk = Desk()
    codes: list[int] = []

    def two(client: smtplib.LMTP) -> None:
        client.ehlo()
        client.mail("berit@kunde.example")
        codes.append(client.rcpt(BOX)[0])
        codes.append(client.rcpt(BOX)[0])
        codes.append(client.data(sample("words"))[0])

    with_server(desk, two)

    assert codes == [250, 452, 250]
    assert len(desk.arrived) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [(Deferred("later"), 451), (Refused("never"), 550), (RuntimeError("a fault of ours"), 451)],
)
def test_what_is_not_dealt_with_is_not_acknowledged(error: Exception, code: int) -> None:
    replies: list[tuple[int, str]] = []

    def twice(client: smtplib.LMTP) -> None:
        replies.append(hand_over(client, b"Subject: x\r\n\r\nx"))
        desk.fails = None
        replies.append(hand_over(client, b"Subject: x\r\n\r\nx"))

    desk = Desk(fails=error)
    with_server(desk, twice)

    assert [reply[0] for reply in replies] == [code, 250]
    assert "fault of ours" not in replies[0][1]


def test_a_recipient_that_cannot_be_looked_up_is_asked_to_come_again() -> None:
    replies: list[tuple[int, str]] = []

    with_server(Desk(), lambda c: replies.append(hand_over(c, b"x", recipient="broken@byggbo.example")))

    assert replies[0][0] == 451


def test_a_mail_that_is_too_large_is_refused() -> None:
    desk = Desk()
    codes: list[int] = []

    def large(client: smtplib.LMTP) -> None:
        client.ehlo()
        client.mail("berit@kunde.example", [f"SIZE={MESSAGE + 1}"])
        codes.append(client.rcpt(BOX)[0])
        client.rset()
        codes.append(hand_over(client, b"Subject: x\r\n\r\n" + b"x" * 70 + (b"y" * 70 + b"\r\n") * (MESSAGE // 71))[0])
        codes.append(hand_over(client, sample("words"))[0])

    with_server(desk, large)

    assert codes == [503, 552, 250]
    assert len(desk.arrived) == 1


def test_long_lines_are_borne() -> None:
    desk, raw = Desk(), b"Subject: x\r\n\r\n" + b"x" * 20_000 + b"\r\n"

    with_server(desk, lambda c: hand_over(c, raw))

    assert desk.arrived[0].raw == raw


def test_others_are_served_while_one_mail_is_dealt_with() -> None:
    desk = Desk(seconds=0.6)

    async def story() -> float:
        async with listening(("127.0.0.1", 0), desk.knows, desk.take, hostname="gw.example") as server:
            port = server.sockets[0].getsockname()[1]
            began = time.monotonic()
            await asyncio.gather(*(asyncio.to_thread(one, port) for _ in range(3)))
            return time.monotonic() - began

    def one(port: int) -> None:
        with smtplib.LMTP("127.0.0.1", port, local_hostname="mx.example") as client:
            assert hand_over(client, sample("words"))[0] == 250

    assert asyncio.run(asyncio.wait_for(story(), 30)) < 1.5
