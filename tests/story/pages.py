# SPDX-License-Identifier: GPL-3.0-or-later
"""The web pages as somebody without an account meets them: a link in a mail, a form, no JavaScript."""

import re
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser

from tests.story.peer import Mail

PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was shown."""

    address: str
    status: int
    text: str

    def send(self, **filled: str) -> "Page":
        """Fill in the form and press its button."""
        form = _Form()
        form.feed(self.text)
        assert form.action is not None, "there is no form on this page"
        fields = urllib.parse.urlencode({**form.hidden, **filled}).encode()
        return browse(urllib.parse.urljoin(self.address, form.action), fields)


def link(mail: Mail) -> str:
    """Give the address of the answer page that a mail's text names."""
    found = re.search(r"https?://\S+/svar/[A-Za-z0-9_-]+", mail.text)
    assert found is not None, mail.text
    return found[0]


def browse(address: str, form: bytes | None = None) -> Page:
    """Open a page, or send a form to it; redirects are followed."""
    with urllib.request.urlopen(address, form, PATIENCE) as answer:  # noqa: S310 - our own gateway
        return Page(answer.url, answer.status, answer.read().decode())


class _Form(HTMLParser):
    """Where the page's form goes, and what it sends by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("method") == "post":
            self.action = given.get("action")
        elif tag == "input" and given.get("type") == "hidden":
            self.hidden[given.get("name") or ""] = given.get("value") or ""
