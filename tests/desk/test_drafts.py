# SPDX-License-Identifier: GPL-3.0-or-later
"""«Møtebekreftelse»: a mail to a contact is written, and leaves when its sender sends it, once (S-07, S-08)."""

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page, expect

from gateway.services import received
from gateway.store import drafts, outbox
from tests.desk.filling import add_colleague, add_contact, save, saved, to_the_step
from tests.desk.house import House, ahead
from tests.desk.mailing import Post, mailing, post, until
from tests.desk.test_items import only, reading

__all__ = ["mailing", "post"]


def written(page: Page, *contacts: str, title: str = "Prosjektmøte") -> None:
    """Fill in an appointment with contacts, and let mails be written."""
    page.get_by_label("Tittel").fill(title)
    for name in contacts:
        add_contact(page, name)
    to_the_step(page)
    page.get_by_label("Send møteinnkallelse").check()
    save(page)
    expect(page.get_by_role("heading", name="Møtebekreftelse – utkast")).to_be_visible()


def waiting(house: House) -> list[drafts.Draft]:
    with house.database.read() as uow:
        return drafts.of_person(uow, house.staff["kari"].id)


def mails(house: House) -> list[outbox.Mail]:
    with house.database.read() as uow:
        return list(outbox.recent(uow, 20))


def invited(text: str) -> str:
    return next(line for line in text.splitlines() if line.endswith("mailto:berit@kunde.example"))


