# SPDX-License-Identifier: GPL-3.0-or-later
"""caldav-server-tester: what it finds a server to support."""

import ast
import json
from dataclasses import dataclass

from tests.bench.client import PASSWORD
from tests.conformance.company import LOGINS, Company

PROGRAM = "caldav-server-tester"
FULL = "full"


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature, how far it is supported in the tester's words, and what it remarks."""

    name: str
    support: str
    remark: str

    @property
    def is_full(self) -> bool:
        """Whether the tester has nothing to find fault with; what it merely observes is no fault."""
        return self.support in {FULL, "observed"}


def judged(company: Company) -> tuple[Feature, ...]:
    """Let the tester try everything, with two more accounts for what needs several."""
    first, *others = LOGINS
    accounts = {
        login: {"caldav_url": company.url, "caldav_username": login, "caldav_password": PASSWORD} for login in others
    }
    (company.configuration / "calendar.conf").write_text(json.dumps(accounts), encoding="utf-8")
    chosen = [argument for login in others for argument in ("--config-section", login)]
    account = ("--caldav-url", company.url, "--caldav-username", first, "--caldav-password", PASSWORD)
    done = company.call(PROGRAM, *account, *chosen, "--format", "hints")
    assert done.returncode == 0, done.stderr
    found = ast.literal_eval(done.stdout[done.stdout.index("{") :])
    return tuple(_feature(name, dict(facts)) for name, facts in sorted(found.items()))


def _feature(name: str, facts: dict[str, object]) -> Feature:
    support = facts.pop("support", "observed")
    return Feature(name, str(support), "; ".join(f"{key}: {value}" for key, value in facts.items()))
