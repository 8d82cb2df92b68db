# SPDX-License-Identifier: GPL-3.0-or-later
"""python-caldav's own functional tests, from the source package on PyPI."""

import json
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from tests.bench.client import PASSWORD
from tests.conformance.company import LOGINS, TOOLS, Company

STRICT = {"scheduling": {"support": "full"}}
"""What the suite is told of the server. Of nothing it is told that it is missing, so nothing is left out for that."""
SUITES = ("tests/test_caldav.py", "tests/test_async_integration.py")
LEFT_OUT = {
    "TestForServerdistrib::testCheckCompatibility": "runs caldav-server-tester, whose findings have their own table",
}
OPTIONS = (
    "-p",
    "no:cacheprovider",
    "-o",
    "asyncio_default_fixture_loop_scope=function",
    # testPrincipals itself calls what the library calls outdated, and warnings are errors in the suite.
    "-W",
    "default:principals() is deprecated:DeprecationWarning",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One test, how it ended, and why where it did not pass."""

    name: str
    outcome: str
    why: str

    @property
    def failed(self) -> bool:
        """Whether it found fault with the gateway."""
        return self.outcome in {"failed", "error"}


def judged(company: Company, version: str) -> tuple[Case, ...]:
    """Run the suite of *version* against the gateway."""
    accounts = [{"url": company.url, "username": login, "password": PASSWORD} for login in LOGINS]
    server = {"type": "external", "enabled": True, **accounts[0], "features": STRICT, "scheduling_users": accounts}
    told = {"test-servers": {"distrib": server}}
    (company.configuration / "test_servers.json").write_text(json.dumps(told), encoding="utf-8")
    report = company.folder / "functional.xml"
    left_out = [f"--deselect={SUITES[0]}::{name}" for name in LEFT_OUT]
    done = company.call("pytest", *SUITES, *OPTIONS, *left_out, f"--junitxml={report}", cwd=_source(version))
    assert report.exists(), done.stdout + done.stderr
    cases = tuple(_case(node) for node in ElementTree.parse(report).iter("testcase"))
    assert any(case.name.startswith("TestForServerdistrib::") for case in cases), done.stdout
    return cases


def _source(version: str) -> Path:
    """The unpacked source package; fetched once."""
    folder = TOOLS / f"caldav-{version}"
    if not folder.exists():
        fetch = (sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--quiet", "--no-deps")
        wanted = ("--no-binary", "caldav", "--dest", str(TOOLS), f"caldav=={version}")
        subprocess.run([*fetch, *wanted], check=True, timeout=300)
        with tarfile.open(TOOLS / f"caldav-{version}.tar.gz") as package:
            package.extractall(TOOLS, filter="data")
    return folder


def _case(node: Element) -> Case:
    name = f"{node.get('classname', '').rpartition('.')[2]}::{node.get('name')}"
    for outcome, told in (("failure", "failed"), ("error", "error"), ("skipped", "skipped")):
        found = node.find(outcome)
        if found is not None:
            return Case(name, told, (found.get("message") or "").partition("\n")[0])
    return Case(name, "passed", "")
