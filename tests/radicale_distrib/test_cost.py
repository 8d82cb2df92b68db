# SPDX-License-Identifier: GPL-3.0-or-later
"""What each method and report costs in statements: as many for a full calendar as for an empty one."""

from collections.abc import Callable

import pytest

from gateway.store.unit import Database
from tests.conftest import Statements
from tests.radicale_distrib.client import DECLARED, Client
from tests.radicale_distrib.texts import event, meeting, task

HOME = "/kari/calendar/"
MONTH = '<C:time-range start="20260901T000000Z" end="20270101T000000Z"/>'
FEW, MANY = 3, 150
Ask = Callable[[Client], object]


def report(name: str, rest: str, prop: str = "<D:getetag/><C:calendar-data/>") -> str:
    return f"<{name}{DECLARED}><D:prop>{prop}</D:prop>{rest}</{name}>"


def query(within: str = "", prop: str = "<D:getetag/><C:calendar-data/>", name: str = "VEVENT") -> str:
    inner = f'<C:comp-filter name="VCALENDAR"><C:comp-filter name="{name}">{within}</C:comp-filter></C:comp-filter>'
    return report("C:calendar-query", f"<C:filter>{inner}</C:filter>", prop)


ETAGS = "<D:getetag/><C:schedule-tag/>"
HREFS = "".join(f"<D:href>/dav{HOME}e{n}.ics</D:href>" for n in range(3))
FREE_BUSY = (
    f'<C:free-busy-query{DECLARED}><C:time-range start="20260901T000000Z" end="20270101T000000Z"/></C:free-busy-query>'
)
SEARCH = (
    f"<D:principal-property-search{DECLARED}><D:property-search><D:prop><D:displayname/></D:prop>"
    "<D:match>ola</D:match></D:property-search><D:prop><D:displayname/></D:prop></D:principal-property-search>"
)


def propfind(path: str, names: str, depth: str) -> Ask:
    return lambda kari: kari.propfind(path, names, depth)


NAMED = (
    f"<D:propertyupdate{DECLARED}><D:set><D:prop><D:displayname>Ny</D:displayname></D:prop></D:set></D:propertyupdate>"
)
READS: dict[str, tuple[int, Ask]] = {
    "GET of a private object": (1, lambda kari: kari.get(f"{HOME}e1.ics")),
    "GET of a shared object": (3, lambda kari: kari.get(f"{HOME}m1.ics")),
    "HEAD": (1, lambda kari: kari("HEAD", f"{HOME}e1.ics")),
    "GET of the calendar": (4, lambda kari: kari.get(HOME)),
    "PROPFIND of the principal": (0, propfind("/kari/", "C:calendar-home-set C:calendar-user-address-set", "0")),
    "PROPFIND of the home": (1, propfind("/kari/", "D:resourcetype CS:getctag D:sync-token", "1")),
    "PROPFIND of the ctag": (1, propfind(HOME, "CS:getctag D:sync-token", "0")),
    "PROPFIND of all ETags": (2, propfind(HOME, "D:getetag C:schedule-tag D:getcontenttype", "1")),
    "PROPFIND of all lengths": (4, propfind(HOME, "D:getcontentlength", "1")),
    "multiget": (2, lambda kari: kari("REPORT", HOME, report("C:calendar-multiget", HREFS))),
    "query of all texts": (4, lambda kari: kari("REPORT", HOME, query())),
    "query of all ETags": (2, lambda kari: kari("REPORT", HOME, query(prop=ETAGS))),
    "query of a month's texts": (5, lambda kari: kari("REPORT", HOME, query(MONTH))),
    "query of a month's ETags": (2, lambda kari: kari("REPORT", HOME, query(MONTH, ETAGS))),
    "query of a month's tasks": (3, lambda kari: kari("REPORT", "/kari/tasks/", query(MONTH, name="VTODO"))),
    "query of words": (
        4,
        lambda kari: kari(
            "REPORT",
            HOME,
            query('<C:prop-filter name="SUMMARY"><C:text-match>Befaring</C:text-match></C:prop-filter>'),
        ),
    ),
    "first sync": (2, lambda kari: sync(kari, "")),
    "sync since the token of now, which is asked for": (
        3,
        lambda kari: sync(kari, kari.told(HOME, "D:sync-token").value("D:sync-token")),
    ),
    "free-busy-query": (3, lambda kari: kari("REPORT", HOME, FREE_BUSY)),
    "principal-property-search": (1, lambda kari: kari("REPORT", "/", SEARCH)),
}
WRITES: dict[str, tuple[int, Ask]] = {
    "PUT of a new object": (6, lambda kari: kari.put(f"{HOME}new.ics", event("new"))),
    "PUT over an object": (8, lambda kari: kari.put(f"{HOME}e1.ics", event("e1", summary="Nytt"))),
    "PUT of the same": (2, lambda kari: kari.put(f"{HOME}e2.ics", event("e2"))),
    "DELETE": (5, lambda kari: kari("DELETE", f"{HOME}e1.ics")),
    "MOVE": (10, lambda kari: kari("MOVE", f"{HOME}e1.ics", Destination=f"/dav{HOME}moved.ics")),
    "PROPPATCH": (3, lambda kari: kari("PROPPATCH", HOME, NAMED)),
    "MKCALENDAR": (3, lambda kari: kari("MKCALENDAR", "/kari/annet/")),
}


def sync(kari: Client, token: str) -> object:
    body = (
        f"<D:sync-collection{DECLARED}><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
        "<D:prop><D:getetag/></D:prop></D:sync-collection>"
    )
    answer = kari("REPORT", HOME, body)
    assert answer.status == 207
    return answer


def fill(kari: Client, many: int) -> None:
    for n in range(many):
        kari.put(f"{HOME}e{n}.ics", event(f"e{n}"))
        kari.put(f"/kari/tasks/t{n}.ics", task(f"t{n}"))
    for n in range(2, 3 + many // 10):
        kari.put(f"{HOME}m{n - 1}.ics", meeting(f"m{n - 1}"))


def counted(kari: Client, statements: Statements, ask: Ask) -> int:
    """Give the statements that a request executes, without BEGIN and without finding who signs in."""
    statements.clear()
    ask(kari)
    return sum(not text.startswith("BEGIN") and "person.login =" not in text for text in statements.texts)


def locks(database: Database, ask: str) -> int:
    """Give how many statements more PostgreSQL needs: rows are held in an order (decision 9)."""
    return LOCKS.get(ask, 0) if database.dialect == "postgresql" else 0


LOCKS = {
    "PUT of a new object": 2,
    "PUT over an object": 2,
    "PUT of the same": 1,
    "DELETE": 2,
    "MOVE": 3,
    "PROPPATCH": 1,
}


@pytest.mark.parametrize("ask", READS)
@pytest.mark.parametrize("many", [FEW, MANY])
def test_a_request_that_reads_costs_the_same_however_much_there_is(
    kari: Client, statements: Statements, many: int, ask: str
) -> None:
    fill(kari, many)
    cost, request = READS[ask]

    assert counted(kari, statements, request) == cost


@pytest.mark.parametrize("ask", WRITES)
@pytest.mark.parametrize("many", [FEW, MANY])
def test_a_request_that_writes_costs_the_same_however_much_there_is(
    database: Database, kari: Client, statements: Statements, many: int, ask: str
) -> None:
    fill(kari, many)
    cost, request = WRITES[ask]

    assert counted(kari, statements, request) == cost + locks(database, ask)
