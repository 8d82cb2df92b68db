# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the employees' pages share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.fixtures import browser
from tests.desk.house import House, opened

__all__ = ["browser", "house"]


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[House]:
    """Give a company whose gateway runs on SQLite."""
    with opened(sqlite_url, tmp_path, browser) as running:
        yield running
