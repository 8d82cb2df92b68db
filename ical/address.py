# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendar user addresses, made comparable; the spelling in the text stays as it was sent."""

import re
from typing import NewType
from urllib.parse import unquote

Address = NewType("Address", str)
"""A comparable address: `mailto:ola@byggbo.example`, `urn:uuid:…` or `/dav/ola/`, in lower case."""

_PLAIN = re.compile(r"mailto:[a-z0-9.!#$&'*+/=^_`{|}~@-]++")
"""What most addresses are once they are in lower case: comparable."""

_PRINCIPAL = re.compile(r"(?:/[^/?#]++)*?(/dav/[^/?#]+)/?")
"""The path of a principal, as calendar-user-address-set tells it."""


def normalise(value: str, email: str | None = None) -> Address:
    """Give the comparable form of a calendar user address.

    *email* is the EMAIL parameter (RFC 7986 6.2), which tells the mailbox where the value is no `mailto:`.
    Scheme and mailbox are compared without case and percent-encoding (RFC 6068 2); a bare mailbox counts as `mailto:`.
    """
    plain = value.lower()
    if _PLAIN.fullmatch(plain):
        return Address(plain)
    text = value.strip().strip('"').strip()
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() == "mailto":
        return _mailbox(rest)
    if email and "@" in email:
        return _mailbox(email)
    if not colon and "@" in text and "/" not in text:
        return _mailbox(text)
    path = unquote(text).lower()
    # A reverse proxy may show the tree of principals under a path of its own.
    principal = _PRINCIPAL.fullmatch(path)
    return Address(f"{principal.group(1)}/" if principal is not None else path)


def mailbox(address: Address) -> str | None:
    """Give the mailbox of a `mailto:` address, or None where no mail can reach it."""
    if not address.startswith("mailto:"):
        return None
    box = address.removeprefix("mailto:")
    local, at, domain = box.rpartition("@")
    return box if at and local and domain and not _has_space(box) else None


def of_mailbox(email: str) -> Address:
    """Give the address of the mailbox *email*."""
    return _mailbox(email)


def _mailbox(text: str) -> Address:
    box = unquote(text.split("?", 1)[0]).strip().strip("<>").strip()
    return Address("mailto:" + box.lower())


def _has_space(text: str) -> bool:
    return any(c.isspace() or not c.isprintable() for c in text)
