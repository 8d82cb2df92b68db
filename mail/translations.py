# SPDX-License-Identifier: GPL-3.0-or-later
"""The languages that mail is written in: catalogues in `mail/locale`, templates in `mail/templates`.

Message ids are English, so English needs no catalogue. After a change of a text:

    pybabel extract -F mail/locale/babel.cfg --no-location -o mail.pot mail
    pybabel update -D mail -i mail.pot -d mail/locale --no-fuzzy-matching --ignore-obsolete --omit-header
    pybabel compile -D mail -d mail/locale
"""

import gettext
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

SOURCE = "en"
LANGUAGES = ("nb", SOURCE)
DEFAULT = "nb"


class Gettext(Protocol):
    """Gives a text in the reader's language."""

    def __call__(self, message: str, /) -> str:
        """Give *message* translated."""
        ...


def language_of(wanted: str | None) -> str:
    """Give the language that a reader who wants *wanted* is written to in (`nn` and `no` read `nb`)."""
    short = (wanted or DEFAULT).replace("_", "-").split("-")[0].lower()
    if short in ("nb", "nn", "no"):
        return "nb"
    return short if short in LANGUAGES else SOURCE


def translator(language: str) -> Gettext:
    """Give the function that says a text in *language*."""
    return _catalogue(language).gettext


def rendered(template: str, language: str, facts: Mapping[str, object]) -> str:
    """Give the text of *template* in *language*."""
    return _environment(language).get_template(template).render(facts, language=language)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    path = files("mail") / "locale" / language / "LC_MESSAGES" / "mail.mo"
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("mail"),
        autoescape=select_autoescape(("html",)),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(_catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    return environment
