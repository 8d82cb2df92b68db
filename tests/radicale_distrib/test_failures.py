# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client is told when the fault is not its own: the little that it needs."""

from gateway.auth.verifier import TooManyGuesses
from gateway.config import Settings
from gateway.model import Person, PersonId
from gateway.store.unit import Database
from radicale_distrib import build
from radicale_distrib.auth import Verify
from tests.radicale_distrib.client import Client
from tests.radicale_distrib.conftest import NOW
from tests.radicale_distrib.texts import event

KARI = Person(PersonId(1), "kari", "Kari Nordmann", ())


def client(database: Database, settings: Settings, verify: Verify) -> Client:
    return Client(build(database=database, settings=settings, verify=verify, clock=lambda: NOW), "kari")


def test_whoever_guesses_passwords_is_told_to_wait(database: Database, settings: Settings) -> None:
    def verify(_login: str, _password: str, _remote: str) -> Person | None:
        raise TooManyGuesses(120)

    answer = client(database, settings, verify)("PROPFIND", "/kari/")

    assert (answer.status, answer.headers["Retry-After"]) == (429, "120")


def test_the_address_that_asks_is_told_to_the_verifier(database: Database, settings: Settings) -> None:
    seen: list[tuple[str, str, str]] = []

    def verify(login: str, password: str, remote: str) -> Person | None:
        seen.append((login, password, remote))
        return None

    assert Client(client(database, settings, verify).application, "kari", "pæss:word")("PROPFIND", "/").status == 401
    assert seen == [("kari", "pæss:word", "127.0.0.1")]


def test_a_database_that_cannot_be_used_is_503_and_its_name_is_not_told(
    empty_database: Database, settings: Settings
) -> None:
    kari = client(empty_database, settings, lambda *_: KARI)

    for answer in (kari("PROPFIND", "/kari/calendar/"), kari("PUT", "/kari/calendar/one.ics", event())):
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        assert b"sqlite" not in answer.body
        assert b"postgresql" not in answer.body


def test_a_mistake_of_ours_shows_no_trace(database: Database, settings: Settings) -> None:
    def verify(_login: str, _password: str, _remote: str) -> Person | None:
        raise ZeroDivisionError("secret")

    answer = client(database, settings, verify)("PROPFIND", "/kari/")

    assert answer.status == 500
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body


def test_compressed_answers_are_given_to_those_who_take_them(database: Database, settings: Settings) -> None:
    kari = client(database, settings, lambda *_: KARI)

    answer = kari("PROPFIND", "/", Depth="0", Accept_Encoding="gzip, deflate")

    assert (answer.status, answer.headers["Content-Encoding"]) == (207, "gzip")
