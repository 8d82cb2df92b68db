# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a page speaks one language throughout: the catalogue says what each text of ours is in the other."""

import re
from collections.abc import Iterable
from functools import cache

from tests.gateway.web.words import said, source

_PLACE = re.compile(r"%\(\w+\)[sd]")
FEW = 8
"""Letters that say nothing beside the places of a text."""
_NORWEGIAN = re.compile(
    r"[æøåÆØÅ]|\b(og|ikke|til|av|på|som|er|du|det|den|har|med|mandag|tirsdag|onsdag|torsdag|fredag|januar|februar|"
    r"mars|mai|juni|juli|oktober|desember|kl\.)(?!\w)",
    re.IGNORECASE,
)


@cache
def _others(language: str) -> re.Pattern[str]:
    """Match a text that is one of ours, but in the other language than *language*."""
    forms: dict[str, set[str]] = {"nb": set(), "en": set()}
    for message in source():
        if message.id:
            forms["en"] |= {_spaced(one) for one in said(message.id)}
            forms["nb"] |= {_spaced(one) for one in said(message.string)}
    other = "en" if language == "nb" else "nb"
    foreign = {one for one in forms[other] - forms[language] if _is_telling(one)}
    return re.compile("|".join(sorted(map(_pattern, foreign), key=len, reverse=True)))


def foreign(texts: Iterable[str], language: str, written: Iterable[str]) -> list[str]:
    """Give what among *texts* is in another language than *language*, and nobody has *written*."""
    by_people = sorted(filter(None, written), key=len, reverse=True)
    found = []
    for text in texts:
        own = text
        for one in by_people:
            own = own.replace(one, "")
        if own.strip() and (_others(language).fullmatch(text) or (language == "en" and _NORWEGIAN.search(own))):
            found.append(text)
    return list(dict.fromkeys(found))


def _is_telling(text: str) -> bool:
    """Tell whether there is more in it than places: `%(day)s at %(clock)s` is found in any language."""
    places = _PLACE.findall(text)
    return len(re.sub(r"\W", "", _PLACE.sub("", text))) > (FEW if places else 0)


def _pattern(text: str) -> str:
    return ".+".join(re.escape(part) for part in _PLACE.split(text))


def _spaced(text: str) -> str:
    return " ".join(text.split())
