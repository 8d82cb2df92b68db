# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that people read is there in Norwegian, and the compiled catalogue is that of the source.

After a change of a text:

    pybabel extract -F gateway/web/locale/babel.cfg -k _word -o web.pot gateway/web
    pybabel update -D web -i web.pot -d gateway/web/locale --no-fuzzy-matching --omit-header
    pybabel compile -D web -d gateway/web/locale
"""

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

WEB = Path(__file__).parents[3] / "gateway" / "web"
NORWEGIAN = WEB / "locale" / "nb" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_word": None}
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}


def test_every_text_of_the_pages_is_in_norwegian_and_nothing_else_is() -> None:
    found = extract_from_dir(
        WEB,
        [("**.py", "python"), ("**/templates/**.html", "jinja2")],
        {"**/templates/**.html": OPTIONS},
        keywords=KEYWORDS,
    )
    texts = {message for _, _, message, _, _ in found}

    assert len(texts) > 50
    assert texts == set(_texts(_source()))


def test_every_norwegian_text_keeps_the_places_of_its_facts() -> None:
    for message, translated in _texts(_source()).items():
        assert translated, message
        assert sorted(re.findall(r"%\(\w+\)s", message)) == sorted(re.findall(r"%\(\w+\)s", translated)), message


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    with (NORWEGIAN / "web.mo").open("rb") as file:
        assert _texts(read_mo(file)) == _texts(_source())


def _source() -> Catalog:
    with (NORWEGIAN / "web.po").open("rb") as file:
        return read_po(file, locale="nb", domain="web", abort_invalid=True)


def _texts(catalogue: Catalog) -> dict[str, str]:
    assert not any(message.fuzzy for message in catalogue if message.id)
    return {str(message.id): str(message.string) for message in catalogue if message.id}
