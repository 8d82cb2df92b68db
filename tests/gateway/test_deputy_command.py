# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib deputy`: who acts for whom."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main


@pytest.fixture(autouse=True)
def _company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_DATA_DIR", str(tmp_path))
    for login in ("kari", "ola", "nina"):
        email = f"{login}@byggbo.example"
        ran("user", "add", login, "--email", email, "--name", login.title(), "--password", "hemmelig")


def ran(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, words)


def listed(*words: str) -> str:
    return ran("deputy", "list", *words).output


def refused(*words: str) -> str:
    """Give the one sentence that says why."""
    result = ran(*words)
    assert result.exit_code == 1
    (sentence,) = result.output.splitlines()
    return sentence


def test_deputies_come_change_and_go() -> None:
    assert listed() == "Nobody acts for anybody else.\n"
    assert listed("kari") == "Nobody acts for kari.\n"

    assert ran("deputy", "add", "kari", "Nina").output == "nina acts for kari now, and sees their calendars.\n"
    more = ran("deputy", "add", "kari", "ola", "--private").output
    assert more == "ola acts for kari now, and sees their calendars, what is private among them.\n"
    assert listed() == "nina acts for kari.\nola acts for kari, and sees what is private.\n"
    assert listed("ola") == "Nobody acts for ola.\n"

    ran("deputy", "add", "kari", "ola")
    assert listed("kari") == "nina acts for kari.\nola acts for kari.\n"
    assert ran("deputy", "remove", "kari", "nina").output == "nina acts for kari no more.\n"
    assert listed() == "ola acts for kari.\n"


def test_what_cannot_be_is_said_in_a_sentence() -> None:
    assert refused("deputy", "add", "kari", "lars") == "Error: there is no user lars"
    assert refused("deputy", "add", "lars", "kari") == "Error: there is no user lars"
    assert refused("deputy", "add", "kari", "kari") == "Error: kari needs no deputy to act for themselves"
    assert refused("deputy", "remove", "kari", "ola") == "Error: ola does not act for kari"
    assert refused("deputy", "list", "lars") == "Error: there is no user lars"


@pytest.mark.parametrize("leaver", ["kari", "nina"])
def test_who_leaves_acts_for_nobody_and_nobody_for_them(leaver: str) -> None:
    ran("deputy", "add", "kari", "nina")

    ran("user", "remove", leaver)
    ran("user", "add", leaver, "--email", f"{leaver}@byggbo.example", "--name", "Ny", "--password", "hemmelig")

    assert listed() == "Nobody acts for anybody else.\n"
