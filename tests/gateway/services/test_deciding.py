# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer on a page is the answer everywhere: P-04, P-05, P-06, P-09, A23, A24."""

from datetime import timedelta

import pytest

from gateway.errors import NotFound, Overtaken, Refused
from gateway.services import deciding
from gateway.services.scene import Scene
from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS
from tests.conftest import Statements
from tests.gateway.services import desk, texts
from tests.gateway.services.texts import BERIT, OLA, PER
from tests.gateway.services.world import World
from tests.gateway.worker.outside import arrive, know, said

WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=6"


@pytest.mark.parametrize("partstat", [ACCEPTED, DECLINED])
def test_an_answer_is_what_everybody_reads(world: World, partstat: str) -> None:
    world.put("kari", texts.meeting("m", OLA, PER))

    desk.answer(world, "ola", "m", partstat)

    for login in ("kari", "ola", "per"):
        assert texts.people(world.text(login, "m"))[OLA] == partstat
    assert [(told.method, told.about) for told in world.inbox("kari", "m")] == [("REPLY", {OLA: partstat})]


def test_the_reason_reaches_whoever_invited(world: World) -> None:
    world.put("kari", texts.task("t", OLA))

    desk.answer(world, "ola", "t", DECLINED, comment="Jeg er på ferie.")

    assert "«Jeg er på ferie.»" in (texts.value(world.text("kari", "t"), "DESCRIPTION") or "")
    assert texts.value(world.inbox("kari", "t")[0].text, "COMMENT") == "Jeg er på ferie."


def test_how_much_is_done_is_told_along(world: World) -> None:
    """D-06."""
    world.put("kari", texts.task("t", OLA, PER))

    desk.answer(world, "ola", "t", IN_PROCESS, percent=70)
    desk.answer(world, "per", "t", COMPLETED, percent=100)

    lines = {box: texts.line_of(world.text("kari", "t"), box) for box in (OLA, PER)}
    assert texts.parameter(lines[OLA], "X-DISTRIB-PERCENT") == "70"
    assert texts.parameter(lines[PER], "PARTSTAT") == "COMPLETED"
    assert texts.value(world.text("kari", "t"), "PERCENT-COMPLETE") == "85"
    assert texts.value(world.text("ola", "t"), "PERCENT-COMPLETE") == "70"


def test_one_day_of_a_series_is_answered_alone(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, more=(WEEKLY,)))
    desk.answer(world, "ola", "m", ACCEPTED)

    desk.answer(world, "ola", "m", DECLINED, day="20261208T090000Z")

    text = b"\n".join(line.encode() for line in texts.unfolded(world.text("kari", "m"))).decode()
    series, alone = text.split("END:VEVENT")[:2]
    assert "PARTSTAT=ACCEPTED" in series
    assert "RECURRENCE-ID" in alone
    assert "PARTSTAT=DECLINED" in alone


@pytest.mark.parametrize("day", ["20261209T090000Z", "20301208T090000Z", "rubbish"])
def test_a_day_that_does_not_take_place_cannot_be_answered(world: World, day: str) -> None:
    world.put("kari", texts.meeting("m", OLA, more=(WEEKLY,)))

    with pytest.raises(NotFound):
        desk.answer(world, "ola", "m", ACCEPTED, day=day)


