# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page in every state is accessible, fits, is quiet, and speaks one language, by day and night, wide and narrow.

What this costs is some three minutes of a core, nearly all of it axe's: the company is filled once for all states, a
window is used for all states of a group, and a page that is loaded once is looked at in four ways.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.filled import Filled, company
from tests.browser.fixtures import browser
from tests.browser.looking import LOCALES, window
from tests.browser.states import GROUPS, STATES
from tests.browser.tongues import foreign

__all__ = ["browser"]
LOOKS = [(width, scheme) for width in (1280, 320) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def filled(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("filled")
    shutil.copyfile(sqlite_template, folder / "distrib.db")
    with company(f"sqlite:///{folder / 'distrib.db'}", folder, browser) as running:
        yield running


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("group", GROUPS)
def test_every_state_is_fit_to_be_used(filled: Filled, subtests: pytest.Subtests, group: str, language: str) -> None:
    with window(filled, language) as opened:
        for state in GROUPS[group]:
            with subtests.test(state=state.name):
                opened.come_to(state)
                for width, scheme in LOOKS:
                    opened.look(width, scheme)
                    assert opened.found() == [], (width, scheme)
                assert foreign(opened.texts(), language, filled.written) == []
                assert opened.faults() == []


def test_no_two_states_have_one_name() -> None:
    assert len({state.name for state in STATES}) == len(STATES)


@pytest.mark.parametrize(
    ("language", "text", "is_foreign"),
    [
        ("en", "Distribuerte oppgaver", True),
        ("en", "Distributed tasks", False),
        ("en", "mandag 23. november", True),
        ("en", "Møterom 2", False),
        ("nb", "Distributed tasks", True),
        ("nb", "Godkjenn", False),
    ],
)
def test_another_language_is_found(language: str, text: str, is_foreign: bool) -> None:
    assert foreign([text], language, {"Møterom 2"}) == ([text] if is_foreign else [])
