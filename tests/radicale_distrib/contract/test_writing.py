# SPDX-License-Identifier: GPL-3.0-or-later
"""`upload`, `delete` and `move`: what they give, and what is there afterwards."""

import pytest
from radicale.item import Item
from radicale.storage import BaseStorage

from tests.radicale_distrib.contract.objects import at, hrefs, item_of, reading, upload, writing
from tests.radicale_distrib.texts import event


def summary(storage: BaseStorage, path: str) -> str | None:
    """Give the summary of the object at *path*, None where there is none."""
    with storage.acquire_lock("r", "kari"):
        found = at(storage, path)
        return str(found.vobject_item.vevent.summary.value) if isinstance(found, Item) else None


def test_a_new_object_is_given_back_as_it_lies_there(storage: BaseStorage) -> None:
    with writing(storage) as calendar:
        stored, before = calendar.upload("one.ics", item_of(event()))

    assert before is None
    assert (stored.href, stored.uid, stored.component_name) == ("one.ics", "one", "VEVENT")
    with storage.acquire_lock("r", "kari"):
        found = at(storage, "/kari/calendar/one.ics")
        assert isinstance(found, Item)
        assert found.etag == stored.etag
        assert found.serialize() == stored.serialize()


def test_what_was_replaced_is_given_back_too(storage: BaseStorage) -> None:
    first = upload(storage, "one.ics", event())

    with writing(storage) as calendar:
        stored, before = calendar.upload("one.ics", item_of(event(summary="Ny")))

    assert before is not None
    assert (before.etag, before.vobject_item.vevent.summary.value) == (first.etag, "Befaring")
    assert stored.etag != first.etag
    assert summary(storage, "/kari/calendar/one.ics") == "Ny"


def test_what_was_written_is_read_within_the_same_lock(storage: BaseStorage) -> None:
    with writing(storage) as calendar:
        calendar.upload("one.ics", item_of(event()))
        assert calendar.has_uid("one")
        assert hrefs(calendar) == {"one.ics"}
        calendar.delete("one.ics")
        assert hrefs(calendar) == set()


@pytest.mark.parametrize("href", ["one.ics", "med mellomrom.ics", "æøå.ics", "a+b@c.ics", "100%.ics", "uten-endelse"])
def test_names_of_all_kinds_are_kept(storage: BaseStorage, href: str) -> None:
    upload(storage, href, event())

    with reading(storage) as calendar:
        assert hrefs(calendar) == {href}


@pytest.mark.parametrize("href", ["", ".", "..", "a/b.ics", "/"])
def test_a_name_that_leads_elsewhere_is_refused(storage: BaseStorage, href: str) -> None:
    with writing(storage) as calendar, pytest.raises(ValueError):  # noqa: PT011 - Radicale reads no more of it
        calendar.upload(href, item_of(event()))

    with reading(storage) as calendar:
        assert hrefs(calendar) == set()


def test_a_deleted_object_is_gone(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event("one"))
    upload(storage, "two.ics", event("two"))

    with writing(storage) as calendar:
        calendar.delete("one.ics")

    with reading(storage) as calendar:
        assert hrefs(calendar) == {"two.ics"}
        assert dict(calendar.get_multi(["one.ics"])) == {"one.ics": None}


def test_what_is_not_there_cannot_be_deleted(storage: BaseStorage) -> None:
    with writing(storage) as calendar, pytest.raises(ValueError):  # noqa: PT011
        calendar.delete("none.ics")


def test_an_object_is_moved_to_another_name(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event())

    with storage.acquire_lock("w", "kari"):
        item, calendar = at(storage, "/kari/calendar/one.ics"), at(storage, "/kari/calendar/")
        assert isinstance(item, Item)
        assert not isinstance(calendar, Item)
        assert calendar is not None
        storage.move(item, calendar, "two.ics")

    with reading(storage) as found:
        assert hrefs(found) == {"two.ics"}
    assert summary(storage, "/kari/calendar/two.ics") == "Befaring"


def test_an_object_is_moved_to_another_calendar(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event())
    with storage.acquire_lock("w", "kari"):
        other, _, _ = storage.create_collection("/kari/ny/", props={"tag": "VCALENDAR"})

    with storage.acquire_lock("w", "kari"):
        item, target = at(storage, "/kari/calendar/one.ics"), at(storage, "/kari/ny/")
        assert isinstance(item, Item)
        assert target is not None
        assert not isinstance(target, Item)
        storage.move(item, target, "one.ics")

    assert other.path == "kari/ny"
    assert summary(storage, "/kari/ny/one.ics") == "Befaring"
    assert summary(storage, "/kari/calendar/one.ics") is None


def test_the_same_entry_gives_way_where_an_object_is_moved(storage: BaseStorage) -> None:
    # Radicale itself refuses to move an object upon another UID.
    upload(storage, "one.ics", event("one", summary="Ny"))
    with storage.acquire_lock("w", "kari"):
        storage.create_collection("/kari/ny/", props={"tag": "VCALENDAR"})
    upload(storage, "one.ics", event("one", summary="Gammel"), "/kari/ny/")

    with storage.acquire_lock("w", "kari"):
        item, target = at(storage, "/kari/calendar/one.ics"), at(storage, "/kari/ny/")
        assert isinstance(item, Item)
        assert target is not None
        assert not isinstance(target, Item)
        storage.move(item, target, "one.ics")

    with reading(storage, "/kari/ny/") as found:
        assert hrefs(found) == {"one.ics"}
    assert summary(storage, "/kari/ny/one.ics") == "Ny"
    assert summary(storage, "/kari/calendar/one.ics") is None
