# SPDX-License-Identifier: GPL-3.0-or-later
"""Appointments that somebody arranges for others, and is not in: they lie in no calendar of theirs (reading A8)."""

from datetime import datetime

from gateway.model import Brief, Person, ReadingId
from gateway.services.brief import brief
from gateway.services.scene import zone_of
from gateway.store import readings, related
from gateway.store.unit import UnitOfWork
from ical.snapshot import read_object

MOST = 100


def listed(uow: UnitOfWork, person: Person, now: datetime) -> list[tuple[ReadingId, Brief]]:
    """Give where each lies, and what it is about, the next one first: two statements, and `MOST` of them."""
    zone, numbers = zone_of(person), related.for_others(uow, person.id, now, MOST)
    held = {one.reading.id: one for one in readings.loaded(uow, numbers)}
    words = ((number, held[number].entry) for number in numbers if number in held)
    told = ((number, brief(read_object(one.words or one.shared, zone), zone, now)) for number, one in words)
    return [(number, one) for number, one in told if not one.over]
