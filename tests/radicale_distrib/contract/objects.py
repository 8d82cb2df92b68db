# SPDX-License-Identifier: GPL-3.0-or-later
"""What Radicale hands to a storage and gets from it, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from radicale import item as radicale_item
from radicale.item import Item
from radicale.storage import BaseCollection, BaseStorage

CALENDAR = "/kari/calendar/"


def item_of(text: str, path: str = "kari/calendar") -> Item:
    """Give *text* as Radicale's PUT prepares it."""
    components = radicale_item.read_components(text)
    radicale_item.check_and_sanitize_items(components, tag="VCALENDAR", max_vevent_rrule_occurrence=1000)
    (component,) = components
    item = Item(collection_path=path, vobject_item=component)
    item.prepare()
    return item


def at(storage: BaseStorage, path: str) -> BaseCollection | Item | None:
    """Give what lies at *path*, within a lock that is held."""
    return next(iter(storage.discover(path)), None)


def calendar_at(storage: BaseStorage, path: str = CALENDAR) -> BaseCollection:
    """Give the calendar at *path*, within a lock that is held."""
    found = at(storage, path)
    assert isinstance(found, BaseCollection), path
    return found


@contextmanager
def writing(storage: BaseStorage, path: str = CALENDAR) -> Iterator[BaseCollection]:
    """Give a calendar under a lock for writing."""
    with storage.acquire_lock("w", "kari"):
        yield calendar_at(storage, path)


@contextmanager
def reading(storage: BaseStorage, path: str = CALENDAR) -> Iterator[BaseCollection]:
    """Give a calendar under a lock for reading."""
    with storage.acquire_lock("r", "kari"):
        yield calendar_at(storage, path)


def upload(storage: BaseStorage, href: str, text: str, path: str = CALENDAR) -> Item:
    """Store an object that must be taken."""
    with writing(storage, path) as calendar:
        stored, _ = calendar.upload(href, item_of(text, path.strip("/")))
    return stored


def hrefs(collection: BaseCollection) -> set[str | None]:
    """Give the names of all objects."""
    return {item.href for item in collection.get_all()}
