# SPDX-License-Identifier: GPL-3.0-or-later
"""A secretary's program in the home of the person for whom she acts (model, row 36)."""

from datetime import UTC, datetime
from wsgiref.types import WSGIApplication

import pytest

import radicale_distrib
from gateway.config import Settings
from gateway.model import Person
from gateway.services import deputies
from gateway.services.fetches import Fetches
from gateway.store import index, people
from gateway.store.unit import Database
from tests.conftest import Statements
from tests.radicale_distrib.client import Client, Connect
from tests.radicale_distrib.texts import event, meeting, task, unfolded

QUERY = (
    '<C:calendar-query><D:prop>{}</D:prop><C:filter><C:comp-filter name="VCALENDAR">{}</C:comp-filter></C:filter>'
    "</C:calendar-query>"
)
SYNC = (
    "<D:sync-collection><D:sync-token>{}</D:sync-token><D:sync-level>1</D:sync-level><D:prop>{}</D:prop>"
    "</D:sync-collection>"
)
WEEK = '<C:time-range start="20261130T000000Z" end="20261205T000000Z"/>'
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CALENDAR = "/kari/calendar/"
OBJECT = f"{CALENDAR}meeting.ics"
WAY_IN = "CS:calendar-proxy-write-for CS:calendar-proxy-read-for D:group-membership"
OLAS = meeting().replace("kari@", "x@").replace("ola@", "kari@").replace("x@", "ola@")
"""What Ola asks Kari to."""
MULTIGET = "<C:calendar-multiget><D:prop><C:calendar-data/></D:prop>{}</C:calendar-multiget>"


@pytest.fixture
def fetches() -> Fetches:
    return Fetches()


@pytest.fixture
def application(
    database: Database, company: dict[str, Person], settings: Settings, fetches: Fetches
) -> WSGIApplication:
    """Give an application that tells *fetches* what was fetched."""

    def verify(login: str, password: str, _remote: str) -> Person | None:
        with database.read() as uow:
            return people.by_login(uow, login) if login == password and login in company else None

    return radicale_distrib.build(
        database=database, settings=settings, verify=verify, clock=lambda: START, fetches=fetches
    )


@pytest.fixture
def nina(connect: Connect, database: Database) -> Client:
    """Give the program of Kari's secretary."""
    with database.write() as uow:
        deputies.appoint(uow, "kari", "nina", sees_private=False)
    return connect("nina")


def dismiss(database: Database) -> None:
    with database.write() as uow:
        deputies.dismiss(uow, "kari", "nina")


def test_a_secretary_is_told_where_to_go(nina: Client, kari: Client, ola: Client) -> None:
    told = nina.told("/nina/", WAY_IN)
    assert told.hrefs("CS:calendar-proxy-write-for") == ["/dav/kari/"]
    assert told.hrefs("CS:calendar-proxy-read-for") == []
    assert told.hrefs("D:group-membership") == ["/dav/kari/calendar-proxy-write/"]

    for nobodys in (kari, ola):
        told = nobodys.told(f"/{nobodys.login}/", WAY_IN)
        assert not any(told.hrefs(name) for name in WAY_IN.split())


def test_apple_calendar_finds_them_in_one_request(nina: Client) -> None:
    body = (
        '<D:expand-property><D:property name="calendar-proxy-write-for" namespace="http://calendarserver.org/ns/">'
        '<D:property name="displayname"/><D:property name="calendar-user-address-set" '
        'namespace="urn:ietf:params:xml:ns:caldav"/><D:property name="calendar-home-set" '
        'namespace="urn:ietf:params:xml:ns:caldav"/></D:property></D:expand-property>'
    )
    told = nina.report("/nina/", body).responses()["/dav/nina/"]["CS:calendar-proxy-write-for"]

    assert "Kari Nordmann" in [node.text for node in told.iter("{DAV:}displayname")]
    home = next(told.iter("{urn:ietf:params:xml:ns:caldav}calendar-home-set"))
    assert [node.text for node in home] == ["/dav/kari/"]


