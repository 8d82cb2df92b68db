# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark asks both servers the same, and counts no answer that is not right. How long it takes is no test."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import results, table
from tests.bench.calendar import Calendar
from tests.bench.calendars import calendar_bench
from tests.bench.client import WrongAnswer
from tests.bench.cpu import Clock
from tests.bench.events import event, within_month
from tests.bench.rounds import OURS, THEIRS, Extent, Figure, Point, measure, medians
from tests.bench.sites import Choice, sites
from tests.bench.workloads import WORKLOADS

EVENTS = 40
BURNING = """
import threading, time
def burn():
    while time.thread_time() < 0.1:
        pass
for thread in [threading.Thread(target=burn) for _ in range(2)]:
    thread.start()
    thread.join()
print(time.process_time_ns(), flush=True)
input()
"""
SHORT = Extent(rounds=1, budget_ms=1)


def figures_of(choice: Choice, folder: Path) -> list[Figure]:
    found: list[Figure] = []
    for site in sites(choice.points(), alone=choice.alone):
        with site.opened(folder) as seats:
            found.extend(measure(seats, SHORT, lambda _: None))
    return found


def test_both_servers_give_the_right_answers(tmp_path: Path) -> None:
    found = figures_of(Choice(WORKLOADS, [EVENTS]), tmp_path)

    assert {(one.point.workload, one.server) for one in found} == {
        (key, s) for key in WORKLOADS for s in (OURS, THEIRS)
    }
    assert all(one.cpu_ms > 0 and one.median_ms > 0 for one in found)
    assert within_month(EVENTS)


def test_meetings_are_seen_and_answered(tmp_path: Path) -> None:
    meetings = ("h-invite", "h-answer", "h-mail", "h-publish")
    points = (*Choice(meetings[:3], (), people=(10,)).points(), Point("h-publish", 51))
    (site,) = sites(points, alone=())

    with site.opened(tmp_path) as seats:
        for seat in seats:
            meter = seat.bench.meter()
            seat.bench.run(seat.point, meter, 2)

            assert len(meter.seconds) == 2
            assert meter.cpu_ns > 0


def test_a_page_tells_of_all_that_is_in_view_by_a_few_statements(tmp_path: Path) -> None:
    (site,) = sites([Point("j", 260), Point("k", 60)], alone=())

    with site.opened(tmp_path) as seats:
        for seat, most in zip(seats, (8, 14), strict=True):
            meter = seat.bench.meter()
            seat.bench.run(seat.point, meter, 2)

            assert meter.cpu_ns > 0
            assert meter.statements is not None
            assert meter.statements <= most


def test_an_answer_with_less_in_it_is_not_counted(tmp_path: Path) -> None:
    with calendar_bench(OURS, tmp_path / "ours", 5) as bench:
        calendar: Calendar = bench.filled.calendar

        wrong: tuple[Callable[[], object], ...] = (
            lambda: calendar.etags(6),
            lambda: calendar.get(event(5)),
            lambda: calendar.multiget([event(4), event(5)]),
            lambda: calendar.month({"bench-5"}),
        )
        for ask in wrong:
            with pytest.raises(WrongAnswer):
                ask()


def test_results_are_kept_and_read_back(tmp_path: Path) -> None:
    point = Point("g", 1000)
    figures = (Figure(point, OURS, 0, 3, 0.5, 0.25, 1.0), Figure(point, THEIRS, 0, 3, 80.0, 90.0, 95.0))
    found = results.Results(results.this_machine(), figures)

    results.write(found, tmp_path / "figures.json")

    assert results.read(tmp_path / "figures.json") == found


def test_what_is_worse_than_aimed_at_is_told() -> None:
    cheap, dear = Point("b", 1000), Point("g", 1000)
    figures = [Figure(cheap, OURS, 0, 3, 0.4, 1, 1), Figure(cheap, THEIRS, 0, 3, 1.0, 1, 1)]
    figures += [Figure(dear, OURS, 0, 3, 0.4, 1, 1), Figure(dear, THEIRS, 0, 3, 1.0, 1, 1)]

    assert table.missed(medians(figures)) == [dear]


def test_the_clock_counts_what_ended_threads_used() -> None:
    burning = subprocess.Popen(
        (sys.executable, "-c", BURNING), stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )

    with burning:
        assert burning.stdout is not None
        told = int(burning.stdout.readline())
        counted = Clock(burning.pid).settled()

    assert counted >= told > 100_000_000
