# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the pages share."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import uvicorn

from gateway.store.unit import Database
from tests.browser.fixtures import browser
from tests.gateway.web.company import Company

__all__ = ["browser", "company", "served"]

PATIENCE = 20


@pytest.fixture
def company(sqlite_url: str, tmp_path: Path) -> Iterator[Company]:
    """Give a company on SQLite: the services below the pages are tested on both databases."""
    with closing(Database(sqlite_url)) as database:
        yield Company(database, tmp_path)


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[Company]:
    """Give a company whose pages are served over a real socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener, closing(Database(sqlite_url)) as database:
        company = Company(database, tmp_path, f"http://127.0.0.1:{listener.getsockname()[1]}")
        with _running(company.web.app, listener):
            yield company


@contextmanager
def _running(application: Callable[..., object], listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()
