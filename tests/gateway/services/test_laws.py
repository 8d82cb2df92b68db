# SPDX-License-Identifier: GPL-3.0-or-later
"""Laws 1-7 and 13 of the model, over generated lives of an appointment or a task."""

import itertools
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.services import laws, texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.walk import LOGINS, Act, Walk, acts
from tests.gateway.services.world import World

_numbers = itertools.count()
STEPS = 14
QUICKLY = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


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
