# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the mail that carries one iTIP message to one recipient (RFC 6047).

    multipart/mixed
      multipart/alternative
        text/plain, text/html
        text/calendar; method=…   no disposition: with one, Evolution and Thunderbird show no invitation
      application/ics             for those who save the file

The sender's mailbox is ours, so that DMARC holds; the organizer stands in the display name and in the words.
"""

from dataclasses import dataclass
from datetime import datetime

from ical.itip.outcome import Method
from mail import mime
from mail.addresses import Mailboxes, deliverable
from mail.content import Content, Proposed, content_of, one_line
from mail.translations import Gettext, language_of, rendered, translator
from mail.wording import Occasion, Wording, wording_of

PRODUCT = "Distrib"


@dataclass(frozen=True, slots=True)
class House:
    """What all mail of this gateway has in common."""

    mailboxes: Mailboxes
    public_url: str

    def link(self, token: str, answer: str | None = None) -> str:
        """Give the address of the page where the holder of *token* answers, with *answer* chosen beforehand."""
        url = f"{self.public_url.rstrip('/')}/svar/{token}"
        return f"{url}?a={answer}" if answer else url


@dataclass(frozen=True, slots=True)
class Letter:
    """One iTIP message to one recipient."""

    method: Method
    text: bytes
    """The calendar text, made for this recipient alone."""
    recipient: str
    recipient_name: str
    organizer_name: str
    organizer_email: str
    reply_token: str
    link: str | None
    """The token of the answer page; None: there is none."""
    first: bool
    """The recipient has not been asked before."""
    removed: bool
    """CANCEL: the entry takes place, without the recipient."""
    language: str
    timezone: str
    message_id: str
    written_at: datetime
    proposed: Proposed | None = None
    """DECLINECOUNTER: what is turned down."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready to be sent: SMTP's sender and recipient, and the bytes."""

    sender: str
    recipient: str
    data: bytes


def compose(letter: Letter, house: House) -> Envelope:
    """Write *letter*; raises NotComposable where its text or an address cannot be used."""
    recipient = deliverable(letter.recipient)
    language = language_of(letter.language)
    _ = translator(language)
    content = content_of(letter.text)
    wording = wording_of(content, _occasion(letter), language, _)
    facts = _facts(letter, content, wording, house)
    plain, html = (rendered(f"invitation.{form}", language, facts) for form in ("txt", "html"))
    message = mime.invitation(plain, html, letter.text, letter.method, seed=letter.message_id)
    box = house.mailboxes.answer(letter.reply_token)
    writer = in_our_name(_writer(letter), _)
    mime.set_address(message, "From", writer, box)
    mime.set_address(message, "Reply-To", writer, box)
    mime.set_address(message, "To", letter.recipient_name, recipient)
    message["Subject"] = wording.subject
    mime.set_automatic(message, letter.written_at, language)
    thread = house.mailboxes.thread(letter.reply_token)
    data = mime.serialised(message, letter.message_id, thread, first=letter.first)
    return Envelope(house.mailboxes.bounce(letter.reply_token), recipient, data)


def in_our_name(name: str, _: Gettext) -> str:
    """Give the display name of somebody whom we write for."""
    return _("%(name)s (via %(product)s)") % {"name": name, "product": PRODUCT}


def _occasion(letter: Letter) -> Occasion:
    writer = _writer(letter)
    return Occasion(letter.method, letter.first, letter.removed, writer, letter.timezone, letter.proposed)


def _writer(letter: Letter) -> str:
    return one_line(letter.organizer_name) or letter.organizer_email


def _facts(letter: Letter, content: Content, wording: Wording, house: House) -> dict[str, object]:
    asked = letter.method is Method.REQUEST
    link = letter.link if asked else None
    return {
        "wording": wording,
        "name": one_line(letter.recipient_name),
        "organizer": _writer(letter),
        "organizer_email": letter.organizer_email,
        "description": content.description,
        "accept": house.link(link, "accept") if link else "",
        "decline": house.link(link, "decline") if link else "",
        "page": house.link(link) if link else "",
        "is_asked": asked,
        "is_off": letter.method is Method.CANCEL,
        "product": PRODUCT,
    }
