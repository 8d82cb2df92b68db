# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns are taken one at a time, in the order in which they were asked for."""

import threading
import time

import pytest

from gateway.store.turns import NoTurn, Turns

PATIENCE = 15.0


def waiting(turns: Turns, number: int) -> None:
    """Return when so many wait."""
    until = time.monotonic() + PATIENCE
    while len(turns._waiting) < number and time.monotonic() < until:
        time.sleep(0.005)
    assert len(turns._waiting) == number


def test_those_who_wait_are_served_in_their_order() -> None:
    turns, served = Turns(), list[int]()

    def serve(number: int) -> None:
        with turns.taken(PATIENCE):
            served.append(number)

    threads = [threading.Thread(target=serve, args=(number,)) for number in range(8)]
    with turns.taken(PATIENCE):
        for number, thread in enumerate(threads, 1):
            thread.start()
            waiting(turns, number)
    for thread in threads:
        thread.join(PATIENCE)

    assert served == list(range(8))


def test_one_who_comes_as_a_turn_ends_does_not_pass_those_who_wait() -> None:
    turns, served = Turns(), list[str]()

    def serve() -> None:
        with turns.taken(PATIENCE):
            served.append("waited")

    thread = threading.Thread(target=serve)
    with turns.taken(PATIENCE):
        thread.start()
        waiting(turns, 1)
    with turns.taken(PATIENCE):
        served.append("came")
    thread.join(PATIENCE)

    assert served == ["waited", "came"]


def test_one_whose_turn_does_not_come_in_time_gives_up_and_nobody_waits_for_them() -> None:
    turns = Turns()

    with turns.taken(PATIENCE), pytest.raises(NoTurn), turns.taken(0.05):
        pass

    with turns.taken(0.05):
        pass


def test_a_turn_ends_also_where_it_failed() -> None:
    turns = Turns()

    with pytest.raises(ValueError, match="no"), turns.taken(PATIENCE):
        raise ValueError("no")

    with turns.taken(0.05):
        pass
