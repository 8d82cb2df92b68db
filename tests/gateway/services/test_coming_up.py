# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes up next is read alone, however much waits behind it."""

import pytest

from gateway.services import invitations
from gateway.store.unit import Database
from tests.conftest import Statements
from tests.gateway.services import texts
from tests.gateway.services.desk import coming_up
from tests.gateway.services.texts import OLA
from tests.gateway.services.world import World
from tests.steps import steps


def look_for_the_next(world: World) -> None:
    """Do what a page does that asks what comes up."""
    with world.database.read() as uow:
        person = world.people["ola"]
        asked = invitations.coming_up(uow, person, world.now)
        assert invitations.read(uow, person, asked[0], world.now) is not None


@pytest.fixture
def waiting(database: Database) -> World:
    """Give a company where ten things wait for Ola."""
    world = World(database)
    for number in range(10):
        world.put("kari", texts.meeting(f"m{number}", OLA))
    return world


def test_ten_times_as_much_that_waits_is_hardly_more_work(waiting: World, statements: Statements) -> None:
    look_for_the_next(waiting)  # what is made once is made
    statements.clear()
    few, asked = steps(lambda: look_for_the_next(waiting)), len(statements.texts)
    for number in range(10, 100):
        waiting.put("kari", texts.meeting(f"m{number}", OLA))
    statements.clear()
    many = steps(lambda: look_for_the_next(waiting))

    assert len(statements.texts) == asked
    assert many < 4 * few


def test_a_single_day_comes_up_until_it_is_over(world: World) -> None:
    lines = texts.unfolded(texts.meeting("m", more=["RRULE:FREQ=WEEKLY;COUNT=9"], start="T090000"))
    days = [
        texts.unfolded(texts.meeting("m", OLA, more=[f"RECURRENCE-ID;TZID=Europe/Oslo:{day}T090000"]))
        for day in ("20261208", "20261215")
    ]
    for day, moved in zip(("20261208", "20261215"), days, strict=True):
        told = [line.replace("20261201T100000", f"{day}T090000") for line in moved]
        lines[-1:] = [*told[told.index("BEGIN:VEVENT") : told.index("END:VEVENT") + 1], lines[-1]]
    world.put("kari", texts.written(lines))
    assert [one.instance[:8] for one in coming_up(world, "ola")] == ["20261208", "20261215"]

    world.now = world.now.replace(month=12, day=10)

    with world.database.read() as uow:
        asked = invitations.coming_up(uow, world.people["ola"], world.now)
    assert [one.instance[:8] for one in asked] == ["20261215"]
