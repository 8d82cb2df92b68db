#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the gateway with the demo company, let every driver use it, and compare what fails with what must fail.

The code is 0 if each FAIL line stands in expected-failures.txt, each line there has failed, and the gateway logged no
error. `run` installs what the drivers need, and calls this.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EXPECTED = HERE / "expected-failures.txt"
DISTRIB = Path(sys.executable).parent / "distrib"

START = 30
"""Seconds that the gateway has to be ready."""
PATIENCE = 900
"""Seconds that one driver may take."""
REPLAYED = ("macos", "ios", "outlook", "davx5")
DRIVERS = ("thunderbird", "pycaldav", "cli", "tsdav", *REPLAYED, "mixed", "secretary")
FIELDS = 4
SUMS = re.compile(r"\d+ passed, \d+ failed")


@dataclass(frozen=True, slots=True)
class Expected:
    """A line that a correct server cannot satisfy."""

    driver: str
    check: str
    forbidden_by: str
    test: str


@dataclass(slots=True)
class Played:
    """What a driver has found."""

    driver: str
    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that runs, and what it writes."""

    url: str
    log: Path

    def errors(self) -> list[str]:
        """Give the lines of its log that tell of something that should not be."""
        found = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                if json.loads(line).get("level") in {"error", "critical"}:
                    found.append(line)
        return found


def main() -> int:
    """Play what is wanted, and give the exit code."""
    wanted = _arguments()
    expected = read_expected(EXPECTED.read_text(encoding="utf-8"))
    work = Path(tempfile.mkdtemp(prefix="distrib-interop-"))
    with running_gateway(work) as gateway:
        played = [_played(driver, wanted, gateway, work) for driver in wanted.drivers]
    errors = gateway.errors()
    expected = [line for line in expected if line.driver in wanted.drivers]
    surprises = _surprises(played, expected, is_whole=not wanted.arguments)
    _tell(played, [*surprises, *(f"the gateway logged an error: {line}" for line in errors)])
    if surprises or errors:
        say(f"The gateway's log and the drivers' errors are in {work}")
        return 1
    shutil.rmtree(work)
    return 0


def read_expected(text: str) -> list[Expected]:
    """Read what must fail, and see that each line says why and names a test of ours that exists."""
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != FIELDS or not all(parts) or parts[0] not in DRIVERS or not parts[2].startswith("RFC "):
            sys.exit(f"{EXPECTED.name}: not `driver | check | RFC section | our test`: {line}")
        path, _, name = parts[3].partition("::")
        if not (ROOT / path).is_file() or f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8"):
            sys.exit(f"{EXPECTED.name}: there is no test {parts[3]}")
        found.append(Expected(*parts))
    return found


@contextlib.contextmanager
def running_gateway(work: Path) -> Iterator[Gateway]:
    """Start it on a free port with an empty data directory, and end it afterwards."""
    url, log = f"http://127.0.0.1:{_free_port()}", work / "gateway.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DISTRIB_")}
    environment |= {"DISTRIB_DATA_DIR": str(work / "data"), "DISTRIB_PORT": url.rpartition(":")[2]}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [DISTRIB, "serve", "--demo"], cwd=work, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _await_ready(process, url, log)
        yield Gateway(url, log)
    finally:
        process.terminate()
        process.wait(START)


@contextlib.contextmanager
def recorded(gateway: Gateway, log: Path) -> Iterator[str]:
    """Put the recording proxy in between, and give its URL."""
    port = _free_port()
    command = [sys.executable, HERE / "logproxy.py", "--listen", str(port), "--upstream", gateway.url, "--log", log]
    process = subprocess.Popen(command)
    try:
        _await_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def play(driver: str, url: str, clients: Path, arguments: Sequence[str], errors: Path) -> Played:
    """Let one driver use the gateway, and pass on what it says."""
    say(f"== {driver}")
    result, has_ended_well = Played(driver), False
    command = [*_command(driver, clients), "--url", f"{url}/", *arguments]
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=_environment()) as process,
        _ended_in_time(process),
    ):
        for line in process.stdout or ():
            say("   " + line.rstrip())
            if line.startswith("ok   "):
                result.good.append(line[5:].strip())
            elif line.startswith("FAIL "):
                result.bad.append(line[5:].partition("  [")[0].strip())
            has_ended_well = SUMS.fullmatch(line.strip()) is not None
    if not has_ended_well:
        result.bad.append(f"run to the end (see {errors})")
    return result


def say(line: str) -> None:
    """Print a line at once: this takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _played(driver: str, wanted: argparse.Namespace, gateway: Gateway, work: Path) -> Played:
    with contextlib.ExitStack() as stack:
        url = gateway.url
        if wanted.record:
            Path(wanted.record).mkdir(parents=True, exist_ok=True)
            url = stack.enter_context(recorded(gateway, Path(wanted.record) / f"{driver}.jsonl"))
        return play(driver, url, Path(wanted.clients), wanted.arguments, work / f"{driver}.stderr")


