# SPDX-License-Identifier: GPL-3.0-or-later
"""Storing objects: what comes back, and what the answer may tell."""

import pytest

from tests.radicale_distrib.client import Client
from tests.radicale_distrib.texts import calendar, event, meeting, task, unfolded

RICH = event(
    "rich",
    'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Storgata 1, Oslo":geo:59.9,10.7',
    "X-ALT-DESC;FMTTYPE=text/html:<p>Hei, du</p>",
    "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:https://mote.example/a,b;c",
    "DESCRIPTION:en linje som er så lang at den må brettes fordi den har mer enn fe",
    " mogsytti oktetter i seg",
    "X-ÆØÅ-NEI;P=1:x".replace("Æ", "AE").replace("Ø", "OE").replace("Å", "AA"),
    "BEGIN:X-UNKNOWN",
    "X-PROP:1,2,3",
    "END:X-UNKNOWN",
)


def test_a_private_object_comes_back_byte_for_byte(kari: Client) -> None:
    stored = kari.put("/kari/calendar/rich.ics", RICH)

    answer = kari("GET", "/kari/calendar/rich.ics")
    assert answer.text == RICH
    assert stored.status == 201
    assert stored.headers["ETag"] == answer.headers["ETag"]
    assert "Schedule-Tag" not in answer.headers
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "component=vevent" in answer.headers["Content-Type"]


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_line_breaks_survive_in_multiget_too(kari: Client, break_: str) -> None:
    text = event().replace("\r\n", break_)
    kari.put("/kari/calendar/one.ics", text)

    answer = kari.report(
        "/kari/calendar/",
        "<C:calendar-multiget><D:prop><C:calendar-data/></D:prop><D:href>/dav/kari/calendar/one.ics</D:href>"
        "</C:calendar-multiget>",
    )

    assert answer.responses()["/dav/kari/calendar/one.ics"].value("C:calendar-data") == text


@pytest.mark.parametrize(
    "name",
    [
        "med mellomrom.ics",
        "æøå.ics",
        "a+b@c.ics",
        "100%.ics",
        "urn:uuid:1.ics",
        "uten-endelse",
        "a&b<c>.ics",
        "e\u0301.ics",
    ],
)
def test_names_of_all_kinds_are_found_again_under_the_href_that_is_told(kari: Client, name: str) -> None:
    kari.put(f"/kari/calendar/{name}", event())

    listed = kari.propfind("/kari/calendar/", "D:getetag", "1")
    assert f"/dav/kari/calendar/{name}" in listed
    raw = kari("PROPFIND", "/kari/calendar/", Depth="1").root
    href = [node.text or "" for node in raw.iter("{DAV:}href") if not (node.text or "").endswith("/")][-1]
    assert kari.send("GET", href, b"", {}).status == 200
    multiget = kari.report(
        "/kari/calendar/",
        f"<C:calendar-multiget><D:prop><D:getetag/></D:prop><D:href>{href}</D:href></C:calendar-multiget>",
    )
    assert "D:getetag" in multiget.responses()[f"/dav/kari/calendar/{name}"]


def test_an_organizers_put_tells_no_etag_because_the_server_adds_statuses(kari: Client) -> None:
    stored = kari.put("/kari/calendar/m.ics", meeting())

    assert "ETag" not in stored.headers
    read = kari("GET", "/kari/calendar/m.ics")
    assert stored.headers["Schedule-Tag"] == read.headers["Schedule-Tag"]
    assert "SCHEDULE-STATUS=" in unfolded(read.text)


