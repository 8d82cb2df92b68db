# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib group`: add, list, remove, and who belongs to it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main

SALG = "salg@byggbo.example"


@pytest.fixture(autouse=True)
def _company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_DATA_DIR", str(tmp_path))
    for login in ("ola", "nina"):
        email = f"{login}@byggbo.example"
        ran("user", "add", login, "--email", email, "--name", login.title(), "--password", "hemmelig")


def ran(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, words)


def listed() -> str:
    return ran("group", "list").output


def refused(*words: str) -> str:
    """Give the one sentence that says why."""
    result = ran(*words)
    assert result.exit_code == 1
    (sentence,) = result.output.splitlines()
    return sentence


def test_a_group_comes_changes_and_goes() -> None:
    assert listed() == "There are no groups.\n"

    made = ran(
        "group", "add", "Salg", "--email", "Salg@byggbo.example", "--member", "ola", "--member", "b@kunde.example"
    )
    assert made.output == "Salg is a group now.\n"
    assert ran("group", "add", "Alle", "--email", "alle@byggbo.example").exit_code == 0
    assert listed() == f"Alle <alle@byggbo.example>: nobody\nSalg <{SALG}>: ola, b@kunde.example\n"

    more = ran("group", "member", "add", "alle@byggbo.example", SALG, "nina")
    assert more.output == f"{SALG}, nina belong to Alle now.\n"
    less = ran("group", "member", "remove", "salg", "b@kunde.example")
    assert less.output == "b@kunde.example belongs to Salg no more.\n"
    assert listed() == f"Alle <alle@byggbo.example>: {SALG}, nina\nSalg <{SALG}>: ola\n"

    assert ran("group", "remove", "Salg").output == "Salg is no group any more.\n"
    assert listed() == "Alle <alle@byggbo.example>: nina\n"


def test_what_cannot_be_is_said_in_a_sentence() -> None:
    ran("group", "add", "Salg", "--email", SALG)
    ran("contact", "add", "--name", "Berit", "--email", "b@kunde.example")

    taken = f"Error: {SALG} is the address of the group Salg already"
    assert refused("group", "add", "Bygg", "--email", SALG) == taken
    assert refused("user", "alias", "ola", SALG) == taken
    assert refused("contact", "add", "--name", "Salg", "--email", SALG) == taken
    theirs = refused("group", "add", "Bygg", "--email", "b@kunde.example")
    assert theirs == "Error: b@kunde.example is the address of a contact already"
    mine = refused("group", "add", "Bygg", "--email", "ola@byggbo.example")
    assert mine == "Error: ola@byggbo.example is the address of ola already"
    unknown = refused("group", "add", "Bygg", "--email", "bygg@byggbo.example", "--member", "lars")
    assert unknown == "Error: there is no user lars"
    assert refused("group", "remove", "Bygg") == "Error: there is no group Bygg"
    assert refused("group", "member", "remove", "Salg", "ola") == "Error: ola does not belong to Salg"
    assert listed() == f"Salg <{SALG}>: nobody\n"


@pytest.mark.parametrize("words", [("group",), ("group", "member")])
def test_every_command_says_what_it_does(words: tuple[str, ...]) -> None:
    commands = ran(*words, "--help").output.partition("Commands:\n")[2].splitlines()

    assert len(commands) >= 2
    assert all(len(line.split()) > 2 for line in commands)
