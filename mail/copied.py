# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the copy of a mail to a contact that its sender gives to others: its words, and nothing that answers.

The calendar part, the links and the secret mailbox are the contact's alone: whoever has them can answer in their name.
"""

from dataclasses import dataclass
from datetime import datetime

from mail import mime
from mail.addresses import deliverable
from mail.compose import PRODUCT, Envelope, House, in_our_name
from mail.content import one_line
from mail.translations import language_of, rendered, translator


@dataclass(frozen=True, slots=True)
class Copy:
    """What somebody wrote to a contact, for one of those who get a copy."""

    recipient: str
    to: str
    """The contact's mailbox."""
    to_name: str
    copies: tuple[str, ...]
    """The mailboxes of all who get a copy."""
    organizer_name: str
    organizer_email: str
    subject: str
    words: str
    language: str
    message_id: str
    written_at: datetime


def copied(copy: Copy, house: House) -> Envelope:
    """Write *copy*; a reply to it goes to whoever wrote. Raises NotComposable where an address cannot be used."""
    recipient, writer = deliverable(copy.recipient), deliverable(copy.organizer_email)
    language = language_of(copy.language)
    name = one_line(copy.organizer_name) or writer
    facts = {"copy": copy, "name": one_line(copy.to_name) or copy.to, "organizer": name, "product": PRODUCT}
    message = mime.alternative(
        mime.words(rendered("copy.txt", language, facts), "plain"),
        mime.words(rendered("copy.html", language, facts), "html"),
        seed=copy.message_id,
    )
    mime.set_address(message, "From", in_our_name(name, translator(language)), house.mailboxes.plain)
    mime.set_address(message, "Reply-To", name, writer)
    mime.set_address(message, "To", copy.to_name, deliverable(copy.to))
    mime.set_copies(message, copy.copies)
    message["Subject"] = one_line(copy.subject)
    mime.set_automatic(message, copy.written_at, language)
    return Envelope(house.mailboxes.plain, recipient, mime.serialised(message, copy.message_id))
