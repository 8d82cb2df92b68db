# SPDX-License-Identifier: GPL-3.0-or-later
"""Colleagues beside each other: when they are busy, and never what with."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from gateway.services.people import add_person
from tests.desk.house import HASH, House, event
from tests.desk.test_calendar import at, day, lasting, own

TUESDAY = "/kalender?v=gruppe&d=2031-03-25"


def test_of_others_one_sees_that_they_are_busy_and_nothing_else(house: House) -> None:
    house.put("ola", lasting("a", at(1, 9), 60, "Min egen"))
    house.put(
        "per",
        lasting("b", at(1, 9), 90, "Hemmelig lege").replace("SUMMARY", "CLASS:PRIVATE\r\nLOCATION:Skjult\r\nSUMMARY"),
    )
    house.put("per", own("c", "DTSTART;VALUE=DATE:20310325", "SUMMARY:Skjult reise"))
    house.put("nina", lasting("d", at(1, 9), 60, "Ledig").replace("SUMMARY", "TRANSP:TRANSPARENT\r\nSUMMARY"))
    house.put("kari", event("m-1", "kari", ("nina",), "SUMMARY:Skjult møte", start=at(1, 13)))
    with house.seat("ola") as seat:
        page = seat.go(TUESDAY)

        expect(day(page, "Ola Berg").locator(".thing")).to_contain_text("09.00–10.00 Min egen")
        expect(day(page, "Per Dahl").locator(".times .thing")).to_have_count(0)
        expect(day(page, "Per Dahl").locator(".bars .thing")).to_contain_text("Opptatt")
        expect(day(page, "Nina Lund").locator(".thing")).to_have_text("13.00–14.00 Kanskje opptatt")
        expect(day(page, "Kari Nordmann").locator(".thing")).to_have_text("13.00–14.00 Opptatt")
        for hidden in ("Hemmelig", "Skjult", "Ledig"):
            assert hidden not in page.content()
        seat.check()


def test_in_a_large_company_one_chooses_whom_to_see(house: House) -> None:
    with house.database.write() as uow:
        for n in range(8):
            add_person(uow, login=f"p{n}", name=f"Pål {n} Hansen", emails=[f"p{n}@byggbo.example"], password_hash=HASH)
    house.put("per", lasting("b", at(1, 9), 90, "Hemmelig"))
    with house.seat("ola", script=False) as seat:
        page = seat.go(TUESDAY)
        expect(page.get_by_role("region", name="Per Dahl")).to_have_count(0)

        page.get_by_label("Kollega").fill("per dahl")
        page.get_by_role("button", name="Legg til").click()
        expect(day(page, "Per Dahl").locator(".thing")).to_have_text("09.00–10.30 Opptatt")

        page.get_by_label("Kollega").fill("hansen")
        page.get_by_role("button", name="Legg til").click()
        expect(page.get_by_role("alert")).to_contain_text("Flere kolleger heter det")
        page.get_by_role("link", name="Pål 3 Hansen").click()
        page.get_by_role("link", name="Senere").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["Ola Berg", "Per Dahl", "Pål 3 Hansen"])

        page.get_by_role("link", name="Ta bort Per Dahl").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["Ola Berg", "Pål 3 Hansen"])
        page.get_by_label("Kollega").fill("finnes ikke")
        page.get_by_role("button", name="Legg til").click()
        expect(page.get_by_role("alert")).to_have_text("Ingen her heter det.")
        seat.page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_time_it_is_is_seen_in_everybodys_column(house: House) -> None:
    today = datetime.now(ZoneInfo("Europe/Oslo")).replace(hour=0, minute=5, second=0, microsecond=0)
    house.put("ola", lasting("whole", today.astimezone(UTC), 23 * 60 + 50, "Hele døgnet"))
    with house.seat("ola") as seat:
        page = seat.go("/kalender?v=gruppe")

        for name in ("Ola Berg", "Per Dahl", "Nina Lund", "Kari Nordmann"):
            expect(day(page, name).locator(".now")).to_have_count(1)
