# SPDX-License-Identifier: GPL-3.0-or-later
"""A plugin of pytest: which test executes which line, and runs of those tests alone that do."""

import json
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

PLUGIN = "tests.mutate.covering"
Map = dict[str, dict[str, list[str]]]
"""Per file, and line of it, the tests that execute it."""


class Noting:
    """Notes for each line which tests execute it."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._coverage = coverage.Coverage(data_file=None, config_file=False, source_pkgs=["ical"])
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._coverage.switch_context(item.nodeid)
        result = yield
        self._coverage.switch_context("")
        return result

    def pytest_sessionfinish(self) -> None:
        self._coverage.stop()
        data = self._coverage.get_data()
        found: Map = {}
        for file in data.measured_files():
            lines = data.contexts_by_lineno(file)
            name = Path(file).relative_to(Path.cwd()).as_posix()
            found[name] = {str(line): sorted(filter(None, tests)) for line, tests in lines.items()}
        self._target.write_text(json.dumps(found), "utf-8")


class Choosing:
    """Runs the tests that a file names, in its order."""

    def __init__(self, source: Path) -> None:
        self._places = {name: at for at, name in enumerate(json.loads(source.read_text("utf-8")))}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._places), key=lambda i: self._places[i.nodeid])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--note-lines", type=Path, help="Write here which test executes which line of ical.")
    parser.addoption("--chosen", type=Path, help="Run the tests that are named here.")


def pytest_configure(config: pytest.Config) -> None:
    noted, chosen = config.getoption("--note-lines"), config.getoption("--chosen")
    if noted is not None:
        config.pluginmanager.register(Noting(noted))
    if chosen is not None:
        config.pluginmanager.register(Choosing(chosen))
