# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutants that may survive: a list in which each has its reason."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

LIST = Path(__file__).parent / "survivors.txt"


def read(text: str) -> dict[str, str]:
    """Give the reason of each mutant in *text*: its key on a line, and what is indented below it."""
    found: dict[str, list[str]] = {}
    last: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            last.append(line.strip())
        elif line and not line.startswith("#"):
            last = found.setdefault(line.strip(), [])
    without = [key for key, reason in found.items() if not reason]
    if without:
        raise ValueError(f"no reason is given for {without[0]}")
    return {key: " ".join(reason) for key, reason in found.items()}


def problems(
    survived: Iterable[str], tried: Iterable[str], files: Iterable[str], listed: Mapping[str, str]
) -> Iterator[str]:
    """Give a sentence for each survivor that is not *listed*, and for each of *files* that is, and did not survive."""
    alive, known, asked = set(survived), set(tried), tuple(f"{file}:" for file in files)
    yield from (f"survived: {key}" for key in sorted(alive - listed.keys()))
    for key in sorted(k for k in listed if k.startswith(asked) and k not in alive):
        yield f"listed, but {'it dies' if key in known else 'there is no such mutant'}: {key}"
