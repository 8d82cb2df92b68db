# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail that was begun to contacts and that nobody can send any more: they were taken out before it left."""

from gateway.model import Loaded, Person
from gateway.services.scene import zone_of
from gateway.store import drafts
from gateway.store.unit import UnitOfWork
from ical.snapshot import read_object

_BY_HAND = b"SCHEDULE-AGENT"


def forget(uow: UnitOfWork, before: Loaded, after: bytes, person: Person) -> None:
    """Throw away what was begun, and never sent, to those whom *person* named *before* and does not *after*."""
    text = before.entry.words or before.entry.shared
    if _BY_HAND not in text:
        return
    zone = zone_of(person)
    had = {address for address, one in read_object(text, zone).attendees().items() if not one.by_server}
    gone = had - read_object(after, zone).attendees().keys()
    if gone:
        drafts.forget(uow, before.entry_id, gone)
