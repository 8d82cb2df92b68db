# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of an appointment or a task: made and changed by whoever it belongs to, read by whoever is invited."""

import re

import pytest
from playwright.sync_api import expect

from gateway.model import ReadingId
from gateway.store import readings
from tests.desk.filling import SCRIPTED, add_colleague, save, saved, tab, to_the_step
from tests.desk.house import House, ahead, event, task
from tests.desk.test_recipients import do


def reading(house: House, login: str, uid: str) -> ReadingId:
    """Give where an entry lies with somebody."""
    with house.database.read() as uow:
        return readings.of_uid(uow, house.staff[login].id, uid)[0].reading.id


def only(house: House, login: str, words: str, slug: str = "calendar") -> str:
    """Give what somebody's program reads of the entry that has *words* in it."""
    query = (
        b'<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><C:calendar-data/></D:prop>'
        b'<C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>'
    )
    _, body = house.dav(login, "REPORT", f"/dav/{login}/{slug}/", query, {"Depth": "1"})
    text = body.decode().replace("&#13;", "").replace("\r", "").replace("\n ", "")
    return next((one for one in re.findall(r"BEGIN:VCALENDAR.*?END:VCALENDAR", text, re.DOTALL) if words in one), "")


@pytest.mark.parametrize("script", [True, False])
def test_an_appointment_of_ones_own_is_saved_at_once(house: House, script: bool) -> None:
    """S-12, A11: nobody is in it, so there is nothing to choose."""
    with house.seat("kari", script=script) as seat:
        page = seat.go("/avtale/ny?start=2027-03-01T09:00")
        page.get_by_label("Tittel").fill("Tannlege")
        page.get_by_label("Plassering").fill("Storgata 1")
        page.get_by_label("Påminnelse").select_option("60")
        page.get_by_label("Privat").check()
        save(page)
        saved(page)
        assert seat.faults == []

    text = only(house, "kari", "Tannlege")
    assert "DTSTART;TZID=Europe/Oslo:20270301T090000" in text
    assert "DTEND;TZID=Europe/Oslo:20270301T100000" in text
    assert {"LOCATION:Storgata 1", "CLASS:PRIVATE", "TRIGGER:-PT60M"} <= set(text.splitlines())
    assert "ATTENDEE" not in text


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(house: House) -> None:
    with house.seat("kari", screen="narrow", scheme="dark") as seat:
        page = seat.go("/avtale/ny")
        page.get_by_label("Plassering").fill("Brakka")
        page.get_by_label("Slutt, dag").fill("2020-01-01")
        save(page)

        expect(page.get_by_role("alert")).to_contain_text("Ingenting er lagret ennå")
        expect(page.get_by_label("Tittel")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_text("Slutten er før starten.")).to_be_visible()
        assert page.get_by_label("Plassering").input_value() == "Brakka"
        seat.check()


def test_a_change_leaves_what_a_program_wrote_byte_for_byte(house: House) -> None:
    path = house.put("kari", event("m-1", "kari", (), "X-ODD;P=1:verdi", "LOCATION:Brakka"))
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Tittel").fill("Byggemøte")
        save(page)
        saved(page)

    text = house.get("kari", path)
    assert {"X-ODD;P=1:verdi", "LOCATION:Brakka", "SUMMARY:Byggemøte"} <= set(text.splitlines())


def test_a_double_click_makes_one_entry(house: House) -> None:
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny")
        page.get_by_label("Tittel").fill("Bare én")
        form = page.evaluate("[...new FormData(document.getElementById('item')).entries()]")
        sent = dict(form) | {"gjor": "lagre"}
        for _ in range(2):
            answer = page.request.post(f"{house.url}/avtale/ny", form=sent)
            assert "Lagret." in answer.text()

    assert len(re.findall("SUMMARY:Bare", _all(house))) == 1


def _all(house: House) -> str:
    query = (
        b'<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><C:calendar-data/></D:prop>'
        b'<C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>'
    )
    return house.dav("kari", "REPORT", "/dav/kari/calendar/", query, {"Depth": "1"})[1].decode()


