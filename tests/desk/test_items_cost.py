# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages of an appointment cost in statements: as many for forty people as for one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.config import Settings
from gateway.model import Condition
from gateway.services import editing, entries, foresight, guests
from gateway.services.people import add_person
from gateway.services.saving import Choices, Filled
from gateway.services.scene import Scene
from gateway.store import calendars, readings
from gateway.store.unit import Database
from ical.address import of_mailbox
from ical.editing import Guest, Particulars
from ical.editing_write import made
from ical.kinds import Kind
from tests.conftest import Statements
from tests.ical.texts import OSLO

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=OSLO)


def test_looking_at_it_and_asking_what_saving_comes_to_costs_the_same_for_many(
    database: Database, statements: Statements, tmp_path: Path
) -> None:
    scene, cost = Scene(Settings(data_dir=tmp_path), NOW), []
    with database.write() as uow:
        kari = add_person(uow, login="kari", name="Kari", emails=["kari@byggbo.example"], password_hash=None)
        for number in range(40):
            name = f"ola{number}"
            add_person(uow, login=name, name=name, emails=[f"{name}@byggbo.example"], password_hash=None)
        calendar = calendars.at(uow, kari.id, "calendar")
        assert calendar is not None
        by = editing.writer_of(kari, scene)
        for many in (1, 40):
            asked = tuple(Guest(of_mailbox(f"ola{n}@byggbo.example"), f"ola{n}") for n in range(many))
            told = Particulars(title="Møte", start=NINE, end=NINE + timedelta(hours=1), guests=asked, attends=True)
            text, href = made(Kind.VEVENT, f"m-{many}", told, by), f"m-{many}.ics"
            entries.put(uow, kari, calendar, href, text, condition=Condition(), scene=scene)
            reading = readings.placed(uow, calendar.id, href)
            assert reading is not None
            statements.clear()

            entry = editing.opened(uow, kari, reading.id, scene)
            now = replace(entry.told, start=NINE + timedelta(hours=2), end=NINE + timedelta(hours=3))
            filled = Filled(Kind.VEVENT, entry.told, now, reading.id, version=entry.version)
            plan = foresight.plan(uow, kari, filled, Choices(), scene)
            guests.busy_of(uow, plan.guests.colleagues, NINE, NINE + timedelta(hours=1), but_for="m-1")

            cost.append(len(statements))
            assert len(plan.asked) == many
    assert cost[0] == cost[1]
