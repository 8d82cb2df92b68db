# SPDX-License-Identifier: GPL-3.0-or-later
"""No question reads a table from end to end, however big the company becomes."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, event

from gateway.model import EVENTS, INBOX, CalendarId, EntryId, Person, ProposalId, ReadingId
from gateway.store import (
    answers,
    calendars,
    contacts,
    decisions,
    entries,
    facts,
    fetched,
    groups,
    inbox,
    listing,
    outbox,
    people,
    proposals,
    reading_changes,
    readings,
    received,
    sessions,
    tokens,
    waiting,
    windows,
)
from gateway.store.groups import GroupId
from gateway.store.unit import Database, UnitOfWork
from ical.address import Address
from ical.answers import Answer
from ical.instances import SERIES
from ical.itip.outcome import Method
from ical.itip.proposals import Fate
from ical.kinds import Kind
from tests.conftest import direct_noted
from tests.gateway.store.company import NOW, SPAN, changes_of, hired, met, place, readings_of

BERIT = Address("mailto:berit@kunde.example")
LATER = NOW + timedelta(days=1)


class Scene(NamedTuple):
    """What the questions are about."""

    ola: Person
    here: CalendarId
    entry: EntryId
    mine: ReadingId


Question = Callable[[UnitOfWork, Scene], object]

QUESTIONS: dict[str, Question] = {
    "people.credential": lambda uow, _: people.credential(uow, "ola"),
    "people.by_login": lambda uow, _: people.by_login(uow, "ola"),
    "people.by_ids": lambda uow, s: people.by_ids(uow, [s.ola.id]),
    "people.recipients": lambda uow, s: people.recipients(uow, [*s.ola.addresses, Address("/dav/ola/"), BERIT]),
    "people.custodians": lambda uow, s: people.custodians(uow, [s.entry]),
    "people.leave": lambda uow, s: people.leave(uow, s.ola.id, NOW),
    "groups.reached": lambda uow, _: groups.reached(uow, [BERIT]),
    "groups.by_addresses": lambda uow, _: groups.by_addresses(uow, [BERIT]),
    "groups.remove": lambda uow, _: groups.remove(uow, GroupId(1)),
    "groups.forget": lambda uow, s: groups.forget(uow, s.ola.id),
    "contacts.by_addresses": lambda uow, _: contacts.by_addresses(uow, [BERIT]),
    "calendars.of_person": lambda uow, s: calendars.of_person(uow, s.ola.id),
    "calendars.at": lambda uow, s: calendars.at(uow, s.ola.id, EVENTS),
    "calendars.inboxes": lambda uow, s: calendars.inboxes(uow, [s.ola.id]),
    "calendars.advance": lambda uow, s: calendars.advance(uow, [s.here]),
    "calendars.changes_from": lambda uow, s: [changed(uow, s, slug) for slug in (EVENTS, INBOX)],
    "calendars.remove": lambda uow, s: calendars.remove(uow, s.here),
    "readings.at": lambda uow, s: readings.at(uow, s.here, "a.ics"),
    "readings.at_or_uid": lambda uow, s: readings.at_or_uid(uow, s.ola.id, s.here, "a.ics", "a"),
    "readings.of_uid": lambda uow, s: readings.of_uid(uow, s.ola.id, "a"),
    "readings.of_person": lambda uow, s: readings.of_person(uow, s.entry, s.ola.id),
    "readings.of_entry": lambda uow, s: readings.of_entry(uow, s.entry),
    "readings.hrefs_of_uid": lambda uow, s: readings.hrefs_of_uid(uow, s.here, "a"),
    "readings.in_the_way": lambda uow, s: readings.in_the_way(uow, [s.ola.id], "a", [s.here], "a.ics"),
    "readings.of_uids": lambda uow, s: readings.of_uids(uow, [(s.ola.id, "a")]),
    "readings.shared_in": lambda uow, s: readings.shared_in(uow, s.here),
    "readings.copies_in": lambda uow, s: readings.copies_in(uow, s.here),
    "readings.page": lambda uow, s: readings.page(uow, s.here),
    "readings.at_hrefs": lambda uow, s: list(readings.at_hrefs(uow, s.here, ["a.ics"])),
    "readings.of_ids": lambda uow, s: list(readings.of_ids(uow, [s.mine])),
    "listing.page": lambda uow, s: [listing.page(uow, s.here, kind=kind) for kind in (None, Kind.VEVENT)],
    "windows.candidates": lambda uow, s: windows.candidates(uow, s.ola.id, s.here, list(Kind), NOW, LATER),
    "windows.taken": lambda uow, s: list(windows.taken(uow, [s.ola.id], NOW, LATER)),
    "windows.doubtful": lambda uow, s: list(windows.doubtful(uow, [s.ola.id], NOW, LATER)),
    "reading_changes.move_pointers": lambda uow, s: reading_changes.move_pointers(uow, [s.mine], [s.mine]),
    "reading_changes.hide": lambda uow, s: reading_changes.hide(uow, [s.mine], hidden=True),
    "readings.kept_texts": lambda uow, s: readings.kept_texts(uow, s.ola.id, [s.entry]),
    "reading_changes.bring_back": lambda uow, s: reading_changes.bring_back(uow, [s.mine]),
    "reading_changes.set_spans": lambda uow, s: reading_changes.set_spans(uow, {s.entry: SPAN}),
    "reading_changes.set_partial": lambda uow, s: reading_changes.set_partial(uow, [(s.entry, s.ola.id, True)]),
    "reading_changes.remove": lambda uow, s: reading_changes.remove(uow, [s.mine]),
    "entries.by_scope": lambda uow, s: entries.by_scope(uow, "a", f"person:{s.ola.id}"),
    "entries.by_ids": lambda uow, s: entries.by_ids(uow, [s.entry]),
    "entries.update": lambda uow, s: entries.update(uow, s.entry, words=b"b", span=SPAN),
    "entries.update_all": lambda uow, s: entries.update_all(
        uow, {s.entry: {"words": b"b", "span": SPAN}, EntryId(99): {"words": b"c", "span": SPAN}}
    ),
    "entries.remove": lambda uow, s: entries.remove(uow, s.entry),
    "answers.of": lambda uow, s: answers.of(uow, s.entry),
    "answers.people_of": lambda uow, s: answers.people_of(uow, s.entry),
    "answers.put": lambda uow, s: answers.put(uow, s.entry, [Answer(BERIT)], {}),
    "answers.drop": lambda uow, s: answers.drop(uow, s.entry, [BERIT]),
    "answers.publish": lambda uow, s: answers.publish(uow, s.entry),
    "answers.set_delivery": lambda uow, s: answers.set_delivery(uow, s.entry, {BERIT: "1.1"}),
    "inbox.listed": lambda uow, s: inbox.listed(uow, s.ola.id),
    "inbox.at": lambda uow, s: inbox.at(uow, s.ola.id, "1.ics"),
    "inbox.remove": lambda uow, s: inbox.remove(uow, s.ola.id, ["1.ics"]),
    "inbox.withdraw": lambda uow, s: inbox.withdraw(uow, [(s.ola.id, s.entry, Method.REQUEST)]),
    "inbox.withdraw_single": lambda uow, s: inbox.withdraw_single(
        uow, [(s.ola.id, s.entry, Method.REQUEST, None, SERIES)]
    ),
    "inbox.of_entries": lambda uow, s: inbox.of_entries(uow, [s.entry], requests=True),
    "outbox.claim": lambda uow, _: outbox.claim(uow, worker="a", now=NOW, lease=LATER - NOW, limit=5),
    "outbox.sent": lambda uow, _: outbox.sent(uow, 1, "a", NOW, "250 ok"),
    "outbox.oldest_due": lambda uow, _: outbox.oldest_due(uow, NOW),
    "outbox.count_since": lambda uow, s: outbox.count_since(uow, s.entry, BERIT, "refresh ", NOW),
    "outbox.recent": lambda uow, _: outbox.recent(uow, 5),
    "tokens.reply_tokens": lambda uow, s: tokens.reply_tokens(uow, [(s.entry, BERIT)], lambda: "token"),
    "proposals.of_entry": lambda uow, s: proposals.of_entry(uow, s.entry),
    "proposals.of_address": lambda uow, s: proposals.of_entry(uow, s.entry, BERIT),
    "proposals.of_entries": lambda uow, s: proposals.of_entries(uow, [s.entry]),
    "proposals.open_in": lambda uow, s: proposals.open_in(uow, [s.entry]),
    "proposals.settle": lambda uow, _: proposals.settle(uow, {ProposalId(1): Fate.DECLINED}, NOW),
    "tokens.by_reply_token": lambda uow, _: tokens.by_reply_token(uow, "token"),
    "tokens.by_link": lambda uow, _: tokens.by_link(uow, "digest"),
    "received.seen": lambda uow, _: received.seen(uow, "digest"),
    "decisions.of_uid": lambda uow, _: decisions.of_uid(uow, "a"),
    "fetched.note": lambda uow, s: fetched.note(uow, {s.mine: NOW}),
    "waiting.count": lambda uow, s: waiting.count(uow, s.ola.id, NOW),
    "waiting.waiting": lambda uow, s: waiting.waiting(uow, s.ola.id, NOW),
    "waiting.declined": lambda uow, s: waiting.declined(uow, s.ola.id, NOW),
    "waiting.display": lambda uow, s: waiting.display(uow, s.mine, NOW),
    "waiting.defer": lambda uow, s: waiting.defer(uow, s.mine, NOW),
    "waiting.ask_again": lambda uow, s: waiting.ask_again(uow, [s.mine]),
    "sessions.find": lambda uow, _: sessions.find(uow, "digest"),
    "calendars.pulses": lambda uow, s: calendars.pulses(uow, [s.ola.id]),
    "facts.get": lambda uow, _: facts.get(uow, "demo"),
}

HARMLESS = (
    *("SCAN anon_1 VIRTUAL TABLE", "SCAN anon_2 VIRTUAL TABLE"),  # the rows and ids that come with the question
    "SCAN free",  # the few that a worker claims
    "SCAN (subquery",
    "SCAN reach",  # the groups that a text names, and those within them
    "SCAN outbox",  # its newest rows, by number: `recent`
)


def changed(uow: UnitOfWork, scene: Scene, slug: str) -> object:
    calendar = calendars.at(uow, scene.ola.id, slug)
    assert calendar is not None
    return changes_of(uow, calendar, calendar.floor)


def plans(database: Database, question: Question) -> Iterator[str]:
    """Give how SQLite will find what the statements of *question* ask for."""
    asked: list[tuple[str, object]] = []

    def note(*about: object) -> None:
        asked.append((str(about[2]), about[3]))

    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola], "a")
        scene = Scene(ola, place(uow, ola), entry_id, readings_of(uow, entry_id)[ola.id].id)
        event.listen(database.engine, "before_cursor_execute", note)
        with direct_noted(lambda text, parameters: asked.append((text, parameters))):
            question(uow, scene)
        event.remove(database.engine, "before_cursor_execute", note)
        assert asked
        yield from _explained(uow.connection, asked)


def _explained(connection: Connection, asked: list[tuple[str, object]]) -> Iterator[str]:
    driver = connection.connection.driver_connection
    assert driver is not None
    for text, parameters in asked:
        for row in driver.execute(f"EXPLAIN QUERY PLAN {text}", parameters):
            yield str(row[3])


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_found_by_an_index(sqlite_url: str, name: str) -> None:
    with closing(Database(sqlite_url)) as database:
        found = list(plans(database, QUESTIONS[name]))

    assert [step for step in found if step.startswith("SCAN") and not step.startswith(HARMLESS)] == []


def test_a_question_without_an_index_would_be_seen(sqlite_url: str) -> None:
    with closing(Database(sqlite_url)) as database:
        found = list(plans(database, lambda uow, _: people.everybody(uow)))

    assert any(step.startswith("SCAN person") for step in found)


def test_what_points_to_a_row_is_found_when_the_row_goes(sqlite_url: str) -> None:
    unindexed = """
        SELECT t.name || '.' || f."from" FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS f
         WHERE t.type = 'table' AND NOT EXISTS (
            SELECT 1 FROM pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
             WHERE c.seqno = 0 AND c.name = f."from")
    """
    with closing(Database(sqlite_url)) as database, database.read() as uow:
        assert uow.connection.exec_driver_sql(unindexed).all() == []
