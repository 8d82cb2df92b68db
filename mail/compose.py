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
from email.message import EmailMessage

from ical.itip.outcome import Method
from ical.news import News
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
    subject: str = ""
    """'': as we say it."""
    words: str = ""
    """What whoever organizes it writes themselves; '': as we say it."""
    copies: tuple[str, ...] = ()
    """The mailboxes of those who get a copy."""
    published: bool = False
    """The text only tells of it, and nobody is asked to answer (METHOD:PUBLISH, RFC 5546 3.2.1)."""
    news: tuple[News, ...] = ()
    """What is another than in the mail that the recipient had before."""


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
    message = _message(letter, house, language)
    box = house.mailboxes.answer(letter.reply_token)
    writer = in_our_name(_writer(letter), translator(language))
    mime.set_address(message, "From", writer, box)
    mime.set_address(message, "Reply-To", writer, box)
    mime.set_address(message, "To", letter.recipient_name, recipient)
    mime.set_copies(message, letter.copies)
    message["Subject"] = _subject(letter, language)
    mime.set_automatic(message, letter.written_at, language)
    thread = house.mailboxes.thread(letter.reply_token)
    data = mime.serialised(message, letter.message_id, thread, first=letter.first)
    return Envelope(house.mailboxes.bounce(letter.reply_token), recipient, data)


def unsent(letter: Letter, house: House) -> bytes:
    """Write *letter* as a draft for the organizer's own mail program: `X-Unsent` opens it there, ready to be sent.

    Answers by calendar programs go to the ORGANIZER in the calendar part, which is ours. Raises NotComposable.
    """
    language = language_of(letter.language)
    message = _message(letter, house, language)
    mime.set_address(message, "From", _writer(letter), deliverable(letter.organizer_email))
    mime.set_address(message, "To", letter.recipient_name, deliverable(letter.recipient))
    mime.set_copies(message, letter.copies)
    message["Subject"] = _subject(letter, language)
    message["Content-Language"] = language
    return b"X-Unsent: 1\r\n" + message.as_bytes()


def suggested(letter: Letter, opening: str = "") -> tuple[str, str]:
    """Give the subject and the words that we suggest to whoever sends *letter* themselves; raises NotComposable.

    What asks somebody begins with *opening*, behind the greeting.
    """
    language = language_of(letter.language)
    content, wording = _said(letter, language)
    facts = {"wording": wording, "name": one_line(letter.recipient_name), "organizer": _writer(letter)}
    begins = opening if letter.method is Method.REQUEST else ""
    words = rendered("draft.txt", language, {**facts, "description": content.description, "opening": begins})
    return _subject(letter, language), words.strip()


def _message(letter: Letter, house: House, language: str) -> EmailMessage:
    content, wording = _said(letter, language)
    facts = _facts(letter, content, wording, house)
    plain, html = (rendered(f"invitation.{form}", language, facts) for form in ("txt", "html"))
    method = "PUBLISH" if letter.published else letter.method
    return mime.invitation(plain, html, letter.text, method, seed=letter.message_id)


def _said(letter: Letter, language: str) -> tuple[Content, Wording]:
    content = content_of(letter.text)
    return content, wording_of(content, _occasion(letter), language, translator(language))


def _subject(letter: Letter, language: str) -> str:
    return one_line(letter.subject) or _said(letter, language)[1].subject


def in_our_name(name: str, _: Gettext) -> str:
    """Give the display name of somebody whom we write for."""
    return _("%(name)s (via %(product)s)") % {"name": name, "product": PRODUCT}


def _occasion(letter: Letter) -> Occasion:
    writer = _writer(letter)
    news = () if letter.first else letter.news
    return Occasion(letter.method, letter.first, letter.removed, writer, letter.timezone, letter.proposed, news)


def _writer(letter: Letter) -> str:
    return one_line(letter.organizer_name) or letter.organizer_email


def _facts(letter: Letter, content: Content, wording: Wording, house: House) -> dict[str, object]:
    asked = letter.method is Method.REQUEST and not letter.published
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
        "words": letter.words,
    }
