# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages are taken out of a person's inbox; the calendar is not touched by it (RFC 6638 4.1)."""

from collections.abc import Collection

from gateway.errors import NotFound
from gateway.model import Condition, EntryId, Person
from gateway.services import conditions, views
from gateway.store import calendars, inbox
from gateway.store.unit import UnitOfWork
from ical.itip.outcome import Method


def remove(uow: UnitOfWork, person: Person, href: str, *, condition: Condition) -> None:
    """Delete the item *href*; raises NotFound and PreconditionFailed."""
    item = inbox.at(uow, person.id, href)
    if item is None:
        raise NotFound(f"there is no {href} in the inbox")
    etag = next(views.read_inbox(uow, person, [href])).etag
    conditions.check_tag(condition, etag)
    box = calendars.inboxes(uow, [person.id])[person.id]
    calendars.advance(uow, {box})
    inbox.remove(uow, person.id, [href])
    calendars.mark(uow, [(box, href)])


def forget(uow: UnitOfWork, person: Person, entry_ids: Collection[EntryId]) -> None:
    """Take away what tells *person* that they are out of these entries: their own copy says it no more."""
    gone = inbox.withdraw(uow, [(person.id, entry_id, Method.CANCEL) for entry_id in entry_ids])
    if gone:
        box = calendars.inboxes(uow, [person.id])[person.id]
        calendars.advance(uow, {box})
        calendars.mark(uow, [(box, href) for _, href in gone])
