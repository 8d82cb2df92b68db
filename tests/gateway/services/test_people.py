# SPDX-License-Identifier: GPL-3.0-or-later
"""Colleagues come, change their password, are shut out, and leave."""

from datetime import UTC, datetime
from typing import TypedDict, Unpack

import pytest

from gateway.errors import NotFound, Refused
from gateway.model import EVENTS, Person
from gateway.services import people
from gateway.store import answers, calendars, entries, readings
from gateway.store import people as stored
from gateway.store.unit import Database, UnitOfWork
from ical.address import Address
from ical.answers import ACCEPTED, Answer
from tests.gateway.store.company import met

NOW = datetime(2026, 10, 8, 8, 0, tzinfo=UTC)


class Details(TypedDict, total=False):
    """What is known of somebody new."""

    login: str
    name: str
    emails: list[str]
    password_hash: str | None
    language: str
    timezone: str


def added(uow: UnitOfWork, **details: Unpack[Details]) -> Person:
    return people.add_person(
        uow,
        login=details.get("login", "kari"),
        name=details.get("name", "Kari Nordmann"),
        emails=details.get("emails", ["kari@byggbo.example"]),
        password_hash=details.get("password_hash", "hash"),
        language=details.get("language", "nb"),
        timezone=details.get("timezone", "Europe/Oslo"),
    )


def test_a_new_colleague_can_sign_in_and_be_invited(database: Database) -> None:
    with database.write() as uow:
        kari = added(uow, login=" Kari ", emails=["Kari@ByggBo.example", "leder@byggbo.example", "kari@byggbo.example"])

    with database.read() as uow:
        found = stored.credential(uow, "kari")
        assert found is not None
        assert (found.person, found.password_hash) == (kari, "hash")
        assert kari.addresses == ("mailto:kari@byggbo.example", "mailto:leder@byggbo.example")
        assert stored.recipients(uow, kari.addresses).keys() == set(kari.addresses)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"login": "kari/../ola"}, "cannot be a login"),
        ({"login": ""}, "cannot be a login"),
        ({"login": "~1"}, "cannot be a login"),
        ({"login": "a" * 65}, "cannot be a login"),
        ({"name": " "}, "a name has"),
        ({"name": "Kari\r\nNordmann"}, "a name has"),
        ({"emails": []}, "needs an e-mail address"),
        ({"emails": ["kari"]}, "'kari' is no e-mail address"),
        ({"emails": ["a" * 300 + "@byggbo.example"]}, "is no e-mail address"),
        ({"language": "sv"}, "language 'sv' is not known"),
        ({"timezone": "Europe/Trondheim"}, "time zone 'Europe/Trondheim' is not known"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(sqlite_url: str, wrong: Details, why: str) -> None:
    database = Database(sqlite_url)
    with pytest.raises(Refused, match=why), database.write() as uow:
        added(uow, **wrong)
    database.close()


def test_a_login_and_an_address_are_one_persons(database: Database) -> None:
    with database.write() as uow:
        added(uow)
        with pytest.raises(Refused, match="there is a user kari already"):
            added(uow, emails=["annen@byggbo.example"])
        with pytest.raises(Refused, match=r"kari@byggbo\.example is the address of kari already"):
            added(uow, login="karin", emails=["karin@byggbo.example", "KARI@byggbo.example"])


def test_a_password_is_changed_and_a_person_shut_out_for_a_while(database: Database) -> None:
    with database.write() as uow:
        added(uow)
        people.set_password(uow, "Kari", "another")
        people.disable(uow, "kari")
        shut_out = stored.credential(uow, "kari")
        people.enable(uow, "kari")
        back = stored.credential(uow, "kari")

    assert shut_out is not None
    assert back is not None
    assert (shut_out.person.disabled, back.person.disabled, back.password_hash) == (True, False, "another")


def test_nobody_unknown_is_changed(database: Database) -> None:
    with database.write() as uow:
        with pytest.raises(NotFound, match="there is no user ola"):
            people.set_password(uow, "ola", "hash")
        with pytest.raises(NotFound, match="there is no user ola"):
            people.disable(uow, "ola")
        with pytest.raises(NotFound, match="there is no user ola"):
            people.remove(uow, "ola", NOW)


def test_the_organizer_is_removed_and_the_meetings_stay(database: Database) -> None:
    with database.write() as uow:
        kari = added(uow)
        ola = added(uow, login="ola", name="Ola Berg", emails=["ola@byggbo.example"])
        meeting = met(uow, kari, [ola])
        answers.put(uow, meeting, [Answer(ola.addresses[0], partstat=ACCEPTED)], {})

    with database.write() as uow:
        people.remove(uow, "kari", NOW)

    with database.read() as uow:
        assert stored.credential(uow, "kari") is None
        assert stored.recipients(uow, [*kari.addresses, Address("/dav/kari/")]) == {}
        home = calendars.at(uow, ola.id, EVENTS)
        assert home is not None
        his = readings.at(uow, home.id, "møte-1.ics")
        assert his is not None
        assert his.entry.organizer == kari.addresses[0]
        assert {a.address: a.partstat for a in his.entry.answers}[ola.addresses[0]] == ACCEPTED
        assert entries.words_of(uow, meeting, kari.id)
        custodian = stored.by_id(uow, kari.id)
        assert custodian is not None
        assert (custodian.name, custodian.left_at) == ("Kari Nordmann", NOW)


def test_somebody_else_may_have_the_login_and_the_address_afterwards(database: Database) -> None:
    with database.write() as uow:
        first = added(uow)
        people.remove(uow, "kari", NOW)
        second = added(uow, name="Kari Hansen")

        assert second.id != first.id
        assert stored.recipients(uow, first.addresses)[first.addresses[0]].person == second
        people.remove(uow, "kari", NOW)
        assert [p.login for p in stored.by_ids(uow, [first.id, second.id]).values()] == ["~1", "~2"]
