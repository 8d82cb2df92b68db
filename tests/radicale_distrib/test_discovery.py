# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients find before they have seen an event."""

import pytest

from tests.radicale_distrib.client import Client, Connect

CAPABILITIES = "1, 2, 3, access-control, calendar-access, calendar-auto-schedule, extended-mkcol, calendar-proxy"


@pytest.mark.parametrize("path", ["/", "/kari/", "/kari/calendar/", "/kari/inbox/", "/ola/", "/nowhere/at/all.ics"])
def test_everybody_may_ask_for_options(nobody: Client, path: str) -> None:
    answer = nobody("OPTIONS", path)

    assert answer.status == 200
    assert answer.headers["DAV"] == CAPABILITIES
    assert {"PUT", "POST", "DELETE", "REPORT"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    "method", ["PROPFIND", "GET", "PUT", "DELETE", "REPORT", "POST", "PROPPATCH", "MKCALENDAR", "MOVE"]
)
@pytest.mark.parametrize("path", ["/", "/kari/", "/kari/calendar/one.ics"])
def test_who_does_not_sign_in_is_asked_to(nobody: Client, method: str, path: str) -> None:
    answer = nobody(method, path)

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith('Basic realm="')


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Basic /w==", "Bearer abc", "Basic \x00", "Digest x"]
)
def test_credentials_that_cannot_be_read_are_wrong_ones(nobody: Client, header: str) -> None:
    assert nobody("PROPFIND", "/", AUTHORIZATION=header).status == 401


def test_a_wrong_password_is_asked_for_again(connect: Connect) -> None:
    assert connect("kari", password="wrong")("PROPFIND", "/kari/").status == 401


def test_the_root_leads_to_the_principal(kari: Client) -> None:
    told = kari.told("/", "D:current-user-principal D:principal-collection-set D:resourcetype")

    assert told.hrefs("D:current-user-principal") == ["/dav/kari/"]
    assert told.hrefs("D:principal-collection-set") == ["/dav/"]
    assert told.kinds("D:resourcetype") == {"collection"}


def test_the_principal_tells_all_that_scheduling_needs_at_once(kari: Client) -> None:
    told = kari.told(
        "/kari/",
        "C:calendar-home-set C:calendar-user-address-set C:schedule-inbox-URL C:schedule-outbox-URL D:principal-URL "
        "D:principal-collection-set D:current-user-principal D:displayname C:calendar-user-type CS:email-address-set "
        "C:schedule-default-calendar-URL D:resourcetype D:owner D:resource-id",
    )

    assert list(told.propstats) == [200]
    assert told.hrefs("C:calendar-home-set") == ["/dav/kari/"]
    assert told.hrefs("C:calendar-user-address-set") == ["mailto:kari@byggbo.example", "/dav/kari/"]
    assert told.hrefs("C:schedule-inbox-URL") == ["/dav/kari/inbox/"]
    assert told.hrefs("C:schedule-outbox-URL") == ["/dav/kari/outbox/"]
    assert told.hrefs("D:principal-URL") == ["/dav/kari/"]
    assert told.value("D:displayname") == "Kari Nordmann"
    assert told.value("C:calendar-user-type") == "INDIVIDUAL"
    assert told.value("CS:email-address-set") == "kari@byggbo.example"
    assert told.kinds("D:resourcetype") == {"principal", "collection"}


