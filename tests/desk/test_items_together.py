# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people, or two windows, save the same entry: the second sees what the first did, and chooses."""

from playwright.sync_api import expect

from tests.desk.filling import save, saved
from tests.desk.house import House, event
from tests.desk.test_items import reading


def test_the_second_window_sees_what_the_first_one_changed_and_chooses(house: House) -> None:
    house.put("kari", event("m-1", "kari", (), "LOCATION:Brakka", "DESCRIPTION:Ta med mål"))
    path = f"/avtale/{reading(house, 'kari', 'm-1')}"
    with house.seat("kari") as first, house.seat("kari", screen="narrow", script=False) as second:
        one, two = first.go(path), second.go(path)
        two.get_by_label("Tittel").fill("Mitt navn")
        two.get_by_label("Beskrivelse").fill("Ta med hjelm")
        one.get_by_label("Tittel").fill("Deres navn")
        one.get_by_label("Plassering").fill("Møterom 2")
        save(one)
        saved(one)

        save(two)
        expect(two.get_by_role("heading", name="Endret imens")).to_be_visible()
        title, place = two.get_by_role("group", name="Tittel"), two.get_by_role("group", name="Plassering")
        expect(title.get_by_label("Slik jeg har det")).to_be_checked()
        expect(title).to_contain_text("Deres navn")
        expect(title).to_contain_text("Prosjektmøte")
        expect(place.get_by_label("Slik det ble lagret imens")).to_be_checked()
        expect(two.get_by_role("group", name="Beskrivelse")).to_have_count(0)
        title.get_by_label("Slik det ble lagret imens").check()
        two.get_by_role("button", name="Fortsett og lagre").click()
        saved(two)

    text = house.find("kari", "m-1")
    assert {"SUMMARY:Deres navn", "LOCATION:Møterom 2", "DESCRIPTION:Ta med hjelm"} <= set(text.splitlines())


def test_the_page_of_the_choice_is_fit_to_be_used(house: House) -> None:
    house.put("kari", event("m-1", "kari", ()))
    path = f"/avtale/{reading(house, 'kari', 'm-1')}"
    with house.seat("kari") as first, house.seat("kari", screen="narrow", scheme="dark") as second:
        one, two = first.go(path), second.go(path)
        for page, name in ((one, "Deres navn"), (two, "Mitt navn")):
            page.get_by_label("Tittel").fill(name)
        save(one)
        saved(one)
        save(two)

        expect(two.get_by_role("heading", name="Endret imens")).to_be_visible()
        second.check()
        two.get_by_role("button", name="Fortsett og lagre").click()
        saved(two)

    assert "SUMMARY:Mitt navn" in house.find("kari", "m-1")


def test_an_answer_in_between_is_no_change(house: House) -> None:
    """A colleague's answer must not stop a save."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("kari") as kari, house.seat("ola") as ola:
        page = kari.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Tittel").fill("Byggemøte")
        theirs = ola.go(f"/avtale/{reading(house, 'ola', 'm-1')}")
        theirs.get_by_role("button", name="Godkjenn").click()
        saved(theirs)
        save(page)
        expect(page.get_by_role("heading", name="Lagre avtale")).to_be_visible()
        save(page)
        saved(page)

    text = house.find("kari", "m-1")
    assert "SUMMARY:Byggemøte" in text
    assert "PARTSTAT=ACCEPTED" in text
