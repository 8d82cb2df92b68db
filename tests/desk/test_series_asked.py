# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever is asked to a series reads when it takes place next, and how it repeats: not a day that is over."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from playwright.sync_api import Locator, expect

from tests.desk.house import House, ahead, event
from tests.desk.test_items import reading

OSLO = ZoneInfo("Europe/Oslo")


def told(at: datetime) -> str:
    return format_date(at.astimezone(OSLO), "d. MMMM y", locale="nb")


def facts(place: Locator) -> Locator:
    return place.locator("dl.facts")


@pytest.mark.parametrize("off", [False, True])
def test_of_a_series_that_has_begun_the_next_time_is_told(house: House, off: bool) -> None:
    """P-01, P-09: in the pop-up, with what is in the way then; in the list; on its page. What is off is passed over."""
    first = ahead(-8, 9)
    days = [first + timedelta(days=7 * number) for number in range(5)]
    coming = days[3] if off else days[2]
    gone = (f"EXDATE:{days[2]:%Y%m%dT%H%M%SZ}",) if off else ()
    house.put("ola", event("own", "ola", (), "SUMMARY:Tannlege", start=coming + timedelta(minutes=30)))
    house.put("kari", event("m-1", "kari", ("ola",), "RRULE:FREQ=WEEKLY;COUNT=5", *gone, start=first))
    with house.seat("ola") as seat:
        page = seat.go("/kalender")
        shown = page.locator("#popup")
        expect(facts(shown)).to_contain_text("Neste gang", timeout=15_000)
        expect(facts(shown)).to_contain_text(told(coming))
        expect(facts(shown)).to_contain_text("hver uke")
        expect(facts(shown)).to_contain_text("5 ganger")
        expect(shown).to_contain_text("Overlapper «Tannlege»")
        seat.check()
        for place in ("/invitasjoner", f"/avtale/{reading(house, 'ola', 'm-1')}"):
            page = seat.go(place)
            expect(facts(page.get_by_role("article"))).to_contain_text(told(coming))
            expect(page.get_by_role("article")).not_to_contain_text(told(first))
            expect(page.get_by_role("article")).to_contain_text("hver uke")
        page.get_by_role("button", name="Godkjenn").click()
        expect(page.get_by_role("status")).to_contain_text("Lagret.")
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "m-1")


def test_of_one_to_come_the_first_time_is_told_as_when_it_is(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",), "RRULE:FREQ=MONTHLY", start=ahead(7, 9)))
    with house.seat("ola", screen="narrow") as seat:
        shown = seat.go("/kalender").locator("#popup")
        expect(facts(shown)).to_contain_text(told(ahead(7, 9)), timeout=15_000)
        expect(facts(shown)).to_contain_text("hver måned")
        expect(facts(shown)).not_to_contain_text("Neste gang")
        expect(shown).to_contain_text("Du har ikke noe annet den gangen.")
        seat.check()
