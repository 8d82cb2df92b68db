# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients demand of the stored object before a write is done."""

import pytest

from tests.radicale_distrib.client import Client, Connect
from tests.radicale_distrib.texts import event, meeting, unfolded

PATH = "/kari/calendar/one.ics"


def copy_of(client: Client, login: str) -> str:
    """Give the path of the one object in somebody's default calendar."""
    found = client.propfind(f"/{login}/calendar/", "D:getetag", "1")
    return next(path for path in found if path.endswith(".ics")).removeprefix("/dav")


def answered(client: Client, path: str, partstat: str) -> str:
    """Give the text with another answer."""
    return unfolded(client.get(path)).replace("PARTSTAT=NEEDS-ACTION", f"PARTSTAT={partstat}")


def test_a_new_object_is_not_stored_over_another(kari: Client) -> None:
    assert kari("PUT", PATH, event(), If_None_Match="*").status == 201

    assert kari("PUT", PATH, event(summary="Ny"), If_None_Match="*").status == 412
    assert "SUMMARY:Befaring" in kari.get(PATH)


@pytest.mark.parametrize("spelled", ["{}", "W/{}", '"other-1", {}', "*"])
def test_a_fitting_if_match_lets_the_change_through(kari: Client, spelled: str) -> None:
    kari.put(PATH, event())
    etag = kari.etag(PATH)

    assert kari("PUT", PATH, event(summary="Ny"), If_Match=spelled.format(etag)).status == 204


def test_an_unquoted_etag_is_understood(kari: Client) -> None:
    kari.put(PATH, event())

    assert kari("PUT", PATH, event(summary="Ny"), If_Match=kari.etag(PATH).strip('"')).status == 204


def test_a_stale_if_match_changes_nothing(kari: Client) -> None:
    kari.put(PATH, event())
    stale = kari.etag(PATH)
    kari.put(PATH, event(summary="Ny"))

    assert kari("PUT", PATH, event(summary="Eldre"), If_Match=stale).status == 412
    assert kari("DELETE", PATH, If_Match=stale).status == 412
    assert "SUMMARY:Ny" in kari.get(PATH)


def test_if_match_on_what_is_not_there_fails(kari: Client) -> None:
    assert kari("PUT", PATH, event(), If_Match="*").status == 412
    assert kari("DELETE", PATH, If_Match='"1-1"').status in {404, 412}
    assert kari("GET", PATH).status == 404


