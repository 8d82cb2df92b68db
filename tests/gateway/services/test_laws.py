# SPDX-License-Identifier: GPL-3.0-or-later
"""Laws 1-7 and 13 of the model, over generated lives of an appointment or a task."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from gateway.store.unit import Database
from tests.gateway.services import laws, texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.walk import LOGINS, Act, Walk, acts
from tests.gateway.services.world import World

_numbers = itertools.count()
STEPS = 14
QUICKLY = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def company(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give one company for all examples; each has its own UID."""
    path = tmp_path_factory.mktemp("laws") / "laws.db"
    path.write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{path}")) as database:
        # What is proved here does not depend on the disk.
        event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
        world = World(database)
        for login in LOGINS:
            world.make_calendar(login, "shelf")
        yield world


ASKED = st.sets(st.sampled_from((PER, PER_TOO, NINA, BERIT, KARI)), min_size=2).map(sorted)


@given(asked=ASKED, life=st.lists(acts("VEVENT"), max_size=STEPS))
@QUICKLY
def test_the_laws_hold_through_an_appointments_life(company: World, asked: list[str], life: list[Act]) -> None:
    _live(company, texts.meeting, asked, life)


@given(asked=ASKED, life=st.lists(acts("VTODO"), max_size=STEPS))
@QUICKLY
def test_the_laws_hold_through_a_tasks_life(company: World, asked: list[str], life: list[Act]) -> None:
    _live(company, texts.task, asked, life)


def _live(world: World, make: Callable[..., bytes], asked: list[str], life: list[Act]) -> None:
    world.forget()
    uid = f"law-{next(_numbers)}"
    text = texts.with_alarm(make(uid, OLA, *asked), "secret-of-kari-first")
    walk = Walk(world, uid, text)
    laws.step(walk, Act("echo", "kari", 0, 0))
    for act in life:
        laws.step(walk, act)
    laws.privacy(walk)
    assert {login: world.seen(login, uid) for login in LOGINS} == walk.state.seen