def _command(driver: str, clients: Path) -> list[str]:
    python = str(clients / "venv" / "bin" / "python")
    if driver == "tsdav":
        return ["node", str(HERE / "tsdav_scenario.mjs"), "--tsdav", str(clients / "tsdav")]
    if driver in REPLAYED:
        return [python, str(HERE / "replay_scenario.py"), "--as", driver]
    return [python, str(HERE / f"{driver}_scenario.py")]


def _environment() -> Mapping[str, str]:
    """Give the drivers nothing of the gateway's own Python."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}


@contextlib.contextmanager
def _ended_in_time(process: subprocess.Popen[str]) -> Iterator[None]:
    watch = subprocess.Popen(["sh", "-c", f"sleep {PATIENCE}; kill {process.pid}"], start_new_session=True)
    try:
        yield
    finally:
        process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(watch.pid, 15)
        watch.wait()


def _surprises(played: Sequence[Played], expected: Sequence[Expected], *, is_whole: bool) -> list[str]:
    """Say which lines failed unexpectedly, and which were to fail and did not."""
    known = {(line.driver, line.check) for line in expected}
    failed = {(result.driver, check) for result in played for check in result.bad}
    held = {(result.driver, check) for result in played for check in result.good}
    missed = known - failed if is_whole else known & held
    return [
        *(f"{driver}: FAIL {check}" for driver, check in sorted(failed - known)),
        *(f"{driver}: was expected to fail, but did not: {check}" for driver, check in sorted(missed)),
    ]


def _tell(played: Sequence[Played], surprises: Sequence[str]) -> None:
    say("")
    for result in played:
        say(f"{result.driver:<12} {len(result.good):3} passed, {len(result.bad)} failed")
    good, bad = sum(len(result.good) for result in played), sum(len(result.bad) for result in played)
    say(f"{'together':<12} {good:3} passed, {bad} failed")
    for line in surprises:
        say(line)


def _await_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"{url}/readyz", timeout=START),  # noqa: S310 - our own address
        ):
            return
        time.sleep(0.2)
    sys.exit(f"the gateway did not start:\n{log.read_text(encoding='utf-8')}")


def _await_port(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/interop/run", description="Let real calendar programs use the gateway."
    )
    parser.add_argument("--clients", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--record", metavar="FOLDER", help="keep all traffic there; showlog.py prints it")
    parser.add_argument(
        "drivers", nargs="*", metavar="DRIVER", help=f"some of {', '.join(DRIVERS)}; all if none is named"
    )
    known, rest = parser.parse_known_args()
    if strange := set(known.drivers) - set(DRIVERS):
        parser.error(f"there is no driver {', '.join(sorted(strange))}")
    known.drivers, known.arguments = known.drivers or list(DRIVERS), rest
    return known


if __name__ == "__main__":
    sys.exit(main())
