# SPDX-License-Identifier: GPL-3.0-or-later
"""Out by SMTP and in by LMTP, over real sockets."""

import asyncio
import smtplib
import socket
from email.message import EmailMessage
from pathlib import Path

from ical.kinds import Kind
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, OLA
from tests.gateway.services.world import World
from tests.gateway.worker.work import at_work, invite, partstat, read, rows, status, story, until
from tests.mail.letters import sample
from tests.mail.peer import Peer, peer


def hand_over(path: Path, raw: bytes, recipient: str, sender: str = BERIT) -> tuple[int, bytes]:
    """Hand a mail over as the mail server in front of us does."""
    with smtplib.LMTP(str(path), local_hostname="mx.byggbo.example") as client:
        client.ehlo()
        client.mail(sender)
        code, said = client.rcpt(recipient)
        return client.data(raw) if code == 250 else (code, said)


def invitation(server: Peer, box: str) -> tuple[EmailMessage, bytes]:
    """Give the last mail that *box* got, and its calendar part."""
    mail = read(next(mail.data for mail in reversed(server.taken) if mail.recipients == [box]))
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return mail, content


def answer(asked: EmailMessage, calendar: bytes, partstat: str) -> bytes:
    """Answer *asked* as a mail program does that knows nothing but the mail."""
    mail = EmailMessage()
    mail["From"], mail["To"] = BERIT, texts.value(calendar, "ORGANIZER").removeprefix("mailto:")  # type: ignore[union-attr]
    mail["Subject"], mail["Message-ID"] = f"Re: {asked['Subject']}", f"<{partstat}@kunde.example>"
    mail.set_content("Svar")
    part = texts.reply(calendar, BERIT, partstat)
    mail.add_alternative(part, maintype="text", subtype="calendar", params={"method": "REPLY", "charset": "utf-8"})
    return mail.as_bytes()


def test_an_answer_comes_back_by_nothing_but_the_mail(world: World, tmp_path: Path) -> None:
    async def told() -> None:
        path = tmp_path / "lmtp"
        async with peer() as server, at_work(world, server.url, lmtp_listen=f"unix:{path}"):
            await asyncio.to_thread(invite, world, "befaring-1", BERIT, OLA)
            await until(lambda: status(world) == "1.1")
            asked, calendar = invitation(server, BERIT)
            box = asked["Reply-To"].addresses[0].addr_spec
            raw = answer(asked, calendar, "ACCEPTED")
            assert read(raw)["To"].addresses[0].addr_spec == box

            assert await asyncio.to_thread(hand_over, path, raw, box) == (250, b"2.0.0 taken: answer")
            assert (partstat(world), status(world)) == ("ACCEPTED", "2.0")
            assert texts.people(world.text("ola", "befaring-1"))[BERIT] == "ACCEPTED"
            assert await asyncio.to_thread(hand_over, path, raw, box.upper()) == (250, b"2.0.0 taken: again")
            assert (await asyncio.to_thread(hand_over, path, raw, "kalender+x@byggbo.example"))[0] == 550

            assert len(server.taken) == 1

    story(told())


def test_the_mail_names_the_recipient_alone_and_its_secret_organizer(world: World) -> None:
    async def told() -> None:
        invite(world, "befaring-1", BERIT, OLA, "jon@kunde.example")
        async with peer() as server, at_work(world, server.url):
            await until(lambda: len(server.taken) == 2)

        asked, calendar = invitation(server, BERIT)
        assert list(texts.people(calendar)) == [BERIT]
        assert texts.kind_of(calendar) == Kind.VEVENT
        organizer = texts.value(calendar, "ORGANIZER")
        assert organizer == f"mailto:{asked['From'].addresses[0].addr_spec}"
        assert organizer.startswith("mailto:kalender+")
        _, other = invitation(server, "jon@kunde.example")
        assert texts.value(other, "ORGANIZER") != organizer
        everything = b"".join(mail.data for mail in server.taken if mail.recipients == [BERIT])
        assert OLA.encode() not in everything
        assert b"jon@kunde.example" not in everything

    story(told())


def test_words_reach_the_organizer_who_answers_the_writer(world: World, tmp_path: Path) -> None:
    async def told() -> None:
        path = tmp_path / "lmtp"
        async with peer() as server, at_work(world, server.url, lmtp_listen=f"unix:{path}"):
            await asyncio.to_thread(invite, world)
            await until(lambda: server.taken)
            asked, _ = invitation(server, BERIT)
            box = asked["Reply-To"].addresses[0].addr_spec

            assert (await asyncio.to_thread(hand_over, path, sample("words"), box))[0] == 250
            assert (await asyncio.to_thread(hand_over, path, sample("absence"), box, ""))[0] == 250
            await until(lambda: all(mail.state == "sent" for mail in rows(world)))

            (note,) = [mail for mail in server.taken if mail.recipients == [KARI]]
            mail = read(note.data)
            assert mail["Reply-To"].addresses[0].addr_spec == BERIT
            body = mail.get_body(("plain",))
            assert body is not None
            assert "først kl. 10.15" in body.get_content()
            # What we passed on and comes back is no human's, and ends here.
            assert (await asyncio.to_thread(hand_over, path, note.data, box))[0] == 250
            await asyncio.sleep(2.5)
            assert len(server.taken) == 2
            assert status(world) == "1.1"

    story(told())


def test_a_bounce_comes_back_to_the_envelope_sender(world: World, tmp_path: Path) -> None:
    async def told() -> None:
        path = tmp_path / "lmtp"
        async with peer() as server, at_work(world, server.url, lmtp_listen=f"unix:{path}"):
            await asyncio.to_thread(invite, world)
            await until(lambda: status(world) == "1.1")
            sender = server.taken[0].sender

            assert (await asyncio.to_thread(hand_over, path, sample("bounce"), sender, ""))[0] == 250
            assert status(world) == "5.2"

    story(told())


def test_an_address_that_is_taken_is_listened_at_as_soon_as_it_is_free(world: World) -> None:
    async def told() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            async with peer() as server, at_work(world, server.url, lmtp_listen=f"127.0.0.1:{port}"):
                await asyncio.to_thread(invite, world)
                await until(lambda: server.taken)
                taken.close()
                await until(lambda: answers(port), 10)

    def answers(port: int) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", port, timeout=1) as client:
                return client.ehlo()[0] == 250
        except OSError:
            return False

    story(told())
