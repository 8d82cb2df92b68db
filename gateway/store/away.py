# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has put away what they are asked to: they do not see it, whatever they answered."""

from collections.abc import Collection

from sqlalchemy import and_, select

from gateway.model import EntryId
from gateway.store.direct import Direct, among, listed
from gateway.store.schema import answer, reading
from gateway.store.unit import UnitOfWork
from ical.address import Address

_THEIRS = and_(reading.c.entry == answer.c.entry, reading.c.person == answer.c.person, reading.c.hidden)
_AWAY = Direct(
    lambda dialect: (
        select(answer.c.entry, answer.c.address)
        .select_from(answer.join(reading, _THEIRS))
        .where(among(dialect, answer.c.entry, "entries"))
        .distinct()
    )
)


def from_entries(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[EntryId, set[Address]]:
    """Give under which addresses people are asked who have put these entries away."""
    found: dict[EntryId, set[Address]] = {entry_id: set() for entry_id in entry_ids}
    for entry_id, address in _AWAY.rows(uow, entries=listed(entry_ids)) if entry_ids else ():
        found[EntryId(entry_id)].add(Address(address))
    return found
