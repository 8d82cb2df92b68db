# SPDX-License-Identifier: GPL-3.0-or-later
"""Entity tags, the time of the last change, and `sync`."""

import time

import pytest
from radicale.item import Item
from radicale.storage import BaseStorage

from tests.radicale_distrib.contract.objects import at, item_of, reading, upload, writing
from tests.radicale_distrib.texts import event, task


def etag(storage: BaseStorage, path: str = "/kari/calendar/") -> str:
    with storage.acquire_lock("r", "kari"):
        found = at(storage, path)
        assert found is not None
        return found.etag


def synced(storage: BaseStorage, token: str = "") -> tuple[str, set[str]]:
    with reading(storage) as calendar:
        now, changed = calendar.sync(token)
        return now, set(changed)


def test_an_entity_tag_is_a_quoted_string(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event())

    for path in ("/kari/", "/kari/calendar/", "/kari/calendar/one.ics"):
        tag = etag(storage, path)
        assert tag[0] == tag[-1] == '"'
        assert '"' not in tag[1:-1]


def test_the_tag_of_a_calendar_moves_with_all_that_happens_in_it_and_with_nothing_else(storage: BaseStorage) -> None:
    seen = [etag(storage)]
    upload(storage, "one.ics", event())
    seen.append(etag(storage))
    upload(storage, "one.ics", event(summary="Ny"))
    seen.append(etag(storage))
    with writing(storage) as calendar:
        calendar.set_meta({**calendar.get_meta(), "D:displayname": "Ny"})
    seen.append(etag(storage))
    with writing(storage) as calendar:
        calendar.delete("one.ics")
    seen.append(etag(storage))

    assert len({*seen[:4]}) == 4
    assert seen[4] != seen[3]
    upload(storage, "t.ics", task(), "/kari/tasks/")
    assert etag(storage) == seen[4]


def test_the_tag_of_an_object_moves_with_it_alone(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event("one"))
    before = etag(storage, "/kari/calendar/one.ics")

    upload(storage, "two.ics", event("two"))
    assert etag(storage, "/kari/calendar/one.ics") == before

    upload(storage, "one.ics", event("one", summary="Ny"))
    assert etag(storage, "/kari/calendar/one.ics") != before


def test_the_same_text_again_has_the_same_tag(storage: BaseStorage) -> None:
    first = upload(storage, "one.ics", event())

    assert upload(storage, "one.ics", event()).etag == first.etag


def test_the_time_of_the_last_change_is_an_http_date(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event())

    with storage.acquire_lock("r", "kari"):
        for path in ("/kari/", "/kari/calendar/", "/kari/calendar/one.ics"):
            found = at(storage, path)
            assert found is not None
            assert found.last_modified is not None
            # As radicale.item reads it again.
            time.strptime(found.last_modified, "%a, %d %b %Y %H:%M:%S GMT")


def test_the_first_time_all_names_are_told(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event("one"))
    upload(storage, "two.ics", event("two"))

    token, names = synced(storage)

    assert names == {"one.ics", "two.ics"}
    assert token.startswith(("http:", "https:", "urn:", "data:"))


def test_then_what_changed_is_told_and_what_is_gone(storage: BaseStorage) -> None:
    for uid in ("one", "two", "three"):
        upload(storage, f"{uid}.ics", event(uid))
    token, _ = synced(storage)

    upload(storage, "two.ics", event("two", summary="Ny"))
    upload(storage, "four.ics", event("four"))
    with writing(storage) as calendar:
        calendar.delete("one.ics")

    later, names = synced(storage, token)
    assert names == {"one.ics", "two.ics", "four.ics"}
    assert synced(storage, later) == (later, set())


def test_a_move_is_told_as_both_names(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event())
    token, _ = synced(storage)

    with storage.acquire_lock("w", "kari"):
        item, calendar = at(storage, "/kari/calendar/one.ics"), at(storage, "/kari/calendar/")
        assert isinstance(item, Item)
        assert calendar is not None
        assert not isinstance(calendar, Item)
        storage.move(item, calendar, "two.ics")

    assert synced(storage, token)[1] == {"one.ics", "two.ics"}


def test_an_older_token_still_tells_the_whole_way(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event("one"))
    first, _ = synced(storage)
    upload(storage, "two.ics", event("two"))
    synced(storage)
    upload(storage, "three.ics", event("three"))

    assert synced(storage, first)[1] == {"two.ics", "three.ics"}


def test_a_token_moves_within_the_lock_that_writes(storage: BaseStorage) -> None:
    with writing(storage) as calendar:
        before, _ = calendar.sync()
        tag = calendar.etag
        calendar.upload("one.ics", item_of(event()))
        after, changed = calendar.sync(before)
        assert (set(changed), after != before, calendar.etag != tag) == ({"one.ics"}, True, True)

    assert synced(storage)[0] == after


@pytest.mark.parametrize(
    "token", ["nonsense", "http://radicale.org/ns/sync/", f"http://radicale.org/ns/sync/{'0' * 64}", "data:,1", "1-1"]
)
def test_a_token_that_was_never_given_is_a_value_error(storage: BaseStorage, token: str) -> None:
    with reading(storage) as calendar, pytest.raises(ValueError):  # noqa: PT011
        calendar.sync(token)


def test_a_token_of_another_calendar_is_a_value_error(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event())
    token, _ = synced(storage)

    with reading(storage, "/kari/tasks/") as tasks, pytest.raises(ValueError):  # noqa: PT011
        tasks.sync(token)
