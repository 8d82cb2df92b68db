# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway as a process of its own, as an operator starts it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.gateway.running import ask

PATIENCE = 30.0
COMMAND = (sys.executable, "-c", "from gateway.cli import main; main(prog_name='distrib')")


@dataclass(frozen=True, slots=True)
class Started:
    """A process, and where its output goes."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path

    def said(self) -> str:
        """What it has written so far, to either stream."""
        return self.output.read_text(encoding="utf-8")

    def wait(self) -> int:
        """Its exit code, when it has ended."""
        return self.process.wait(PATIENCE)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Ours, without settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DISTRIB_")}
    root = Path(__file__).parents[2]
    return {**kept, "PYTHONPATH": f"{root}:{root / 'plugins'}", "DISTRIB_DATA_DIR": str(folder / "data"), **settings}


class NotUp(AssertionError):
    """The gateway ended before it answered, or did not answer in time."""


@contextmanager
def started(
    folder: Path,
    port: int,
    *arguments: str,
    settings: Mapping[str, str] | None = None,
    command: tuple[str, ...] = COMMAND,
) -> Iterator[Started]:
    """Start `distrib` and wait until it answers; it is ended at the end, if it has not."""
    output = folder / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env=environment(folder, **(settings or {})),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    begun = Started(process, port, output)
    try:
        _wait_until_it_answers(begun)
        yield begun
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run(folder: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `distrib` to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(folder, **(settings or {})),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def _wait_until_it_answers(begun: Started) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if begun.process.poll() is not None:
            raise NotUp(f"it ended with {begun.process.returncode}: {begun.said()}")
        try:
            response, _ = ask(begun.port, "GET", "/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            assert response.status == 200
            return
    raise NotUp(f"it does not answer: {begun.said()}")