def test_whoever_is_invited_reads_it_answers_and_keeps_a_note_of_their_own(house: House) -> None:
    """V-13: no tab of the sender's; their reminder and note go to nobody else."""
    path = house.put("kari", event("m-1", "kari", ("ola",), "DESCRIPTION:Ta med målene."))
    number = reading(house, "ola", "m-1")
    with house.seat("ola", screen="phone") as seat:
        page = seat.go(f"/avtale/{number}")
        expect(page.get_by_text("Ta med målene.")).to_be_visible()
        expect(page.get_by_role("tab")).to_have_count(0)
        seat.check()
        page.get_by_label("Påminnelse").select_option("30")
        page.get_by_label("Notat").fill("Husk hjelm; støvler, hansker")
        page.get_by_role("button", name="Lagre").click()
        saved(page)
        assert page.get_by_label("Notat").input_value() == "Husk hjelm; støvler, hansker"
        page.get_by_role("button", name="Godkjenn").click()
        saved(page)

    theirs, mine = house.get("kari", path), house.find("ola", "m-1")
    assert "PARTSTAT=ACCEPTED" in theirs
    assert "hjelm" not in theirs
    assert "TRIGGER:-PT30M" in mine


def test_those_who_are_in_it_read_what_the_others_answered_and_no_more(house: House) -> None:
    """A18, V-13: who comes is for all; who has seen it and how much they have done is the distributor's to know."""
    path = house.put("kari", task("t-1", "kari", ("ola", "per", "nina")), slug="tasks")
    do(house, "ola", "t-1", "COMPLETED")
    do(house, "per", "t-1", "DECLINED", comment="Er på ferie")
    do(house, "nina", "t-1", "look")
    with house.seat("nina", screen="phone", scheme="dark") as seat:
        page = seat.go(f"/oppgave/{reading(house, 'nina', 't-1')}")
        others = page.locator(".others li")
        assert others.all_inner_texts() == ["Ola Berg ✔ Godkjent", "Per Dahl ✖ Underkjent"]
        for secret in ("100", "Fullført", "ferie", "Sett", "Lest"):
            expect(page.get_by_text(secret)).to_have_count(0)
        seat.check()
    assert "X-DISTRIB-" in house.get("kari", path)
    theirs = house.find("nina", "t-1", "tasks")
    for secret in ("X-DISTRIB-", "PERCENT", "ferie"):
        assert secret not in theirs


def test_the_sender_has_the_tab_and_nobody_else(house: House) -> None:
    """V-07, V-11, V-13."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        tab(page, "Invitasjoner")
        expect(page.get_by_role("link", name="Vis invitasjoner")).to_be_visible()
        seat.check()
        page = seat.go(f"/oppgave/{reading(house, 'kari', 't-1')}")
        tab(page, "Distribusjon")
        expect(page.get_by_role("link", name="Vis distribusjoner")).to_be_visible()
    with house.seat("ola") as seat:
        page = seat.go(f"/oppgave/{reading(house, 'ola', 't-1')}")
        expect(page.get_by_text("Distribusjon")).to_have_count(0)
        assert house.dav("ola", "GET", "/dav/ola/calendar/m-1.ics")[0] == 200
    with house.seat("nina") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        expect(page.get_by_role("heading", name="Her er det ingenting")).to_be_visible()


def test_who_was_asked_is_shown_in_the_tab_when_it_is_wanted(house: House) -> None:
    """V-08, V-09: no names before the button is pressed, and the page stays where it is."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Plassering").fill("Brakka")
        tab(page, "Invitasjoner")
        expect(page.get_by_role("table")).to_have_count(0)
        page.get_by_role("link", name="Vis invitasjoner").click()
        expect(page.get_by_role("table")).to_contain_text("har ikke sett avtalen", timeout=SCRIPTED)
        seat.check()
        tab(page, "Generelt")
        assert page.get_by_label("Plassering").input_value() == "Brakka"


def test_how_much_of_a_task_is_done_is_told_by_each_of_those_who_do_it(house: House) -> None:
    """D-06, V-12: the percent control, by keys and by the steps of ten."""
    path = house.put("kari", task("t-1", "kari", ("ola", "per")), slug="tasks")
    with house.seat("ola") as seat:
        page = seat.go(f"/oppgave/{reading(house, 'ola', 't-1')}")
        page.get_by_role("button", name="Godkjenn").click()
        saved(page)
        page.get_by_role("spinbutton", name="Utført").fill("30")
        page.get_by_role("button", name="+10").click()
        expect(page.get_by_role("slider", name="Utført")).to_have_value("40")
        seat.check()
        page.get_by_role("button", name="Lagre utført").click()
        saved(page)
        assert "X-DISTRIB-PERCENT=40" in house.get("kari", path)
        assert "PERCENT-COMPLETE:20" in house.get("kari", path)

        page.get_by_role("button", name="Fullført").click()
        saved(page)

    assert "PARTSTAT=COMPLETED" in house.get("kari", path)
    with house.seat("kari") as seat:
        page = seat.go(f"/oppgave/{reading(house, 'kari', 't-1')}")
        expect(page.get_by_text("50 %")).to_be_visible()
        expect(page.get_by_role("spinbutton", name="Utført")).to_have_count(0)


