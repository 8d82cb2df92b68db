# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy has what was written, and nothing by which its reader could answer in the contact's name."""

from dataclasses import replace

import pytest

from mail.copied import Copy, copied
from mail.errors import NotComposable
from tests.mail.letters import HOUSE, TOKEN, WRITTEN, part, read

COPY = Copy(
    recipient="ola@byggbo.example",
    to="berit@kunde.example",
    to_name="Berit Kunde",
    copies=("ola@byggbo.example", "kari@byggbo.example"),
    organizer_name="Kari Nordmann",
    organizer_email="kari@byggbo.example",
    subject="Velkommen til befaring",
    words="Kjære Berit,\nta med hjelm.",
    language="nb",
    message_id="c.1@byggbo.example",
    written_at=WRITTEN,
)


def test_it_says_whom_it_was_written_to_and_replies_go_to_its_writer() -> None:
    envelope = copied(COPY, HOUSE)
    mail = read(envelope)

    assert (envelope.recipient, envelope.sender) == ("ola@byggbo.example", "kalender@byggbo.example")
    assert str(mail["To"]) == "Berit Kunde <berit@kunde.example>"
    assert str(mail["Cc"]) == "ola@byggbo.example, kari@byggbo.example"
    assert str(mail["Reply-To"]) == "Kari Nordmann <kari@byggbo.example>"
    assert str(mail["From"]) == '"Kari Nordmann (via Distrib)" <kalender@byggbo.example>'
    assert mail["Subject"] == "Velkommen til befaring"
    for kind in ("text/plain", "text/html"):
        assert "ta med hjelm." in part(mail, kind)
        assert "Kopi av det Kari Nordmann sendte til Berit Kunde." in part(mail, kind)


def test_nothing_in_it_answers() -> None:
    envelope = copied(COPY, HOUSE)

    assert [one.get_content_type() for one in read(envelope).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert TOKEN.encode() not in envelope.data
    assert b"/svar/" not in envelope.data


@pytest.mark.parametrize("box", ["ola@byggbo.example, per@byggbo.example", "ola\r\nBcc: x@y.example", "ola"])
def test_no_more_than_one_mailbox_gets_it(box: str) -> None:
    with pytest.raises(NotComposable):
        copied(replace(COPY, recipient=box), HOUSE)
    with pytest.raises(NotComposable):
        copied(replace(COPY, copies=(box,)), HOUSE)