def test_an_attendees_copy_has_a_schedule_tag_in_every_place(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    path = next(p for p in ola.propfind("/ola/calendar/", "D:getetag", "1") if p.endswith(".ics"))

    listed = ola.propfind("/ola/calendar/", "C:schedule-tag D:getetag", "1")[path]
    got = ola("GET", path.removeprefix("/dav"))
    multiget = ola.report(
        "/ola/calendar/",
        f"<C:calendar-multiget><D:prop><C:schedule-tag/><C:calendar-data/></D:prop><D:href>{path}</D:href>"
        "</C:calendar-multiget>",
    ).responses()[path]
    assert listed.value("C:schedule-tag") == got.headers["Schedule-Tag"] == multiget.value("C:schedule-tag")
    assert listed.value("D:getetag") == got.headers["ETag"]


def test_the_same_bytes_again_change_nothing(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())
    before = kari.told("/kari/calendar/", "CS:getctag").value("CS:getctag")
    etag = kari.etag("/kari/calendar/one.ics")

    again = kari.put("/kari/calendar/one.ics", event())

    assert (again.status, again.headers["ETag"]) == (204, etag)
    assert kari.told("/kari/calendar/", "CS:getctag").value("CS:getctag") == before


def test_an_upload_beside_the_stored_entry_is_merged_and_the_answer_says_where(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    delivered = next(p for p in ola.propfind("/ola/calendar/", "D:getetag", "1") if p.endswith(".ics"))
    text = unfolded(ola.get(delivered.removeprefix("/dav"))).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED")

    stored = ola.put("/ola/calendar/beside.ics", text, If_None_Match="*")

    assert stored.headers["Location"] == stored.headers["Content-Location"] == delivered
    assert "PARTSTAT=ACCEPTED" in unfolded(ola.get(delivered.removeprefix("/dav")))
    assert ola("GET", "/ola/calendar/beside.ics").status == 404
    assert "PARTSTAT=ACCEPTED;" in unfolded(kari.get("/kari/calendar/m.ics")).partition("ola@")[0].rpartition("\r\n")[2]


def test_a_uid_that_is_there_already_is_refused_with_its_href(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event("one"))

    answer = kari("PUT", "/kari/calendar/two.ics", event("one"))

    assert (answer.status, answer.rule) == (403, "no-uid-conflict")
    assert answer.root.findtext(".//{DAV:}href") == "/dav/kari/calendar/one.ics"
    assert kari("GET", "/kari/calendar/two.ics").status == 404


def test_a_meeting_under_the_uid_of_a_private_entry_is_refused_by_its_own_rule(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event("one"))

    answer = kari("PUT", "/kari/calendar/two.ics", meeting("one"))

    assert (answer.status, answer.rule) == (403, "unique-scheduling-object-resource")
    assert answer.root.findtext(".//{DAV:}href") == "/dav/kari/calendar/one.ics"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/kari/", 405),
        ("/kari/calendar/", 405),
        ("/kari/calendar", 405),
        ("/kari/one.ics", 403),
        ("/kari/inbox/one.ics", 403),
        ("/kari/outbox/one.ics", 403),
        ("/kari/nothing/one.ics", 409),
        ("/kari/calendar/deep/one.ics", 409),
        ("/ola/calendar/one.ics", 403),
        ("/", 405),
        (f"/kari/calendar/{'x' * 1500}.ics", 414),
    ],
)
def test_objects_are_stored_in_ones_own_calendars_alone(kari: Client, path: str, status: int) -> None:
    answer = kari("PUT", path, event())

    assert answer.status == status
    if status == 405:
        assert "PROPFIND" in answer.headers["Allow"]
    assert not [p for p in kari.propfind("/kari/calendar/", "D:getetag", "1") if not p.endswith("/")]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("text/calendar; charset=utf-8; component=VEVENT", 201),
        ("text/calendar; charset=no-such-charset", 201),
        ("application/octet-stream", 201),
        ("", 201),
        ("text/vcard", 403),
        ("application/xml", 403),
    ],
)
def test_the_content_type_is_taken_loosely(kari: Client, content_type: str, status: int) -> None:
    answer = kari("PUT", "/kari/calendar/one.ics", event(), CONTENT_TYPE=content_type)

    assert answer.status == status
    if status == 403:
        assert answer.rule == "supported-calendar-data"


def test_tasks_and_appointments_keep_to_their_lists(kari: Client) -> None:
    wrong = kari("PUT", "/kari/calendar/t.ics", task())
    assert (wrong.status, wrong.rule) == (403, "supported-calendar-component")
    assert kari("PUT", "/kari/tasks/e.ics", event()).rule == "supported-calendar-component"

    kari.put("/kari/tasks/t.ics", task())
    assert "component=vtodo" in kari("GET", "/kari/tasks/t.ics").headers["Content-Type"]


def test_head_tells_what_get_does_without_the_body(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())

    head, get = kari("HEAD", "/kari/calendar/one.ics"), kari("GET", "/kari/calendar/one.ics")

    assert head.body == b""
    assert head.headers == get.headers


def test_a_known_etag_is_answered_with_304(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())
    etag = kari.etag("/kari/calendar/one.ics")

    answer = kari("GET", "/kari/calendar/one.ics", If_None_Match=f'"x", {etag}')

    assert (answer.status, answer.body) == (304, b"")


def test_a_calendar_can_be_fetched_as_one_file(kari: Client) -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:Europe/Oslo\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\n"
    zone += "TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT"
    for uid in ("one", "two"):
        kari.put(f"/kari/calendar/{uid}.ics", event(uid).replace("BEGIN:VEVENT", zone))

    text = kari.get("/kari/calendar/")

    assert text.count("BEGIN:VEVENT") == 2
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert text.count("BEGIN:VCALENDAR") == text.count("END:VCALENDAR") == 1


def test_an_entry_of_an_unknown_kind_is_refused(kari: Client) -> None:
    answer = kari("PUT", "/kari/calendar/j.ics", calendar("VPOLL", "UID:j", "DTSTAMP:20261123T100000Z"))

    assert answer.status == 403
    assert answer.rule in {"supported-calendar-component", "valid-calendar-object-resource"}


def test_a_body_that_is_said_to_be_coded_as_nothing_is_stored(kari: Client) -> None:
    assert kari("PUT", "/kari/calendar/one.ics", event(), Content_Encoding="Identity").status == 201
