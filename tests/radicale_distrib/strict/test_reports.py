# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports: where they may be asked, under which Depth, and what they must hold (RFC 3253 3.6, RFC 6578 3.2)."""

import pytest

from tests.radicale_distrib.client import DECLARED, Answer, Client
from tests.radicale_distrib.texts import event

SYNC = "<D:sync-collection><D:sync-token/><D:sync-level>1</D:sync-level><D:prop/></D:sync-collection>"
QUERY = "<C:calendar-query><D:prop/><C:filter><C:comp-filter name='VCALENDAR'/></C:filter></C:calendar-query>"
MULTIGET = "<C:calendar-multiget><D:prop/><D:href>/dav/kari/calendar/one.ics</D:href></C:calendar-multiget>"
BUSY = "<C:free-busy-query><C:time-range start='20261201T000000Z' end='20261202T000000Z'/></C:free-busy-query>"
SEARCH = (
    "<D:principal-property-search><D:property-search><D:prop><D:displayname/></D:prop><D:match>ola</D:match>"
    "</D:property-search><D:prop><D:displayname/></D:prop></D:principal-property-search>"
)
SEARCHABLE = "<D:principal-search-property-set/>"
MATCH = "<D:principal-match><D:self/></D:principal-match>"
EXPAND = "<D:expand-property><D:property name='owner'/></D:expand-property>"


def ask(client: Client, path: str, body: str, **headers: str) -> Answer:
    start, mark, rest = body.partition(">")
    slash = "/" if start.endswith("/") else ""
    return client("REPORT", path, f"{start.removesuffix('/')}{DECLARED}{slash}{mark}{rest}", **headers)


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (SYNC, {"/kari/calendar/", "/kari/inbox/"}),
        (QUERY, {"/kari/calendar/", "/kari/inbox/", "/kari/calendar/one.ics"}),
        (MULTIGET, {"/kari/calendar/", "/kari/inbox/", "/kari/calendar/one.ics", "/kari/"}),
        (BUSY, {"/kari/calendar/"}),
    ],
)
def test_reports_about_objects_are_answered_where_objects_are(kari: Client, body: str, places: set[str]) -> None:
    kari.put("/kari/calendar/one.ics", event())

    for path in ("/", "/kari/", "/kari/calendar/", "/kari/inbox/", "/kari/outbox/", "/kari/calendar/one.ics"):
        answer = ask(kari, path, body)
        if path in places:
            assert answer.status in {200, 207}, path
        else:
            assert (answer.status, answer.rule) == (403, "supported-report"), path


@pytest.mark.parametrize("path", ["/kari/none/", "/kari/calendar/none.ics"])
def test_where_nothing_is_nothing_is_reported(kari: Client, path: str) -> None:
    for body in (SYNC, QUERY, MULTIGET, BUSY, SEARCH, MATCH, EXPAND):
        assert ask(kari, path, body).status == 404


@pytest.mark.parametrize("root", ["<D:version-tree/>", "<D:acl-principal-prop-set/>", "<x xmlns='urn:x'/>", "<x/>"])
def test_a_report_that_is_not_known_is_refused_by_name(kari: Client, root: str) -> None:
    for path in ("/", "/kari/", "/kari/calendar/", "/kari/calendar/none.ics"):
        answer = ask(kari, path, root)
        assert (answer.status, answer.rule) == (403, "supported-report")


@pytest.mark.parametrize("body", [SYNC, SEARCH, SEARCHABLE, MATCH])
def test_reports_that_are_defined_for_depth_0_refuse_infinity(kari: Client, body: str) -> None:
    path = "/kari/calendar/" if body == SYNC else "/"

    assert ask(kari, path, body, Depth="infinity").status == 400
    for depth in ({}, {"Depth": "0"}, {"Depth": "1"}):  # Thunderbird sends 1 with sync-collection
        assert ask(kari, path, body, **depth).status in {200, 207}


@pytest.mark.parametrize("body", [SYNC, QUERY, MULTIGET, BUSY, SEARCH, EXPAND])
def test_a_depth_that_is_none_is_a_bad_request(kari: Client, body: str) -> None:
    assert ask(kari, "/kari/calendar/", body, Depth="2").status == 400


