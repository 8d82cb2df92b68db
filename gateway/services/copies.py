# SPDX-License-Identifier: GPL-3.0-or-later
"""«Kopi» of a mail that somebody sends a contact themselves: its words, for a few people, and nothing that answers."""

import secrets
from collections.abc import Iterator, Mapping
from email.utils import getaddresses

from gateway.errors import Refused
from gateway.model import Person
from gateway.services.scene import Scene
from gateway.store.drafts import COPIES, Draft
from gateway.store.outbox import COPY, NewMail
from ical.address import Address, mailbox, of_mailbox
from mail.addresses import deliverable
from mail.errors import AddressRefused

MOST = 5
"""So many get a copy: to write to many, many are invited."""
LONGEST = 1000
"""Of the field that names them."""


def read(text: str, recipient: Address) -> tuple[str, ...]:
    """Give the mailboxes that *text* names, each once and *recipient* not; Refused where one is none, or too many."""
    named = ",".join(text[:LONGEST].replace(";", ",").split("\n")).strip(" ,")
    found = [_mailbox(box) for _, box in getaddresses([named])] if named else []
    others = tuple(box for box in dict.fromkeys(found) if box != mailbox(recipient))
    if len(text) > LONGEST or len(others) > MOST:
        raise Refused(f"a copy goes to {MOST} at most")
    return others


def of(facts: Mapping[str, object]) -> tuple[str, ...]:
    """Give who gets a copy."""
    said = facts.get(COPIES)
    return tuple(str(one) for one in said) if isinstance(said, list) else ()


def are_own(person: Person, boxes: tuple[str, ...]) -> bool:
    """Tell whether all that get a copy are *person*."""
    return all(of_mailbox(box) in person.all_addresses for box in boxes)


def mails(draft: Draft, sent: NewMail, person: Person, scene: Scene) -> Iterator[NewMail]:
    """Give the copies of the mail that *draft* became."""
    for box in of(draft.facts):
        yield NewMail(
            entry_id=draft.entry_id,
            instance=draft.instance,
            address=of_mailbox(box),
            method=COPY,
            cause=sent.cause,
            text=b"",
            facts={
                **{name: sent.facts.get(name) for name in ("subject", "words", "recipient_name", "language", COPIES)},
                "to": mailbox(draft.address),
                "organizer_name": person.name,
                "organizer_email": mailbox(person.addresses[0]) if person.addresses else None,
            },
            message_id=f"{secrets.token_hex(16)}@{scene.settings.mail_domain}",
            due_at=scene.now,
            created_at=scene.now,
        )


def _mailbox(text: str) -> str:
    try:
        found = mailbox(of_mailbox(deliverable(text)))
    except AddressRefused:
        found = None
    if found is None:
        raise Refused("a copy goes to e-mail addresses, with commas between them")
    return found
