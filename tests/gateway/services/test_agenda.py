# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody has on: as they answered, from all of their calendars, by as many statements for much as for little."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.model import Person
from gateway.services import agenda, freebusy
from gateway.services.agenda import Agenda, Todo
from gateway.store.unit import UnitOfWork
from ical.agenda import Standing
from ical.snapshot import recent
from tests.conftest import Statements
from tests.gateway.services import texts
from tests.gateway.services.test_cost import counted_reads
from tests.gateway.services.texts import NINA, OLA
from tests.gateway.services.world import World

MONDAY = datetime(2026, 11, 29, 23, tzinfo=UTC)
"""Midnight in Oslo; `texts.meeting` is on the day after."""
WEEK = timedelta(days=7)
FEW, MANY = 1, 50
"""Of each kind."""

Read = Callable[[UnitOfWork, Person], object]
PAGES: dict[str, Read] = {
    "a week": lambda uow, person: agenda.within(uow, person, MONDAY, MONDAY + WEEK),
    "tasks": lambda uow, person: agenda.todos(uow, person, MONDAY),
    "free-busy": lambda uow, person: freebusy.of_people(uow, [person], MONDAY, MONDAY + WEEK),
}


def week_of(world: World, login: str) -> Agenda:
    with world.database.read() as uow:
        return agenda.within(uow, world.people[login], MONDAY, MONDAY + WEEK)


def standings(world: World, login: str) -> list[Standing]:
    return [one.what.said.standing for one in week_of(world, login).appointments]


def todos_of(world: World, login: str) -> dict[str, Todo]:
    with world.database.read() as uow:
        found, is_all = agenda.todos(uow, world.people[login], world.now)
    assert is_all
    return {one.said.summary: one for one in found}


def answer(world: World, login: str, uid: str, partstat: str) -> None:
    box = f"{login}@byggbo.example"
    world.put(login, texts.with_partstat(world.text(login, uid), box, partstat))


def test_an_appointment_stands_as_it_is_answered(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    assert (standings(world, "kari"), standings(world, "ola")) == ([Standing.OWN], [Standing.WAITING])

    answer(world, "ola", "m", "ACCEPTED")
    assert standings(world, "ola") == [Standing.ACCEPTED]
    assert standings(world, "nina") == [Standing.WAITING]

    answer(world, "ola", "m", "DECLINED")
    assert standings(world, "ola") == []
    assert standings(world, "per") == []


def test_a_declined_day_of_a_series_is_gone_and_the_others_stay(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, more=["RRULE:FREQ=DAILY;COUNT=3"]))
    answer(world, "ola", "m", "ACCEPTED")
    text = world.text("ola", "m")
    day = [line for line in texts.main_of(text) if not line.startswith(("RRULE", "DTSTART", "BEGIN", "END"))]
    starts = ("DTSTART;TZID=Europe/Oslo:20261202T100000", "RECURRENCE-ID;TZID=Europe/Oslo:20261202T100000")
    alone = [line.replace("PARTSTAT=ACCEPTED", "PARTSTAT=DECLINED") if OLA in line.lower() else line for line in day]
    lines = texts.unfolded(text)
    world.put("ola", texts.written([*lines[:-1], "BEGIN:VEVENT", *starts, *alone, "END:VEVENT", lines[-1]]))

    days = [one.what.start.day for one in week_of(world, "ola").appointments]

    assert days == [1, 3]


def test_what_one_organizes_without_being_in_it_is_not_in_ones_own_week(world: World) -> None:
    world.put("kari", texts.without_attendee(texts.meeting("m", OLA, more=["TRANSP:TRANSPARENT"]), texts.KARI))

    assert standings(world, "kari") == []
    assert standings(world, "ola") == [Standing.WAITING]


def test_all_calendars_are_looked_into_and_nobody_elses(world: World) -> None:
    world.make_calendar("ola", "private")
    world.put("ola", texts.private("one"))
    world.put("ola", texts.private("two"), "two.ics", "private")
    world.put("per", texts.private("three"))
    world.put("ola", texts.private("long-ago", "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20261201T090000Z"))

    assert len(week_of(world, "ola").appointments) == 2


def test_a_task_is_theirs_once_they_accept_it(world: World) -> None:
    world.put("kari", texts.task("t", OLA))
    world.put("ola", texts.private("own", "SUMMARY:Egen", kind="VTODO"))
    assert todos_of(world, "ola").keys() == {"Egen"}
    assert week_of(world, "ola").tasks[0].what.said.summary == "Egen"
    assert todos_of(world, "kari") == {}

    answer(world, "ola", "t", "ACCEPTED")
    found = todos_of(world, "ola")["Legge gipsplate"]

    assert found.said.organizer != ""
    assert found.due == datetime(2026, 12, 4, 15, tzinfo=UTC)
    assert len(week_of(world, "ola").tasks) == 2


def test_a_series_of_tasks_is_told_of_by_the_next_that_is_not_done(world: World) -> None:
    lines = ["BEGIN:VTODO", "UID:r", "DTSTAMP:20261101T080000Z", "SUMMARY:Timer"]
    days = ("DTSTART;VALUE=DATE:20261116", "DUE;VALUE=DATE:20261116")
    done = ("DTSTART;VALUE=DATE:20261116", "RECURRENCE-ID;VALUE=DATE:20261116", "STATUS:COMPLETED")
    series = [*lines, *days, "RRULE:FREQ=WEEKLY;COUNT=5", "END:VTODO", *lines, *done, "END:VTODO"]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Klient//NO"]
    world.put("ola", texts.written([*head, *series, "END:VCALENDAR"]))

    found = todos_of(world, "ola")["Timer"]

    assert (found.instance, found.start) == ("20261123", datetime(2026, 11, 23).date())  # noqa: DTZ001 - a day


def test_a_page_costs_as_many_statements_for_many_entries_as_for_few(world: World, statements: Statements) -> None:
    costs: list[dict[str, int]] = []
    for first, number in ((0, FEW), (FEW, MANY)):
        for n in range(first, number):
            world.put("kari", texts.meeting(f"m{n}", OLA, start=f"T{n % 24:02}0000"))
            world.put("kari", texts.task(f"t{n}", OLA))
            world.put("ola", texts.private(f"p{n}"))
        costs.append({name: _counted(world, read, statements) for name, read in PAGES.items()})

    assert costs[0] == costs[1] == {"a week": 3, "tasks": 3, "free-busy": 3}


def _counted(world: World, read: Read, statements: Statements) -> int:
    statements.clear()
    with world.database.read() as uow:
        read(uow, world.people["ola"])
    return len(statements)


def test_a_week_reads_the_texts_that_may_lie_in_it_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(20):
        day = MONDAY + timedelta(days=20 * n - 199)
        world.put("ola", texts.private(f"p{n}").replace(b"20261201", f"{day:%Y%m%d}".encode()))
    recent.forget()

    with counted_reads(monkeypatch) as reads:
        found = week_of(world, "ola")

    assert len(found.appointments) == 1
    assert len(reads) == 1
