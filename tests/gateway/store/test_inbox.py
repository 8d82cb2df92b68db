# SPDX-License-Identifier: GPL-3.0-or-later
"""What a colleague is told, until they take it away."""

from datetime import timedelta

from gateway.model import INBOX, Calendar, EntryId, Person
from gateway.store import calendars, entries, inbox
from gateway.store.inbox import NewItem
from gateway.store.unit import Database, UnitOfWork
from ical.address import Address
from ical.instances import InstanceId
from ical.itip.outcome import Method
from tests.conftest import Statements
from tests.gateway.store.company import NOW, changes_of, delivered, hired, inbox_of, met

OLA, NINA = Address("mailto:ola@byggbo.example"), Address("mailto:nina@byggbo.example")


def reply(uow: UnitOfWork, to: Person, entry_id: EntryId, href: str, about: Address) -> NewItem:
    return NewItem([inbox_of(uow, to)], href, entry_id, Method.REPLY, NOW, about)


def inbox_calendar(uow: UnitOfWork, person: Person) -> Calendar:
    found = calendars.at(uow, person.id, INBOX)
    assert found is not None
    return found


def test_a_message_is_given_back_as_it_was_delivered(database: Database) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        entry_id = met(uow, kari, [])
        told = reply(uow, kari, entry_id, "1.ics", OLA)._replace(instance=InstanceId("20261008"))
        delivered(uow, told)

    with database.read() as uow:
        item = inbox.at(uow, kari.id, "1.ics")
        assert item is not None
        assert (item.person_id, item.href, item.entry_id, item.at) == (kari.id, "1.ics", entry_id, NOW)
        assert (item.method, item.address, item.instance) == (Method.REPLY, OLA, told.instance)
        assert item.revision == 1
        assert inbox.at(uow, kari.id, "2.ics") is None


def test_a_newer_message_takes_the_place_of_the_older_one(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola])
        first = NewItem([inbox_of(uow, ola)], "1.ics", entry_id, Method.REQUEST, NOW)
        delivered(uow, first)
        delivered(uow, first._replace(href="2.ics", at=NOW + timedelta(hours=1)))

        (item,) = inbox.listed(uow, ola.id)
        assert (item.href, item.revision, item.at, item.address) == ("1.ics", 2, NOW + timedelta(hours=1), None)
        changes = changes_of(uow, inbox_calendar(uow, ola), 1)
        assert [(c.href, c.revision, c.gone) for c in changes] == [("1.ics", 2, False)]


def test_each_answer_is_a_message_of_its_own(database: Database) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        entry_id = met(uow, kari, [])
        delivered(uow, reply(uow, kari, entry_id, "1.ics", OLA), reply(uow, kari, entry_id, "2.ics", NINA))
        delivered(uow, reply(uow, kari, entry_id, "3.ics", OLA)._replace(at=NOW + timedelta(hours=1)))

        assert [(i.address, i.at) for i in inbox.listed(uow, kari.id)] == [
            (NINA, NOW),
            (OLA, NOW + timedelta(hours=1)),
        ]


def test_a_message_to_a_hundred_is_laid_in_one_statement(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        people = [hired(uow, f"p{n:03}") for n in range(100)]
        entry_id = met(uow, people[0], [])
        boxes = calendars.inboxes(uow, [p.id for p in people])
        calendars.advance(uow, boxes.values())
        statements.clear()
        laid = inbox.lay(uow, [NewItem([*boxes.values()], "1.ics", entry_id, Method.REQUEST, NOW)])
        assert len(statements) == statements.on("inbox_item") == 1
        calendars.mark(uow, [(boxes[person], href) for person, href in laid])
        assert (len(statements), statements.on("change")) == (2, 1)
        assert set(laid) == {(p.id, "1.ics") for p in people}
        assert inbox.lay(uow, []) == ()


def test_one_message_has_the_revision_of_each_inbox_and_the_name_that_an_older_one_has(database: Database) -> None:
    with database.write() as uow:
        ola, per = hired(uow, "ola"), hired(uow, "per")
        entry_id = met(uow, ola, [per])
        delivered(uow, NewItem([inbox_of(uow, per)], "1.ics", entry_id, Method.REQUEST, NOW))
        later = NewItem([inbox_of(uow, p) for p in (ola, per)], "2.ics", entry_id, Method.REQUEST, NOW)
        delivered(uow, later, later._replace(href="3.ics", method=Method.CANCEL))

        lying = {p.login: [(i.href, i.method, i.revision) for i in inbox.listed(uow, p.id)] for p in (ola, per)}
    assert lying == {
        "ola": [("2.ics", Method.REQUEST, 1), ("3.ics", Method.CANCEL, 1)],
        "per": [("1.ics", Method.REQUEST, 2), ("3.ics", Method.CANCEL, 2)],
    }


def test_removing_says_what_was_there(database: Database) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        entry_id = met(uow, kari, [])
        delivered(uow, reply(uow, kari, entry_id, "1.ics", OLA), reply(uow, kari, entry_id, "2.ics", NINA))

        assert inbox.remove(uow, kari.id, ["2.ics", "9.ics"]) == ("2.ics",)
        assert [i.href for i in inbox.listed(uow, kari.id)] == ["1.ics"]


def test_a_cancelled_meeting_takes_its_invitations_back(database: Database) -> None:
    with database.write() as uow:
        kari, ola, per = (hired(uow, login) for login in ("kari", "ola", "per"))
        meeting, other = met(uow, kari, [ola, per], "a"), met(uow, kari, [ola], "b")
        asked = [
            NewItem([inbox_of(uow, p)], f"{e}-{m}.ics", e, m, NOW)
            for p, e, m in (
                (ola, meeting, Method.REQUEST),
                (ola, meeting, Method.CANCEL),
                (per, meeting, Method.REQUEST),
                (ola, other, Method.REQUEST),
            )
        ]
        delivered(uow, *asked)

        assert inbox.withdraw(uow, [(ola.id, meeting, Method.REQUEST)]) == ((ola.id, asked[0].href),)
        assert {i.href for i in inbox.listed(uow, ola.id)} == {asked[1].href, asked[3].href}
        several = [(ola.id, other, Method.REQUEST), (per.id, meeting, Method.REQUEST), (per.id, other, Method.REQUEST)]
        assert set(inbox.withdraw(uow, several)) == {(ola.id, asked[3].href), (per.id, asked[2].href)}
        assert inbox.withdraw(uow, []) == ()
        assert {i.href for i in inbox.listed(uow, ola.id)} == {asked[1].href}


def test_with_an_entry_go_its_messages(database: Database) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        entry_id = met(uow, kari, [])
        delivered(uow, reply(uow, kari, entry_id, "1.ics", OLA))
        entries.remove(uow, entry_id)

        assert inbox.listed(uow, kari.id) == ()
        changes = changes_of(uow, inbox_calendar(uow, kari), 0)
        assert [(c.href, c.gone) for c in changes] == [("1.ics", True)]
