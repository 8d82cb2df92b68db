# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the way of an invitation: what takes time then, and is not only asked for itself."""

from gateway.services.conflicts import conflicts
from ical.answers import ACCEPTED, DECLINED
from tests.conftest import Statements
from tests.gateway.services import desk, texts
from tests.gateway.services.texts import OLA
from tests.gateway.services.world import World

AT_TEN = "DTSTART:20261201T093000Z"


def own(uid: str, *lines: str, start: str = AT_TEN) -> bytes:
    text = texts.private(uid, f"SUMMARY:{uid}", "DURATION:PT1H", *lines)
    return text.replace(b"DTSTART:20261201T090000Z", start.encode())


def found(world: World, uid: str = "m") -> list[str]:
    (one,) = [one for one in desk.pending(world, "ola") if one.reading_id == desk.reading_of(world, "ola", uid)]
    with world.database.read() as uow:
        return [c.summary for c in conflicts(uow, world.people["ola"], one.reading_id, one.brief)]


def test_what_takes_time_then_stands_in_the_way(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    for text in (
        own("Tannlege"),
        own("Ukentlig", "RRULE:FREQ=WEEKLY", start="DTSTART:20261117T093000Z"),
        own("Etterpå", start="DTSTART:20261201T100000Z"),
        own("Ledig", "TRANSP:TRANSPARENT"),
        own("Avlyst", "STATUS:CANCELLED"),
    ):
        world.put("ola", text)

    assert found(world) == ["Tannlege", "Ukentlig"]


def test_what_was_accepted_stands_in_the_way_and_nothing_else_of_others(world: World) -> None:
    for uid in ("m", "yes", "no", "asked"):
        world.put("kari", texts.with_value(texts.meeting(uid, OLA), "SUMMARY", uid))
    desk.answer(world, "ola", "yes", ACCEPTED)
    desk.answer(world, "ola", "no", DECLINED)

    assert found(world) == ["yes"]


def test_a_task_is_in_nobodys_way(world: World) -> None:
    world.put("kari", texts.task("m", OLA))
    world.put("ola", own("Tannlege"))

    assert found(world) == []


def test_it_costs_the_same_for_one_and_for_many(world: World, statements: Statements) -> None:
    world.put("kari", texts.meeting("m", OLA))
    (one,), cost = desk.pending(world, "ola"), []
    for many in (1, 20):
        for number in range(many):
            world.put("ola", own(f"{many}-{number}"))
        statements.clear()
        with world.database.read() as uow:
            assert conflicts(uow, world.people["ola"], one.reading_id, one.brief)
        cost.append(len(statements))

    assert cost[0] == cost[1]
