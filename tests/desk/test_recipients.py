# SPDX-License-Identifier: GPL-3.0-or-later
"""What whoever invited sees of those whom they invited, live, and nobody else: V-01 … V-13, A3, A5, A6."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from gateway.model import ReadingId
from gateway.services import deciding, invitations
from gateway.services.scene import Scene
from gateway.store import readings
from ical.answers import IN_PROCESS
from tests.desk.filling import saved
from tests.desk.house import House, event, task


def reading_of(house: House, login: str, uid: str) -> ReadingId:
    with house.database.read() as uow:
        return readings.of_uid(uow, house.staff[login].id, uid)[0].reading.id


def do(house: House, login: str, uid: str, what: str, percent: int | None = None, comment: str = "") -> None:
    """Let somebody look at it, put it off, or answer."""
    person, number, now = house.staff[login], reading_of(house, login, uid), datetime.now(UTC)
    with house.database.write() as uow:
        if what == "look":
            invitations.display(uow, person, number, now)
        elif what == "defer":
            invitations.defer(uow, person, number, now)
        else:
            scene = Scene(house.service.settings, now)
            deciding.answer(uow, person, number, what, percent=percent, comment=comment, scene=scene)


def row(page: Page, name: str) -> Locator:
    return page.locator("table.asked tbody tr").filter(has_text=name)


def column(page: Page, name: str, number: int) -> Locator:
    return row(page, name).locator("td").nth(number)


@pytest.mark.parametrize(("screen", "scheme"), [("desktop", "light"), ("narrow", "dark")])
def test_a_task_tells_who_has_accepted_read_and_done_how_much(house: House, screen: str, scheme: str) -> None:
    """V-01 … V-03, V-06, V-08 … V-12: the names come when they are asked for."""
    path = house.put("kari", task("t-1", "kari", ("ola", "per", "nina", "berit@kunde.example")), slug="tasks")
    do(house, "ola", "t-1", IN_PROCESS, percent=70)
    do(house, "per", "t-1", "DECLINED", comment="Er på ferie")
    do(house, "nina", "t-1", "defer")
    assert path
    with house.seat("kari", screen=screen, scheme=scheme) as seat:
        page = seat.go(f"/oppgave/{reading_of(house, 'kari', 't-1')}/distribusjon")
        expect(page.get_by_role("heading", name="Distribusjoner")).to_be_visible()
        expect(page.get_by_text("Ola Berg")).to_have_count(0)
        page.get_by_role("button", name="Vis distribusjoner").click()

        expect(column(page, "Ola Berg", 0)).to_contain_text("Godkjent")
        expect(column(page, "Ola Berg", 2)).to_contain_text("Lest")
        expect(column(page, "Ola Berg", 3)).to_contain_text("70 %")
        expect(column(page, "Per Dahl", 1)).to_contain_text("Underkjent")
        expect(row(page, "Per Dahl")).to_contain_text("Er på ferie")
        expect(row(page, "Nina Lund")).to_contain_text("har ikke sett oppgaven")
        expect(row(page, "Berit Kunde")).to_contain_text("kunne ikke leveres")
        expect(row(page, "Nina Lund").get_by_text("Lest", exact=True)).to_have_count(0)
        seat.check()


def test_an_appointment_tells_it_live(house: House) -> None:
    """V-04, V-05, V-06, V-07, V-09, V-10: as it happens, without a click."""
    house.put("kari", event("m-1", "kari", ("ola", "per")))
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading_of(house, 'kari', 'm-1')}/invitasjoner")
        page.get_by_role("button", name="Vis invitasjoner").click()
        for name in ("Ola Berg", "Per Dahl"):
            expect(row(page, name)).to_contain_text("har ikke sett avtalen")
        row(page, "Per Dahl").get_by_role("checkbox").check()

        do(house, "ola", "m-1", "look")
        expect(column(page, "Ola Berg", 2)).to_contain_text("svar mangler", timeout=15_000)
        expect(column(page, "Ola Berg", 2)).to_contain_text("Sett")
        do(house, "ola", "m-1", "ACCEPTED")
        expect(column(page, "Ola Berg", 0)).to_contain_text("Godkjent", timeout=15_000)

        expect(row(page, "Per Dahl").get_by_role("checkbox")).to_be_checked()
        expect(row(page, "Per Dahl")).to_contain_text("har ikke sett avtalen")
        seat.check()


def test_nobody_else_gets_there(house: House) -> None:
    """V-13: neither whoever is invited nor anybody else, by whatever address."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    numbers = [reading_of(house, login, "m-1") for login in ("kari", "ola")]
    for login in ("ola", "per"):
        with house.seat(login) as seat:
            for number in numbers:
                for path in (f"/avtale/{number}/invitasjoner?vis=1", f"/oppgave/{number}/distribusjon?vis=1&del=1"):
                    assert seat.page.request.get(seat.origin + path).status == 404


