# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail that carries an invitation: what mail programs and mail servers need of it."""

import re

import pytest

from ical.itip.outcome import Method
from mail.compose import compose, suggested
from mail.errors import AddressRefused, NotComposable
from tests.mail.letters import BOX, HOUSE, TOKEN, calendar_text, letter, part, read, written


def test_what_is_suggested_begins_with_the_companys_own_words_where_somebody_is_asked() -> None:
    _, asked = suggested(letter(), "Vi bekrefter møtet.")
    _, off = suggested(letter(method=Method.CANCEL, text=calendar_text(method="CANCEL")), "Vi bekrefter møtet.")

    assert asked.startswith("Hei, Berit Kunde!\n\nVi bekrefter møtet.\n\nKari Nordmann")
    assert "Vi bekrefter" not in off


def test_the_structure_is_the_one_that_shows_buttons_everywhere() -> None:
    mail = written()

    assert [p.get_content_type() for p in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]


def test_the_calendar_part_names_its_method_has_no_disposition_and_survives_relays() -> None:
    raw = compose(letter(), HOUSE).data

    assert b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n" in raw
    found = next(p for p in read(compose(letter(), HOUSE)).walk() if p.get_content_type() == "text/calendar")
    assert found["Content-Transfer-Encoding"] == "base64"
    assert found["Content-Disposition"] is None
    assert found["Content-ID"] is None
    assert found.get_payload(decode=True) == calendar_text()


def test_the_attachment_is_the_same_text_to_save() -> None:
    found = next(p for p in written().walk() if p.get_content_type() == "application/ics")

    assert found.get_content_disposition() == "attachment"
    assert found.get_filename() == "invite.ics"
    assert found.get_payload(decode=True) == calendar_text()


def test_answers_of_programs_and_people_come_to_the_secret_mailbox_and_bounces_beside_it() -> None:
    envelope = compose(letter(), HOUSE)
    mail = read(envelope)

    sender = mail["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Kari Nordmann (via Distrib)", BOX)
    assert mail["Reply-To"].addresses[0].addr_spec == BOX
    assert envelope.sender == f"kalender+b-{TOKEN}@byggbo.example"
    assert envelope.recipient == "berit@kunde.example"
    assert [a.addr_spec for a in mail["To"].addresses] == ["berit@kunde.example"]
    assert mail["Cc"] is None
    assert mail["Bcc"] is None


def test_no_machine_answers_it() -> None:
    mail = written()

    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Content-Language"] == "nb"
    assert mail["MIME-Version"] == "1.0"
    assert mail["Date"].datetime.isoformat() == "2026-10-01T08:00:00+00:00"


def test_all_mail_about_one_entry_to_one_person_is_one_thread() -> None:
    first = written()
    update = written(first=False, message_id="2@byggbo.example")
    cancel = written(method=Method.CANCEL, first=False, message_id="3@byggbo.example")
    other = written(reply_token="anothertokenanothertoken")

    assert first["Message-ID"] == "<0123456789abcdef0123456789abcdef@byggbo.example>"
    assert first["In-Reply-To"] is None
    assert update["In-Reply-To"] == cancel["In-Reply-To"] == first["References"] == update["References"]
    assert other["References"] != first["References"]
    assert TOKEN not in first["References"]


def test_a_letter_written_again_is_the_same_mail() -> None:
    assert compose(letter(), HOUSE).data == compose(letter(), HOUSE).data


def test_every_octet_is_ascii_and_every_line_short_whatever_the_names_are() -> None:
    summary = "Gjennomgang av " + "kjøkken, bad og 🛠 " * 30
    names = {"recipient_name": "Bjørn Ærlig " * 12, "organizer_name": "Åse Ødegård"}
    envelope = compose(letter(text=calendar_text(summary=summary), **names), HOUSE)
    raw = envelope.data

    raw.decode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) <= 200
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert read(envelope)["From"].addresses[0].display_name == "Åse Ødegård (via Distrib)"


def test_long_identifiers_are_not_folded_into_encoded_words() -> None:
    house = HOUSE.__class__(HOUSE.mailboxes.__class__(f"kalender@{'a' * 60}.{'b' * 60}.example"), HOUSE.public_url)
    raw = compose(letter(first=False), house).data

    assert re.search(rb"^In-Reply-To: <[^?\r\n]+>\r$", raw, re.MULTILINE)


@pytest.mark.parametrize(
    "changes",
    [
        {"organizer_name": "Kari\r\nBcc: alle@byggbo.example\r\n"},
        {"recipient_name": "Berit\nX-Evil: 1"},
        {"text": calendar_text(summary="Befaring\\nBcc: alle@byggbo.example")},
    ],
)
def test_no_name_and_no_title_becomes_a_header(changes: dict[str, object]) -> None:
    mail = written(**changes)

    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert len(mail.get_all("To", [])) == 1


@pytest.mark.parametrize(
    "recipient",
    [
        "berit@kunde.example\r\nRCPT TO:<x@y.example>",
        "berit@kunde.example, per@kunde.example",
        "<berit@kunde.example>",
        "berit kunde@kunde.example",
        "bjørn@kunde.example",
        "berit@",
        "berit",
        f"{'a' * 65}@kunde.example",
        "berit@kunde..example",
    ],
)
def test_an_address_that_is_no_mailbox_is_refused(recipient: str) -> None:
    with pytest.raises(AddressRefused):
        compose(letter(recipient=recipient), HOUSE)


def test_a_domain_in_another_script_is_written_in_ascii() -> None:
    envelope = compose(letter(recipient="berit@kjøkken.example"), HOUSE)

    assert envelope.recipient == "berit@xn--kjkken-cya.example"
    assert read(envelope)["To"].addresses[0].addr_spec == "berit@xn--kjkken-cya.example"


@pytest.mark.parametrize("message_id", ["x", "<a@b>\r\nBcc: x@y", "a b@c", "<a@b> <c@d>"])
def test_a_bad_message_id_is_refused(message_id: str) -> None:
    with pytest.raises(NotComposable):
        compose(letter(message_id=message_id), HOUSE)


@pytest.mark.parametrize("text", [b"", b"nonsense", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
def test_a_text_that_says_nothing_is_refused(text: bytes) -> None:
    with pytest.raises(NotComposable):
        compose(letter(text=text), HOUSE)


def test_what_the_organizer_writes_is_text_and_not_markup() -> None:
    html = part(written(text=calendar_text(more="DESCRIPTION:<script>alert(1)</script> & <img src=x>")), "text/html")

    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_no_remote_content_is_loaded() -> None:
    html = part(written(), "text/html")

    assert not re.search(r"<(img|link|script|iframe)\b|url\(|@import", html)
