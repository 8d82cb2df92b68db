# SPDX-License-Identifier: GPL-3.0-or-later
"""The pop-up takes no key and no field that was meant for something else, and is once in several tabs (5.4, 5.5)."""

import re

from playwright.sync_api import Page, expect

from tests.desk.house import House, event
from tests.desk.test_popup import popup, press


def test_the_next_enter_accepts_nothing(house: House) -> None:
    """The heading has the focus, and what the heading is told leads nowhere."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        shown = page.locator("#popup")
        expect(shown).to_be_visible(timeout=15_000)
        expect(shown.get_by_role("heading")).to_be_focused()
        for _ in range(2):  # at once, and when answers are taken
            for key in ("Enter", " "):
                page.keyboard.press(key)
            popup(page)

        expect(shown).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Lukk uten å svare")).to_be_focused()
    assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-1")


def test_letters_answer_once_it_has_been_there_for_a_moment(house: House) -> None:
    for number, title in enumerate(("Første", "Andre", "Tredje"), 1):
        house.put("kari", event(f"m-{number}", "kari", ("ola",), f"SUMMARY:{title}"))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        for key, title in (("g", "Første"), ("u", "Andre"), ("a", "Tredje")):
            expect(page.locator("#popup")).to_contain_text(title, timeout=15_000)
            popup(page)
            page.keyboard.press(key)
        expect(page.locator("#popup")).to_be_hidden()

    told = [re.search(r"PARTSTAT=([A-Z-]+)", house.find("kari", f"m-{n}")).group(1) for n in (1, 2, 3)]  # type: ignore[union-attr]
    assert told == ["ACCEPTED", "DECLINED", "NEEDS-ACTION"]


def test_a_key_that_was_on_its_way_answers_nothing(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        # Whatever is pressed in the moment in which it comes up: before the machine could be slower than a person.
        seat.page.add_init_script(
            "new MutationObserver((_, seen) => { if (document.querySelector('#popup[open]')) { seen.disconnect();"
            "for (const key of 'gua') document.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));"
            "document.querySelector('#popup button[value=godkjenn]').click(); document.title = 'pressed'; } })"
            ".observe(document, {subtree: true, childList: true, attributes: true});"
        )
        page = seat.go("/kalender")
        expect(page).to_have_title("pressed", timeout=15_000)

        popup(page)
    assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-1")


def _write(page: Page) -> None:
    page.get_by_label("Melding ved underkjenning").first.fill("Jeg skriv")


def test_whoever_writes_is_told_and_keeps_the_field(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        _write(page)

        house.put("per", event("m-2", "per", ("ola",), "SUMMARY:Ny"))

        expect(page.locator("#toasts")).to_contain_text("Invitasjon fra Per Dahl: Ny", timeout=15_000)
        page.keyboard.type("er")
        expect(page.locator("#popup")).to_be_hidden()
        expect(page.get_by_label("Melding ved underkjenning").first).to_have_value("Jeg skriver")
        seat.check()
        page.keyboard.press("Alt+i")
        expect(popup(page)).to_contain_text("Ny")


def test_what_is_in_the_list_does_not_come_up_over_it(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        with seat.page.expect_response(re.compile("neste")):
            page = seat.go("/invitasjoner")
        expect(page.get_by_role("button", name="Godkjenn")).to_be_visible()
        house.put("per", event("m-2", "per", ("ola",), "SUMMARY:Ny"))

        expect(popup(page)).to_contain_text("Ny")


def test_it_comes_up_when_the_field_is_left(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        _write(page)
        house.put("per", event("m-2", "per", ("ola",), "SUMMARY:Ny"))
        expect(page.locator("#toasts")).to_contain_text("Ny", timeout=15_000)

        page.keyboard.press("Tab")

        expect(popup(page)).to_contain_text("Ny")
        expect(page.locator("#toasts")).not_to_contain_text("Ny")


def test_what_is_being_clicked_is_clicked_before_it_comes_up(house: House) -> None:
    """Whoever leaves a field by pressing «Underkjenn» of something else has pressed it."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        _write(page)
        house.put("per", event("m-2", "per", ("ola",), "SUMMARY:Ny"))
        expect(page.locator("#toasts")).to_contain_text("Ny", timeout=15_000)
        page.get_by_role("button", name="Underkjenn").first.hover()
        page.mouse.down()
        page.evaluate("new Promise((later) => setTimeout(later, 400))")  # as long as a slow finger is down
        expect(page.locator("#popup")).to_be_hidden()

        page.mouse.up()

        expect(page.get_by_role("status")).to_contain_text("Underkjent")
    said = house.find("kari", "m-1")
    assert "PARTSTAT=DECLINED" in said


def test_whoever_asked_for_it_is_back_in_their_field_afterwards(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        _write(page)
        house.put("per", event("m-2", "per", ("ola",), "SUMMARY:Ny"))
        expect(page.locator("#toasts")).to_contain_text("Ny", timeout=15_000)
        page.keyboard.press("Alt+i")
        press(page, "Godkjenn")

        expect(page.locator("#popup")).to_be_hidden()
        expect(page.get_by_label("Melding ved underkjenning").first).to_be_focused()
        page.keyboard.type("er")
        expect(page.get_by_label("Melding ved underkjenning").first).to_have_value("Jeg skriver")
    assert "PARTSTAT=ACCEPTED" in house.find("per", "m-2")


def test_pressed_twice_it_is_one_answer_and_the_next_one_stays(house: House) -> None:
    for number in (1, 2):
        house.put("kari", event(f"m-{number}", "kari", ("ola",), f"SUMMARY:Nummer {number}"))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        accept = popup(page).get_by_role("button", name="Godkjenn")
        accept.evaluate("(one) => { one.click(); one.click(); one.click(); }")

        expect(page.locator("#popup")).to_contain_text("Nummer 2")
        popup(page)
        expect(page.locator(".toast")).to_have_count(1)
    assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-2")


def test_of_several_tabs_one_shows_it_and_an_answer_there_is_for_all(house: House) -> None:
    with house.seat("ola") as seat:
        one = seat.go("/kalender")
        other = one.context.new_page()
        other.goto(seat.origin + "/kalender")
        both = (one, other)

        house.put("kari", event("m-1", "kari", ("ola",)))

        for page in both:
            expect(page.locator(".badge")).to_have_text(re.compile("^1"), timeout=15_000)
        shown = [page for page in both if page.locator("#popup").is_visible()]
        assert len(shown) == 1
        press(shown[0], "Godkjenn")
        for page in both:
            expect(page.locator(".badge")).to_be_hidden(timeout=15_000)
            expect(page.locator("#popup")).to_be_hidden()


def test_closed_it_comes_up_again_after_a_while(house: House) -> None:
    """A14: ten minutes, unless the company chose otherwise."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        seat.page.clock.install()
        page = seat.go("/kalender")
        expect(page.locator("#popup")).to_be_visible(timeout=15_000)
        page.keyboard.press("Escape")
        page.clock.fast_forward("09:50")
        expect(page.locator("#popup")).to_be_hidden()

        page.clock.fast_forward("00:20")

        expect(page.locator("#popup")).to_be_visible(timeout=15_000)
