# SPDX-License-Identifier: GPL-3.0-or-later
"""The right words: what was accepted lies where, why answers are asked for again, and what a maybe is."""

from playwright.sync_api import expect

from tests.desk.filling import save, saved, tab, to_the_step
from tests.desk.house import House, ahead, event, task
from tests.desk.test_items import reading
from tests.desk.test_recipients import column, do, row


def test_a_task_is_accepted_into_ones_tasks_and_its_due_date_asks_anew(house: House) -> None:
    """P-05, P-09, A10: in the list without a script, and in the step of saving."""
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("ola", script=False) as seat:
        page = seat.go("/invitasjoner")
        page.get_by_role("button", name="Godkjenn").click()
        expect(page.get_by_role("status")).to_contain_text("Godkjent. Lagt i oppgavene.")
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "t-1", "tasks")
    with house.seat("kari") as seat:
        page = seat.go(f"/oppgave/{reading(house, 'kari', 't-1')}")
        page.get_by_label("Frist, dag").fill(f"{ahead(20):%Y-%m-%d}")
        to_the_step(page)
        expect(page.get_by_text("Svar nullstilles for 1 deltaker fordi start eller frist er endret.")).to_be_visible()
        save(page)
        saved(page)
    assert "PARTSTAT=NEEDS-ACTION" in house.find("ola", "t-1", "tasks")


def test_a_maybe_is_told_as_one_and_has_no_tick(house: House) -> None:
    """Product, 5.7: a program says TENTATIVE; the sender reads «Kanskje»."""
    house.put("kari", event("m-1", "kari", ("ola", "per")))
    do(house, "ola", "m-1", "TENTATIVE")
    do(house, "per", "m-1", "ACCEPTED")
    with house.seat("kari", screen="narrow", scheme="dark") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}/invitasjoner?vis=1")
        expect(column(page, "Per Dahl", 0)).to_contain_text("✔")
        expect(column(page, "Ola Berg", 0)).to_contain_text("Kanskje")
        expect(row(page, "Ola Berg")).not_to_contain_text("✔")
        expect(row(page, "Ola Berg")).not_to_contain_text("Godkjent")
        seat.check()
    assert "PARTSTAT=TENTATIVE" in house.find("kari", "m-1")


def test_what_was_filled_in_of_a_contact_that_is_none_stays(house: House) -> None:
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny")
        tab(page, "Deltakere")
        page.get_by_text("Ny kontakt").click()
        page.get_by_label("Navn").fill("Turid Tømrer")
        page.get_by_label("E-post").fill("turid at kunde")
        page.get_by_label("Firma").fill("Tre AS")
        page.get_by_role("button", name="Legg til kontakten").click()
        expect(page.get_by_role("alert")).to_contain_text("En kontakt må ha navn")
        assert page.get_by_label("Navn").input_value() == "Turid Tømrer"
        assert page.get_by_label("Firma").input_value() == "Tre AS"
        seat.check()
        page.get_by_label("E-post").fill("turid@kunde.example")
        page.get_by_role("button", name="Legg til kontakten").click()
        expect(page.locator(".chip", has_text="Turid Tømrer")).to_contain_text("Tre AS")
