# SPDX-License-Identifier: GPL-3.0-or-later
"""`discover`: what lies where, and in which order it comes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from radicale.item import Item
from radicale.storage import BaseCollection, BaseStorage

from tests.radicale_distrib.contract.objects import upload
from tests.radicale_distrib.texts import event


def found(storage: BaseStorage, path: str, depth: str = "0") -> list[BaseCollection | Item]:
    with storage.acquire_lock("r", "kari"):
        return list(storage.discover(path, depth))


def name_of(one: BaseCollection | Item) -> str:
    return one.path if isinstance(one, BaseCollection) else f"item {one.href}"


@pytest.fixture(autouse=True)
def _an_object(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event())


def test_the_root_is_always_there(storage: BaseStorage) -> None:
    (root,) = found(storage, "/")

    assert isinstance(root, BaseCollection)
    assert (root.path, root.owner, root.tag, root.is_principal) == ("", "", "", False)


def test_a_principal_is_a_collection_without_a_tag(storage: BaseStorage) -> None:
    (principal,) = found(storage, "/kari/")

    assert isinstance(principal, BaseCollection)
    assert (principal.path, principal.owner, principal.tag, principal.is_principal) == ("kari", "kari", "", True)


@pytest.mark.parametrize("path", ["/kari/calendar/", "/kari/calendar"])
def test_a_calendar_has_the_tag_of_calendars(storage: BaseStorage, path: str) -> None:
    (calendar,) = found(storage, path)

    assert isinstance(calendar, BaseCollection)
    assert (calendar.path, calendar.owner, calendar.tag) == ("kari/calendar", "kari", "VCALENDAR")
    assert not calendar.is_principal


def test_an_object_knows_its_collection_and_all_that_radicale_tells_of_it(storage: BaseStorage) -> None:
    (item,) = found(storage, "/kari/calendar/one.ics")

    assert isinstance(item, Item)
    assert item.collection is not None
    assert item.collection.path == "kari/calendar"
    assert (item.href, item.uid, item.name, item.component_name) == ("one.ics", "one", "VCALENDAR", "VEVENT")
    assert item.etag.startswith('"')
    assert item.etag.endswith('"')
    assert "SUMMARY:Befaring" in item.serialize()
    assert item.vobject_item.vevent.summary.value == "Befaring"
    assert item.time_range[0] < item.time_range[1]


@pytest.mark.parametrize(
    "path",
    ["/kari/none/", "/kari/calendar/none.ics", "/kari/calendar/one.ics/deeper", "/kari/none/one.ics", "/kari/a/b/c/d/"],
)
@pytest.mark.parametrize("depth", ["0", "1"])
def test_where_nothing_is_nothing_is_found(storage: BaseStorage, path: str, depth: str) -> None:
    assert found(storage, path, depth) == []


@pytest.mark.parametrize("depth", ["1", "infinity", "2"])
def test_any_depth_but_0_is_1_and_the_collection_itself_comes_first(storage: BaseStorage, depth: str) -> None:
    home = [name_of(one) for one in found(storage, "/kari/", depth)]
    calendar = [name_of(one) for one in found(storage, "/kari/calendar/", depth)]

    assert home[0] == "kari"
    assert set(home[1:]) == {"kari/calendar", "kari/tasks"}
    assert calendar == ["kari/calendar", "item one.ics"]


def test_an_object_has_nothing_in_it(storage: BaseStorage) -> None:
    assert [name_of(one) for one in found(storage, "/kari/calendar/one.ics", "1")] == ["item one.ics"]


def test_the_first_can_be_had_alone(storage: BaseStorage) -> None:
    with storage.acquire_lock("r", "kari"):
        first = next(iter(storage.discover("/kari/calendar/", "1")))
        assert isinstance(first, BaseCollection)


def test_each_child_is_given_within_the_context_that_was_asked_for(storage: BaseStorage) -> None:
    inside: list[tuple[str, str | None]] = []
    seen: list[tuple[str, str | None]] = []

    @contextmanager
    def within(path: str, href: str | None) -> Iterator[None]:
        inside.append((path, href))
        seen.append((path, href))
        yield
        inside.pop()

    with storage.acquire_lock("r", "kari"):
        for path in ("/kari/", "/kari/calendar/"):
            for number, _ in enumerate(storage.discover(path, "1", within)):
                assert len(inside) == (number > 0)

    assert set(seen) == {("kari/calendar", None), ("kari/tasks", None), ("kari/calendar", "one.ics")}
