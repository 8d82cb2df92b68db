# SPDX-License-Identifier: GPL-3.0-or-later
"""Single keys: they act on every page of the desk, never in a field, and can be switched off (WCAG 2.1.4)."""

from playwright.sync_api import expect

from gateway.services.people import add_person
from tests.desk.house import HASH, House

DAY = "/kalender?v=dag&d=2031-03-25"


def test_keys_lead_through_the_calendar(house: House) -> None:
    with house.seat("ola") as seat:
        page = seat.go(DAY)
        heading = page.get_by_role("heading", level=1)
        for key, name in (
            ("j", "Onsdag 26. mars 2031"),
            ("k", "Tirsdag 25. mars 2031"),
            ("2", "Uke 13, 24.–30. mars 2031"),
            ("3", "Mars 2031"),
            ("4", "25. mars – 21. april 2031"),
            ("1", "Tirsdag 25. mars 2031"),
            ("i", "Invitasjoner"),
        ):
            page.keyboard.press(key)
            expect(heading).to_have_text(name)
        assert seat.faults == []


def test_the_list_of_keys_is_a_question_mark_away(house: House) -> None:
    with house.seat("ola") as seat:
        page = seat.go(DAY)
        page.keyboard.press("?")

        listed = page.get_by_role("dialog", name="Tastatur")
        expect(listed).to_contain_text("Ny avtale")
        seat.check()
        page.keyboard.press("j")
        expect(listed).to_be_visible()
        page.keyboard.press("Escape")
        expect(listed).to_be_hidden()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tirsdag 25. mars 2031")


def test_keys_are_letters_in_a_field_and_belong_to_the_browser_with_control(house: House) -> None:
    with house.database.write() as uow:
        for n in range(8):
            add_person(uow, login=f"p{n}", name=f"Pål {n}", emails=[f"p{n}@byggbo.example"], password_hash=HASH)
    with house.seat("ola") as seat:
        page = seat.go("/kalender?v=gruppe&d=2031-03-25")
        page.get_by_label("Kollega").press_sequentially("jik?1")
        page.get_by_label("Kollega").blur()
        page.keyboard.press("Control+j")
        page.keyboard.press("Alt+j")

        expect(page.get_by_label("Kollega")).to_have_value("jik?1")
        expect(page.get_by_role("heading", level=1)).to_have_text("Tirsdag 25. mars 2031")


def test_whoever_speaks_to_their_machine_switches_keys_off(house: House) -> None:
    with house.seat("ola") as seat:
        page = seat.go("/innstillinger")
        page.get_by_label("Enkelttaster er snarveier").uncheck()
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_role("status")).to_have_text("Lagret.")

        page = seat.go(DAY)
        for key in ("j", "?", "i"):
            page.keyboard.press(key)

        expect(page.get_by_role("heading", level=1)).to_have_text("Tirsdag 25. mars 2031")
        expect(page.locator("#keys")).to_have_count(0)
        seat.go("/innstillinger").get_by_label("Enkelttaster er snarveier").check()
        page.get_by_role("button", name="Lagre").click()
        seat.go(DAY).keyboard.press("j")
        expect(page.get_by_role("heading", level=1)).to_have_text("Onsdag 26. mars 2031")
