# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutants are tried: in a copy of the tree, by the tests that execute their line, until one fails."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.mutate.covering import PLUGIN, Map
from tests.mutate.mutants import Mutant

ROOT = Path(__file__).parent.parent.parent
COPIED = ("gateway", "ical", "mail", "plugins", "tests", "pyproject.toml")
TESTS = (
    *("tests/ical/itip", "tests/ical/test_changes.py", "tests/ical/test_edges_of_time.py"),
    "tests/ical/scenarios/test_scenarios.py",
)
"""Those that are asked, the quickest first."""
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:randomly", "-p", "no:cacheprovider")
TIMEOUT = 600
"""Seconds for a mutant; one that takes longer runs for ever."""
SURVIVED = frozenset({0, 5})
"""What pytest says where no test failed, and where there was none."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A copy of what the tests need."""

    path: Path

    @classmethod
    def copied(cls, to: Path) -> "Tree":
        """Copy the tree to *to*."""
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, to / name, ignore=ignored)
            else:
                shutil.copy(ROOT / name, to / name)
        return cls(to)

    def covered(self) -> Map:
        """Run all the tests once, and give which of them execute which line; raises where one fails."""
        noted = self.path / "lines.json"
        done = self._pytest("--note-lines", str(noted), *TESTS)
        if done.returncode:
            raise RuntimeError(f"the tests fail without any mutant:\n{done.stdout}")
        found: Map = json.loads(noted.read_text("utf-8"))
        return found

    def survives(self, mutant: Mutant, tests: Sequence[str]) -> bool:
        """Tell whether *tests* all pass with *mutant*."""
        if not tests:
            return True
        place, chosen = self.path / mutant.file, self.path / "chosen.json"
        before = place.read_text("utf-8")
        chosen.write_text(json.dumps(tests), "utf-8")
        place.write_text(mutant.source, "utf-8")
        try:
            files = dict.fromkeys(test.partition("::")[0] for test in tests)
            return self._pytest("-x", "--hypothesis-seed=0", "--chosen", str(chosen), *files).returncode in SURVIVED
        except subprocess.TimeoutExpired:
            return False
        finally:
            place.write_text(before, "utf-8")

    def _pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PYTEST, *arguments],
            cwd=self.path,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
        )


def tests_of(mutant: Mutant, lines: Map) -> list[str]:
    """Give the tests that execute the line of *mutant*, the quickest first; of the module's own code, all of its."""
    of_file = lines.get(mutant.file, {})
    found = of_file.get(str(mutant.line)) or sorted({test for tests in of_file.values() for test in tests})
    return sorted(found, key=lambda test: next(at for at, place in enumerate(TESTS) if test.startswith(place)))


def survivors(mutants: Sequence[Mutant], lines: Map, trees: Sequence[Tree]) -> Iterator[tuple[Mutant, bool]]:
    """Give each of *mutants* with whether it survives, as many at once as there are *trees*."""
    free: SimpleQueue[Tree] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def tried(mutant: Mutant) -> tuple[Mutant, bool]:
        tree = free.get()
        try:
            return mutant, tree.survives(mutant, tests_of(mutant, lines))
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as pool:
        yield from pool.map(tried, mutants)
