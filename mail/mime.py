# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds RFC 5322 messages in ASCII: parts that relays leave alone, headers that nobody can inject into."""

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime

from mail.addresses import deliverable
from mail.content import one_line
from mail.errors import NotComposable

_POLICY = policy.SMTP
_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_ID_LENGTH = 250
_NAME_LENGTH = 100


def words(text: str, subtype: str) -> MIMEPart:
    """Give a part for people to read."""
    part = MIMEPart(policy=_POLICY)
    part.set_content(text, subtype=subtype, charset="utf-8", cte="quoted-printable")
    return part


def calendar(text: bytes, method: str) -> MIMEPart:
    """Give the part that calendar programs act on; base64 keeps its line breaks out of relays' hands.

    Written by hand, because the email package would quote the parameters, and not every reader unquotes them.
    """
    part = MIMEPart(policy=policy.compat32)
    part["Content-Type"] = f"text/calendar; charset=utf-8; method={method}"
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(text).decode("ascii"))
    return part


def attachment(content: bytes, subtype: str, name: str) -> MIMEPart:
    """Give `application/`*subtype* as a file to save."""
    part = MIMEPart(policy=_POLICY)
    part.set_content(
        content,
        maintype="application",
        subtype=subtype,
        cte="base64",
        disposition="attachment",
        filename=name,
        params={"name": name},
    )
    return part


def alternative(*parts: MIMEPart, seed: str) -> EmailMessage:
    """Give *parts* as ways to say the same, the best last."""
    container = EmailMessage(policy=_POLICY)
    _fill(container, "alternative", parts, seed)
    return container


def mixed(*parts: MIMEPart, seed: str) -> EmailMessage:
    """Give a message of several parts; its boundary follows from *seed*, so that a repeat is the same bytes."""
    root = EmailMessage(policy=_POLICY)
    root["MIME-Version"] = "1.0"
    _fill(root, "mixed", parts, seed)
    return root


def invitation(plain: str, html: str, text: bytes, method: str, *, seed: str) -> EmailMessage:
    """Give a message that says the calendar *text* in two forms for people, as iMIP (RFC 6047 2.4), and as a file."""
    said = alternative(words(plain, "plain"), words(html, "html"), calendar(text, method), seed=seed)
    return mixed(said, attachment(text, "ics", "invite.ics"), seed=seed)


def set_address(message: EmailMessage, header: str, name: str, mailbox: str) -> None:
    """Set *header* to one mailbox with a display name; *mailbox* is `mail.addresses.deliverable`'s."""
    local, _, domain = mailbox.rpartition("@")
    message[header] = Address(one_line(name)[:_NAME_LENGTH], local, domain)


def set_copies(message: EmailMessage, mailboxes: Iterable[str]) -> None:
    """Tell who gets a copy; raises AddressRefused where one of *mailboxes* is none."""
    named = [deliverable(one).rpartition("@") for one in mailboxes]
    if named:
        message["Cc"] = [Address("", local, domain) for local, _, domain in named]


def set_automatic(message: EmailMessage, written_at: datetime, language: str) -> None:
    """Set what tells that no human pressed "send": nobody's absence note answers it (RFC 3834 5)."""
    message["Date"] = format_datetime(written_at)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = language


def serialised(message: EmailMessage, message_id: str, thread: str | None = None, *, first: bool = True) -> bytes:
    """Give the bytes of *message*, identified by *message_id* and standing in *thread*.

    The identifiers are written by hand: the email package folds a long one into encoded words, which breaks it.
    """
    headers = [("Message-ID", identifier(message_id))]
    if thread is not None:
        headers += [] if first else [("In-Reply-To", thread)]
        headers += [("References", thread)]
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii") + message.as_bytes()


def identifier(message_id: str) -> str:
    """Give *message_id* in angle brackets; raises NotComposable where it is none."""
    found = message_id if message_id.startswith("<") else f"<{message_id}>"
    if len(found) > _ID_LENGTH or not _ID.fullmatch(found):
        raise NotComposable(f"this is no Message-ID: {message_id[:80]!r}")
    return found


def _fill(container: MIMEPart, subtype: str, parts: tuple[MIMEPart, ...], seed: str) -> None:
    boundary = hashlib.sha256(f"{subtype}:{seed}".encode()).hexdigest()[:32]
    container["Content-Type"] = f'multipart/{subtype}; boundary="={boundary}="'
    for part in parts:
        container.attach(part)
