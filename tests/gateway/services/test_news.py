# SPDX-License-Identifier: GPL-3.0-or-later
"""What whoever is asked anew is told: against what they knew, whatever was changed in between (decision 34)."""

from datetime import datetime, timedelta

import pytest

from gateway.model import Invitation
from gateway.services import deciding, invitations
from gateway.services.scene import Scene
from gateway.store import formers, readings
from gateway.worker.housekeeping import Housekeeping
from ical.answers import ACCEPTED, DECLINED
from ical.news import What
from tests.conftest import Statements
from tests.gateway.services import texts
from tests.gateway.services.texts import OLA, PER
from tests.gateway.services.world import World


@pytest.fixture
def asked(world: World) -> World:
    """Give a company where Kari has invited Ola."""
    world.put("kari", texts.meeting("m", OLA, more=["LOCATION:Rom 1"]))
    return world


def answer(world: World, login: str, partstat: str = ACCEPTED) -> None:
    world.now += timedelta(minutes=1)
    with world.database.write() as uow:
        reading = readings.of_uid(uow, world.people[login].id, "m")[0].reading.id
        deciding.answer(uow, world.people[login], reading, partstat, scene=Scene(world.settings, world.now))


def look(world: World, login: str) -> None:
    world.now += timedelta(minutes=1)
    with world.database.write() as uow:
        reading = readings.of_uid(uow, world.people[login].id, "m")[0].reading.id
        invitations.display(uow, world.people[login], reading, world.now)


def change(world: World, **values: str) -> None:
    """Let Kari's program write other values, or a later time."""
    seen = world.seen("kari", "m")
    assert seen is not None
    text = seen.text
    for name, value in values.items():
        text = texts.later(text) if name == "later" else texts.with_value(text, name, value)
    world.put("kari", text)


def waits(world: World, login: str) -> Invitation:
    with world.database.read() as uow:
        (one,) = invitations.pending(uow, world.people[login], world.now)
    return one


def news(world: World, login: str = "ola") -> list[What]:
    return [one.what for one in waits(world, login).news]


def start(world: World, login: str) -> object:
    return next(one.before.start for one in waits(world, login).news if one.what is What.TIME)


def first_start(world: World) -> object:
    at = waits(world, "ola").brief.start
    assert isinstance(at, datetime)
    return at


def test_what_is_new_to_somebody_is_no_change(asked: World) -> None:
    change(asked, later="")

    assert news(asked) == []


def test_two_changes_in_a_row_are_told_as_one(asked: World) -> None:
    was = first_start(asked)
    answer(asked, "ola")
    change(asked, later="")
    change(asked, later="", LOCATION="Rom 2")

    assert news(asked) == [What.TIME, What.PLACE]
    assert start(asked, "ola") == was


def test_a_place_that_was_changed_before_the_time_is_told_too(asked: World) -> None:
    answer(asked, "ola")
    change(asked, LOCATION="Rom 2")
    change(asked, later="")

    assert news(asked) == [What.TIME, What.PLACE]


def test_whoever_came_in_between_is_told_what_changed_since(asked: World) -> None:
    answer(asked, "ola")
    change(asked, later="")
    seen = asked.seen("kari", "m")
    assert seen is not None
    asked.put("kari", texts.with_attendee(seen.text, PER))
    answer(asked, "per", DECLINED)
    change(asked, later="")

    assert start(asked, "ola") < start(asked, "per")  # type: ignore[operator]


def test_an_answer_ends_it_and_the_next_change_is_told_anew(asked: World) -> None:
    answer(asked, "ola")
    change(asked, later="")
    answer(asked, "ola")
    change(asked, later="", SUMMARY="Annet")

    assert news(asked) == [What.TIME, What.TITLE]


def test_what_was_seen_and_not_answered_is_known_too(asked: World) -> None:
    look(asked, "ola")
    change(asked, LOCATION="Rom 2")
    assert news(asked) == [What.PLACE]

    change(asked, later="")
    assert news(asked) == [What.TIME, What.PLACE]


def test_what_is_as_it_was_again_is_no_news_but_an_answer_is_owed(asked: World) -> None:
    seen = asked.seen("kari", "m")
    assert seen is not None
    answer(asked, "ola")
    change(asked, later="")
    asked.put("kari", seen.text)

    assert (news(asked), waits(asked, "ola").again) == ([], True)


def test_a_page_asks_as_much_for_one_change_as_for_many(asked: World, statements: Statements) -> None:
    answer(asked, "ola")
    change(asked, later="")
    statements.clear()
    waits(asked, "ola")
    one = len(statements)
    for number in range(5):
        change(asked, later="", LOCATION=f"Rom {number}")
    statements.clear()

    assert news(asked) == [What.TIME, What.PLACE]
    assert len(statements) == one


def test_it_is_forgotten_after_half_a_year(asked: World) -> None:
    answer(asked, "ola")
    change(asked, later="")
    asked.now += formers.REMEMBERED + timedelta(days=1)
    Housekeeping(asked.database, lambda: asked.now).sweep()
    with asked.database.read() as uow:
        (held,) = readings.of_uid(uow, asked.people["ola"].id, "m")
        assert formers.of_entries(uow, [held.entry_id]) == {}


def test_nobody_is_told_of_a_day_that_others_are_asked_to(world: World) -> None:
    series = texts.meeting("m", OLA, more=["RRULE:FREQ=DAILY;COUNT=6"])
    world.put("kari", series)
    answer(world, "ola")
    seen = world.seen("kari", "m")
    assert seen is not None
    lines = texts.unfolded(texts.without(seen.text, "RRULE", "ATTENDEE"))
    at = lines.index("BEGIN:VEVENT")
    begin = next(line for line in lines if line.startswith("DTSTART"))
    second = begin.replace("DTSTART", "RECURRENCE-ID").replace("20261201", "20261203")
    day = [line.replace("20261201", "20261203") for line in lines[at : lines.index("END:VEVENT") + 1]]
    secret = [day[0], second, "LOCATION:Hemmelig", f"ATTENDEE:mailto:{PER}", *day[1:]]
    whole = texts.unfolded(texts.later(texts.without(seen.text, "X-NONE")))
    end = whole.index("END:VEVENT")
    world.put("kari", texts.written([*whole[: end + 1], *secret, *whole[end + 1 :]]))

    assert What.PLACE not in news(world)
