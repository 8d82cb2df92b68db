# SPDX-License-Identifier: GPL-3.0-or-later
"""Which language a page speaks, and its words."""

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

LANGUAGES = ("nb", "en")
NORWEGIAN = frozenset({"nb", "no", "nn"})
_LOCALE = Path(__file__).with_name("locale")
_MOST_LANGUAGES = 20
"""Of an Accept-Language header, so many are looked at."""


def choose(accepted: str, *, asked: str | None = None, known: str | None = None, default: str = "nb") -> str:
    """Give the language of a page: what the visitor asks for, else the one known of them, else the browser's.

    *accepted* is the Accept-Language header. A browser that speaks neither language gets English.
    """
    for wish in (asked, known):
        if spoken := _spoken(wish or ""):
            return spoken
    preferred = _preferred(accepted)
    if not preferred:
        return default if default in LANGUAGES else "nb"
    return next((language for language in map(_spoken, preferred) if language), "en")


@cache
def words(language: str) -> NullTranslations:
    """Give the translations of *language*."""
    return Translations.load(_LOCALE, [language], domain="web")


def _preferred(accepted: str) -> list[str]:
    """Give the languages of an Accept-Language header, the most wanted first (RFC 9110 12.5.4)."""
    ranked: list[tuple[float, int, str]] = []
    for part in accepted.split(",")[:_MOST_LANGUAGES]:
        tag, _, parameter = part.partition(";")
        weight = _weight(parameter)
        if tag.strip() and weight > 0:
            ranked.append((-weight, len(ranked), tag.strip().lower()))
    return [tag for _, _, tag in sorted(ranked)]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _spoken(tag: str) -> str | None:
    primary = tag.lower().split("-", 1)[0]
    if primary in NORWEGIAN:
        return "nb"
    return "en" if primary == "en" else None
