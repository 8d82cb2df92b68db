# SPDX-License-Identifier: GPL-3.0-or-later
"""A mutant is met by everybody who imported what it changes before."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutate.mutants import mutants
from tests.mutate.patching import put

ROOMS = """
from dataclasses import dataclass
from functools import cached_property, lru_cache

SMALL = (1, 2)

def fits(people):
    return people <= 2

@lru_cache
def doubled(people, *, more=False):
    return people + 1 if more else people

@dataclass(frozen=True)
class Room:
    open: bool = True

    @property
    def closed(self):
        return not self.open

    @cached_property
    def shut(self):
        return not self.open
"""
CALLERS = """
from rooms_to_change import SMALL, Room, doubled, fits

def answers():
    return [fits(2), len(SMALL), doubled(1, more=True), Room().open, Room(True).closed, Room(True).shut]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "rooms_to_change.py").write_text(ROOMS)
    (tmp_path / "callers_of_rooms.py").write_text(CALLERS)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("rooms_to_change", "callers_of_rooms"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ("fits: people <= 2 → people < 2", 0),
        ("the module: (1, 2) → (2,)", 1),
        ("doubled: people + 1 → people - 1", 2),
        ("Room: True → False", 3),
        ("Room.closed: not self.open → self.open", 4),
        ("Room.shut: not self.open → self.open", 5),
    ],
)
@pytest.mark.usefixtures("place")
def test_what_was_imported_before_is_what_the_mutant_says(change: str, changed: int) -> None:
    import callers_of_rooms  # type: ignore[import-not-found]  # noqa: PLC0415 - made by the fixture

    before = callers_of_rooms.answers()
    put(next(m for m in mutants("rooms_to_change.py", ROOMS) if m.key == f"rooms_to_change.py: {change}"))
    sys.modules["rooms_to_change"].doubled.cache_clear()
    now = callers_of_rooms.answers()

    assert [at for at, (b, n) in enumerate(zip(before, now, strict=True)) if b != n] == [changed]
