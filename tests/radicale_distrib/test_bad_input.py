# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: each has its status and its rule; nothing is stored, nothing is sent, no answer is 5xx."""

import gzip
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from gateway.store.schema import entry, inbox_item, outbox, reading
from gateway.store.unit import Database
from tests.radicale_distrib.client import DECLARED, Client, Connect
from tests.radicale_distrib.texts import event, meeting, task

TWO_UIDS = event("one").replace("END:VCALENDAR\r\n", "") + event("two").partition("PRODID:-//tests//EN\r\n")[2]
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9)).replace("&a0;", "&a;")
    + "]><propfind xmlns='DAV:'><prop><x>&a8;</x></prop></propfind>"
)
EXTERNAL = (
    '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><propfind xmlns="DAV:"><prop><x>&a;</x></prop></propfind>'
)
DEEP = "<a>" * 2000 + "</a>" * 2000

REFUSED = {
    "nothing": (b"", "valid-calendar-data"),
    "nonsense": (b"nonsense", "valid-calendar-data"),
    "a contact": (b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\nEND:VCARD\r\n", "valid-calendar-data"),
    "no end": (event().replace("END:VEVENT\r\n", "").encode(), "valid-calendar-data"),
    "more behind the end": (event().encode() + b"trailing\r\n", "valid-calendar-data"),
    "latin-1": (event(summary="blåbær").encode("latin-1"), "valid-calendar-data"),
    "utf-16": (event().encode("utf-16"), "valid-calendar-data"),
    "binary": (b"\x00\x01\x02", "valid-calendar-data"),
    "NUL": (event(summary="a\x00b").encode(), "valid-calendar-data"),
    "a time that is none": (event().replace(":20261201T090000Z", ":igår").encode(), "valid-calendar-data"),
    "two UIDs": (TWO_UIDS.encode(), "valid-calendar-object-resource"),
    "a METHOD": (
        event().replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:ADD").encode(),
        "valid-calendar-object-resource",
    ),
    "no UID": (event().replace("UID:one\r\n", "").encode(), "valid-calendar-object-resource"),
    "no component": (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n",
        "valid-calendar-object-resource",
    ),
    "a task among appointments": (task().encode(), "supported-calendar-component"),
    "10 MB": (event(summary="x" * 10_000_000).encode(), "max-resource-size"),
    "2,500 attendees": (
        meeting(attendees=[f"p{n}@kunde.example" for n in range(2_500)]).encode(),
        "max-attendees-per-instance",
    ),
}
XML = {
    "cut off": (b"<", {400}),
    "crossed": (b"<a></b>", {400}),
    "text": (b"not xml", {400}),
    "binary": (b"\xff\xfe\x00", {400}),
    "an unknown encoding": (b'<?xml version="1.0" encoding="no-such"?><a/>', {400}),
    "utf-7": (b'<?xml version="1.0" encoding="utf-7"?><a/>', {400}),
    "an unbound prefix": (b"<a xmlns:x='urn:x'><y:b/></a>", {400}),
    "another root": (b"<surprise/>", {400, 403, 415}),
    "a bomb": (BOMB.encode(), {400, 403}),
    "external entity": (EXTERNAL.encode(), {403}),
    "too deep": (DEEP.encode(), {403}),
    "too many": (b"<a>" + b"<b/>" * 200_000 + b"</a>", {403}),
    "too long": (b" " * 5_000_000 + b"<a/>", {413}),
}


@pytest.fixture(autouse=True)
def nothing_happened(database: Database) -> Iterator[None]:
    """Hold that no test here stored or sent anything."""
    yield
    with database.read() as uow:
        for table in (entry, reading, inbox_item, outbox):
            assert uow.connection.scalar(select(func.count()).select_from(table)) == 0, table.name


@pytest.mark.parametrize("what", REFUSED)
def test_an_object_that_cannot_be_stored_is_refused_by_its_rule(kari: Client, what: str) -> None:
    text, rule = REFUSED[what]

    answer = kari("PUT", "/kari/calendar/one.ics", text)

    assert (answer.status, answer.rule) == (403, rule)


def test_components_that_disagree_on_who_organizes_are_refused(kari: Client) -> None:
    other = "BEGIN:VEVENT\r\nUID:m\r\nRECURRENCE-ID:20261208T090000Z\r\nDTSTART:20261208T090000Z\r\n"
    other += "ORGANIZER:mailto:nina@byggbo.example\r\nATTENDEE:mailto:ola@byggbo.example\r\nEND:VEVENT\r\nEND:VCALENDAR"
    text = meeting("m", "RRULE:FREQ=WEEKLY;COUNT=5").replace("END:VCALENDAR", other)

    assert kari("PUT", "/kari/calendar/m.ics", text).rule == "same-organizer-in-all-components"


@pytest.mark.parametrize("method", ["PROPFIND", "PROPPATCH", "REPORT", "MKCALENDAR", "MKCOL"])
@pytest.mark.parametrize("what", XML)
def test_xml_that_cannot_be_taken_is_refused(kari: Client, method: str, what: str) -> None:
    body, statuses = XML[what]

    answer = kari(method, "/kari/ny/" if method.startswith("MK") else "/kari/calendar/", body)

    assert answer.status in statuses
    assert b"Traceback" not in answer.body
    assert (answer.rule == "no-external-entities") is (what == "external entity")


def test_a_body_shorter_than_it_says_is_a_bad_request(kari: Client) -> None:
    assert kari("PUT", "/kari/calendar/one.ics", event(), CONTENT_LENGTH="100000").status == 400
    assert kari("PUT", "/kari/calendar/one.ics", event(), CONTENT_LENGTH="-5").status == 400
    assert kari("PROPFIND", "/kari/calendar/", "<a/>", CONTENT_LENGTH="many").status == 400


@pytest.mark.parametrize(("coding", "body"), [("gzip", gzip.compress(event().encode())), ("x-new", event().encode())])
def test_a_body_that_is_coded_is_refused_and_told_how_to_come(kari: Client, coding: str, body: bytes) -> None:
    for method, path in (("PUT", "/kari/calendar/one.ics"), ("PROPFIND", "/kari/"), ("MKCALENDAR", "/kari/ny/")):
        answer = kari(method, path, body, Content_Encoding=coding)

        assert (answer.status, answer.headers["Accept-Encoding"]) == (415, "identity")
        assert coding in answer.body.decode()


@pytest.mark.parametrize("size", ["2000000", "99999999999999"])
def test_a_body_that_is_announced_as_too_large_is_not_read(kari: Client, size: str) -> None:
    assert kari("PUT", "/kari/calendar/one.ics", event(), CONTENT_LENGTH=size).rule == "max-resource-size"


@pytest.mark.parametrize(
    "path", ["/kari/calendar/a%00b.ics", "/kari/calendar/%ff%fe.ics", "/kari/calendar/a%0d%0ab.ics", "/kari/%7f/x.ics"]
)
@pytest.mark.parametrize("method", ["PUT", "GET", "PROPFIND", "DELETE", "MOVE"])
def test_paths_that_no_object_can_have_are_refused(kari: Client, method: str, path: str) -> None:
    answer = kari.send(
        method, f"/dav{path}", event().encode() if method == "PUT" else b"", {"Destination": f"/dav{path}"}
    )

    assert answer.status == 400


@pytest.mark.parametrize("path", ["/kari/../ola/calendar/x.ics", "/kari/./../ola/", "//ola/calendar/x.ics"])
def test_dots_and_slashes_lead_to_nobody_elses_home(kari: Client, path: str) -> None:
    assert kari.send("PUT", f"/dav{path}", event().encode(), {}).status in {403, 405}


@pytest.mark.parametrize(
    "headers",
    [
        {"If_Match": "nothing"},
        {"If_Match": '"999999999999999999999-1"'},
        {"If_Schedule_Tag_Match": '"x"'},
        {"If_Match": "\xff" * 5000},
    ],
)
def test_conditions_that_cannot_hold_fail(kari: Client, headers: dict[str, str]) -> None:
    assert kari("PUT", "/kari/calendar/one.ics", event(), **headers).status == 412


def test_odd_headers_are_bad_requests(kari: Client) -> None:
    assert kari("PROPFIND", "/kari/", Depth="x").status == 400
    assert kari("MOVE", "/kari/calendar/x.ics").status == 400
    assert kari("MOVE", "/kari/calendar/x.ics", Destination="http://[").status == 502


def test_reports_that_lack_what_they_need_are_bad_requests(kari: Client) -> None:
    for body in (
        "<C:calendar-multiget><D:prop/></C:calendar-multiget>",
        "<D:principal-property-search><D:property-search><D:prop/></D:property-search></D:principal-property-search>",
        "<D:expand-property><D:property/></D:expand-property>",
    ):
        assert kari.report("/kari/calendar/", body).status == 400
    assert kari("REPORT", "/kari/calendar/").status == 400
    assert kari("PROPPATCH", "/kari/calendar/", f"<D:propertyupdate{DECLARED}/>").status == 400


def test_a_disabled_password_attempt_with_an_odd_login_is_401(connect: Connect) -> None:
    for login in ("kari/calendar", "../kari", "kari\x00", "æøå", "x" * 5000, "@group"):
        assert connect(login)("PROPFIND", "/").status == 401
