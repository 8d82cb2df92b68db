# SPDX-License-Identifier: GPL-3.0-or-later
"""«Kopi» and the company's own words in a mail to a contact that somebody sends themselves (S-07, S-08, reading A1)."""

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gateway.model import Contact
from gateway.services import confirmations
from gateway.store import contacts
from tests.desk.house import House, ahead
from tests.desk.mailing import Post, mailing, post, until
from tests.desk.test_drafts import invited, mails, waiting, written
from tests.desk.test_items import only

__all__ = ["mailing", "post"]


def draft_to(page: Page, name: str) -> Page:
    """Write an appointment with a contact, and come to its mail."""
    written(page, name)
    return page


def kinds(mail: EmailMessage) -> set[str]:
    return {one.get_content_type() for one in mail.walk()}


def test_a_copy_goes_to_the_sender_and_to_others_and_none_of_them_can_answer(
    mailing: House, post: tuple[Post, int]
) -> None:
    """The contact's mail tells who got one. What asks and answers is the contact's alone."""
    with mailing.seat("kari", screen="narrow") as seat:
        page = draft_to(seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}"), "Berit Kunde")
        page.get_by_label("Kopi").fill("kari@byggbo.example, Per Dahl <per@byggbo.example>; berit@kunde.example")
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_label("Kopi")).to_have_value("kari@byggbo.example, per@byggbo.example")
        seat.check()
        page.get_by_role("button", name="Send", exact=True).click()
        until(page, lambda: len(post[0].mails) == 3)

    found = {to[0]: mail for to, mail in zip(post[0].to, post[0].mails, strict=True)}
    assert set(found) == {"berit@kunde.example", "kari@byggbo.example", "per@byggbo.example"}
    assert all(str(one["Cc"]) == "kari@byggbo.example, per@byggbo.example" for one in found.values())
    assert "text/calendar" in kinds(found["berit@kunde.example"])
    for box in ("kari@byggbo.example", "per@byggbo.example"):
        copy = found[box]
        assert kinds(copy) == {"multipart/alternative", "text/plain", "text/html"}
        assert "/svar/" not in copy.as_string()
        assert str(copy["Reply-To"]) == "Kari Nordmann <kari@byggbo.example>"
        assert "Hei, Berit Kunde!" in copy.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [one.method for one in mails(mailing)] == ["COPY", "COPY", "REQUEST"]
    text = only(mailing, "kari", "Prosjektmøte")
    assert "per@byggbo.example" not in text
    assert only(mailing, "per", "Prosjektmøte") == ""
    assert "SCHEDULE-AGENT" not in invited(text)


@pytest.mark.parametrize(
    "others",
    ["ikke en adresse", "a@b.example, b@", ", ".join(f"p{n}@byggbo.example" for n in range(6)), "x@y.example" * 100],
)
def test_what_is_no_address_or_too_many_is_said_and_nothing_leaves_or_is_lost(mailing: House, others: str) -> None:
    with mailing.seat("kari") as seat:
        page = draft_to(seat.go("/avtale/ny"), "Berit Kunde")
        page.get_by_label("Tekst").fill("Kjære Berit")
        page.get_by_label("Kopi").evaluate("field => field.removeAttribute('maxlength')")
        page.get_by_label("Kopi").fill(others)
        page.get_by_role("button", name="Send", exact=True).click()

        expect(page.get_by_role("alert")).to_contain_text("Ingenting er sendt")
        expect(page.get_by_label("Kopi")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("Tekst")).to_have_value("Kjære Berit")
        seat.check()
    assert mails(mailing) == []
    assert [one.words for one in waiting(mailing)] == ["Kjære Berit"]


@pytest.mark.parametrize(("box", "answers"), [("kari@byggbo.example", True), ("per@byggbo.example", False)])
def test_what_is_downloaded_names_those_who_get_a_copy(house: House, box: str, answers: bool) -> None:
    """Whoever but its sender has the file's links could answer for the contact: then there are none."""
    with house.seat("kari") as seat:
        page = draft_to(seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}"), "Berit Kunde")
        page.get_by_label("Kopi").fill(box)
        with page.expect_download() as download:
            page.get_by_role("button", name="Last ned .eml").click()
        mail = email.message_from_bytes(Path(download.value.path()).read_bytes(), policy=policy.default)

    assert isinstance(mail, EmailMessage)
    assert (str(mail["To"]), str(mail["Cc"])) == ("Berit Kunde <berit@kunde.example>", box)
    html = mail.get_body(("html",))
    assert html is not None
    assert ("/svar/" in html.get_content()) is answers


def test_a_draft_begins_with_the_companys_own_words_in_the_contacts_language(house: House) -> None:
    """A1: «Administrasjon – innstillinger – planlegger». Who calls it off does not confirm it."""
    with house.database.write() as uow:
        confirmations.set_standard(uow, "nb", "Vi bekrefter møtet vårt.\nRing 22 33 44 55 hvis noe endrer seg.")
        contacts.add(uow, Contact("John Smith", email="john@smith.example", language="en"))
    with house.seat("kari") as seat:
        page = draft_to(seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}"), "Berit Kunde")
        words = page.get_by_label("Tekst").input_value()
        assert words.startswith("Hei, Berit Kunde!\n\nVi bekrefter møtet vårt.\nRing 22 33 44 55")
        assert "Prosjektmøte" in words
        page = draft_to(seat.go("/avtale/ny"), "John Smith")
        assert "Vi bekrefter" not in page.get_by_label("Tekst").input_value()
