# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway's own mailboxes: the one that mail comes from, and its plus-addresses that carry secrets.

`kalender@firma.example` gives `kalender+TOKEN@firma.example` for answers and `kalender+b-TOKEN@firma.example` for
bounces. Mail systems fold case: tokens are lower case, and looked up so.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from mail.errors import AddressRefused

LOCAL_LENGTH = 64
DOMAIN_LENGTH = 253
"""RFC 5321 4.5.3.1."""
_TOKEN = re.compile(r"[a-z0-9]{8,56}")
_BOUNCE = "b-"
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_LITERAL = re.compile(r"\[[0-9A-Fa-f.:]+\]|\[IPv6:[0-9A-Fa-f.:]+\]")


class Purpose(StrEnum):
    """What a plus-address is for."""

    ANSWER = "answer"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Target:
    """What a mail to one of our plus-addresses is about."""

    purpose: Purpose
    token: str


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """The mailbox that all mail of this gateway comes from, and what hangs on it."""

    mail_from: str

    @property
    def domain(self) -> str:
        """The domain of all of them, in its ASCII form."""
        return deliverable(self.mail_from).rpartition("@")[2]

    @property
    def plain(self) -> str:
        """The mailbox without a token, in its ASCII form."""
        return deliverable(self.mail_from)

    def answer(self, token: str) -> str:
        """Give the mailbox for everything that the holder of *token* has to say."""
        return self._plus(token)

    def bounce(self, token: str) -> str:
        """Give the envelope sender of what is sent to the holder of *token*: bounces find the way back (VERP)."""
        return self._plus(_BOUNCE + token)

    def target(self, recipient: str) -> Target | None:
        """Tell what a mail to *recipient* is about; None where it is none of our plus-addresses."""
        local, _, domain = recipient.strip().strip("<>").lower().rpartition("@")
        own_local, _, own_domain = self.plain.lower().rpartition("@")
        if _ascii(domain) != own_domain or not local.startswith(own_local + "+"):
            return None
        rest = local.removeprefix(own_local + "+")
        purpose = Purpose.BOUNCE if rest.startswith(_BOUNCE) else Purpose.ANSWER
        token = rest.removeprefix(_BOUNCE) if purpose is Purpose.BOUNCE else rest
        return Target(purpose, token) if _TOKEN.fullmatch(token) else None

    def thread(self, token: str) -> str:
        """Give the Message-ID that all mail to the holder of *token* refers to, so that it stands together."""
        digest = hashlib.sha256(f"thread:{token}".encode()).hexdigest()[:24]
        return f"<t.{digest}@{self.domain}>"

    def _plus(self, tag: str) -> str:
        local, _, domain = self.plain.rpartition("@")
        return f"{local}+{tag}@{domain}"


def deliverable(email: str) -> str:
    """Give *email* as SMTP takes it, the domain in its ASCII form (IDNA).

    Raises AddressRefused for everything that is no plain mailbox: several addresses, spaces, line breaks, and local
    parts that need SMTPUTF8 (RFC 6531), which few servers take.
    """
    local, at, domain = email.strip().rpartition("@")
    if not at or len(local) > LOCAL_LENGTH or not _LOCAL.fullmatch(local):
        raise AddressRefused(email)
    if _LITERAL.fullmatch(domain):
        return f"{local}@{domain}"
    ascii_domain = _ascii(domain)
    if ascii_domain is None or not all(_LABEL.fullmatch(label) for label in ascii_domain.split(".")):
        raise AddressRefused(email)
    return f"{local}@{ascii_domain}"


def _ascii(domain: str) -> str | None:
    try:
        found = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return found if 0 < len(found) <= DOMAIN_LENGTH else None
