# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail leaves over real sockets, and each kind of refusal is told from the others."""

import asyncio
import ssl
import time
from collections.abc import Coroutine

import pytest

from mail import smtp
from mail.compose import Envelope, compose
from mail.errors import Deferred, NotDelivered, Refused, ServerUnknown
from mail.smtp import Connection, Server
from tests.mail.letters import HOUSE, SAMPLES, letter
from tests.mail.peer import peer

MAIL = compose(letter(), HOUSE)
CERTIFICATE = SAMPLES / "tls" / "localhost.pem"
"""Of nobody, for nothing but these tests: certificate and key."""


def run(story: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 30))


async def send(url: str, *envelopes: Envelope) -> list[str]:
    async with Connection(Server.of_url(url), hostname="gw.example") as connection:
        return [await connection.send(envelope) for envelope in envelopes]


async def failure(url: str) -> NotDelivered:
    with pytest.raises(NotDelivered) as caught:
        await send(url, MAIL)
    return caught.value


def test_a_mail_arrives_as_it_was_written() -> None:
    async def story() -> None:
        async with peer() as server:
            replies = await send(server.url, MAIL)

            assert replies == ["250 2.0.0 queued as 4711"]
            assert [(t.sender, t.recipients) for t in server.taken] == [(MAIL.sender, [MAIL.recipient])]
            assert server.taken[0].data == MAIL.data

    run(story())


def test_mails_that_go_together_share_a_connection() -> None:
    async def story() -> None:
        async with peer() as server:
            await send(server.url, MAIL, MAIL, MAIL)

            assert (server.connected, len(server.taken)) == (1, 3)

    run(story())


def test_a_line_that_is_a_dot_is_no_end() -> None:
    async def story() -> None:
        async with peer() as server:
            data = b"Subject: x\r\n\r\n.\r\n..\r\n.x\r\n"
            await send(server.url, Envelope("a@x.example", "b@y.example", data))

            assert server.taken[0].data == data

    run(story())


@pytest.mark.parametrize(
    ("behaviour", "kind", "code"),
    [
        ({"at_recipient": lambda _: "550 5.1.1 no such user"}, Refused, 550),
        ({"at_recipient": lambda _: "450 4.2.0 greylisted"}, Deferred, 450),
        ({"at_mail": "553 5.7.1 sender not allowed"}, Refused, 553),
        ({"at_mail": "451 4.3.0 busy"}, Deferred, 451),
        ({"at_mail": "530 5.7.0 authentication required"}, Deferred, 530),
        ({"at_data": "554 5.7.1 spam"}, Refused, 554),
        ({"at_data": "552 5.3.4 too large"}, Refused, 552),
        ({"at_data": "421 4.3.2 shutting down"}, Deferred, 421),
    ],
)
def test_a_refusal_is_for_now_or_for_good(behaviour: dict[str, object], kind: type[NotDelivered], code: int) -> None:
    async def story() -> None:
        async with peer() as server:
            for name, value in behaviour.items():
                setattr(server, name, value)
            error = await failure(server.url)

            assert (type(error), error.code) == (kind, code)
            assert error.response.startswith(str(code))

    run(story())


@pytest.mark.parametrize(("answer", "policy"), [("554 5.7.1 spam", True), ("550 5.1.1 no such user", False)])
def test_a_refusal_by_policy_is_told_from_others(answer: str, *, policy: bool) -> None:
    async def story() -> None:
        async with peer(at_data=answer) as server:
            error = await failure(server.url)

            assert isinstance(error, Refused)
            assert error.by_policy is policy

    run(story())


def test_the_next_mail_goes_out_after_a_refused_one() -> None:
    async def story() -> None:
        def choosy(address: str) -> str:
            return "550 5.1.1 no" if address.startswith("berit") else "250 OK"

        async with peer() as server:
            server.at_recipient = choosy
            async with Connection(Server.of_url(server.url), hostname="gw.example") as connection:
                with pytest.raises(Refused):
                    await connection.send(MAIL)
                await connection.send(Envelope(MAIL.sender, "jon@kunde.example", MAIL.data))

            assert [t.recipients for t in server.taken] == [["jon@kunde.example"]]

    run(story())


