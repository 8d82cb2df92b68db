# SPDX-License-Identifier: GPL-3.0-or-later
"""MKCALENDAR and MKCOL: each rule has its answer, and what is refused leaves nothing behind (RFC 4791 5.3.1, 5689)."""

import pytest

from tests.radicale_distrib.client import DECLARED, Answer, Client, clark

ZONE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//EN
BEGIN:VTIMEZONE
TZID:Ours
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0100
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
END:VCALENDAR
"""
WRONG_ZONES = {
    "nonsense": "nonsense",
    "empty": "",
    "an event": ZONE.replace("VTIMEZONE", "VEVENT"),
    "two zones": ZONE.replace("END:VCALENDAR", ZONE.partition("EN\n")[2]),
    "no name": ZONE.replace("TZID:Ours\n", ""),
    "no rules": ZONE.partition("BEGIN:STANDARD")[0] + "END:VTIMEZONE\nEND:VCALENDAR\n",
    "no offset": ZONE.replace("TZOFFSETTO:+0100\n", ""),
    "an offset of days": ZONE.replace("TZOFFSETTO:+0100", "TZOFFSETTO:+9900"),
}
TYPE = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
BOOK = "<D:resourcetype><D:collection/><X:addressbook xmlns:X='urn:ietf:params:xml:ns:carddav'/></D:resourcetype>"


def make(client: Client, props: str, method: str = "MKCALENDAR", path: str = "/kari/ny/") -> Answer:
    root = "C:mkcalendar" if method == "MKCALENDAR" else "D:mkcol"
    kind = TYPE if method == "MKCOL" and "resourcetype" not in props else ""
    return client(method, path, f"<{root}{DECLARED}><D:set><D:prop>{kind}{props}</D:prop></D:set></{root}>")


def propstats(answer: Answer) -> dict[str, tuple[int, str | None]]:
    """Give status and rule by property, of a mkcol-response or of the one response of a multistatus."""
    found: dict[str, tuple[int, str | None]] = {}
    for part in answer.root.iter(clark("D:propstat")):
        error, prop = part.find(clark("D:error")), part.find(clark("D:prop"))
        rule = error[0].tag.rpartition("}")[2] if error is not None else None
        status = int((part.findtext(clark("D:status")) or "").split()[1])
        found |= {node.tag.rpartition("}")[2]: (status, rule) for node in (() if prop is None else prop)}
    return found


@pytest.mark.parametrize("method", ["MKCALENDAR", "MKCOL"])
def test_a_calendar_has_the_types_that_make_it_one(kari: Client, method: str) -> None:
    answer = make(kari, f"<C:calendar-timezone>{ZONE}</C:calendar-timezone>", method)

    assert (answer.status, answer.headers["Cache-Control"]) == (201, "no-cache")
    told = kari.told("/kari/ny/", "D:resourcetype C:calendar-timezone")
    assert told.kinds("D:resourcetype") == {"collection", "calendar"}
    assert told.value("C:calendar-timezone") == ZONE


@pytest.mark.parametrize("what", WRONG_ZONES)
def test_a_zone_that_is_none_is_refused_by_its_rule(kari: Client, what: str) -> None:
    zone = f"<D:displayname>Ny</D:displayname><C:calendar-timezone>{WRONG_ZONES[what]}</C:calendar-timezone>"

    plain, extended = make(kari, zone), make(kari, zone, "MKCOL")

    assert (plain.status, plain.rule) == (403, "valid-calendar-data")
    assert extended.status == 403
    assert propstats(extended)["calendar-timezone"] == (403, "valid-calendar-data")
    assert propstats(extended)["displayname"] == (424, None)
    assert kari("PROPFIND", "/kari/ny/").status == 404

    change = f"<D:propertyupdate{DECLARED}><D:set><D:prop>{zone}</D:prop></D:set></D:propertyupdate>"
    assert propstats(kari("PROPPATCH", "/kari/calendar/", change)) == {
        "calendar-timezone": (403, "valid-calendar-data"),
        "displayname": (424, None),
    }


def test_a_property_that_cannot_be_set_stops_mkcalendar_with_a_multistatus(kari: Client) -> None:
    answer = make(kari, "<D:displayname>Ny</D:displayname><D:getetag>x</D:getetag>")

    assert (answer.status, answer.headers["Cache-Control"]) == (207, "no-cache")
    assert list(answer.responses()) == ["/dav/kari/ny/"]
    assert propstats(answer) == {
        "getetag": (403, "cannot-modify-protected-property"),
        "displayname": (424, None),
    }
    assert kari("PROPFIND", "/kari/ny/").status == 404


def test_a_property_that_cannot_be_set_stops_mkcol_with_its_own_response(kari: Client) -> None:
    answer = make(kari, "<D:displayname>Ny</D:displayname><D:getetag>x</D:getetag>", "MKCOL")

    assert (answer.status, answer.root.tag) == (403, clark("D:mkcol-response"))
    assert propstats(answer) == {
        "getetag": (403, "cannot-modify-protected-property"),
        "displayname": (424, None),
        "resourcetype": (424, None),
    }
    assert kari("PROPFIND", "/kari/ny/").status == 404


@pytest.mark.parametrize("kind", [BOOK, "<D:resourcetype><D:collection/></D:resourcetype>", TYPE.replace("<C:", "<D:")])
def test_another_kind_of_collection_is_refused_by_its_property(kari: Client, kind: str) -> None:
    answer = make(kari, f"<D:displayname>Ny</D:displayname>{kind}", "MKCOL")

    assert (answer.status, answer.root.tag) == (403, clark("D:mkcol-response"))
    assert propstats(answer) == {"resourcetype": (403, "valid-resourcetype"), "displayname": (424, None)}
    assert kari("PROPFIND", "/kari/ny/").status == 404


@pytest.mark.parametrize(
    ("path", "status", "rule"),
    [
        ("/kari/calendar/", {"MKCALENDAR": 403, "MKCOL": 405}, "resource-must-be-null"),
        ("/kari/calendar/in/", {"MKCALENDAR": 403, "MKCOL": 403}, "calendar-collection-location-ok"),
        ("/kari/inbox/in/", {"MKCALENDAR": 403, "MKCOL": 403}, "calendar-collection-location-ok"),
        ("/kari/none/in/", {"MKCALENDAR": 409, "MKCOL": 409}, None),
        ("/ola/ny/", {"MKCALENDAR": 403, "MKCOL": 403}, "need-privileges"),
        ("/kari/.hidden/", {"MKCALENDAR": 403, "MKCOL": 403}, "calendar-collection-location-ok"),
    ],
)
@pytest.mark.parametrize("method", ["MKCALENDAR", "MKCOL"])
def test_both_methods_keep_to_the_same_places(
    kari: Client, method: str, path: str, status: dict[str, int], rule: str | None
) -> None:
    answer = make(kari, "", method, path)

    assert (answer.status, answer.rule) == (status[method], rule)


def test_a_body_that_is_none_of_theirs_is_an_unsupported_media_type(kari: Client) -> None:
    for method in ("MKCALENDAR", "MKCOL"):
        assert kari(method, "/kari/ny/", "<surprise/>").status == 415
    assert kari("MKCOL", "/kari/ny/").rule == "valid-resourcetype"
    assert kari("MKCALENDAR", "/kari/ny/").status == 201


def test_of_the_kinds_asked_for_those_that_are_kept_are_taken(kari: Client) -> None:
    kinds = "".join(f'<C:comp name="{kind}"/>' for kind in ("VEVENT", "VPOLL"))
    wanted = f"<C:supported-calendar-component-set>{kinds}</C:supported-calendar-component-set>"
    assert make(kari, wanted).status == 201

    told = kari.told("/kari/ny/", "C:supported-calendar-component-set")
    assert [comp.get("name") for comp in told["C:supported-calendar-component-set"]] == ["VEVENT"]


def test_the_default_calendar_stays_the_default(kari: Client) -> None:
    def change(what: str, inner: str) -> Answer:
        body = f"<D:propertyupdate{DECLARED}><D:{what}><D:prop>{inner}</D:prop></D:{what}></D:propertyupdate>"
        return kari("PROPPATCH", "/kari/inbox/", body)

    other = "<C:schedule-default-calendar-URL><D:href>/dav/kari/other/</D:href></C:schedule-default-calendar-URL>"
    assert propstats(change("set", other)) == {
        "schedule-default-calendar-URL": (403, "cannot-modify-protected-property")
    }
    assert propstats(change("remove", "<C:schedule-default-calendar-URL/>")) == {
        "schedule-default-calendar-URL": (403, "default-calendar-needed")
    }
    deleted = kari("DELETE", "/kari/calendar/")
    assert (deleted.status, deleted.rule) == (403, "default-calendar-needed")