def test_an_if_match_from_before_a_colleagues_answer_holds(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    before = kari("GET", "/kari/calendar/m.ics").headers
    path = copy_of(ola, "ola")
    ola.put(path, answered(ola, path, "ACCEPTED"))
    after = kari("GET", "/kari/calendar/m.ics").headers
    assert before["ETag"] != after["ETag"]
    assert before["Schedule-Tag"] == after["Schedule-Tag"]

    answer = kari("PUT", "/kari/calendar/m.ics", meeting(summary="Nytt navn"), If_Match=before["ETag"])

    assert answer.status == 204
    assert "PARTSTAT=ACCEPTED" in unfolded(ola.get(path))


def test_a_schedule_tag_from_before_an_answer_holds_and_one_from_before_a_change_does_not(
    kari: Client, ola: Client
) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    path = copy_of(ola, "ola")
    tag = ola("GET", path).headers["Schedule-Tag"]
    kari.put("/kari/calendar/m.ics", meeting("meeting", "DESCRIPTION:Ta med hansker"))

    refused = ola("PUT", path, answered(ola, path, "ACCEPTED"), If_Schedule_Tag_Match=tag)
    assert refused.status == 412
    assert ola("DELETE", path, If_Schedule_Tag_Match=tag).status == 412

    fresh = ola("GET", path).headers["Schedule-Tag"]
    assert ola("PUT", path, answered(ola, path, "ACCEPTED"), If_Schedule_Tag_Match=fresh).status == 204


def test_an_empty_schedule_tag_header_counts_as_none(kari: Client) -> None:
    kari.put(PATH, event())

    assert kari("PUT", PATH, event(summary="Ny"), If_Schedule_Tag_Match="").status == 204


def test_ones_own_answer_leaves_the_others_schedule_tags(kari: Client, ola: Client, connect: Connect) -> None:
    nina = connect("nina")
    kari.put("/kari/calendar/m.ics", meeting(attendees=("ola", "nina")))
    path, ninas = copy_of(ola, "ola"), copy_of(nina, "nina")
    tags = [kari("GET", "/kari/calendar/m.ics").headers["Schedule-Tag"], nina("GET", ninas).headers["Schedule-Tag"]]

    ola.put(path, answered(ola, path, "DECLINED"))

    assert kari("GET", "/kari/calendar/m.ics").headers["Schedule-Tag"] == tags[0]
    assert nina("GET", ninas).headers["Schedule-Tag"] == tags[1]


def test_delete_by_a_fitting_etag(kari: Client) -> None:
    kari.put(PATH, event())

    assert kari("DELETE", PATH, If_Match=kari.etag(PATH)).status == 204
    assert kari("GET", PATH).status == 404
    assert kari("DELETE", PATH).status == 404


def test_if_none_match_with_tags_refuses_exactly_these(kari: Client) -> None:
    kari.put(PATH, event())
    etag = kari.etag(PATH)

    for header in (etag, f'"0-0", {etag}', f"W/{etag}", "*"):
        assert kari("PUT", PATH, event(summary="Ny"), If_None_Match=header).status == 412
        assert kari("DELETE", PATH, If_None_Match=header).status == 412
    assert kari("PUT", PATH, event(summary="Ny"), If_None_Match='"0-0"').status == 204
    assert kari("PUT", "/kari/calendar/two.ics", event("two"), If_None_Match=etag).status == 201


@pytest.mark.parametrize("header", ["nothing", "9" * 5000 + "-1", '""', ",", '"', "²-1", "x" * 10_000])
def test_an_if_match_that_names_no_tag_of_ours_does_not_hold(kari: Client, header: str) -> None:
    kari.put(PATH, event())

    assert kari("PUT", PATH, event(summary="Ny"), If_Match=header).status == 412
    assert kari("DELETE", PATH, If_Match=header).status == 412
    assert kari("GET", PATH, If_None_Match=header).status == 200


def test_a_calendar_is_removed_under_its_conditions(kari: Client) -> None:
    kari("MKCALENDAR", "/kari/ny/")
    stale = kari("GET", "/kari/ny/").headers["ETag"]
    kari.put("/kari/ny/one.ics", event())
    current = kari("GET", "/kari/ny/").headers["ETag"]

    assert kari("DELETE", "/kari/ny/", If_Match=stale).status == 412
    assert kari("DELETE", "/kari/ny/", If_None_Match=current).status == 412
    assert kari("DELETE", "/kari/ny/", If_Schedule_Tag_Match=current).status == 412
    assert kari("DELETE", "/kari/ny/", If_Match=f'"x", {current}').status == 204


def test_an_inbox_items_tag_is_compared_as_a_whole(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (item,) = [p for p in ola.propfind("/ola/inbox/", "D:getetag", "1") if p.endswith(".ics")]
    etag = ola.etag(item.removeprefix("/dav"))

    for header in (f'"x{etag[1:]}', f'{etag[:-1]}x"', f"{etag[:-1]}0{etag[1:]}"):
        assert ola("DELETE", item.removeprefix("/dav"), If_Match=header).status == 412
    assert ola("DELETE", item.removeprefix("/dav"), If_Match=etag.strip('"')).status == 204


def test_dates_and_ranges_change_nothing(kari: Client) -> None:
    kari.put(PATH, event())
    plain = kari("GET", PATH)

    for header in ({"If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, {"Range": "bytes=0-9"}, {"If_Range": '"x"'}):
        answer = kari("GET", PATH, **header)
        assert (answer.status, answer.body) == (200, plain.body)
    assert "Last-Modified" not in plain.headers
    late = kari("PUT", PATH, event(summary="Ny"), If_Unmodified_Since="Thu, 01 Jan 1970 00:00:00 GMT")
    assert late.status == 204
