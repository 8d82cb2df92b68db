# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd requests that real programs send, and odder ones: each has a sensible answer, none is a failure of the server."""

import pytest

from tests.radicale_distrib.client import DECLARED, Answer, Client
from tests.radicale_distrib.texts import event

PATHS = (
    "/", "/kari", "/kari/", "/kari/calendar", "/kari/calendar/", "/kari/calendar/one.ics", "/kari/calendar/one.ics/",
    "/kari/calendar/none.ics", "/kari/calendar/one.ics/deeper", "/kari/inbox/", "/kari/inbox/none.ics", "/kari/outbox/",
    "/kari/outbox/none.ics", "/kari/none/", "/kari/none/none.ics", "/none/", "/ola/", "/ola/calendar/",
    "/.well-known/x", "/kari/calendar//one.ics", "/kari/.hidden/", "/principals/users/kari/", "/kari/calendar/%2e%2e/",
)  # fmt: skip
METHODS = (
    "GET", "HEAD", "OPTIONS", "PROPFIND", "PROPPATCH", "REPORT", "PUT", "DELETE", "POST", "MOVE", "COPY", "MKCOL",
    "MKCALENDAR", "LOCK", "UNLOCK", "PATCH", "TRACE", "ACL", "SEARCH", "BIND", "get", "X",
)  # fmt: skip
ODD_HEADERS = (
    {"Depth": "9"}, {"Depth": ""}, {"Depth": "INFINITY"}, {"Depth": "0, 1"}, {"Prefer": ";;,=,"}, {"Brief": "maybe"},
    {"If_Match": "nothing"}, {"If_Match": ""}, {"If_Match": '"', "If_None_Match": ","}, {"If": "(<x>"}, {"If": ""},
    {"If_Schedule_Tag_Match": "x"}, {"Overwrite": "maybe", "Destination": "/dav/kari/calendar/x.ics"},
    {"Destination": "::", "Overwrite": "T"}, {"Destination": "/dav/../../etc/passwd"}, {"Destination": "*"},
    {"Schedule_Reply": "maybe"}, {"Range": "bytes=0-1"}, {"Accept": "image/png"}, {"Accept_Encoding": "x, gzip;q=0"},
    {"CONTENT_TYPE": "x"}, {"CONTENT_TYPE": "multipart/form-data; boundary=x"}, {"Expect": "200-maybe"},
    {"X_HTTP_Method_Override": "DELETE"}, {"Timeout": "x", "Lock_Token": "<x>"}, {"Host": ""}, {"Host": "[::1"},
)  # fmt: skip


@pytest.fixture
def stored(kari: Client) -> Client:
    """Give Kari's client, with one object stored."""
    kari.put("/kari/calendar/one.ics", event())
    return kari


def assert_sensible(answer: Answer) -> None:
    assert answer.status < 500 or answer.status == 502, answer
    assert b"Traceback" not in answer.body
    if answer.status == 405:
        assert "PROPFIND" in answer.headers["Allow"]


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_an_answer_everywhere(stored: Client, method: str) -> None:
    for path in PATHS:
        for body in (b"", b"nonsense", event("two").encode(), f"<D:propfind{DECLARED}/>".encode()):
            assert_sensible(stored(method, path, body))


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("headers", ODD_HEADERS, ids=str)
def test_every_header_may_hold_anything(stored: Client, headers: dict[str, str]) -> None:
    for method in ("GET", "PROPFIND", "REPORT", "PROPPATCH", "PUT", "MOVE", "COPY", "POST", "MKCALENDAR", "DELETE"):
        for path in ("/kari/", "/kari/calendar/", "/kari/calendar/one.ics", "/kari/outbox/"):
            assert_sensible(stored(method, path, event() if method == "PUT" else b"", **headers))


def test_thunderbirds_detector_of_plain_files_finds_none(stored: Client) -> None:
    for path in ("/kari/", "/kari/calendar/"):
        probe = stored("PUT", path, "", If_Match="nothing")
        assert probe.status == 405
        assert "PUT" not in probe.headers["Allow"].split(", ")
    for method in ("HEAD", "GET"):
        assert stored(method, "/kari/").status == 403
    assert stored("HEAD", "/kari/calendar/").headers["Content-Type"].startswith("text/calendar")


def test_evolutions_look_for_notes_finds_none(stored: Client, nobody: Client) -> None:
    for client in (stored, nobody):
        assert client("PROPFIND", "/.well-known/webdav/Notes/").status == 404


@pytest.mark.parametrize("path", ["/.well-known/caldav", "/.well-known/caldav/", "/.well-known/carddav"])
def test_the_well_known_place_leads_to_the_root(stored: Client, nobody: Client, path: str) -> None:
    for client in (stored, nobody):
        for method in ("PROPFIND", "GET"):
            answer = client(method, path)
            assert (answer.status, answer.headers["Location"]) == (301, "/dav/")


def test_a_propfind_without_depth_or_body_is_answered(stored: Client) -> None:
    answer = stored("PROPFIND", "/kari/calendar/")

    assert set(answer.responses()) == {"/dav/kari/calendar/"}


def test_a_missing_slash_is_forgiven(stored: Client) -> None:
    for path in ("/kari", "/kari/calendar"):
        assert set(stored.propfind(path, "D:resourcetype")) == {f"/dav{path}/"}
    assert set(stored.propfind("/kari/calendar/one.ics", "D:getetag")) == {"/dav/kari/calendar/one.ics"}
    assert stored("PROPFIND", "/kari/calendar/one.ics/").status == 404


def test_people_are_found_while_an_attendee_is_typed(stored: Client) -> None:
    body = (
        "<D:principal-property-search test='anyof'>"
        "<D:property-search><D:prop><D:displayname/></D:prop><D:match match-type='contains'>berg</D:match>"
        "</D:property-search><D:property-search><D:prop><CS:email-address-set/></D:prop><D:match>berg</D:match>"
        "</D:property-search><D:prop><D:displayname/><C:calendar-user-address-set/></D:prop>"
        "</D:principal-property-search>"
    )
    for path in ("/", "/kari/"):
        told = stored.report(path, body).responses()
        assert set(told) == {"/dav/ola/"}
        assert "mailto:ola@byggbo.example" in told["/dav/ola/"].hrefs("C:calendar-user-address-set")


def test_searches_that_find_nobody_are_empty(stored: Client) -> None:
    for root in ("<D:principal-match><D:principal-property><D:nothing/></D:principal-property></D:principal-match>",):
        assert stored.report("/", root).responses() == {}
    searched = "<D:principal-property-search><D:property-search><D:prop><D:displayname/></D:prop>"
    searched += "<D:match>zzzz</D:match></D:property-search><D:prop/></D:principal-property-search>"
    assert stored.report("/", searched).responses() == {}


def test_head_tells_the_length_that_get_sends(stored: Client) -> None:
    for path in ("/kari/calendar/one.ics",):
        head, get = stored("HEAD", path), stored("GET", path)
        assert head.body == b""
        assert int(head.headers["Content-Length"]) == len(get.body)


def test_what_is_asked_in_capitals_is_a_name_like_any_other(stored: Client) -> None:
    assert stored("GET", "/kari/calendar/ONE.ICS").status == 404
    assert stored("GET", "/KARI/calendar/one.ics").status == 403
