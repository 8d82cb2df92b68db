# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the pages, and their Norwegian: found, written sorted, and compiled (`make words`)."""

import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).parents[3] / "gateway" / "web"
NORWEGIAN = WEB / "locale" / "nb" / "LC_MESSAGES"
SOURCE, COMPILED = NORWEGIAN / "web.po", NORWEGIAN / "web.mo"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_word": None, "word": None, "words": (1, 2)}
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
HEADER = """\
# SPDX-License-Identifier: GPL-3.0-or-later
msgid ""
msgstr ""
"Language: nb\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

Text = str | tuple[str, ...]


def said(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Give the forms of a text: one, or one for each number."""
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def found() -> set[Text]:
    """Give every text that a page shows; with its plural where it has one."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    return {m for _, _, m, _, _ in extract_from_dir(WEB, methods, {"**/templates/**.html": OPTIONS}, keywords=KEYWORDS)}


def source() -> Catalog:
    """Give the catalogue that people edit."""
    with SOURCE.open("rb") as file:
        return read_po(file, locale="nb", domain="web", abort_invalid=True)


def write() -> list[str]:
    """Write the catalogue anew, with what is found and nothing else, and give what has no Norwegian yet."""
    known = {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in source() if m.id}
    catalogue = Catalog(locale="nb", domain="web", fuzzy=False)
    for text in sorted(found(), key=str):
        catalogue.add(text, known.get(text if isinstance(text, str) else text[0], ""))
    with SOURCE.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalogue, omit_header=True, sort_output=True, width=0)
    with COMPILED.open("wb") as file:
        write_mo(file, source())
    return [str(m.id) for m in catalogue if m.id and not all(said(m.string))]


if __name__ == "__main__":
    for text in write():
        sys.stdout.write(f"no Norwegian yet: {text}\n")
