# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads: calendar objects and inbox items, rendered when they are asked for."""

import zlib
from collections.abc import Collection, Iterator
from datetime import datetime

from gateway.model import Calendar, Listed, Loaded, Person, Rendered
from gateway.services.scene import zone_of
from gateway.store import entries, inbox, readings
from gateway.store.inbox import Item
from gateway.store.unit import UnitOfWork
from ical import view
from ical.answers import Answer
from ical.instances import SERIES
from ical.itip import build
from ical.itip.outcome import Entry, Method
from ical.kinds import Kind
from ical.snapshot import read_object


def render(loaded: Loaded, person: Person) -> bytes:
    """Give the calendar object that *person* reads: kept text, own private text, or the view of a shared entry."""
    if loaded.kept is not None:
        return loaded.kept
    if not loaded.reading.scheduled:
        if loaded.entry.words is None:
            raise ValueError("a private entry is read by its owner")
        return loaded.entry.words
    if loaded.reading.organizer:
        return view.for_organizer(loaded.entry, zone_of(person))
    return view.for_attendee(loaded.entry, person.all_addresses, loaded.reading.overlay, zone_of(person))


def read(uow: UnitOfWork, person: Person, calendar: Calendar, href: str) -> Rendered | None:
    """Give the object at *href* of the person's *calendar*, or None."""
    loaded = readings.at(uow, calendar.id, href)
    return _rendered(loaded, person) if loaded is not None else None


def read_many(
    uow: UnitOfWork, person: Person, calendar: Calendar, hrefs: Collection[str] | None = None
) -> Iterator[Rendered]:
    """Give the objects of *calendar*, all or those at *hrefs*; what is not there is left out."""
    for loaded in readings.loaded(uow, calendar.id, hrefs):
        yield _rendered(loaded, person)


def listing(
    uow: UnitOfWork,
    calendar: Calendar,
    *,
    kind: Kind | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[Listed]:
    """Give what lies in *calendar* without texts; *start* and *end* (UTC) leave out what surely lies elsewhere."""
    yield from readings.listed(uow, calendar.id, kind=kind, start=start, end=end)


def list_inbox(uow: UnitOfWork, person: Person) -> Iterator[Listed]:
    """Give the items of the person's inbox without texts."""
    for item in read_inbox(uow, person):
        yield Listed(item.href, item.etag, None, item.kind, item.uid)


def read_inbox(uow: UnitOfWork, person: Person, hrefs: Collection[str] | None = None) -> Iterator[Rendered]:
    """Give the iTIP messages in the person's inbox, all or those at *hrefs* (RFC 6638 2.2)."""
    items = [item for item in inbox.listed(uow, person.id) if hrefs is None or item.href in hrefs]
    about = entries.by_ids(uow, {item.entry_id for item in items})
    kept = readings.kept_texts(uow, person.id, about.keys())
    for item in items:
        entry = about[item.entry_id]
        text = _message(item, entry, kept.get(item.entry_id), person)
        yield Rendered(item.href, _etag(item, text), None, text, entry.kind, entry.uid)


def _rendered(loaded: Loaded, person: Person) -> Rendered:
    reading = loaded.reading
    return Rendered(reading.href, reading.etag, reading.schedule_tag, render(loaded, person), reading.kind, reading.uid)


def _etag(item: Item, text: bytes) -> str:
    """Name the text too: it is made of the entry, which may change without a new message."""
    return f'"i{item.id}-{item.revision}-{zlib.crc32(text):08x}"'


def _message(item: Item, entry: Entry, kept: bytes | None, person: Person) -> bytes:
    """Make the text of an inbox item from the entry as it is now: nothing is stored twice."""
    zone = zone_of(person)
    if item.method is Method.REPLY:
        about = item.address or person.addresses[0]
        answer = entry.answer(about, SERIES) or Answer(about)
        return build.reply(entry.shared, answer, now=item.at, zone=zone)
    base = kept if kept is not None else entry.shared
    address = next((a.address for a in entry.answers if a.address in person.all_addresses), person.addresses[0])
    if item.method is Method.CANCEL:
        base = view.called_off(base, read_object(base, zone).sequence, zone)
    return build.message(item.method, base, (), address, sender=None, alone=False, now=item.at, zone=zone)