def test_nothing_leaves_before_it_is_sent_and_then_it_leaves_once(mailing: House, post: tuple[Post, int]) -> None:
    """S-07, S-08: until then the contact is in it with SCHEDULE-AGENT=CLIENT."""
    with mailing.seat("kari") as seat, mailing.seat("kari", script=False) as other:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        written(page, "Berit Kunde", "Jon Uten")
        assert "Berit Kunde <berit@kunde.example>" in page.get_by_label("Til", exact=True).input_value()
        assert "Hei, Berit Kunde!" in page.get_by_label("Tekst").input_value()
        seat.check()
        assert "SCHEDULE-AGENT=CLIENT" in invited(only(mailing, "kari", "Prosjektmøte"))
        assert mails(mailing) == []
        twin = other.go(page.url.removeprefix(mailing.url))

        page.get_by_label("Emne").fill("Velkommen til befaring")
        page.get_by_label("Tekst").fill("Kjære Berit,\nta med hjelm.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("Sendt.")
        twin.get_by_role("button", name="Send", exact=True).click()
        expect(twin.get_by_role("heading", name="Her er det ingenting")).to_be_visible()
        until(page, lambda: len(post[0].mails) == 1)

    (mail,) = post[0].mails
    assert mail["Subject"] == "Velkommen til befaring"
    assert "ta med hjelm." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "/svar/" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert waiting(mailing) == []
    assert len(mails(mailing)) == 1
    assert "SCHEDULE-AGENT" not in invited(only(mailing, "kari", "Prosjektmøte"))


def test_an_answer_to_what_was_downloaded_comes_back(house: House) -> None:
    """«Last ned .eml»: X-Unsent, the calendar part inside, and ORGANIZER is the contact's own address of ours."""
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        written(page, "Berit Kunde")
        expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
        with page.expect_download() as download:
            page.get_by_role("button", name="Last ned .eml").click()
        data = Path(download.value.path()).read_bytes()

    mail = email.message_from_bytes(data, policy=policy.default)
    assert mail["X-Unsent"] == "1"
    assert mail["From"] == "Kari Nordmann <kari@byggbo.example>"
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    text = part.get_payload(decode=True).decode().replace("\r\n ", "")  # type: ignore[union-attr]
    organizer = next(line for line in text.splitlines() if line.startswith("ORGANIZER"))
    token_box = organizer.rpartition("mailto:")[2]
    assert token_box.startswith("kalender+")
    (draft,) = waiting(house)
    assert draft.taken_at is not None

    _reply(house, text, token_box)
    assert "PARTSTAT=ACCEPTED" in invited(only(house, "kari", "Prosjektmøte"))


def _reply(house: House, request: str, to: str) -> None:
    """Let Berit's program accept."""
    lines = [line for line in request.splitlines() if not line.startswith(("ATTENDEE", "METHOD", "BEGIN:VALARM"))]
    at = next(place for place, line in enumerate(lines) if line.startswith("ORGANIZER"))
    lines.insert(at, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:berit@kunde.example")
    lines.insert(1, "METHOD:REPLY")
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = "berit@kunde.example", to, "Akseptert"
    reply["Message-ID"] = "<svar-1@kunde.example>"
    reply.set_content("Ja")
    reply.add_alternative("\r\n".join([*lines, ""]).encode(), "text", "calendar", params={"method": "REPLY"})
    with house.database.write() as uow:
        now = ahead(0)
        received.receive(uow, bytes(reply), to, settings=house.service.settings, now=now)


def test_a_later_change_is_a_new_draft_wherever_it_is_made(mailing: House, post: tuple[Post, int]) -> None:
    """§2.1, one rule for all doors: Kari moves it with her calendar program, and is reminded of the mail."""
    with mailing.seat("kari") as seat:
        page = seat.go(f"/avtale/ny?start={ahead():%Y-%m-%dT09:00}")
        written(page, "Berit Kunde")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("Sendt.")
        until(page, lambda: len(post[0].mails) == 1)
        text = only(mailing, "kari", "Prosjektmøte")
        uid = next(line for line in text.splitlines() if line.startswith("UID:")).removeprefix("UID:")
        moved = text.replace("T090000", "T110000").replace("T100000", "T120000")
        status, body = mailing.dav("kari", "PUT", f"/dav/kari/calendar/{uid}.ics", moved.encode())
        assert status in {201, 204}, body

        page = seat.go("/utkast")
        expect(page.get_by_text("Du har 1 usendt møtebekreftelse.")).to_be_visible()
        seat.check()
        assert len(mails(mailing)) == 1
        page.get_by_role("link", name="Prosjektmøte").click()
        assert "Oppdatert" in page.get_by_label("Emne").input_value()
        page.get_by_label("Send senere endringer automatisk").check()
        page.get_by_role("button", name="Send", exact=True).click()
        until(page, lambda: len(post[0].mails) == 2)

        page = seat.go(f"/avtale/{reading(mailing, 'kari', uid)}")
        page.get_by_label("Plassering").fill("Brakka")
        to_the_step(page)
        save(page)
        saved(page)
        until(page, lambda: len(post[0].mails) == 3)

    assert waiting(mailing) == []


def test_a_draft_that_is_thrown_away_tells_nobody_anything(house: House) -> None:
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny")
        written(page, "Berit Kunde")
        page.get_by_role("button", name="Forkast").click()
        expect(page.get_by_role("status").first).to_contain_text("Forkastet")

    assert waiting(house) == []
    assert mails(house) == []
    assert "SCHEDULE-AGENT=CLIENT" in invited(only(house, "kari", "Prosjektmøte"))


def test_a_draft_of_what_is_deleted_is_gone_and_others_drafts_are_nobodys(house: House) -> None:
    with house.seat("kari") as seat:
        page = seat.go("/avtale/ny")
        page.get_by_label("Tittel").fill("Prosjektmøte")
        add_colleague(page, "Ola Berg")
        add_contact(page, "Berit Kunde")
        to_the_step(page)
        page.get_by_label("Send møteinnkallelse").check()
        save(page)
        expect(page.get_by_role("heading", name="Møtebekreftelse – utkast")).to_be_visible()
        address = page.url.removeprefix(house.url)
        with house.seat("ola") as ola:
            expect(ola.go(address).get_by_role("heading", name="Her er det ingenting")).to_be_visible()
        page.get_by_role("link", name="Til avtalen").click()
        page.get_by_role("link", name="Slett").click()
        # Berit has heard of nothing, so there is nothing to tell her.
        expect(page.locator("form.item")).not_to_contain_text("Berit Kunde")
        page.get_by_role("button", name="Slett").click()
        expect(page.get_by_role("heading", name="Slett")).to_have_count(0)

        expect(seat.go("/utkast").get_by_text("Alt er sendt.")).to_be_visible()
    assert mails(house) == []
