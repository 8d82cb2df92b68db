# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail goes out: soon, once, in order, and whatever happens to one mail happens to it alone."""

import asyncio
from contextlib import closing
from datetime import timedelta

import pytest

from gateway.services import deliveries
from gateway.store import outbox
from gateway.store.outbox import NewMail
from gateway.store.unit import Database
from gateway.worker import outbox as sending
from ical.address import of_mailbox
from ical.itip.outcome import Method
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT
from tests.gateway.services.world import World
from tests.gateway.worker.work import at_work, invite, read, reasons, rows, status, story, until
from tests.mail.peer import peer


def test_an_invitation_leaves_within_a_second_of_the_save_and_once(world: World) -> None:
    async def told() -> None:
        async with peer() as server, at_work(world, server.url):
            await asyncio.sleep(0.3)
            await asyncio.to_thread(invite, world)
            took = await until(lambda: server.taken)
            await asyncio.sleep(2.5)

            assert took < 1
            assert [mail.recipients for mail in server.taken] == [[BERIT]]
            assert server.taken[0].sender.startswith("kalender+b-")

    story(told())


def test_a_save_of_another_process_leaves_within_five_seconds(world: World) -> None:
    async def told() -> None:
        with closing(Database(world.database.url.render_as_string(hide_password=False))) as elsewhere:
            async with peer() as server, at_work(world, server.url):
                await asyncio.sleep(0.3)
                here, world.database = world.database, elsewhere
                await asyncio.to_thread(invite, world)
                world.database = here

                assert await until(lambda: server.taken) < 5

    story(told())


def test_what_the_mail_server_said_stands_in_the_organizers_copy(world: World) -> None:
    async def told() -> None:
        invite(world)
        before, tokens = world.found("kari", "befaring-1"), world.tokens("kari")
        assert status(world) == "1.0"
        async with peer() as server, at_work(world, server.url):
            await until(lambda: status(world) == "1.1")

        after = world.found("kari", "befaring-1")
        assert after.etag != before.etag
        assert after.schedule_tag == before.schedule_tag
        assert set(world.changes("kari", "calendar", tokens["calendar"])) == {after.href}
        assert rows(world)[0].response == "250 2.0.0 queued as 4711"
        assert any("REQUEST to berit@kunde.example was taken" in why for why in reasons(world))

    story(told())


def test_an_answer_that_is_quicker_than_the_mail_server_stands(world: World) -> None:
    invite(world)
    with world.database.write() as uow:
        (mail,) = deliveries.claim(uow, worker="a", now=world.now, limit=5)
    world.reply_by_mail("befaring-1", "ACCEPTED")
    with world.database.write() as uow:
        assert deliveries.sent(uow, mail, worker="a", response="250 OK", now=world.now)

    assert status(world) == "2.0"
    assert rows(world)[0].state == "sent"


def test_the_secret_of_a_link_is_in_the_mail_alone_once_it_is_sent(world: World) -> None:
    async def told() -> None:
        invite(world)
        link = rows(world)[0].facts["link"]
        async with peer() as server, at_work(world, server.url):
            await until(lambda: rows(world)[0].state == "sent")
            plain = read(server.taken[0].data).get_body(("plain",))

        assert plain is not None
        assert f"/svar/{link}?a=accept" in plain.get_content()
        assert rows(world)[0].facts["link"] is None
        assert world.view_link(str(link)) is not None

    story(told())


@pytest.mark.parametrize(
    ("answer", "code"),
    [("550 5.1.1 no such user", "5.2"), ("554 5.7.1 we do not want it", "5.3")],
)
def test_a_refusal_for_good_is_final(world: World, answer: str, code: str) -> None:
    async def told() -> None:
        invite(world)
        async with peer(at_data=answer) as server, at_work(world, server.url) as clock:
            await until(lambda: status(world) == code)
            clock.ahead = timedelta(days=1)
            await asyncio.sleep(2.5)

            assert server.attempts == 1
        assert (rows(world)[0].state, rows(world)[0].response) == ("failed", answer)

    story(told())


def test_what_is_refused_for_now_is_tried_again(world: World) -> None:
    async def told() -> None:
        invite(world)
        async with peer(at_data="451 4.3.0 busy") as server, at_work(world, server.url) as clock:
            await until(lambda: rows(world)[0].response)
            mail = rows(world)[0]
            assert (mail.state, mail.attempts, status(world)) == ("pending", 1, "1.0")
            assert timedelta(seconds=10) < mail.due_at - mail.created_at < timedelta(seconds=20)

            server.at_data = "250 OK"
            clock.ahead = timedelta(seconds=90)
            await until(lambda: status(world) == "1.1")

        assert len(server.taken) == 1

    story(told())


def test_mail_waits_for_a_mail_server_that_is_away(world: World) -> None:
    async def told() -> None:
        async with peer() as server:
            port = server.port
        invite(world)
        async with at_work(world, f"smtp://127.0.0.1:{port}") as clock:
            await until(lambda: rows(world)[0].response)
            assert "no connection" in (rows(world)[0].response or "")
            async with peer(port=port) as server:
                clock.ahead = timedelta(minutes=2)
                await until(lambda: server.taken)

    story(told())


