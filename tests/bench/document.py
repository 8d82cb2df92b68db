# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/benchmarks.md, written from what a run found."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench import plots, results, table
from tests.bench.conversations import CONVERSATIONS
from tests.bench.memory import Taken
from tests.bench.moving import GUESTS, PEOPLE, SHARED, Carried
from tests.bench.pages import PAGES
from tests.bench.results import Machine, Results
from tests.bench.rounds import Costs, medians
from tests.bench.servers import RADICALE
from tests.bench.workloads import WORKLOADS

ROOT = Path(__file__).parents[2] / "docs"
FIGURES = "figures.json"

_HOW = """\
## How it is measured

`make bench` starts the gateway (`distrib serve` on SQLite, which waits for the disk at every commit; for a to g
without the worker, which has nothing to do there) and stock Radicale (its own server and storage, which wait for the
disk too) as processes of their own on the same machine, fills both with the same appointments and asks both the same
questions with the same client program. Every answer is checked for its status, for the objects it must have in it and
for those it must not: nobody is quick by answering less. Both check the password on every request. What is compared
is the CPU time of the server, user and system, of all its processes and threads, to the end of the work that follows
an answer; it is read from the kernel in nanoseconds. Times on the client's clock are in the [raw
figures](benchmarks/figures.json), too.

Caches are warm. Three rounds, in which the servers take turns at being first; a figure is the median of the rounds.
The appointments are spread over five years, one of ten recurs weekly ten times, every other one has a time zone with
its VTIMEZONE; an object has about 800 bytes. They are made by a generator that gives everybody the same ones.

Connections stay open where the server allows it. Stock Radicale's own server closes after each answer and begins a
thread for each request, so that its figures hold an accept and a thread, about a quarter of a millisecond. Its
configuration is the cheapest that it offers for what is asked:

```ini
{radicale}```

- PUT: new names and UIDs; they are deleted again, which is not counted, so that the calendar stays as large as it is.
- sync: ten appointments are uploaded (not counted), then four programs ask for what has changed since.
- h and i: the gateway alone, because stock Radicale schedules nothing. A company of a thousand colleagues, the worker
  at work in the same process, a mail server that takes what is sent, LMTP for what comes. The meeting must be in the
  calendar of each colleague when the organizer's PUT is answered, and an answer must be read by the organizer when the
  attendee's PUT or the mail is acknowledged: this is checked each time. In the meeting that is answered by mail all
  others are colleagues; each mail comes on a connection of its own.
- Up to fifty people each answer is shown to all others at once; in larger meetings the worker shows them in batches,
  every quarter of an hour, and what such a batch costs is a row of its own.
"""

_PEERS = """\
What others need for the same, measured earlier on a machine of the same kind (Debian's packages, quiet, one client;
milliseconds of CPU of the server):

| | Cyrus 3.6 | SOGo 5.8 | sabre/dav 4.7 | DAViCal |
|---|--:|--:|--:|--:|
| invitation to 1 colleague | 10 | 18 | 20 | 42 |
| to 10 | 35 | 65 | 43 | 107 |
| to 50 | 193 | 530 | 307 | 567 |
| free-busy of 10 people | 11-13 | - | 22-30 | 115-138 |
"""


def write(found: Results) -> None:
    """Write the page, its drawings and the raw figures into docs/."""
    folder = ROOT / "benchmarks"
    folder.mkdir(exist_ok=True)
    results.write(found, folder / FIGURES)
    drawn = plots.draw(medians(found.figures), folder)
    (ROOT / "benchmarks.md").write_text("\n".join(_page(found, drawn)), encoding="utf-8")


def _page(found: Results, drawn: Iterable[str]) -> Iterator[str]:
    costs = medians(found.figures)
    yield "# Benchmarks\n"
    yield "Written by `make bench ARGS=--write` (with `--full`, 10,000 events at both); do not edit.\n"
    yield from _where(found.machine)
    yield _HOW.format(radicale=RADICALE.format(port=5232, folder="/var/lib/radicale"))
    yield from _calendars(costs, drawn)
    yield from _meetings(costs, drawn)
    yield from _pages(costs)
    yield from _memory(found.memory)
    yield from _moving(found.moving)
    yield from _missed(found, costs)


def _where(machine: Machine) -> Iterator[str]:
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    yield "## Where\n"
    yield f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python},"
    yield f"SQLite {machine.sqlite},"
    yield f"{packages}."
    yield f"Measured on {machine.measured} at commit {machine.commit}; the load of the machine was {machine.load}.\n"


