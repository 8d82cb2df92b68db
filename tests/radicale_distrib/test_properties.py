# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties that clients set, and calendars that they make."""

import pytest

from tests.radicale_distrib.client import DECLARED, Answer, Client
from tests.radicale_distrib.texts import event, task

ZONE = "BEGIN:VCALENDAR&#13;\nVERSION:2.0&#13;\nPRODID:x&#13;\nBEGIN:VTIMEZONE&#13;\nTZID:Europe/Oslo&#13;\n"
ZONE += "BEGIN:STANDARD&#13;\nDTSTART:19700101T000000&#13;\n"
ZONE += "TZOFFSETFROM:+0100&#13;\nTZOFFSETTO:+0100&#13;\nEND:STANDARD&#13;\n"
ZONE += "END:VTIMEZONE&#13;\nEND:VCALENDAR&#13;\n"


def proppatch(client: Client, path: str, set_: str = "", remove: str = "") -> Answer:
    parts = (f"<D:set><D:prop>{set_}</D:prop></D:set>" if set_ else "") + (
        f"<D:remove><D:prop>{remove}</D:prop></D:remove>" if remove else ""
    )
    return client("PROPPATCH", path, f"<D:propertyupdate{DECLARED}>{parts}</D:propertyupdate>")


def make(client: Client, path: str, props: str = "", *, method: str = "MKCALENDAR") -> Answer:
    root = "C:mkcalendar" if method == "MKCALENDAR" else "D:mkcol"
    return client(method, path, f"<{root}{DECLARED}><D:set><D:prop>{props}</D:prop></D:set></{root}>")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("D:displayname", "Bygg &amp; &lt;Bo&gt;"),
        ("A:calendar-color", "#FF2968FF"),
        ("A:calendar-order", "7"),
        ("C:calendar-description", "Alt om bygg"),
        ("C:calendar-timezone", ZONE),
        ("C:default-alarm-vevent-datetime", "BEGIN:VALARM&#13;\nACTION:NONE&#13;\nEND:VALARM&#13;\n"),
        ("CS:anything", "æøå"),
    ],
)
def test_what_is_set_is_read_again_until_it_is_removed(kari: Client, name: str, value: str) -> None:
    expected = value.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&#13;", "\r")

    answer = proppatch(kari, "/kari/calendar/", f"<{name}>{value}</{name}>")
    assert set(answer.responses()["/dav/kari/calendar/"].propstats) == {200}
    assert kari.told("/kari/calendar/", name).value(name).strip() == expected.strip()

    if name != "D:displayname":
        assert set(
            proppatch(kari, "/kari/calendar/", remove=f"<{name}/>").responses()["/dav/kari/calendar/"].propstats
        ) == {200}
        assert set(kari.told("/kari/calendar/", name).propstats) == {404}


def test_a_dead_property_keeps_its_elements(kari: Client) -> None:
    value = '<x:a xmlns:x="urn:x" b="1 &amp; 2" x:c="&lt;">t<y xmlns="urn:y">u</y>v</x:a>'

    proppatch(kari, "/kari/calendar/", f'<z:dead xmlns:z="urn:z">{value}</z:dead>')

    found = kari(
        "PROPFIND", "/kari/calendar/", '<D:propfind xmlns:D="DAV:"><D:prop><dead xmlns="urn:z"/></D:prop></D:propfind>'
    )
    dead = found.root.find(".//{urn:z}dead")
    assert dead is not None
    node = dead.find("{urn:x}a")
    assert node is not None
    assert node.attrib == {"b": "1 & 2", "{urn:x}c": "<"}
    assert (node.text, node[0].tag, node[0].text, node[0].tail) == ("t", "{urn:y}y", "u", "v")


def test_properties_without_a_namespace_are_kept_too(kari: Client) -> None:
    proppatch(kari, "/kari/calendar/", "<plain>x</plain>")

    found = kari("PROPFIND", "/kari/calendar/", '<D:propfind xmlns:D="DAV:"><D:prop><plain/></D:prop></D:propfind>')

    assert found.root.findtext(".//plain") == "x"


@pytest.mark.parametrize(
    "name",
    [
        "D:resourcetype",
        "D:getetag",
        "D:current-user-privilege-set",
        "D:sync-token",
        "CS:getctag",
        "C:supported-calendar-component-set",
        "C:calendar-home-set",
        "C:schedule-default-calendar-URL",
        "D:getlastmodified",
    ],
)
def test_what_is_the_servers_own_cannot_be_set_and_then_nothing_is(kari: Client, name: str) -> None:
    answer = proppatch(kari, "/kari/calendar/", f"<A:calendar-color>#123456</A:calendar-color><{name}>x</{name}>")

    told = answer.responses()["/dav/kari/calendar/"]
    assert set(told.propstats) == {403, 424}
    assert "cannot-modify-protected-property" in answer.text
    assert set(kari.told("/kari/calendar/", "A:calendar-color").propstats) == {404}


def test_a_bad_value_is_refused_and_nothing_is_stored(kari: Client) -> None:
    bad = "<C:calendar-timezone>Europe/Oslo</C:calendar-timezone>"
    answer = proppatch(kari, "/kari/calendar/", f"<D:displayname>Ny</D:displayname>{bad}")

    assert set(answer.responses()["/dav/kari/calendar/"].propstats) == {403, 424}
    assert "valid-calendar-data" in answer.text
    assert kari.told("/kari/calendar/", "D:displayname").value("D:displayname") != "Ny"


