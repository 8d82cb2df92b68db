# SPDX-License-Identifier: GPL-3.0-or-later
"""A short storm: whatever many programs do at once at two processes, nothing fails and nothing is lost."""

import asyncio
from pathlib import Path

import pytest

from tests.conftest import Dialect
from tests.load.processes import colleagues, serving
from tests.load.storm import Extent, storm

PEOPLE = colleagues(8)
SHORT = Extent(writers=8, syncers=24, seconds=5)


def test_nothing_fails_and_nothing_is_lost_when_many_write_and_sync_at_once(
    dialect: Dialect, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue("postgres_url") if dialect == "postgresql" else None
    with serving(tmp_path, PEOPLE, processes=2, url=url) as ports:
        outcome = asyncio.run(storm(ports, PEOPLE, SHORT))

    assert outcome.meter.errors == []
    assert outcome.lost == ()
    assert {"make", "change", "answer", "sync", "multiget"} <= outcome.meter.seconds.keys()
