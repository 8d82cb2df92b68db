# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser that tests share; `conftest.py` files import it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a real Chromium; it is installed where it is missing. Longer than a module it would keep asyncio busy."""
    with chromium.started() as running:
        yield running
