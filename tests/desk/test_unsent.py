# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever leaves what they filled in is asked first; whoever changed nothing, or sent it, is not."""

import pytest
from playwright.sync_api import Error, Page, expect

from tests.desk.filling import add_colleague, save, saved, to_the_step
from tests.desk.house import House, Seat, event
from tests.desk.test_items import reading

ASKED = ["beforeunload"]


def leave(page: Page) -> None:
    """Press what leads away, at the top of the page."""
    page.get_by_role("navigation", name="Sider").get_by_role("link", name="Kalender").click()


def left(seat: Seat) -> None:
    leave(seat.page)
    expect(seat.page.locator(".sheet").first).to_be_visible()


def test_whoever_changed_something_is_asked_and_may_stay(house: House) -> None:
    house.put("kari", event("m-1", "kari", ()))
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Tittel").fill("Noe annet")
        seat.stays = True
        with pytest.raises(Error, match="ERR_ABORTED"):
            page.goto(f"{house.url}/kalender")

        assert seat.asked == ASKED
        expect(page.get_by_label("Tittel")).to_have_value("Noe annet")
        save(page)
        saved(page)
        assert seat.asked == ASKED

    assert "SUMMARY:Noe annet" in house.find("kari", "m-1")


def test_whoever_changed_nothing_or_changed_it_back_is_not_asked(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Tittel").fill("Noe annet")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        page.get_by_role("tab", name="Deltakere").click()
        page.locator("[data-free]").click()
        expect(page.locator(".state").first).to_be_visible()
        left(seat)

        assert seat.asked == []


def test_people_who_were_added_count_and_so_does_what_another_page_of_the_form_carries(house: House) -> None:
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny?start=2027-03-01T09:00")
        add_colleague(page, "Ola Berg")
        page.get_by_role("tab", name="Generelt").click()
        page.get_by_label("Tittel").fill("Byggemøte")
        to_the_step(page)
        assert seat.asked == []
        page.get_by_role("button", name="Tilbake").click()
        expect(page.get_by_label("Tittel")).to_have_value("Byggemøte")
        assert seat.asked == []
        left(seat)

        assert seat.asked == ASKED


def test_a_form_that_came_back_with_faults_is_not_saved(house: House) -> None:
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny?start=2027-03-01T09:00")
        page.get_by_label("Beskrivelse").fill("Ta med hjelm")
        save(page)
        expect(page.get_by_role("alert")).to_be_visible()
        assert seat.asked == []
        left(seat)

        assert seat.asked == ASKED


def test_what_is_only_for_oneself_is_kept_or_asked_about(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go(f"/avtale/{reading(house, 'ola', 'm-1')}")
        page.get_by_label("Notat").fill("Ta E6")
        page.get_by_role("button", name="Lagre", exact=True).last.click()
        saved(page)
        assert seat.asked == []
        page.get_by_label("Notat").fill("Ta toget")
        left(seat)

        assert seat.asked == ASKED
