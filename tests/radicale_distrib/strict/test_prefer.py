# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client prefers: short answers, or the object along with them (RFC 7240, RFC 8144)."""

import pytest

from radicale_distrib import prefer
from radicale_distrib.prefer import Preferences
from tests.radicale_distrib.client import DECLARED, Answer, Client
from tests.radicale_distrib.texts import event, meeting, unfolded

PATH = "/kari/calendar/one.ics"
ASKED = f"<D:propfind{DECLARED}><D:prop><D:getetag/><D:nothing/></D:prop></D:propfind>"
MULTIGET = (
    "<C:calendar-multiget><D:prop><D:getetag/><D:nothing/></D:prop><D:href>/dav/kari/calendar/one.ics</D:href>"
    "</C:calendar-multiget>"
)
QUERY = (
    "<C:calendar-query><D:prop><D:getetag/><D:nothing/></D:prop><C:filter><C:comp-filter name='VCALENDAR'/></C:filter>"
    "</C:calendar-query>"
)
SYNC = (
    "<D:sync-collection><D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/><D:nothing/></D:prop>"
    "</D:sync-collection>"
)
MINIMAL = [{"Prefer": "return=minimal"}, {"Prefer": "return-minimal"}, {"Prefer": 'Return = "Minimal"'}, {"Brief": "t"}]


def change(client: Client, inner: str, **headers: str) -> Answer:
    body = f"<D:propertyupdate{DECLARED}><D:set><D:prop>{inner}</D:prop></D:set></D:propertyupdate>"
    return client("PROPPATCH", "/kari/calendar/", body, **headers)


@pytest.mark.parametrize("wish", MINIMAL)
@pytest.mark.parametrize("asked", ["PROPFIND", MULTIGET, QUERY, SYNC])
def test_a_short_answer_leaves_out_what_is_not_there(kari: Client, asked: str, wish: dict[str, str]) -> None:
    kari.put(PATH, event())

    def ask(**headers: str) -> Answer:
        if asked == "PROPFIND":
            return kari("PROPFIND", "/kari/calendar/", ASKED, Depth="1", **headers)
        return kari.report("/kari/calendar/", asked, **headers)

    assert 404 in ask().responses()["/dav/kari/calendar/one.ics"].propstats

    short = ask(**wish)
    assert set(short.responses()["/dav/kari/calendar/one.ics"].propstats) == {200}
    assert short.headers.get("Preference-Applied") == ("return=minimal" if "Prefer" in wish else None)
    assert short.headers["Vary"] == ask().headers["Vary"] == "Brief, Prefer"


def test_a_resource_of_which_nothing_is_there_still_has_a_status(kari: Client) -> None:
    body = f"<D:propfind{DECLARED}><D:prop><D:nothing/></D:prop></D:propfind>"

    answer = kari("PROPFIND", "/kari/", body, Depth="0", Prefer="return=minimal")

    assert answer.responses()["/dav/kari/"].propstats == {200: {}}


@pytest.mark.parametrize("wish", MINIMAL)
def test_a_property_that_was_set_needs_no_words(kari: Client, wish: dict[str, str]) -> None:
    answer = change(kari, "<D:displayname>Ny</D:displayname>", **wish)

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers.get("Preference-Applied") == ("return=minimal" if "Prefer" in wish else None)
    assert kari.told("/kari/calendar/", "D:displayname").value("D:displayname") == "Ny"


def test_a_property_that_was_not_set_is_told_in_full(kari: Client) -> None:
    answer = change(kari, "<D:displayname>Ny</D:displayname><D:getetag>x</D:getetag>", Prefer="return=minimal")

    assert set(answer.responses()["/dav/kari/calendar/"].propstats) == {403, 424}
    assert "Preference-Applied" not in answer.headers


@pytest.mark.parametrize("wish", [{}, {"Prefer": "return=minimal"}])
def test_a_new_calendar_is_answered_without_a_body(kari: Client, wish: dict[str, str]) -> None:
    answer = kari("MKCALENDAR", "/kari/ny/", **wish)

    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (201, b"", "0")
    assert ("Preference-Applied" in answer.headers) is bool(wish)
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("wish", ["return=representation", "return-representation", "x, return=representation;y=1, z"])
def test_a_stored_object_comes_back_with_its_tags(kari: Client, wish: str) -> None:
    created = kari("PUT", PATH, event(), Prefer=wish)
    changed = kari("PUT", PATH, event(summary="Ny"), Prefer=wish)

    assert (created.status, created.text) == (201, event())
    assert (changed.status, changed.text) == (200, event(summary="Ny"))
    for answer in (created, changed):
        assert answer.headers["Content-Location"] == "/dav/kari/calendar/one.ics"
        assert answer.headers["Content-Type"].startswith("text/calendar")
        assert answer.headers["Preference-Applied"] == "return=representation"
        assert answer.headers["Vary"] == "Brief, Prefer"
    assert changed.headers["ETag"] == kari.etag(PATH) != created.headers["ETag"]


