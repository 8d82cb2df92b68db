# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers longer than a batch: whole, in pieces, and in little memory."""

import gzip
import re
import tracemalloc
from collections.abc import Callable, Iterable
from wsgiref.types import WSGIApplication

import pytest
from sqlalchemy import text

from gateway.model import EVENTS, Person
from gateway.store import calendars
from gateway.store.listing import PAGE
from gateway.store.readings import BATCH
from gateway.store.unit import Database
from tests.radicale_distrib.client import DECLARED, Client
from tests.radicale_distrib.texts import event

HOME = "/kari/calendar/"
ETAGS = f"<D:propfind{DECLARED}><D:prop><D:getetag/></D:prop></D:propfind>"
ALL = '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter>'
WITH_UID = ALL.replace('"VEVENT"/>', '"VEVENT"><C:prop-filter name="UID"/></C:comp-filter>')
HREF = re.compile(r"<D:href>([^<]*)</D:href>")

FILLED = """
    INSERT INTO {table} ({columns})
    WITH RECURSIVE number(n) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT n + 1 FROM number WHERE n < :many)
    SELECT {values} FROM number
"""
ENTRY = {
    "id": "n + 1000000",
    "uid": "'e' || n",
    "scope": "'calendar:' || :calendar",
    "kind": "'VEVENT'",
    "state": "'live'",
    "custodian": ":person",
    "words": ":words",
    "sequence": "0",
    "summary": "'x'",
}
READING = {
    "id": "n + 1000000",
    "entry": "n + 1000000",
    "person": ":person",
    "uid": "'e' || n",
    "kind": "'VEVENT'",
    "scheduled": "false",
    "calendar": ":calendar",
    "href": "'e' || n || '.ics'",
    "organizer": "true",
    "overlay": "'{}'",
    "revision": "1",
    "tag": "1",
}
CHANGE = {"calendar": ":calendar", "href": "'e' || n || '.ics'", "revision": "1"}

Fill = Callable[..., None]
"""Adds events by number, up to the one named; from the first on, or from another."""


@pytest.fixture
def fill(database: Database, company: dict[str, Person]) -> Fill:
    """Give what fills Kari's calendar with many events, in one go."""

    def filled(many: int, first: int = 1) -> None:
        with database.write() as uow:
            calendar = calendars.at(uow, company["kari"].id, EVENTS)
            assert calendar is not None
            facts: dict[str, object] = {
                "first": first,
                "many": many,
                "calendar": calendar.id,
                "person": calendar.person_id,
            }
            facts |= {"words": event("e").encode()}
            calendars.advance(uow, [calendar.id])
            for table, values in (("entry", ENTRY), ("reading", READING), ("change", CHANGE)):
                statement = FILLED.format(table=table, columns=", ".join(values), values=", ".join(values.values()))
                used = {name: value for name, value in facts.items() if f":{name}" in statement}
                uow.connection.execute(text(statement), used)

    return filled


def pieces(application: WSGIApplication, method: str, body: str, **headers: str) -> Iterable[bytes]:
    """Give the answer as the application makes it."""
    environ = Client(application, "kari")._environ(method, f"/dav{HOME}", body.encode())
    environ |= {"HTTP_DEPTH": "1", **headers}
    return application(environ, lambda *_: lambda _: None)


def sync(prop: str = "<D:getetag/>", token: str = "") -> str:
    head = f"<D:sync-collection{DECLARED}><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
    return f"{head}<D:prop>{prop}</D:prop></D:sync-collection>"


def multiget(many: int) -> str:
    hrefs = "".join(f"<D:href>/dav{HOME}e{n}.ics</D:href>" for n in range(1, many + 1))
    return (
        f"<C:calendar-multiget{DECLARED}><D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>"
    )


def query(prop: str, condition: str = ALL) -> str:
    return f"<C:calendar-query{DECLARED}><D:prop>{prop}</D:prop>{condition}</C:calendar-query>"


def told(answer: Iterable[bytes]) -> list[str]:
    """Give the names that an answer tells of, the calendar's own left out."""
    hrefs = HREF.findall(b"".join(answer).decode())
    return [href.removeprefix(f"/dav{HOME}") for href in hrefs if href != f"/dav{HOME}"]


