# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever organizes what they are not in has their time free; the others have not (S-10, reading A8)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.config import Settings
from gateway.model import Condition, Person
from gateway.services import entries, freebusy, views
from gateway.services.people import add_person
from gateway.services.scene import Scene
from gateway.store import calendars
from gateway.store.unit import Database, UnitOfWork
from ical.address import Address
from ical.editing import Guest, Host, Particulars, particulars
from ical.editing_write import Writer, made, rewritten
from ical.instances import SERIES
from ical.kinds import Kind
from ical.snapshot import read_object
from tests.ical.texts import OSLO

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=OSLO)
MEETING = Particulars(title="Befaring", start=NINE, end=NINE + timedelta(hours=1))
OLA = Guest(Address("mailto:ola@byggbo.example"), "Ola")


def _put(uow: UnitOfWork, kari: Person, text: bytes, folder: Path) -> None:
    calendar = calendars.at(uow, kari.id, "calendar")
    assert calendar is not None
    scene = Scene(Settings(data_dir=folder), NOW)
    entries.put(uow, kari, calendar, "m.ics", text, condition=Condition(), scene=scene)


def _busy(uow: UnitOfWork, somebody: Person) -> str:
    calendar = calendars.at(uow, somebody.id, "calendar")
    assert calendar is not None
    day = NINE.astimezone(UTC)
    return freebusy.of_calendar(uow, somebody, calendar, day, day + timedelta(hours=2), NOW).decode()


def test_the_time_of_an_organizer_who_is_not_in_it_is_free(database: Database, tmp_path: Path) -> None:
    with database.write() as uow:
        kari, ola = (
            add_person(uow, login=login, name=login.title(), emails=[f"{login}@byggbo.example"], password_hash=None)
            for login in ("kari", "ola")
        )
        by = Writer(Host("Kari", kari.addresses, kari.all_addresses), OSLO, NOW)
        text = made(Kind.VEVENT, "m-1", replace(MEETING, guests=(OLA,), absent=True), by)

        _put(uow, kari, text, tmp_path)

        mine, theirs = (views.at(uow, one, "calendar", href) for one, href in ((kari, "m.ics"), (ola, "m-1.ics")))
        assert mine is not None
        assert theirs is not None
        assert b"TRANSP:TRANSPARENT" in mine.text
        assert b"TRANSP" not in theirs.text
        assert b"X-DISTRIB-ABSENT" not in theirs.text
        assert "FREEBUSY" not in _busy(uow, kari).replace("VFREEBUSY", "")
        assert "FREEBUSY;FBTYPE=BUSY-TENTATIVE" in _busy(uow, ola)

        said = read_object(mine.text, OSLO)
        before = particulars(said, said.main, kari.all_addresses, OSLO)
        assert before.absent
        _put(uow, kari, rewritten(said, SERIES, before, replace(before, absent=False, busy=True), by), tmp_path)
        assert "FREEBUSY" in _busy(uow, kari).replace("VFREEBUSY", "")
