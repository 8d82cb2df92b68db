# SPDX-License-Identifier: GPL-3.0-or-later
"""A reading as a row: its columns, and the reading that a row is."""

from collections.abc import Sequence
from typing import Any

from gateway.model import Reading
from gateway.store.overlays import unpack
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
_KINDS = {kind.value: kind for kind in Kind}


def reading_of(row: Sequence[Any]) -> Reading:
    """Give the reading that *row* is, which begins with `COLUMNS`: a large meeting has a thousand of them."""
    number, of, person, place, href, uid, kind, scheduled, organizer, revision, tag, hidden, own, kept, *_ = row
    return Reading(
        number,
        of,
        person,
        place,
        href,
        uid,
        _KINDS[kind],
        scheduled,
        organizer,
        revision,
        tag,
        hidden,
        unpack(own) if own else {},
        kept,
    )
