# SPDX-License-Identifier: GPL-3.0-or-later
"""Employees sign in with a browser: they stay signed in, get nothing of others, and lose nothing when it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from gateway.auth.passwords import hashed
from gateway.auth.sessions import IDLE, LONGEST
from gateway.services import people, signing_in
from gateway.services.people import add_person
from gateway.store.unit import Database
from tests.desk.house import PASSWORD, House, ahead, event
from tests.desk.test_items import only

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("script", [True, False])
def test_whoever_signs_in_comes_to_where_they_wanted_to_go(house: House, script: bool) -> None:
    with house.seat(None, script=script) as seat:
        page = seat.go("/invitasjoner?vis=avslatte")
        page.get_by_label("Brukernavn").fill("ola")
        page.get_by_label("Passord").fill(PASSWORD)
        page.get_by_role("button", name="Logg inn").click()

        expect(page.get_by_role("heading", name="Invitasjoner")).to_be_visible()
        assert page.url.endswith("/invitasjoner?vis=avslatte")
        expect(page.get_by_text("Ola Berg")).to_be_visible()
        assert seat.faults == []


def test_nobody_learns_from_a_refusal_who_has_an_account(house: House) -> None:
    with house.seat(None) as seat:
        told = []
        for login in ("ola", "ingen"):
            page = seat.go("/logg-inn")
            page.get_by_label("Brukernavn").fill(login)
            page.get_by_label("Passord").fill("feil")
            page.get_by_role("button", name="Logg inn").click()
            told.append(page.get_by_role("alert").inner_text())

        assert told == ["Brukernavnet eller passordet er feil."] * 2


def test_guessing_is_slowed_down(house: House) -> None:
    with house.seat(None) as seat:
        for guess in range(11):
            page = seat.go("/logg-inn")
            page.get_by_label("Brukernavn").fill("ola")
            page.get_by_label("Passord").fill(f"feil {guess}")
            page.get_by_role("button", name="Logg inn").click()

        expect(page.get_by_role("alert")).to_contain_text("prøvd for ofte")


def test_what_was_filled_in_survives_a_session_that_ended(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        page.get_by_label("Melding ved underkjenning").fill("Jeg er på ferie.")
        page.context.clear_cookies()
        page.get_by_role("button", name="Underkjenn").click()

        expect(page.get_by_role("alert")).to_contain_text("tatt vare på")
        page.get_by_label("Brukernavn").fill("ola")
        page.get_by_label("Passord").fill(PASSWORD)
        page.get_by_role("button", name="Logg inn").click()
        assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-1")
        page.get_by_role("button", name="Send det nå").click()
        expect(page.get_by_role("status")).to_contain_text("Underkjent")

    assert "PARTSTAT=DECLINED" in house.find("kari", "m-1")


def test_what_was_filled_in_of_an_appointment_survives_that_the_session_ended(house: House) -> None:
    """Issue 6: title, people and choices of the step; nothing is sent before they say so again."""
    with house.seat("kari", script=False) as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        page.get_by_label("Finn en kollega").fill("ola")
        page.get_by_role("button", name="Søk").first.click()
        page.get_by_role("button", name="Legg til Ola Berg").click()
        page.locator(".actions").get_by_role("button", name="Lagre", exact=True).click()
        page.get_by_label("Ikke inkluder meg selv").check()
        page.context.clear_cookies()
        page.locator(".actions").get_by_role("button", name="Lagre", exact=True).click()

        page.get_by_label("Brukernavn").fill("kari")
        page.get_by_label("Passord").fill(PASSWORD)
        page.get_by_role("button", name="Logg inn").click()
        assert only(house, "ola", "Prosjektmøte") == ""
        page.get_by_role("button", name="Send det nå").click()
        expect(page.get_by_role("status").first).to_contain_text("Lagret.")

    assert "PARTSTAT=NEEDS-ACTION" in only(house, "ola", "Prosjektmøte")
    assert "TRANSP:TRANSPARENT" in only(house, "kari", "Prosjektmøte")


def test_a_form_that_another_site_made_is_refused(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",), start=ahead()))
    with house.seat("ola") as seat:
        seat.go("/invitasjoner")
        answer = seat.page.request.post(
            f"{house.url}/invitasjoner/2",
            form={"svar": "godkjenn", "spurt": "0"},
            headers={"Origin": "https://ond.example"},
        )
        unmarked = seat.page.request.post(f"{house.url}/invitasjoner/2", form={"svar": "godkjenn", "spurt": "0"})
        assert answer.status == 400
        assert "Fortsett der du var" in unmarked.text()

    assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-1")


def test_signing_out_ends_the_session_itself(house: House) -> None:
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        cookies = page.context.cookies()
        page.get_by_role("button", name="Logg ut").click()
        expect(page.get_by_role("link", name="Logg inn")).to_be_visible()
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        seat.go("/invitasjoner")
        expect(page.get_by_label("Brukernavn")).to_be_visible()


def test_a_session_ends_with_time_with_the_password_and_with_its_person(database: Database) -> None:
    with database.write() as uow:
        ola = add_person(uow, login="ola", name="Ola", emails=["ola@byggbo.example"], password_hash=hashed("a"))
        secret, other = (signing_in.sign_in(uow, ola, NOW) for _ in range(2))
    assert secret is not None
    assert other is not None

    assert signing_in.visitor(database, secret, NOW + IDLE - timedelta(seconds=1)) == ola
    assert signing_in.visitor(database, other, NOW + IDLE) is None
    assert signing_in.visitor(database, secret, NOW + IDLE) == ola  # it was used meanwhile
    for days in range(0, LONGEST.days, 5):
        assert signing_in.visitor(database, secret, NOW + timedelta(days=days)) == ola
    assert signing_in.visitor(database, secret, NOW + LONGEST) is None
    with database.write() as uow:
        people.disable(uow, "ola")
    assert signing_in.visitor(database, secret, NOW) is None
    with database.write() as uow:
        people.enable(uow, "ola")
        people.set_password(uow, "ola", hashed("b"))
    assert signing_in.visitor(database, secret, NOW) is None
    with database.write() as uow:
        assert signing_in.forget_old(uow, NOW + LONGEST) == 2
