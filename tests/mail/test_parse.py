# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of real programs, and what else arrives in a mailbox."""

import base64

import pytest

from ical.lines import read
from mail.parse import parse
from tests.mail.letters import sample

REPLY = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def mail_of(kind: str, body: bytes = REPLY.encode(), encoding: str = "base64", headers: str = "") -> bytes:
    """Give a mail that is one part."""
    payload = base64.encodebytes(body) if encoding == "base64" else body
    head = f"From: Berit <berit@kunde.example>\r\nMessage-ID: <1@kunde.example>\r\n{headers}"
    return f"{head}Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + payload


@pytest.mark.parametrize(
    ("name", "partstat"),
    [
        ("google-accepted", "ACCEPTED"),
        ("exchange-declined", "DECLINED"),
        ("apple-tentative", "TENTATIVE"),
        ("thunderbird-accepted", "ACCEPTED"),
        ("yahoo-accepted", "ACCEPTED"),
        ("proton-accepted", "ACCEPTED"),
    ],
)
def test_the_answer_of_each_program_is_found(name: str, partstat: str) -> None:
    mail = parse(sample(name))

    assert mail.sender == "berit@kunde.example"
    assert mail.calendar is not None
    assert mail.calendar.method == "REPLY"
    document = read(mail.calendar.text)
    event = next(c for c in document.root.children if c.name == "VEVENT")
    attendee = document.first(event, "ATTENDEE")
    assert attendee is not None
    assert attendee.parameter("PARTSTAT") == partstat
    summary = document.first(event, "SUMMARY")
    assert summary is not None
    assert "kjøkken" in summary.value


def test_who_wrote_and_what_about_is_read_in_any_charset() -> None:
    mail = parse(sample("words"))

    assert (mail.sender_name, mail.sender) == ("Berit Kunde ☕", "berit@kunde.example")
    assert mail.words == "Hei Kari,\n\njeg kommer, men først kl. 10.15.\n\nHilsen Berit"
    assert mail.calendar is None
    assert mail.message_id == "CAF3x-words@mail.kunde.example"
    assert parse(sample("exchange-declined")).subject == "Avslått: Befaring: kjøkken og bad"


@pytest.mark.parametrize(
    "kind",
    [
        "text/calendar; method=REPLY; charset=utf-8",
        "text/calendar",
        "application/ics",
        'application/octet-stream; name="svar.ics"',
        "application/octet-stream",
        'image/png; name="svar.ICS"',
        "text/plain; charset=utf-8",
    ],
)
@pytest.mark.parametrize("encoding", ["base64", "8bit"])
def test_calendar_data_is_found_whatever_it_is_called(kind: str, encoding: str) -> None:
    found = parse(mail_of(kind, encoding=encoding)).calendar

    assert found is not None
    assert found.method == "REPLY"


def test_a_method_that_only_the_content_type_tells_is_put_back() -> None:
    bare = REPLY.replace("METHOD:REPLY\r\n", "").encode()
    found = parse(mail_of("text/calendar; method=reply", bare)).calendar

    assert found is not None
    assert found.method == "REPLY"
    assert b"METHOD:REPLY\r\n" in found.text
    read(found.text)


def test_text_in_another_charset_becomes_utf_8() -> None:
    text = REPLY.replace("UID:x", "UID:x\r\nCOMMENT:kjøkken")
    declared = parse(mail_of("text/calendar; charset=iso-8859-1", text.encode("latin-1"))).calendar
    undeclared = parse(mail_of("text/calendar", text.encode("cp1252"))).calendar

    assert declared is not None
    assert "kjøkken" in declared.text.decode()
    assert undeclared is not None
    assert "kjøkken" in undeclared.text.decode()


def test_a_reply_counts_before_other_calendar_parts() -> None:
    request = REPLY.replace("REPLY", "REQUEST")
    parts = (f"--b\r\nContent-Type: text/calendar\r\n\r\n{text}\r\n" for text in (request, REPLY))
    body = "".join(parts) + "--b--"
    found = parse(mail_of('multipart/mixed; boundary="b"', body.encode(), "8bit")).calendar

    assert found is not None
    assert found.method == "REPLY"


def test_what_lies_inside_a_forwarded_mail_is_not_its_senders_answer() -> None:
    inner = mail_of("text/calendar; method=REPLY").decode()
    parts = (("text/plain", "Se under."), ("message/rfc822", inner))
    body = "".join(f"--b\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts) + "--b--"
    mail = parse(mail_of('multipart/mixed; boundary="b"', body.encode(), "8bit"))

    assert mail.calendar is None
    assert mail.words == "Se under."


def test_words_are_read_from_html_where_there_is_nothing_else() -> None:
    markup = b"<head><title>x</title></head><p>Hei <b>Kari</b>,</p><style>p{}</style><p>jeg&nbsp;kommer &amp; drar</p>"
    words = parse(mail_of("text/html; charset=utf-8", markup)).words

    assert [line for line in words.splitlines() if line] == ["Hei Kari,", "jeg kommer & drar"]


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=x",
        "Precedence: bulk",
        "Precedence: list",
        "List-Id: <liste.example>",
        "X-Autoreply: yes",
        "Return-Path: <>",
    ],
)
def test_a_machine_is_recognised(header: str) -> None:
    assert parse(mail_of("text/plain", b"Jeg er borte", headers=f"{header}\r\n")).automatic


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "Precedence: normal", "Return-Path: <berit@kunde.example>"])
def test_a_human_is_not_taken_for_a_machine(header: str) -> None:
    assert parse(mail_of("text/plain", b"Jeg kommer", headers=f"{header}\r\n")).automatic == ""


def test_the_envelope_says_more_than_the_header() -> None:
    assert parse(sample("words"), return_path="").automatic
    assert parse(sample("words"), return_path="<>").automatic
    assert parse(sample("words"), return_path="berit@kunde.example").automatic == ""


def test_a_bounce_is_read() -> None:
    mail = parse(sample("bounce"))

    assert mail.automatic == "multipart/report"
    assert mail.report is not None
    assert mail.report.is_final
    assert mail.report.status == "5.1.1"
    assert "User unknown" in mail.report.diagnosis


@pytest.mark.parametrize(("header", "hops"), [("2", 2), ("x", 0), ("99999999999", 0), ("-1", 0)])
def test_hops_are_counted(header: str, hops: int) -> None:
    assert parse(mail_of("text/plain", b"Hei", headers=f"X-Distrib-Hops: {header}\r\n")).hops == hops
