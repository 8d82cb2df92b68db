# SPDX-License-Identifier: GPL-3.0-or-later
"""Twice as much text is about twice as much work (`make bench` measures the time that it takes)."""

from functools import partial

import pytest

from tests.ical.growing import GROWING, work
from tests.steps import steps

TIMES = 2.5


@pytest.mark.parametrize("thing", GROWING)
def test_twice_as_much_is_at_most_two_and_a_half_times_the_work(thing: str) -> None:
    grown, most = GROWING[thing]
    number = min(most // 4, 60)
    work(grown(number))  # what is imported, or known of zones, the first time

    taken = [steps(partial(work, grown(number * times))) for times in (1, 2, 4)]

    assert taken[1] <= TIMES * taken[0], taken
    assert taken[2] <= TIMES * taken[1], taken