def test_who_acts_is_a_group_that_both_may_see(nina: Client, kari: Client, ola: Client) -> None:
    for one in (nina, kari):
        told = one.told("/kari/calendar-proxy-write/", "D:group-member-set D:resourcetype D:principal-URL")
        assert told.hrefs("D:group-member-set") == ["/dav/nina/"]
        assert told.kinds("D:resourcetype") == {"principal", "collection", "calendar-proxy-write"}
        assert told.hrefs("D:principal-URL") == ["/dav/kari/calendar-proxy-write/"]
        assert one.told("/kari/calendar-proxy-read/", "D:group-member-set").hrefs("D:group-member-set") == []
    assert ola("PROPFIND", "/kari/calendar-proxy-write/").status == 403
    assert kari("MKCALENDAR", "/kari/calendar-proxy-write/").rule == "resource-must-be-null"
    assert nina("PROPFIND", "/kari/calendar-proxy-write/more").status == 404


def test_the_home_is_the_owners_and_the_reader_the_deputy(nina: Client) -> None:
    found = nina.propfind("/kari/", "D:resourcetype D:owner D:current-user-principal D:displayname", depth="1")

    assert {"/dav/kari/", "/dav/kari/calendar/", "/dav/kari/tasks/", "/dav/kari/inbox/", "/dav/kari/outbox/"} <= set(
        found
    )
    for told in found.values():
        assert told.hrefs("D:owner") == ["/dav/kari/"]
        assert told.hrefs("D:current-user-principal") == ["/dav/nina/"]


def test_entries_are_the_deputys_to_write_and_the_home_is_not(nina: Client) -> None:
    def privileges(path: str) -> set[str]:
        return nina.told(path, "D:current-user-privilege-set").kinds("D:current-user-privilege-set") - {"privilege"}

    assert {"read", "write-content", "bind", "unbind"} <= privileges(CALENDAR)
    assert privileges("/kari/") == privileges("/kari/inbox/") == {"read", "read-current-user-privilege-set"}
    for path in ("/kari/", CALENDAR, "/kari/inbox/"):
        assert not {"write", "write-properties"} & privileges(path)
    assert "schedule-send-freebusy" in privileges("/kari/outbox/")


def test_a_deputy_writes_what_the_owner_organizes(nina: Client, kari: Client, ola: Client) -> None:
    created = nina.put(OBJECT, meeting())
    assert created.status == 201
    assert "ETag" not in created.headers

    by = 'SENT-BY="mailto:nina@byggbo.example"'
    assert by in unfolded(kari.get(OBJECT))
    assert by in unfolded(ola.get("/ola/calendar/meeting.ics"))
    assert nina.get(OBJECT) == kari.get(OBJECT)
    assert nina("GET", "/nina/calendar/meeting.ics").status == 404
    assert nina("DELETE", OBJECT, If_Match=nina.etag(OBJECT)).status == 204
    assert "METHOD:CANCEL" in ola.get("/ola/inbox/" + _hrefs(ola, "/ola/inbox/")[-1])


def _hrefs(client: Client, path: str) -> list[str]:
    """Give the names of what lies in a collection."""
    found = client.propfind(path, "D:getetag", depth="1")
    return [href.rpartition("/")[2] for href in found if not href.endswith("/")]


def test_looking_is_not_the_owners_looking(
    database: Database, kari: Client, ola: Client, nina: Client, fetches: Fetches
) -> None:
    ola.put("/ola/calendar/meeting.ics", OLAS)

    nina.get(OBJECT)
    nina.report(CALENDAR, MULTIGET.format(f"<D:href>/dav{OBJECT}</D:href>"))
    nina.get(CALENDAR)
    assert fetches.waiting == 0

    kari.get(OBJECT)
    assert fetches.write(database) == 1
    with database.read() as uow:
        places = index.places(uow, index.of_uid(uow, "meeting")[0].entry_id)
    assert {place.login for place in places if place.delivered_at is not None} == {"kari"}


