# SPDX-License-Identifier: GPL-3.0-or-later
"""«Invitasjoner» follows what happens, tells of what was withdrawn, and what is read there was seen (A3, A15, A22)."""

import re

import pytest
from playwright.sync_api import expect

from tests.desk.house import House, event, task
from tests.desk.test_popup import popup
from tests.desk.test_recipients import column, do, reading_of, row

LATE = 15_000


@pytest.mark.parametrize(("room", "scheme"), [("/invitasjoner", "light"), ("", "dark")])
def test_what_is_read_on_a_page_was_seen(house: House, room: str, scheme: str) -> None:
    """A3, A12, V-05, V-10: in the list or on its own page, as in the pop-up; not by a program that fetches it."""
    house.put("kari", event("m-1", "kari", ("ola", "per")))
    assert "PARTSTAT=NEEDS-ACTION" in house.find("ola", "m-1")
    with house.seat("kari") as kari, house.seat("ola", scheme=scheme) as ola:
        page = kari.go(f"/avtale/{reading_of(house, 'kari', 'm-1')}/invitasjoner?vis=1")
        expect(row(page, "Ola Berg")).to_contain_text("har ikke sett avtalen")

        ola.go(room or f"/avtale/{reading_of(house, 'ola', 'm-1')}")

        expect(column(page, "Ola Berg", 2)).to_contain_text("Sett", timeout=LATE)
        expect(column(page, "Ola Berg", 2)).to_contain_text("svar mangler")
        expect(row(page, "Per Dahl")).to_contain_text("har ikke sett avtalen")
        assert ola.faults == []
    said = house.find("kari", "m-1")
    assert said.count("X-DISTRIB-SEEN=") == 1
    assert "X-DISTRIB-SEEN" not in house.find("per", "m-1")


def test_what_was_put_off_stays_unseen_however_often_it_is_looked_at(house: House) -> None:
    """A3, V-03, P-07: the polite way out."""
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    do(house, "ola", "t-1", "defer")
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        expect(page.get_by_role("article")).to_contain_text("Avbrutt")
        assert page.locator("[data-seen]").count() == 0
        with page.expect_response(re.compile("/vist")):
            seat.go(f"/oppgave/{reading_of(house, 'ola', 't-1')}")
    with house.seat("kari") as seat:
        page = seat.go(f"/oppgave/{reading_of(house, 'kari', 't-1')}/distribusjon?vis=1")
        expect(column(page, "Ola Berg", 2)).to_contain_text("har ikke sett oppgaven")


def test_what_is_withdrawn_leaves_the_list_with_a_line(house: House) -> None:
    """A22: called off as a whole, withdrawn from one, and a day of a series; what is being written stays."""
    house.put("kari", event("m-1", "kari", ("ola", "per"), "SUMMARY:Avlyses"))
    house.put("kari", task("t-1", "kari", ("ola", "per"), "SUMMARY:Trekkes"), slug="tasks")
    house.put("kari", event("m-2", "kari", ("ola", "per"), "SUMMARY:Består"))
    do(house, "ola", "t-1", "defer")
    with house.seat("ola", screen="narrow") as seat, house.seat("kari") as kari:
        page = seat.go("/invitasjoner")
        expect(page.get_by_role("article")).to_have_count(3)
        last = page.get_by_role("article").filter(has_text="Består")
        last.get_by_label("Melding ved underkjenning").fill("Jeg skriv")

        assert house.dav("kari", "DELETE", house.place("kari", "m-1"))[0] == 204
        expect(page.get_by_text("Kari Nordmann har trukket tilbake «Avlyses».")).to_be_visible(timeout=LATE)
        theirs = kari.go(f"/oppgave/{reading_of(house, 'kari', 't-1')}/distribusjon?vis=1")
        row(theirs, "Ola Berg").get_by_role("checkbox").check()
        theirs.get_by_text("Trekk tilbake", exact=True).click()
        theirs.get_by_role("button", name="Trekk tilbake fra de valgte").click()

        expect(page.get_by_text("Kari Nordmann har trukket tilbake «Trekkes».")).to_be_visible(timeout=LATE)
        expect(page.get_by_role("article")).to_have_count(1)
        expect(page.get_by_role("link", name="Ubesvarte (1)")).to_be_visible()
        page.keyboard.type("er")
        expect(last.get_by_label("Melding ved underkjenning")).to_have_value("Jeg skriver")
        seat.check()
        page.locator(".notice.gone").filter(has_text="Avlyses").get_by_role("button", name="Greit").click()
        expect(page.locator(".notice.gone")).to_have_count(1)
    items = house.dav("ola", "PROPFIND", "/dav/ola/inbox/", None, {"Depth": "1"})[1].decode()
    assert items.count("<D:response>") == 3  # the inbox, what asks, and one that tells


def test_without_a_script_the_line_is_there_too_and_is_taken_away_by_a_button(house: House) -> None:
    """A22; and nobody takes away what another is told."""
    house.put("kari", event("m-1", "kari", ("ola", "per"), "SUMMARY:Avlyses"))
    assert house.dav("kari", "DELETE", house.place("kari", "m-1"))[0] == 204
    with house.seat("ola", script=False) as seat, house.seat("per") as pers:
        page = seat.go("/invitasjoner")
        name = page.locator(".notice.gone button").get_attribute("value") or ""
        mark = pers.go("/invitasjoner").locator("#main").get_attribute("data-mark") or ""
        theirs = pers.page.locator(".notice.gone button").get_attribute("value") or ""
        page.get_by_role("button", name="Greit").click()

        expect(page.get_by_text("Ingenting venter på svar fra deg.")).to_be_visible()
        expect(page.locator(".notice.gone")).to_have_count(0)
        for missing in {name, "x" * 5000} - {theirs}:
            form: dict[str, str | float | bool] = {"merke": mark, "melding": missing}
            assert pers.page.request.post(f"{house.url}/invitasjoner/avlyst", form=form).status == 404
        expect(pers.go("/invitasjoner").locator(".notice.gone")).to_have_count(1)


def test_what_is_answered_in_the_pop_up_leaves_the_list_behind_it(house: House) -> None:
    """A15: what has come up lies in the list as well, as long as it waits."""
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        expect(page.get_by_text("Ingenting venter på svar fra deg.")).to_be_visible()
        with page.expect_response(re.compile("neste")):
            house.put("kari", event("m-1", "kari", ("ola",)))
        shown = popup(page)
        expect(page.get_by_role("article", include_hidden=True)).to_have_count(1)

        shown.get_by_role("button", name="Godkjenn").click()

        expect(page.locator("#popup")).to_be_hidden()
        expect(page.get_by_role("article")).to_have_count(0)
        expect(page.get_by_text("Ingenting venter på svar fra deg.")).to_be_visible()
        seat.check()
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "m-1")