def test_what_the_server_wrote_into_an_object_needs_no_second_question(kari: Client) -> None:
    answer = kari("PUT", "/kari/calendar/m.ics", meeting(), Prefer="return=representation")

    read = kari("GET", "/kari/calendar/m.ics")
    assert "SCHEDULE-STATUS=" in unfolded(answer.text)
    assert answer.text == read.text
    assert {name: answer.headers[name] for name in ("ETag", "Schedule-Tag")} == {
        name: read.headers[name] for name in ("ETag", "Schedule-Tag")
    }


def test_an_object_that_was_merged_into_another_comes_back_from_where_it_lies(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    delivered = next(p for p in ola.propfind("/ola/calendar/", "D:getetag", "1") if p.endswith(".ics"))
    text = unfolded(ola.get(delivered.removeprefix("/dav"))).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED")

    stored = ola("PUT", "/ola/calendar/beside.ics", text, Prefer="return=representation")

    assert (stored.status, stored.headers["Location"], stored.headers["Content-Location"]) == (
        200,
        delivered,
        delivered,
    )
    assert "PARTSTAT=ACCEPTED" in unfolded(stored.text)


def test_a_moved_object_comes_back_from_its_new_place(kari: Client) -> None:
    kari.put(PATH, event())

    moved = kari("MOVE", PATH, Destination="/dav/kari/calendar/two.ics", Prefer="return=representation")

    assert (moved.status, moved.text) == (201, event())
    assert moved.headers["Content-Location"] == "/dav/kari/calendar/two.ics"


@pytest.mark.parametrize("condition", [{"If_Match": '"0-0"'}, {"If_None_Match": "*"}, {"If_Schedule_Tag_Match": '"x"'}])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_condition_that_failed_comes_with_the_object_as_it_is(
    kari: Client, method: str, condition: dict[str, str]
) -> None:
    kari.put(PATH, event())

    refused = kari(method, PATH, event(summary="Ny"), Prefer="return=representation", **condition)

    assert (refused.status, refused.text) == (412, event())
    assert refused.headers["ETag"] == kari.etag(PATH)
    assert refused.headers["Content-Location"] == "/dav/kari/calendar/one.ics"
    assert refused.headers["Preference-Applied"] == "return=representation"


def test_a_condition_on_what_is_not_there_fails_without_one(kari: Client) -> None:
    refused = kari("PUT", PATH, event(), If_Match="*", Prefer="return=representation")

    assert refused.status == 412
    assert "Content-Location" not in refused.headers
    assert kari("GET", PATH).status == 404


def test_a_refused_object_does_not_come_back(kari: Client) -> None:
    refused = kari("PUT", PATH, "nonsense", Prefer="return=representation")

    assert (refused.status, refused.rule) == (403, "valid-calendar-data")
    assert "Preference-Applied" not in refused.headers


def test_the_resource_itself_may_be_left_out(kari: Client) -> None:
    kari.put(PATH, event())

    inside = kari("PROPFIND", "/kari/calendar/", ASKED, Depth="1", Prefer="depth-noroot, return=minimal")
    alone = kari("PROPFIND", "/kari/calendar/", ASKED, Depth="0", Prefer="depth-noroot")

    assert set(inside.responses()) == {"/dav/kari/calendar/one.ics"}
    assert inside.headers["Preference-Applied"] == "return=minimal, depth-noroot"
    assert set(alone.responses()) == {"/dav/kari/calendar/"}
    assert "Preference-Applied" not in alone.headers


@pytest.mark.parametrize(
    ("header", "brief", "wishes"),
    [
        ("", "", Preferences()),
        ("", "f", Preferences()),
        ("", "T", Preferences(minimal=True)),
        ("return=minimal, return=representation", "", Preferences(minimal=True)),
        ("return=representation, return=minimal", "t", Preferences(representation=True)),
        ("respond-async; return=minimal", "", Preferences()),
        ("return=minimal-ish", "", Preferences()),
        ("foo=minimal, handling=strict", "", Preferences()),
        ("RETURN=MINIMAL", "", Preferences(minimal=True)),
        (" , ,;=,", "", Preferences()),
        ("return=minimal" + " " * 100_000, "", Preferences()),
    ],
)
def test_the_first_wish_of_a_name_counts_and_unknown_ones_do_not(header: str, brief: str, wishes: Preferences) -> None:
    assert prefer.read(header, brief) == wishes


def test_what_may_be_compressed_says_so_to_caches(kari: Client) -> None:
    kari.put(PATH, event())

    for headers in ({}, {"Accept_Encoding": "gzip"}):
        answer = kari("GET", PATH, **headers)
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers.get("Content-Encoding") == ("gzip" if headers else None)


def test_a_report_without_a_multistatus_is_not_said_to_be_shortened(kari: Client) -> None:
    within = "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>"

    answer = kari.report("/kari/calendar/", f"<C:free-busy-query>{within}</C:free-busy-query>", Prefer="return=minimal")

    assert answer.status == 200
    assert "Preference-Applied" not in answer.headers
