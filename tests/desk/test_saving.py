# SPDX-License-Identifier: GPL-3.0-or-later
"""The step of saving: five choices in the seed's order, what each does, and what comes of it on the other side."""

from playwright.sync_api import Page, expect

from gateway.store import drafts, outbox
from tests.desk.filling import add_colleague, add_contact, save, saved, tab, to_the_step, uid_of
from tests.desk.house import House, ahead, event, task
from tests.desk.test_items import only, reading

FIVE = [
    "Send møteinnkallelse",
    "Send sms (ikke i bruk)",
    "Send invitasjoner",
    "Ikke inkluder meg selv",
    "Oppdater alle avtaler som er generert av denne.",
]


def begin(page: Page, title: str = "Prosjektmøte") -> None:
    page.get_by_label("Tittel").fill(title)


def choices(page: Page) -> list[str]:
    return [label.strip() for label in page.locator(".five .tick").all_inner_texts()]


def test_the_five_choices_stand_in_their_order_and_say_whom_they_leave_out(house: House) -> None:
    """S-01, S-03, S-05, S-06, A2, A7: Jon has no e-mail, nobody gets an SMS."""
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny")
        begin(page)
        add_colleague(page, "Ola Berg")
        add_contact(page, "Berit Kunde")
        add_contact(page, "Jon Uten")
        to_the_step(page)

        assert choices(page) == FIVE
        expect(page.get_by_label(FIVE[1])).to_be_disabled()
        expect(page.get_by_text("lager e-post-utkast til 1 av 2 eksterne kontakter")).to_be_visible()
        expect(page.get_by_text("Jon Uten har ikke e-post i CRM – hoppes over")).to_be_visible()
        expect(page.get_by_label(FIVE[2])).to_be_checked()
        expect(page.get_by_label(FIVE[4])).to_be_disabled()
        seat.check()
        page.get_by_role("button", name="Tilbake").click()
        assert page.get_by_label("Tittel").input_value() == "Prosjektmøte"
        expect(page.locator(".chip")).to_have_count(3)
        assert only(house, "kari", "Prosjektmøte") == ""

        # Whoever forces the dead choice gets no further by it.
        to_the_step(page)
        page.locator("[name=send_sms]").evaluate("box => { box.disabled = false; box.checked = true; }")
        page.get_by_label(FIVE[0]).check()
        save(page)
        expect(page.get_by_role("heading", name="Møtebekreftelse – utkast")).to_be_visible()

    with house.database.read() as uow:
        assert [one.address for one in drafts.of_person(uow, house.staff["kari"].id)] == ["mailto:berit@kunde.example"]
        assert not any(outbox.counts(uow).values())
    assert "Prosjektmøte" in only(house, "ola", "Prosjektmøte")


def test_a_task_has_the_same_step(house: House) -> None:
    """S-02, S-04: nobody with an e-mail address is in it, so the mail cannot be chosen."""
    with house.seat("kari", screen="narrow", scheme="dark") as seat:
        page = seat.go("/oppgave/ny")
        begin(page, "Legge gipsplate")
        add_colleague(page, "Ola Berg")
        add_contact(page, "Siri Mobil")
        to_the_step(page)

        assert choices(page) == FIVE
        expect(page.get_by_label(FIVE[0])).to_be_disabled()
        expect(page.get_by_text("ikke mulig: ingen av kontaktene har e-post i CRM")).to_be_visible()
        seat.check()
        save(page)
        saved(page)

    theirs = only(house, "ola", "Legge gipsplate", slug="tasks")
    assert "tel:+4799999999" in theirs
    assert "PARTSTAT=NEEDS-ACTION" in theirs


def test_invitations_go_to_colleagues_and_they_answer(house: House) -> None:
    """S-09, P-10, A4: the box is ticked beforehand; Ola is asked, and answers in his browser."""
    with house.seat("kari") as kari, house.seat("ola") as ola:
        page = kari.go("/avtale/ny")
        begin(page)
        add_colleague(page, "Ola Berg")
        to_the_step(page)
        save(page)
        saved(page)

        theirs = ola.go("/invitasjoner")
        theirs.get_by_role("button", name="Godkjenn").first.click()
        expect(theirs.get_by_text("Ingenting venter på svar")).to_be_visible()

    text = only(house, "kari", "Prosjektmøte")
    ola_line = next(line for line in text.splitlines() if line.endswith("mailto:ola@byggbo.example"))
    assert "PARTSTAT=ACCEPTED" in ola_line
    assert "PARTSTAT=ACCEPTED:mailto:kari@byggbo.example" in text


def test_unticked_at_first_nobody_is_asked_and_later_they_can_be(house: House) -> None:
    """A4: SCHEDULE-AGENT=NONE; the page says «ikke sendt», and the next save sends it."""
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny")
        begin(page)
        add_colleague(page, "Ola Berg")
        to_the_step(page)
        page.get_by_label("Send invitasjoner").uncheck()
        save(page)
        saved(page)
        assert "SCHEDULE-AGENT=NONE" in only(house, "kari", "Prosjektmøte")
        assert only(house, "ola", "Prosjektmøte") == ""

        tab(page, "Invitasjoner")
        page.get_by_role("link", name="Vis invitasjoner").click()
        expect(page.get_by_role("row", name="Ola Berg")).to_contain_text("ikke sendt")
        seat.check()
        expect(page.get_by_role("button", name="Purr")).to_have_count(0)
        page.get_by_role("row", name="Ola Berg").get_by_role("link", name="Send nå").click()
        expect(page.locator(".chip", has_text="Ola Berg")).to_contain_text("ikke sendt")
        page.get_by_role("button", name="Send nå").click()
        expect(page.get_by_text("1 ansatt får invitasjon")).to_be_visible()
        save(page)
        saved(page)

    assert "PARTSTAT=NEEDS-ACTION" in only(house, "ola", "Prosjektmøte")


