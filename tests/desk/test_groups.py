# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of the company in the page of an appointment: found, shown by who is in them, and asked one by one."""

import pytest
from playwright.sync_api import Page, expect

from gateway.services import groups
from gateway.store import contacts
from tests.desk.filling import SCRIPTED, add_colleague, save, saved, tab, to_the_step, uid_of
from tests.desk.house import House, ahead
from tests.desk.mailing import Post, mailing, post, until
from tests.desk.test_items import only, reading

__all__ = ["mailing", "post"]
SALG = "salg@byggbo.example"


@pytest.fixture
def selling(mailing: House) -> House:
    """Give a company in which Ola, Per, Berit (a customer) and Kari belong to a group."""
    with mailing.database.write() as uow:
        groups.add(uow, "Salg", SALG, ["ola", "per", "berit@kunde.example", "kari"])
    return mailing


def begun(page: Page, title: str = "Prosjektmøte") -> Page:
    page.get_by_label("Tittel").fill(title)
    tab(page, "Deltakere")
    return page


def add_group(page: Page) -> None:
    page.get_by_role("combobox", name="Finn en kollega").fill("salg")
    page.get_by_role("option", name="Salg gruppe, 4 personer").click()
    expect(page.locator(".chip", has_text="Salg")).to_be_visible(timeout=SCRIPTED)


def people(text: str) -> dict[str, str]:
    """Give the line of each who is named, by mailbox."""
    return {line.rpartition("mailto:")[2]: line for line in text.splitlines() if line.startswith("ATTENDEE")}


@pytest.mark.parametrize("screen", ["desktop", "narrow"])
def test_a_group_is_found_and_shows_who_is_in_it_before_anything_is_saved(selling: House, screen: str) -> None:
    with selling.seat("kari", screen=screen) as seat:
        page = begun(seat.go("/avtale/ny"))
        add_group(page)
        page.get_by_text("gruppe, 4 personer").click()
        expect(page.get_by_text("Berit Kunde, Kari Nordmann, Ola Berg, Per Dahl")).to_be_visible()
        seat.check()


def test_each_in_it_is_asked_and_contacts_get_the_mail_that_is_sent_by_hand(
    selling: House, post: tuple[Post, int]
) -> None:
    """S-07…S-09, P-01, A1: the employees have it at once; Berit's mail waits for Kari, and leaves once."""
    with selling.seat("kari") as seat, selling.seat("ola") as ola:
        page = begun(seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}"))
        add_group(page)
        to_the_step(page)
        expect(page.get_by_text("lager e-post-utkast til 1 av 1 eksterne kontakter")).to_be_visible()
        expect(page.get_by_text("2 ansatte får invitasjon")).to_be_visible()
        page.get_by_label("Send møteinnkallelse").check()
        save(page)
        expect(page.get_by_label("Til", exact=True)).to_have_value("Berit Kunde <berit@kunde.example>")
        expect(ola.go("/invitasjoner").get_by_text("Prosjektmøte")).to_be_visible()

        said = people(only(selling, "kari", "Prosjektmøte"))
        assert set(said) == {f"{login}@byggbo.example" for login in ("kari", "ola", "per", "salg")} | {
            "berit@kunde.example"
        }
        assert {"CUTYPE=GROUP", "SCHEDULE-AGENT=NONE"} <= set(said[SALG].partition(":")[0].split(";"))
        assert f'MEMBER="mailto:{SALG}"' in said["ola@byggbo.example"]
        assert "SCHEDULE-AGENT=CLIENT" in said["berit@kunde.example"]
        assert post[0].mails == []

        page.get_by_role("button", name="Send", exact=True).click()
        until(page, lambda: len(post[0].mails) == 1)
        uid = uid_of(only(selling, "kari", "Prosjektmøte"))
        page = seat.go(f"/avtale/{reading(selling, 'kari', uid)}/invitasjoner?vis=1")
        assert page.get_by_role("rowheader").all_inner_texts() == ["Berit Kunde (ekst.)", "Ola Berg", "Per Dahl"]
        shown = ola.go(f"/avtale/{reading(selling, 'ola', uid)}").locator("dd", has_text="Per Dahl")
        expect(shown).to_contain_text("Berit Kunde")
        expect(shown).not_to_contain_text("Salg")
    assert post[0].to == [["berit@kunde.example"]]
    assert "SCHEDULE-AGENT" not in people(only(selling, "kari", "Prosjektmøte"))["berit@kunde.example"]


