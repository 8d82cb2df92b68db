# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo company lies around today, mails nothing, and goes into nobody else's database."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Component

from gateway import demo
from gateway.auth.passwords import matches
from gateway.config import Settings
from gateway.errors import ConfigError
from gateway.model import Contact, Rendered
from gateway.services import views
from gateway.store import calendars, contacts, outbox, people
from gateway.store.unit import Database, UnitOfWork
from ical.address import of_mailbox

NOW = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(demo=True, data_dir=tmp_path)


def test_the_people_are_there_and_can_sign_in(database: Database, settings: Settings) -> None:
    demo.load(database, settings, NOW)

    with database.read() as uow:
        names = {person.login: (person.name, person.addresses) for person in people.everybody(uow)}
        assert names == {
            login: (name, (of_mailbox(f"{login}@byggbo.example"),))
            for login, name in {
                "kari": "Kari Nordmann",
                "ola": "Ola Berg",
                "per": "Per Dahl",
                "nina": "Nina Lund",
            }.items()
        }
        kari = people.credential(uow, "kari")
        assert kari is not None
        assert matches(kari.password_hash, "demo")
        known = {(c.name, c.email, bool(c.mobile)) for c in contacts.everybody(uow)}
        assert known == {
            ("Berit Kunde", "berit@kunde.example", False),
            ("Jon Uten", None, False),
            ("Siri Mobil", None, True),
        }


@pytest.mark.parametrize("days", range(7))
def test_everything_lies_between_last_week_and_four_weeks_ahead_and_ends(
    sqlite_url: str, settings: Settings, days: int
) -> None:
    now = NOW + timedelta(days=days)
    monday = now.astimezone(OSLO).date() - timedelta(days=now.astimezone(OSLO).weekday())
    database = Database(sqlite_url)
    demo.load(database, settings, now)

    with database.read() as uow:
        entries = [_entry(found) for _, found in _everything(uow)]
    database.close()

    assert len(entries) > 20
    for entry in entries:
        assert monday - timedelta(days=7) <= _day(entry) < monday + timedelta(weeks=4)
        rule = entry.get("RRULE")
        assert rule is None or rule["COUNT"][0] <= 4


def test_nothing_is_mailed(database: Database, settings: Settings) -> None:
    demo.load(database, settings, NOW)

    with database.read() as uow:
        assert not any(outbox.counts(uow).values())


def test_legge_gipsplate_is_karis_for_ola_and_per(database: Database, settings: Settings) -> None:
    demo.load(database, settings, NOW)

    with database.read() as uow:
        having = {login for login, found in _everything(uow) if _entry(found)["SUMMARY"] == "Legge gipsplate"}
    assert having == {"kari", "ola", "per"}


def test_ola_has_begun_and_kari_sees_how_much(database: Database, settings: Settings) -> None:
    demo.load(database, settings, NOW)

    with database.read() as uow:
        texts = {login: found.text for login, found in _everything(uow) if _entry(found)["SUMMARY"] == "Rive vegg"}
    assert b"X-DISTRIB-PERCENT=60" in texts["kari"].replace(b"\r\n ", b"")
    assert b"PERCENT-COMPLETE:60" in texts["ola"]


def test_a_second_start_keeps_what_is_there(database: Database, settings: Settings) -> None:
    demo.load(database, settings, NOW)
    with database.read() as uow:
        before = [(login, found.etag) for login, found in _everything(uow)]

    demo.load(database, settings, NOW + timedelta(days=40))

    with database.read() as uow:
        assert [(login, found.etag) for login, found in _everything(uow)] == before


@pytest.mark.parametrize("filled", ["person", "contact"])
def test_a_database_with_something_else_in_it_is_refused(database: Database, settings: Settings, filled: str) -> None:
    with database.write() as uow:
        if filled == "person":
            people.add(uow, "eva", "Eva", [of_mailbox("eva@firma.example")], None, "nb", "Europe/Oslo")
        else:
            contacts.add(uow, Contact("Eva"))

    with pytest.raises(ConfigError, match="not a demo"):
        demo.load(database, settings, NOW)

    with database.read() as uow:
        assert people.by_login(uow, "kari") is None


def _everything(uow: UnitOfWork) -> Iterator[tuple[str, Rendered]]:
    for person in people.everybody(uow):
        for calendar in calendars.of_person(uow, person.id):
            if calendar.kind == "calendar":
                yield from ((person.login, found) for found in views.read_many(uow, person, calendar))


def _entry(found: Rendered) -> Component:
    return next(c for c in Calendar.from_ical(found.text).subcomponents if c.name in {"VEVENT", "VTODO"})


def _day(entry: Component) -> date:
    at = entry.decoded("DTSTART" if "DTSTART" in entry else "DUE")
    if not isinstance(at, datetime):
        assert isinstance(at, date)
        return at
    assert time(7) <= at.astimezone(OSLO).time() <= time(17)
    return at.astimezone(OSLO).date()
