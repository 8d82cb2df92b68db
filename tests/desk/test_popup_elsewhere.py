# SPDX-License-Identifier: GPL-3.0-or-later
"""The pop-up in several browsers, tabs and processes: what is done in one place holds in all (P-01, P-07, A22, 5.5)."""

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from gateway.config import Settings
from gateway.main import application
from gateway.opening import Service, verifier
from gateway.services import signing_in
from gateway.store.unit import Database
from tests.desk.filling import add_colleague, save, saved, to_the_step
from tests.desk.house import House, event, task
from tests.desk.test_popup import popup, press
from tests.gateway.running import running

LATE = 15_000
HIDDEN = "Object.defineProperty(document, 'visibilityState', {get: () => window.away ? 'hidden' : 'visible'});"


def _look_away(page: Page, *, away: bool) -> None:
    page.evaluate("(away) => { window.away = away; document.dispatchEvent(new Event('visibilitychange')); }", away)


@pytest.mark.parametrize(("button", "where"), [("Avbryt", "Avbrutt"), ("Godkjenn", ""), ("Underkjenn", "")])
def test_what_is_done_with_it_in_one_browser_closes_it_in_another(house: House, button: str, where: str) -> None:
    """P-07, A22: put off or answered at the desk, it is gone from the screen in the meeting room."""
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("ola") as desk, house.seat("ola", screen="phone") as room:
        here, there = desk.go("/kalender"), room.go("/oppgaver")
        popup(here)
        popup(there)

        press(here, button)

        expect(there.locator("#popup")).to_be_hidden(timeout=LATE)
        expect(there.locator("#toasts")).to_contain_text("et annet sted")
        if where:
            expect(there.locator(".badge")).to_have_text(re.compile("^1"))
            expect(room.go("/invitasjoner").get_by_role("article")).to_contain_text(where)
        assert desk.faults == room.faults == []
    said = house.find("kari", "t-1", "tasks")
    assert ("har ikke sett oppgaven" in said) is (button == "Avbryt")


def test_two_gateways_on_one_database_are_one(house: House, sqlite_url: str, tmp_path: Path) -> None:
    """P-01, P-04, V-01: Kari's page comes from one process, Ola's from another; both see at once what happens."""
    settings = Settings(data_dir=tmp_path, worker=False)
    with (
        closing(Database(sqlite_url)) as own,
        running(application(Service(settings, own, verifier(own))), lifespan=True) as port,
        house.seat("kari") as kari,
        house.seat("ola") as ola,
    ):
        ola.origin = f"http://127.0.0.1:{port}"
        ola.go("/kalender")
        page = kari.go("/avtale/ny")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        add_colleague(page, "Ola Berg")
        to_the_step(page)
        save(page)
        saved(page)
        page.get_by_role("tab", name="Invitasjoner").click()
        page.get_by_role("link", name="Vis invitasjoner").click()
        row = page.locator("table.asked tbody tr")
        expect(row).to_contain_text("Ola Berg", timeout=LATE)

        expect(popup(ola.page)).to_contain_text("Fra")
        expect(row).to_contain_text("svar mangler", timeout=LATE)
        press(ola.page, "Godkjenn")

        expect(row).to_contain_text("Godkjent", timeout=LATE)
        assert kari.faults == ola.faults == []


def test_it_comes_up_in_the_tab_that_is_looked_at(house: House) -> None:
    """5.5: it lies open in a tab behind, and moves to the one in front; not where a message is begun."""
    with house.seat("ola") as seat:
        seat.page.context.add_init_script(HIDDEN)
        one = seat.go("/kalender")
        other = one.context.new_page()
        other.goto(seat.origin + "/oppgaver")
        _look_away(other, away=True)
        house.put("kari", event("m-1", "kari", ("ola",)))
        popup(one)

        _look_away(one, away=True)
        _look_away(other, away=False)

        expect(popup(other)).to_contain_text("Prosjektmøte")
        expect(one.locator("#popup")).to_be_hidden()
        other.get_by_label("Melding ved underkjenning").fill("Jeg er på")
        _look_away(other, away=True)
        with one.expect_response(re.compile("neste")):
            _look_away(one, away=False)
        expect(one.locator("#popup")).to_be_hidden()
        _look_away(other, away=False)
        expect(other.get_by_label("Melding ved underkjenning")).to_have_value("Jeg er på")
        press(other, "Underkjenn")
        expect(other.locator("#popup")).to_be_hidden()
    assert "PARTSTAT=DECLINED" in house.find("kari", "m-1")


def _sign_in_anew(house: House, context: BrowserContext) -> None:
    with house.database.write() as uow:
        secret = signing_in.sign_in(uow, house.staff["ola"], datetime.now(UTC))
    assert secret is not None
    context.add_cookies([{"name": "distrib", "value": secret, "url": house.url, "httpOnly": True}])


def test_signed_in_anew_in_another_tab_it_asks_once_more(house: House) -> None:
    """Nothing is lost, and nothing is said to be answered that is not."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        popup(page)
        _sign_in_anew(house, page.context)

        press(page, "Godkjenn")
        expect(page.locator("#toasts")).to_contain_text("Prøv igjen", timeout=LATE)
        assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-1")
        press(page, "Godkjenn")

        expect(page.locator("#toasts")).to_contain_text("Godkjent. Lagt i kalenderen.")
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "m-1")


def test_signed_out_meanwhile_what_is_filled_in_behind_it_stays(house: House) -> None:
    """The answer waits; the form asks who is there when it is sent, and loses nothing."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/avtale/ny")
        page.get_by_label("Tittel").fill("Befaring")
        page.get_by_role("tab", name="Deltakere").click()
        popup(page)
        page.context.clear_cookies()
        press(page, "Godkjenn")

        expect(page.locator("#toasts")).to_contain_text("Du er logget ut.", timeout=LATE)
        expect(page.locator("#popup")).to_be_hidden()
        page.get_by_role("tab", name="Generelt").click()
        expect(page.get_by_label("Tittel")).to_have_value("Befaring")
        seat.check()
        seat.go("/kalender")
        expect(page.get_by_label("Brukernavn")).to_be_visible()
    assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-1")


def test_the_gateway_is_away_for_a_moment_and_the_pop_up_stays(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        popup(page).get_by_label("Melding ved underkjenning").fill("Ferie")
        page.route("**/svar", lambda route: route.fulfill(status=503))
        press(page, "Underkjenn")
        expect(page.locator("#toasts")).to_contain_text("Prøv igjen")
        expect(page.get_by_label("Melding ved underkjenning")).to_have_value("Ferie")
        page.unroute("**/svar")

        press(page, "Underkjenn")

        expect(page.locator("#popup")).to_be_hidden()
    assert "PARTSTAT=DECLINED" in house.find("kari", "m-1")
