# SPDX-License-Identifier: GPL-3.0-or-later
"""Several clients at the same time, and what a write costs."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.store import people
from gateway.store.unit import Database
from ical.address import of_mailbox
from tests.conftest import Statements
from tests.radicale_distrib.client import Answer, Client, Connect
from tests.radicale_distrib.texts import event, meeting, unfolded

WRITERS = 6
ROW_BY_ROW = 13
"""Statements that any write may take; beyond, one for each table that it touches."""


def at_once(*calls: tuple[Client, str, str, str]) -> list[Answer]:
    """Send requests of method, path and body at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call[0](call[1], call[2], call[3]), calls))


def test_of_many_uploads_of_a_uid_one_is_stored(kari: Client) -> None:
    paths = [f"/kari/calendar/{number}.ics" for number in range(WRITERS)]

    answers = at_once(*((kari, "PUT", path, event("same")) for path in paths))

    assert sorted(answer.status for answer in answers) == [201] + [403] * (WRITERS - 1)
    assert len([p for p in kari.propfind("/kari/calendar/", "D:getetag", "1") if p.endswith(".ics")]) == 1


def test_of_many_uploads_of_a_meeting_all_are_the_same_entry(kari: Client, ola: Client) -> None:
    paths = [f"/kari/calendar/{number}.ics" for number in range(WRITERS)]

    answers = at_once(*((kari, "PUT", path, meeting("same")) for path in paths))

    assert sorted(answer.status for answer in answers) == [201] + [204] * (WRITERS - 1)
    assert len([p for p in ola.propfind("/ola/calendar/", "D:getetag", "1") if p.endswith(".ics")]) == 1


def test_of_many_new_objects_at_one_path_the_last_stays(kari: Client) -> None:
    texts = [event("same", summary=f"Nummer {number}") for number in range(WRITERS)]

    answers = at_once(*((kari, "PUT", "/kari/calendar/one.ics", text) for text in texts))

    assert sorted(answer.status for answer in answers) == [201] + [204] * (WRITERS - 1)
    assert kari.get("/kari/calendar/one.ics") in texts


def test_of_many_who_make_a_calendar_one_succeeds(kari: Client) -> None:
    answers = at_once(*((kari, "MKCALENDAR", "/kari/ny/", "") for _ in range(WRITERS)))

    assert sorted(answer.status for answer in answers) == [201] + [403] * (WRITERS - 1)


def test_answers_that_come_together_all_count(kari: Client, ola: Client, connect: Connect) -> None:
    nina = connect("nina")
    kari.put("/kari/calendar/m.ics", meeting(attendees=("ola", "nina")))
    calls = []
    for client in (ola, nina):
        found = client.propfind(f"/{client.login}/calendar/", "D:getetag", "1")
        path = next(p for p in found if p.endswith(".ics")).removeprefix("/dav")
        mine = f":mailto:{client.login}@byggbo.example"
        lines = [
            line.replace("NEEDS-ACTION", "ACCEPTED") if line.endswith(mine) else line
            for line in unfolded(client.get(path)).split("\r\n")
        ]
        calls.append((client, "PUT", path, "\r\n".join(lines)))

    answers = at_once(*calls, (kari, "PUT", "/kari/calendar/m.ics", meeting("meeting", attendees=("ola", "nina"))))

    assert {answer.status for answer in answers} == {204}
    assert unfolded(kari.get("/kari/calendar/m.ics")).count("PARTSTAT=ACCEPTED") == 3


@pytest.mark.parametrize("count", [1, 10, 100])
def test_an_invitation_costs_the_same_for_any_number_of_colleagues(
    kari: Client, database: Database, statements: Statements, count: int
) -> None:
    logins = [f"kollega{number}" for number in range(count)]
    with database.write() as uow:
        for login in logins:
            people.add(
                uow, login, login, (of_mailbox(f"{login}@byggbo.example"),), None, language="nb", timezone="Europe/Oslo"
            )
    statements.clear()

    kari.put("/kari/calendar/m.ics", meeting(attendees=logins))

    written = r"(?:INSERT INTO|DELETE FROM|^UPDATE) (\w+)"
    tables = {table for text in statements.texts for table in re.findall(written, text)}
    assert len(statements) <= ROW_BY_ROW + len(tables)
