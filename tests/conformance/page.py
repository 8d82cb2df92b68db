# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/conformance.md, as the suites' findings make it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.conformance import functional
from tests.conformance.company import ROOT
from tests.conformance.explained import Explanations
from tests.conformance.functional import Case
from tests.conformance.tester import Feature

EXPLAINED = "explained by a decision"
PAGE = ROOT / "docs" / "conformance.md"
_BEGIN = """\
# Conformance

What two public suites say about the gateway. `make conformance` installs them from PyPI, starts the gateway on SQLite
with three accounts, and runs both; `make conformance ARGS=--write` writes this page. It fails where something is not
as a suite wants it and no decision explains that, where an explained one is no longer so, and where the gateway logged
an error.

For comparison, stock Radicale 3.9 in the same run (`make conformance ARGS=--radicale`): 90 features full and 10
unsupported, among them scheduling; 132 tests passed, 7 failed, 20 skipped.
"""


@dataclass(frozen=True, slots=True)
class Findings:
    """What both suites found, with which versions, and what the gateway called an error meanwhile."""

    versions: Mapping[str, str]
    features: tuple[Feature, ...]
    cases: tuple[Case, ...]
    explained: Explanations
    errors: tuple[str, ...] = ()

    def summary(self) -> list[str]:
        """Two lines, one for each suite; what a decision explains is counted apart."""
        supports = Counter(
            f.support if f.is_full or f.name not in self.explained.features else EXPLAINED for f in self.features
        )
        outcomes = Counter(EXPLAINED if c.failed and c.name in self.explained.tests else c.outcome for c in self.cases)
        told = ("passed", "failed", "error", "skipped", EXPLAINED)
        return [
            "caldav-server-tester: " + ", ".join(f"{count} {support}" for support, count in supports.most_common()),
            "python-caldav: " + ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in told),
        ]

    def faults(self) -> list[str]:
        """What no decision explains, and what one explains that is no longer so."""
        lacking = {f.name: f"{f.support} {f.remark}" for f in self.features if not f.is_full}
        failing = {c.name: f"{c.outcome}: {c.why}" for c in self.cases if c.failed}
        return [
            *_faults(lacking, self.explained.features),
            *_faults(failing, self.explained.tests),
            *(f"the gateway logged an error: {error}" for error in self.errors),
        ]

    def page(self) -> str:
        """The text of the page."""
        return "\n".join([_BEGIN, *self._versions(), *self._features(), *self._functional()])

    def _versions(self) -> Iterator[str]:
        yield from _table(("", "version"), self.versions.items())

    def _features(self) -> Iterator[str]:
        yield f"\n## caldav-server-tester\n\n{self.summary()[0].partition(': ')[2]}.\n"
        rows = ((f"`{f.name}`", f.support, _why(f.name, f.remark, self.explained.features)) for f in self.features)
        yield from _table(("feature", "support", "remark"), rows)

    def _functional(self) -> Iterator[str]:
        yield f"\n## python-caldav's functional tests\n\n{self.summary()[1].partition(': ')[2]}, in strict mode: the"
        yield f"suite is told `{functional.STRICT}`".replace("'", '"') + ", and of nothing that it is missing.\n"
        odd = (c for c in self.cases if c.outcome != "passed")
        rows = [(f"`{c.name}`", c.outcome, _why(c.name, c.why, self.explained.tests)) for c in odd]
        left_out = [(f"`{name}`", "left out", why) for name, why in functional.LEFT_OUT.items()]
        yield from _table(("test", "", "why"), rows + left_out)
        yield ""


def _faults(found: Mapping[str, str], explanations: Mapping[str, str]) -> list[str]:
    unexplained = [f"{name} is {how}" for name, how in found.items() if name not in explanations]
    stale = [f"{name} is well; {page} explains why not" for name, page in explanations.items() if name not in found]
    return unexplained + stale


def _why(name: str, remark: str, explanations: Mapping[str, str]) -> str:
    decision = explanations.get(name)
    if decision is None:
        return remark
    return f"[decision {int(decision[:4])}](decisions/{decision})"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
