# SPDX-License-Identifier: GPL-3.0-or-later
"""«Vis oppgaver»: own tasks and accepted ones, by filter, with their due dates and how far they have come."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.desk.house import House, ahead, task
from tests.desk.test_calendar import own


def titles(page: Page) -> list[str]:
    """Give what is listed."""
    return [text.strip("☐☑ ") for text in page.locator("tbody th").all_inner_texts()]


def mine(house: House, summary: str, *lines: str) -> None:
    """Give Ola a task of his own."""
    house.put("ola", own(summary, f"SUMMARY:{summary}", *lines, kind="VTODO"), slug="tasks")


def test_p05_what_is_accepted_lies_among_ones_tasks_and_what_is_declined_does_not(house: House) -> None:
    house.put("kari", task("t-1", "kari", ("ola", "per")), slug="tasks")
    with house.seat("ola") as ola, house.seat("per") as per, house.seat("kari") as kari:
        assert titles(ola.go("/oppgaver")) == []

        ola.go("/invitasjoner").get_by_role("button", name="Godkjenn").click()
        per.go("/invitasjoner").get_by_role("button", name="Underkjenn").click()

        row = ola.go("/kalender").get_by_role("link", name="Vis oppgaver")
        row.click()
        expect(ola.page.get_by_role("row", name="Legge gipsplate")).to_contain_text("Kari Nordmann")
        assert titles(per.go("/oppgaver?vis=alle")) == []
        assert titles(kari.go("/oppgaver?vis=alle")) == []
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "t-1", "tasks")


def test_filters_tell_what_is_active_completed_and_to_come(house: House) -> None:
    mine(house, "Forfalt", f"DUE;VALUE=DATE:{ahead(-3):%Y%m%d}")
    mine(house, "Snart", f"DUE;VALUE=DATE:{ahead(3):%Y%m%d}", "PERCENT-COMPLETE:40")
    mine(house, "Uten frist")
    mine(house, "Ferdig", "STATUS:COMPLETED", f"DUE;VALUE=DATE:{ahead(1):%Y%m%d}")
    mine(house, "Senere", f"DTSTART;VALUE=DATE:{ahead(9):%Y%m%d}", f"DUE;VALUE=DATE:{ahead(12):%Y%m%d}")
    with house.seat("ola") as seat:
        page = seat.go("/oppgaver")
        assert titles(page) == ["Forfalt", "Snart", "Uten frist"]
        expect(page.get_by_role("row", name="Forfalt")).to_contain_text("forfalt")
        expect(page.get_by_role("row", name="Snart")).to_contain_text("40 %")
        seat.check()

        for name, wanted in (
            ("Fullførte", ["Ferdig"]),
            ("Fremtidige", ["Senere"]),
            ("Alle", ["Forfalt", "Snart", "Senere", "Uten frist", "Ferdig"]),
        ):
            page.get_by_role("link", name=name).click()
            expect(page.locator("[aria-current=true]", has_text=name)).to_be_visible()
            assert titles(page) == wanted


def test_many_tasks_are_several_pages(house: House) -> None:
    for n in range(105):
        mine(house, f"Oppgave {n:03}", f"DUE;VALUE=DATE:{ahead(1) + timedelta(days=n):%Y%m%d}")
    with house.seat("ola", screen="narrow", scheme="dark") as seat:
        page = seat.go("/oppgaver")
        assert len(titles(page)) == 100
        seat.check()

        page.get_by_role("link", name="Senere").click()
        expect(page.locator("tbody th")).to_have_count(5)
        assert titles(page)[-1] == "Oppgave 104"
        assert titles(seat.go("/oppgaver?side=0x&vis=tull"))[0] == "Oppgave 000"
