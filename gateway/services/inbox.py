# SPDX-License-Identifier: GPL-3.0-or-later
"""A person takes a message out of the inbox; the calendar is not touched by it (RFC 6638 4.1)."""

from gateway.errors import NotFound
from gateway.model import Condition, Person
from gateway.services import conditions, views
from gateway.store import calendars, inbox
from gateway.store.unit import UnitOfWork


def remove(uow: UnitOfWork, person: Person, href: str, *, condition: Condition) -> None:
    """Delete the item *href*; raises NotFound and PreconditionFailed."""
    item = inbox.at(uow, person.id, href)
    if item is None:
        raise NotFound(f"there is no {href} in the inbox")
    etag = next(views.read_inbox(uow, person, [href])).etag
    conditions.check_tag(condition, etag)
    box = calendars.inboxes(uow, [person.id])[person.id]
    revisions = calendars.advance(uow, {box})
    inbox.remove(uow, person.id, [href])
    calendars.mark(uow, [(box, href)], revisions)
