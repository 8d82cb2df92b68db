# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversations about entries with several people, told in text files (GRAMMAR.md)."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from gateway.store.unit import Database
from tests.ical.scenarios.acts import Result, Stage
from tests.ical.scenarios.company import Company
from tests.ical.scenarios.effects import broken, declared, happened
from tests.ical.scenarios.grammar import LOOKS, SILENT, Scenario, Step, scenarios
from tests.ical.scenarios.looking import expect
from tests.ical.scenarios.seeing import look

HERE = Path(__file__).parent
PLAIN = frozenset({"2xx", "answer", "refresh", "proposal"})
"""What a request or mail comes to that is simply taken."""


def told() -> Iterator[ParameterSet]:
    for path in sorted(HERE.glob("*.txt")):
        for scenario in scenarios(path):
            marks = [] if scenario.awaits is None else [_awaiting(scenario.awaits)]
            yield pytest.param(scenario, id=f"{path.stem}: {scenario.title}", marks=marks)


def _awaiting(reason: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(raises=AssertionError, strict=True, reason=reason)


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give one database after the other in the same place: what is known of a statement is known for all."""
    with closing(Database(f"sqlite:///{tmp_path_factory.mktemp('scenarios')}/distrib.db")) as database:
        yield database


@pytest.fixture
def database(reused: Database, sqlite_template: Path) -> Iterator[Database]:
    """Give a database that holds nothing but tables."""
    shutil.copyfile(sqlite_template, str(reused.url.database))
    yield reused
    reused.close()


@pytest.mark.parametrize("scenario", list(told()))
def test_scenario(scenario: Scenario, database: Database) -> None:
    play(scenario, database)


def play(scenario: Scenario, database: Database) -> None:
    """Play a scenario to its end, and then its last act once more."""
    uids = {step.words[1] for step in scenario.steps if len(step.words) > 1}
    company = Company(database, scenario.settings, scenario.zones, scenario.groups, scenario.deputies)
    stage = Stage(company, look(company, uids))
    last: tuple[Step, Result] | None = None
    for step in scenario.steps:
        if step.verb in LOOKS:
            expect(step, stage.now, company)
            continue
        result = stage.act(step)
        if step.verb not in SILENT:
            _hold(step, stage, result, uids)
            last = step, result
    if last is not None and not any(said.text.startswith("once ") for said in last[0].effects):
        _repeat(last[0], last[1], stage, uids)
    whole = look(company, uids)
    unseen = [*happened(stage.now, whole), *broken(stage.now, whole)]
    assert not unseen, f"{scenario.place}: programs that sync did not hear of {unseen}"


def _hold(step: Step, stage: Stage, result: Result, uids: set[str]) -> None:
    """What a step declares came of it, and nothing else."""
    before, stage.now = stage.now, look(stage.company, uids, stage.now)
    wanted, sentences = declared(step)
    came = Counter([*happened(before, stage.now), *(["etag"] if result.etag else []), *_said(result)])
    missing, more = wanted - came, came - wanted
    problems = [*(f"did not happen: {what}" for what in missing), *(f"happened too: {what}" for what in more)]
    problems += [*broken(before, stage.now), *result.broken]
    news = (stage.now.log - before.log).elements()
    reasons = [why for _, why in news]
    problems += [f"the log does not say: {s.text}" for s in sentences if not any(s.text in why for why in reasons)]
    if problems:
        lines = "\n  ".join(problems)
        raise AssertionError(f"{step.said.place}: {step.said.text}\n  {lines}\n  the log says: {reasons}")


def _said(result: Result) -> list[str]:
    return [] if result.said in PLAIN else [result.said]


def _repeat(step: Step, result: Result, stage: Stage, uids: set[str]) -> None:
    """The same once more changes nothing, as a client does it that has lost the answer."""
    for number, again in enumerate(result.again, 1):
        stage.company.later()
        before = stage.now
        again()
        stage.now = look(stage.company, uids, before)
        changed = [*happened(before, stage.now), *broken(before, stage.now)]
        if changed:
            lines = "\n  ".join(changed)
            raise AssertionError(f"{step.said.place}: {step.said.text}\n  once more ({number}) changes\n  {lines}")
