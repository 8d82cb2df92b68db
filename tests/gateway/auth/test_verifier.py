# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins and passwords, checked on each request and paid for on few."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from gateway.auth import passwords
from gateway.auth.verifier import AT_ONCE, GUESSES, REMEMBERED, TooManyGuesses, Verifier
from gateway.log import log
from gateway.model import Person, PersonId
from gateway.store.people import Credential
from ical.address import Address

HOME, AWAY = "192.0.2.1", "198.51.100.7"
OLA = Person(PersonId(1), "ola", "Ola Berg", (Address("mailto:ola@byggbo.example"),))


@dataclass
class Company:
    """Who can sign in; what a database would know."""

    known: dict[str, Credential] = field(default_factory=dict)
    asked: int = 0

    def find(self, login: str) -> Credential | None:
        self.asked += 1
        return self.known.get(login)

    def set_password(self, password: str) -> None:
        self.known["ola"] = Credential(OLA, passwords.hashed(password))


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Effort:
    """How often argon2 was asked, and by how many at once."""

    checks: int = 0
    running: int = 0
    most: int = 0


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let argon2 take a millisecond, where a test is not about what it takes."""
    if "dear" not in request.fixturenames:
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def dear() -> None:
    """Let argon2 take what it takes in earnest."""


@pytest.fixture
def effort(monkeypatch: pytest.MonkeyPatch) -> Effort:
    """Count the checks; they are really made."""
    counted = Effort()

    def counting(stored: str | None, password: str) -> bool:
        counted.checks += 1
        counted.running += 1
        counted.most = max(counted.most, counted.running)
        try:
            return passwords.matches(stored, password)
        finally:
            counted.running -= 1

    monkeypatch.setattr("gateway.auth.verifier.matches", counting)
    return counted


@pytest.fixture
def company() -> Company:
    staff = Company()
    staff.set_password("riktig")
    return staff


def test_the_right_pair_is_the_person_and_a_wrong_one_nobody(company: Company) -> None:
    verifier = Verifier(company.find)

    assert verifier.verify("ola", "riktig", HOME) == OLA
    assert verifier.verify("ola", "gal", HOME) is None
    assert verifier.verify("per", "riktig", HOME) is None
    assert verifier.verify("ola", "", HOME) is None


def test_a_pair_that_was_right_costs_no_argon2_again(company: Company, effort: Effort) -> None:
    verifier = Verifier(company.find)
    effort.checks = 0

    assert all(verifier.verify("ola", "riktig", HOME) == OLA for _ in range(50))

    assert effort.checks == 1
    assert company.asked == 50


def test_a_pair_is_remembered_for_five_minutes_at_most(company: Company, effort: Effort) -> None:
    clock = Clock()
    verifier = Verifier(company.find, clock=clock)
    verifier.verify("ola", "riktig", HOME)
    effort.checks = 0

    clock.now += REMEMBERED - 1
    verifier.verify("ola", "riktig", HOME)
    assert effort.checks == 0

    clock.now += 1
    verifier.verify("ola", "riktig", HOME)
    assert effort.checks == 1
    assert REMEMBERED <= 300


def test_a_changed_password_counts_at_once(company: Company) -> None:
    verifier = Verifier(company.find)
    verifier.verify("ola", "riktig", HOME)

    company.set_password("ny")

    assert verifier.verify("ola", "riktig", HOME) is None
    assert verifier.verify("ola", "ny", HOME) == OLA


@pytest.mark.parametrize("change", [{"disabled": True}, {"left_at": datetime(2026, 1, 1, tzinfo=UTC)}])
def test_somebody_disabled_or_gone_is_refused_at_once(company: Company, change: dict[str, object]) -> None:
    verifier = Verifier(company.find)
    verifier.verify("ola", "riktig", HOME)

    company.known["ola"] = replace(company.known["ola"], person=replace(OLA, **change))  # type: ignore[arg-type]

    assert verifier.verify("ola", "riktig", HOME) is None


def test_somebody_removed_is_refused_at_once(company: Company) -> None:
    verifier = Verifier(company.find)
    verifier.verify("ola", "riktig", HOME)

    del company.known["ola"]

    assert verifier.verify("ola", "riktig", HOME) is None


def test_somebody_without_a_password_cannot_sign_in(company: Company) -> None:
    company.known["ola"] = Credential(OLA, None)

    assert Verifier(company.find).verify("ola", "", HOME) is None


def test_a_remembered_pair_does_not_open_for_another_login(company: Company) -> None:
    verifier = Verifier(company.find)
    verifier.verify("ola", "riktig", HOME)

    assert verifier.verify("olari", "ktig", HOME) is None


def test_neither_password_nor_hash_lies_about(company: Company) -> None:
    verifier = Verifier(lambda login: company.find(login))  # noqa: PLW0108 - a bound method would show the company
    verifier.verify("ola", "riktig", HOME)
    verifier.verify("ola", "gal", HOME)

    assert not any(word in repr(vars(verifier)) for word in ("riktig", "gal'", "argon2"))


@pytest.mark.usefixtures("dear")
def test_an_unknown_login_costs_what_a_wrong_password_costs(company: Company) -> None:
    verifier = Verifier(company.find)

    begun = time.perf_counter()
    verifier.verify("ola", "gal", HOME)
    known = time.perf_counter() - begun
    begun = time.perf_counter()
    verifier.verify("ukjent", "gal", HOME)
    unknown = time.perf_counter() - begun

    assert known / 5 < unknown < known * 5


def test_one_who_guesses_is_stopped_and_told_when_to_come_again(company: Company, effort: Effort) -> None:
    clock = Clock()
    verifier = Verifier(company.find, clock=clock)
    for number in range(GUESSES):
        assert verifier.verify("ola", f"gjett {number}", AWAY) is None
    effort.checks = 0

    clock.now += 100
    with pytest.raises(TooManyGuesses) as raised:
        verifier.verify("ola", "gjett en gang til", AWAY)

    assert raised.value.retry_after == REMEMBERED - 100
    assert effort.checks == 0

    clock.now += REMEMBERED
    assert verifier.verify("ola", "riktig", AWAY) == OLA


def test_guessing_locks_nobody_out_elsewhere(company: Company) -> None:
    verifier = Verifier(company.find)
    for number in range(GUESSES):
        verifier.verify("ola", f"gjett {number}", AWAY)

    assert verifier.verify("ola", "riktig", HOME) == OLA


def test_guessing_does_not_end_what_is_signed_in_at_the_same_address(company: Company) -> None:
    verifier = Verifier(company.find)
    verifier.verify("ola", "riktig", HOME)

    for number in range(GUESSES):
        verifier.verify("ola", f"gjett {number}", HOME)

    assert verifier.verify("ola", "riktig", HOME) == OLA


def test_a_phone_that_repeats_an_old_password_is_no_attack(company: Company, effort: Effort) -> None:
    verifier = Verifier(company.find)
    effort.checks = 0

    assert all(verifier.verify("ola", "gammel", HOME) is None for _ in range(GUESSES * 5))

    assert effort.checks == 1
    assert verifier.verify("ola", "riktig", HOME) == OLA


def test_what_was_wrong_can_become_right(company: Company) -> None:
    verifier = Verifier(company.find)
    assert verifier.verify("ola", "ny", HOME) is None

    company.set_password("ny")

    assert verifier.verify("ola", "ny", HOME) == OLA


def test_a_client_with_many_connections_pays_once_and_strangers_do_not_take_all_memory(
    company: Company, effort: Effort
) -> None:
    verifier = Verifier(company.find)
    effort.checks = 0

    with ThreadPoolExecutor(8) as threads:
        mine = [threads.submit(verifier.verify, "ola", "riktig", HOME) for _ in range(8)]
        strangers = [threads.submit(verifier.verify, f"ukjent {n}", "gal", AWAY) for n in range(4)]

    assert all(one.result() == OLA for one in mine)
    assert all(one.result() is None for one in strangers)
    assert effort.most <= AT_ONCE
    assert effort.checks <= AT_ONCE + 4


def test_guessing_is_logged_once_without_the_password(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(log, "warning", lambda event, **facts: said.append((event, facts)), raising=False)
    verifier = Verifier(company.find)

    for number in range(GUESSES):
        verifier.verify("ola", f"gjett {number}", AWAY)

    assert said == [("auth.guessing", {"login": "ola", "remote": AWAY, "wrong_passwords": GUESSES})]
