# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutants are tried: each in a fork of a process that has run all the tests once, by those that execute its line."""

import gc
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import coverage
import pytest

from ical.recent import Recent
from tests.mutate.mutants import Mutant
from tests.mutate.patching import put

ROOT = Path(__file__).parent.parent.parent
TESTS = (
    *("tests/ical/itip", "tests/ical/test_changes.py", "tests/ical/test_edges_of_time.py"),
    "tests/ical/scenarios/test_scenarios.py",
)
NOT_ASKED = "tests/ical/itip/test_many_days.py"
"""What it costs to look which line is executed is more than that test allows."""
OPTIONS = (
    f"--ignore={ROOT / NOT_ASKED}",
    "-q",
    "-p",
    "no:randomly",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--hypothesis-seed=0",
)
LONGEST = 120
"""Seconds of CPU for a mutant; one that takes longer runs for ever."""
PATIENCE = 5 * LONGEST
"""Seconds by the clock for it, on a machine that does other things too."""


class Nothing(pytest.Item):
    """Stands between two tests that need not lie beside each other: what is of the session alone is kept."""

    def runtest(self) -> None:
        """Do nothing."""


class Trying:
    """A plugin of pytest that runs the tests once, and then for each mutant those that execute its line."""

    def __init__(self, mutants: Sequence[Mutant], workers: int, tell: Callable[[Mutant, str | None], None]) -> None:
        """*tell* hears of each mutant which test it died by, or None."""
        self._mutants, self._workers, self._tell = mutants, workers, tell
        self._lines: dict[tuple[str, int], list[int]] = {}
        self._seconds: list[float] = []
        self._kills: Counter[tuple[str, int]] = Counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        nothing: Nothing = Nothing.from_parent(session, name="nothing")
        self._look(session, nothing)
        if session.testsfailed:
            raise session.Failed("the tests fail without any mutant")
        running: dict[int, tuple[Mutant, list[int], int]] = {}
        for mutant in self._mutants:
            chosen = self._tests_of(mutant)
            if not chosen:
                self._tell(mutant, None)
                continue
            while len(running) >= self._workers:
                self._reap(session, running)
            reading, writing = os.pipe()
            pid = os.fork()
            if pid == 0:
                _try(session, nothing, mutant, chosen, writing)
            os.close(writing)
            running[pid] = mutant, chosen, reading
        while running:
            self._reap(session, running)
        return True

    def _look(self, session: pytest.Session, nothing: Nothing) -> None:
        """Run each test once, and keep how long it takes and which lines it executes."""
        noting = coverage.Coverage(data_file=None, config_file=False, source_pkgs=["ical"])
        noting.start()
        for at, item in enumerate(session.items):
            begun = time.process_time()
            noting.switch_context(str(at))
            _run(item, nothing)
            self._seconds.append(time.process_time() - begun)
        noting.stop()
        data = noting.get_data()
        for file in data.measured_files():
            name = Path(file).relative_to(ROOT).as_posix()
            for line, tests in data.contexts_by_lineno(file).items():
                self._lines[name, line] = [int(test) for test in tests if test]

    def _tests_of(self, mutant: Mutant) -> list[int]:
        """Give the tests that execute the line of *mutant*: first those that often find one in its file, and quickly.

        The module's own lines are executed when it is imported: for them all tests of its functions are asked.
        """
        found = self._lines.get((mutant.file, mutant.line), [])
        if not found:
            found = sorted({test for (file, _), tests in self._lines.items() if file == mutant.file for test in tests})
        return sorted(found, key=lambda test: (-self._kills[mutant.file, test], self._seconds[test]))

    def _reap(self, session: pytest.Session, running: dict[int, tuple[Mutant, list[int], int]]) -> None:
        pid, status = os.wait()
        mutant, chosen, reading = running.pop(pid)
        with os.fdopen(reading) as said:
            found = said.read()
        if os.waitstatus_to_exitcode(status) == 0:
            self._tell(mutant, None)
        elif found:
            self._kills[mutant.file, chosen[int(found)]] += 1
            self._tell(mutant, session.items[chosen[int(found)]].nodeid)
        else:
            self._tell(mutant, "it never ends")


def _run(item: pytest.Item, following: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _try(session: pytest.Session, nothing: Nothing, mutant: Mutant, chosen: Sequence[int], writing: int) -> None:
    """Run the tests *chosen* with *mutant*, and leave: with 0 where all pass, else having written which failed."""
    session.config.pluginmanager.unregister(name="terminalreporter")
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
    signal.alarm(PATIENCE)
    status = 1
    try:
        put(mutant)
        for made in _kept():
            made.forget()
        failing = next(_failing(session, nothing, chosen), None)
        if failing is None:
            status = 0
        else:
            os.write(writing, str(failing).encode())
    finally:
        os._exit(status)


def _failing(session: pytest.Session, nothing: Nothing, chosen: Sequence[int]) -> Iterator[int]:
    items = [session.items[test] for test in chosen]
    for at, (item, following) in enumerate(zip(items, [*items[1:], nothing], strict=True)):
        _run(item, following)
        if session.testsfailed:
            yield at


def _kept() -> list[Recent[object]]:
    return [found for found in gc.get_objects() if isinstance(found, Recent)]
