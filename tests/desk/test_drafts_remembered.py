# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a «møtebekreftelse» asks for an answer is as in the last one, until its sender chooses otherwise."""

from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.desk.filling import save, saved, to_the_step, uid_of
from tests.desk.house import House, ahead
from tests.desk.mailing import Post, mailing, post, until
from tests.desk.test_drafts import written
from tests.desk.test_drafts_asking import calendar_part
from tests.desk.test_items import only, reading

__all__ = ["mailing", "post"]


def move(page: Page, house: House, place: str) -> None:
    """Let Kari change where it is."""
    uid = uid_of(only(house, "kari", "Prosjektmøte"))
    page.goto(f"{house.url}/avtale/{reading(house, 'kari', uid)}")
    page.get_by_label("Plassering").fill(place)
    to_the_step(page)
    save(page)
    saved(page)


def draft(page: Page, house: House) -> None:
    """Open the draft about it."""
    page.goto(f"{house.url}/utkast")
    page.get_by_role("link", name="Prosjektmøte").click()
    expect(page.get_by_label("Emne")).to_have_value("Oppdatert invitasjon: Prosjektmøte")


def send(page: Page, post: tuple[Post, int]) -> str:
    """Send the draft that is open, and give how the mail asks."""
    before = len(post[0].mails)
    page.get_by_role("button", name="Send", exact=True).click()
    until(page, lambda: len(post[0].mails) == before + 1)
    return calendar_part(post[0].mails[-1])[0]


def words_of(mail: EmailMessage) -> str:
    """Give what a mail says as text."""
    part = next(one for one in mail.walk() if one.get_content_type() == "text/plain")
    return part.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_a_later_draft_only_confirms_too(mailing: House, post: tuple[Post, int]) -> None:
    """A21, 2.1."""
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        written(page, "Berit Kunde")
        page.get_by_label("Be om svar").uncheck()
        assert send(page, post) == "PUBLISH"

        move(page, mailing, "Møterom 2")
        draft(page, mailing)
        expect(page.get_by_label("Be om svar")).not_to_be_checked()
        assert "  * nytt sted: Møterom 2\n" in page.get_by_label("Tekst").input_value()
        assert send(page, post) == "PUBLISH"

        move(page, mailing, "Møterom 3")
        draft(page, mailing)
        expect(page.get_by_label("Be om svar")).not_to_be_checked()
        page.get_by_label("Be om svar").check()
        assert send(page, post) == "REQUEST"
        assert "nytt sted: Møterom 2 → Møterom 3" in words_of(post[0].mails[-1])

        move(page, mailing, "Møterom 4")
        draft(page, mailing)
        expect(page.get_by_label("Be om svar")).to_be_checked()


def test_what_is_sent_by_itself_later_only_confirms_too(mailing: House, post: tuple[Post, int]) -> None:
    """A21, 2.1: the choice holds for the mail that nobody reads through as well."""
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        written(page, "Berit Kunde")
        page.get_by_label("Be om svar").uncheck()
        page.get_by_label("Send senere endringer automatisk").check()
        assert send(page, post) == "PUBLISH"

        move(page, mailing, "Møterom 2")
        until(page, lambda: len(post[0].mails) == 2)

    method, text = calendar_part(post[0].mails[1])
    assert (method, "METHOD:PUBLISH" in text, "ATTENDEE" in text) == ("PUBLISH", True, False)
    assert "/svar/" not in post[0].mails[1].as_string()
