# SPDX-License-Identifier: GPL-3.0-or-later
"""Inbox, outbox, and what clients do with invitations."""

import pytest
from sqlalchemy import select

from gateway.store.schema import outbox
from gateway.store.unit import Database
from tests.radicale_distrib.client import DECLARED, Client, Connect
from tests.radicale_distrib.texts import event, meeting, unfolded

QUESTION = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//EN
METHOD:REQUEST
BEGIN:VFREEBUSY
UID:fb
DTSTAMP:20261123T100000Z
DTSTART:20261201T000000Z
DTEND:20261202T000000Z
ORGANIZER:mailto:kari@byggbo.example
ATTENDEE:mailto:ola@byggbo.example
ATTENDEE:mailto:ukjent@kunde.example
END:VFREEBUSY
END:VCALENDAR
""".replace("\n", "\r\n")


def members(client: Client, path: str) -> list[str]:
    """Give the paths of what lies in a collection."""
    return [p.removeprefix("/dav") for p in client.propfind(path, "D:getetag", "1") if not p.endswith("/")]


def answer(client: Client, path: str, partstat: str) -> None:
    """Answer an invitation as Apple does: by Schedule-Tag."""
    text = unfolded(client.get(path)).replace("PARTSTAT=NEEDS-ACTION", f"PARTSTAT={partstat}")
    client.put(path, text, If_Schedule_Tag_Match=client("GET", path).headers["Schedule-Tag"])


def test_an_invitation_lies_in_calendar_and_inbox_and_the_answer_goes_back(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (copy,) = members(ola, "/ola/calendar/")
    (item,) = members(ola, "/ola/inbox/")
    assert "METHOD" not in ola.get(copy)
    assert "METHOD:REQUEST" in ola.get(item)

    answer(ola, copy, "ACCEPTED")
    assert ola("DELETE", item).status == 204

    assert members(ola, "/ola/inbox/") == []
    assert members(ola, "/ola/calendar/") == [copy]
    (reply,) = members(kari, "/kari/inbox/")
    assert "METHOD:REPLY" in kari.get(reply)
    lines = unfolded(kari.get("/kari/calendar/m.ics")).splitlines()
    assert any("PARTSTAT=ACCEPTED" in line for line in lines if "ola@" in line)


def test_inbox_items_are_told_with_type_and_data(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (item,) = members(ola, "/ola/inbox/")

    told = ola.propfind("/ola/inbox/", "D:getcontenttype D:getetag D:resourcetype", "1")[f"/dav{item}"]
    assert told.value("D:getcontenttype").startswith("text/calendar")
    got = ola.report(
        "/ola/inbox/",
        f"<C:calendar-multiget><D:prop><D:getetag/><C:calendar-data/></D:prop><D:href>/dav{item}</D:href></C:calendar-multiget>",
    ).responses()[f"/dav{item}"]
    assert got.value("D:getetag") == ola.etag(item) == told.value("D:getetag")
    assert "METHOD:REQUEST" in got.value("C:calendar-data")


def test_an_inbox_item_is_deleted_under_its_conditions(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (item,) = members(ola, "/ola/inbox/")

    assert ola("DELETE", item, If_Match='"stale-1"').status == 412
    assert ola("DELETE", item, If_Match=ola.etag(item)).status == 204
    assert ola("DELETE", item).status == 404
    assert ola("GET", item).status == 404


def test_the_organizer_deletes_and_the_copies_are_cancelled(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (copy,) = members(ola, "/ola/calendar/")

    assert kari("DELETE", "/kari/calendar/m.ics").status == 204

    assert "STATUS:CANCELLED" in ola.get(copy)
    assert any("METHOD:CANCEL" in ola.get(item) for item in members(ola, "/ola/inbox/"))


@pytest.mark.parametrize(("header", "declined"), [("T", True), ("F", False)])
def test_a_deleted_invitation_is_declined_unless_the_client_forbids_the_reply(
    kari: Client, ola: Client, header: str, declined: bool
) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (copy,) = members(ola, "/ola/calendar/")

    assert ola("DELETE", copy, Schedule_Reply=header).status == 204

    assert members(ola, "/ola/calendar/") == []
    mine = next(line for line in unfolded(kari.get("/kari/calendar/m.ics")).splitlines() if "ola@" in line)
    assert ("PARTSTAT=DECLINED" in mine) is declined


def test_an_outside_attendee_gets_one_mail(kari: Client, database: Database) -> None:
    kari.put("/kari/calendar/m.ics", meeting(attendees=("ola", "berit@kunde.example")))

    with database.read() as uow:
        assert uow.connection.scalars(select(outbox.c.address)).all() == ["mailto:berit@kunde.example"]


def test_free_busy_is_told_of_colleagues_and_of_nobody_else(kari: Client, ola: Client) -> None:
    ola.put("/ola/calendar/one.ics", event(summary="Hemmelig"))

    asked = kari("POST", "/kari/outbox/", QUESTION)

    assert asked.status == 200
    assert asked.root.tag == "{urn:ietf:params:xml:ns:caldav}schedule-response"
    told = {
        node.findtext(".//{DAV:}href"): node.findtext("{urn:ietf:params:xml:ns:caldav}request-status") or ""
        for node in asked.root
    }
    assert told["mailto:ola@byggbo.example"].startswith("2.0")
    assert told["mailto:ukjent@kunde.example"].startswith("3.7")
    assert "20261201T090000Z/" in asked.text
    assert "Hemmelig" not in asked.text


def test_a_calendar_that_takes_no_time_is_left_out_of_free_busy(kari: Client, ola: Client) -> None:
    ola("MKCALENDAR", "/ola/ferie/")
    ola.put("/ola/ferie/one.ics", event())
    assert "20261201T090000Z/" in kari("POST", "/kari/outbox/", QUESTION).text

    prop = "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
    ola(
        "PROPPATCH",
        "/ola/ferie/",
        f"<D:propertyupdate{DECLARED}><D:set><D:prop>{prop}</D:prop></D:set></D:propertyupdate>",
    )

    assert "20261201T090000Z/" not in kari("POST", "/kari/outbox/", QUESTION).text


def test_thunderbird_asks_for_one_recipient_at_a_time(kari: Client) -> None:
    asked = kari(
        "POST", "/kari/outbox/", QUESTION,
        Originator="mailto:kari@byggbo.example", Recipient="mailto:ola@byggbo.example",
    )  # fmt: skip

    assert asked.status == 200
    assert asked.text.count("request-status>") == 2


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (QUESTION.replace("METHOD:REQUEST\r\n", ""), "valid-scheduling-message"),
        (meeting().replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST"), "valid-scheduling-message"),
        ("nonsense", "valid-calendar-data"),
        ("", "valid-calendar-data"),
        (QUESTION.replace("kari@", "ola@", 1), "valid-organizer"),
        (QUESTION.replace("DTEND:20261202", "DTEND:20991202"), "number-of-matches-within-limits"),
    ],
)
def test_what_is_no_free_busy_question_of_ones_own_is_refused(kari: Client, text: str, rule: str) -> None:
    asked = kari("POST", "/kari/outbox/", text)

    assert (asked.status, asked.rule) == (400 if rule == "valid-scheduling-message" else 403, rule)


def test_questions_go_to_the_outbox_alone(kari: Client) -> None:
    for path in ("/kari/calendar/", "/kari/", "/kari/inbox/", "/"):
        assert kari("POST", path, QUESTION).status == 405
    assert kari("POST", "/ola/outbox/", QUESTION).status == 403
    assert kari("POST", "/kari/outbox/", QUESTION, CONTENT_TYPE="application/json").rule == "supported-calendar-data"


def test_a_move_keeps_the_object_and_tells_nobody(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    kari("MKCALENDAR", "/kari/ny og fin/")
    before = members(ola, "/ola/inbox/"), ola.etag(members(ola, "/ola/calendar/")[0])

    moved = kari(
        "MOVE", "/kari/calendar/m.ics", Destination="http://localhost:5232/dav/kari/ny%20og%20fin/m%C3%B8te.ics"
    )

    assert moved.status == 201
    assert kari("GET", "/kari/calendar/m.ics").status == 404
    assert "UID:meeting" in kari.get("/kari/ny og fin/møte.ics")
    assert (members(ola, "/ola/inbox/"), ola.etag(members(ola, "/ola/calendar/")[0])) == before


ONE = "/kari/calendar/one.ics"


def test_a_move_overwrites_only_where_it_may(kari: Client) -> None:
    for uid in ("one", "two"):
        kari.put(f"/kari/calendar/{uid}.ics", event(uid))
    there = "/dav/kari/calendar/two.ics"

    assert kari("MOVE", "/kari/calendar/one.ics", Destination=there, Overwrite="F").status == 412
    assert "UID:two" in kari.get("/kari/calendar/two.ics")
    refused = kari("MOVE", "/kari/calendar/one.ics", Destination=there, Overwrite="T")
    assert (refused.status, refused.rule) == (403, "no-uid-conflict")
    assert "UID:two" in kari.get("/kari/calendar/two.ics")

    assert kari("MKCALENDAR", "/kari/annet/").status == 201
    kari.put("/kari/annet/one.ics", event("one", summary="Nyere"))
    assert kari("MOVE", "/kari/annet/one.ics", Destination="/dav/kari/calendar/one.ics").status == 204
    assert "SUMMARY:Nyere" in kari.get("/kari/calendar/one.ics")


def test_a_meeting_that_something_else_is_moved_upon_is_not_called_off(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    kari.put("/kari/calendar/one.ics", event("one"))

    assert kari("MOVE", "/kari/calendar/one.ics", Destination="/dav/kari/calendar/m.ics").status == 403

    assert "CANCELLED" not in ola.get(members(ola, "/ola/calendar/")[0])


def test_what_was_deleted_cannot_be_moved(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (mine,) = members(ola, "/ola/calendar/")
    assert ola("DELETE", mine).status == 204

    assert ola("MOVE", mine, Destination="/dav/ola/calendar/x.ics").status == 404


def test_a_read_demands_what_a_write_may(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event("one"))
    etags = {path: kari.told(path, "D:getetag").value("D:getetag") for path in ("/kari/calendar/", ONE)}

    for path, etag in etags.items():
        assert kari("GET", path, If_Match='"no"').status == 412
        found = kari("GET", path, If_Match=etag)
        assert (found.status, found.headers["ETag"]) == (200, etag)


@pytest.mark.parametrize(
    ("destination", "status"),
    [
        ("http://elsewhere.example/dav/kari/calendar/x.ics", 502),
        ("/not-dav/kari/calendar/x.ics", 502),
        ("/dav/ola/calendar/x.ics", 403),
        ("/dav/kari/tasks/x.ics", 403),
        ("/dav/kari/inbox/x.ics", 403),
        ("/dav/kari/nothing/x.ics", 409),
        ("/dav/kari/calendar/", 405),
        ("/dav/kari/calendar/one.ics", 403),
    ],
)
def test_a_move_goes_to_ones_own_calendars_alone(kari: Client, destination: str, status: int) -> None:
    kari.put("/kari/calendar/one.ics", event())

    assert kari("MOVE", "/kari/calendar/one.ics", Destination=destination).status == status
    assert kari("GET", "/kari/calendar/one.ics").status == 200


def test_what_cannot_be_moved_stays(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (item,) = members(ola, "/ola/inbox/")

    assert ola("MOVE", item, Destination="/dav/ola/calendar/x.ics").status == 403
    assert kari("MOVE", "/kari/calendar/", Destination="/dav/kari/other/").status == 403
    assert kari("MOVE", "/kari/calendar/none.ics", Destination="/dav/kari/calendar/x.ics").status == 404


def test_a_proxys_prefix_is_part_of_the_destination(connect: Connect) -> None:
    kari = connect("kari", mount="/proxied/dav")
    kari.put("/kari/calendar/one.ics", event())

    assert kari("MOVE", "/kari/calendar/one.ics", Destination="/dav/kari/calendar/two.ics").status == 502
    assert kari("MOVE", "/kari/calendar/one.ics", Destination="/proxied/dav/kari/calendar/two.ics").status == 201
