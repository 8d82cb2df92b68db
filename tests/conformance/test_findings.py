# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a fault of the gateway, and what does not."""

import pytest

from tests.conformance.company import ROOT
from tests.conformance.explained import NONE, OURS, Explanations
from tests.conformance.functional import Case
from tests.conformance.page import Findings
from tests.conformance.tester import Feature

DECISION = "0001-one-entry-not-a-copy-each.md"
SEARCH = Feature("search", "full", "")
COLOUR = Feature("colour", "unsupported", "behaviour: grey")
SAVED = Case("TestAll::testSave", "passed", "")
LOST = Case("TestAll::testSync", "failed", "AssertionError")


def findings(
    *features: Feature, cases: tuple[Case, ...] = (SAVED,), errors: tuple[str, ...] = (), why: Explanations = NONE
) -> Findings:
    return Findings({"caldav": "3.6.0"}, features, cases, why, errors)


def test_full_support_and_passed_or_skipped_tests_are_no_fault() -> None:
    skipped = Case("TestAll::testProxy", "skipped", "no proxy")

    assert findings(SEARCH, cases=(SAVED, skipped)).faults() == []


def test_what_no_decision_explains_is_a_fault() -> None:
    assert findings(COLOUR).faults() == ["colour is unsupported behaviour: grey"]
    assert findings(cases=(LOST,)).faults() == ["TestAll::testSync is failed: AssertionError"]


def test_an_error_in_the_log_is_a_fault() -> None:
    assert findings(SEARCH, errors=("http.failed",)).faults() == ["the gateway logged an error: http.failed"]


def test_what_a_decision_explains_is_none() -> None:
    found = findings(COLOUR, cases=(LOST,), why=Explanations({"colour": DECISION}, {"TestAll::testSync": DECISION}))

    assert found.faults() == []
    assert found.summary() == [
        "caldav-server-tester: 1 explained by a decision",
        "python-caldav: 0 passed, 0 failed, 0 error, 0 skipped, 1 explained by a decision",
    ]
    assert f"| `colour` | unsupported | [decision 1](decisions/{DECISION}) |" in found.page()


def test_an_explanation_that_is_no_longer_needed_is_a_fault() -> None:
    assert findings(SEARCH, why=Explanations({"search": DECISION}, {})).faults() == [
        f"search is well; {DECISION} explains why not"
    ]


def test_the_page_counts_and_lists_everything() -> None:
    page = findings(SEARCH, COLOUR, cases=(SAVED, LOST)).page()

    assert "\n1 full, 1 unsupported.\n" in page
    assert "| `search` | full |  |" in page
    assert "\n1 passed, 1 failed, 0 error, 0 skipped, 0 explained by a decision, in strict mode" in page
    assert "| `TestAll::testSync` | failed | AssertionError |" in page
    assert "testSave" not in page


@pytest.mark.parametrize("page", sorted({*OURS.features.values(), *OURS.tests.values()}))
def test_decisions_that_explain_exist(page: str) -> None:
    assert (ROOT / "docs" / "decisions" / page).is_file()
