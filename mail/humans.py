# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a human in a mail: HTML made plain, and a length that a mail can carry."""

import re
from html.parser import HTMLParser

LENGTH = 10_000
"""Characters of somebody's words that are passed on; the original is attached."""
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote"})
_SILENT = frozenset({"script", "style", "head", "title"})
_MARKUP = 100_000
_GAPS = re.compile(r"\n{3,}")


def text_of_html(markup: str) -> str:
    """Give the text of *markup*, line by line as a browser would break it."""
    reader = _Reader()
    reader.feed(markup[:_MARKUP])
    return "".join(reader.texts)


def tidied(text: str) -> str:
    """Give *text* without control characters and long gaps, cut at LENGTH."""
    lines = ("".join(c for c in line if c.isprintable() or c == "\t").rstrip() for line in text.splitlines())
    clean = _GAPS.sub("\n\n", "\n".join(lines)).strip()
    return clean if len(clean) <= LENGTH else clean[:LENGTH].rstrip() + " …"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if not self._silent and tag in _SILENT:
            self._silent = tag
        elif tag in _BREAKS:
            self.texts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(re.sub(r"\s+", " ", data))