def _calendars(costs: Costs, drawn: Iterable[str]) -> Iterator[str]:
    yield "## Calendars\n"
    yield "Milliseconds of CPU of the server for a request, and in brackets the median on the client's clock.\n"
    yield "| | request | events | Distrib | Radicale | times cheaper | aimed at |\n|---|---|--:|--:|--:|--:|---|"
    for row in table.rows(costs):
        if row.point.workload in WORKLOADS:
            theirs = f"{row.theirs.cpu_ms:.2f} ({row.theirs.median_ms:.2f})" if row.theirs else ""
            ratio = f"{row.ratio:.1f}" if row.ratio else ""
            start = f"| {row.point.workload} | {row.title} | {row.point.number:,} "
            ours = f"{row.ours.cpu_ms:.2f} ({row.ours.median_ms:.2f})"
            yield f"{start}| {ours} | {theirs} | {ratio} | {_judged(row.judged)} |"
    yield ""
    for growth in table.growths(costs):
        yield f"- {growth.title}: {growth.times:.2f} times the CPU ({_judged([growth.judged])})"
    if "calendars.svg" in drawn:
        yield "\n![CPU per request over the size of the calendar](benchmarks/calendars.svg)\n"


def _meetings(costs: Costs, drawn: Iterable[str]) -> Iterator[str]:
    yield "## Meetings\n"
    yield "| | request | people | CPU ms | on the clock | aimed at |\n|---|---|--:|--:|--:|---|"
    for row in table.rows(costs):
        if row.point.workload in CONVERSATIONS:
            start = f"| {row.point.workload} | {row.title} | {row.point.number:,} "
            yield f"{start}| {row.ours.cpu_ms:.2f} | {row.ours.median_ms:.2f} | {_judged(row.judged)} |"
    if "meetings.svg" in drawn:
        yield "\n![CPU over the people in a meeting](benchmarks/meetings.svg)\n"
    yield _PEERS


def _pages(costs: Costs) -> Iterator[str]:
    rows = [row for row in table.rows(costs) if row.point.workload in PAGES]
    if not rows:
        return
    yield "## Pages\n"
    yield "Of somebody with so many entries; of those in the week, one in five is a colleague's. The answer must tell"
    yield "of all that is in view; statements are counted with BEGIN and ROLLBACK.\n"
    yield "| | page | entries | CPU ms | on the clock | statements | aimed at |\n|---|---|--:|--:|--:|--:|---|"
    for row in rows:
        start = f"| {row.point.workload} | {row.title} | {row.point.number:,} | {row.ours.cpu_ms:.2f} "
        yield f"{start}| {row.ours.median_ms:.2f} | {row.ours.statements} | {_judged(row.judged)} |"
    yield ""


def _memory(found: Iterable[Taken]) -> Iterator[str]:
    rows = list(found)
    if not rows:
        return
    yield "## Memory\n"
    yield "Of the gateway's process (PSS, MiB): before a request, at its highest while it is answered, and after it.\n"
    yield "| request | answer | before | highest | after | aimed at |\n|---|--:|--:|--:|--:|---|"
    for one in rows:
        start = (
            f"| {one.title} | {one.answer_mib:.1f} | {one.before_mib:.1f} | {one.peak_mib:.1f} | {one.after_mib:.1f} "
        )
        yield f"{start}| {_judged([one.judged])} |"
    yield ""


def _moving(found: Iterable[Carried]) -> Iterator[str]:
    rows = list(found)
    if not rows:
        return
    yield "## Moving\n"
    yield f"`distrib import` and `distrib export` of {PEOPLE} people's calendars, a folder of a stock Radicale, on"
    yield f"SQLite: {SHARED:.0%} of the entries have up to {GUESTS[1]} others in them, who each have a copy with their"
    yield "own answer and alarm. The memory is that of the process at its highest (PSS).\n"
    yield "| | entries | copies | seconds | CPU seconds | entries a minute | MiB | aimed at |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    for one in rows:
        start = f"| {one.title} | {one.entries:,} | {one.copies:,} | {one.seconds:.1f} | {one.cpu_seconds:.1f} "
        judged = _judged([one.judged]) if one.judged_by_rate else ""
        yield f"{start}| {one.per_minute:,.0f} | {one.peak_mib:.0f} | {judged} |"
    yield ""


def _missed(found: Results, costs: Costs) -> Iterator[str]:
    missed = table.missed(costs)
    if not missed:
        return
    yield "## Below what was aimed at, and why\n"
    explained = {one.point: one.lines for one in found.profiles}
    for point in missed:
        yield f"### {point.workload}: {table.TITLES[point.workload]}, {point.number:,}\n"
        yield "\n".join(("```text", *explained.get(point, ("not looked into",)), "```\n"))


def _judged(judged: Iterable[tuple[str, bool]]) -> str:
    return ", ".join(wanted if is_met else f"**missed: {wanted}**" for wanted, is_met in judged)
