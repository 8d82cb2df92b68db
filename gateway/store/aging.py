# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about what nobody needs any more."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select

from gateway.model import INBOX, CalendarId
from gateway.store import calendars
from gateway.store.outbox import FAILED, SENT
from gateway.store.schema import answer_link, calendar, entry, inbox_item, outbox, reading, received
from gateway.store.unit import UnitOfWork
from ical.kinds import Kind


def forget_links(uow: UnitOfWork, over_since: datetime, now: datetime) -> int:
    """Delete the answer links that have expired, and those of appointments that were over at *over_since*.

    A task can be answered late.
    """
    over = answer_link.c.entry.in_(select(entry.c.id).where(_over(over_since), entry.c.kind == Kind.VEVENT.value))
    return uow.connection.execute(delete(answer_link).where(or_(over, answer_link.c.expires_at < now))).rowcount


def forget_mail(uow: UnitOfWork, before: datetime) -> int:
    """Delete what was sent, given up or taken in before *before*. No index: asked once an hour."""
    done = and_(outbox.c.state.in_((SENT, FAILED)), outbox.c.created_at < before)
    gone = uow.connection.execute(delete(outbox).where(done)).rowcount
    return gone + uow.connection.execute(delete(received).where(received.c.at < before)).rowcount


def empty_inboxes(uow: UnitOfWork, over_since: datetime) -> int:
    """Take away inbox items of entries that were over at *over_since*, and move the pointers. No index, as above."""
    old = inbox_item.c.entry.in_(select(entry.c.id).where(_over(over_since)))
    boxes = select(calendar.c.id).join(inbox_item, inbox_item.c.person == calendar.c.person)
    places = uow.connection.execute(boxes.where(old, calendar.c.slug == INBOX).distinct()).scalars().all()
    if not places:
        return 0
    # Lock before deleting, so that nobody's sync sees a revision without its changes.
    revisions = calendars.advance(uow, [CalendarId(place) for place in places])
    rows = uow.connection.execute(delete(inbox_item).where(old).returning(inbox_item.c.person, inbox_item.c.href)).all()
    owners = select(calendar.c.person, calendar.c.id).where(calendar.c.id.in_(revisions))
    box = {row.person: CalendarId(row.id) for row in uow.connection.execute(owners)}
    calendars.mark(uow, [(box[row.person], row.href) for row in rows if row.person in box])
    return len(rows)


def forget_ends(uow: UnitOfWork, over_since: datetime) -> int:
    """Delete what was called off outside before anybody had it, and was over at *over_since*. No index, as above."""
    nobodys = ~exists().where(reading.c.entry == entry.c.id)
    return uow.connection.execute(delete(entry).where(entry.c.outside, _over(over_since), nobodys)).rowcount


def _over(since: datetime) -> ColumnElement[bool]:
    """An entry that has ended. What recurs has the end of its last occurrence here, or none."""
    return func.coalesce(entry.c.span_end < since, False)
