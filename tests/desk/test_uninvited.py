# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody answers who was not asked: the organizer takes them in or says no thanks (RFC 5546 3.2.3)."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from gateway.services import received
from gateway.services.arrivals import What
from gateway.services.letters import reply_mailbox
from gateway.store import answers, outbox
from ical.address import of_mailbox
from tests.desk.house import House, event, task
from tests.desk.mailing import Post, mailing, post, until
from tests.desk.test_recipients import reading_of, row

__all__ = ["mailing", "post"]
BERIT, SIRI = "berit@kunde.example", "siri@kunde.example"


def invitation(house: House, box: str) -> outbox.Mail:
    with house.database.read() as uow:
        rows = outbox.recent(uow, 50)
    return next(mail for mail in rows if mail.method == "REQUEST" and mail.address == f"mailto:{box}")


def answer(house: House, partstat: str, *lines: str, kind: str = "VEVENT", uid: str = "m-1") -> What:
    """Let Siri answer by mail the invitation that Berit passed on to her."""
    now = datetime.now(UTC) + timedelta(seconds=1)
    said = (f"UID:{uid}", f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}", "SEQUENCE:0", *lines)
    person = f"ATTENDEE;CN=Siri Holm;PARTSTAT={partstat}:mailto:{SIRI}"
    text = "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", "METHOD:REPLY", f"BEGIN:{kind}", *said, person),
            *(f"END:{kind}", "END:VCALENDAR", ""),
        ]
    )
    mail, house_box = EmailMessage(), house.service.settings.mail_from
    mail["From"], mail["Message-ID"] = f"Siri Holm <{SIRI}>", f"<{now.timestamp()}@kunde.example>"
    mail["To"] = reply_mailbox(house_box, str(invitation(house, BERIT).facts["reply_token"]))
    mail.set_content("Svar")
    mail.add_alternative(text.encode(), maintype="text", subtype="calendar", params={"method": "REPLY"})
    with house.database.write() as uow:
        to, settings = str(mail["To"]), house.service.settings
        return received.receive(uow, mail.as_bytes(), to, return_path=SIRI, settings=settings, now=now).what


def test_whoever_an_invitation_was_passed_on_to_is_taken_in(mailing: House, post: tuple[Post, int]) -> None:
    """It comes live, only the organizer reads it, her answer stands, and she gets an invitation that says so."""
    mailing.put("kari", event("m-1", "kari", ("ola", BERIT)))
    ola, kari = reading_of(mailing, "ola", "m-1"), reading_of(mailing, "kari", "m-1")
    with mailing.seat("kari") as seat, mailing.seat("ola") as other:
        page = seat.go(f"/avtale/{kari}/invitasjoner?vis=1")
        expect(row(page, "Berit Kunde")).to_be_visible()

        assert answer(mailing, "ACCEPTED", "COMMENT:Berit ba meg komme") is What.UNINVITED

        expect(page.get_by_text("Siri Holm er ikke invitert, men svarer ja.")).to_be_visible(timeout=15_000)
        expect(page.get_by_text("Berit ba meg komme")).to_be_visible()
        expect(page.get_by_text(f"{SIRI}, med invitasjonen til {BERIT}")).to_be_visible()
        seat.check()
        assert "siri" not in mailing.get("ola", mailing.place("ola", "m-1")).lower()
        for path in ("/invitasjoner", f"/avtale/{ola}"):
            assert "Siri Holm" not in other.go(path).content()

        page.get_by_role("button", name="Ta med").click()

        expect(page.get_by_text("Tatt med. Det er sendt beskjed.")).to_be_visible()
        expect(row(page, "Siri Holm")).to_contain_text("Godkjent")
        expect(page.get_by_text("er ikke invitert")).to_have_count(0)
        assert "PARTSTAT=ACCEPTED" in _line(mailing.get("ola", mailing.place("ola", "m-1")))
        until(page, lambda: any(mail["To"] and SIRI in mail["To"] for mail in post[0].mails))
        sent = next(mail for mail in post[0].mails if SIRI in mail["To"])
        assert "PARTSTAT=ACCEPTED" in _line(_calendar(sent))


def test_no_thanks_is_told_to_nobody_and_not_asked_again(mailing: House) -> None:
    mailing.put("kari", event("m-1", "kari", (BERIT,)))
    assert answer(mailing, "TENTATIVE") is What.UNINVITED
    with mailing.seat("kari", screen="narrow", scheme="dark") as seat:
        page = seat.go("/invitasjoner")
        expect(page.get_by_role("heading", name="Siri Holm er ikke invitert, men svarer kanskje.")).to_be_visible()
        seat.check()
        before = _mails(mailing)
        page.get_by_role("button", name="Nei takk").click()
        expect(page.get_by_text("Ikke tatt med. Ingen får beskjed om det.")).to_be_visible()
        expect(page.get_by_text("Siri Holm")).to_have_count(0)

        assert answer(mailing, "TENTATIVE") is What.IGNORED

        assert "Siri Holm" not in seat.go("/invitasjoner").content()
        assert _mails(mailing) == before
        assert "siri" not in mailing.get("kari", mailing.place("kari", "m-1")).lower()


def test_somebody_takes_on_a_task_that_they_were_not_given(mailing: House) -> None:
    """D-04: under «Distribuerte oppgaver», where the share that they have done stands."""
    mailing.put("kari", task("t-1", "kari", (BERIT,)), slug="tasks")
    assert answer(mailing, "IN-PROCESS", "PERCENT-COMPLETE:40", kind="VTODO", uid="t-1") is What.UNINVITED
    number = reading_of(mailing, "kari", "t-1")
    with mailing.seat("kari", locale="en-GB") as seat:
        page = seat.go(f"/distribuert/{number}?fane=distribusjoner&vis=1")
        expect(page.get_by_text("Siri Holm har ikke fått oppgaven, men har begynt på den.")).to_be_visible()
        seat.check()
        page.get_by_role("button", name="Ta med").click()
        expect(row(page, "Siri Holm")).to_contain_text("40 %")
        assert "/distribuert/" in page.url
    with mailing.database.read() as uow:
        entry_id = invitation(mailing, BERIT).entry_id
        stored = {a.address: (a.partstat, a.percent, a.channel) for a in answers.of(uow, entry_id)}
    assert stored[of_mailbox(SIRI)] == ("IN-PROCESS", 40, "mail")


def test_a_colleague_who_says_yes_in_a_copy_is_taken_in_at_once(house: House) -> None:
    """A copy in one's own calendar changes nothing until the organizer decides; the answer in it stands."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    copy = event("m-1", "kari", ("ola", "nina")).replace("NEEDS-ACTION;RSVP=TRUE:mailto:nina", "ACCEPTED:mailto:nina")
    house.put("nina", copy, name="m-1.ics")
    with house.seat("kari") as seat:
        page: Page = seat.go("/invitasjoner")
        expect(page.get_by_role("heading", name="Nina Lund er ikke invitert, men svarer ja.")).to_be_visible()
        page.get_by_role("button", name="Ta med").click()
        expect(page.get_by_text("Tatt med.")).to_be_visible()
    assert "PARTSTAT=ACCEPTED" in _line(house.find("kari", "m-1"), "nina")


def _line(text: str, who: str = "siri") -> str:
    return next(line for line in text.splitlines() if line.startswith("ATTENDEE") and f"mailto:{who}@" in line)


def _calendar(mail: EmailMessage) -> str:
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    return str(part.get_content()).replace("\r\n ", "").replace("\n ", "")


def _mails(house: House) -> int:
    with house.database.read() as uow:
        return len(outbox.recent(uow, 100))
