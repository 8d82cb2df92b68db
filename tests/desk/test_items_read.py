# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody invited reads on the page of an appointment: when it is here and there, and what others answered."""

from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from gateway.services.people import add_person
from tests.desk.filling import saved
from tests.desk.house import HASH, House, ahead, event
from tests.desk.test_items import reading

NEW_YORK, OSLO = ZoneInfo("America/New_York"), ZoneInfo("Europe/Oslo")


def hire(house: House, login: str, name: str, timezone: str) -> None:
    with house.database.write() as uow:
        mailboxes = [f"{login}@byggbo.example"]
        house.staff[login] = add_person(
            uow, login=login, name=name, emails=mailboxes, password_hash=HASH, timezone=timezone
        )


def clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H.%M}"


def test_times_are_told_by_ones_own_clocks_and_by_the_senders_where_they_differ(house: House) -> None:
    """Issue 6: Liv sits in New York, Kari and Ola in Oslo."""
    hire(house, "liv", "Liv Lie", "America/New_York")
    start = ahead(7, 14)
    house.put("kari", event("m-1", "kari", ("liv", "ola"), start=start))
    with house.seat("liv", screen="narrow", script=False) as seat:
        when = seat.go(f"/avtale/{reading(house, 'liv', 'm-1')}").locator(".time")
        expect(when).to_contain_text(clock(start, NEW_YORK))
        expect(when.locator("small")).to_contain_text(clock(start, OSLO))
        expect(when.locator("small")).to_contain_text("Oslo")
    with house.seat("ola", script=False) as seat:
        when = seat.go(f"/avtale/{reading(house, 'ola', 'm-1')}").locator(".time")
        expect(when).to_contain_text(clock(start, OSLO))
        expect(when.locator("small")).to_have_count(0)

    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in house.find("liv", "m-1")


def test_what_the_others_answered_is_shown_and_not_what_they_have_seen(house: House) -> None:
    """A18: Per declines in his browser with a reason; Ola reads that he declined, and nothing else of him."""
    house.put("kari", event("m-1", "kari", ("ola", "per", "nina")))
    with house.seat("per", script=False) as seat:
        page = seat.go(f"/avtale/{reading(house, 'per', 'm-1')}")
        page.get_by_label("Melding ved underkjenning").fill("Er på kurs")
        page.get_by_role("button", name="Underkjenn").click()
        saved(page)
        expect(page.get_by_role("status")).to_contain_text("Underkjent.")
    with house.seat("ola", screen="phone", scheme="dark") as seat:
        page = seat.go(f"/avtale/{reading(house, 'ola', 'm-1')}")
        page.keyboard.press("Escape")
        others = page.locator("ul.others")
        expect(others.get_by_role("listitem").filter(has_text="Per Dahl")).to_contain_text("Underkjent")
        expect(others.get_by_role("listitem").filter(has_text="Nina Lund")).to_have_text("Nina Lund")
        expect(page.locator("#main")).not_to_contain_text("kurs")
        expect(page.locator("#main")).not_to_contain_text("sett avtalen")
        page.locator("#main").get_by_role("button", name="Godkjenn").click()
        expect(page.locator("#main").get_by_role("status")).to_contain_text("Godkjent. Lagt i kalenderen.")
        seat.check()

    theirs = house.find("nina", "m-1")
    assert "PARTSTAT=DECLINED" in theirs
    assert "PARTSTAT=ACCEPTED" in theirs


def test_what_changed_before_it_was_deleted_is_not_said_to_be_saved(house: House) -> None:
    """A22, A23: Kari moves it while Ola is asked whether to delete it: it stays, and he is told why."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola", script=False) as seat:
        page = seat.go(f"/avtale/{reading(house, 'ola', 'm-1')}/slett")
        house.put(
            "kari", event("m-1", "kari", ("ola",), start=ahead(9)), name=house.place("kari", "m-1").rpartition("/")[2]
        )
        page.get_by_role("button", name="Slett").click()
        expect(page.get_by_role("alert")).to_contain_text("Den ble endret imens.")
        expect(page.get_by_text("Lagret.")).to_have_count(0)

    assert "PARTSTAT=NEEDS-ACTION" in house.find("ola", "m-1")
