# SPDX-License-Identifier: GPL-3.0-or-later
"""sync-collection, ctag and sync-token: nothing is missed, nothing is told twice."""

import pytest
from sqlalchemy import func, select, update

from gateway.store.schema import change, reading
from gateway.store.unit import Database
from tests.radicale_distrib.client import Answer, Client
from tests.radicale_distrib.texts import event, meeting

HOME = "/dav/kari/calendar/"


def sync(client: Client, token: str = "", *, path: str = "/kari/calendar/", more: str = "") -> Answer:
    answer = client.report(
        path,
        f"<D:sync-collection><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>{more}"
        "<D:prop><D:getetag/><D:getcontenttype/></D:prop></D:sync-collection>",
    )
    assert answer.status == 207, answer
    return answer


def token_of(answer: Answer) -> str:
    return answer.root.findtext("{DAV:}sync-token") or ""


def names(answer: Answer) -> set[str]:
    return {path.removeprefix(HOME) for path, told in answer.responses().items() if "D:getetag" in told}


def test_the_first_time_all_is_told_and_then_only_what_changed(kari: Client) -> None:
    for uid in ("one", "two", "three"):
        kari.put(f"/kari/calendar/{uid}.ics", event(uid))
    first = sync(kari)
    assert names(first) == {"one.ics", "two.ics", "three.ics"}

    kari.put("/kari/calendar/two.ics", event("two", summary="Ny"))
    kari("DELETE", "/kari/calendar/one.ics")
    second = sync(kari, token_of(first))

    assert names(second) == {"two.ics"}
    assert (second.responses()[f"{HOME}one.ics"].status or "").endswith("404 Not Found")
    assert len(second.responses()) == 2
    assert sync(kari, token_of(second)).responses() == {}


def test_the_etag_that_sync_tells_is_that_of_get(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())

    told = sync(kari).responses()[f"{HOME}one.ics"]

    assert told.value("D:getetag") == kari.etag("/kari/calendar/one.ics")
    assert told.value("D:getcontenttype").startswith("text/calendar")


def test_what_is_gone_is_no_news_the_first_time(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())
    kari("DELETE", "/kari/calendar/one.ics")

    assert sync(kari).responses() == {}


def test_a_token_that_is_not_ours_asks_for_a_full_sync(kari: Client) -> None:
    for token in ("http://example.com/ns/sync/1-1", "nonsense", "data:,1", token_of(sync(kari, path="/kari/tasks/"))):
        answer = kari.report(
            "/kari/calendar/", f"<D:sync-collection><D:sync-token>{token}</D:sync-token><D:prop/></D:sync-collection>"
        )
        assert (answer.status, answer.rule) == (403, "valid-sync-token")


def test_token_and_property_are_the_same_and_move_with_the_ctag(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())
    before = kari.told("/kari/calendar/", "D:sync-token CS:getctag")
    assert before.value("D:sync-token") == token_of(sync(kari))

    kari.put("/kari/calendar/one.ics", event(summary="Ny"))

    after = kari.told("/kari/calendar/", "D:sync-token CS:getctag")
    assert before.value("D:sync-token") != after.value("D:sync-token")
    assert before.value("CS:getctag") != after.value("CS:getctag")


def test_a_delivery_shows_in_the_attendees_calendar_and_inbox(kari: Client, ola: Client) -> None:
    before = sync(ola, path="/ola/calendar/"), sync(ola, path="/ola/inbox/")
    ctag = ola.told("/ola/calendar/", "CS:getctag").value("CS:getctag")

    kari.put("/kari/calendar/m.ics", meeting())

    assert len(sync(ola, token_of(before[0]), path="/ola/calendar/").responses()) == 1
    assert len(sync(ola, token_of(before[1]), path="/ola/inbox/").responses()) == 1
    assert ola.told("/ola/calendar/", "CS:getctag").value("CS:getctag") != ctag


