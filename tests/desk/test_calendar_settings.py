# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody chooses: language, look and keys, for all their pages."""

from playwright.sync_api import expect

from tests.desk.house import House, person_of

GROUND = "getComputedStyle(document.body).backgroundColor"
DARK, LIGHT = "rgb(17, 22, 28)", "rgb(238, 241, 245)"


def test_the_look_is_as_the_machine_says_until_somebody_chooses(house: House) -> None:
    with house.seat("ola", scheme="dark") as seat:
        page = seat.go("/innstillinger")
        assert page.evaluate(GROUND) == DARK
        seat.check()

        page.get_by_label("Lyst").check()
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_role("status")).to_have_text("Lagret.")
        assert page.evaluate(GROUND) == LIGHT
        assert seat.go("/kalender").evaluate(GROUND) == LIGHT
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") in {"light", "normal"}
        seat.check()


def test_dark_is_dark_on_a_light_machine_and_on_the_page_to_sign_in(house: House) -> None:
    with house.seat("ola", script=False) as seat:
        page = seat.go("/innstillinger")
        page.get_by_label("Mørkt").check()
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_label("Mørkt")).to_be_checked()

        page.get_by_role("button", name="Logg ut").click()
        expect(page.get_by_role("link", name="Logg inn")).to_be_visible()
        assert page.evaluate(GROUND) == DARK


def test_the_language_is_kept_for_the_person_and_the_look_for_the_browser(house: House) -> None:
    with house.seat("ola") as seat, house.seat("ola") as elsewhere:
        page = seat.go("/innstillinger")
        page.get_by_label("English").check()
        page.get_by_label("Mørkt").check()
        page.get_by_role("button", name="Lagre").click()

        expect(page.get_by_role("heading", name="Settings")).to_be_visible()
        expect(elsewhere.go("/innstillinger").get_by_label("As the machine says")).to_be_checked()
    assert person_of(house, "ola").language == "en"


def test_a_choice_that_is_none_is_refused_and_an_odd_cookie_does_no_harm(house: House) -> None:
    with house.seat("ola") as seat:
        page = seat.go("/innstillinger")
        mark = page.locator("main [name=merke]").first.get_attribute("value")
        form: dict[str, str | float | bool] = {"merke": mark or "", "sprak": "nb", "utseende": "rosa"}
        origin = {"Origin": house.url}
        assert page.request.post(f"{house.url}/innstillinger", form=form, headers=origin).status == 422

        page.context.add_cookies([{"name": "valg", "value": "rosa.\"'<x>", "url": house.url}])
        assert seat.go("/innstillinger").get_by_label("Som på maskinen").is_checked()
