# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody may not do is refused with what would be needed where (RFC 3744 7.1.1)."""

import pytest

from tests.radicale_distrib.client import Answer, Client, clark
from tests.radicale_distrib.texts import event, meeting


def needed(answer: Answer) -> tuple[str, str]:
    """Give the href and the privilege of a need-privileges."""
    assert (answer.status, answer.rule) == (403, "need-privileges"), answer
    resource = answer.root[0][0]
    assert resource.tag == clark("D:resource")
    privilege = resource.find(clark("D:privilege"))
    assert privilege is not None
    return resource.findtext(clark("D:href")) or "", privilege[0].tag.rpartition("}")[2]


@pytest.mark.parametrize(
    ("method", "path", "href", "privilege"),
    [
        ("GET", "/ola/calendar/x.ics", "/dav/ola/calendar/x.ics", "read"),
        ("HEAD", "/ola/", "/dav/ola/", "read"),
        ("PROPFIND", "/ola/", "/dav/ola/", "read"),
        ("REPORT", "/ola/calendar/", "/dav/ola/calendar/", "read"),
        ("PUT", "/ola/calendar/x.ics", "/dav/ola/calendar/", "bind"),
        ("DELETE", "/ola/calendar/x.ics", "/dav/ola/calendar/", "unbind"),
        ("DELETE", "/ola/calendar/", "/dav/ola/", "unbind"),
        ("MOVE", "/ola/calendar/x.ics", "/dav/ola/calendar/", "unbind"),
        ("COPY", "/ola/calendar/x.ics", "/dav/ola/calendar/x.ics", "read"),
        ("MKCALENDAR", "/ola/ny/", "/dav/ola/", "bind"),
        ("MKCOL", "/ola/ny/", "/dav/ola/", "bind"),
        ("PROPPATCH", "/ola/calendar/", "/dav/ola/calendar/", "write-properties"),
        ("POST", "/ola/outbox/", "/dav/ola/outbox/", "schedule-send"),
        ("PUT", "/kari/inbox/x.ics", "/dav/kari/inbox/", "bind"),
        ("PUT", "/kari/outbox/x.ics", "/dav/kari/outbox/", "bind"),
        ("DELETE", "/kari/", "/dav/", "unbind"),
        ("DELETE", "/", "/dav/", "unbind"),
        ("MOVE", "/kari/", "/dav/", "unbind"),
        ("MKCALENDAR", "/nobody/", "/dav/", "bind"),
        ("GET", "/kari%2Fx/", "/dav/kari%252Fx/", "read"),
    ],
)
def test_the_refusal_names_resource_and_privilege(
    kari: Client, method: str, path: str, href: str, privilege: str
) -> None:
    answer = kari(method, path, event() if method == "PUT" else "", Destination="/dav/kari/calendar/x.ics")

    if method == "HEAD":
        assert (answer.status, answer.body) == (403, b"")
    else:
        assert needed(answer) == (href, privilege)


def test_a_move_into_somebody_elses_calendar_lacks_the_right_to_bind_there(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())

    moved = kari("MOVE", "/kari/calendar/one.ics", Destination="/dav/ola/calendar/one.ics")

    assert needed(moved) == ("/dav/ola/calendar/", "bind")
    assert kari("GET", "/kari/calendar/one.ics").status == 200


def test_the_refusal_tells_not_whether_there_is_anything(kari: Client, ola: Client) -> None:
    ola.put("/ola/calendar/one.ics", event())

    there, nothing = (kari("GET", f"/ola/calendar/{name}.ics") for name in ("one", "two"))

    assert there.body.replace(b"one.ics", b"two.ics") == nothing.body
    assert kari("GET", "/nobody/").status == 403


@pytest.mark.parametrize("method", ["LOCK", "UNLOCK", "ACL", "PATCH", "TRACE", "SEARCH", "BREW"])
def test_methods_that_nothing_here_knows_are_refused_with_those_that_are_known(kari: Client, method: str) -> None:
    for path in ("/", "/kari/", "/kari/calendar/", "/kari/calendar/x.ics"):
        answer = kari(method, path)
        assert answer.status == 405
        assert "PROPFIND" in answer.headers["Allow"]
        assert method not in answer.headers["Allow"].split(", ")


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/kari/"), ("PUT", "/kari/inbox"), ("POST", "/kari/calendar/"), ("MKCOL", "/kari/")]
)
def test_allow_leaves_out_the_method_that_was_refused(kari: Client, method: str, path: str) -> None:
    body = "" if method != "MKCOL" else (
        "<D:mkcol xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop><D:resourcetype>"
        "<D:collection/><C:calendar/></D:resourcetype></D:prop></D:set></D:mkcol>"
    )  # fmt: skip

    answer = kari(method, path, body)

    assert answer.status == 405
    allowed = answer.headers["Allow"].split(", ")
    assert method not in allowed
    assert "PROPFIND" in allowed


def test_options_are_told_everywhere_and_to_everybody(nobody: Client, kari: Client) -> None:
    for client in (nobody, kari):
        for path in ("/", "/kari/", "/kari/calendar/", "/kari/inbox/", "/kari/outbox/", "/kari/none.ics", "/x/y/z"):
            answer = client("OPTIONS", path)
            assert answer.status == 200
            assert {"1", "3", "access-control", "calendar-access", "calendar-auto-schedule"} <= set(
                answer.headers["DAV"].split(", ")
            )
            assert {"PUT", "REPORT", "MKCALENDAR"} <= set(answer.headers["Allow"].split(", "))


def test_an_inbox_item_cannot_be_written_over(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (item,) = [p for p in ola.propfind("/ola/inbox/", "D:getetag", "1") if p.endswith(".ics")]

    assert needed(ola("PUT", item.removeprefix("/dav"), event("x"))) == ("/dav/ola/inbox/", "bind")


@pytest.mark.parametrize(
    "path", ["/", "/kari/", "/kari/calendar/", "/kari/inbox/", "/kari/outbox/", "/kari/calendar/x.ics"]
)
def test_what_one_may_do_is_something_that_can_be_granted(kari: Client, path: str) -> None:
    kari.put("/kari/calendar/x.ics", event())

    told = kari.told(path, "D:supported-privilege-set D:current-user-privilege-set")
    concrete = [
        node[0][0].tag for node in told["D:supported-privilege-set"].iter(clark("D:supported-privilege"))
        if node.find(clark("D:abstract")) is None
    ]  # fmt: skip
    granted = [node[0].tag for node in told["D:current-user-privilege-set"].iter(clark("D:privilege"))]

    assert len(set(concrete)) == len(concrete)
    assert set(granted) <= set(concrete)


def test_the_scheduling_privileges_stand_where_they_are_defined(kari: Client) -> None:
    def named(path: str) -> set[str]:
        tree = kari.told(path, "D:supported-privilege-set")["D:supported-privilege-set"]
        return {node[0].tag.rpartition("}")[2] for node in tree.iter(clark("D:privilege"))}

    deliver = {"schedule-deliver", "schedule-deliver-invite", "schedule-deliver-reply", "schedule-query-freebusy"}
    send = {"schedule-send", "schedule-send-invite", "schedule-send-reply", "schedule-send-freebusy"}
    assert deliver <= named("/kari/inbox/")
    assert send <= named("/kari/outbox/")
    assert not (deliver | send) & named("/kari/calendar/")
