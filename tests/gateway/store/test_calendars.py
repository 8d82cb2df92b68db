# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections, their revisions, and what changed in them."""

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.model import EVENTS, INBOX, TASKS, Calendar, Change, Person, Revision
from gateway.store import calendars, entries, inbox, reading_changes, readings
from gateway.store.inbox import NewItem
from gateway.store.unit import Database, UnitOfWork
from ical.itip.outcome import Method
from ical.kinds import Kind
from tests.conftest import Statements
from tests.gateway.store.company import NOW, changes_of, delivered, hired, inbox_of, met, noted, place, readings_of


def calendar_of(uow: UnitOfWork, person: Person, slug: str = EVENTS) -> Calendar:
    found = calendars.at(uow, person.id, slug)
    assert found is not None
    return found


def test_a_calendar_is_given_back_as_it_was_made(database: Database) -> None:
    props = {"{http://apple.com/ns/ical/}calendar-color": "#ff0000", "{DAV:}x": "<a>æ &amp; ø</a>"}
    with database.write() as uow:
        ola = hired(uow, "ola")
        made = calendars.add(uow, ola.id, "byggeplass", "calendar", "Byggeplass", [Kind.VTODO, Kind.VEVENT], props)

    with database.read() as uow:
        assert calendars.at(uow, ola.id, "byggeplass") == calendars.by_id(uow, made.id) == made
        assert made.components == {Kind.VEVENT, Kind.VTODO}
        assert (made.props, made.revision, made.floor) == (props, 0, 0)
        assert calendars.at(uow, ola.id, "annen") is None


def test_a_slug_is_taken_once_in_a_home(database: Database) -> None:
    with database.write() as uow:
        ola, per = hired(uow, "ola"), hired(uow, "per")
        calendars.add(uow, ola.id, "hytta", "calendar", "Hytta", [], {})
        calendars.add(uow, per.id, "hytta", "calendar", "Hytta", [], {})

    with pytest.raises(IntegrityError), database.write() as uow:
        calendars.add(uow, ola.id, "hytta", "calendar", "Hytta", [], {})


def test_properties_are_changed_together(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        calendars.set_props(uow, place(uow, ola), "Min", {"{x}y": "1"})
        calendars.set_props(uow, place(uow, ola, TASKS), "Mine", {}, components=[])

    with database.read() as uow:
        events, tasks = calendar_of(uow, ola), calendar_of(uow, ola, TASKS)
    assert (events.name, events.props, set(events.components)) == ("Min", {"{x}y": "1"}, {Kind.VEVENT})
    assert (tasks.name, tasks.components) == ("Mine", frozenset())


def test_each_calendar_counts_for_itself(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        ola, per = hired(uow, "ola"), hired(uow, "per")
        first, second = place(uow, ola), place(uow, per)
        calendars.advance(uow, [first])
        statements.clear()
        revisions = calendars.advance(uow, [second, first])
        assert statements.on("calendar") == 1
        assert calendars.advance(uow, []) == {}

    assert revisions == {first: 2, second: 1}


def test_what_has_one_name_in_many_calendars_changes_in_the_revision_of_each(database: Database) -> None:
    with database.write() as uow:
        first, second = (place(uow, hired(uow, login)) for login in ("ola", "per"))
        for here in ([first], [first, second]):
            calendars.advance(uow, here)
        calendars.mark(uow, [(first, "a.ics"), (second, "a.ics"), (second, "b.ics"), (first, "a.ics")])
        calendars.mark(uow, [])

        found = [calendars.by_id(uow, here) for here in (first, second)]
        changes = [[(c.href, c.revision) for c in changes_of(uow, here)] for here in found if here is not None]
    assert changes == [[("a.ics", 2)], [("a.ics", 1), ("b.ics", 1)]]


def test_changes_come_oldest_first_with_what_is_gone(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        here = place(uow, ola)
        ids = {uid: noted(uow, ola, uid) for uid in ("a", "b", "c", "d")}
        for hrefs in (["a.ics", "b.ics"], ["c.ics", "d.ics"], ["a.ics"]):
            calendars.advance(uow, [here])
            calendars.mark(uow, [(here, href) for href in hrefs])
        entries.remove(uow, ids["b"])
        reading_changes.hide(uow, [r.id for r in readings.of_entry(uow, ids["d"])], hidden=True)

    with database.read() as uow:
        calendar = calendar_of(uow, ola)
        since = changes_of(uow, calendar, 0)
        assert [(c.href, c.revision, c.gone) for c in since] == [
            ("b.ics", 1, True),
            ("c.ics", 2, False),
            ("d.ics", 2, True),
            ("a.ics", 3, False),
        ]
        items = [readings.placed(uow, calendar.id, c.href) for c in since if not c.gone]
        assert [c.item.etag for c in since if c.item] == [item.etag for item in items if item]
        assert changes_of(uow, calendar, 2) == since[3:]
        assert changes_of(uow, calendar, 0, limit=2) == since[:2]
        assert changes_of(uow, calendar, 3) == []


def test_the_inbox_has_changes_of_its_own(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        meeting = met(uow, kari, [ola])
        item = NewItem([inbox_of(uow, ola)], "1.ics", meeting, Method.REQUEST, NOW)
        delivered(uow, item)
        delivered(uow, item._replace(href="2.ics", method=Method.CANCEL))
        inbox.remove(uow, ola.id, ["1.ics"])

    with database.read() as uow:
        changes = changes_of(uow, calendar_of(uow, ola, INBOX), 0)
    assert changes == [Change("1.ics", Revision(1), gone=True), Change("2.ics", Revision(2), gone=False)]


def test_any_number_of_changes_is_marked_in_one_statement(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        here = place(uow, hired(uow, "ola"))
        for _ in range(2):
            calendars.advance(uow, [here])
            statements.clear()
            calendars.mark(uow, [(here, f"{n % 1000}.ics") for n in range(1001)])
            assert len(statements) == 1

    with database.read() as uow:
        calendar = calendars.by_id(uow, here)
        assert calendar is not None
        changes = changes_of(uow, calendar, 1)
    assert (len(changes), {c.revision for c in changes}) == (1000, {2})


def test_with_a_calendar_go_its_private_entries_and_nobody_elses(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        private, meeting = noted(uow, ola, "privat"), met(uow, kari, [ola])
        calendars.remove(uow, place(uow, ola))

    with database.read() as uow:
        assert calendars.at(uow, ola.id, EVENTS) is None
        assert entries.by_id(uow, private) is None
        assert entries.by_id(uow, meeting) is not None
        assert readings_of(uow, meeting).keys() == {kari.id}