def test_the_home_lists_calendars_inbox_and_outbox(kari: Client) -> None:
    found = kari.propfind(
        "/kari/", "D:resourcetype D:displayname C:supported-calendar-component-set CS:getctag D:sync-token", "1"
    )

    assert set(found) == {
        "/dav/kari/",
        "/dav/kari/calendar/",
        "/dav/kari/tasks/",
        "/dav/kari/inbox/",
        "/dav/kari/outbox/",
    }
    kinds = {path: told.kinds("D:resourcetype") for path, told in found.items()}
    assert kinds["/dav/kari/calendar/"] == kinds["/dav/kari/tasks/"] == {"collection", "calendar"}
    assert kinds["/dav/kari/inbox/"] == {"collection", "schedule-inbox"}
    assert kinds["/dav/kari/outbox/"] == {"collection", "schedule-outbox"}
    for slug in ("calendar", "tasks", "inbox"):
        assert found[f"/dav/kari/{slug}/"].value("CS:getctag")
        assert found[f"/dav/kari/{slug}/"].value("D:sync-token").startswith("http://")
        assert found[f"/dav/kari/{slug}/"].value("D:displayname")


def test_appointments_and_tasks_have_lists_of_their_own(kari: Client) -> None:
    found = kari.propfind("/kari/", "C:supported-calendar-component-set", "1")

    def taken(slug: str) -> list[str | None]:
        return [comp.get("name") for comp in found[f"/dav/kari/{slug}/"]["C:supported-calendar-component-set"]]

    assert taken("calendar") == ["VEVENT"]
    assert taken("tasks") == ["VTODO"]


def test_the_inbox_names_the_calendar_where_invitations_arrive(kari: Client) -> None:
    told = kari.told("/kari/inbox/", "C:schedule-default-calendar-URL CS:schedule-default-tasks-URL")

    assert told.hrefs("C:schedule-default-calendar-URL") == ["/dav/kari/calendar/"]
    assert told.hrefs("CS:schedule-default-tasks-URL") == ["/dav/kari/tasks/"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/kari/calendar/", {"read", "write", "write-content", "write-properties", "bind", "unbind", "read-free-busy"}),
        ("/kari/", {"read", "bind", "unbind"}),
        ("/kari/inbox/", {"read", "unbind", "schedule-deliver", "schedule-deliver-invite", "schedule-deliver-reply"}),
        ("/kari/outbox/", {"read", "schedule-send", "schedule-send-freebusy"}),
    ],
)
def test_privileges_say_what_can_be_done(kari: Client, path: str, expected: set[str]) -> None:
    assert expected <= kari.told(path, "D:current-user-privilege-set").kinds("D:current-user-privilege-set")


def test_every_report_that_is_named_works_and_others_are_refused_by_name(kari: Client) -> None:
    bodies = {
        "calendar-query": "<C:calendar-query><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name='VCALENDAR'/>"
        "</C:filter></C:calendar-query>",
        "calendar-multiget": "<C:calendar-multiget><D:prop/><D:href>/x</D:href></C:calendar-multiget>",
        "sync-collection": "<D:sync-collection><D:sync-token/><D:prop/></D:sync-collection>",
        "free-busy-query": "<C:free-busy-query><C:time-range start='20261201T000000Z' end='20261202T000000Z'/>"
        "</C:free-busy-query>",
        "expand-property": "<D:expand-property><D:property name='owner'/></D:expand-property>",
        "principal-property-search": "<D:principal-property-search><D:property-search><D:prop><D:displayname/></D:prop>"
        "<D:match>ola</D:match></D:property-search><D:prop/></D:principal-property-search>",
        "principal-search-property-set": "<D:principal-search-property-set/>",
        "principal-match": "<D:principal-match><D:self/></D:principal-match>",
        "calendarserver-principal-search": "<CS:calendarserver-principal-search><CS:search-token>ola</CS:search-token>"
        "</CS:calendarserver-principal-search>",
    }
    for path in ("/", "/kari/", "/kari/calendar/", "/kari/inbox/"):
        named = kari.told(path, "D:supported-report-set")["D:supported-report-set"]
        for report in named.iter("{DAV:}report"):
            assert kari.report(path, bodies[report[0].tag.rpartition("}")[2]]).status in {200, 207}

    refused = kari.report("/kari/calendar/", "<D:version-tree/>")
    assert (refused.status, refused.rule) == (403, "supported-report")


