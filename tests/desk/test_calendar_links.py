# SPDX-License-Identifier: GPL-3.0-or-later
"""From the calendar's main page one comes to everything: each thing, one day of a series, and what is new."""

from playwright.sync_api import expect

from tests.desk.house import House, event
from tests.desk.test_calendar import WEEK, at, day, lasting, own
from tests.desk.test_popup import AWAKE


def test_a_thing_is_a_link_to_its_page_and_a_day_of_a_series_to_that_day(house: House) -> None:
    house.put("ola", lasting("a", at(0, 9), 60, "Tannlege"))
    house.put("kari", event("m-1", "kari", ("ola",), "RRULE:FREQ=DAILY;COUNT=3", start=at(2, 10)))
    with house.seat("ola", script=False) as seat:
        page = seat.go(WEEK)
        day(page, "mandag 24. mars").get_by_role("link", name="Tannlege").click()
        expect(page.get_by_label("Tittel")).to_have_value("Tannlege")

        day(seat.go(WEEK), "torsdag 27. mars").get_by_role("link", name="Prosjektmøte").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Prosjektmøte")
        assert page.url.endswith(f"?dag={at(3, 10):%Y%m%dT%H%M%SZ}")


def test_a_task_is_opened_from_the_period_and_from_the_list(house: House) -> None:
    house.put("ola", own("t", "DUE;VALUE=DATE:20310325", "SUMMARY:Lister", kind="VTODO"), slug="tasks")
    with house.seat("ola") as seat:
        page = seat.go(WEEK)
        page.get_by_role("link", name="Lister").click()
        expect(page.get_by_label("Tittel")).to_have_value("Lister")

        seat.go("/oppgaver?vis=alle").get_by_role("link", name="Lister").click()
        expect(page.get_by_label("Tittel")).to_have_value("Lister")


def test_d01_the_main_page_leads_to_everything_by_click_and_by_key(house: House) -> None:
    """D-01, and the buttons «Ny avtale», «Ny oppgave», «Vis oppgaver», «Invitasjoner (n)»."""
    with house.seat("ola") as seat:
        page = seat.go(WEEK)
        for name, key, path in (
            ("Ny avtale", "n", "/avtale/ny?start=2031-03-24T09%3A00"),
            ("Ny oppgave", "o", "/oppgave/ny"),
            ("Distribuerte oppgaver", "d", "/distribuert"),
            ("Invitasjoner", "i", "/invitasjoner"),
        ):
            page.get_by_role("link", name=name).click()
            page.wait_for_url(f"**{path}")
            seat.go(WEEK).keyboard.press(key)
            page.wait_for_url(f"**{path}")
            seat.go(WEEK)
        page.get_by_role("link", name="Vis oppgaver").click()
        page.wait_for_url("**/oppgaver")
        assert seat.faults == []


def test_something_new_begins_in_the_next_hour_where_today_is_shown(house: House) -> None:
    with house.seat("ola") as seat:
        seat.go("/kalender").get_by_role("link", name="Ny avtale").click()
        seat.page.wait_for_url("**/avtale/ny")


def test_what_is_accepted_in_the_pop_up_is_drawn_behind_it_at_once(house: House) -> None:
    """P-04, with the calendar open."""
    with house.seat("ola") as seat:
        page = seat.go(WEEK)
        expect(page.locator(".thing")).to_have_count(0)

        house.put("kari", event("m-1", "kari", ("ola",), start=at(2, 10)))
        popup = page.locator(AWAKE)
        expect(popup).to_be_visible(timeout=15_000)
        popup.get_by_role("button", name="Godkjenn").click()

        expect(popup).to_be_hidden()
        expect(page.locator(".thing")).to_have_class("thing accepted", timeout=15_000)
    assert "PARTSTAT=ACCEPTED" in house.find("ola", "m-1")