def test_an_answer_is_the_owners(nina: Client, ola: Client) -> None:
    ola.put("/ola/calendar/meeting.ics", OLAS)
    asked = unfolded(nina.get(OBJECT))
    line = next(one for one in asked.splitlines() if one.startswith("ATTENDEE") and one.endswith("kari@byggbo.example"))

    nina.put(OBJECT, asked.replace(line, line.replace("NEEDS-ACTION", "ACCEPTED")), If_Match=nina.etag(OBJECT))

    told = unfolded(ola.get("/ola/calendar/meeting.ics"))
    answer = next(
        one for one in told.splitlines() if one.startswith("ATTENDEE") and one.endswith("kari@byggbo.example")
    )
    assert "PARTSTAT=ACCEPTED" in answer
    assert 'SENT-BY="mailto:nina@byggbo.example"' in answer


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("PROPPATCH", CALENDAR, {}),
        ("PROPPATCH", "/kari/", {}),
        ("MKCALENDAR", "/kari/nytt/", {}),
        ("DELETE", "/kari/tasks/", {}),
        ("DELETE", "/kari/inbox/{item}", {}),
        ("PUT", "/kari/inbox/new.ics", {}),
        ("MOVE", "/nina/calendar/mine.ics", {"Destination": f"http://localhost:5232/dav{CALENDAR}mine.ics"}),
        ("COPY", "/nina/calendar/mine.ics", {"Destination": f"http://localhost:5232/dav{CALENDAR}mine.ics"}),
        ("MOVE", f"{CALENDAR}hers.ics", {"Destination": "http://localhost:5232/dav/nina/calendar/hers.ics"}),
    ],
)
def test_how_the_home_is_arranged_is_the_owners_to_say(
    nina: Client, kari: Client, ola: Client, method: str, path: str, headers: dict[str, str]
) -> None:
    kari.put(f"{CALENDAR}hers.ics", event("hers"))
    nina.put("/nina/calendar/mine.ics", event("mine"))
    kari.put(OBJECT, meeting())
    own = unfolded(ola.get("/ola/calendar/meeting.ics")).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED")
    ola.put("/ola/calendar/meeting.ics", own)
    before = kari.propfind("/kari/", "D:displayname CS:getctag", depth="1").keys(), _hrefs(kari, "/kari/inbox/")
    body = '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>Min</D:displayname></D:prop></D:set>'
    bodies = {"PROPPATCH": f"{body}</D:propertyupdate>", "PUT": event("new")}

    refused = nina(method, path.format(item=before[1][0]), bodies.get(method, ""), **headers)

    assert (refused.status, refused.rule) == (403, "need-privileges")
    assert kari.propfind("/kari/", "D:displayname CS:getctag", depth="1").keys() == before[0]
    assert _hrefs(kari, "/kari/inbox/") == before[1]
    assert nina.get("/nina/calendar/mine.ics")


def test_whoever_is_no_deputy_stays_outside(nina: Client, ola: Client, database: Database) -> None:
    nina.put(OBJECT, event("meeting"))

    for path in ("/kari/", CALENDAR, OBJECT):
        assert ola("PROPFIND", path).status == 403
        assert ola("GET", path).status == 403
    assert ola("PUT", OBJECT, event("meeting", summary="Annet")).status == 403
    assert ola("DELETE", OBJECT).status == 403
    assert nina("GET", "/ola/calendar/").status == 403

    dismiss(database)  # from the next request on
    assert nina("GET", OBJECT).status == 403
    assert not nina.told("/nina/", WAY_IN).hrefs("CS:calendar-proxy-write-for")


def test_what_lies_in_other_homes_is_found_by_no_report(nina: Client, kari: Client) -> None:
    kari.put(OBJECT, event("meeting"))
    asked = MULTIGET.format(f"<D:href>/dav{OBJECT}</D:href>")

    assert nina.report("/nina/calendar/", asked).responses()[f"/dav{OBJECT}"].status == "HTTP/1.1 404 Not Found"
    assert b"Befaring" in nina.report(CALENDAR, asked).body


PRIVATE = ("CLASS:PRIVATE", "CLASS:CONFIDENTIAL", "class;X-A=b:x-secret", "CLA\r\n SS:PRIVATE")


