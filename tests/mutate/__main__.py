# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: `python -m tests.mutate --help`."""

import json
import os
import sys
import tempfile
from pathlib import Path

import click

from tests.mutate import accepted
from tests.mutate.covering import Map
from tests.mutate.mutants import Mutant, mutants
from tests.mutate.trying import ROOT, Tree, survivors

ALL = ("ical/itip/*.py", "ical/overrides.py", "ical/changes.py")


@click.command()
@click.argument("files", nargs=-1)
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option("--lines", "kept", type=click.Path(path_type=Path), help="Keep here which test executes which line.")
@click.option("--only", default="", help="Mutants of which the key holds this.")
@click.option("--list", "listed", is_flag=True, help="Show the mutants, and try none.")
def main(*, files: tuple[str, ...], workers: int, kept: Path | None, only: str, listed: bool) -> None:
    """Take rules out of FILES (all of iTIP, if none are given) one at a time, and see that a test fails for each."""
    places = sorted({p.relative_to(ROOT).as_posix() for pattern in files or ALL for p in ROOT.glob(pattern)})
    found = [m for place in places for m in mutants(place, (ROOT / place).read_text("utf-8")) if only in m.key]
    if listed:
        click.echo("\n".join(f"{m.line:4} {m.key}" for m in found))
        return
    with tempfile.TemporaryDirectory() as name:
        trees = [Tree.copied(Path(name) / str(number)) for number in range(min(workers, len(found)) or 1)]
        survived = _survived(found, _lines(trees[0], kept), trees)
    keys = [m.key for m in found]
    said = accepted.read(accepted.LIST.read_text("utf-8"))
    wrong = list(accepted.problems((m.key for m in survived), keys, () if only else places, said))
    click.echo("\n".join((f"{len(found)} mutants, {len(survived)} survived", *wrong)))
    sys.exit(bool(wrong))


def _lines(tree: Tree, kept: Path | None) -> Map:
    if kept is not None and kept.exists():
        known: Map = json.loads(kept.read_text("utf-8"))
        return known
    click.echo("looking which test executes which line", err=True)
    lines = tree.covered()
    if kept is not None:
        kept.write_text(json.dumps(lines), "utf-8")
    return lines


def _survived(found: list[Mutant], lines: Map, trees: list[Tree]) -> list[Mutant]:
    alive: list[Mutant] = []
    for number, (mutant, survives) in enumerate(survivors(found, lines, trees), 1):
        if survives:
            alive.append(mutant)
        said = (
            f"SURVIVED {mutant.file}:{mutant.line}:{mutant.key.removeprefix(mutant.file + ':')}" if survives else "died"
        )
        click.echo(f"{number}/{len(found)} {said}", err=not survives)
    return alive


if __name__ == "__main__":
    main(prog_name="mutate")
