# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a calendar object of a person lies: its name, what is in the way there, moving it, and what is told of it."""

import uuid
from collections.abc import Iterable
from dataclasses import replace

from gateway.errors import NotFound, Refused
from gateway.model import Calendar, Loaded, Person, Reading, Revision, Stored
from gateway.services import private
from gateway.services.views import render
from gateway.store import calendars, entries, reading_changes, readings
from gateway.store.unit import UnitOfWork

HREF_LENGTH = 1000
"""Bytes."""


def check_href(href: str) -> None:
    """Raise Refused where *href* cannot be the name of an object."""
    too_long = len(href.encode(errors="replace")) > HREF_LENGTH
    if href in {"", ".", ".."} or too_long or "/" in href or not href.isprintable():
        raise Refused("the name of the object is empty, too long, or has characters that no name may have")


def at(found: Iterable[Loaded], calendar: Calendar, href: str) -> Loaded | None:
    """Give what of *found* can be read at *href* of *calendar*."""
    here = (f for f in found if f.reading.calendar_id == calendar.id and f.reading.href == href)
    return next((f for f in here if not f.reading.hidden), None)


def twins(found: Iterable[Loaded], here: Loaded | None, uid: str) -> tuple[Loaded, ...]:
    """Give what of *found* has the same UID, but for what is *here*."""
    return tuple(f for f in found if f is not here and f.reading.uid == uid)


def make_room(uow: UnitOfWork, found: Iterable[Loaded], calendar: Calendar, href: str, uid: str) -> None:
    """Let a reading that its owner deleted, which keeps its place for when it comes back, make way for another UID."""
    for held in (f.reading for f in found if f.reading.hidden and f.reading.uid != uid):
        if held.calendar_id == calendar.id and held.href == href:
            reading_changes.relocate(uow, held.id, calendar.id, f"{uuid.uuid4()}.ics")


def relocate(uow: UnitOfWork, here: Loaded, target: Calendar, href: str) -> Loaded:
    """Move a reading to *href* of *target*, where nothing lies, and give it as it is there."""
    reading = here.reading
    revisions = calendars.advance(uow, {reading.calendar_id, target.id})
    if revisions[target.id] <= reading.revision:
        # Each calendar counts for itself, but no tag of this object may come again.
        revisions[target.id] = calendars.leap(uow, target.id, Revision(reading.revision + 1))
    reading_changes.relocate(uow, reading.id, target.id, href)
    if not reading.scheduled and reading.calendar_id != target.id:
        entries.update(uow, here.entry_id, scope=private.scope_of(target))
    calendars.mark(uow, [(reading.calendar_id, reading.href)])
    reading_changes.move_pointers(uow, [reading.id], [reading.id])
    now = revisions[target.id]
    return replace(here, reading=reading._replace(calendar_id=target.id, href=href, revision=now, tag=now))


def stored(uow: UnitOfWork, calendar: Calendar, one: Loaded, person: Person, sent: bytes, *, created: bool) -> Stored:
    """Give what may be told of *one*, whose reading has moved on since it was loaded."""
    reading = readings.placed(uow, one.reading.calendar_id, one.reading.href)
    if reading is None:
        raise NotFound("the object is gone")
    return told(uow, calendar, replace(one, reading=reading), person, sent, created=created)


def told(
    uow: UnitOfWork, calendar: Calendar, now: Loaded, person: Person, sent: bytes, *, created: bool = False
) -> Stored:
    """Give what a client is told of *now*, where it stored the bytes *sent*."""
    reading = now.reading
    slug = calendar.slug if reading.calendar_id == calendar.id else _slug_of(uow, reading)
    return Stored(slug, reading.href, created, render(now, person) == sent, reading.etag, reading.schedule_tag)


def path_of(uow: UnitOfWork, reading: Reading) -> str:
    """Give the path of a reading inside the home."""
    return path(_slug_of(uow, reading), reading.href)


def _slug_of(uow: UnitOfWork, reading: Reading) -> str:
    calendar = calendars.by_id(uow, reading.calendar_id)
    return calendar.slug if calendar is not None else ""


def path(slug: str, href: str) -> str:
    """Give a path inside the home; the door puts the home before it."""
    return f"{slug}/{href}"
