# SPDX-License-Identifier: GPL-3.0-or-later
"""Without a script all of it is read and answered, and made and followed up too: only nothing comes up by itself."""

from playwright.sync_api import expect

from gateway.store import handed_out, readings
from ical.kinds import Kind
from tests.desk.filling import saved
from tests.desk.house import House, event
from tests.desk.test_recipients import reading_of


def test_a_task_is_distributed_answered_done_and_followed_up(house: House) -> None:
    """S-01, S-02, S-09, P-05, P-06, P-09, V-11, V-12, D-02 … D-06."""
    with (
        house.seat("kari", script=False) as kari,
        house.seat("ola", script=False, screen="phone") as ola,
        house.seat("per", script=False) as per,
    ):
        page = kari.go("/kalender")
        page.get_by_role("link", name="Ny oppgave").click()
        page.get_by_label("Tittel").fill("Legge gipsplate")
        for name in ("Ola Berg", "Per Dahl"):
            page.get_by_label("Finn en kollega").fill(name)
            page.get_by_role("button", name="Søk").first.click()
            page.get_by_role("button", name=f"Legg til {name}").click()
        expect(page.get_by_label("Tittel")).to_have_value("Legge gipsplate")
        page.locator(".actions").get_by_role("button", name="Lagre", exact=True).click()
        expect(page.get_by_label("Send invitasjoner")).to_be_checked()
        page.locator(".actions").get_by_role("button", name="Lagre", exact=True).click()
        saved(page)

        olas = ola.go("/oppgaver")
        olas.get_by_role("link", name="Du har invitasjoner å svare på").click()
        olas.get_by_role("button", name="Godkjenn").click()
        expect(olas.get_by_role("status")).to_contain_text("Godkjent")
        olas.get_by_role("link", name="Vis oppgaver").click()
        olas.get_by_role("link", name="Legge gipsplate").click()
        olas.get_by_label("Utført").fill("60")
        olas.get_by_role("button", name="Lagre utført").click()
        expect(olas.get_by_label("Utført")).to_have_value("60")

        pers = per.go("/invitasjoner")
        pers.get_by_role("button", name="Avbryt").click()
        pers.get_by_label("Melding ved underkjenning").fill("Jeg er på ferie.")
        pers.get_by_role("button", name="Underkjenn").click()
        expect(pers.get_by_role("status")).to_contain_text("Underkjent")

        page.get_by_role("link", name="Distribuerte oppgaver").click()
        page.get_by_role("link", name="Legge gipsplate").click()
        page.get_by_role("link", name="Distribusjoner").click()
        page.get_by_role("button", name="Vis distribusjoner").click()
        expect(page.get_by_role("row", name="Ola Berg")).to_contain_text("60 %")
        expect(page.get_by_role("row", name="Per Dahl")).to_contain_text("Jeg er på ferie.")
        page.get_by_role("checkbox", name="Per Dahl").check()
        page.get_by_text("Trekk tilbake").first.click()
        page.get_by_role("button", name="Trekk tilbake fra").click()
        expect(page.get_by_role("status")).to_contain_text("Trukket tilbake")
        expect(page.get_by_role("row", name="Per Dahl")).to_have_count(0)
    with house.database.read() as uow:
        (one,) = handed_out.outlines(uow, house.staff["kari"].id, Kind.VTODO, 10)
        uid = next(readings.loaded(uow, [one.reading_id])).reading.uid
    assert "PERCENT-COMPLETE:60" in house.find("ola", uid, "tasks")


def test_an_appointment_is_answered_on_its_own_page(house: House) -> None:
    """P-04, P-06, V-02."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola", script=False) as seat:
        page = seat.go(f"/avtale/{reading_of(house, 'ola', 'm-1')}")
        seat.check()
        page.get_by_label("Melding ved underkjenning").fill("Passer ikke.")
        page.get_by_role("button", name="Underkjenn").click()
        expect(page.get_by_role("status")).to_contain_text("Underkjent")
        assert "PARTSTAT=DECLINED" in house.find("kari", "m-1")

        page.get_by_role("button", name="Godkjenn").click()
        expect(page.get_by_role("button", name="Godkjenn")).to_have_count(0)
    assert "PARTSTAT=ACCEPTED" in house.find("kari", "m-1")
