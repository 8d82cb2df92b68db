# SPDX-License-Identifier: GPL-3.0-or-later
"""What an employee sends to whoever invited them from outside, and to whom they hand their place, as it is read."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ical.itip.outcome import Method
from mail.answered import Answered, tell
from mail.content import Proposed
from mail.errors import AddressRefused
from tests.gateway.services import texts
from tests.mail.letters import HOUSE, WRITTEN, part, read

TOKEN = "k7w2m4q6s3t5v7x2z4b6d3f5"


def text(method: str = "REPLY", kind: str = "VEVENT") -> bytes:
    """Give the calendar text of an answer to Berit."""
    when = ["DUE;TZID=Europe/Oslo:20261204T160000"] if kind == "VTODO" else ["DTSTART;TZID=Europe/Oslo:20261201T100000"]
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", f"METHOD:{method}", f"BEGIN:{kind}", "UID:m"),
        *("DTSTAMP:20261123T120000Z", *when, "SUMMARY:Befaring", "DESCRIPTION:Ta med hjelm"),
        *("ORGANIZER:mailto:berit@kunde.example", "ATTENDEE:mailto:ola@byggbo.example", f"END:{kind}", "END:VCALENDAR"),
    ]
    return texts.written(lines)


def answered(partstat: str = "ACCEPTED", method: Method = Method.REPLY, kind: str = "VEVENT") -> Answered:
    return Answered(
        text=text(method, kind),
        recipient="berit@kunde.example",
        recipient_name="Berit Kunde",
        attendee_name="Ola Berg",
        attendee_email="ola@byggbo.example",
        partstat=partstat,
        percent=None,
        comment="",
        token=TOKEN,
        language="nb",
        timezone="Europe/Oslo",
        message_id="a.1@byggbo.example",
        written_at=WRITTEN,
        method=method,
    )


@pytest.mark.parametrize(
    ("partstat", "kind", "subject", "headline"),
    [
        ("ACCEPTED", "VEVENT", "Godtatt: Befaring", "Ola Berg kommer."),
        ("TENTATIVE", "VEVENT", "Kanskje: Befaring", "Ola Berg kommer kanskje."),
        ("DECLINED", "VEVENT", "Avslått: Befaring", "Ola Berg kan ikke komme."),
        ("ACCEPTED", "VTODO", "Godtatt: Befaring", "Ola Berg tar denne oppgaven."),
        ("COMPLETED", "VTODO", "Fullført: Befaring", "Ola Berg har fullført denne oppgaven."),
    ],
)
def test_the_answer_stands_in_subject_and_first_line(partstat: str, kind: str, subject: str, headline: str) -> None:
    mail = read(tell(answered(partstat, kind=kind), HOUSE))

    assert mail["Subject"] == subject
    assert part(mail, "text/plain").startswith(headline)
    assert headline.removesuffix(".") in part(mail, "text/html")


def test_an_english_organizer_reads_english_and_how_much_is_done() -> None:
    said = replace(answered("IN-PROCESS", kind="VTODO"), language="en", percent=40)

    mail = read(tell(said, HOUSE))

    assert mail["Subject"] == "In progress: Befaring"
    assert "Ola Berg has begun with this task (40 %)." in part(mail, "text/plain")


def test_a_comment_is_told_and_the_organizers_own_text_is_not_told_back() -> None:
    mail = read(tell(replace(answered("DECLINED"), comment="Syk <i>i dag</i>"), HOUSE))

    assert "Syk <i>i dag</i>" in part(mail, "text/plain")
    assert "Syk &lt;i&gt;i dag&lt;/i&gt;" in part(mail, "text/html")
    assert "hjelm" not in part(mail, "text/plain")


def test_who_handed_it_on_tells_to_whom() -> None:
    mail = read(tell(replace(answered("DELEGATED"), delegate="nina@byggbo.example"), HOUSE))

    assert "Ola Berg har gitt dette videre til nina@byggbo.example." in part(mail, "text/plain")
    assert "Ola Berg har gitt dette videre." in part(read(tell(answered("DELEGATED"), HOUSE)), "text/plain")


@pytest.mark.parametrize(
    ("kind", "subject", "headline"),
    [
        ("VEVENT", "Invitasjon: Befaring", "Ola Berg ber deg komme i stedet."),
        ("VTODO", "Oppgave: Befaring", "Ola Berg ber deg gjøre denne oppgaven i stedet."),
    ],
)
def test_a_delegate_reads_what_it_is_and_who_gets_the_answer(kind: str, subject: str, headline: str) -> None:
    mail = read(tell(replace(answered(method=Method.REQUEST, kind=kind), organizer_name="John Smith"), HOUSE))

    words = part(mail, "text/plain")
    assert mail["Subject"] == subject
    assert words.startswith(headline)
    assert "Arrangør: John Smith (får svaret ditt)" in words
    assert "Ta med hjelm" in words


@pytest.mark.parametrize(
    ("kind", "subject", "headline"),
    [
        ("VEVENT", "Ikke lenger invitert: Befaring", "Ola Berg trenger ikke lenger at du kommer i stedet."),
        ("VTODO", "Ikke lenger din oppgave: Befaring", "Ola Berg har tatt denne oppgaven tilbake."),
    ],
)
def test_a_delegate_reads_that_it_was_taken_back(kind: str, subject: str, headline: str) -> None:
    mail = read(tell(answered(method=Method.CANCEL, kind=kind), HOUSE))

    assert mail["Subject"] == subject
    assert part(mail, "text/plain").startswith(headline)


def test_a_proposal_says_that_it_is_one() -> None:
    planned = Proposed(datetime(2026, 11, 30, 9, 0, tzinfo=UTC), datetime(2026, 11, 30, 10, 0, tzinfo=UTC), "Bua", "")
    mail = read(tell(replace(answered("TENTATIVE", Method.COUNTER), planned=planned), HOUSE))

    assert mail["Subject"] == "Forslag: Befaring"
    assert "Ola Berg foreslår dette i stedet." in part(mail, "text/plain")
    assert "tirsdag 1. desember 2026 kl. 10.00" in part(mail, "text/plain")
    assert "I stedet for: mandag 30. november 2026 kl. 10.00–11.00, Bua" in part(mail, "text/plain")


def test_it_is_from_the_employee_and_bounces_find_the_way_back() -> None:
    envelope = tell(answered(), HOUSE)
    mail = read(envelope)

    assert str(mail["From"]) == "Ola Berg <ola@byggbo.example>"
    assert str(mail["To"]) == "Berit Kunde <berit@kunde.example>"
    assert envelope.sender == f"kalender+b-{TOKEN}@byggbo.example"
    assert TOKEN.encode() not in envelope.data
    calendars = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    assert [p.get_param("method") for p in calendars] == ["REPLY"]


def test_a_domain_that_is_not_ours_is_in_reply_to_alone() -> None:
    mail = read(tell(replace(answered(), attendee_email="lise@datter.example"), HOUSE))

    assert str(mail["From"]) == '"Ola Berg (via Distrib)" <kalender@byggbo.example>'
    assert str(mail["Reply-To"]) == "Ola Berg <lise@datter.example>"


@pytest.mark.parametrize("name", ["Ola\r\nBcc: x@y.example", "Ola\u2028Berg", '"><script>'])
def test_no_name_writes_a_header_or_markup(name: str) -> None:
    said = replace(answered(), attendee_name=name, recipient_name=name, delegate=name, organizer_name=name)

    mail = read(tell(said, HOUSE))

    assert mail["Bcc"] is None
    assert "<script>" not in part(mail, "text/html")


def test_who_cannot_be_reached_is_written_nothing() -> None:
    with pytest.raises(AddressRefused):
        tell(replace(answered(), recipient="to adresser@kunde.example"), HOUSE)
