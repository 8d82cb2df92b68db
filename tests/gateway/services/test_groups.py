# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups that come and go, and what those who belong to them are asked."""

from collections.abc import Sequence

import pytest

from gateway.errors import NotFound, Refused
from gateway.model import Contact
from gateway.services import groups
from gateway.services import people as people_service
from gateway.services.groups import Listed
from gateway.store import contacts
from gateway.store.unit import Database
from ical.address import mailbox
from ical.errors import TooLarge
from ical.limits import DEFAULT
from tests.conftest import Statements
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.world import World

SALG, BYGG, JON = "salg@byggbo.example", "bygg@byggbo.example", "jon@nabo.example"


def add(world: World, name: str, email: str, *members: str) -> None:
    with world.database.write() as uow:
        groups.add(uow, name, email, members)


def change(world: World, name: str, *, more: Sequence[str] = (), less: Sequence[str] = ()) -> None:
    with world.database.write() as uow:
        groups.add_members(uow, name, more)
        groups.remove_members(uow, name, less)


def members(world: World) -> dict[str, tuple[str, ...]]:
    with world.database.read() as uow:
        return {one.email: one.members for one in groups.listed(uow)}


def asked(world: World, uid: str = "m") -> set[str]:
    """Give who is named in what kari reads."""
    return set(texts.people(world.text("kari", uid)))


def mailed(world: World, uid: str = "m") -> list[tuple[str, str | None]]:
    return [(mail.method, mailbox(mail.address)) for mail in world.mails(uid)]


def test_members_have_it_and_outsiders_get_a_mail(world: World) -> None:
    add(world, "Salg", SALG, "ola", PER_TOO, BERIT, "kari")
    with world.database.write() as uow:
        contacts.add(uow, Contact("Berit Kunde", email=BERIT))

    world.put("kari", texts.meeting("m", SALG))

    assert asked(world) == {SALG, OLA, PER, BERIT}
    assert [told.method for login in ("ola", "per") for told in world.inbox(login)] == ["REQUEST", "REQUEST"]
    assert mailed(world) == [("REQUEST", BERIT)]
    assert texts.parameter(texts.line_of(world.text("kari", "m"), BERIT), "CN") == "Berit Kunde"
    world.reply_by_mail("m", "ACCEPTED")
    assert texts.people(world.text("ola", "m"))[BERIT] == "ACCEPTED"


def test_what_lay_there_alone_may_be_handed_out_to_a_group(world: World) -> None:
    add(world, "Salg", SALG, "ola")
    world.put("kari", texts.private("m"))

    world.put("kari", texts.meeting("m", SALG))

    assert asked(world) == {SALG, OLA}
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]


def test_groups_within_each_other_are_one_and_nobody_is_in_it_twice(world: World) -> None:
    add(world, "Salg", SALG, "ola")
    add(world, "Bygg", BYGG, "nina", SALG, "per")
    change(world, "Salg", more=[BYGG, PER_TOO])

    world.put("kari", texts.meeting("m", SALG))

    assert asked(world) == {SALG, OLA, NINA, PER}


def test_whoever_comes_or_goes_later_changes_nothing_that_was_sent(world: World) -> None:
    add(world, "Salg", SALG, "ola", "nina")
    world.put("kari", texts.meeting("m", SALG))
    change(world, "salg", more=["per"], less=["ola"])

    world.put("kari", texts.later(world.text("kari", "m")))
    assert asked(world) == {SALG, OLA, NINA}

    world.put("kari", texts.meeting("n", SALG))
    assert asked(world, "n") == {SALG, NINA, PER}


def test_a_group_that_is_no_more_leaves_whoever_was_asked_and_is_asked_nothing(world: World) -> None:
    add(world, "Salg", SALG, "ola")
    world.put("kari", texts.meeting("m", SALG))
    with world.database.write() as uow:
        groups.remove(uow, SALG)

    world.put("kari", texts.later(texts.meeting("m", SALG)))

    assert asked(world) == {SALG, OLA}
    assert mailed(world) == []
    world.put("kari", texts.meeting("n", SALG))
    assert mailed(world, "n") == [("REQUEST", SALG)]


def test_what_was_mailed_to_an_address_goes_on_to_be_when_it_becomes_a_groups(world: World) -> None:
    world.put("kari", texts.meeting("m", SALG))
    add(world, "Salg", SALG, "ola")

    world.put("kari", texts.later(world.text("kari", "m")))

    assert mailed(world) == [("REQUEST", SALG), ("REQUEST", SALG)]
    assert asked(world) == {SALG}


def test_what_was_called_off_and_is_made_again_asks_whoever_belongs_to_it_by_then(world: World) -> None:
    add(world, "Salg", SALG, "ola")
    world.put("kari", texts.meeting("m", SALG))
    world.delete("kari", "m")
    change(world, "Salg", more=["nina"], less=["ola"])

    world.put("kari", texts.meeting("m", SALG))

    assert asked(world) == {SALG, NINA}
    assert mailed(world) == []


