# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib confirmation`: the standard text of meeting confirmations is set, shown and taken away (reading A1)."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main


@pytest.fixture(autouse=True)
def _company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_DATA_DIR", str(tmp_path))


def ran(*words: str, stdin: str | None = None) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ("confirmation", *words), input=stdin)


def test_each_language_has_a_text_of_its_own_until_it_is_taken_away(tmp_path: Path) -> None:
    file = tmp_path / "tekst.txt"
    file.write_text("Vi bekrefter møtet.\r\n\r\nRing 22 33 44 55 hvis det ikke passer.  \n", encoding="utf-8")

    assert ran("set", str(file)).output == "Meeting confirmations in nb begin with it from now on.\n"
    assert ran("set", "-", "--language", "en", stdin="We look forward to seeing you.\n").exit_code == 0

    assert ran("show").output == "Vi bekrefter møtet.\n\nRing 22 33 44 55 hvis det ikke passer.\n"
    assert ran("show", "--language", "en").output == "We look forward to seeing you.\n"
    assert ran("clear").exit_code == 0
    assert ran("show").output == "There is no standard text in nb.\n"


@pytest.mark.parametrize("text", ["x" * 4001, "bell\x07", "turned\u202earound"])
def test_what_is_too_long_or_cannot_be_seen_is_refused_in_a_sentence(text: str) -> None:
    result = ran("set", "-", stdin=text)

    assert result.exit_code == 1
    assert result.output == "Error: the text has 4000 characters at most, and none that cannot be seen\n"
