# SPDX-License-Identifier: GPL-3.0-or-later
"""Enter in a field answers nothing and sends nothing, where a form has more than one answer; no script is needed."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from gateway.services import proposals
from gateway.services.scene import Scene
from gateway.store import outbox
from tests.desk.filling import saved
from tests.desk.house import House, ahead, event, task
from tests.desk.mailing import mailing, post
from tests.desk.test_drafts import waiting, written
from tests.desk.test_items import reading

__all__ = ["mailing", "post"]


def press(page: Page, label: str, words: str) -> None:
    """Fill in a field, and press Enter in it: whatever that does is done when a page is there again."""
    page.get_by_label(label).fill(words)
    page.get_by_label(label).press("Enter")
    page.reload()


@pytest.mark.parametrize("script", [True, False])
def test_a_reason_to_decline_accepts_nothing(house: House, script: bool) -> None:
    """P-06: on the page of the appointment, and in the list."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola", script=script) as seat:
        for place in (f"/avtale/{reading(house, 'ola', 'm-1')}", "/invitasjoner"):
            press(seat.go(place), "Melding ved underkjenning", "Nei, da er jeg borte.")
            assert "PARTSTAT=NEEDS-ACTION" in house.find("kari", "m-1")
            seat.check() if script else None

        page = seat.page
        page.get_by_label("Melding ved underkjenning").fill("Nei, da er jeg borte.")
        page.get_by_role("button", name="Underkjenn").click()
        expect(page.get_by_role("status").first).to_contain_text("Underkjent")
    assert "PARTSTAT=DECLINED" in house.find("kari", "m-1")


def test_words_to_turn_a_proposal_down_do_not_accept_it(house: House) -> None:
    start = ahead(7, 9)
    house.put("kari", event("m-1", "kari", ("ola",), start=start))
    with house.database.write() as uow:
        scene = Scene(house.service.settings, datetime.now(UTC))
        proposals.propose(uow, house.staff["ola"], "m-1", start=start + timedelta(hours=3), scene=scene)
    with house.seat("kari", script=False) as seat:
        page = seat.go("/invitasjoner")
        press(page, "Melding hvis du avviser", "Nei, det passer dårlig.")
        expect(page.get_by_role("button", name="Godta forslaget")).to_be_visible()
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in house.find("ola", "m-1")


def test_a_draft_is_not_sent_by_it(mailing: House) -> None:
    """S-08: nothing leaves before its sender sends it."""
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        written(page, "Berit Kunde")
        for label in ("Emne", "Kopi"):
            press(page, label, "kari@byggbo.example")
        expect(page.get_by_role("heading", name="Møtebekreftelse – utkast")).to_be_visible()
        seat.check()
    assert [one.address for one in waiting(mailing)] == ["mailto:berit@kunde.example"]
    with mailing.database.read() as uow:
        assert not any(outbox.counts(uow).values())


def test_how_much_is_done_is_saved_by_it_and_a_reason_is_not(house: House) -> None:
    """D-06: the number has a form of its own, with one thing to do."""
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("ola") as seat:
        page = seat.go(f"/oppgave/{reading(house, 'ola', 't-1')}")
        page.get_by_role("button", name="Godkjenn").click()
        saved(page)
        press(page, "Melding ved underkjenning", "Rekker det ikke.")
        assert "PARTSTAT=ACCEPTED" in house.find("kari", "t-1", "tasks")
        page.get_by_role("spinbutton", name="Utført").fill("40")
        page.get_by_role("spinbutton", name="Utført").press("Enter")
        saved(page)
        seat.check()
    assert "X-DISTRIB-PERCENT=40" in house.find("kari", "t-1", "tasks")
