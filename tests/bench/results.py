# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the benchmark found, and where: kept as JSON, a line for each figure."""

import json
import os
import platform
import sqlite3
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.memory import Taken
from tests.bench.moving import Carried
from tests.bench.rounds import Figure, Point

PACKAGES = ("distrib", "radicale", "vobject", "sqlalchemy", "starlette", "uvicorn", "h11", "icalendar")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured."""

    processor: str
    cores: int
    system: str
    python: str
    sqlite: str
    packages: dict[str, str]
    commit: str
    measured: str
    load: float
    """Of the machine when it began, the average of five minutes: others may have been at work."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The lines of a profile."""

    point: Point
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything."""

    machine: Machine
    figures: tuple[Figure, ...]
    memory: tuple[Taken, ...] = ()
    profiles: tuple[Explained, ...] = ()
    moving: tuple[Carried, ...] = ()


def this_machine() -> Machine:
    """Tell what this is."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        system=_system(),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        packages={name: version(name) for name in PACKAGES},
        commit=_commit(),
        measured=f"{datetime.now(UTC):%Y-%m-%d}",
        load=round(os.getloadavg()[1], 1),
    )


def write(results: Results, path: Path) -> None:
    """Keep *results*."""
    lists = {
        "figures": [_figure(one) for one in results.figures],
        "memory": [asdict(one) for one in results.memory],
        "moving": [asdict(one) for one in results.moving],
        "profiles": [asdict(one) for one in results.profiles],
    }
    parts = [f'"machine": {json.dumps(asdict(results.machine))}']
    for name, rows in lists.items():
        parts.append(f'"{name}": [' + ",".join(f"\n  {json.dumps(row)}" for row in rows) + "\n]")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def read(path: Path) -> Results:
    """Give what was kept."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Results(
        Machine(**kept["machine"]),
        tuple(Figure(**{**one, "point": Point(**one["point"])}) for one in kept["figures"]),
        tuple(Taken(**one) for one in kept["memory"]),
        tuple(Explained(Point(**one["point"]), tuple(one["lines"])) for one in kept["profiles"]),
        tuple(Carried(**one) for one in kept.get("moving", ())),
    )


def _figure(figure: Figure) -> dict[str, object]:
    told = {name: value for name, value in asdict(figure).items() if value is not None}
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in told.items()}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.system()} {platform.release()}"
    except OSError:
        return platform.platform()


def _commit() -> str:
    root = Path(__file__).parents[2]
    found = subprocess.run(
        ("git", "rev-parse", "--short", "HEAD"), cwd=root, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"