def test_unticked_later_the_change_is_made_in_silence(house: House) -> None:
    """A4: at a later save nobody is told, and everybody reads what is so (model, row 47)."""
    house.put("kari", event("m-1", "kari", ("ola",), "LOCATION:Brakka"))
    before = _inbox(house, "ola")
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Plassering").fill("Møterom 9")
        to_the_step(page)
        page.get_by_label("Send invitasjoner").uncheck()
        save(page)
        saved(page)

    assert "LOCATION:Møterom 9" in house.find("ola", "m-1")
    assert _inbox(house, "ola") == before
    assert "SCHEDULE-AGENT" not in house.find("kari", "m-1")


def _inbox(house: House, login: str) -> int:
    _, body = house.dav(login, "PROPFIND", f"/dav/{login}/inbox/", b"", {"Depth": "1"})
    return body.count(b".ics</")


def test_whoever_is_not_included_has_their_time_free(house: House) -> None:
    """S-10, A8: ORGANIZER without ATTENDEE, the own copy transparent, and the others' not."""
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny")
        begin(page, "Befaring")
        add_colleague(page, "Ola Berg")
        to_the_step(page)
        page.get_by_label("Ikke inkluder meg selv").check()
        save(page)
        saved(page)

    mine, theirs = only(house, "kari", "Befaring"), only(house, "ola", "Befaring")
    assert "TRANSP:TRANSPARENT" in mine
    assert "ORGANIZER;CN=Kari Nordmann:mailto:kari@byggbo.example" in mine
    assert not any(one.startswith("ATTENDEE") and "kari@" in one for one in mine.splitlines())
    assert "TRANSPARENT" not in theirs
    with house.seat("kari") as seat:
        expect(seat.go("/kalender?v=liste").get_by_role("link", name="Befaring")).to_have_count(0)
        page = seat.go("/distribuert")
        seat.check()
        page.get_by_role("link", name="Befaring").click()
        expect(page.get_by_role("heading", name="Avtale: Befaring")).to_be_visible()


def test_it_is_said_beforehand_whose_answer_is_asked_for_again(house: House) -> None:
    """A10: another time resets answers, another title does not; nothing is saved by looking."""
    house.put("kari", event("m-1", "kari", ("ola", "per")))
    for login in ("ola", "per"):
        with house.seat(login) as seat:
            page = seat.go(f"/avtale/{reading(house, login, 'm-1')}")
            page.get_by_role("button", name="Godkjenn").click()
            saved(page)
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Tittel").fill("Byggemøte")
        to_the_step(page)
        expect(page.get_by_text("Svar nullstilles")).to_have_count(0)
        page.get_by_role("button", name="Tilbake").click()
        page.get_by_label("Start, dag").fill(f"{ahead(9):%Y-%m-%d}")
        page.get_by_label("Slutt, dag").fill(f"{ahead(9):%Y-%m-%d}")
        to_the_step(page)
        expect(page.get_by_text("Svar nullstilles for 2 deltakere fordi tidspunktet er endret.")).to_be_visible()
        assert house.find("kari", "m-1").count("PARTSTAT=ACCEPTED") == 2
        seat.check()
        save(page)
        saved(page)

    assert house.find("kari", "m-1").count("PARTSTAT=NEEDS-ACTION") == 2
    with house.database.read() as uow:
        assert outbox.counts(uow)["pending"] == 0


def test_a_contact_who_is_an_employee_too_is_invited_as_one(house: House) -> None:
    """A19: the internal path wins, and nobody writes a mail."""
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny")
        begin(page)
        tab(page, "Deltakere")
        page.get_by_text("Ny kontakt").click()
        page.get_by_label("Navn").fill("Ola fra CRM")
        page.get_by_label("E-post").fill("OLA@byggbo.example")
        page.get_by_role("button", name="Legg til kontakten").click()
        expect(page.locator(".chip", has_text="Ola Berg")).to_be_visible()
        to_the_step(page)
        expect(page.get_by_label("Send møteinnkallelse")).to_be_disabled()
        save(page)
        saved(page)

    assert "SCHEDULE-AGENT" not in only(house, "kari", "Prosjektmøte")
    assert "Prosjektmøte" in only(house, "ola", "Prosjektmøte")


def test_one_who_is_taken_out_is_told_and_the_others_are_not(house: House) -> None:
    house.put("kari", task("t-1", "kari", ("ola", "per")), slug="tasks")
    with house.seat("kari", script=False) as seat:
        page = seat.go(f"/oppgave/{reading(house, 'kari', 't-1')}")
        page.get_by_role("button", name="Fjern Per Dahl").click()
        to_the_step(page)
        save(page)
        saved(page)

    assert uid_of(house.find("ola", "t-1", "tasks")) == "t-1"
    assert "per@" not in house.find("kari", "t-1", "tasks")
