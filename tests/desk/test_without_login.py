# SPDX-License-Identifier: GPL-3.0-or-later
"""An employee without login is sent mail as contacts are; a contact who is an employee is asked as one (A19, A20)."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from gateway.model import Contact
from gateway.services import binding, people
from gateway.services.scene import Scene
from gateway.store import contacts, outbox, waiting
from tests.desk.filling import add_contact, save, saved, to_the_step, uid_of
from tests.desk.house import HASH, House, ahead
from tests.desk.mailing import Post, mailing, post, until
from tests.desk.test_groups import people as named
from tests.desk.test_items import only, reading

__all__ = ["mailing", "post"]
SIV = "siv@byggbo.example"


def employ_siv(house: House) -> None:
    """Let Siv work here, without a login."""
    with house.database.write() as uow:
        people.add_person(uow, login="siv", name="Siv Nyansatt", emails=[SIV], password_hash=None)
        house.staff["siv"] = people.disable(uow, "siv")


def let_in(house: House, login: str) -> None:
    with house.database.write() as uow:
        person = house.staff[login] = people.set_password(uow, login, HASH)
        binding.bind(uow, person, person.addresses, scene=Scene(house.service.settings, datetime.now(UTC)))


def test_somebody_without_login_is_mailed_by_hand_and_has_it_once_they_sign_in(
    mailing: House, post: tuple[Post, int]
) -> None:
    """P-11, A20: no pop-up, no distributed item. The first password brings it into their calendar."""
    employ_siv(mailing)
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        page.get_by_role("tab", name="Deltakere").click()
        page.get_by_role("combobox", name="Finn en kollega").fill("siv")
        page.get_by_role("option", name="Siv Nyansatt uten innlogging").click()
        expect(page.locator(".chip", has_text="Siv Nyansatt")).to_contain_text("uten innlogging: får e-post")
        seat.check()
        to_the_step(page)
        expect(page.get_by_label("Send invitasjoner")).to_be_disabled()
        page.get_by_label("Send møteinnkallelse").check()
        save(page)
        expect(page.get_by_label("Til", exact=True)).to_have_value(f"Siv Nyansatt <{SIV}>")
        text = only(mailing, "kari", "Prosjektmøte")
        assert "SCHEDULE-AGENT=CLIENT" in named(text)[SIV]
        page.get_by_role("button", name="Send", exact=True).click()
        until(page, lambda: len(post[0].mails) == 1)
        assert post[0].to == [[SIV]]
        with mailing.database.read() as uow:
            assert waiting.count(uow, mailing.staff["siv"].id, ahead(0)) == 0
        page = seat.go(f"/avtale/{reading(mailing, 'kari', uid_of(text))}/invitasjoner?vis=1")
        expect(page.get_by_role("row", name="Siv Nyansatt")).to_contain_text("e-post sendt")

        let_in(mailing, "siv")
        with mailing.seat("siv") as siv:
            expect(siv.go("/invitasjoner").get_by_text("Prosjektmøte")).to_be_visible()
        assert "Prosjektmøte" in mailing.find("siv", uid_of(text))
        assert len(post[0].mails) == 1


def test_a_mail_that_waits_for_somebody_who_signs_in_by_now_brings_it_into_their_calendar(mailing: House) -> None:
    """A19: never both. The draft is gone when it is sent, and no mail has left."""
    employ_siv(mailing)
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        page.get_by_role("tab", name="Deltakere").click()
        page.get_by_role("combobox", name="Finn en kollega").fill("siv")
        page.get_by_role("option", name="Siv Nyansatt").click()
        to_the_step(page)
        page.get_by_label("Send møteinnkallelse").check()
        save(page)
        expect(page.get_by_role("heading", name="Møtebekreftelse – utkast")).to_be_visible()
        let_in(mailing, "siv")
        assert only(mailing, "siv", "Prosjektmøte") == ""
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("Alt er sendt.")).to_be_visible()

    assert "Prosjektmøte" in only(mailing, "siv", "Prosjektmøte")
    assert mails(mailing) == 0


def mails(house: House) -> int:
    with house.database.read() as uow:
        return sum(outbox.counts(uow).values())


def test_a_contact_who_is_an_employee_gets_an_invitation_and_no_mail(mailing: House) -> None:
    """A19: found among the contacts, by whichever of their addresses."""
    with mailing.database.write() as uow:
        people.add_address(uow, "ola", "o.berg@byggbo.example")
        contacts.add(uow, Contact("Ola Berg (privat)", email="o.berg@byggbo.example"))
    with mailing.seat("kari") as seat:
        page = seat.go("/avtale/ny")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        add_contact(page, "Ola Berg")
        to_the_step(page)
        expect(page.get_by_label("Send møteinnkallelse")).to_be_disabled()
        expect(page.get_by_text("1 ansatt får invitasjon")).to_be_visible()
        save(page)
        saved(page)

    assert list(named(only(mailing, "ola", "Prosjektmøte"))) == ["kari@byggbo.example", "ola@byggbo.example"]
    assert mails(mailing) == 0
