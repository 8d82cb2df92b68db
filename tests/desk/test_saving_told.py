# SPDX-License-Identifier: GPL-3.0-or-later
"""The step of saving says beforehand who is asked, who only hears of it, who is out, and to whom mail goes."""

from playwright.sync_api import Page, expect

from gateway.store import drafts, outbox
from tests.desk.filling import add_colleague, add_contact, save, saved, tab, to_the_step, uid_of
from tests.desk.house import House, ahead, event
from tests.desk.mailing import mailing, post
from tests.desk.test_items import only, reading

__all__ = ["mailing", "post"]


def answered(house: House, login: str, uid: str) -> None:
    with house.seat(login, script=False) as seat:
        page = seat.go(f"/avtale/{reading(house, login, uid)}")
        page.get_by_role("button", name="Godkjenn").click()
        saved(page)


def moved_to(page: Page, days: int) -> None:
    for name in ("Start", "Slutt"):
        page.get_by_label(f"{name}, dag").fill(f"{ahead(days):%Y-%m-%d}")


def test_who_is_asked_who_hears_of_it_and_who_is_out_are_told_apart(house: House) -> None:
    """S-09, A4, A10: Per is taken out, Nina is new, Ola has accepted; the mailboxes say the same afterwards."""
    house.put("kari", event("m-1", "kari", ("ola", "per")))
    answered(house, "ola", "m-1")
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Tittel").fill("Byggemøte")
        add_colleague(page, "Nina Lund")
        page.get_by_role("button", name="Fjern Per Dahl").click()
        expect(page.locator(".chip")).to_have_count(2)
        to_the_step(page)

        expect(page.get_by_role("status")).to_contain_text("Per Dahl er ikke lenger med, og får beskjed.")
        told = page.locator("#v3")
        expect(told.locator("p", has_text="1 ansatt får invitasjon")).to_contain_text("Nina Lund")
        expect(told.locator("p", has_text="1 ansatt får beskjed om endringen")).to_contain_text("Ola Berg")
        expect(told).not_to_contain_text("Per Dahl")
        seat.check()
        save(page)
        saved(page)

    assert "STATUS:CANCELLED" in house.find("per", "m-1")
    assert "PARTSTAT=NEEDS-ACTION" in house.find("nina", "m-1")
    assert "PARTSTAT=ACCEPTED" in house.find("ola", "m-1")
    assert "SUMMARY:Byggemøte" in house.find("ola", "m-1")


def test_a_contact_whom_we_mail_is_named_and_no_draft_is_made_beside(mailing: House) -> None:
    """S-07, 2.1: Berit was invited by a calendar program, so she hears of another place by itself, and once."""
    mailing.put("kari", event("m-1", "kari", ("berit@kunde.example",)))
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(mailing, 'kari', 'm-1')}")
        page.get_by_label("Plassering").fill("Brakka")
        to_the_step(page)
        expect(page.get_by_label("Send møteinnkallelse")).to_be_disabled()
        expect(page.get_by_text("får e-post automatisk")).to_be_visible()
        save(page)
        saved(page)

    with mailing.database.read() as uow:
        assert drafts.count(uow, mailing.staff["kari"].id) == 0
        assert len(list(outbox.recent(uow, 9))) == 2


def test_a_contact_to_whom_one_writes_oneself_gets_a_new_draft(mailing: House) -> None:
    """S-08, 2.1: after the first mail was sent, the step says that the change is a draft, and it is one."""
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        add_contact(page, "Berit Kunde")
        to_the_step(page)
        page.get_by_label("Send møteinnkallelse").check()
        save(page)
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_role("status").get_by_text("Sendt.").wait_for()
        uid = uid_of(only(mailing, "kari", "Prosjektmøte"))

        page = seat.go(f"/avtale/{reading(mailing, 'kari', uid)}")
        moved_to(page, 9)
        to_the_step(page)
        expect(page.get_by_text("Et nytt utkast til Berit Kunde lages uansett")).to_be_visible()
        save(page)
        saved(page)
        expect(page.get_by_role("link", name="Du har 1 usendt møtebekreftelse")).to_be_visible()

    with mailing.database.read() as uow:
        assert len(list(outbox.recent(uow, 9))) == 1


def test_the_last_one_who_is_taken_out_is_announced(house: House) -> None:
    """S-12: nobody is left in it, and yet somebody is told: that is said before it is done."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        tab(page, "Deltakere")
        page.get_by_role("button", name="Fjern Ola Berg").click()
        expect(page.locator(".chip")).to_have_count(0)
        to_the_step(page)
        expect(page.get_by_text("Ola Berg er ikke lenger med, og får beskjed.")).to_be_visible()
        expect(page.locator(".five input:enabled")).to_have_count(0)
        save(page)
        saved(page)

    assert "ATTENDEE" not in house.find("kari", "m-1")
    assert "STATUS:CANCELLED" in house.find("ola", "m-1")