def test_after_two_days_mail_is_given_up(world: World) -> None:
    invite(world)
    with world.database.write() as uow:
        (mail,) = deliveries.claim(uow, worker="a", now=world.now, limit=5)
        late = world.now + timedelta(hours=48)
        assert deliveries.deferred(uow, mail, worker="a", response="451 busy", now=late, chance=0.5) is None

    assert status(world) == "5.1"
    assert rows(world)[0].state == "failed"
    assert any("given up" in why for why in reasons(world))


def test_the_pauses_grow_and_are_spread(world: World) -> None:
    invite(world)
    with world.database.write() as uow:
        (mail,) = deliveries.claim(uow, worker="a", now=world.now, limit=5)

    pauses = []
    for attempts in range(1, 7):
        object.__setattr__(mail, "attempts", attempts)
        due = deliveries.next_attempt(mail, world.now, 0.5)
        assert due is not None
        pauses.append((due - world.now) / timedelta(minutes=1))
    spread = {deliveries.next_attempt(mail, world.now, chance) for chance in (0.0, 0.3, 0.9)}

    assert pauses == [0.25, 1, 5, 15, 60, 120]
    assert len(spread) == 3


def test_a_cancellation_never_overtakes_its_invitation(world: World) -> None:
    async def told() -> None:
        invite(world)
        world.put("kari", texts.later(world.text("kari", "befaring-1")))
        world.delete("kari", "befaring-1")
        async with peer(at_data="451 busy") as server, at_work(world, server.url) as clock:
            await until(lambda: rows(world)[0].response)
            await asyncio.sleep(2.5)
            assert [mail.attempts for mail in rows(world)] == [1, 0, 0]
            server.at_data = "250 OK"
            clock.ahead = timedelta(minutes=2)
            await until(lambda: len(server.taken) == 3)

        subjects = [str(read(mail.data)["Subject"]).split(":")[0] for mail in server.taken]
        assert subjects == ["Invitasjon", "Oppdatert invitasjon", "Avlyst"]

    story(told())


def test_who_is_taken_off_the_list_reads_that_and_not_that_it_is_cancelled(world: World) -> None:
    async def told() -> None:
        invite(world, "befaring-1", BERIT, "jon@kunde.example")
        text = world.text("kari", "befaring-1")
        world.put("kari", texts.without_attendee(text, BERIT))
        async with peer() as server, at_work(world, server.url):
            await until(lambda: len(server.taken) == 3)

        last = [mail for mail in server.taken if mail.recipients == [BERIT]][-1]
        assert str(read(last.data)["Subject"]) == "Ikke lenger invitert: Befaring"

    story(told())


def test_one_bad_mail_stops_no_other(world: World) -> None:
    async def told() -> None:
        invite(world, "a", "bjørn@kunde.example")
        invite(world, "b")
        entry = rows(world)[1].entry_id
        with world.database.write() as uow:
            nobody = of_mailbox("x@kunde.example")
            outbox.add(uow, [NewMail(entry, nobody, Method.REQUEST, "x", b"\xff", "1@x", world.now, world.now)])
        async with peer() as server, at_work(world, server.url):
            await until(lambda: all(mail.state in {"sent", "failed"} for mail in rows(world)))

        assert [mail.state for mail in rows(world)] == ["failed", "sent", "failed"]
        assert status(world, "a", "bjørn@kunde.example") == "3.7"

    story(told())


def test_a_fault_of_our_own_is_tried_again_and_stops_nothing(world: World) -> None:
    class Broken:
        def __init__(self) -> None:
            self.kept: list[str] = []

        def send(self, data: bytes, sender: str, recipient: str) -> str:
            assert data
            assert sender
            if recipient == BERIT:
                raise RuntimeError("a fault")
            self.kept.append(recipient)
            return "250 kept"

    async def told() -> None:
        box = Broken()
        invite(world, "a", BERIT, "jon@kunde.example")
        async with at_work(world, None, catch_all=box):
            await until(lambda: box.kept and all(mail.response for mail in rows(world)))

        states = {mail.address: mail.state for mail in rows(world)}
        assert states == {of_mailbox(BERIT): "pending", of_mailbox("jon@kunde.example"): "sent"}

    story(told())


def test_many_mails_go_out_on_few_connections(world: World) -> None:
    async def told() -> None:
        invite(world, "a", *(f"gjest{number}@kunde.example" for number in range(40)))
        async with peer() as server, at_work(world, server.url):
            await until(lambda: len(server.taken) == 40)
            await until(lambda: all(mail.state == "sent" for mail in rows(world)))

        assert len({mail.recipients[0] for mail in server.taken}) == 40
        assert server.connected <= sending.AT_ONCE + 2

    story(told())


def test_without_a_mail_server_nothing_is_claimed(world: World) -> None:
    async def told() -> None:
        invite(world)
        async with at_work(world, None):
            await asyncio.sleep(0.5)

        assert (rows(world)[0].state, rows(world)[0].attempts) == ("pending", 0)

    story(told())


def test_a_stopped_worker_finishes_the_mail_that_it_is_sending(world: World) -> None:
    async def told() -> None:
        invite(world)
        async with peer(pause=1.0) as server:
            async with at_work(world, server.url):
                await until(lambda: server.attempts)

            assert len(server.taken) == 1
            assert rows(world)[0].state == "sent"
            assert status(world) == "1.1"

    story(told())
