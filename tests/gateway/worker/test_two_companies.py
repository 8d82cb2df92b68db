# SPDX-License-Identifier: GPL-3.0-or-later
"""Two companies, each with a gateway of its own: nothing but mail goes between them (model, row 44)."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.services import received
from gateway.services.arrivals import What
from gateway.store.outbox import Mail
from gateway.store.unit import Database
from gateway.worker.letters import envelope_of
from mail.addresses import Mailboxes
from mail.compose import Envelope, House
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT
from tests.gateway.services.world import World
from tests.gateway.worker.outside import know


@pytest.fixture
def customer(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """Give berit's company, which knows the other one's calendar."""
    (tmp_path / "kunde.db").write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{tmp_path}/kunde.db")) as database:
        world = World(database, mail_from="kalender@kunde.example")
        world.hire("berit", BERIT)
        know(world, "kalender@byggbo.example")
        yield world


def sent(world: World, number: int = -1) -> Envelope:
    """Give the mail that went out last, as it goes over the wire."""
    mails: list[Mail] = world.mails("m")
    return envelope_of(mails[number], House(Mailboxes(world.settings.mail_from), "https://kalender.example"))


def delivered(world: World, envelope: Envelope) -> What:
    """Let a mail come in."""
    with world.database.write() as uow:
        taken = received.receive(
            uow,
            envelope.data,
            envelope.recipient,
            return_path=envelope.sender,
            settings=world.settings,
            now=world.now,
        )
    return taken.what


def test_an_invitation_its_answers_changes_and_end(world: World, customer: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    assert delivered(customer, sent(world)) is What.INVITATION
    assert texts.people(customer.text("berit", "m")) == {BERIT: "NEEDS-ACTION"}

    customer.put("berit", texts.with_partstat(customer.text("berit", "m"), BERIT, "ACCEPTED"))
    assert delivered(world, sent(customer)) is What.ANSWER
    assert texts.people(world.text("kari", "m")) == {BERIT: "ACCEPTED"}

    world.put("kari", texts.with_value(world.text("kari", "m"), "LOCATION", "Gata 2"))
    assert delivered(customer, sent(world)) is What.INVITATION
    assert texts.value(customer.text("berit", "m"), "LOCATION") == "Gata 2"
    assert texts.people(customer.text("berit", "m")) == {BERIT: "ACCEPTED"}

    world.put("kari", texts.later(world.text("kari", "m")))
    assert delivered(customer, sent(world)) is What.INVITATION
    assert texts.people(customer.text("berit", "m")) == {BERIT: "NEEDS-ACTION"}

    customer.delete("berit", "m")
    assert delivered(world, sent(customer)) is What.ANSWER
    assert texts.people(world.text("kari", "m")) == {BERIT: "DECLINED"}


def test_an_end_is_read_there(world: World, customer: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    world.delete("kari", "m")

    assert delivered(customer, sent(world)) is What.INVITATION
    assert customer.seen("berit", "m") is None
    assert delivered(customer, sent(world, 0)) is What.IGNORED
    assert customer.seen("berit", "m") is None


def test_a_share_of_a_task_is_told_and_nothing_else_of_it(world: World, customer: World) -> None:
    world.put("kari", texts.task("m", BERIT))
    delivered(customer, sent(world))
    assert customer.found("berit", "m").slug == "tasks"

    customer.put("berit", texts.with_value(customer.text("berit", "m"), "PERCENT-COMPLETE", "50"))

    assert delivered(world, sent(customer)) is What.ANSWER
    assert texts.people(world.text("kari", "m")) == {BERIT: "IN-PROCESS"}
    assert texts.value(world.text("kari", "m"), "PERCENT-COMPLETE") == "50"
