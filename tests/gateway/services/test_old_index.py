# SPDX-License-Identifier: GPL-3.0-or-later
"""A database from before there was an index of times: nothing is lost, everything is found, and the index is made."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from gateway.model import EVENTS, Calendar
from gateway.services import reindex, views
from gateway.store import calendars, people, readings
from gateway.store import upgrade as upgrading
from gateway.store.unit import Database, UnitOfWork
from ical.kinds import Kind

WORDS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n"
    "DTSTART:20261008T080000Z\r\nDTEND:20261008T090000Z\r\n{rule}SUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3\r\n"
OCTOBER_15 = (datetime(2026, 10, 15, 8, tzinfo=UTC), datetime(2026, 10, 15, 9, tzinfo=UTC))
OCTOBER_8 = (datetime(2026, 10, 8, 8, tzinfo=UTC), datetime(2026, 10, 8, 9, tzinfo=UTC))


@pytest.fixture
def old(empty_database: Database) -> Database:
    """Give a database as the first version left it, with a single event and a series of Ola's."""
    with empty_database.write() as uow:
        config = Config()
        config.set_main_option("script_location", str(upgrading._MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = uow.connection
        command.upgrade(config, "0001")
        ola = people.add(uow, "ola", "Ola", (), None, "nb", "Europe/Oslo")
        calendar = calendars.at(uow, ola.id, EVENTS)
        assert calendar is not None
        for number, (uid, rule, end) in enumerate((("one", "", OCTOBER_8[1]), ("series", WEEKLY, OCTOBER_15[1])), 1):
            _note(uow, calendar, number, uid, rule, end)
    return empty_database


def _note(uow: UnitOfWork, calendar: Calendar, number: int, uid: str, rule: str, end: datetime) -> None:
    facts = {
        "id": number,
        "uid": uid,
        "words": WORDS.format(uid=uid, rule=rule).encode(),
        "calendar": calendar.id,
        "scope": f"calendar:{calendar.id}",
        "href": f"{uid}.ics",
        "person": calendar.person_id,
        "recurring": bool(rule),
        "start": _stored(uow, OCTOBER_8[0]),
        "end": _stored(uow, end),
    }
    uow.connection.execute(
        text(
            "INSERT INTO entry (id, uid, scope, kind, state, custodian, words, sequence, summary,"
            " span_start, span_end, recurring)"
            " VALUES (:id, :uid, :scope, 'VEVENT', 'live', :person, :words, 0, 'x', :start, :end, :recurring)"
        ),
        facts,
    )
    uow.connection.execute(
        text(
            "INSERT INTO reading (id, entry, person, uid, kind, scheduled, calendar, href, organizer, overlay,"
            " revision, tag, span_start, span_end, recurring, transp)"
            " VALUES (:id, :id, :person, :uid, 'VEVENT', false, :calendar, :href, true, '{}',"
            " 1, 1, :start, :end, :recurring, false)"
        ),
        facts,
    )


def _stored(uow: UnitOfWork, at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}{'+00' if uow.dialect == 'postgresql' else ''}"


def _there(database: Database, window: tuple[datetime, datetime]) -> dict[str, bool]:
    with database.read() as uow:
        ola = people.by_login(uow, "ola")
        assert ola is not None
        calendar = calendars.at(uow, ola.id, EVENTS)
        assert calendar is not None
        found = views.within(uow, calendar, kinds=[Kind.VEVENT], start=window[0], end=window[1])
        return {one.item.uid: one.is_sure for one in found}


def test_nothing_is_lost_or_overlooked_before_the_index_is_made(old: Database) -> None:
    upgrading.upgrade(old)

    assert _there(old, OCTOBER_8) == {"one": False, "series": False}
    assert _there(old, OCTOBER_15)["series"] is False
    with old.read() as uow:
        ola = people.by_login(uow, "ola")
        assert ola is not None
        assert [len(readings.of_uid(uow, ola.id, uid)) for uid in ("one", "series")] == [1, 1]


def test_the_index_is_made_once(old: Database) -> None:
    upgrading.upgrade(old)

    reindex.bring_up_to_date(old)

    assert _there(old, OCTOBER_8) == {"one": True, "series": True}
    assert _there(old, OCTOBER_15) == {"series": True}
    with old.write() as uow:
        uow.connection.execute(text("DELETE FROM occurrence"))
    reindex.bring_up_to_date(old)
    assert _there(old, OCTOBER_15) == {}
