# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: `python -m tests.mutate --help`."""

import os
import sys

import click
import pytest

from tests.mutate import accepted
from tests.mutate.mutants import Mutant, mutants
from tests.mutate.trying import OPTIONS, ROOT, TESTS, Trying

ALL = ("ical/itip/*.py",)


@click.command()
@click.argument("files", nargs=-1)
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option("--only", default="", help="Mutants of which the key holds this.")
@click.option("--list", "listed", is_flag=True, help="Show the mutants, and try none.")
def main(*, files: tuple[str, ...], workers: int, only: str, listed: bool) -> None:
    """Take rules out of FILES (all of iTIP, if none are given) one at a time, and see that a test fails for each."""
    places = sorted({p.relative_to(ROOT).as_posix() for pattern in files or ALL for p in ROOT.glob(pattern)})
    found = [m for place in places for m in mutants(place, (ROOT / place).read_text("utf-8")) if only in m.key]
    if listed:
        click.echo("\n".join(f"{m.line:4} {m.key}" for m in found))
        return
    survived = _survived(found, workers)
    keys = [m.key for m in found]
    said = accepted.read(accepted.LIST.read_text("utf-8"))
    wrong = list(accepted.problems(survived, keys, () if only else places, said))
    click.echo("\n".join((f"{len(found)} mutants, {len(survived)} survived", *wrong)))
    sys.exit(bool(wrong))


def _survived(found: list[Mutant], workers: int) -> list[str]:
    alive: list[str] = []
    tried = 0

    def tell(mutant: Mutant, killer: str | None) -> None:
        nonlocal tried
        tried += 1
        if killer is None:
            alive.append(mutant.key)
        told = f"SURVIVED at line {mutant.line}" if killer is None else f"died by {killer}"
        click.echo(f"{tried}/{len(found)} {mutant.key}: {told}", err=killer is not None)

    asked = [*OPTIONS, *(str(ROOT / test) for test in TESTS)]
    if pytest.main(asked, plugins=[Trying(found, workers, tell)]):
        raise click.ClickException("the tests fail without any mutant")
    return alive


if __name__ == "__main__":
    main(prog_name="mutate")
