# SPDX-License-Identifier: GPL-3.0-or-later
"""What a contact wrote reaches the organizer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mail.addresses import Mailboxes
from mail.content import Proposed
from mail.note import Note, Reason, pass_on
from mail.parse import parse
from tests.mail.letters import HOUSE, WRITTEN, part, read, sample


def note(
    reason: Reason = Reason.WORDS, writer: str = "berit@kunde.example", language: str = "nb", words: str = "Hei!"
) -> Note:
    return Note(
        original=sample("words"),
        words=words,
        writer=writer,
        writer_name="Berit Kunde",
        invited="berit@kunde.example",
        title="Befaring",
        reason=reason,
        hops=1,
        recipient="kari@byggbo.example",
        recipient_name="Kari Nordmann",
        language=language,
        message_id="f.1@byggbo.example",
        written_at=WRITTEN,
    )


def test_the_organizer_answers_the_writer_directly() -> None:
    envelope = pass_on(note(), HOUSE)
    mail = read(envelope)

    assert envelope.recipient == "kari@byggbo.example"
    assert envelope.sender == "kalender@byggbo.example"
    assert mail["Reply-To"].addresses[0].addr_spec == "berit@kunde.example"
    assert str(mail["From"]) == '"Berit Kunde (via Distrib)" <kalender@byggbo.example>'
    assert mail["Subject"] == "Svar på: Befaring"


def test_the_words_and_the_original_are_there() -> None:
    mail = read(pass_on(note(words="Jeg kommer senere."), HOUSE))

    assert "Jeg kommer senere." in part(mail, "text/plain")
    assert "Jeg kommer senere." in part(mail, "text/html")
    attached = next(p for p in mail.walk() if p.get_filename() == "original.eml")
    assert attached.get_payload(decode=True) == sample("words")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason.WORDS, "has written to you"),
        (Reason.STRANGER, "not for berit@kunde.example"),
        (Reason.UNREADABLE, "could not be read"),
    ],
)
def test_it_says_why_it_comes_as_mail(reason: Reason, told: str) -> None:
    mail = read(pass_on(note(reason, language="en"), HOUSE))

    assert told in part(mail, "text/plain")
    assert told in part(mail, "text/html")


def test_it_never_goes_round() -> None:
    envelope = pass_on(note(), HOUSE)

    seen = parse(envelope.data)

    assert seen.automatic
    assert seen.hops == 2


def test_a_writer_who_cannot_be_answered_is_no_reason_to_lose_the_words() -> None:
    for writer in ("", "bjørn@kunde.example", "x\r\nBcc: y@z.example"):
        mail = read(pass_on(note(writer=writer), HOUSE))

        assert mail["Reply-To"] is None
        assert mail["Bcc"] is None
        assert "Hei!" in part(mail, "text/plain")


def test_markup_in_the_words_is_text() -> None:
    html = part(read(pass_on(note(words="<b onclick=x>Hei</b>"), HOUSE)), "text/html")

    assert "<b onclick" not in html
    assert Mailboxes("kalender@byggbo.example").plain not in html


@pytest.mark.parametrize(
    ("language", "subject", "told"),
    [
        (
            "nb",
            "Forslag: Befaring",
            "foreslår å endre «Befaring»: torsdag 8. oktober 2026 kl. 14.00–15.00, Loftet. Ingenting er endret",
        ),
        (
            "en",
            "Proposal: Befaring",
            "proposes to change “Befaring”: Thursday, 8 October 2026, 14:00–15:00, Loftet. Nothing has been changed",
        ),
    ],
)
def test_a_proposal_says_what_is_proposed(language: str, subject: str, told: str) -> None:
    at = datetime(2026, 10, 8, 12, 0, tzinfo=UTC)
    proposed = Proposed(at, at + timedelta(hours=1), "Loftet", "")
    asked = replace(note(Reason.PROPOSAL, language=language), proposed=proposed, timezone="Europe/Oslo")

    mail = read(pass_on(asked, HOUSE))

    assert mail["Subject"] == subject
    assert told in part(mail, "text/plain").replace("\r\n", "\n")
    assert told in part(mail, "text/html")


def test_a_place_alone_may_be_proposed() -> None:
    asked = replace(note(Reason.PROPOSAL), proposed=Proposed(None, None, "Loft\r\net", ""))

    assert "å endre «Befaring»: Loft et." in part(read(pass_on(asked, HOUSE)), "text/plain")
