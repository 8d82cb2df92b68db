# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is a colleague, and where invitations to them go."""

from gateway.model import EVENTS, INBOX, TASKS
from gateway.store import answers, calendars, people
from gateway.store.unit import Database
from ical.address import Address
from ical.kinds import Kind
from tests.conftest import Statements
from tests.gateway.store.company import NOW, hired, met, place, readings_of


def test_a_new_colleague_has_calendars_for_what_will_arrive(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")

    with database.read() as uow:
        home = calendars.of_person(uow, ola.id)
    assert [(c.slug, c.kind, c.name, set(c.components)) for c in home] == [
        (EVENTS, "calendar", "Kalender", {Kind.VEVENT}),
        (INBOX, INBOX, "Innboks", set()),
        (TASKS, "calendar", "Oppgaver", {Kind.VTODO}),
    ]


def test_calendars_are_named_in_the_persons_language(database: Database) -> None:
    with database.write() as uow:
        john = people.add(uow, "john", "John", [Address("mailto:john@byggbo.example")], None, "en", "Europe/London")

    with database.read() as uow:
        assert [c.name for c in calendars.of_person(uow, john.id)] == ["Calendar", "Inbox", "Tasks"]


def test_a_person_is_found_with_all_addresses_the_primary_one_first(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola", "a.berg@byggbo.example")

    with database.read() as uow:
        found = (people.by_login(uow, "ola"), people.by_id(uow, ola.id), people.by_ids(uow, [ola.id])[ola.id])
        assert found == (ola, ola, ola)
        assert ola.addresses == ("mailto:ola@byggbo.example", "mailto:a.berg@byggbo.example")
        assert people.by_login(uow, "per") is None


def test_signing_in_asks_one_question(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola", "a.berg@byggbo.example")
        people.set_password(uow, ola.id, "$argon2$")
        people.set_disabled(uow, ola.id, disabled=True)

    with database.read() as uow:
        statements.clear()
        found = people.credential(uow, "ola")
        assert len(statements) == 1

    assert found is not None
    assert (found.person.login, found.person.disabled, found.password_hash) == ("ola", True, "$argon2$")
    assert found.person.addresses == ola.addresses


def test_recipients_are_found_by_any_address_in_one_question(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        ola, nina = hired(uow, "ola", "a.berg@byggbo.example"), hired(uow, "nina")
        hired(uow, "per")

    with database.read() as uow:
        asked = [*ola.addresses, Address("/dav/nina/"), Address("mailto:berit@kunde.example")]
        statements.clear()
        found = people.recipients(uow, asked)
        assert len(statements) == 1
        assert {address: r.person for address, r in found.items()} == {
            ola.addresses[0]: ola,
            ola.addresses[1]: ola,
            Address("/dav/nina/"): nina,
        }
        recipient = found[ola.addresses[1]]
        assert recipient.calendars == {
            Kind.VEVENT: place(uow, ola, EVENTS),
            Kind.VTODO: place(uow, ola, TASKS),
        }
        assert recipient.inbox == place(uow, ola, INBOX)


def test_a_disabled_colleague_is_found_as_one_who_cannot_sign_in(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        people.set_disabled(uow, ola.id, disabled=True)

    with database.read() as uow:
        assert [one.can_sign_in for one in people.recipients(uow, ola.addresses).values()] == [False]


def test_search_finds_beginnings_first_and_knows_norwegian_letters(database: Database) -> None:
    with database.write() as uow:
        for login, name in (("oystein", "Øystein Moe"), ("kari", "Kari Nordmann"), ("bjorn", "Bjørn Åkerøy")):
            people.add(uow, login, name, [Address(f"mailto:{login}@byggbo.example")], None, "nb", "Europe/Oslo")

    with database.read() as uow:
        found = {text: [p.login for p in people.search(uow, text)] for text in ("ØY", "nord", "byggbo", " ")}

    assert found == {"ØY": ["oystein", "bjorn"], "nord": ["kari"], "byggbo": ["bjorn", "kari", "oystein"], " ": []}


def test_whoever_leaves_is_found_nowhere_but_by_number(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        meeting = met(uow, kari, [ola])
        people.set_password(uow, kari.id, "$argon2$")
        people.leave(uow, kari.id, NOW)

    with database.read() as uow:
        assert people.credential(uow, "kari") is None
        assert people.by_login(uow, "kari") is None
        assert people.recipients(uow, [*kari.addresses, Address("/dav/kari/")]) == {}
        assert people.everybody(uow) == (ola,)
        gone = people.by_id(uow, kari.id)
        assert gone is not None
        assert (gone.name, gone.left_at, gone.addresses) == ("Kari", NOW, ())
        assert readings_of(uow, meeting).keys() == {kari.id, ola.id}
        assert answers.people_of(uow, meeting)[kari.addresses[0]] == kari.id


def test_login_and_address_of_somebody_who_left_may_be_given_anew(database: Database) -> None:
    with database.write() as uow:
        first = hired(uow, "kari")
        people.leave(uow, first.id, NOW)
        second = hired(uow, "kari")

    with database.read() as uow:
        assert people.recipients(uow, first.addresses)[first.addresses[0]].person == second
