# SPDX-License-Identifier: GPL-3.0-or-later
"""In large entries the others see new answers in batches: nobody syncs a thousand times for a thousand replies.

Up to `ical.itip.answering.PUBLISHED_AT_ONCE` people an answer is shown in the save that brought it (model, row 4).
"""

from gateway.model import EntryId
from gateway.store import answers, calendars, entries, reading_changes, readings
from gateway.store.unit import UnitOfWork


def waiting(uow: UnitOfWork, limit: int) -> tuple[EntryId, ...]:
    """Give up to *limit* entries with answers that the others do not see yet."""
    return answers.unpublished(uow, limit)


def publish(uow: UnitOfWork, entry_id: EntryId) -> int:
    """Show all answers of an entry to those invited, and give how many were new to them.

    Their readings move, their Schedule-Tags do not (RFC 6638 3.2.10); nobody is told of it.
    """
    entries.lock(uow, entry_id)
    shown = answers.publish(uow, entry_id)
    if not shown:
        return 0
    following = [r for r in readings.of_entry(uow, entry_id) if not (r.organizer or r.hidden or r.kept_id)]
    if following:
        calendars.advance(uow, {r.calendar_id for r in following})
        reading_changes.move_pointers(uow, [r.id for r in following], ())
    return shown
