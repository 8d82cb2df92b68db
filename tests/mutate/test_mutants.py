# SPDX-License-Identifier: GPL-3.0-or-later
"""Which mutants a module has, and which of them may survive."""

import pytest

from tests.mutate.accepted import LIST, problems, read
from tests.mutate.mutants import mutants

SOURCE = """
def chosen(rows, at):
    '''Give some.'''
    if not rows:
        return ()
    early = {r for r in rows if r.at <= at and r.wanted}
    return sorted(early | {rows[0], rows[1]}, key=str)
"""
FILE = "chosen.py"
KEY = f"{FILE}: chosen: r.at <= at → r.at < at"


def changes() -> dict[str, str]:
    return {m.key.partition(": chosen: ")[2]: m.source for m in mutants(FILE, SOURCE)}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("not rows → rows", "if rows:"),
        ("if not rows: → if False:", "if False:"),
        ("r.at <= at → r.at < at", "early = {r for r in rows if r.at < at and r.wanted}"),
        ("r.at <= at and r.wanted → r.at <= at or r.wanted", "early = {r for r in rows if r.at <= at or r.wanted}"),
        ("r.at <= at and r.wanted → r.wanted", "early = {r for r in rows if r.wanted}"),
        ("for r in rows if r.at <= at and r.wanted → for r in rows", "early = {r for r in rows}"),
        ("early | {rows[0], rows[1]} → early", "return sorted(early, key=str)"),
        ("{rows[0], rows[1]} → {rows[1]}", "return sorted(early | {rows[1]}, key=str)"),
        ("return sorted(early | {rows[0], rows[1]}, key=str) → return []", "return []"),
    ],
)
def test_a_rule_is_taken_out(change: str, line: str) -> None:
    assert line in [said.strip() for said in changes()[change].splitlines()]


def test_no_mutant_is_there_twice_and_none_is_the_module_itself() -> None:
    found = list(mutants(FILE, SOURCE))

    assert len({m.key for m in found}) == len({m.source for m in found}) == len(found)
    assert all("Give some." in m.source for m in found)


def test_a_mutant_is_known_again_when_its_line_moves() -> None:
    assert {m.key for m in mutants(FILE, "\n\n" + SOURCE)} == {m.key for m in mutants(FILE, SOURCE)}


def test_the_command_fails_for_what_survives_unlisted_and_for_what_is_listed_and_dies() -> None:
    listed = {KEY: "nobody can tell", "chosen.py: gone": "it was so once", "other.py: f: a → b": "not asked"}

    assert list(problems([], [KEY], [FILE], listed)) == [
        f"listed, but it dies: {KEY}",
        "listed, but there is no such mutant: chosen.py: gone",
    ]
    assert list(problems([KEY, "chosen.py: new"], [KEY], [FILE], {KEY: "nobody can tell"})) == [
        "survived: chosen.py: new"
    ]


def test_each_mutant_of_the_list_has_its_reason() -> None:
    assert read(f"# Words\n{KEY}\n    nobody can\n    tell\n") == {KEY: "nobody can tell"}
    with pytest.raises(ValueError, match="no reason"):
        read(KEY)
    read(LIST.read_text("utf-8"))