def test_an_answer_to_what_was_changed_meanwhile_is_none(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    asked = desk.pending(world, "ola")[0].asked
    world.put("kari", texts.later(world.text("kari", "m")))

    with pytest.raises(Overtaken):
        desk.answer(world, "ola", "m", ACCEPTED, asked=asked)

    assert texts.people(world.text("kari", "m")) == {OLA: "NEEDS-ACTION"}
    desk.answer(world, "ola", "m", ACCEPTED, asked=desk.pending(world, "ola")[0].asked)
    assert texts.people(world.text("kari", "m")) == {OLA: "ACCEPTED"}


def test_another_name_for_it_overtakes_no_answer(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    asked = desk.pending(world, "ola")[0].asked
    world.put("kari", texts.with_value(world.text("kari", "m"), "SUMMARY", "Nytt"))

    desk.answer(world, "ola", "m", ACCEPTED, asked=asked)

    assert texts.people(world.text("kari", "m")) == {OLA: "ACCEPTED"}


def test_what_is_called_off_or_over_cannot_be_answered(world: World) -> None:
    world.put("kari", texts.meeting("off", OLA))
    world.put("kari", texts.meeting("over", OLA))
    world.put("kari", texts.with_lines(world.text("kari", "off"), "STATUS:CANCELLED"))
    with pytest.raises(Refused):
        desk.answer(world, "ola", "off", ACCEPTED)

    world.now = world.now.replace(month=12, day=30)

    with pytest.raises(Refused):
        desk.answer(world, "ola", "over", ACCEPTED)


@pytest.mark.parametrize("partstat", ["NEEDS-ACTION", "IN-PROCESS", "X-YES", ""])
def test_what_is_no_answer_is_refused(world: World, partstat: str) -> None:
    world.put("kari", texts.meeting("m", OLA))

    with pytest.raises(Refused):
        desk.answer(world, "ola", "m", partstat)


def test_the_same_answer_twice_is_one(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    desk.answer(world, "ola", "m", ACCEPTED)
    before = world.found("kari", "m"), world.tokens("kari")

    desk.answer(world, "ola", "m", ACCEPTED)

    assert (world.found("kari", "m"), world.tokens("kari")) == before
    assert len(world.inbox("kari", "m")) == 1


def test_whoever_was_put_off_is_told_to_have_answered_all_the_same(world: World) -> None:
    """P-09."""
    world.put("kari", texts.meeting("m", OLA))
    desk.defer(world, "ola", "m")

    desk.answer(world, "ola", "m", ACCEPTED)

    assert texts.parameter(texts.line_of(world.text("kari", "m"), OLA), "X-DISTRIB-SEEN")


def test_accepted_and_then_deleted_counts_as_declined(world: World) -> None:
    """A23."""
    world.put("kari", texts.meeting("m", OLA))
    desk.answer(world, "ola", "m", ACCEPTED)

    world.delete("ola", "m")

    assert texts.people(world.text("kari", "m")) == {OLA: "DECLINED"}


def test_what_is_delegated_can_be_taken_back(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    text = texts.with_parameter(world.text("ola", "m"), OLA, "DELEGATED-TO", f'"mailto:{PER}"')
    world.put("ola", texts.with_partstat(text, OLA, DELEGATED))
    assert texts.people(world.text("kari", "m")) == {OLA: DELEGATED, PER: "NEEDS-ACTION"}

    desk.answer(world, "ola", "m", ACCEPTED)

    assert texts.people(world.text("kari", "m"))[OLA] == ACCEPTED


def test_an_answer_mails_nobody_and_costs_the_same_for_few_and_many(world: World, statements: Statements) -> None:
    many = [f"k{number}@byggbo.example" for number in range(40)]
    for number, box in enumerate(many):
        world.hire(f"k{number}", box)
    world.put("kari", texts.meeting("few", OLA, PER))
    world.put("kari", texts.meeting("many", OLA, BERIT, *many))
    mails, cost = len(world.mails()), []
    for uid in ("few", "many"):
        reading = desk.reading_of(world, "ola", uid)
        statements.clear()
        desk.answer(world, "ola", uid, ACCEPTED)
        cost.append(len(statements))
        assert reading == desk.reading_of(world, "ola", uid)

    assert cost[0] == cost[1]
    assert len(world.mails()) == mails


def take_back(world: World, login: str, uid: str, minutes: int = 0) -> None:
    world.now += timedelta(minutes=minutes)
    reading = desk.reading_of(world, login, uid)
    with world.database.write() as uow:
        deciding.take_back(uow, world.people[login], reading, scene=Scene(world.settings, world.now))


@pytest.mark.parametrize("partstat", [ACCEPTED, DECLINED])
def test_what_was_pressed_by_mistake_is_taken_back(world: World, partstat: str) -> None:
    """5.4: «Angre»."""
    world.put("kari", texts.meeting("m", OLA, PER))
    desk.answer(world, "ola", "m", partstat, comment="Nei")

    take_back(world, "ola", "m")

    (one,) = desk.pending(world, "ola")
    assert (one.again, one.comment) == (False, "")
    for login in ("kari", "ola", "per"):
        assert texts.people(world.text(login, "m"))[OLA] == "NEEDS-ACTION"
    desk.answer(world, "ola", "m", ACCEPTED, asked=one.asked)
    assert texts.people(world.text("kari", "m"))[OLA] == ACCEPTED


def test_what_was_meant_is_not_taken_back(world: World) -> None:
    know(world)
    arrive(world, said(uid="outside"))
    world.put("kari", texts.meeting("old", OLA))
    world.put("kari", texts.meeting("elsewhere", OLA))
    desk.answer(world, "ola", "old", ACCEPTED)
    world.put("ola", texts.with_partstat(world.text("ola", "elsewhere"), OLA, ACCEPTED))
    desk.answer(world, "ola", "outside", ACCEPTED)

    for uid in ("old", "elsewhere", "outside"):
        with pytest.raises(Refused):
            take_back(world, "ola", uid, minutes=2 if uid == "old" else 0)
