# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the mail that passes on to the organizer what no answer could be taken from, so that nothing is lost."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mail import mime
from mail.addresses import deliverable
from mail.compose import PRODUCT, Envelope, House, in_our_name
from mail.content import Proposed, one_line
from mail.dates import zone_named
from mail.errors import AddressRefused
from mail.translations import language_of, rendered, translator
from mail.wording import title_of, wanted_in

HOPS = "X-Distrib-Hops"
"""Counts how often a mail has passed through a gateway like this one."""


class Reason(StrEnum):
    """Why a mail is passed on."""

    WORDS = "words"
    """Somebody wrote in words."""
    STRANGER = "stranger"
    """It answers for an address that was not asked."""
    UNREADABLE = "unreadable"
    """It holds calendar data that cannot be used."""
    PROPOSAL = "proposal"
    """It proposes another time or place."""


@dataclass(frozen=True, slots=True)
class Note:
    """A mail that came in, and who is to read it."""

    original: bytes
    words: str
    """What its writer says."""
    writer: str
    """Who wrote it, by its From; '' where that cannot be read."""
    writer_name: str
    invited: str
    """Whom the mailbox that it came to was made for."""
    title: str
    reason: Reason
    hops: int
    recipient: str
    recipient_name: str
    language: str
    message_id: str
    written_at: datetime
    proposed: Proposed | None = None
    """What its writer would rather have."""
    timezone: str = ""


def pass_on(note: Note, house: House) -> Envelope:
    """Write the mail that brings *note* to the organizer; a reply to it goes to its writer, past us."""
    recipient = deliverable(note.recipient)
    language = language_of(note.language)
    _ = translator(language)
    name = one_line(note.writer_name) or note.writer or note.invited
    title, wanted = title_of(note.title, _), wanted_in(note.proposed, zone_named(note.timezone), language, _)
    facts = {"note": note, "name": name, "title": title, "wanted": wanted, "product": PRODUCT}
    message = mime.mixed(
        mime.alternative(
            mime.words(rendered("note.txt", language, facts), "plain"),
            mime.words(rendered("note.html", language, facts), "html"),
            seed=note.message_id,
        ),
        mime.attachment(note.original, "octet-stream", "original.eml"),
        seed=note.message_id,
    )
    mime.set_address(message, "From", in_our_name(name, _), house.mailboxes.plain)
    if (writer := _deliverable(note.writer)) is not None:
        mime.set_address(message, "Reply-To", name, writer)
    mime.set_address(message, "To", note.recipient_name, recipient)
    subject = _("Proposal: %(title)s") if note.reason is Reason.PROPOSAL else _("Answer to: %(title)s")
    message["Subject"] = subject % {"title": title}
    message[HOPS] = str(note.hops + 1)
    mime.set_automatic(message, note.written_at, language)
    return Envelope(house.mailboxes.plain, recipient, mime.serialised(message, note.message_id))


def _deliverable(email: str) -> str | None:
    try:
        return deliverable(email)
    except AddressRefused:
        return None