@pytest.mark.parametrize(
    "inner",
    [
        "<D:sync-token/><D:sync-level>0</D:sync-level><D:prop/>",
        "<D:sync-token/><D:sync-level>1</D:sync-level><D:limit><D:nresults>0</D:nresults></D:limit><D:prop/>",
        "<D:sync-token/><D:sync-level>1</D:sync-level><D:limit><D:nresults>-1</D:nresults></D:limit><D:prop/>",
        "<D:sync-token/><D:sync-level>1</D:sync-level><D:limit><D:nresults>1e3</D:nresults></D:limit><D:prop/>",
    ],
)
def test_a_sync_that_makes_no_sense_is_a_bad_request(kari: Client, inner: str) -> None:
    assert ask(kari, "/kari/calendar/", f"<D:sync-collection>{inner}</D:sync-collection>").status == 400


def test_a_calendar_holds_nothing_deeper_so_infinite_is_one(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())

    for level in ("1", "infinite"):
        told = ask(kari, "/kari/calendar/", SYNC.replace(">1<", f">{level}<")).responses()
        assert set(told) == {"/dav/kari/calendar/one.ics"}


@pytest.mark.parametrize(
    "token", ["x" * 10_000, "http://distrib.invalid/ns/sync/1-99999999999999999999", "-1", "1-1-1"]
)
def test_a_token_that_was_never_given_is_refused_by_its_rule(kari: Client, token: str) -> None:
    answer = ask(kari, "/kari/calendar/", SYNC.replace("<D:sync-token/>", f"<D:sync-token>{token}</D:sync-token>"))

    assert (answer.status, answer.rule) == (403, "valid-sync-token")


@pytest.mark.parametrize(
    "attributes",
    ["content-type='application/calendar+json'", "content-type='text/vcard' version='4.0'", "version='1.0'"],
)
@pytest.mark.parametrize("body", [QUERY, MULTIGET])
def test_another_format_is_refused_by_its_rule(kari: Client, body: str, attributes: str) -> None:
    wanted = body.replace("<D:prop/>", f"<D:prop><C:calendar-data {attributes}/></D:prop>")

    answer = ask(kari, "/kari/calendar/", wanted)

    assert (answer.status, answer.rule) == (403, "supported-calendar-data")


def test_a_zone_of_a_query_must_be_one(kari: Client) -> None:
    wanted = QUERY.replace("</C:filter>", "</C:filter><C:timezone>nonsense</C:timezone>")

    answer = ask(kari, "/kari/calendar/", wanted)

    assert (answer.status, answer.rule) == (403, "valid-calendar-data")


@pytest.mark.parametrize("body", ["<C:free-busy-query/>", BUSY.replace("/></C:free", "/><C:time-range/></C:free")])
def test_free_busy_wants_exactly_one_range(kari: Client, body: str) -> None:
    assert ask(kari, "/kari/calendar/", body).status == 400


def test_free_busy_of_more_time_than_anybody_needs_is_refused(kari: Client) -> None:
    answer = ask(kari, "/kari/calendar/", BUSY.replace("20261202", "20361202"))

    assert (answer.status, answer.rule) == (403, "number-of-matches-within-limits")


def test_a_multiget_at_an_object_is_about_that_object(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())
    kari.put("/kari/calendar/two.ics", event("two"))
    both = MULTIGET.replace("</D:href>", "</D:href><D:href>/dav/kari/calendar/two.ics</D:href>")

    assert set(ask(kari, "/kari/calendar/one.ics", MULTIGET).responses()) == {"/dav/kari/calendar/one.ics"}
    assert ask(kari, "/kari/calendar/one.ics", both).status == 400
    assert ask(kari, "/kari/calendar/two.ics", MULTIGET).status == 400


def test_a_propfind_of_everything_below_is_refused_by_its_rule(kari: Client) -> None:
    for path in ("/", "/kari/"):
        answer = kari("PROPFIND", path, Depth="infinity")
        assert (answer.status, answer.rule) == (403, "propfind-finite-depth")
    assert kari("PROPFIND", "/kari/calendar/", Depth="infinity").status == 207
