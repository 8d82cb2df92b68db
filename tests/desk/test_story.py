# SPDX-License-Identifier: GPL-3.0-or-later
"""The mixed story: one distributes in a browser, one answers in python caldav, one in a browser, one puts it off."""

from caldav.collection import Calendar
from caldav.davclient import DAVClient
from playwright.sync_api import expect

from tests.desk.filling import add_colleague, save, saved, to_the_step
from tests.desk.house import PASSWORD, House, ahead
from tests.desk.test_items import only
from tests.desk.test_popup import popup, press
from tests.desk.test_recipients import column, row


def test_whoever_distributes_sees_each_of_them_rightly_and_live(house: House) -> None:
    """P-01, P-05 … P-08, P-10, V-01 … V-03, V-06, V-08, V-11, V-12, D-02 … D-04, D-06, with pages on both sides."""
    with house.seat("kari") as kari, house.seat("per") as per, house.seat("nina") as nina:
        pers, ninas = per.go("/kalender"), nina.go("/kalender")
        page = kari.go("/oppgave/ny")
        page.get_by_label("Tittel").fill("Legge gipsplate")
        page.get_by_label("Frist, dag").fill(f"{ahead():%Y-%m-%d}")
        for name in ("Ola Berg", "Per Dahl", "Nina Lund"):
            add_colleague(page, name)
        to_the_step(page)
        expect(page.get_by_text("3 ansatte får invitasjon")).to_be_visible()
        save(page)
        saved(page)
        page.get_by_role("link", name="Distribuerte oppgaver").click()
        page.get_by_role("link", name="Legge gipsplate").click()
        page.get_by_role("link", name="Distribusjoner").click()
        page.get_by_role("button", name="Vis distribusjoner").click()
        for name in ("Ola Berg", "Per Dahl", "Nina Lund"):
            expect(row(page, name)).to_be_visible()

        with DAVClient(f"{house.url}/dav/", username="ola", password=PASSWORD) as client:
            tasks = Calendar(client, url=f"{house.url}/dav/ola/tasks/")
            found = tasks.todos()
            assert isinstance(found, list)
            (todo,) = found
            todo.icalendar_component["PERCENT-COMPLETE"] = 70
            todo.icalendar_component["STATUS"] = "IN-PROCESS"
            todo.save()
        expect(column(page, "Ola Berg", 0)).to_contain_text("Godkjent", timeout=15_000)
        expect(column(page, "Ola Berg", 3)).to_contain_text("70 %")

        popup(pers).get_by_label("Melding ved underkjenning").fill("Jeg er på ferie.")
        press(pers, "Underkjenn")
        expect(column(page, "Per Dahl", 1)).to_contain_text("Underkjent", timeout=15_000)
        expect(row(page, "Per Dahl")).to_contain_text("Jeg er på ferie.")

        popup(ninas)
        expect(column(page, "Nina Lund", 2)).to_contain_text("Lest", timeout=15_000)
        expect(column(page, "Nina Lund", 2)).to_contain_text("svar mangler")
        press(ninas, "Avbryt")
        expect(column(page, "Nina Lund", 2)).to_contain_text("har ikke sett oppgaven", timeout=15_000)

        expect(page.locator("ol.tasks a")).to_contain_text("35 %")
        kari.check()
        assert per.faults == nina.faults == []
    said = only(house, "kari", "Legge gipsplate", slug="tasks")
    assert "X-DISTRIB-PERCENT=70" in said
    assert "PARTSTAT=DECLINED" in said
    assert said.count("X-DISTRIB-SEEN=") == 2