def test_whether_a_calendar_takes_time_can_be_said(kari: Client) -> None:
    name = "C:schedule-calendar-transp"
    assert kari.told("/kari/calendar/", name).kinds(name) == {"opaque"}

    proppatch(kari, "/kari/calendar/", f"<{name}><C:transparent/></{name}>")

    assert kari.told("/kari/calendar/", name).kinds(name) == {"transparent"}
    assert 403 in proppatch(kari, "/kari/calendar/", f"<{name}>x</{name}>").responses()["/dav/kari/calendar/"].propstats


def test_the_home_keeps_properties_apart_from_the_inbox(kari: Client) -> None:
    assert set(
        proppatch(kari, "/kari/", "<C:default-alarm-vevent-date>x</C:default-alarm-vevent-date>")
        .responses()["/dav/kari/"]
        .propstats
    ) == {200}

    assert kari.told("/kari/", "C:default-alarm-vevent-date").value("C:default-alarm-vevent-date") == "x"
    assert set(kari.told("/kari/inbox/", "C:default-alarm-vevent-date").propstats) == {404}
    assert 403 in proppatch(kari, "/kari/", "<D:displayname>Kong</D:displayname>").responses()["/dav/kari/"].propstats
    assert kari.told("/kari/", "D:displayname").value("D:displayname") == "Kari Nordmann"


@pytest.mark.parametrize("path", ["/", "/kari/outbox/", "/kari/calendar/one.ics"])
def test_what_holds_no_properties_refuses_them(kari: Client, path: str) -> None:
    kari.put("/kari/calendar/one.ics", event())

    answer = proppatch(kari, path, "<A:calendar-color>red</A:calendar-color>")

    assert set(next(iter(answer.responses().values())).propstats) == {403}


def test_a_calendar_is_made_with_what_it_takes(kari: Client) -> None:
    props = "<D:displayname>Prosjekt</D:displayname><A:calendar-color>#00FF00</A:calendar-color>"
    props += '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'

    assert make(kari, "/kari/prosjekt/", props).status == 201

    told = kari.told(
        "/kari/prosjekt/", "D:displayname A:calendar-color C:supported-calendar-component-set D:resourcetype"
    )
    assert told.value("D:displayname") == "Prosjekt"
    assert told.value("A:calendar-color") == "#00FF00"
    assert [c.get("name") for c in told["C:supported-calendar-component-set"]] == ["VTODO"]
    assert kari("PUT", "/kari/prosjekt/t.ics", task()).status == 201
    assert kari("PUT", "/kari/prosjekt/e.ics", event()).rule == "supported-calendar-component"


def test_a_calendar_made_without_a_component_set_takes_appointments_and_tasks(kari: Client) -> None:
    assert kari("MKCALENDAR", "/kari/begge").status == 201

    assert kari("PUT", "/kari/begge/t.ics", task()).status == 201
    assert kari("PUT", "/kari/begge/e.ics", event()).status == 201


def test_extended_mkcol_makes_calendars_alone(kari: Client) -> None:
    calendar = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>Ny</D:displayname>"
    assert make(kari, "/kari/ny/", calendar, method="MKCOL").status == 201
    assert kari.told("/kari/ny/", "D:displayname").value("D:displayname") == "Ny"

    assert make(kari, "/kari/ny/", calendar, method="MKCOL").status == 405
    assert kari("MKCOL", "/kari/folder/").rule == "valid-resourcetype"


@pytest.mark.parametrize(
    ("path", "status", "rule"),
    [
        ("/kari/calendar/", 403, "resource-must-be-null"),
        ("/kari/inbox/", 403, "resource-must-be-null"),
        ("/kari/outbox/", 403, "resource-must-be-null"),
        ("/kari/", 403, "resource-must-be-null"),
        ("/kari/calendar/inside/", 403, "calendar-collection-location-ok"),
        ("/kari/nothing/inside/", 409, None),
        ("/ola/ny/", 403, "need-privileges"),
        (f"/kari/{'x' * 200}/", 403, "calendar-collection-location-ok"),
    ],
)
def test_calendars_are_made_where_calendars_can_be(kari: Client, path: str, status: int, rule: str | None) -> None:
    answer = make(kari, path)

    assert (answer.status, answer.rule) == (status, rule)


def test_a_calendar_of_kinds_that_are_not_kept_is_refused(kari: Client) -> None:
    poll = '<C:supported-calendar-component-set><C:comp name="VPOLL"/></C:supported-calendar-component-set>'

    assert make(kari, "/kari/avstemning/", poll).rule == "supported-calendar-component"
    assert kari("PROPFIND", "/kari/avstemning/").status == 404


def test_a_calendar_is_removed_with_what_is_in_it_but_never_a_default_one(kari: Client) -> None:
    kari("MKCALENDAR", "/kari/ny/")
    kari.put("/kari/ny/one.ics", event())

    assert kari("DELETE", "/kari/ny/").status == 204
    assert kari("GET", "/kari/ny/one.ics").status == 404
    for slug in ("calendar", "tasks"):
        answer = kari("DELETE", f"/kari/{slug}/")
        assert (answer.status, answer.rule) == (403, "default-calendar-needed")
    for path in ("/", "/kari/", "/kari/inbox/", "/kari/outbox/"):
        assert kari("DELETE", path).status == 403
    assert kari("DELETE", "/kari/nothing/").status == 404
