# SPDX-License-Identifier: GPL-3.0-or-later
"""A contact is hired, or a colleague gets one more address: what is ahead is theirs from then on, and nobody is told.

Readings are of people, not of addresses (model, row 39).
"""

from datetime import timedelta

import pytest

from gateway.errors import Refused
from gateway.services import binding, people
from gateway.services.explain import explain
from gateway.services.scene import Scene
from ical.address import of_mailbox
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, OLA
from tests.gateway.services.world import World


def scene(world: World) -> Scene:
    return Scene(world.settings, world.now)


def hired(world: World, login: str, box: str) -> int:
    world.hire(login, box)
    return bound(world, login, box)


def bound(world: World, login: str, box: str) -> int:
    with world.database.write() as uow:
        return binding.bind(uow, world.people[login], [of_mailbox(box)], scene=scene(world))


def test_whoever_is_hired_has_what_they_were_invited_to_and_nobody_is_told(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    world.put("kari", texts.task("t", BERIT))
    world.reply_by_mail("m", "ACCEPTED")
    mails, inbox = world.mails(), world.inbox("kari")

    assert hired(world, "berit", BERIT) == 2

    assert texts.people(world.text("berit", "m"))[BERIT] == "ACCEPTED"
    assert world.found("berit", "t").slug == "tasks"
    assert world.inbox("berit") == []
    assert (world.mails(), world.inbox("kari")) == (mails, inbox)
    with world.database.read() as uow:
        assert any("is the address of berit from now on" in line for line in explain(uow, "m"))


def test_later_changes_come_over_caldav_and_no_more_as_mail(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    hired(world, "berit", BERIT)
    mails = world.mails()

    world.put("kari", texts.with_value(world.text("kari", "m"), "LOCATION", "Bua"))
    world.put("berit", texts.with_partstat(world.text("berit", "m"), BERIT, "DECLINED"))

    assert world.mails() == mails
    assert [told.method for told in world.inbox("berit")] == ["REQUEST"]
    assert texts.people(world.text("kari", "m"))[BERIT] == "DECLINED"


def test_what_is_over_or_called_off_stays_as_it_was(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    world.put("kari", texts.meeting("off", BERIT))
    world.delete("kari", "off")
    world.now += timedelta(days=60)

    assert hired(world, "berit", BERIT) == 0
    assert world.all_seen("berit") == []


def test_one_more_address_brings_what_it_is_in_and_only_once(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT, OLA))

    with world.database.write() as uow:
        world.people["nina"] = people.add_address(uow, "nina", BERIT)
    assert bound(world, "nina", BERIT) == 1
    assert bound(world, "nina", BERIT) == 0
    assert texts.people(world.text("nina", "m")).keys() == {BERIT, OLA}


def test_an_organizer_gets_no_invitation_of_their_own_by_one_more_address(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))

    with world.database.write() as uow:
        world.people["kari"] = people.add_address(uow, "kari", BERIT)

    assert bound(world, "kari", BERIT) == 0


@pytest.mark.parametrize(("login", "box"), [("kari", OLA), ("kari", KARI), ("kari", "nobody")])
def test_an_address_that_is_somebodys_or_none_is_refused(world: World, login: str, box: str) -> None:
    with world.database.write() as uow, pytest.raises(Refused):
        people.add_address(uow, login, box)