@pytest.mark.parametrize("line", PRIVATE)
def test_what_is_private_is_not_there_for_a_deputy(nina: Client, kari: Client, line: str) -> None:
    token = nina.told(CALENDAR, "D:sync-token").value("D:sync-token")
    kari.put(f"{CALENDAR}lege.ics", event("lege", line, summary="Lege"))
    kari.put(OBJECT, event("meeting", "CLASS:PUBLIC", "DESCRIPTION:Slik:\\nCLASS:PRIVATE"))
    here = f"{CALENDAR}lege.ics"
    window = f'<C:comp-filter name="VEVENT">{WEEK}</C:comp-filter>'
    seen = [
        nina.get(CALENDAR),
        nina("PROPFIND", CALENDAR, Depth="1").text,
        nina.report(CALENDAR, MULTIGET.format(f"<D:href>/dav{here}</D:href>")).text.replace(here, "", 1),
    ]
    for what in ("<D:getetag/>", "<C:calendar-data/>"):
        seen += [nina.report(CALENDAR, QUERY.format(what, inside)).text for inside in ("", window)]
        seen.append(nina.report(CALENDAR, SYNC.format("", what)).text)
    assert not [text for text in seen if "lege" in text.lower()]
    assert all("meeting" in text or "Befaring" in text for i, text in enumerate(seen) if i != 2)

    since = nina.report(CALENDAR, SYNC.format(token, "<D:getetag/>")).responses()
    assert since[f"/dav{here}"].status == "HTTP/1.1 404 Not Found"
    assert nina("GET", here).status == 404
    for method, text in (("PUT", event("lege", summary="Annet")), ("DELETE", "")):
        assert (nina(method, here, text).status, kari("GET", here).status) == (403, 200)
    away = {"Destination": f"http://localhost:5232/dav{CALENDAR}borte.ics"}
    assert nina("MOVE", here, **away).status == 403
    over = {"Destination": f"http://localhost:5232/dav{here}"}
    assert nina("MOVE", OBJECT, **over).status == nina("COPY", OBJECT, **over).status == 403
    assert nina("COPY", here, **away).status == 404
    assert "FREEBUSY" in nina.report(CALENDAR, f"<C:free-busy-query>{WEEK}</C:free-busy-query>").text


def test_a_deputy_who_is_trusted_with_it_sees_what_is_private(nina: Client, kari: Client, database: Database) -> None:
    kari.put(OBJECT, event("meeting", "CLASS:PRIVATE"))
    assert nina("GET", OBJECT).status == 404

    with database.write() as uow:
        deputies.appoint(uow, "kari", "nina", sees_private=True)

    assert nina.get(OBJECT) == kari.get(OBJECT)
    assert _hrefs(nina, CALENDAR) == ["meeting.ics"]


def test_an_invitation_that_the_owner_keeps_private_is_hidden_too(nina: Client, kari: Client, ola: Client) -> None:
    ola.put("/ola/calendar/meeting.ics", OLAS)
    assert "Befaring" in nina.get(OBJECT)

    kari.put(OBJECT, kari.get(OBJECT).replace("SUMMARY", "CLASS:PRIVATE\r\nSUMMARY"))

    assert nina("GET", OBJECT).status == 404


def test_a_task_and_a_private_entry_are_written_as_the_owners_own(nina: Client, kari: Client) -> None:
    nina.put("/kari/tasks/todo.ics", task())
    nina.put(f"{CALENDAR}one.ics", event())

    assert kari.get("/kari/tasks/todo.ics") == task()
    assert "SENT-BY" not in kari.get(f"{CALENDAR}one.ics")


def test_a_copy_of_what_the_deputy_organizes_does_not_become_the_owners(nina: Client, kari: Client) -> None:
    own = meeting().replace("kari@", "nina@")
    nina.put("/nina/calendar/meeting.ics", own)

    nina.put(OBJECT, own)

    assert kari.get(OBJECT) == own


def test_ones_own_requests_ask_nothing_about_deputies(nina: Client, kari: Client, statements: Statements) -> None:
    kari.put(OBJECT, event("meeting"))
    statements.clear()
    kari.get(OBJECT)
    own = len(statements)
    statements.clear()
    nina.get(OBJECT)

    assert len(statements) == own + len(("may she", "who is Kari"))