def test_a_task_of_ones_own_is_finished_by_its_number(house: House) -> None:
    with house.seat("kari", script=False) as seat:
        page = seat.go("/oppgave/ny")
        page.get_by_label("Tittel").fill("Bestille lister")
        page.get_by_label("Frist, dag").fill("2027-03-01")
        page.get_by_label("Prioritet").select_option("Høy")
        save(page)
        saved(page)
        page.get_by_label("Utført").fill("100")
        save(page)
        saved(page)

    text = only(house, "kari", "Bestille lister", slug="tasks")
    assert {"DUE;VALUE=DATE:20270301", "PRIORITY:1", "STATUS:COMPLETED", "PERCENT-COMPLETE:100"} <= set(
        text.split("\n")
    )


def test_deleting_says_first_what_it_does(house: House) -> None:
    """A22, A23."""
    house.put("kari", event("m-1", "kari", ("ola", "per")))
    with house.seat("per") as seat:
        page = seat.go(f"/avtale/{reading(house, 'per', 'm-1')}/slett")
        expect(page.get_by_text("Den regnes som underkjent, og Kari Nordmann får beskjed.")).to_be_visible()
        page.get_by_role("button", name="Slett").click()
        expect(page.get_by_role("heading", name="Slett")).to_have_count(0)
    assert "PARTSTAT=DECLINED" in house.find("kari", "m-1")
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_role("link", name="Slett").click()
        expect(page.get_by_text("2 deltakere får beskjed om at den er avlyst: Ola Berg, Per Dahl.")).to_be_visible()
        seat.check()
        page.get_by_role("button", name="Slett").click()
        expect(page.get_by_text("Slettet.")).to_be_visible()
        seat.check()

    assert "STATUS:CANCELLED" in house.find("ola", "m-1")
    assert house.find("kari", "m-1") == ""


def test_a_tab_of_a_task_is_found_under_both_of_its_names(house: House) -> None:
    """A6: «Invitasjoner» and «Distribusjon» are one."""
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("kari") as seat:
        path = f"/oppgave/{reading(house, 'kari', 't-1')}"
        for name in ("invitasjoner", "distribusjon", "distribusjoner"):
            seat.page.goto("about:blank")
            page = seat.go(f"{path}#{name}")
            expect(page.get_by_role("tab", name="Distribusjon")).to_have_attribute("aria-selected", "true")
        page.evaluate("location.hash = 'deltakere'")
        expect(page.get_by_role("tab", name="Deltakere")).to_have_attribute("aria-selected", "true")


def test_what_was_filled_in_survives_the_search_without_a_script(house: House) -> None:
    with house.seat("kari", script=False) as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        page.get_by_label("Finn en kollega").fill("ola")
        page.get_by_role("button", name="Søk").first.click()
        page.get_by_role("button", name="Legg til Ola Berg").click()
        expect(page.locator(".chip", has_text="Ola Berg")).to_be_visible()
        assert page.get_by_label("Tittel").input_value() == "Prosjektmøte"
        to_the_step(page)
        save(page)
        saved(page)

    assert "Prosjektm" in only(house, "ola", "ATTENDEE")


def test_a_colleague_who_is_busy_then_is_shown_as_busy(house: House) -> None:
    """«Ledig-tid»: Per is at the dentist's, Ola is free."""
    house.put("per", event("m-9", "per", (), "SUMMARY:Tannlege", start=ahead(7, 9)))
    with house.seat("kari", timezone="UTC") as seat:
        page = seat.go(f"/avtale/ny?start={ahead(7, 9):%Y-%m-%dT%H:%M}%2B00:00")
        for name in ("Ola Berg", "Per Dahl"):
            add_colleague(page, name)

        expect(page.locator(".chip", has_text="Per Dahl")).to_contain_text("opptatt")
        expect(page.locator(".chip", has_text="Ola Berg")).to_contain_text("ledig")
        expect(page.locator(".chip", has_text="Per Dahl")).not_to_contain_text("Tannlege")
        seat.check()
