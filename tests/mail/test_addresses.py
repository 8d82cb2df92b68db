# SPDX-License-Identifier: GPL-3.0-or-later
"""Plus-addresses, there and back."""

import pytest

from mail.addresses import Mailboxes, Purpose, Target, deliverable
from mail.errors import AddressRefused
from tests.mail.letters import TOKEN

BOXES = Mailboxes("Kalender@ByggBo.example")


@pytest.mark.parametrize("form", ["{}", "<{}>", " {} "])
def test_a_token_is_found_again_however_the_mailbox_is_written(form: str) -> None:
    for box, purpose in ((BOXES.answer(TOKEN), Purpose.ANSWER), (BOXES.bounce(TOKEN), Purpose.BOUNCE)):
        assert BOXES.target(form.format(box)) == Target(purpose, TOKEN)
        assert BOXES.target(form.format(box.upper())) == Target(purpose, TOKEN)


@pytest.mark.parametrize(
    "recipient",
    [
        "kalender@byggbo.example",
        "kalender+@byggbo.example",
        "kalender+b-@byggbo.example",
        f"kalender+{TOKEN}@annet.example",
        f"andre+{TOKEN}@byggbo.example",
        f"kalender+{TOKEN}x'--@byggbo.example",
        f"kalender+{TOKEN}",
        f"kalender+{'a' * 100}@byggbo.example",
        "",
    ],
)
def test_what_is_no_mailbox_of_ours_leads_nowhere(recipient: str) -> None:
    assert BOXES.target(recipient) is None


def test_the_local_part_is_short_enough_for_every_mail_server() -> None:
    assert len(BOXES.bounce(TOKEN).partition("@")[0]) <= 64


@pytest.mark.parametrize("email", ["ola.berg@byggbo.example", "o'hara@x.example", "a@[192.0.2.1]", "a@localhost"])
def test_ordinary_mailboxes_are_deliverable(email: str) -> None:
    assert deliverable(email) == email


@pytest.mark.parametrize("email", ["a b@x.example", "a@b@x.example", "a@-x.example", "a@x y", "a@.x"])
def test_others_are_refused(email: str) -> None:
    with pytest.raises(AddressRefused):
        deliverable(email)
