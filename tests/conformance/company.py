# SPDX-License-Identifier: GPL-3.0-or-later
"""A server with three accounts, and how the programs that judge it are started."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.client import PASSWORD
from tests.bench.servers import radicale
from tests.gateway.process import Started, run, started
from tests.gateway.running import free_port

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv" / "conformance"
"""An environment of its own: what the suites need must not be there when ours run."""
LOGINS = ("kari@byggbo.example", "ola@byggbo.example", "nina@byggbo.example")
"""Addresses as logins, so that paths with `@` are judged too."""
HOST = "127.1"
"""127.0.0.1, but not by one of the names for which caldav-server-tester leaves out discovery."""
PATIENCE = 900.0


@dataclass(frozen=True, slots=True)
class Company:
    """Where the server is asked, and a folder that is thrown away afterwards."""

    url: str
    folder: Path
    gateway: Started | None = None
    """None where it is another server that is judged."""

    @property
    def configuration(self) -> Path:
        """The folder in which the programs look for their configuration."""
        found = self.folder / "home" / ".config" / "caldav"
        found.mkdir(parents=True, exist_ok=True)
        return found

    def errors(self) -> list[str]:
        """What the gateway has called an error in its log so far."""
        if self.gateway is None:
            return []
        lines = [json.loads(line) for line in self.gateway.said().splitlines() if line.startswith("{")]
        return [str(line) for line in lines if line.get("level") in {"error", "critical"}]

    def call(self, program: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program of the suites' environment, with a home of its own and no word of whoever runs it."""
        kept = {name: value for name, value in os.environ.items() if name in {"LANG", "PATH"}}
        return subprocess.run(
            [str(TOOLS / "bin" / program), *arguments],
            cwd=cwd or self.folder,
            env={**kept, "HOME": str(self.folder / "home"), "TMPDIR": str(self.folder), **_ONLY_OURS},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


_ONLY_OURS = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHON_CALDAV_TEST_DOCKER": "0",
    "PYTHON_CALDAV_TEST_EMBEDDED": "0",
}


@contextmanager
def company(folder: Path) -> Iterator[Company]:
    """Start a gateway on SQLite with its worker, as an operator does, and three accounts."""
    folder.mkdir()
    port = free_port()
    for login in LOGINS:
        name = login.partition("@")[0].title()
        added = run(folder, "user", "add", login, "--email", login, "--name", name, "--password", PASSWORD)
        assert added.returncode == 0, added.stderr
    with started(folder, port, "serve", "--port", str(port)) as gateway:
        yield Company(f"http://{HOST}:{port}/dav/", folder, gateway)


@contextmanager
def stock_radicale(folder: Path) -> Iterator[Company]:
    """Start Radicale as it comes, for the same accounts."""
    with radicale(folder, *LOGINS) as server:
        yield Company(f"http://{HOST}:{server.port}/", folder)
