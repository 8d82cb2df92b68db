# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's mail is kept as it was sent, in files."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from gateway.web import demo_mail
from gateway.web.demo_mail import CatchAll


def test_mail_is_listed_the_newest_first_by_the_recipient_of_the_envelope(tmp_path: Path) -> None:
    catch_all = CatchAll(tmp_path / "demo-mail")
    for subject in ("Første", "Andre"):
        answer = catch_all.send(_mail(subject), "kalender+b.1@byggbo.example", "berit@kunde.example")
        assert answer.startswith("250 ")

    listed = list(catch_all.listed())

    assert [(caught.subject, caught.recipient) for caught in listed] == [
        ("Andre", "berit@kunde.example"),
        ("Første", "berit@kunde.example"),
    ]
    assert [caught.sender for caught in listed] == ["Kari Nordmann", "Kari Nordmann"]
    assert listed[0].part("text/plain") == "Hei, Bodø\n"
    assert listed[0].part("text/calendar") == ""


def test_a_mail_is_kept_byte_for_byte_below_what_the_delivery_adds(tmp_path: Path) -> None:
    catch_all = CatchAll(tmp_path)
    data = _mail("Første")

    catch_all.send(data, "kalender@byggbo.example", "berit@kunde.example")

    (path,) = tmp_path.glob("*.eml")
    assert path.read_bytes() == (
        b"Return-Path: <kalender@byggbo.example>\r\nDelivered-To: berit@kunde.example\r\n" + data
    )


@pytest.mark.parametrize("name", ["..", "../data/distrib", "20261123T090000000000-0123456789abcdef", "", "*"])
def test_a_name_that_is_no_mails_leads_to_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.eml").write_bytes(b"Subject: no\r\n\r\n")

    assert CatchAll(tmp_path).one(name) is None


def test_an_address_of_two_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="more than one line"):
        CatchAll(tmp_path).send(_mail("Første"), "kalender@byggbo.example", "berit@kunde.example\r\nSubject: x")


def test_the_oldest_are_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_mail, "MOST_KEPT", 2)
    catch_all = CatchAll(tmp_path)

    for subject in "abc":
        catch_all.send(_mail(subject), "kalender@byggbo.example", "berit@kunde.example")

    assert [caught.subject for caught in catch_all.listed()] == ["c", "b"]


def _mail(subject: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Kari Nordmann <kalender+t@byggbo.example>"
    mail["To"] = "Somebody Else <else@kunde.example>"
    mail["Subject"] = subject
    mail.set_content("Hei, Bodø\n", cte="base64")
    return mail.as_bytes().replace(b"\n", b"\r\n")
