# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: `python -m tests.bench --help`."""

import logging
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from gateway import log
from tests.bench import document, doubling, results, table
from tests.bench.memory import ENTRIES, measure_memory
from tests.bench.moving import ENTRIES as MOVED
from tests.bench.moving import measure_moving
from tests.bench.profiling import profiles
from tests.bench.results import Explained, Results, this_machine
from tests.bench.rounds import Extent, Figure, measure, medians
from tests.bench.sites import Choice, sites

LARGE = 10_000


def _say(*parts: str) -> None:
    click.echo(": ".join(parts), err=True)


def _workloads(_: click.Context, __: click.Parameter, value: str) -> frozenset[str]:
    """Take `ab`, `a,b` and `a,h-mail`; a letter alone means all that begin with it."""
    chosen: set[str] = set()
    for part in filter(None, value.split(",")):
        if part not in table.TITLES and set(part) - {key[0] for key in table.TITLES}:
            raise click.BadParameter(f"there is no workload {part}; there are {', '.join(table.TITLES)}")
        chosen |= {part} if part in table.TITLES else {key for key in table.TITLES if key[0] in part}
    return frozenset(chosen)


def _numbers(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    try:
        return tuple(int(number) for number in value.split(",")) if value else None
    except ValueError:
        raise click.BadParameter("give numbers, with commas between them") from None


@click.command()
@click.option("--only", default="abcdefghijk", callback=_workloads, help="Workloads, as `ab` or `a,h-mail`.")
@click.option(
    "--n", "sizes", callback=_numbers, help="Events in the calendar; 100,1000 and 10000 for ours, if not given."
)
@click.option("--people", callback=_numbers, help="People in a meeting; all sizes, if not given.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--budget", type=click.FloatRange(1), default=250.0, help="Milliseconds of CPU for a point in a round.")
@click.option("--ours", is_flag=True, help="Measure the gateway alone.")
@click.option("--full", is_flag=True, help="10,000 events at both, and the memory for 100,000: half an hour.")
@click.option(
    "--memory", "entries", type=click.IntRange(1), help="Measure the memory for so many entries, nothing else."
)
@click.option("--moving", type=click.IntRange(1), help="Bring so many entries in; with --read into kept figures.")
@click.option("--profile", "profiled", is_flag=True, help="Look into the gateway instead of measuring.")
@click.option("--doubling", "doubled", is_flag=True, help="Measure how the engine takes larger texts, nothing else.")
@click.option("--write", is_flag=True, help="Write docs/benchmarks.md, with a profile of what is below its target.")
@click.option(
    "--read", "kept", type=click.Path(exists=True, path_type=Path), help="Measure nothing: show kept figures."
)
def main(
    *,
    only: frozenset[str],
    sizes: tuple[int, ...] | None,
    people: tuple[int, ...] | None,
    rounds: int,
    budget: float,
    ours: bool,
    full: bool,
    entries: int | None,
    moving: int | None,
    profiled: bool,
    doubled: bool,
    write: bool,
    kept: Path | None,
) -> None:
    """Measure what requests cost the server, at the gateway and at stock Radicale."""
    log.set_up(level=logging.WARNING)
    if doubled:
        _print(doubling.lines())
        return
    chosen = sizes or (100, 1000, LARGE)
    alone = chosen if ours else () if full or sizes else (LARGE,)
    choice = Choice(() if entries or moving else only, chosen, alone, people)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if profiled:
            for looked in profiles(choice.points(), folder, _say):
                click.echo("\n".join((f"\n{looked.point.workload} {looked.point.number}", *looked.lines())))
            return
        counted = entries or (ENTRIES if full else 0)
        found = results.read(kept) if kept else _measured(choice, Extent(rounds, budget), counted, folder)
        if moving or full:
            found = replace(found, moving=measure_moving(folder / "moving", _say, moving or MOVED))
        rows = (*table.lines(medians(found.figures)), *table.memory_lines(found.memory))
        click.echo("\n".join((*rows, *table.moving_lines(found.moving))))
        if not (kept or entries or moving):
            _print(doubling.lines())
        if write:
            document.write(found)
        if write and not kept:
            document.write(_explained(found, folder))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _measured(choice: Choice, extent: Extent, entries: int, folder: Path) -> Results:
    """Measure what was chosen, and (unless there are none) the memory for so many entries."""
    machine, figures = this_machine(), list(_figures(choice, extent, folder))
    memory = measure_memory(folder, _say, entries) if entries else ()
    return Results(machine, tuple(figures), memory)


def _figures(choice: Choice, extent: Extent, folder: Path) -> Iterator[Figure]:
    for site in sites(choice.points(), alone=choice.alone):
        _say(site.title, "filling")
        with site.opened(_new(folder)) as seats:
            yield from measure(seats, extent, partial(_say, site.title))


def _explained(found: Results, folder: Path) -> Results:
    """Look into what is below its target."""
    explained = profiles(table.missed(medians(found.figures)), folder, _say)
    return replace(found, profiles=tuple(Explained(one.point, tuple(one.lines())) for one in explained))


def _new(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


if __name__ == "__main__":
    main(prog_name="bench")
