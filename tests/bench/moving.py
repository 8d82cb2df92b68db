# SPDX-License-Identifier: GPL-3.0-or-later
"""How quickly a company's calendars are brought in and written as files, and how much memory that takes."""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from gateway.store import people
from gateway.store.unit import Database
from gateway.store.upgrade import upgrade
from ical.address import of_mailbox
from tests.bench.events import Event, events
from tests.bench.memory import pss

ENTRIES = 10_000
PEOPLE = 20
SHARED = 0.3
"""How many of the entries others are in, too."""
GUESTS = (1, 4)
PER_MINUTE = 5_000
"""What is aimed at."""
_COMMAND = (sys.executable, "-c", "from gateway.cli import main; main(prog_name='distrib')")
_SEED = 15
_EVERY = 0.05
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a run of the command took."""

    title: str
    entries: int
    copies: int
    seconds: float
    cpu_seconds: float
    peak_mib: float
    """Of the process (PSS)."""
    judged_by_rate: bool = False

    @property
    def per_minute(self) -> float:
        """Entries in a minute."""
        return 60 * self.entries / self.seconds

    @property
    def judged(self) -> tuple[str, bool]:
        """Give what was aimed at, and whether it is so."""
        return f"{PER_MINUTE:,} a minute at least", not self.judged_by_rate or self.per_minute >= PER_MINUTE


def measure_moving(folder: Path, tell: Callable[[str], None], entries: int = ENTRIES) -> tuple[Carried, ...]:
    """Bring so many entries in, once more, and write them; each by the command, as an administrator does."""
    tell(f"moving: {entries} entries of {PEOPLE} people, writing their files")
    source, data = folder / "collections", folder / "data"
    copies = _fill(source, entries)
    data.mkdir()
    with closing(Database(f"sqlite:///{data / 'distrib.db'}")) as database:
        upgrade(database)
        with database.write() as uow:
            for number in range(PEOPLE):
                people.add(uow, _login(number), _login(number), [of_mailbox(_box(number))], None, "nb", "Europe/Oslo")
    return tuple(_runs(source, data, folder / "out", entries, copies, tell))


def _runs(
    source: Path, data: Path, target: Path, entries: int, copies: int, tell: Callable[[str], None]
) -> Iterator[Carried]:
    runs = (
        ("brought in", ("import", str(source)), True),
        ("brought in once more", ("import", str(source)), False),
        ("written as files", ("export", "--all", "--to", str(target)), False),
    )
    for title, arguments, is_judged in runs:
        tell(f"moving: {title}")
        seconds, cpu, peak = _run(arguments, data)
        yield Carried(title, entries, copies, seconds, cpu, peak, is_judged)


def _run(arguments: tuple[str, ...], data: Path) -> tuple[float, float, float]:
    """Run the command; give what it took on the clock and of the processor, and its highest memory."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DISTRIB_")}
    root = Path(__file__).parents[2]
    env = {**kept, "PYTHONPATH": f"{root}:{root / 'plugins'}", "DISTRIB_DATA_DIR": str(data)}
    begun, before, peaks = time.perf_counter(), _children(), [0.0]
    with subprocess.Popen((*_COMMAND, *arguments), env=env, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with suppress(psutil.Error):  # it may end between the two
                peaks.append(pss(process.pid))
            time.sleep(_EVERY)
    if process.returncode:
        raise RuntimeError(f"distrib {arguments[0]} ended with {process.returncode}")
    return time.perf_counter() - begun, _children() - before, max(peaks)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _fill(source: Path, entries: int) -> int:
    """Write what a stock Radicale would have of everybody; give how many copies there are."""
    chance, copies = random.Random(_SEED), 0  # noqa: S311 - it is no secret
    for number in range(PEOPLE):
        place = source / "collection-root" / _login(number) / "calendar"
        place.mkdir(parents=True)
        (place / ".Radicale.props").write_text(json.dumps({"tag": "VCALENDAR"}), encoding="utf-8")
    for event in events(entries):
        host = chance.randrange(PEOPLE)
        others = [n for n in range(PEOPLE) if n != host]
        guests = chance.sample(others, chance.randint(*GUESTS)) if chance.random() < SHARED else []
        for owner in (host, *guests):
            answer = chance.choice(("ACCEPTED", "TENTATIVE", "NEEDS-ACTION"))
            file = source / "collection-root" / _login(owner) / "calendar" / event.name
            file.write_bytes(_copy(event, host, guests, owner, answer))
            copies += 1
    return copies


def _copy(event: Event, host: int, guests: list[int], owner: int, answer: str) -> bytes:
    """Give the text that *owner* has: their own answer in it, and an alarm of theirs."""
    text = event.text()
    if not guests:
        return text
    said = {owner: answer} if owner != host else {}
    lines = [f"ORGANIZER:mailto:{_box(host)}"]
    lines += [f"ATTENDEE;PARTSTAT={said.get(n, 'NEEDS-ACTION')}:mailto:{_box(n)}" for n in guests]
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{owner}", "TRIGGER:-PT15M", "END:VALARM")
    more = "".join(f"{line}\r\n" for line in (*lines, *alarm)).encode()
    return text.replace(b"END:VEVENT", more + b"END:VEVENT", 1)


def _login(number: int) -> str:
    return f"person{number}"


def _box(number: int) -> str:
    return f"{_login(number)}@byggbo.example"
