# SPDX-License-Identifier: GPL-3.0-or-later
"""The If header: entity tags and sync tokens, in lists of which one must hold (RFC 4918 10.4, RFC 6578 5)."""

from threading import Thread

import pytest

from tests.radicale_distrib.client import Client, Connect
from tests.radicale_distrib.texts import event, meeting

PATH = "/kari/calendar/one.ics"
CALENDAR = "/dav/kari/calendar/"


@pytest.fixture
def etag(kari: Client) -> str:
    """Give the entity tag of the one object that is stored."""
    kari.put(PATH, event())
    return kari.etag(PATH)


def token_of(client: Client, path: str = "/kari/calendar/") -> str:
    return client.told(path, "D:sync-token").value("D:sync-token")


@pytest.mark.parametrize(
    "header",
    [
        "([{etag}])",
        "([W/{etag}])",
        '(Not ["0-0"])',
        "(NOT <DAV:no-lock> [{etag}])",
        '(["0-0"]) ([{etag}])',
        "</dav/kari/calendar/one.ics> ([{etag}])",
        "<http://localhost:5232/dav/kari/calendar/one.ics> ([{etag}])",
        "</dav/kari/calendar/> (<{token}>)",
        "<http://localhost:5232/dav/kari/calendar/> (<{token}> [{ctag}])",
        '</dav/kari/calendar/two.ics> (["0-0"]) </dav/kari/calendar/one.ics> (["0-0"]) ([{etag}])',
        "</dav/ola/calendar/> (Not <{token}>)",
    ],
)  # fmt: skip
def test_a_header_with_one_list_that_holds_lets_the_request_through(kari: Client, etag: str, header: str) -> None:
    ctag = kari.told("/kari/calendar/", "CS:getctag").value("CS:getctag")

    answer = kari("PUT", PATH, event(summary="Ny"), If=header.format(etag=etag, token=token_of(kari), ctag=ctag))

    assert answer.status == 204


@pytest.mark.parametrize(
    "header",
    [
        '(["0-0"])',
        "(Not [{etag}])",
        "(<DAV:no-lock>)",
        "([{etag}] <opaquelocktoken:1>)",
        "</dav/kari/calendar/other.ics> ([{etag}])",
        "</dav/kari/tasks/> (<{token}>)",
        "</dav/kari/> (<{token}>)",
        "</dav/ola/calendar/> (<{token}>)",
        "<http://elsewhere.example/dav/kari/calendar/> (<{token}>)",
        "(<{token}>)",
    ],
)  # fmt: skip
def test_a_header_without_a_list_that_holds_stops_the_request(kari: Client, etag: str, header: str) -> None:
    filled = header.format(etag=etag, token=token_of(kari))

    for method in ("PUT", "DELETE", "MOVE", "GET", "PROPFIND"):
        body = event(summary="Ny") if method == "PUT" else ""
        assert kari(method, PATH, body, If=filled, Destination="/dav/kari/calendar/x.ics").status == 412

    assert "SUMMARY:Befaring" in kari.get(PATH)


@pytest.mark.parametrize(
    "header", ["[", "()", "(", '(["a"]', "<x>y", "(Not)", "Not (<a>)", "(Not Not <a>)", "nonsense"]
)
def test_a_header_that_cannot_be_read_is_a_bad_request(kari: Client, etag: str, header: str) -> None:
    assert kari("PUT", PATH, event(summary="Ny"), If=header).status == 400
    assert kari.etag(PATH) == etag


def test_an_endless_header_is_not_read_to_its_end(kari: Client) -> None:
    assert kari("PUT", PATH, event(), If="(<a>) " * 10_000).status == 400


def test_a_sync_token_lets_nothing_be_added_after_somebody_elses_change(kari: Client) -> None:
    before = f"<{CALENDAR}> (<{token_of(kari)}>)"
    kari.put("/kari/calendar/other.ics", event("other"))

    assert kari("PUT", PATH, event(), If=before).status == 412
    assert kari("MKCALENDAR", "/kari/ny/", If=before).status == 412

    now = f"<{CALENDAR}> (<{token_of(kari)}>)"
    assert kari("PUT", PATH, event(), If=now).status == 201


def test_of_two_writes_under_the_same_sync_token_one_is_refused(kari: Client, connect: Connect) -> None:
    header = f"<{CALENDAR}> (<{token_of(kari)}>)"
    statuses: list[int] = []

    def write(uid: str) -> None:
        statuses.append(connect("kari")("PUT", f"/kari/calendar/{uid}.ics", event(uid), If=header).status)

    writers = [Thread(target=write, args=(str(n),)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    assert sorted(statuses) == [201, 412, 412, 412]


def test_an_inbox_item_can_be_named_by_its_tag(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    item = next(p for p in ola.propfind("/ola/inbox/", "D:getetag", "1") if p.endswith(".ics")).removeprefix("/dav")

    assert ola("DELETE", item, If='(["0-0"])').status == 412
    assert ola("DELETE", item, If=f"([{ola.etag(item)}])").status == 204
