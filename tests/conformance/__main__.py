# SPDX-License-Identifier: GPL-3.0-or-later
"""Two public suites against the gateway: caldav-server-tester, and python-caldav's own functional tests.

`make conformance`, or `make conformance ARGS=--write` to keep what they say in docs/conformance.md; with
`ARGS=--radicale` they judge stock Radicale.
"""

import argparse
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from tests.conformance import functional, tester
from tests.conformance.company import TOOLS, Company, company, stock_radicale
from tests.conformance.explained import NONE, OURS, Explanations
from tests.conformance.page import PAGE, Findings


def main() -> int:
    """Run both, say what they found, and tell whether all of it is well or explained."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/conformance.md")
    parser.add_argument("--radicale", action="store_true", help="judge stock Radicale instead")
    chosen = parser.parse_args()
    findings = found(stock_radicale, NONE) if chosen.radicale else found(company, OURS)
    faults = findings.faults()
    _say(*findings.summary(), *faults)
    if chosen.write and not chosen.radicale:
        PAGE.write_text(findings.page(), encoding="utf-8")
    return 1 if faults else 0


def found(serve: Callable[[Path], AbstractContextManager[Company]], explained: Explanations) -> Findings:
    """What both find; each has a server of its own."""
    versions = {name: _version(name) for name in ("caldav-server-tester", "caldav", "pytest")}
    with tempfile.TemporaryDirectory() as name:
        _say("caldav-server-tester …")
        with serve(Path(name, "tester")) as first:
            features, errors = tester.judged(first), first.errors()
        _say("python-caldav's functional tests …")
        with serve(Path(name, "functional")) as second:
            cases = functional.judged(second, versions["caldav"])
            errors += second.errors()
    return Findings({**versions, "Python": platform.python_version()}, features, cases, explained, tuple(errors))


def _version(package: str) -> str:
    ask = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
    done = subprocess.run([TOOLS / "bin" / "python", "-c", ask, package], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