def test_it_works_without_a_script(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("kari", script=False) as seat:
        page = seat.go(f"/avtale/{reading_of(house, 'kari', 'm-1')}/invitasjoner")
        page.get_by_role("button", name="Vis invitasjoner").click()
        expect(row(page, "Ola Berg")).to_be_visible()


def test_those_who_owe_an_answer_are_reminded(house: House) -> None:
    """«Purr»: what was put off comes up again on the other side."""
    house.put("kari", task("t-1", "kari", ("ola", "per")), slug="tasks")
    do(house, "ola", "t-1", "defer")
    with house.seat("kari") as seat, house.seat("ola") as olas:
        other = olas.go("/kalender")
        page = seat.go(f"/oppgave/{reading_of(house, 'kari', 't-1')}/distribusjon?vis=1")
        page.get_by_role("button", name="Purr", exact=True).click()

        expect(page.get_by_role("status")).to_contain_text("Purret")
        expect(other.locator("#popup")).to_contain_text("Legge gipsplate", timeout=15_000)
        seat.check()


def test_whoever_closed_it_is_reminded_too(house: House) -> None:
    """«Purr», P-08: at once, though it was closed with × a moment ago, and in the same page."""
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("kari") as seat, house.seat("ola") as olas:
        other = olas.go("/kalender")
        with other.expect_response(lambda answer: answer.url.endswith("/vist")):
            expect(other.locator("#popup")).to_be_visible(timeout=15_000)
        with other.expect_response(lambda answer: "neste" in answer.url):
            other.keyboard.press("Escape")
        expect(other.locator("#popup")).to_be_hidden()
        page = seat.go(f"/oppgave/{reading_of(house, 'kari', 't-1')}/distribusjon?vis=1")
        expect(column(page, "Ola Berg", 2)).to_contain_text("svar mangler")
        page.get_by_role("button", name="Purr", exact=True).click()

        expect(other.locator("#popup")).to_contain_text("Legge gipsplate", timeout=15_000)


@pytest.mark.parametrize(
    ("place", "asked"), [("/oppgave/{}/distribusjon", "?vis=1"), ("/distribuert/{}", "?fane=distribusjoner&vis=1")]
)
def test_who_is_taken_out_is_chosen_and_the_last_one_leaves_a_task_of_ones_own(
    house: House, place: str, asked: str
) -> None:
    """«Trekk tilbake»: nothing is said to be done where nobody was chosen; behind the last one there is a page."""
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("kari", script=False) as seat:
        page = seat.go(place.format(reading_of(house, "kari", "t-1")) + asked)
        page.get_by_text("Trekk tilbake", exact=True).click()
        page.get_by_role("button", name="Trekk tilbake fra de valgte").click()
        expect(page.get_by_role("status")).to_contain_text("Du valgte ingen")
        assert "mailto:ola" in house.find("kari", "t-1", "tasks")
        row(page, "Ola Berg").get_by_role("checkbox").check()
        page.get_by_text("Trekk tilbake", exact=True).click()
        page.get_by_role("button", name="Trekk tilbake fra de valgte").click()

        expect(page.get_by_role("heading", level=1)).to_contain_text("Legge gipsplate")
        saved(page)
    assert "mailto:ola" not in house.find("kari", "t-1", "tasks")
    with house.seat("ola") as seat:
        expect(seat.go("/invitasjoner").locator(".notice.gone")).to_contain_text("trukket tilbake «Legge gipsplate»")


def test_what_a_colleague_said_by_phone_closes_their_pop_up(house: House) -> None:
    """«Registrer svar», V-01, 5.5: it is their answer, on their side as well."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("kari") as seat, house.seat("ola") as olas:
        other = olas.go("/kalender")
        expect(other.locator("#popup")).to_be_visible(timeout=15_000)
        page = seat.go(f"/avtale/{reading_of(house, 'kari', 'm-1')}/invitasjoner?vis=1")
        page.get_by_text("Registrer svar").click()
        page.get_by_role("radio", name="Godkjent").check()
        page.get_by_role("button", name="Registrer", exact=True).click()

        expect(column(page, "Ola Berg", 0)).to_contain_text("Godkjent")
        expect(other.locator("#popup")).to_be_hidden(timeout=15_000)
        expect(other.locator("#toasts")).to_contain_text("et annet sted")
    assert "PARTSTAT=ACCEPTED" in house.find("ola", "m-1")


def test_one_is_taken_out_and_others_are_asked(house: House) -> None:
    """«Trekk tilbake» and «Distribuer til flere»: on the other sides at once (A22)."""
    house.put("kari", task("t-1", "kari", ("ola", "per")), slug="tasks")
    with house.seat("kari") as seat, house.seat("ola") as olas, house.seat("nina") as ninas:
        olas_page, ninas_page = olas.go("/kalender"), ninas.go("/kalender")
        expect(olas_page.locator("#popup")).to_be_visible(timeout=15_000)
        page = seat.go(f"/oppgave/{reading_of(house, 'kari', 't-1')}/distribusjon?vis=1")
        row(page, "Ola Berg").get_by_role("checkbox").check()
        page.get_by_text("Trekk tilbake", exact=True).click()
        page.get_by_role("button", name="Trekk tilbake fra de valgte").click()

        expect(row(page, "Ola Berg")).to_have_count(0)
        expect(olas_page.locator("#popup")).to_be_hidden(timeout=15_000)
        page.get_by_text("Distribuer til flere").click()
        page.get_by_label("Nina Lund").check()
        page.get_by_role("button", name="Send", exact=True).click()

        expect(row(page, "Nina Lund")).to_contain_text("har ikke sett oppgaven")
        expect(ninas_page.locator("#popup")).to_contain_text("Legge gipsplate", timeout=15_000)
        seat.check()
    assert "mailto:ola" not in house.find("kari", "t-1", "tasks")


def test_an_answer_by_phone_is_noted(house: House) -> None:
    """«Registrer svar»."""
    house.put("kari", task("t-1", "kari", ("ola", "berit@kunde.example")), slug="tasks")
    with house.seat("kari") as seat:
        page = seat.go(f"/oppgave/{reading_of(house, 'kari', 't-1')}/distribusjon?vis=1")
        page.get_by_text("Registrer svar").click()
        page.get_by_label("Hvem").select_option("Berit Kunde")
        page.get_by_role("radio", name="Begynt").check()
        page.get_by_label("Prosent utført").fill("30")
        page.get_by_label("Hva som ble sagt").fill("Blir ferdig fredag")
        seat.check()
        page.get_by_role("button", name="Registrer", exact=True).click()

        expect(row(page, "Berit Kunde")).to_contain_text("registrert av deg")
        expect(row(page, "Berit Kunde")).to_contain_text("30 %")
    assert "X-DISTRIB-PERCENT=30" in house.find("kari", "t-1", "tasks")


def test_what_was_changed_meanwhile_is_not_written_over(house: House) -> None:
    path = house.put("kari", task("t-1", "kari", ("ola", "per")), slug="tasks")
    with house.seat("kari") as seat:
        page = seat.go(f"/oppgave/{reading_of(house, 'kari', 't-1')}/distribusjon?vis=1")
        status, _ = house.dav("kari", "PUT", path, task("t-1", "kari", ("ola", "per"), "SUMMARY:Nytt").encode())
        assert status == 204
        row(page, "Ola Berg").get_by_role("checkbox").check()
        page.get_by_text("Trekk tilbake", exact=True).click()
        page.get_by_role("button", name="Trekk tilbake fra de valgte").click()

        expect(page.get_by_role("alert")).to_contain_text("endret i mellomtiden")
        expect(row(page, "Ola Berg")).to_be_visible()
    assert "mailto:ola" in house.find("kari", "t-1", "tasks")
