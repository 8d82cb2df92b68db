# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages of the desk cost: a full week (j), and what one has distributed (k), in CPU and in statements."""

import random
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import event as listening
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gateway.config import Settings
from gateway.model import TASKS, Condition
from gateway.opening import Service, prepared, verifier
from gateway.services import entries, handed_out, signing_in
from gateway.services.scene import Scene
from gateway.store import calendars
from gateway.store.people import by_login
from gateway.store.unit import Database
from gateway.web import News, routes
from tests.bench.calendar import expect
from tests.bench.client import Client, Reply, WrongAnswer
from tests.bench.cpu import Clock
from tests.bench.events import Event, event
from tests.bench.filling import AT_ONCE, put_all
from tests.bench.meter import Meter
from tests.bench.rounds import Point
from tests.bench.servers import LOGIN, Command, Server, gateway, hire, mailbox, plain

MONDAY = datetime(2026, 6, 1)  # noqa: DTZ001 - local in the zone of each event
SINGLE, SERIES = 200, 50
"""What is in view: appointments, and weekly series with one each."""
ASKED = 5
"""One of so many is a colleague's, who has invited."""
COLLEAGUE = "ola"
COLLEAGUES, EACH = 20, 5
"""To whom tasks are distributed, and to how many of them each."""
_WEEK = f"/kalender?v=uke&d={MONDAY:%Y-%m-%d}"
_DRAWN = re.compile(rb'class="thing ')
_LEFT_OUT = re.compile(rb">\+(\d+) ")
_LISTED = re.compile(rb'class="sums"')


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and of whom it is measured."""

    title: str
    number: int
    """Entries that they have."""
    path: str
    fill: Callable[[Path, int], None]
    """Gives them so many, in the gateway of a folder."""
    told: Callable[[bytes], int]
    """How many of them the page tells of."""
    shown: int
    """Of how many it tells at most."""
    most: int = 60
    """Requests in a round."""


def _drawn(body: bytes) -> int:
    return len(_DRAWN.findall(body)) + sum(map(int, _LEFT_OUT.findall(body)))


def _listed(body: bytes) -> int:
    return len(_LISTED.findall(body))


@dataclass(frozen=True, slots=True)
class PageBench:
    """A gateway at which somebody is signed in with a browser, whose calendar has as many entries as the point says."""

    server: Server
    client: Client
    cookie: str
    statements: int

    def meter(self) -> Meter:
        """One that has counted nothing yet."""
        return Meter(Clock(self.server.pid), statements=self.statements)

    def run(self, point: Point, meter: Meter, repeats: int) -> None:
        """Ask for the page *repeats* times; each answer must tell of all that is in view."""
        with meter.running():
            for _ in range(repeats):
                path = PAGES[point.workload].path
                meter.count(_checked(self.client.ask("GET", path, headers=f"Cookie: {self.cookie}\r\n"), point))

    def most(self, point: Point) -> int:
        """How many requests are enough in a round."""
        return PAGES[point.workload].most


@contextmanager
def page_bench(folder: Path, point: Point, command: Command = plain) -> Iterator[PageBench]:
    """Run a gateway where Kari has so many entries."""
    page = PAGES[point.workload]
    fill = partial(page.fill, folder, point.number)
    with gateway(folder, fill=fill, command=command) as server, server.client() as client:
        settings = Settings(data_dir=folder / "data")
        with prepared(settings) as database:
            cookie = f"distrib={_signed_in(database)}"
            yield PageBench(server, client, cookie, _statements(database, settings, cookie, page.path))


def in_view(number: int) -> Iterator[Event]:
    """Give what Kari has: first what is in view, then what lies in other weeks of five years, *number* together."""
    chance = random.Random("distrib-week")  # noqa: S311 - the same for everybody
    for one in map(event, range(number)):
        is_series = SINGLE <= one.number < SINGLE + SERIES
        away = 0 if one.number < SINGLE else chance.randrange(0, 9) if is_series else chance.randrange(10, 130)
        weeks = -away if is_series else away * chance.choice((-1, 1))
        start = MONDAY + timedelta(weeks=weeks, days=chance.randrange(7), hours=chance.randrange(7, 17))
        yield one.at(start, weekly=is_series)


def _fill_week(folder: Path, number: int) -> None:
    hire(folder, (COLLEAGUE,), "")
    settings = Settings(data_dir=folder / "data")
    left = in_view(number)
    with prepared(settings) as database:
        while batch := list(islice(left, AT_ONCE)):
            asked = [one.inviting(mailbox(COLLEAGUE), mailbox(LOGIN)) for one in batch if one.number % ASKED == 0]
            put_all(database, COLLEAGUE, asked, settings)
            put_all(database, LOGIN, [one for one in batch if one.number % ASKED], settings)


def _hand_out(folder: Path, number: int) -> None:
    """Let Kari distribute so many tasks to five colleagues each."""
    staff = [f"ola{n}" for n in range(COLLEAGUES)]
    hire(folder, staff, "")
    settings = Settings(data_dir=folder / "data")
    scene = Scene(settings, datetime.now(UTC))
    with prepared(settings) as database, database.write() as uow:
        kari = by_login(uow, LOGIN)
        tasks = calendars.at(uow, kari.id, TASKS) if kari is not None else None
        if kari is None or tasks is None:
            raise WrongAnswer(f"{LOGIN} has no tasks")
        for n in range(number):
            asked = (staff[(n + 3 * place) % COLLEAGUES] for place in range(EACH))
            name, text = f"task-{n}.ics", _task(n, map(mailbox, asked))
            entries.put(uow, kari, tasks, name, text, condition=Condition(), scene=scene)


def _task(number: int, mailboxes: Iterable[str]) -> bytes:
    due = MONDAY + timedelta(days=number % 300)
    lines = (
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bench//EN", "BEGIN:VTODO", f"UID:task-{number}"),
        *("DTSTAMP:20260102T080000Z", f"DUE;VALUE=DATE:{due:%Y%m%d}", f"SUMMARY:Task {number}"),
        "DESCRIPTION:As drawn on sheet 4\\, the inner walls first.",
        f"ORGANIZER:mailto:{mailbox(LOGIN)}",
        *(f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{box}" for box in mailboxes),
        *("END:VTODO", "END:VCALENDAR", ""),
    )
    return "\r\n".join(lines).encode()


PAGES: Mapping[str, Page] = MappingProxyType(
    {
        "j": Page(
            f"week page, {SINGLE} entries, {SERIES} series in view",
            number=5000,
            path=_WEEK,
            fill=_fill_week,
            told=_drawn,
            shown=SINGLE + SERIES,
        ),
        "k": Page(
            f"distributed tasks, to {EACH} people each",
            number=500,
            path="/distribuert",
            fill=_hand_out,
            told=_listed,
            shown=handed_out.ON_A_PAGE,
        ),
    }
)


def _signed_in(database: Database) -> str:
    with database.write() as uow:
        person = by_login(uow, LOGIN)
        secret = signing_in.sign_in(uow, person, datetime.now(UTC)) if person is not None else None
    if secret is None:
        raise WrongAnswer(f"{LOGIN} cannot sign in")
    return secret


def _statements(database: Database, settings: Settings, cookie: str, path: str) -> int:
    """Count what SQLite executes for the page, BEGIN and ROLLBACK among it."""
    found: list[str] = []

    def traced(raw: sqlite3.Connection, _: object) -> None:
        raw.set_trace_callback(found.append)

    listening.listen(database.engine, "connect", traced)
    database.engine.dispose()
    service = Service(settings, database, verifier(database))
    pages = TestClient(Starlette(routes=routes(service, _now, None, News(database, _now))), headers={"Cookie": cookie})
    pages.get(path)
    found.clear()  # what opening a connection takes
    if pages.get(path).status_code != 200:
        raise WrongAnswer("the page is not there")
    return len(found)


def _checked(reply: Reply, point: Point) -> Reply:
    page = PAGES[point.workload]
    told = page.told(expect(reply, 200).body)
    if told != min(point.number, page.shown):
        raise WrongAnswer(f"the page tells of {told} things")
    return reply


def _now() -> datetime:
    return datetime.now(UTC)
