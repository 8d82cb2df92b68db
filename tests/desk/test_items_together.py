# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people, or two windows, save the same entry: the second sees what the first did, and chooses."""

from playwright.sync_api import expect

from tests.desk.filling import save, saved
from tests.desk.house import House, ahead, event, task
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


def test_what_was_chosen_from_lists_is_said_in_words(house: House) -> None:
    """When, how often, how important: as people say it, and not as the form names it."""
    start = ahead(7, 9)
    house.put("kari", event("m-1", "kari", (), start=start))
    path = f"/avtale/{reading(house, 'kari', 'm-1')}"
    with house.seat("kari", script=False) as first, house.seat("kari", script=False) as second:
        one, two = first.go(path), second.go(path)
        for name in ("Start", "Slutt"):
            one.get_by_label(f"{name}, dag").fill("2027-03-01")
            two.get_by_label(f"{name}, dag").fill("2027-03-02")
        one.get_by_label("Påminnelse").select_option("60")
        one.get_by_label("Vis som").select_option("Ledig")
        one.get_by_label("Privat").check()
        one.get_by_label("Gjentas", exact=True).select_option("Ukentlig")
        one.get_by_label("Slutter").select_option("Etter et antall ganger")
        one.get_by_label("Antall ganger").fill("6")
        save(one)
        saved(one)
        save(two)

        said = {
            "Tidspunkt": ("mandag 1. mars 2027 kl.", "tirsdag 2. mars 2027 kl."),
            "Påminnelse": ("1 time før", "Ingen"),
            "Vis som": ("Ledig", "Opptatt"),
            "Privat": ("Ja", "Nei"),
            "Gjentakelse": ("hver uke, 6 ganger", "(ingenting)"),
        }
        for thing, (theirs, mine) in said.items():
            group = two.get_by_role("group", name=thing)
            expect(group.locator(".choice", has_text="imens")).to_contain_text(theirs)
            expect(group.locator(".choice", has_text="Slik jeg har det")).to_contain_text(mine)
        two.get_by_role("button", name="Fortsett og lagre").click()
        saved(two)

    text = house.find("kari", "m-1")
    assert "20270302T" in text
    assert {"TRANSP:TRANSPARENT", "CLASS:PRIVATE", "TRIGGER:-PT60M"} <= set(text.splitlines())
    assert "RRULE:FREQ=WEEKLY;COUNT=6" in text


def test_what_only_one_of_them_changed_is_chosen_beforehand(house: House) -> None:
    """A task that is due on a day: the second window changed its title alone, so the other's day and rule stand."""
    path = house.put("kari", task("t-1", "kari", ()), slug="tasks")
    page_at = f"/oppgave/{reading(house, 'kari', 't-1')}"
    with house.seat("kari", script=False) as first, house.seat("kari", script=False) as second:
        one, two = first.go(page_at), second.go(page_at)
        two.get_by_label("Tittel").fill("Mitt navn")
        one.get_by_label("Frist, dag").fill("2027-03-01")
        one.get_by_label("Gjentas", exact=True).select_option("Månedlig")
        save(one)
        saved(one)
        save(two)
        for thing in ("Tidspunkt", "Gjentakelse"):
            expect(two.get_by_role("group", name=thing).get_by_label("imens")).to_be_checked()
        two.get_by_role("button", name="Fortsett og lagre").click()
        saved(two)

    lines = set(house.get("kari", path).splitlines())
    assert {"SUMMARY:Mitt navn", "DUE;VALUE=DATE:20270301", "RRULE:FREQ=MONTHLY"} <= lines


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
