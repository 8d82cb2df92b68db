# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine takes for texts that grow in one thing: twice as much should be about twice the time."""

import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.table import told
from tests.ical.growing import GROWING, work

TIMES = 2.5
"""How much more a text of twice the size may take."""
SECONDS = 2.0
"""How much a text of a megabyte, or the largest that is taken, may take: to save, change and read it."""
LEAST = 0.002
"""Seconds below which a clock tells nothing of how something grows."""
ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Grown:
    """What was measured of one thing: at an eighth, a quarter, a half and all of the largest text."""

    title: str
    megabytes: float
    seconds: tuple[float, ...]

    @property
    def times(self) -> float:
        """How much more twice as much took, on the way from the smallest to the largest."""
        clear = [second for second in self.seconds if second >= LEAST]
        return (clear[-1] / clear[0]) ** (1 / (len(clear) - 1)) if len(clear) > 1 else 1.0

    @property
    def judged(self) -> tuple[tuple[str, bool], ...]:
        """Give what was aimed at, and whether it is so."""
        return (
            (f"<= {TIMES:g}x", self.times <= TIMES),
            (f"<= {SECONDS:g} s", self.seconds[-1] <= SECONDS),
        )


def measured() -> Iterator[Grown]:
    """Give what each thing takes, by the clock of the CPU."""
    for title, (grown, most) in GROWING.items():
        texts = [grown(most // part) for part in (8, 4, 2, 1)]
        yield Grown(title, len(texts[-1]) / 1e6, tuple(map(_seconds, texts)))


def lines() -> Iterator[str]:
    """Give the table for a terminal."""
    yield f"{'CPU of the engine, s per text':44}{'MB':>7}{'half':>9}{'all':>9}{'doubled':>10}  target"
    for one in measured():
        *_, half, whole = one.seconds
        start = f"{one.title:44}{one.megabytes:7.2f}{half:9.3f}{whole:9.3f}{one.times:9.2f}x"
        yield f"{start}  {', '.join(told(*said) for said in one.judged)}"


def _seconds(text: bytes) -> float:
    taken: list[float] = []
    for _ in range(ROUNDS):
        gc.collect()
        gc.freeze()  # what the benchmark itself keeps is not looked through
        before = time.process_time()
        work(text)
        taken.append(time.process_time() - before)
        gc.unfreeze()
    return min(taken)