@pytest.mark.parametrize("path", ["/ola/", "/ola/calendar/", "/ola/calendar/one.ics", "/ola/inbox/", "/unknown/"])
@pytest.mark.parametrize("method", ["PROPFIND", "GET", "PUT", "DELETE", "PROPPATCH", "MKCALENDAR", "POST", "REPORT"])
def test_somebody_elses_home_is_forbidden_and_never_a_question_of_the_password(
    kari: Client, method: str, path: str
) -> None:
    body = "<D:sync-collection xmlns:D='DAV:'/>" if method == "REPORT" else ""

    answer = kari(method, path, body)

    assert (answer.status, answer.rule) == (403, "need-privileges")


def test_what_is_not_there_is_told_apart_and_left_out_on_wish(kari: Client) -> None:
    told = kari.told("/kari/calendar/", "D:displayname CS:invite D:quota-used-bytes")
    assert set(told.propstats) == {200, 404}

    for header in ({"Prefer": "return=minimal"}, {"Prefer": "return-minimal"}, {"Brief": "t"}):
        told = kari.told("/kari/calendar/", "D:displayname CS:invite", **header)
        assert set(told.propstats) == {200}

    nothing = kari.told("/kari/calendar/", "CS:invite", Prefer="return=minimal")
    assert nothing.propstats == {200: {}}


def test_allprop_and_propname_are_answered(kari: Client) -> None:
    everything = kari("PROPFIND", "/kari/calendar/", Depth="0").responses()["/dav/kari/calendar/"]
    assert "D:resourcetype" in everything
    assert "D:displayname" in everything
    assert "D:current-user-privilege-set" not in everything

    names = kari("PROPFIND", "/kari/calendar/", "<propfind xmlns='DAV:'><propname/></propfind>", Depth="0")
    told = names.responses()["/dav/kari/calendar/"]
    assert "CS:getctag" in told
    assert told.value("CS:getctag") == ""


def test_a_missing_depth_is_zero_and_an_infinite_one_is_bounded(kari: Client) -> None:
    body = "<propfind xmlns='DAV:'><prop><resourcetype/></prop></propfind>"

    assert len(kari("PROPFIND", "/kari/", body).responses()) == 1
    assert kari("PROPFIND", "/kari/", body, Depth="infinity").rule == "propfind-finite-depth"
    assert kari("PROPFIND", "/kari/", body, Depth="2").status == 400


def test_a_reverse_proxys_prefix_stands_in_every_href(connect: Connect) -> None:
    kari = connect("kari", mount="/proxied/dav")

    assert kari.told("/", "D:current-user-principal").hrefs("D:current-user-principal") == ["/proxied/dav/kari/"]
    assert "/proxied/dav/kari/calendar/" in kari.propfind("/kari/", "D:resourcetype", "1")


def test_headers_of_proxies_do_not_change_which_path_is_meant(connect: Connect) -> None:
    kari = connect("kari", mount="/kar")

    told = kari.told("/kari/", "D:principal-URL", X_Forwarded_For="10.0.0.1", X_Script_Name="/evil")

    assert told.hrefs("D:principal-URL") == ["/kar/kari/"]


def test_probes_at_the_wrong_place_break_nothing(kari: Client) -> None:
    assert kari("PUT", "/kari/", "", If_Match="nothing").status == 405
    assert kari("HEAD", "/kari/").status == 403
    assert kari("GET", "/kari/").status == 403
    assert kari("PROPFIND", "/.well-known/webdav/Notes/").status == 404
    assert kari("PROPFIND", "/kari/nothing/").status == 404
    assert kari("PROPFIND", "/kari/calendar/nothing.ics").status == 404
    assert kari("LOCK", "/kari/calendar/").status == 405
    assert kari("BREW", "/kari/calendar/").status == 405


def test_well_known_is_301_below_the_mount_too(kari: Client) -> None:
    answer = kari("PROPFIND", "/.well-known/caldav")

    assert (answer.status, answer.headers["Location"]) == (301, "/dav/")
