# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 15 of the model: what is exported and brought in again is read as it was, and nobody is told."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.services import texts
from tests.gateway.services.carrying import Carried, Gist, brought, exported, gist, lost
from tests.gateway.services.series import Book
from tests.gateway.services.series_walk import SeriesWalk, books
from tests.gateway.services.series_walk import acts as acts_in_series
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.walk import LOGINS, Act, Walk, acts
from tests.gateway.services.world import STAFF, World

_numbers = itertools.count()
STEPS = 10
QUICKLY = settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))


ASKED = st.sets(st.sampled_from((PER, PER_TOO, NINA, BERIT, KARI)), min_size=2).map(sorted)


@given(asked=ASKED, life=st.lists(acts("VEVENT"), max_size=STEPS))
@QUICKLY
def test_an_appointment_is_carried_as_it_is(company: World, asked: list[str], life: list[Act]) -> None:
    _carry(company, texts.meeting, asked, life)


@given(asked=ASKED, life=st.lists(acts("VTODO"), max_size=STEPS))
@QUICKLY
def test_a_task_is_carried_as_it_is(company: World, asked: list[str], life: list[Act]) -> None:
    _carry(company, texts.task, asked, life)


@given(first=books("VEVENT"), life=st.lists(acts_in_series("VEVENT"), max_size=STEPS))
@QUICKLY
def test_a_series_is_carried_as_it_is(company: World, first: Book, life: list[Act]) -> None:
    _carry_series(company, first, life)


@given(first=books("VTODO"), life=st.lists(acts_in_series("VTODO"), max_size=STEPS))
@QUICKLY
def test_a_task_that_repeats_is_carried_as_it_is(company: World, first: Book, life: list[Act]) -> None:
    _carry_series(company, first, life)


@pytest.mark.parametrize("is_there", [True, False], ids=["with their copy", "without"])
def test_by_whose_hand_somebody_answered_is_carried(company: World, *, is_there: bool) -> None:
    company.forget()
    company.put("kari", texts.meeting("u", OLA, PER))
    company.deputy = company.people["nina"]
    company.put("ola", texts.with_partstat(company.text("ola", "u"), OLA, "ACCEPTED"))
    before = company.text("kari", "u")
    assert b"SENT-BY" in before
    carried = [one for one in exported(company, "u") if is_there or one.login == "kari"]

    company.forget()
    brought(company, carried)

    assert gist(company.text("kari", "u")) == gist(before)
    assert b"SENT-BY" not in company.text("per", "u")


def _carry(world: World, make: Callable[..., bytes], asked: list[str], life: list[Act]) -> None:
    world.forget()
    uid = f"carried-{next(_numbers)}"
    _live_and_carry(Walk(world, uid, texts.with_alarm(make(uid, OLA, *asked), "secret-of-kari-first")), life)


def _carry_series(world: World, first: Book, life: list[Act]) -> None:
    world.forget()
    uid = f"carried-{next(_numbers)}"
    _live_and_carry(SeriesWalk(world, uid, first.each(lambda p: p.saying("UID", uid)).text), life)


def _live_and_carry(walk: Walk, life: list[Act]) -> None:
    world, uid = walk.world, walk.uid
    for act in (Act("echo", "kari", 0, 0), *life):
        text = walk.edited(act)
        if text is not None:
            walk.put(act, text)
        else:
            walk.do(act)
        walk.state = walk.look()
    before = exported(world, uid)
    world.forget()
    result = brought(world, before)
    after = {(c.login, c.slug, c.href): _gist(c) for c in exported(world, uid)}
    there = {c.login for c in before}
    if "kari" not in there and isinstance(walk, SeriesWalk):
        # Of a series each copy holds its owner's days alone: together they are not always all of it.
        assert {(c.login, c.slug, c.href) for c in before} <= after.keys()
        return
    if "kari" not in there:
        # Whoever put it away without declining has it again: only the organizer's text tells that they did.
        after = {place: said for place, said in after.items() if place[0] in there}
    assert {(c.login, c.slug, c.href): _gist(c) for c in before} == after, lost(result)
    assert not lost(result)
    assert not world.mails(uid)
    assert not any(world.inbox(login, uid) for login in LOGINS)


def _gist(one: Carried) -> Gist:
    return gist(one.text, *(() if one.login == "kari" else STAFF[one.login]))
