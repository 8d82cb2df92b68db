# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody answers on the page of something that is another by now, or is off: they read how it is, and keep words."""

import pytest
from playwright.sync_api import expect

from tests.desk.filling import saved
from tests.desk.house import House, ahead, event
from tests.desk.test_items import reading


@pytest.mark.parametrize("script", [True, False])
def test_what_was_moved_meanwhile_is_shown_and_ones_words_stay(house: House, script: bool) -> None:
    """A10, P-06: Ola declines the new time with the words that he had for the old one; nothing is said of a fault."""
    path = house.put("kari", event("m-1", "kari", ("ola",), start=ahead(7, 9)))
    with house.seat("ola", script=script) as seat:
        page = seat.go(f"/avtale/{reading(house, 'ola', 'm-1')}")
        page.get_by_label("Melding ved underkjenning").fill("Da er jeg hos kunde.")
        status, _ = house.dav("kari", "PUT", path, event("m-1", "kari", ("ola",), start=ahead(8, 9)).encode())
        assert status == 204
        page.get_by_role("button", name="Underkjenn").click()

        expect(page.get_by_role("alert")).to_contain_text("Den ble endret imens")
        assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-1")
        assert page.get_by_label("Melding ved underkjenning").input_value() == "Da er jeg hos kunde."
        page.get_by_role("button", name="Underkjenn").click()
        saved(page)
    assert "PARTSTAT=DECLINED" in house.find("kari", "m-1")
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}/invitasjoner?vis=1")
        expect(page.get_by_role("row", name="Ola Berg")).to_contain_text("Da er jeg hos kunde.")


@pytest.mark.parametrize("place", ["/avtale/{}", "/invitasjoner"])
def test_what_was_withdrawn_meanwhile_cannot_be_answered_and_that_is_said(house: House, place: str) -> None:
    """A22: Kari takes Ola out while he has it before him."""
    path = house.put("kari", event("m-1", "kari", ("ola", "per")))
    with house.seat("ola", script=False) as seat:
        page = seat.go(place.format(reading(house, "ola", "m-1")))
        assert house.dav("kari", "PUT", path, event("m-1", "kari", ("per",)).encode())[0] == 204
        page.get_by_role("button", name="Godkjenn").click()

        expect(page.get_by_role("alert")).to_contain_text("Det er ikke noe å svare på lenger")
        expect(page.get_by_role("button", name="Godkjenn")).to_have_count(0)
    assert "ola@" not in house.find("kari", "m-1")
