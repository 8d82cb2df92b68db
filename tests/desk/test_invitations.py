# SPDX-License-Identifier: GPL-3.0-or-later
"""«Invitasjoner»: answered later with the same effect, filters, series, and what others propose (P-09, A24)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from gateway.services import proposals
from gateway.services.scene import Scene
from tests.desk.house import House, ahead, event, task

OSLO = ZoneInfo("Europe/Oslo")
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=4"


@pytest.mark.parametrize(("script", "screen"), [(True, "narrow"), (False, "desktop")])
def test_what_was_put_off_is_answered_later(house: House, script: bool, screen: str) -> None:
    """P-09, P-04: with the same effect, also without a script; what was declined can be thought better of (A24)."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola", script=script, screen=screen) as seat:
        page = seat.go("/invitasjoner")
        page.get_by_role("button", name="Avbryt").click()
        expect(page.get_by_text("Avbrutt", exact=False).first).to_be_visible()
        page.get_by_role("button", name="Underkjenn").click()
        expect(page.get_by_text("Ingenting venter på svar fra deg.")).to_be_visible()
        assert "PARTSTAT=DECLINED" in house.find("kari", "m-1")

        page.get_by_role("link", name="Vis avslåtte").click()
        page.get_by_role("button", name="Godkjenn").click()
        expect(page.get_by_role("status")).to_contain_text("Lagt i kalenderen")
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "m-1")


def test_series_are_answered_as_a_whole_and_listed_alone(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",), WEEKLY, "SUMMARY:Ukemøte"))
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        expect(page.get_by_role("article")).to_have_count(2)
        page.get_by_role("link", name="Ukemøte").click()
        expect(page.get_by_text("hver uke")).to_be_visible()
        page.go_back()
        page.get_by_role("link", name="Vis repetisjoner").click()
        expect(page.get_by_role("article")).to_have_count(1)
        seat.check()
        page.get_by_role("button", name="Godkjenn alle").click()
        expect(page.get_by_role("status")).to_contain_text("Godkjent")
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "m-1")


@pytest.mark.parametrize("accepted", [True, False])
def test_what_others_propose_is_accepted_or_turned_down(house: House, accepted: bool) -> None:
    start = ahead(7, 9)
    house.put("kari", event("m-1", "kari", ("ola", "per"), start=start))
    with house.database.write() as uow:
        scene = Scene(house.service.settings, datetime.now(UTC))
        later = start + timedelta(hours=3)
        proposals.propose(uow, house.staff["ola"], "m-1", start=later, comment="Passer bedre", scene=scene)
    with house.seat("kari") as seat:
        page = seat.go("/invitasjoner")
        shown = page.get_by_role("article").filter(has_text="Forslag fra Ola Berg")
        expect(shown).to_contain_text("Passer bedre")
        expect(shown).to_contain_text(f"kl. {later.astimezone(OSLO):%H.%M}")
        seat.check()
        page.get_by_role("button", name="Godta forslaget" if accepted else "Avvis").click()
        expect(page.get_by_role("status")).to_contain_text("Forslaget er " + ("godtatt" if accepted else "avvist"))
        expect(shown).to_have_count(0)
    moved = f"DTSTART:{later:%Y%m%dT%H%M%SZ}" in house.find("per", "m-1")
    assert moved is accepted


def test_nobody_settles_what_is_proposed_to_somebody_else(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.database.write() as uow:
        scene = Scene(house.service.settings, datetime.now(UTC))
        proposals.propose(uow, house.staff["ola"], "m-1", start=ahead(8), scene=scene)
    with house.seat("per") as seat:
        page = seat.go("/invitasjoner")
        mark = page.locator("#main").get_attribute("data-mark") or ""
        for number in (1, 99):
            path = f"{seat.origin}/invitasjoner/forslag/{number}"
            assert page.request.post(path, form={"merke": mark, "svar": "godta"}).status == 404
