# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients get over HTTP, whichever of the three serves them."""

import pytest

from tests.radicale_distrib.client import DECLARED, Client
from tests.radicale_distrib.texts import event, task

ONE = "/kari/calendar/one.ics"


def members(client: Client, path: str) -> list[str]:
    found = client.propfind(path, "D:getetag", "1")
    return [p.removeprefix("/dav") for p in found if not p.endswith("/") and p.removeprefix("/dav") != path]


def sync(client: Client, token: str = "") -> tuple[set[str], str]:
    answer = client.report(
        "/kari/calendar/",
        f"<D:sync-collection><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
        "<D:prop><D:getetag/></D:prop></D:sync-collection>",
    )
    assert answer.status == 207, answer
    return set(answer.responses()), answer.root.findtext("{DAV:}sync-token") or ""


def test_the_principal_leads_to_the_calendars(kari: Client) -> None:
    told = kari.told("/", "D:current-user-principal")
    assert told.hrefs("D:current-user-principal") == ["/dav/kari/"]

    found = kari.propfind("/kari/", "D:resourcetype D:displayname", "1")
    calendars = {path for path, told in found.items() if "calendar" in told.kinds("D:resourcetype")}
    assert calendars == {"/dav/kari/calendar/", "/dav/kari/tasks/"}


def test_an_object_is_stored_read_listed_and_removed(kari: Client) -> None:
    assert kari("PUT", ONE, event()).status == 201

    assert "SUMMARY:Befaring" in kari.get(ONE)
    assert members(kari, "/kari/calendar/") == [ONE]
    assert kari("DELETE", ONE).status in {200, 204}
    assert kari("GET", ONE).status == kari("DELETE", ONE).status == kari("PROPFIND", ONE).status == 404
    assert members(kari, "/kari/calendar/") == []


def test_a_write_is_done_under_its_conditions_alone(kari: Client) -> None:
    assert kari("PUT", ONE, event(), If_Match='"0-0"').status == 412
    assert kari("PUT", ONE, event(), If_None_Match="*").status == 201
    etag = kari.etag(ONE)

    assert kari("PUT", ONE, event(summary="Ny"), If_None_Match="*").status == 412
    assert kari("PUT", ONE, event(summary="Ny"), If_Match='"0-0"').status == 412
    assert kari("DELETE", ONE, If_Match='"0-0"').status == 412
    assert "SUMMARY:Befaring" in kari.get(ONE)

    assert kari("PUT", ONE, event(summary="Ny"), If_Match=etag).status in {201, 204}
    assert kari.etag(ONE) != etag
    assert kari("DELETE", ONE, If_Match=kari.etag(ONE)).status in {200, 204}


def test_head_is_get_without_the_body(kari: Client) -> None:
    kari.put(ONE, event())

    head, get = kari("HEAD", ONE), kari("GET", ONE)

    assert (head.status, head.body) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
    assert get.headers["Content-Type"].startswith("text/calendar")


def test_the_entity_tag_is_the_same_wherever_it_is_told(kari: Client) -> None:
    kari.put(ONE, event())

    multiget = kari.report(
        "/kari/calendar/",
        f"<C:calendar-multiget><D:prop><D:getetag/></D:prop><D:href>/dav{ONE}</D:href></C:calendar-multiget>",
    )

    assert multiget.responses()[f"/dav{ONE}"].value("D:getetag") == kari.etag(ONE)
    assert kari.told(ONE, "D:getetag").value("D:getetag") == kari.etag(ONE)


def test_objects_are_had_by_name_and_what_is_not_there_is_told(kari: Client) -> None:
    kari.put(ONE, event())
    hrefs = "".join(f"<D:href>/dav/kari/calendar/{name}.ics</D:href>" for name in ("one", "none"))

    answer = kari.report(
        "/kari/calendar/",
        f"<C:calendar-multiget><D:prop><C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>",
    )

    told = answer.responses()
    assert "SUMMARY:Befaring" in told[f"/dav{ONE}"].value("C:calendar-data")
    assert "404" in (told["/dav/kari/calendar/none.ics"].status or "")


def test_changes_are_told_since_a_token(kari: Client) -> None:
    _, token = sync(kari)
    kari.put(ONE, event("one"))
    changed, later = sync(kari, token)
    assert changed == {f"/dav{ONE}"}
    assert sync(kari, later) == (set(), later)

    kari("DELETE", ONE)
    assert sync(kari, later)[0] == {f"/dav{ONE}"}


def test_a_token_that_was_never_given_is_refused_by_its_rule(kari: Client) -> None:
    refused = kari.report(
        "/kari/calendar/",
        "<D:sync-collection><D:sync-token>http://old/999-1</D:sync-token><D:prop/></D:sync-collection>",
    )

    assert refused.status in {403, 409}
    assert refused.rule == "valid-sync-token"


