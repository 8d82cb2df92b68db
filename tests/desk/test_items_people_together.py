# SPDX-License-Identifier: GPL-3.0-or-later
"""Two windows change who is in the same appointment: nobody whom either of them added is lost."""

from playwright.sync_api import expect

from tests.desk.filling import add_colleague, save, saved, tab, to_the_step
from tests.desk.house import House, event
from tests.desk.test_items import reading


def test_whom_both_added_is_asked_and_whom_either_took_out_is_not(house: House) -> None:
    """The first adds Nina and takes Ola out, the second adds Per: Nina and Per are asked, and Ola is told."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    path = f"/avtale/{reading(house, 'kari', 'm-1')}"
    with house.seat("kari") as first, house.seat("kari", screen="narrow") as second:
        one, two = first.go(path), second.go(path)
        add_colleague(two, "Per Dahl")
        add_colleague(one, "Nina Lund")
        tab(one, "Deltakere")
        one.get_by_role("button", name="Fjern Ola Berg").click()
        expect(one.locator(".chip", has_text="Ola Berg")).to_have_count(0)
        to_the_step(one)
        save(one)
        saved(one)

        save(two)
        people = two.get_by_role("group", name="Deltakere")
        expect(people.locator(".choice", has_text="Slik det ble lagret imens")).to_contain_text("Nina Lund")
        mine = people.locator(".choice", has_text="Slik jeg har det")
        expect(mine).to_contain_text("Nina Lund, Per Dahl")
        expect(mine.get_by_role("radio")).to_be_checked()
        second.check()
        two.get_by_role("button", name="Fortsett og lagre").click()
        save(two)
        saved(two)

    for login in ("nina", "per"):
        assert "PARTSTAT=NEEDS-ACTION" in house.find(login, "m-1")
    assert "ola@" not in house.find("kari", "m-1")
