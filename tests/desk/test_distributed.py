# SPDX-License-Identifier: GPL-3.0-or-later
"""«Distribuerte oppgaver»: D-01 … D-06."""

from playwright.sync_api import expect

from ical.answers import COMPLETED, IN_PROCESS
from tests.desk.house import House, ahead, event, task
from tests.desk.mailing import Post, mailing, post, until
from tests.desk.test_recipients import do, reading_of, row

__all__ = ["mailing", "post"]


def three(house: House) -> None:
    """Let kari hand out three tasks, of which the second is the seed's."""
    for number, title in enumerate(("Rive vegg", "Legge gipsplate", "Male tak"), 1):
        text = task(f"t-{number}", "kari", ("ola", "per", "nina"), f"SUMMARY:{title}", due=ahead(number))
        house.put("kari", text, slug="tasks")


def test_the_list_is_left_and_the_task_comes_right(house: House) -> None:
    """D-01 … D-04, D-06: by the button, the row, the tab and its button; what is done, of whoever did it, live."""
    three(house)
    do(house, "ola", "t-2", IN_PROCESS, percent=60)
    do(house, "per", "t-2", "DECLINED")
    do(house, "nina", "t-2", "look")
    with house.seat("kari") as seat:
        page = seat.go("/kalender")
        page.get_by_role("link", name="Distribuerte oppgaver").click()
        rows = page.locator("ol.tasks a")
        assert rows.locator(".title").all_inner_texts() == ["Rive vegg", "Legge gipsplate", "Male tak"]
        expect(rows.nth(1)).to_contain_text("30 %")
        expect(rows.nth(1)).to_contain_text("1 godkjent, ✖1 underkjent, 1 sett, ikke besvart, –0 har ikke sett den")
        seat.check()
        rows.nth(1).click()
        picture = page.get_by_role("article")
        expect(picture.get_by_role("heading", name="Legge gipsplate", level=1)).to_be_visible()
        left, right = page.locator("section.list").bounding_box(), picture.bounding_box()
        assert left is not None
        assert right is not None
        assert left["x"] + left["width"] <= right["x"]
        page.get_by_role("link", name="Distribusjoner").click()
        expect(page.get_by_text("Ola Berg")).to_have_count(1)  # in the filter
        page.get_by_role("button", name="Vis distribusjoner").click()
        expect(row(page, "Ola Berg")).to_contain_text("60 %")
        seat.check()

        do(house, "ola", "t-2", IN_PROCESS, percent=80)

        expect(row(page, "Ola Berg")).to_contain_text("80 %", timeout=15_000)
        expect(rows.nth(1)).to_contain_text("40 %", timeout=15_000)
        expect(row(page, "Nina Lund")).not_to_contain_text("%")


def test_on_a_phone_the_task_covers_the_list_and_leads_back(house: House) -> None:
    three(house)
    with house.seat("kari", screen="phone", scheme="dark") as seat:
        page = seat.go("/distribuert")
        page.get_by_role("link", name="Male tak").click()
        expect(page.locator("section.list")).to_be_hidden()
        page.get_by_role("link", name="Distribusjoner").click()
        page.get_by_role("button", name="Vis distribusjoner").click()
        expect(row(page, "Ola Berg")).to_contain_text("har ikke sett oppgaven")
        seat.check()
        page.get_by_role("link", name="Tilbake til listen").click()
        expect(page.get_by_role("link", name="Rive vegg")).to_be_visible()


def test_only_what_one_has_handed_out_is_there(house: House) -> None:
    """D-05."""
    three(house)
    house.put("ola", task("t-9", "ola", ("kari",), "SUMMARY:Olas"), slug="tasks")
    house.put("kari", task("own", "kari", (), "SUMMARY:Egen"), slug="tasks")
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("kari") as seat:
        page = seat.go("/distribuert")
        expect(page.locator("ol.tasks a")).to_have_count(3)
        assert page.request.get(f"{seat.origin}/distribuert/{reading_of(house, 'kari', 't-9')}").status == 404


def test_what_is_completed_lies_apart_and_one_persons_alone(house: House) -> None:
    three(house)
    house.put("kari", task("t-4", "kari", ("ola",), "SUMMARY:Bare Ola"), slug="tasks")
    do(house, "ola", "t-4", COMPLETED)
    with house.seat("kari") as seat:
        page = seat.go("/distribuert")
        expect(page.get_by_role("link", name="Bare Ola")).to_have_count(0)
        page.get_by_role("link", name="Fullførte").click()
        expect(page.locator("ol.tasks a")).to_have_count(1)
        page.get_by_label("Mottaker").select_option("Nina Lund")
        page.get_by_role("button", name="Vis", exact=True).click()
        expect(page.get_by_text("Ingenting du har distribuert, er fullført.")).to_be_visible()
        page.get_by_role("link", name="Aktive").click()
        expect(page.locator("ol.tasks a")).to_have_count(3)
        seat.check()


def test_a_long_list_has_pages_and_is_open_where_the_task_is(house: House) -> None:
    """D-02, D-03."""
    for number in range(52):
        house.put(
            "kari",
            task(f"t-{number}", "kari", ("ola",), f"SUMMARY:Nummer {number}", due=ahead(number + 1)),
            slug="tasks",
        )
    with house.seat("kari") as seat:
        page = seat.go("/distribuert")
        expect(page.locator("ol.tasks a")).to_have_count(50)
        page.get_by_role("link", name="Senere").click()
        expect(page.locator("ol.tasks .title")).to_have_text(["Nummer 50", "Nummer 51"])
        seat.check()
        page.get_by_role("link", name="Nummer 51").click()
        expect(page.get_by_role("heading", name="Nummer 51")).to_be_visible()
        expect(page.locator("ol.tasks .title")).to_have_text(["Nummer 50", "Nummer 51"])
        seat.go(f"/distribuert/{reading_of(house, 'kari', 't-50')}")
        expect(page.locator("ol.tasks [aria-current] .title")).to_have_text("Nummer 50")
        page.get_by_role("link", name="Tidligere").click()
        expect(page.locator("ol.tasks a")).to_have_count(50)


def test_what_is_missing_of_a_contact_takes_two_lines_beside_the_list(mailing: House, post: tuple[Post, int]) -> None:
    mailing.put("kari", task("t-1", "kari", ("ola", "berit@kunde.example")), slug="tasks")
    with mailing.seat("kari") as seat:
        page = seat.go(f"/distribuert/{reading_of(mailing, 'kari', 't-1')}?fane=distribusjoner&vis=1")
        until(page, lambda: len(post[0].mails) == 1)
        page.reload()
        missing = row(page, "Berit Kunde").locator(".missing")
        expect(missing).to_contain_text("svar ikke mottatt · e-post sendt")
        box, line = missing.bounding_box(), missing.locator("span").first.bounding_box()
        assert box is not None
        assert line is not None
        assert box["height"] < 2.5 * line["height"]
        seat.check()