def test_a_query_by_time_finds_what_is_then(kari: Client) -> None:
    kari.put(ONE, event())
    kari.put("/kari/calendar/late.ics", event("late", start="20270301T090000Z"))
    kari.put("/kari/calendar/series.ics", event("series", "RRULE:FREQ=DAILY;COUNT=3", start="20261130T060000Z"))

    answer = kari.report(
        "/kari/calendar/",
        "<C:calendar-query><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name='VCALENDAR'>"
        "<C:comp-filter name='VEVENT'><C:time-range start='20261201T000000Z' end='20261202T000000Z'/></C:comp-filter>"
        "</C:comp-filter></C:filter></C:calendar-query>",
    )

    assert {path.rpartition("/")[2] for path in answer.responses()} == {"one.ics", "series.ics"}


def test_calendars_are_made_changed_and_removed(kari: Client) -> None:
    body = (
        f"<C:mkcalendar{DECLARED}><D:set><D:prop><D:displayname>Ny</D:displayname>"
        '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
        "</D:prop></D:set></C:mkcalendar>"
    )
    assert kari("MKCALENDAR", "/kari/ny/", body).status == 201
    assert kari.told("/kari/ny/", "D:displayname").value("D:displayname") == "Ny"
    again = kari("MKCALENDAR", "/kari/ny/", body)
    assert (again.status in {403, 409}, again.rule) == (True, "resource-must-be-null")

    change = '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>A &amp; B</D:displayname></D:prop></D:set>'
    assert kari("PROPPATCH", "/kari/ny/", change + "</D:propertyupdate>").status == 207
    assert kari.told("/kari/ny/", "D:displayname").value("D:displayname") == "A & B"

    kari.put("/kari/ny/t.ics", task())
    assert kari("DELETE", "/kari/ny/").status in {200, 204}
    assert kari("PROPFIND", "/kari/ny/").status == kari("GET", "/kari/ny/t.ics").status == 404


def test_a_calendar_is_made_below_nothing(kari: Client) -> None:
    assert kari("MKCALENDAR", "/kari/none/ny/").status in {403, 409}
    assert kari("MKCALENDAR", "/kari/calendar/ny/").status == 403


@pytest.mark.parametrize(
    ("path", "text"),
    [(ONE, "nonsense"), ("/kari/calendar/other.ics", event("one", summary="Samme UID")), (ONE, event("x"))],
)
def test_what_is_refused_is_not_stored(kari: Client, path: str, text: str) -> None:
    kari.put(ONE, event("one"))
    ctag = kari.told("/kari/calendar/", "CS:getctag").value("CS:getctag")

    assert 400 <= kari("PUT", path, text).status < 500

    assert members(kari, "/kari/calendar/") == [ONE]
    assert "UID:one" in kari.get(ONE)
    assert kari.told("/kari/calendar/", "CS:getctag").value("CS:getctag") == ctag


def test_nobody_sees_or_changes_anothers_home(kari: Client, ola: Client) -> None:
    ola.put("/ola/calendar/one.ics", event())

    for path in ("/ola/", "/ola/calendar/", "/ola/calendar/one.ics"):
        assert kari("PROPFIND", path).status == 403
    for method in ("PUT", "DELETE", "PROPPATCH", "MKCALENDAR", "GET"):
        assert kari(method, "/ola/calendar/one.ics", event() if method == "PUT" else "").status == 403
    assert "SUMMARY:Befaring" in ola.get("/ola/calendar/one.ics")


def test_an_object_is_moved_and_nothing_is_overwritten_unasked(kari: Client) -> None:
    def move(to: str, **headers: str) -> int:
        return kari("MOVE", ONE, Destination=f"http://localhost:5232/dav{to}", **headers).status

    kari.put(ONE, event("one"))
    kari.put("/kari/calendar/two.ics", event("two"))

    assert move("/kari/calendar/two.ics", Overwrite="F") == 412
    assert move("/kari/none/x.ics") in {403, 409}
    assert 400 <= move("/kari/calendar/") < 500
    assert move("/kari/calendar/three.ics") == 201
    assert set(members(kari, "/kari/calendar/")) == {"/kari/calendar/two.ics", "/kari/calendar/three.ics"}
    assert move("/kari/calendar/four.ics") == 404


def test_a_whole_calendar_is_read_as_one_text(kari: Client) -> None:
    kari.put(ONE, event("one"))
    kari.put("/kari/calendar/two.ics", event("two"))

    text = kari.get("/kari/calendar/")

    assert text.count("BEGIN:VEVENT") == 2
    assert text.count("BEGIN:VCALENDAR") == 1


def test_what_no_method_knows_is_not_allowed(kari: Client) -> None:
    assert kari("LOCK", "/kari/calendar/").status == 405
    assert kari("OPTIONS", "/kari/calendar/").status == 200
    assert "calendar-access" in kari("OPTIONS", "/").headers["DAV"]
