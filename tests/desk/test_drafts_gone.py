# SPDX-License-Identifier: GPL-3.0-or-later
"""A draft to somebody who is taken out before it was sent is gone: nobody is reminded of what cannot be sent."""

import re

import pytest
from playwright.sync_api import expect

from tests.desk.filling import add_colleague, save, saved, tab, to_the_step
from tests.desk.house import House, ahead
from tests.desk.test_drafts import waiting, written
from tests.desk.test_items import only, reading


@pytest.mark.parametrize("colleague", [False, True])
def test_who_is_taken_out_on_the_page_needs_no_mail(house: House, colleague: bool) -> None:
    """S-08: Berit was never told; the draft to Turid stays, with the words that Kari wrote."""
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        if colleague:
            add_colleague(page, "Ola Berg")
        tab(page, "Deltakere")
        page.get_by_text("Ny kontakt").click()
        page.get_by_label("Navn").fill("Turid Tre")
        page.get_by_label("E-post").fill("turid@tre.example")
        page.get_by_role("button", name="Legg til kontakten").click()
        expect(page.locator(".chip", has_text="Turid Tre")).to_be_visible()
        tab(page, "Generelt")
        written(page, "Berit Kunde")
        assert len(waiting(house)) == 2
        page = seat.go(f"/avtale/{reading(house, 'kari', _uid(house))}")
        tab(page, "Deltakere")
        page.get_by_role("button", name="Fjern Berit Kunde").click()
        expect(page.locator(".chip", has_text="Berit Kunde")).to_have_count(0)
        to_the_step(page)
        save(page)
        saved(page)
        expect(page.get_by_role("link", name="Du har 1 usendt møtebekreftelse")).to_be_visible()
        seat.check()
    assert [one.address for one in waiting(house)] == ["mailto:turid@tre.example"]
    assert "berit@" not in only(house, "kari", "Prosjektmøte")


def test_who_is_taken_out_in_a_program_needs_none_either(house: House) -> None:
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        add_colleague(page, "Ola Berg")
        tab(page, "Generelt")
        written(page, "Berit Kunde")
        text = only(house, "kari", "Prosjektmøte")
        without = re.sub(r"\nATTENDEE[^\n]*berit@kunde.example", "", text).replace("\n", "\r\n") + "\r\n"
        assert house.dav("kari", "PUT", house.place("kari", _uid(house)), without.encode())[0] == 204
        page = seat.go("/utkast")
        expect(page.get_by_text("Alt er sendt.")).to_be_visible()
        expect(page.get_by_text("usendt")).to_have_count(0)
    assert waiting(house) == []
    assert "Prosjektmøte" in only(house, "ola", "Prosjektmøte")


def _uid(house: House) -> str:
    found = re.search(r"\nUID:(\S+)", only(house, "kari", "Prosjektmøte"))
    assert found is not None
    return found[1]
