# SPDX-License-Identifier: GPL-3.0-or-later
"""A «møtebekreftelse» asks for an answer, or only confirms; and it leads back to what it is about."""

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import expect

from tests.desk.filling import add_contact, save, saved, to_the_step, uid_of
from tests.desk.house import House, ahead, event
from tests.desk.mailing import Post, mailing, post, until
from tests.desk.test_drafts import invited, waiting, written
from tests.desk.test_items import only, reading

__all__ = ["mailing", "post"]


def calendar_part(mail: EmailMessage) -> tuple[str, str]:
    """Give the method that the mail names, and the text."""
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    return str(part.get_param("method")), part.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_without_a_question_it_is_a_pure_confirmation(mailing: House, post: tuple[Post, int]) -> None:
    """A21: «Be om svar» off is METHOD:PUBLISH; nobody is named, and there is no page to answer on."""
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        written(page, "Berit Kunde")
        expect(page.get_by_label("Be om svar")).to_be_checked()
        page.get_by_label("Be om svar").uncheck()
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_label("Be om svar")).not_to_be_checked()
        seat.check()
        page.get_by_role("button", name="Send", exact=True).click()
        until(page, lambda: len(post[0].mails) == 1)

    method, text = calendar_part(post[0].mails[0])
    assert method == "PUBLISH"
    assert "METHOD:PUBLISH" in text
    assert "ATTENDEE" not in text
    assert "ORGANIZER" in text
    assert "/svar/" not in post[0].mails[0].as_string()
    assert "SCHEDULE-AGENT" not in invited(only(mailing, "kari", "Prosjektmøte"))


def test_a_confirmation_can_be_downloaded(house: House) -> None:
    """A21: the .eml says the same as the mail would."""
    with house.seat("kari", script=False) as seat:
        page = seat.go("/avtale/ny")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        page.get_by_text("Ny kontakt").click()
        page.get_by_label("Navn").fill("Berit Kunde")
        page.get_by_label("E-post").fill("berit@kunde.example")
        page.get_by_role("button", name="Legg til kontakten").click()
        to_the_step(page)
        page.get_by_label("Send møteinnkallelse").check()
        save(page)
        page.get_by_label("Be om svar").uncheck()
        with page.expect_download() as download:
            page.get_by_role("button", name="Last ned .eml").click()
        mail = email.message_from_bytes(Path(download.value.path()).read_bytes(), policy=policy.default)

    assert isinstance(mail, EmailMessage)
    assert mail["X-Unsent"] == "1"
    method, text = calendar_part(mail)
    assert (method, "METHOD:PUBLISH" in text, "ATTENDEE" in text) == ("PUBLISH", True, False)


def test_the_mail_about_a_task_leads_back_to_the_task(house: House) -> None:
    """S-02, S-07: a task has the same draft."""
    with house.seat("kari", screen="narrow", scheme="dark") as seat:
        page = seat.go("/oppgave/ny")
        written(page, "Berit Kunde", title="Legge gipsplate")
        seat.check()
        page.get_by_role("link", name="Til oppgaven").click()
        expect(page.get_by_role("heading", name="Oppgave: Legge gipsplate")).to_be_visible()

    assert "SCHEDULE-AGENT=CLIENT" in invited(only(house, "kari", "Legge gipsplate", slug="tasks"))


def test_whoever_had_mail_about_what_is_deleted_gets_a_draft_that_says_so(
    mailing: House, post: tuple[Post, int]
) -> None:
    """A22, 2.1: it is said before it is deleted, and nothing leaves by itself."""
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        written(page, "Berit Kunde")
        page.get_by_role("button", name="Send", exact=True).click()
        until(page, lambda: len(post[0].mails) == 1)
        uid = uid_of(only(mailing, "kari", "Prosjektmøte"))
        page = seat.go(f"/avtale/{reading(mailing, 'kari', uid)}/slett")
        expect(page.get_by_text("Det lages et utkast til Berit Kunde om at den er avlyst.")).to_be_visible()
        expect(page.get_by_text("får beskjed")).to_have_count(0)
        page.get_by_role("button", name="Slett").click()
        expect(page.get_by_role("heading", name="Slett")).to_have_count(0)

        page = seat.go("/utkast")
        page.get_by_role("link", name="Prosjektmøte").click()
        expect(page.get_by_label("Emne")).to_have_value("Avlyst: Prosjektmøte")
        expect(page.get_by_label("Be om svar")).to_have_count(0)
        assert len(post[0].mails) == 1
        page.get_by_role("button", name="Send", exact=True).click()
        until(page, lambda: len(post[0].mails) == 2)

    assert calendar_part(post[0].mails[1])[0] == "CANCEL"


def test_a_series_that_is_cut_in_two_mails_nobody_by_itself(mailing: House, post: tuple[Post, int]) -> None:
    """2.1, A9's extra: Berit has had mail about the series; of its second part she gets a draft, and no mail."""
    start = ahead(7, 12)
    mailing.put("kari", event("m-1", "kari", (), "RRULE:FREQ=WEEKLY;COUNT=7", start=start))
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(mailing, 'kari', 'm-1')}")
        add_contact(page, "Berit Kunde")
        to_the_step(page)
        page.get_by_label("Send møteinnkallelse").check()
        save(page)
        page.get_by_role("button", name="Send", exact=True).click()
        until(page, lambda: len(post[0].mails) == 1)

        page = seat.go(f"/avtale/{reading(mailing, 'kari', 'm-1')}?dag={ahead(28, 12):%Y%m%dT%H%M%SZ}")
        page.get_by_label("Tittel").fill("Nytt ukemøte")
        to_the_step(page)
        page.get_by_label("Oppdater alle avtaler som er generert av denne.").check()
        page.get_by_label("Hvor mange i serien").select_option("Denne og fremtidige")
        save(page)
        saved(page)

    after = only(mailing, "kari", "Nytt ukemøte")
    assert "SCHEDULE-AGENT=CLIENT" in invited(after)
    assert {one.summary for one in waiting(mailing)} == {"Prosjektmøte", "Nytt ukemøte"}
    assert uid_of(after) != "m-1"
    assert len(post[0].mails) == 1