LONG: dict[str, tuple[int, Callable[[int], str]]] = {
    "PROPFIND": (PAGE, lambda _: ETAGS),
    "sync-collection": (PAGE, lambda _: sync()),
    "sync-collection of texts": (BATCH, lambda _: sync("<D:getetag/><C:calendar-data/>")),
    "query of tags": (PAGE, lambda _: query("<D:getetag/>")),
    "query of texts": (BATCH, lambda _: query("<D:getetag/><C:calendar-data/>")),
    "query that looks into texts": (BATCH, lambda _: query("<D:getetag/>", WITH_UID)),
    "multiget": (BATCH, multiget),
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("more", [0, 1])
def test_each_object_is_told_of_once(application: WSGIApplication, fill: Fill, name: str, more: int) -> None:
    batch, body = LONG[name]
    many = 2 * batch + more
    fill(many)

    answer = pieces(application, "PROPFIND" if name == "PROPFIND" else "REPORT", body(many))

    names = told(answer)
    assert sorted(names) == sorted(f"e{n}.ics" for n in range(1, many + 1))


def test_a_long_answer_comes_in_pieces_and_a_short_one_whole(application: WSGIApplication, fill: Fill) -> None:
    fill(2 * PAGE + 1)

    assert len(list(pieces(application, "PROPFIND", ETAGS))) == 2 + 2
    assert len(list(pieces(application, "REPORT", multiget(BATCH)))) == 1
    assert len(list(pieces(application, "REPORT", sync("<C:calendar-data/>")))) > PAGE // BATCH


def test_a_long_answer_is_packed_for_who_takes_that(application: WSGIApplication, fill: Fill) -> None:
    fill(PAGE + 1)

    plain = b"".join(pieces(application, "PROPFIND", ETAGS))
    packed = b"".join(pieces(application, "PROPFIND", ETAGS, HTTP_ACCEPT_ENCODING="gzip, deflate"))

    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 5
    assert b"".join(pieces(application, "PROPFIND", ETAGS, HTTP_ACCEPT_ENCODING="gzip;q=0, x-gzip")) == plain


def test_what_changes_while_a_client_reads_is_told_by_the_next_synchronization(
    application: WSGIApplication, kari: Client, fill: Fill
) -> None:
    fill(2 * PAGE)
    answer = iter(pieces(application, "REPORT", sync()))
    first = next(answer)

    kari.put(f"{HOME}e5.ics", event("e5", summary="Nytt"))
    kari.put(f"{HOME}new.ics", event("new"))
    assert kari("DELETE", f"{HOME}e{2 * PAGE - 1}.ics").status == 204
    everything = b"".join([first, *answer]).decode()

    (token,) = re.findall("<D:sync-token>([^<]*)<", everything)
    later = told(pieces(application, "REPORT", sync(token=token)))
    assert sorted(later) == sorted(["e5.ics", "new.ics", f"e{2 * PAGE - 1}.ics"])
    assert {*HREF.findall(everything), *(f"/dav{HOME}{name}" for name in later)} == {
        f"/dav{HOME}{name}" for name in ["new.ics", *(f"e{n}.ics" for n in range(1, 2 * PAGE + 1))]
    }


def test_no_transaction_waits_for_a_client_to_read(
    database: Database, application: WSGIApplication, fill: Fill
) -> None:
    fill(2 * PAGE)

    answer = iter(pieces(application, "PROPFIND", ETAGS))
    next(answer)

    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def _peak(answer: Iterable[bytes]) -> int:
    """Give how much more memory was taken at most while *answer* was read, in bytes."""
    tracemalloc.start()
    try:
        for _ in answer:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_memory_for_a_hundred_thousand_objects_is_that_for_twenty_thousand(
    application: WSGIApplication, fill: Fill
) -> None:
    asked = [("PROPFIND", ETAGS), ("REPORT", sync()), ("REPORT", query("<D:getetag/>"))]
    fill(10 * PAGE)
    few = [_peak(pieces(application, *about)) for about in asked]

    fill(100_000, 10 * PAGE + 1)
    many = [_peak(pieces(application, *about)) for about in asked]

    assert [after < 1.2 * before for before, after in zip(few, many, strict=True)] == [True] * 3, (few, many)
