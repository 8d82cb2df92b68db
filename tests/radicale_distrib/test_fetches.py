# SPDX-License-Identifier: GPL-3.0-or-later
"""An invitation is delivered when a program of its person's fetches its text for the first time."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest
from sqlalchemy import text

import radicale_distrib
from gateway import worker
from gateway.config import Settings
from gateway.errors import DatabaseError
from gateway.model import Person, ReadingId
from gateway.services.explain import explain
from gateway.services.fetches import Fetches
from gateway.store import index, people
from gateway.store.unit import Database
from tests.conftest import Statements
from tests.radicale_distrib.client import Client, Connect
from tests.radicale_distrib.texts import event, meeting

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT = "/ola/calendar/meeting.ics"
MULTIGET = "<C:calendar-multiget><D:prop><D:getetag/>{}</D:prop><D:href>/dav" + AT + "</D:href></C:calendar-multiget>"
SYNC = (
    "<D:sync-collection><D:sync-token/><D:sync-level>1</D:sync-level>"
    "<D:prop><D:getetag/>{}</D:prop></D:sync-collection>"
)
QUERY = (
    '<C:calendar-query><D:prop><D:getetag/>{}</D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter>'
    "</C:calendar-query>"
)
DATA = "<C:calendar-data/>"


@pytest.fixture
def clock() -> Iterator[datetime]:
    """Give a time that goes on a minute whenever it is asked for."""
    return (START + timedelta(minutes=n) for n in range(10_000))


@pytest.fixture
def fetches() -> Fetches:
    return Fetches()


@pytest.fixture
def application(
    database: Database, company: dict[str, Person], settings: Settings, clock: Iterator[datetime], fetches: Fetches
) -> WSGIApplication:
    def verify(login: str, password: str, _remote: str) -> Person | None:
        with database.read() as uow:
            return people.by_login(uow, login) if login == password and login in company else None

    return radicale_distrib.build(
        database=database, settings=settings, verify=verify, clock=lambda: next(clock), fetches=fetches
    )


def delivered(database: Database, login: str = "ola") -> datetime | None:
    """Give when the meeting was delivered to somebody."""
    with database.read() as uow:
        entry_id = index.of_uid(uow, "meeting")[0].entry_id
        return next(place.delivered_at for place in index.places(uow, entry_id) if place.login == login)


def invite(kari: Client, **about: str) -> None:
    kari.put("/kari/calendar/meeting.ics", meeting(attendees=("ola", "nina"), **about))


def tags(client: Client) -> tuple[str, ...]:
    """Give what tells a program that something has changed."""
    home = f"/{client.login}/calendar/"
    told, headers = client.told(home, "D:sync-token CS:getctag"), client("GET", f"{home}meeting.ics").headers
    return told.value("D:sync-token"), told.value("CS:getctag"), headers["ETag"], headers["Schedule-Tag"]


ASKS: dict[str, Callable[[Client], object]] = {
    "GET": lambda ola: ola.get(AT),
    "multiget": lambda ola: ola.report("/ola/calendar/", MULTIGET.format(DATA)),
    "sync": lambda ola: ola.report("/ola/calendar/", SYNC.format(DATA)),
    "query": lambda ola: ola.report("/ola/calendar/", QUERY.format(DATA)),
    "GET of the calendar": lambda ola: ola.get("/ola/calendar/"),
}


@pytest.mark.parametrize("ask", ASKS)
def test_it_is_delivered_when_its_text_is_fetched(
    database: Database, kari: Client, ola: Client, fetches: Fetches, ask: str
) -> None:
    invite(kari)

    ASKS[ask](ola)

    assert delivered(database) is None
    assert fetches.write(database) == 1
    assert delivered(database) is not None
    assert delivered(database, "nina") is None
    assert delivered(database, "kari") is None


def test_only_the_first_fetch_counts(database: Database, kari: Client, ola: Client, fetches: Fetches) -> None:
    invite(kari)
    ola.get(AT)
    ola.get(AT)
    fetches.write(database)
    first = delivered(database)

    invite(kari, summary="Nytt sted")
    ola.get(AT)

    assert fetches.waiting == 0
    assert delivered(database) == first is not None


def test_what_another_process_has_noted_meanwhile_stays(
    database: Database, kari: Client, ola: Client, fetches: Fetches
) -> None:
    invite(kari)
    ola.get(AT)
    other = Fetches()
    with database.read() as uow:
        known = uow.connection.execute(text("SELECT id FROM reading WHERE NOT organizer")).scalars().all()
    for reading in known:
        other.note(ReadingId(reading), START - timedelta(days=1))
    other.write(database)

    assert fetches.write(database) == 0
    assert delivered(database) == START - timedelta(days=1)


@pytest.mark.parametrize("report", [MULTIGET, SYNC, QUERY])
def test_a_poll_without_texts_is_no_delivery(
    database: Database, kari: Client, ola: Client, fetches: Fetches, report: str
) -> None:
    invite(kari)

    ola.report("/ola/calendar/", report.format(""))
    ola.report("/ola/calendar/", report.format("<D:getcontentlength/>"))
    ola("HEAD", AT)
    ola("HEAD", "/ola/calendar/")

    assert fetches.write(database) == 0
    assert delivered(database) is None


def test_somebody_elses_fetch_is_no_delivery(
    database: Database, kari: Client, connect: Connect, fetches: Fetches
) -> None:
    invite(kari)

    assert kari("GET", AT).status == 403
    connect("nina").get("/nina/calendar/meeting.ics")
    fetches.write(database)

    assert delivered(database) is None
    assert delivered(database, "nina") is not None


def test_nothing_is_written_while_it_is_read_and_nothing_more_is_asked(
    kari: Client, ola: Client, database: Database, fetches: Fetches, statements: Statements
) -> None:
    invite(kari)
    statements.clear()
    ola.get(AT)
    asked = list(statements.texts)
    fetches.write(database)
    statements.clear()

    ola.get(AT)

    assert statements.texts == asked
    assert not statements.on("reading")


def test_a_delivery_is_written_by_one_statement_however_many_there_are(
    kari: Client, ola: Client, database: Database, fetches: Fetches, statements: Statements
) -> None:
    for n in range(30):
        kari.put(f"/kari/calendar/m{n}.ics", meeting(f"m{n}"))
    ola.report("/ola/calendar/", SYNC.format(DATA))
    statements.clear()

    assert fetches.write(database) == 30
    assert [each for each in statements.texts if not each.startswith("BEGIN")] == statements.texts[-1:]


def test_no_tag_and_no_token_moves(database: Database, kari: Client, ola: Client, fetches: Fetches) -> None:
    invite(kari)
    before = tags(kari), tags(ola)

    assert fetches.write(database) == 1

    assert (tags(kari), tags(ola)) == before


def test_what_is_ones_own_is_not_delivered(kari: Client, fetches: Fetches) -> None:
    invite(kari)
    kari.put("/kari/calendar/alone.ics", event("alone"))

    kari.get("/kari/calendar/meeting.ics")
    kari.get("/kari/calendar/alone.ics")

    assert fetches.waiting == 0


def test_what_could_not_be_written_is_written_the_next_time(
    database: Database, kari: Client, ola: Client, fetches: Fetches, tmp_path: Path
) -> None:
    invite(kari)
    ola.get(AT)

    with closing(Database(f"sqlite:///{tmp_path}/nowhere/at-all.db")) as lost, pytest.raises(DatabaseError):
        fetches.write(lost)
    ola.get(AT)

    assert fetches.write(database) == 1
    assert fetches.write(database) == 0
    assert delivered(database) is not None


def test_the_rounds_go_on_after_a_failure_and_end_with_a_last_one(
    database: Database, kari: Client, ola: Client, fetches: Fetches, tmp_path: Path
) -> None:
    async def served(by: Database) -> None:
        async with worker.noted(fetches, by, pause=3600):
            ola.get(AT)

    invite(kari)
    with closing(Database(f"sqlite:///{tmp_path}/nowhere/at-all.db")) as lost:
        asyncio.run(served(lost))
    assert fetches.waiting == 1

    asyncio.run(served(database))

    assert fetches.waiting == 0
    assert delivered(database) is not None


def test_it_is_written_while_others_are_served(database: Database, kari: Client, ola: Client, fetches: Fetches) -> None:
    async def served() -> None:
        loop, written = asyncio.get_running_loop(), asyncio.Event()

        def tell() -> None:
            loop.call_soon_threadsafe(written.set)

        forget = database.when_written(tell)
        async with worker.noted(fetches, database, pause=0.01), asyncio.timeout(30):
            ola.get(AT)
            await written.wait()
        forget()

    invite(kari)
    asyncio.run(served())

    assert delivered(database) is not None


def test_what_is_remembered_is_bounded(database: Database) -> None:
    few = Fetches(most=1)
    few.note(ReadingId(10**6), START)
    few.note(ReadingId(10**6 + 1), START)

    assert few.waiting == 1
    assert few.write(database) == 0  # nothing is there any more under this number
    assert few.waiting == 0


def test_an_operator_is_told_whose_device_has_it(
    database: Database, kari: Client, ola: Client, fetches: Fetches
) -> None:
    invite(kari)
    ola.get(AT)
    fetches.write(database)

    with database.read() as uow:
        lines = {line.split("/")[2]: line for line in explain(uow, "meeting") if line.startswith("  at ")}

    assert "delivered to a device 2026-11-23 12:" in lines["ola"]
    assert lines["nina"].endswith("on no device yet")
    assert "device" not in lines["kari"]