def test_a_leaver_belongs_to_nothing_and_whoever_gets_the_address_does_not_either(world: World) -> None:
    add(world, "Salg", SALG, "ola", "nina")
    with world.database.write() as uow:
        people_service.remove(uow, "ola", world.now)
    world.hire("olav", OLA)

    world.put("kari", texts.meeting("m", SALG))

    assert asked(world) == {SALG, NINA}
    assert members(world) == {SALG: ("nina",)}


def test_somebody_outside_who_is_hired_belongs_to_it_once(world: World) -> None:
    add(world, "Salg", SALG, JON)
    world.hire("jon", JON, "jon@byggbo.example")
    change(world, "Salg", more=["jon"])

    world.put("kari", texts.meeting("m", SALG))

    assert asked(world) == {SALG, JON}
    assert mailed(world) == []
    change(world, "Salg", less=["jon", JON] if members(world)[SALG] == (JON, "jon") else [])
    assert members(world) == {SALG: ()}


def test_an_address_that_becomes_a_groups_is_the_group_where_it_belongs(world: World) -> None:
    add(world, "Salg", SALG, BYGG)
    add(world, "Bygg", BYGG, "ola")

    world.put("kari", texts.meeting("m", SALG))

    assert asked(world) == {SALG, OLA}


def test_a_group_of_too_many_is_refused_as_a_text_with_too_many_is(world: World) -> None:
    add(world, "Salg", SALG, *(f"g{n}@kunde.example" for n in range(DEFAULT.attendees)))

    with pytest.raises(TooLarge):
        world.put("kari", texts.meeting("m", SALG))


def test_a_group_is_looked_for_where_somebody_new_is_named_and_costs_the_same_for_many(
    world: World, statements: Statements
) -> None:
    costs = []
    for uid, many in (("m", 2), ("n", 60)):
        add(world, uid, f"{uid}@byggbo.example", "ola", "nina", *(f"g{n}@kunde.example" for n in range(many)))
        statements.clear()
        world.put("kari", texts.meeting(uid, f"{uid}@byggbo.example"), f"{uid}.ics")
        costs.append(len(statements))
        statements.clear()
        world.put("kari", texts.later(world.text("kari", uid)))
        assert not any("people_group" in text for text in statements.texts)

    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("name", "email", "seats", "why"),
    [
        ("Salg", OLA, (), "ola@byggbo.example is the address of ola already"),
        ("Salg", JON, (), "jon@nabo.example is the address of a contact already"),
        ("Salg", BYGG, (), "bygg@byggbo.example is the address of the group Bygg already"),
        ("bygg", SALG, (), "there is a group bygg already"),
        ("Salg", "salg", (), "'salg' is no e-mail address"),
        (" ", SALG, (), "a name has 1 to 200 characters, all in one line"),
        ("Salg", SALG, ("hei@",), "'hei@' is no e-mail address"),
    ],
)
def test_a_group_that_cannot_be_is_refused(world: World, name: str, email: str, seats: Sequence[str], why: str) -> None:
    add(world, "Bygg", BYGG)
    with world.database.write() as uow:
        contacts.add(uow, Contact("Jon", email=JON))

    with pytest.raises(Refused, match=why):
        add(world, name, email, *seats)


def test_a_groups_address_becomes_nobody_elses(world: World) -> None:
    add(world, "Salg", SALG)

    with world.database.write() as uow, pytest.raises(Refused, match="the address of the group Salg already"):
        people_service.add_address(uow, "ola", SALG)
    with world.database.write() as uow, pytest.raises(Refused, match="the address of the group Salg already"):
        people_service.add_person(uow, login="jon", name="Jon", emails=[SALG], password_hash=None)


def test_who_belongs_to_what_is_told_and_changed(world: World) -> None:
    add(world, "Salg", SALG, "ola", JON, "OLA", OLA)
    add(world, "Bygg", BYGG, SALG)
    with world.database.read() as uow:
        assert groups.listed(uow) == (Listed("Bygg", BYGG, (SALG,)), Listed("Salg", SALG, ("ola", JON)))

    change(world, SALG, more=["ola", KARI], less=[OLA, JON])
    change(world, "bygg", less=[SALG])

    assert members(world) == {BYGG: (), SALG: ("kari",)}
    with pytest.raises(Refused, match="nina does not belong to Salg"):
        change(world, "Salg", less=["nina"])
    with pytest.raises(Refused, match="Salg cannot belong to itself"):
        change(world, "Salg", more=[SALG])
    with pytest.raises(NotFound, match="there is no group Kjøp"):
        change(world, "Kjøp", more=["ola"])
    with pytest.raises(NotFound, match="there is no user lars"):
        change(world, "Salg", more=["lars"])


def test_nothing_of_a_group_stays_behind(database: Database) -> None:
    with database.write() as uow:
        groups.add(uow, "Salg", SALG, [JON])
        groups.add(uow, "Bygg", BYGG, [SALG])
        groups.remove(uow, "Salg")

        assert groups.listed(uow) == (Listed("Bygg", BYGG, ()),)
