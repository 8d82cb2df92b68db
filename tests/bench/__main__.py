# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: `python -m tests.bench --help`."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click

from gateway import log
from tests.bench import table
from tests.bench.calendars import calendar_bench
from tests.bench.company import company
from tests.bench.conversations import CompanyBench, points
from tests.bench.rounds import OURS, THEIRS, Extent, Figure, Point, measure, medians
from tests.bench.workloads import WORKLOADS


def _say(text: str) -> None:
    click.echo(text, err=True)


def _workloads(_: click.Context, __: click.Parameter, value: str) -> frozenset[str]:
    """Take `ab`, `a,b` and `a,h-mail`; a letter alone means all that begin with it."""
    chosen: set[str] = set()
    for part in filter(None, value.split(",")):
        wanted = {part} if part in table.TITLES else {key for key in table.TITLES if key[0] in part}
        if part not in table.TITLES and set(part) - {key[0] for key in table.TITLES}:
            raise click.BadParameter(f"there is no workload {part}; there are {', '.join(table.TITLES)}")
        chosen |= wanted
    return frozenset(chosen)


def _sizes(_: click.Context, __: click.Parameter, value: str) -> tuple[int, ...]:
    try:
        return tuple(int(size) for size in value.split(","))
    except ValueError:
        raise click.BadParameter("give numbers, with commas between them") from None


@click.command()
@click.option("--only", default="abcdefghi", callback=_workloads, help="Workloads, as `ab` or `a,h-mail`.")
@click.option("--n", "sizes", default="100,1000", callback=_sizes, help="Events in the calendar, with commas.")
@click.option("--rounds", type=click.IntRange(1), default=3)
@click.option(
    "--budget", type=click.FloatRange(1), default=400.0, help="Milliseconds of CPU for a workload in a round."
)
@click.option("--ours", is_flag=True, help="Measure the gateway alone.")
def main(*, only: frozenset[str], sizes: tuple[int, ...], rounds: int, budget: float, ours: bool) -> None:
    """Measure what requests cost the server, at the gateway and at stock Radicale."""
    log.set_up(level=logging.WARNING)
    extent = Extent(rounds, budget)
    servers = (OURS,) if ours else (OURS, THEIRS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = [
            *(one for size in sizes for one in _of_calendars(only, size, servers, extent, folder)),
            *_of_company(only, extent, folder),
        ]
    click.echo("\n".join(table.lines(medians(figures))))


def _of_calendars(
    only: frozenset[str], number: int, servers: tuple[str, ...], extent: Extent, folder: Path
) -> Iterator[Figure]:
    """Measure a to g with calendars of one size."""
    wanted = [Point(key, number) for key in WORKLOADS if key in only]
    if not wanted:
        return
    with ExitStack() as stack:
        _say(f"{number} events")
        benches = {
            name: stack.enter_context(calendar_bench(name, folder / f"{name}-{number}", number)) for name in servers
        }
        yield from measure(benches, wanted, extent, _say)


def _of_company(only: frozenset[str], extent: Extent, folder: Path) -> Iterator[Figure]:
    """Measure h and i, of the gateway alone."""
    wanted = points(only)
    if not wanted:
        return
    _say("a company of a thousand colleagues")
    with company(folder / "company", busy="i" in only) as found:
        yield from measure({OURS: CompanyBench(found)}, wanted, extent, _say)


if __name__ == "__main__":
    main(prog_name="bench")
