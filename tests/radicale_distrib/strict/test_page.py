# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that say what is asserted name tests and modules that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TESTS = ROOT / "tests" / "radicale_distrib"
MODULES = ROOT / "plugins" / "radicale_distrib"
PAGES = ("radicale-storage.md", "strictness.md")
_TEST = re.compile(r"`((?:[a-z_]+/)*test_[a-z_0-9]+\.py)(?:::(test_[a-z_0-9]+))?`")
_MODULE = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.py)`")


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    named = _TEST.findall(text)

    assert named
    for file, name in named:
        source = (TESTS / file).read_text()
        assert not name or f"def {name}(" in source, (file, name)
    for module in _MODULE.findall(text):
        assert "test_" in module or (ROOT / module).is_file(), module


@pytest.mark.parametrize("page", PAGES)
def test_every_row_has_a_test(page: str) -> None:
    rows = [line for line in (ROOT / "docs" / page).read_text().splitlines() if line.startswith("| ")]

    for row in rows:
        assert _TEST.search(row) or row.startswith(("| behaviour |", "| condition |", "| rule |")), row


def test_every_condition_that_the_code_names_is_on_the_page() -> None:
    page = (ROOT / "docs" / "strictness.md").read_text()
    sources = "".join(file.read_text() for file in MODULES.glob("*.py"))
    refusals = re.findall(r"Problem\(\s*\d{3}, (?:dav|caldav|_caldav)\(\"([a-z-]+)\"\)", sources)

    assert len(set(refusals)) > 10
    for condition in refusals:
        assert condition in page, condition