def test_a_server_that_hangs_up_defers_the_mail_and_the_next_one_gets_a_new_connection() -> None:
    async def story() -> None:
        async with peer(drops=True) as server:
            async with Connection(Server.of_url(server.url), hostname="gw.example") as connection:
                with pytest.raises(Deferred):
                    await connection.send(MAIL)
                server.drops = False
                await connection.send(MAIL)

            assert len(server.taken) == 1

    run(story())


def test_a_connection_that_died_between_two_mails_is_made_again() -> None:
    async def story() -> None:
        async with peer() as server, Connection(Server.of_url(server.url), hostname="gw.example") as connection:
            await connection.send(MAIL)
            server.hang_up()
            await connection.send(MAIL)

            assert (server.connected, len(server.taken)) == (2, 2)

    run(story())


def test_a_server_that_hangs_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "DATA_SECONDS", 0.5)

    async def story() -> None:
        async with peer(hangs=True) as server:
            began = time.monotonic()
            error = await failure(server.url)

            assert isinstance(error, Deferred)
            assert time.monotonic() - began < 5

    run(story())


def test_a_server_that_never_greets_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.5)

    async def story() -> None:
        async def silence(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(3)
            writer.close()

        server = await asyncio.start_server(silence, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        began = time.monotonic()
        error = await failure(f"smtp://127.0.0.1:{port}")

        assert isinstance(error, Deferred)
        assert time.monotonic() - began < 2.5
        server.close()

    run(story())


def test_nobody_there_defers() -> None:
    async def story() -> None:
        async with peer() as server:
            port = server.port
        error = await failure(f"smtp://127.0.0.1:{port}")

        assert isinstance(error, Deferred)
        assert "no connection" in error.response

    run(story())


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
def test_a_password_is_used_and_a_wrong_one_is_the_operators_fault() -> None:
    async def story() -> None:
        async with peer(signed_in=True) as server:
            await send(f"smtp://distrib:p%40ss%3Aord@127.0.0.1:{server.port}", MAIL)
            error = await failure(f"smtp://distrib:wrong@127.0.0.1:{server.port}")

            assert len(server.taken) == 1
            assert isinstance(error, Deferred)
            assert error.code == 535

    run(story())


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine count as another one."""
    monkeypatch.setattr(Server, "is_loopback", property(lambda _: False))


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def server_side() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@pytest.mark.usefixtures("away")
def test_no_mail_leaves_the_machine_in_clear_text() -> None:
    async def story() -> None:
        async with peer() as server:
            error = await failure(f"smtp://localhost:{server.port}")

            assert isinstance(error, Deferred)
            assert "STARTTLS" in error.response
            assert server.attempts == 0

    run(story())


@pytest.mark.usefixtures("away")
def test_mail_leaves_encrypted_for_a_server_that_proves_its_name() -> None:
    async def story() -> None:
        async with peer(tls=server_side()) as server:
            url = Server.of_url(f"smtp://localhost:{server.port}")
            async with Connection(url, hostname="gw.example", tls=trusting()) as connection:
                await connection.send(MAIL)
            async with Connection(url, hostname="gw.example") as connection:
                with pytest.raises(Deferred, match="certificate"):
                    await connection.send(MAIL)

            assert len(server.taken) == 1

    run(story())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mx.example", ("mx.example", 25, False, None, None)),
        ("smtp://u:p@mx.example", ("mx.example", 587, False, "u", "p")),
        ("smtps://u:p%40x@mx.example", ("mx.example", 465, True, "u", "p@x")),
        ("smtp://mx.example:2525", ("mx.example", 2525, False, None, None)),
        ("smtp://[::1]:2525", ("::1", 2525, False, None, None)),
    ],
)
def test_a_url_names_the_server(url: str, expected: tuple[object, ...]) -> None:
    server = Server.of_url(url)

    assert (server.host, server.port, server.implicit_tls, server.username, server.password) == expected
    assert "p@x" not in repr(server)


@pytest.mark.parametrize("url", ["http://mx.example", "smtp://", "mx.example:25", ""])
def test_other_urls_name_none(url: str) -> None:
    with pytest.raises(ServerUnknown):
        Server.of_url(url)


def test_only_this_machine_is_loopback() -> None:
    hosts = {"localhost": True, "127.0.0.1": True, "127.9.9.9": True, "::1": True, "10.0.0.1": False, "mx.no": False}

    assert {host: Server(host, 25, implicit_tls=False).is_loopback for host in hosts} == hosts
