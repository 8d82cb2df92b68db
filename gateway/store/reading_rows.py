# SPDX-License-Identifier: GPL-3.0-or-later
"""A reading as a row: its columns, and the reading that a row is."""

from gateway.model import CalendarId, EntryId, PersonId, Reading, ReadingId, Revision
from gateway.store.overlays import unpack
from gateway.store.rows import Found
from gateway.store.schema import reading
from ical.kinds import Kind

NAMES = (
    "entry",
    "person",
    "calendar",
    "href",
    "uid",
    "kind",
    "scheduled",
    "organizer",
    "revision",
    "tag",
    "hidden",
    "overlay",
    "kept",
)
"""What is said of a reading when it is stored; the database adds the id."""
COLUMNS = (reading.c.id, *(reading.c[name] for name in NAMES))
"""What `reading_of` needs."""


def reading_of(row: Found) -> Reading:
    """Give the reading that *row* is."""
    return Reading(
        id=ReadingId(row.id),
        entry_id=EntryId(row.entry),
        person_id=PersonId(row.person),
        calendar_id=CalendarId(row.calendar),
        href=row.href,
        uid=row.uid,
        kind=Kind(row.kind),
        scheduled=row.scheduled,
        organizer=row.organizer,
        revision=Revision(row.revision),
        tag=Revision(row.tag),
        hidden=row.hidden,
        overlay=unpack(row.overlay),
        kept_id=row.kept,
    )
