# SPDX-License-Identifier: GPL-3.0-or-later
"""«Registrer svar» for contacts whom nobody mails: what they told the organizer is shown, and stands in the text."""

from playwright.sync_api import Page, expect

from tests.desk.filling import add_contact, save, saved, to_the_step
from tests.desk.house import House, ahead, event, task
from tests.desk.test_items import only, reading


def note(page: Page, who: str, said: str, words: str = "") -> None:
    page.get_by_text("Registrer svar").click()
    page.get_by_label("Hvem").select_option(who)
    page.get_by_role("radio", name=said).check()
    page.get_by_label("Hva som ble sagt").fill(words)
    page.get_by_role("button", name="Registrer", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Svaret er registrert")


def test_a_contact_without_mail_who_rang_has_answered(house: House) -> None:
    """V-01, V-09: Jon has no e-mail and no mobile; nobody is told, and Ola's program reads that he comes."""
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        page.get_by_label("Tittel").fill("Befaring")
        add_contact(page, "Jon Uten")
        add_contact(page, "Siri Mobil")
        to_the_step(page)
        save(page)
        saved(page)
        number = page.url.partition("?")[0].rpartition("/")[2]
        page = seat.go(f"/avtale/{number}/invitasjoner?vis=1")
        expect(page.get_by_role("row", name="Jon Uten")).to_contain_text("ikke sendt")
        note(page, "Jon Uten", "Godkjent", 'Kommer, men "litt" for sent')

        jon = page.get_by_role("row", name="Jon Uten")
        expect(jon.locator("td").nth(0)).to_contain_text("Godkjent")
        expect(jon).to_contain_text('Kommer, men "litt" for sent')
        expect(jon).not_to_contain_text("ikke sendt")
        expect(page.get_by_role("row", name="Siri Mobil")).to_contain_text("ikke sendt")
        seat.check()

        # What is noted stays when something else is changed, and is asked anew with the time.
        page = seat.go(f"/avtale/{number}")
        page.get_by_label("Plassering").fill("Brakka")
        to_the_step(page)
        save(page)
        saved(page)
        page = seat.go(f"/avtale/{number}/invitasjoner?vis=1")
        expect(page.get_by_role("row", name="Jon Uten")).to_contain_text('Kommer, men "litt" for sent')
        assert "PARTSTAT=ACCEPTED" in _line(only(house, "kari", "Befaring"), "Jon Uten")
        page = seat.go(f"/avtale/{number}")
        page.get_by_label("Slutt, klokkeslett").fill("12:30")
        to_the_step(page)
        expect(page.get_by_text("Svar nullstilles for 1 deltaker")).to_contain_text("Jon Uten")
        save(page)
        saved(page)
    assert "PARTSTAT=NEEDS-ACTION" in _line(only(house, "kari", "Befaring"), "Jon Uten")
    assert "litt" not in only(house, "kari", "Befaring")


def test_others_read_the_answer_and_not_the_words(house: House) -> None:
    """A18: Ola is in it as well; he is neither asked again nor told."""
    house.put("kari", _client_asks("m-2"))
    with house.seat("kari", script=False, screen="narrow", scheme="dark") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-2')}/invitasjoner?vis=1")
        expect(page.get_by_role("row", name="Siri Mobil").locator("td").nth(1)).to_contain_text("Underkjent")
        note(page, "Siri Mobil", "Godkjent", "Kan likevel")
        expect(page.get_by_role("row", name="Siri Mobil").locator("td").nth(0)).to_contain_text("Godkjent")
    theirs = house.find("ola", "m-2")
    assert "PARTSTAT=ACCEPTED" in _line(theirs, "Siri Mobil")
    assert "Kan likevel" not in theirs
    assert "PARTSTAT=NEEDS-ACTION" in _line(theirs, "Ola Berg")


def test_how_much_of_a_task_a_contact_has_done_is_noted(house: House) -> None:
    """V-12, D-06."""
    text = task("t-1", "kari", ("ola",))
    line = "ATTENDEE;CN=Siri Mobil;SCHEDULE-AGENT=CLIENT:tel:+4799999999\r\nEND:VTODO"
    house.put("kari", text.replace("END:VTODO", line), slug="tasks")
    with house.seat("kari") as seat:
        page = seat.go(f"/oppgave/{reading(house, 'kari', 't-1')}/distribusjon?vis=1")
        page.get_by_text("Registrer svar").click()
        page.get_by_label("Hvem").select_option("Siri Mobil")
        page.get_by_role("radio", name="Begynt").check()
        page.get_by_label("Prosent utført").fill("30")
        page.get_by_role("button", name="Registrer", exact=True).click()
        expect(page.get_by_role("row", name="Siri Mobil")).to_contain_text("30 %")
        seat.check()
    assert "PARTSTAT=IN-PROCESS" in _line(house.find("kari", "t-1", "tasks"), "Siri Mobil")
    assert "30" not in _line(house.find("ola", "t-1", "tasks"), "Siri Mobil").partition(":tel")[0]


def _client_asks(uid: str) -> str:
    """Give what a program stores that asks a contact by itself, and knows what they answered."""
    line = "ATTENDEE;CN=Siri Mobil;PARTSTAT=DECLINED;SCHEDULE-AGENT=CLIENT:tel:+4799999999\r\nEND:VEVENT"
    return event(uid, "kari", ("ola",)).replace("END:VEVENT", line)


def _line(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("ATTENDEE") and f"CN={name}" in line)
