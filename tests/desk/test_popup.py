# SPDX-License-Identifier: GPL-3.0-or-later
"""The pop-up: what comes up, when, in which order, and what each way out of it means (P-01 … P-09, P-12)."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.desk.house import House, ahead, event, task
from tests.desk.test_calendar import own

OSLO = ZoneInfo("Europe/Oslo")
AWAKE = "dialog#popup[open]:not([data-fresh])"


def popup(page: Page) -> Locator:
    """Give the invitation that has come up, as soon as it takes an answer."""
    dialog = page.locator(AWAKE)
    expect(dialog).to_be_visible(timeout=15_000)
    return dialog


def press(page: Page, name: str) -> None:
    popup(page).get_by_role("button", name=name, exact=True).click()


def test_it_comes_up_while_one_is_there_and_is_accepted(house: House) -> None:
    """P-01, P-03, P-04, V-01: at once, three answers and ×; it is in the calendar, and whoever invited sees it."""
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        expect(page.locator("#popup")).to_be_hidden()

        house.put("kari", event("m-1", "kari", ("ola",), "LOCATION:Møterom 2", "DESCRIPTION:Ta med målene."))

        shown = popup(page)
        expect(shown.get_by_role("heading")).to_have_text("Invitasjon til avtale")
        for text in ("Prosjektmøte", "Kari Nordmann", "Møterom 2", "Ta med målene.", "Du har ikke noe annet da."):
            expect(shown).to_contain_text(text)
        assert shown.get_by_role("button").all_inner_texts() == ["×", "Godkjenn", "Underkjenn", "Avbryt"]
        seat.check()
        press(page, "Godkjenn")

        expect(page.locator("#toasts")).to_contain_text("Godkjent. Lagt i kalenderen.")
        expect(page.locator("#popup")).to_be_hidden()
        seat.check()
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "m-1")
    assert "PARTSTAT=ACCEPTED" in house.find("ola", "m-1")


def test_it_comes_up_with_the_next_page_for_whoever_was_not_there(house: House) -> None:
    """P-02, P-05, P-12: oldest first, one after another, and none is lost."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    house.put("per", task("t-1", "per", ("ola",)), slug="tasks")
    house.put("kari", event("m-2", "kari", ("ola",), "SUMMARY:Tannlegebesøk"))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        expect(popup(page)).to_contain_text("(1 av 3)")
        press(page, "Godkjenn")
        expect(page.locator("#popup")).to_contain_text("Legge gipsplate")
        expect(popup(page).get_by_role("heading")).to_have_text("Invitasjon til oppgave (1 av 2)")
        press(page, "Godkjenn")
        expect(page.locator("#toasts")).to_contain_text("Godkjent. Lagt i oppgavene.")
        expect(page.locator("#popup")).to_contain_text("Tannlegebesøk")
        press(page, "Underkjenn")
        expect(page.locator("#popup")).to_be_hidden()

    assert "PARTSTAT=ACCEPTED" in house.find("kari", "m-1")
    assert "PARTSTAT=ACCEPTED" in house.find("per", "t-1", "tasks")
    assert "PARTSTAT=DECLINED" in house.find("kari", "m-2")


def test_a_reason_goes_along(house: House) -> None:
    """P-06, V-02."""
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        popup(page).get_by_label("Melding ved underkjenning").fill("Jeg er på ferie.")
        page.keyboard.press("Enter")
        expect(page.locator("#popup")).to_be_visible()
        press(page, "Underkjenn")
        expect(page.locator("#toasts")).to_contain_text("Underkjent")

    said = house.find("kari", "t-1", "tasks")
    assert "PARTSTAT=DECLINED" in said
    assert "«Jeg er på ferie.»" in said


def test_cancel_puts_it_off_and_it_comes_up_no_more(house: House) -> None:
    """P-07, V-03."""
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        press(page, "Avbryt")
        expect(page.locator("#toasts")).to_contain_text("«Invitasjoner»")

        with page.expect_response(re.compile("neste")):
            page.reload()
        expect(page.locator("#popup")).to_be_hidden()
        seat.go("/invitasjoner")
        expect(page.get_by_text("Avbrutt")).to_be_visible()
        expect(page.locator(".badge")).to_have_text(re.compile("^1"))
    said = house.find("kari", "t-1", "tasks")
    assert "PARTSTAT=NEEDS-ACTION" in said
    assert "X-DISTRIB-SEEN" not in said
    assert "har ikke sett oppgaven" in said


