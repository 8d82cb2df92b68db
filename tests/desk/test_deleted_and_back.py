# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody deletes counts as declined (A23), and lies under «Vis avslåtte» as all that is declined does (A24)."""

import re

import pytest
from playwright.sync_api import expect

from tests.desk.filling import saved
from tests.desk.house import House, event, task
from tests.desk.test_items import reading


@pytest.mark.parametrize("by_program", [True, False])
def test_what_was_deleted_is_accepted_after_all(house: House, by_program: bool) -> None:
    """A23, A24, V-01, V-02: Ola accepts, deletes, and thinks better of it; his program has it again, where it lay."""
    house.put("kari", event("m-1", "kari", ("ola", "per")))
    place = house.place("ola", "m-1")
    with house.seat("ola", screen="narrow") as seat:
        page = seat.go(f"/avtale/{reading(house, 'ola', 'm-1')}")
        page.get_by_role("button", name="Godkjenn").click()
        saved(page)
        if by_program:
            assert house.dav("ola", "DELETE", place)[0] == 204
        else:
            page.get_by_role("link", name="Slett").click()
            page.get_by_role("button", name="Slett").click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("Uke")
        assert "PARTSTAT=DECLINED" in house.find("kari", "m-1")
        assert house.dav("ola", "GET", place)[0] == 404
        token = _synced(house, "")[0]

        page = seat.go("/invitasjoner")
        page.get_by_role("link", name="Vis avslåtte").click()
        card = page.get_by_role("article")
        expect(card).to_contain_text("Underkjent ved sletting")
        expect(card.get_by_role("link")).to_have_count(0)
        seat.check()
        card.get_by_role("button", name="Godkjenn").click()
        expect(page.get_by_role("status")).to_contain_text("Godkjent. Lagt i kalenderen.")
        expect(seat.go("/invitasjoner?vis=avslatte").get_by_role("article")).to_have_count(0)

    assert "PARTSTAT=ACCEPTED" in house.get("ola", place)
    assert place in _synced(house, token)[1]
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}/invitasjoner?vis=1")
        expect(page.get_by_role("row", name="Ola Berg").locator("td").nth(0)).to_contain_text("Godkjent")


def test_what_was_moved_meanwhile_comes_back_as_it_is_now(house: House) -> None:
    """A task is deleted, and its title changed after that; whoever is taken out of it has it there no more."""
    path = house.put("kari", task("t-1", "kari", ("ola", "per")), slug="tasks")
    for login in ("ola", "per"):
        assert house.dav(login, "DELETE", house.place(login, "t-1", "tasks"))[0] == 204
    renamed = task("t-1", "kari", ("ola",), "SUMMARY:Legge to lag gips")
    assert house.dav("kari", "PUT", path, renamed.encode())[0] == 204
    with house.seat("ola", script=False) as seat:
        page = seat.go("/invitasjoner?vis=avslatte")
        page.get_by_role("article").filter(has_text="Legge to lag gips").get_by_role("button", name="Godkjenn").click()
        expect(page.get_by_role("status")).to_contain_text("Godkjent. Lagt i oppgavene.")
        expect(seat.go("/oppgaver").get_by_role("link", name="Legge to lag gips")).to_be_visible()
    with house.seat("per", script=False) as seat:
        expect(seat.go("/invitasjoner?vis=avslatte").get_by_role("article")).to_have_count(0)
    assert "SUMMARY:Legge to lag gips" in house.find("ola", "t-1", "tasks")
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "t-1", "tasks")


def _synced(house: House, token: str) -> tuple[str, str]:
    """Give the next token of Ola's program, and what it is told since *token*."""
    asked = (
        f'<D:sync-collection xmlns:D="DAV:"><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>'
        "<D:prop><D:getetag/></D:prop></D:sync-collection>"
    )
    status, body = house.dav("ola", "REPORT", "/dav/ola/calendar/", asked.encode())
    assert status == 207
    found = re.search(r"sync-token>([^<]+)<", body.decode())
    assert found is not None
    return found[1], body.decode()