def test_who_is_taken_out_of_it_stays_out_when_it_is_saved_again(selling: House) -> None:
    with selling.seat("kari") as seat:
        page = begun(seat.go("/avtale/ny"))
        add_group(page)
        to_the_step(page)
        save(page)
        saved(page)
        tab(page, "Deltakere")
        expect(page.locator(".chip", has_text="Salg")).to_contain_text("gruppe")
        page.locator(".chip", has_text="Per Dahl").get_by_role("button").click()
        expect(page.locator(".chip", has_text="Per Dahl")).to_have_count(0, timeout=SCRIPTED)
        to_the_step(page)
        save(page)
        saved(page)

    assert set(people(only(selling, "ola", "Prosjektmøte"))) == {
        *("kari@byggbo.example", "ola@byggbo.example", SALG, "berit@kunde.example")
    }


def test_nobody_is_sent_anything_where_invitations_are_not_to_be_sent(selling: House) -> None:
    """A4: «Send invitasjoner» unticked holds for those who are in it by a group, too."""
    with selling.seat("kari") as seat:
        page = begun(seat.go("/avtale/ny"))
        add_group(page)
        to_the_step(page)
        page.get_by_label("Send invitasjoner").uncheck()
        save(page)
        saved(page)
        expect(page.locator(".chip", has_text="Ola Berg")).to_contain_text("ikke sendt")

    assert only(selling, "ola", "Prosjektmøte") == ""


def test_a_mailbox_that_is_typed_is_the_groups_or_the_employees(selling: House) -> None:
    """A19: typed as a new contact, without scripts. Nobody becomes a contact by it, and nobody is in it twice."""
    with selling.seat("kari", script=False) as seat:
        page = seat.go("/avtale/ny")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        for name, box in (("Salg", SALG), ("Ola", "OLA@byggbo.example"), ("Ola Berg", "ola@byggbo.example")):
            page.get_by_text("Ny kontakt").click()
            page.get_by_label("Navn").fill(name)
            page.get_by_label("E-post").fill(box)
            page.get_by_role("button", name="Legg til kontakten").click()
        expect(page.locator(".chip")).to_have_count(2)
        save(page)
        save(page)
        saved(page)
        assert seat.faults == []

    said = people(only(selling, "ola", "Prosjektmøte"))
    assert {"CUTYPE=INDIVIDUAL", "SCHEDULE-AGENT=CLIENT"}.isdisjoint(said[SALG].partition(":")[0].split(";"))
    assert len(said) == 5
    with selling.database.read() as uow:
        assert [one.name for one in contacts.everybody(uow)] == ["Berit Kunde", "Jon Uten", "Siri Mobil"]


def test_nobody_of_a_large_group_is_lost_when_it_is_saved_again(selling: House) -> None:
    """More people than anybody would add by hand."""
    with selling.database.write() as uow:
        groups.add(uow, "Alle kunder", "kunder@byggbo.example", [f"k{number}@kunde.example" for number in range(600)])
    with selling.seat("kari", script=False) as seat:
        page = seat.go("/avtale/ny")
        page.get_by_label("Tittel").fill("Åpent hus")
        page.get_by_label("Finn en kollega").fill("kunder")
        page.get_by_role("button", name="Søk").first.click()
        page.get_by_role("button", name="Legg til Alle kunder (gruppe, 600 personer)").click()
        save(page)
        save(page)
        saved(page)
        page.get_by_label("Tittel").fill("Åpent hus igjen")
        page.locator(".chip", has_text="k7@kunde.example").get_by_role("button").click()
        save(page)
        save(page)
        saved(page)

    assert len(people(only(selling, "kari", "Åpent hus igjen"))) == 1 + 1 + 599


def test_somebody_who_is_named_beside_their_group_is_asked_once(selling: House) -> None:
    with selling.seat("kari") as seat:
        page = begun(seat.go("/avtale/ny"))
        add_colleague(page, "Ola Berg")
        add_group(page)
        to_the_step(page)
        save(page)
        saved(page)

    text = only(selling, "kari", "Prosjektmøte")
    assert text.count("ola@byggbo.example") == 1
    assert "MEMBER" not in people(text)["ola@byggbo.example"]
    assert reading(selling, "ola", next(x[4:] for x in text.splitlines() if x.startswith("UID:")))
