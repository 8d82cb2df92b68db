# SPDX-License-Identifier: GPL-3.0-or-later
"""The company's own words with which a «møtebekreftelse» begins, for each language (product, reading A1)."""

from gateway.errors import Refused
from gateway.services.people import LANGUAGES
from gateway.store import facts
from gateway.store.unit import UnitOfWork

LONGEST = 4000


def standard(uow: UnitOfWork, language: str) -> str:
    """Give the words for contacts who read *language*, '' where the company has none."""
    return facts.get(uow, _fact(language)) or ""


def set_standard(uow: UnitOfWork, language: str, text: str) -> None:
    """Let mail that is written from now on begin with *text*; '': with nothing. Raises Refused where it cannot be."""
    text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
    if language not in LANGUAGES:
        raise Refused(f"there is no language {language[:20]!r} here: {' and '.join(LANGUAGES)} are")
    if len(text) > LONGEST or not text.replace("\n", "").replace("\t", "").isprintable():
        raise Refused(f"the text has {LONGEST} characters at most, and none that cannot be seen")
    facts.put(uow, _fact(language), text)


def _fact(language: str) -> str:
    return f"confirmation.{language}"
