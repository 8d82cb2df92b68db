# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a distributor reads the answers as text: a choice of their own, by the names that the company has."""

import pytest

from gateway.model import Contact, Rosters
from gateway.services import people
from gateway.store import contacts
from ical.kinds import Kind
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World


def has_block(text: bytes) -> bool:
    return b"--- Distribusjon ---" in text or b"--- Invitasjoner ---" in text


def choose(world: World, login: str, of: Rosters) -> None:
    with world.database.write() as uow:
        people.set_roster(uow, login, of)


@pytest.mark.parametrize(("of", "where"), [("tasks", ["t"]), ("all", ["t", "m"]), ("none", [])])
def test_the_block_is_in_tasks_in_all_or_in_none(world: World, of: str, where: list[str]) -> None:
    world.put("kari", texts.task("t", OLA))
    world.put("kari", texts.meeting("m", OLA))

    choose(world, "kari", Rosters(of))

    assert [uid for uid in ("t", "m") if has_block(world.text("kari", uid))] == where
    assert not has_block(world.text("ola", "t"))


def test_programs_hear_of_what_reads_otherwise_after_the_choice(world: World) -> None:
    world.put("kari", texts.task("t", OLA))
    world.put("kari", texts.meeting("m", OLA))
    task, appointment, tokens = world.found("kari", "t"), world.found("kari", "m"), world.tokens("kari")

    choose(world, "kari", Rosters.NONE)

    assert world.found("kari", "t").etag != task.etag
    assert world.found("kari", "t").schedule_tag == task.schedule_tag
    assert world.found("kari", "m").etag == appointment.etag
    assert list(world.changes("kari", "tasks", tokens["tasks"])) == [task.href]
    assert world.changes("kari", "calendar", tokens["calendar"]) == {}


def test_people_have_the_names_that_the_company_knows_them_by(world: World) -> None:
    with world.database.write() as uow:
        contacts.add(uow, Contact("Berit Kunde", email="berit@kunde.example"))
    world.put("kari", texts.task("t", OLA, BERIT).replace(b"ATTENDEE", b"ATTENDEE;CN=Sjefen"))

    text = texts.value(world.text("kari", "t"), "DESCRIPTION") or ""

    assert f"• {world.people['ola'].name}: har ikke sett oppgaven" in text
    assert "• Berit Kunde: har ikke sett oppgaven" in text
    assert "Sjefen" not in text


def test_what_a_choice_covers() -> None:
    assert [one for one in Rosters if one.covers(Kind.VEVENT)] == [Rosters.ALL]
    assert [one for one in Rosters if one.covers(Kind.VTODO)] == [Rosters.TASKS, Rosters.ALL]


def test_what_is_made_again_with_the_answers_in_it_is_known_to_be_read_as_it_was_sent(world: World) -> None:
    world.put("kari", texts.task("t", OLA))
    world.put("kari", texts.with_value(world.text("kari", "t"), "STATUS", "CANCELLED"))
    shown = world.text("kari", "t")
    assert has_block(shown)
    world.delete("kari", "t")

    stored = world.put("kari", shown)

    assert stored.verbatim
    assert world.text("kari", "t") == shown
