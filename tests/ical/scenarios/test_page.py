# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that says which test holds which rule names tests that are there, and leaves no rule out."""

import re
from pathlib import Path

import pytest

from tests.ical.scenarios.grammar import scenarios

TESTS = Path(__file__).parents[2]
PAGE = TESTS.parent / "docs" / "scheduling.md"
TABLES = {"Acceptance scenarios": 25, "Pitfalls": 43, "Hard cases of the model": 60}
_TEST = re.compile(r"`([a-z_/0-9]+\.py)::(test_\w+)`")
_CITED = re.compile(r"rule (2\.\d(?:\.\d| row \d+| \([a-i]\))?)")
_SCENARIO = re.compile(r"`(ical/scenarios/[a-z0-9-]+\.txt): ([^`]+)`")


def rows(table: str) -> list[list[str]]:
    """Give the cells of each row of a table."""
    text = PAGE.read_text().partition(f"## {table}\n")[2].partition("\n## ")[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if re.match(r"\| \d", line)]


@pytest.mark.parametrize(("table", "number"), TABLES.items())
def test_every_rule_has_a_test_or_says_why_it_is_none_of_ours(table: str, number: int) -> None:
    told = rows(table)

    assert [int(cells[0]) for cells in told] == list(range(1, number + 1))
    for _, rule, test in told:
        assert _TEST.search(test) or _SCENARIO.search(test) or test.startswith("none of ours"), rule


def test_every_rule_that_a_scenario_cites_is_on_the_page() -> None:
    keys = set(re.findall(r"^\| (2\.[0-4][^|]*?) \|", PAGE.read_text(), re.MULTILINE))
    cited = [cite for path in TESTS.glob("ical/scenarios/*.txt") for cite in _CITED.findall(path.read_text())]

    assert len(cited) > 40
    for cite in cited:
        assert any(key.startswith(cite) for key in keys), cite


def test_what_the_page_names_is_there() -> None:
    page = PAGE.read_text()

    for file, name in _TEST.findall(page):
        assert f"def {name}(" in (TESTS / file).read_text(), (file, name)
    for file, title in _SCENARIO.findall(page):
        assert title in {scenario.title for scenario in scenarios(TESTS / file)}, (file, title)
    assert len(_SCENARIO.findall(page)) > 100
