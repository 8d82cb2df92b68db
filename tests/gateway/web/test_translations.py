# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that people read is there in Norwegian, and the compiled catalogue is that of the source.

After a change of a text, `make words` finds all of them and compiles the catalogue; what has no Norwegian yet is
listed, and is to be written into `gateway/web/locale/nb/LC_MESSAGES/web.po`.
"""

import re

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from tests.gateway.web.words import COMPILED, found, said, source


def test_every_text_of_the_pages_is_in_norwegian_and_nothing_else_is() -> None:
    texts = found()

    assert len(texts) > 50
    assert {said(text) for text in texts} == set(_texts(source()))


def test_every_norwegian_text_keeps_the_places_of_its_facts() -> None:
    for message, translated in _texts(source()).items():
        places = re.findall(r"%\(\w+\)s", message[-1])
        for one in translated:
            assert one, message
            assert sorted(re.findall(r"%\(\w+\)s", one)) == sorted(places), message


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    with COMPILED.open("rb") as file:
        assert _texts(read_mo(file)) == _texts(source())


def _texts(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    assert not any(message.fuzzy for message in catalogue if message.id)
    return {said(message.id): said(message.string) for message in catalogue if message.id}
