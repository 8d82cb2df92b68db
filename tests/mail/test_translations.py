# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogues are complete, and compiled from what lies beside them."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import mail
from mail.translations import LANGUAGES, SOURCE

PACKAGE = Path(mail.__file__).parent
METHODS = [("**.py", "python"), ("templates/**", "jinja2")]
OPTIONS = {"templates/**": {"newstyle_gettext": "true", "trimmed": "true"}}
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]


def catalogue(language: str) -> Catalog:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "mail.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_nothing_else(language: str) -> None:
    used = {message for _, _, message, _, _ in extract_from_dir(str(PACKAGE), METHODS, OPTIONS)}

    translated = {m.id for m in catalogue(language) if m.id and m.string and not m.fuzzy}

    assert len(used) > 40
    assert translated == used


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_name_the_same_things(language: str) -> None:
    for message in catalogue(language):
        assert not list(message.check(catalogue(language))), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_source(language: str) -> None:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "mail.mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}

    assert compiled == {message.id: message.string for message in catalogue(language) if message.id}
