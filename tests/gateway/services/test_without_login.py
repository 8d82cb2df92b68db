# SPDX-License-Identifier: GPL-3.0-or-later
"""A colleague who cannot sign in is asked as people outside are (product, P-11 and A20), until they can."""

import pytest

from gateway.errors import Refused
from gateway.services import binding, people
from gateway.services.people import add_person
from gateway.services.scene import Scene
from gateway.store import drafts
from gateway.store.unit import Database
from ical.address import mailbox
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, NINA, OLA, PER
from tests.gateway.services.world import World


def shut_out(world: World, *logins: str) -> None:
    with world.database.write() as uow:
        for login in logins:
            world.people[login] = people.disable(uow, login)


def let_in(world: World, login: str) -> int:
    with world.database.write() as uow:
        people.set_password(uow, login, "a hash")
        person = world.people[login] = people.enable(uow, login)
        return binding.bind(uow, person, person.addresses, scene=Scene(world.settings, world.now))


def mailed(world: World) -> list[tuple[str, str | None]]:
    return [(mail.method, mailbox(mail.address)) for mail in world.mails()]


def test_they_get_a_mail_and_nothing_in_their_calendar(world: World) -> None:
    shut_out(world, "ola")

    world.put("kari", texts.meeting("m", OLA, PER))
    world.put("kari", texts.task("t", OLA))

    assert mailed(world) == [("REQUEST", OLA), ("REQUEST", OLA)]
    assert (world.seen("ola", "m"), world.seen("ola", "t"), world.inbox("ola")) == (None, None, [])
    assert [told.method for told in world.inbox("per")] == ["REQUEST"]


def test_their_answer_by_mail_reaches_the_organizer(world: World) -> None:
    shut_out(world, "ola")
    world.put("kari", texts.meeting("m", OLA))

    world.reply_by_mail("m", "ACCEPTED", box=OLA)

    assert texts.people(world.text("kari", "m"))[OLA] == "ACCEPTED"


def test_whoever_is_let_in_has_it_with_their_answer_and_gets_no_more_mail(world: World) -> None:
    shut_out(world, "ola")
    world.put("kari", texts.meeting("m", OLA))
    world.reply_by_mail("m", "ACCEPTED", box=OLA)
    before = mailed(world)

    assert let_in(world, "ola") == 1

    assert texts.people(world.text("ola", "m"))[OLA] == "ACCEPTED"
    world.put("kari", texts.with_value(world.text("kari", "m"), "LOCATION", "Bua"))
    assert b"LOCATION:Bua" in world.text("ola", "m")
    assert mailed(world) == before


def test_what_they_have_goes_on_to_follow_and_nothing_of_it_is_mailed(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    shut_out(world, "ola")

    moved = texts.with_value(world.text("kari", "m"), "DTSTART;TZID=Europe/Oslo", "20261124T110000")
    world.put("kari", texts.with_value(moved, "LOCATION", "Bua"))

    assert b"LOCATION:Bua" in world.text("ola", "m")
    assert mailed(world) == []


def test_what_is_mailed_to_them_by_hand_goes_with_the_draft_when_they_are_let_in(world: World) -> None:
    shut_out(world, "ola")
    world.put("kari", texts.meeting("m", OLA))
    with world.database.write() as uow:
        entry_id = world.mails()[0].entry_id
        address = world.mails()[0].address
        drafts.begin(uow, world.people["kari"].id, entry_id, [address], world.now)

    let_in(world, "ola")

    with world.database.read() as uow:
        assert drafts.of_entries(uow, [entry_id]) == []


def test_a_place_that_is_handed_on_to_them_goes_by_mail(world: World) -> None:
    shut_out(world, "nina")
    world.put("kari", texts.meeting("m", OLA))

    said = texts.with_partstat(world.text("ola", "m"), OLA, "DELEGATED")
    world.put("ola", texts.with_parameter(said, OLA, "DELEGATED-TO", f'"mailto:{NINA}"'))

    assert ("REQUEST", NINA) in mailed(world)
    assert world.seen("nina", "m") is None


def test_without_a_way_to_mail_the_organizer_reads_that_nothing_reached_them(database: Database) -> None:
    world = World(database, can_mail=False)
    shut_out(world, "ola")

    world.put("kari", texts.meeting("m", OLA, BERIT))

    assert world.text("kari", "m").count(b"5.2") == 2


def test_the_first_password_lets_in_and_later_ones_do_not(database: Database) -> None:
    with database.write() as uow:
        add_person(uow, login="siv", name="Siv", emails=["siv@byggbo.example"], password_hash=None)
        people.disable(uow, "siv")
        with pytest.raises(Refused, match="siv has no password yet"):
            people.enable(uow, "siv")

        assert not people.set_password(uow, "siv", "first").disabled
        people.disable(uow, "siv")
        assert people.set_password(uow, "siv", "second").disabled
        assert not people.enable(uow, "siv").disabled