@pytest.mark.parametrize("way", ["×", "Escape"])
def test_closed_another_way_it_comes_up_again_and_was_seen(house: House, way: str) -> None:
    """P-08, V-06, A14: with the next page, and not at once."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        with page.expect_response(re.compile("/vist")):
            popup(page)
        if way == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name="Lukk uten å svare").click()
        expect(page.locator("#popup")).to_be_hidden()
        house.put("per", event("m-2", "per", ("ola",), "SUMMARY:En annen"))
        expect(page.locator("#popup")).to_contain_text("En annen", timeout=15_000)
        page.keyboard.press("Escape")

        page.reload()

        expect(popup(page)).to_contain_text("Prosjektmøte")
    said = house.find("kari", "m-1")
    assert "PARTSTAT=NEEDS-ACTION" in said
    assert "X-DISTRIB-SEEN=" in said


def test_a_click_beside_it_does_nothing(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        popup(page)

        page.mouse.click(5, 5)

        expect(page.locator("#popup")).to_be_visible()


def test_what_one_has_on_then_and_who_else_comes_is_shown(house: House) -> None:
    """5.6: the hours around it, what is in the way, and the customer."""
    start = ahead(7, 9)
    house.put("ola", event("own", "ola", (), "SUMMARY:Tannlege", start=start - timedelta(minutes=30)))
    house.put("ola", event("later", "ola", (), "SUMMARY:Befaring", start=start + timedelta(hours=2)))
    house.put("kari", event("m-1", "kari", ("ola", "per", "berit@kunde.example"), start=start))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        shown = popup(page)

        expect(shown).to_contain_text(f"Overlapper «Tannlege» {start.astimezone(OSLO) - timedelta(minutes=30):%H.%M}")
        expect(shown).not_to_contain_text("Befaring")
        halves = shown.locator(".strip i").evaluate_all("all => all.map((one) => one.className)")
        told = ["-".join((one or "free").split()) for one in halves]
        assert told == [
            *("free", "free", "free", "busy", "busy-asked", "asked"),
            *("free", "free", "busy", "busy"),
        ]
        expect(shown).to_contain_text("Per Dahl, berit@kunde.example (Kunde AS)")
        seat.check()


def test_what_lasts_all_day_is_in_the_way_without_an_hour(house: House) -> None:
    house.put("ola", own("course", f"DTSTART;VALUE=DATE:{ahead(7):%Y%m%d}", "SUMMARY:Kurs"))
    house.put("kari", event("m-1", "kari", ("ola",), start=ahead(7)))
    with house.seat("ola") as seat:
        shown = popup(seat.go("/kalender"))

        expect(shown.locator(".conflict")).to_have_text("⚠ Overlapper «Kurs» hele dagen")


def test_a_mistake_is_undone(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        press(page, "Underkjenn")
        page.get_by_role("button", name="Angre").click()

        expect(popup(page)).to_contain_text("Prosjektmøte")
    assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-1")


def test_it_closes_when_it_is_withdrawn_or_answered_elsewhere(house: House) -> None:
    """A22."""
    house.put("kari", event("m-1", "kari", ("ola", "per")))
    with house.seat("ola") as seat, house.seat("per") as pers:
        page, other = seat.go("/kalender"), pers.go("/kalender")
        popup(page)
        popup(other)

        text = house.find("per", "m-1").replace(
            "PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:per", "PARTSTAT=ACCEPTED:mailto:per"
        )
        path = house.place("per", "m-1")
        assert house.dav("per", "PUT", path, f"BEGIN:VCALENDAR{text}END:VCALENDAR\n".encode())[0] == 204
        expect(other.locator("#popup")).to_be_hidden(timeout=15_000)
        assert house.dav("kari", "DELETE", house.place("kari", "m-1"))[0] == 204

        expect(page.locator("#popup")).to_be_hidden(timeout=15_000)
        expect(page.locator("#toasts")).to_contain_text("trukket tilbake")


def test_without_a_script_a_banner_leads_to_it(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola", script=False) as seat:
        page = seat.go("/distribuert")
        page.get_by_role("link", name="Du har invitasjoner å svare på").click()

        expect(page.get_by_role("button", name="Godkjenn")).to_be_visible()
