# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: `python -m tests.bench --help`."""

import tempfile
from pathlib import Path

import click

from tests.bench import table
from tests.bench.rounds import OURS, THEIRS, Plan, measure, medians
from tests.bench.workloads import WORKLOADS


@click.command()
@click.option("--only", default="".join(WORKLOADS), help="Workloads, as `a,b` or `ab`.")
@click.option("--n", "sizes", default="100,1000", help="Events in the calendar; several with commas.")
@click.option("--rounds", type=click.IntRange(1), default=3)
@click.option(
    "--budget", type=click.FloatRange(1), default=400.0, help="Milliseconds of CPU for a workload in a round."
)
@click.option("--ours", is_flag=True, help="Measure the gateway alone.")
def main(*, only: str, sizes: str, rounds: int, budget: float, ours: bool) -> None:
    """Measure what requests cost the server, at the gateway and at stock Radicale."""
    plan = Plan(
        tuple(int(size) for size in sizes.split(",")),
        tuple(key for key in WORKLOADS if key in only),
        (OURS,) if ours else (OURS, THEIRS),
        rounds,
        budget,
    )
    with tempfile.TemporaryDirectory() as folder:
        costs = medians(measure(plan, Path(folder), lambda text: click.echo(text, err=True)))
    click.echo("\n".join(table.lines(costs)))


if __name__ == "__main__":
    main(prog_name="bench")
