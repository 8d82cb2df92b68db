# SPDX-License-Identifier: GPL-3.0-or-later
"""COPY, under the same rules as PUT (RFC 4791 5.3.2.1, RFC 6638 3.2.4.1, RFC 4918 9.8)."""

import pytest

from tests.radicale_distrib.client import Client
from tests.radicale_distrib.texts import event, meeting, task

FROM, TO = "/kari/calendar/one.ics", "/kari/ny/two.ics"


@pytest.fixture(autouse=True)
def _another_calendar(kari: Client) -> None:
    kari("MKCALENDAR", "/kari/ny/")


def test_a_private_object_is_copied_byte_for_byte_into_another_calendar(kari: Client) -> None:
    kari.put(FROM, event())

    copied = kari("COPY", FROM, Destination=f"http://localhost:5232/dav{TO}")

    assert copied.status == 201
    assert copied.headers["ETag"] == kari.etag(TO) != kari.etag(FROM)
    assert kari.get(TO) == kari.get(FROM) == event()


def test_each_copy_goes_its_own_way(kari: Client) -> None:
    kari.put(FROM, event())
    kari("COPY", FROM, Destination=f"/dav{TO}")

    kari.put(TO, event(summary="Ny"))
    assert kari("DELETE", FROM).status == 204

    assert "SUMMARY:Ny" in kari.get(TO)


def test_what_lies_there_is_overwritten_only_where_it_may_be(kari: Client) -> None:
    kari.put(FROM, event(summary="Ny"))
    kari.put(TO, event())

    assert kari("COPY", FROM, Destination=f"/dav{TO}", Overwrite="F").status == 412
    assert "SUMMARY:Befaring" in kari.get(TO)
    assert kari("COPY", FROM, Destination=f"/dav{TO}").status == 204
    assert "SUMMARY:Ny" in kari.get(TO)


def test_a_condition_on_the_source_is_asked(kari: Client) -> None:
    kari.put(FROM, event())

    assert kari("COPY", FROM, Destination=f"/dav{TO}", If_Match='"0-0"').status == 412
    assert kari("COPY", FROM, Destination=f"/dav{TO}", If_Match=kari.etag(FROM)).status == 201


def test_the_uid_of_another_object_in_the_calendar_is_refused_with_its_href(kari: Client) -> None:
    kari.put(FROM, event("one"))
    kari.put(TO, event("two"))

    beside = kari("COPY", FROM, Destination="/dav/kari/calendar/beside.ics")
    over = kari("COPY", FROM, Destination=f"/dav{TO}")

    for refused, there in ((beside, FROM), (over, TO)):
        assert (refused.status, refused.rule) == (403, "no-uid-conflict")
        assert refused.root.findtext(".//{DAV:}href") == f"/dav{there}"


def test_an_entry_with_other_people_is_in_a_home_once(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    inbox = [p for p in ola.propfind("/ola/inbox/", "D:getetag", "1") if p.endswith(".ics")]

    copied = kari("COPY", "/kari/calendar/m.ics", Destination=f"/dav{TO}")

    assert (copied.status, copied.rule) == (403, "unique-scheduling-object-resource")
    assert copied.root.findtext(".//{DAV:}href") == "/dav/kari/calendar/m.ics"
    assert kari("GET", "/kari/calendar/m.ics").status == 200
    assert kari("GET", TO).status == 404
    assert [p for p in ola.propfind("/ola/inbox/", "D:getetag", "1") if p.endswith(".ics")] == inbox


@pytest.mark.parametrize(
    ("source", "destination", "status", "rule"),
    [
        (FROM, "/dav/ola/calendar/x.ics", 403, "need-privileges"),
        (FROM, "/dav/kari/tasks/x.ics", 403, "supported-calendar-component"),
        (FROM, "/dav/kari/inbox/x.ics", 403, "need-privileges"),
        (FROM, "/dav/kari/none/x.ics", 409, None),
        (FROM, "/dav/kari/calendar/", 405, None),
        (FROM, f"/dav{FROM}", 403, None),
        (FROM, "http://elsewhere.example/x.ics", 502, None),
        ("/kari/calendar/none.ics", f"/dav{TO}", 404, None),
        ("/kari/calendar/", "/dav/kari/other/", 403, None),
        ("/ola/calendar/x.ics", f"/dav{TO}", 403, "need-privileges"),
    ],
)
def test_copies_are_made_within_ones_own_calendars_alone(
    kari: Client, source: str, destination: str, status: int, rule: str | None
) -> None:
    kari.put(FROM, event())

    answer = kari("COPY", source, Destination=destination)

    assert (answer.status, answer.rule) == (status, rule)


def test_an_inbox_item_is_not_copied(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (item,) = [p for p in ola.propfind("/ola/inbox/", "D:getetag", "1") if p.endswith(".ics")]

    assert ola("COPY", item.removeprefix("/dav"), Destination="/dav/ola/calendar/x.ics").status == 403


def test_a_destination_is_needed(kari: Client) -> None:
    kari.put("/kari/tasks/t.ics", task())

    assert kari("COPY", "/kari/tasks/t.ics").status == 400
    assert kari("COPY", "/kari/tasks/t.ics", Destination="/dav/kari/ny/t.ics", Overwrite="x").status == 400
