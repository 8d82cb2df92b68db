# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the pages share."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.store.unit import Database
from tests.gateway.web.company import Company


@pytest.fixture
def company(sqlite_url: str, tmp_path: Path) -> Iterator[Company]:
    """Give a company on SQLite: the services below the pages are tested on both databases."""
    with closing(Database(sqlite_url)) as database:
        yield Company(database, tmp_path)