def test_a_deleted_inbox_item_leaves_a_tombstone(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    first = sync(ola, path="/ola/inbox/")
    item = next(iter(first.responses()))

    assert ola("DELETE", item.removeprefix("/dav")).status == 204

    told = sync(ola, token_of(first), path="/ola/inbox/").responses()[item]
    assert (told.status or "").endswith("404 Not Found")


def test_a_limit_tells_the_rest_the_next_time(kari: Client) -> None:
    for number in range(5):
        kari.put(f"/kari/calendar/{number}.ics", event(str(number)))
    seen: set[str] = set()
    token = ""

    for _ in range(10):
        answer = sync(kari, token, more="<D:limit><D:nresults>2</D:nresults></D:limit>")
        seen |= names(answer)
        token = token_of(answer)
        own = answer.responses().get(HOME)
        if own is None:
            break
        assert "507" in (own.status or "")
        assert len(names(answer)) <= 2

    assert seen == {f"{number}.ics" for number in range(5)}


def test_a_limit_hides_nothing_behind_what_is_gone(kari: Client) -> None:
    for number in range(6):
        kari.put(f"/kari/calendar/{number}.ics", event(str(number)))
    for number in range(3):
        kari("DELETE", f"/kari/calendar/{number}.ics")
    kari.put("/kari/calendar/3.ics", event("3", summary="Ny"))
    kari("MOVE", "/kari/calendar/4.ics", Destination="/dav/kari/calendar/flyttet.ics")
    seen: set[str] = set()
    token = ""

    for _ in range(20):
        answer = sync(kari, token, more="<D:limit><D:nresults>1</D:nresults></D:limit>")
        seen |= names(answer)
        token = token_of(answer)
        if HOME not in answer.responses():
            break

    assert seen == {"3.ics", "flyttet.ics", "5.ics"}
    assert token == token_of(sync(kari))


def test_a_bad_limit_or_level_is_a_bad_request(kari: Client) -> None:
    for more in ("<D:limit><D:nresults>0</D:nresults></D:limit>", "<D:limit><D:nresults>x</D:nresults></D:limit>"):
        answer = kari.report(
            "/kari/calendar/", f"<D:sync-collection><D:sync-token/>{more}<D:prop/></D:sync-collection>"
        )
        assert answer.status == 400
    body = "<D:sync-collection><D:sync-token/><D:sync-level>2</D:sync-level><D:prop/></D:sync-collection>"
    assert kari.report("/kari/calendar/", body).status == 400


def test_calendar_data_can_be_had_along_with_the_changes(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())

    answer = kari.report(
        "/kari/calendar/",
        "<D:sync-collection><D:sync-token/><D:prop><C:calendar-data/></D:prop></D:sync-collection>",
    )

    assert answer.responses()[f"{HOME}one.ics"].value("C:calendar-data") == event()


def test_many_changes_are_told_as_few_are(kari: Client) -> None:
    expected = {f"{number}.ics" for number in range(205)}
    for number in range(205):
        kari.put(f"/kari/calendar/{number}.ics", event(str(number)))

    assert names(sync(kari)) == expected


@pytest.mark.parametrize("path", ["/kari/", "/", "/kari/outbox/"])
def test_only_collections_with_objects_can_be_synchronized(kari: Client, path: str) -> None:
    answer = kari.report(path, "<D:sync-collection><D:sync-token/><D:prop/></D:sync-collection>")

    assert (answer.status, answer.rule) == (403, "supported-report")


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_a_limit_holds_where_one_act_changed_many_objects(kari: Client, database: Database, limit: int) -> None:
    hrefs = {f"a b&{number}~æ.ics" for number in range(7)}
    for number, href in enumerate(sorted(hrefs)):
        kari.put(f"/kari/calendar/{href}", event(str(number)))
    _at_once(database)
    seen: list[str] = []
    token = ""

    for _ in range(10):
        answer = sync(kari, token, more=f"<D:limit><D:nresults>{limit}</D:nresults></D:limit>")
        told = names(answer)
        assert len(told) <= limit
        seen += told
        token = token_of(answer)
        if HOME not in answer.responses():
            break

    assert sorted(seen) == sorted(hrefs)
    assert token == token_of(sync(kari))
    assert sync(kari, token).responses() == {}


def test_what_changes_between_two_parts_of_an_act_is_told_once_more(kari: Client, database: Database) -> None:
    for number in range(4):
        kari.put(f"/kari/calendar/{number}.ics", event(str(number)))
    _at_once(database)
    limit = "<D:limit><D:nresults>2</D:nresults></D:limit>"
    first = sync(kari, more=limit)
    assert names(first) == {"0.ics", "1.ics"}

    kari.put("/kari/calendar/0.ics", event("0", summary="Ny"))
    kari("DELETE", "/kari/calendar/3.ics")
    rest = sync(kari, token_of(first))

    assert names(rest) == {"0.ics", "2.ics"}
    assert (rest.responses()[f"{HOME}3.ics"].status or "").endswith("404 Not Found")


def _at_once(database: Database) -> None:
    """Let all that lies in the calendar have changed in one revision."""
    with database.write() as uow:
        newest = select(func.max(change.c.revision)).scalar_subquery()
        for table in (change, reading):
            uow.connection.execute(update(table).values(revision=newest))
