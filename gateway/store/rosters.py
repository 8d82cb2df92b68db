# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about who is in an entry, as its organizer knows them: by name, and whether they have looked at it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import and_, case, null, select

from gateway.model import EntryId
from gateway.store import contacts
from gateway.store.answers import Asked
from gateway.store.direct import Direct, among, listed
from gateway.store.schema import address as address_table
from gateway.store.schema import answer, person, reading
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.roster import Member

_THEIRS = and_(reading.c.entry == answer.c.entry, reading.c.person == answer.c.person)
# Whoever put it off is not told to have seen it (product, reading A3).
_SEEN = case((reading.c.deferred_at.is_(None), reading.c.displayed_at), else_=null())
_ALL_SEEN = Direct(
    lambda dialect: (
        select(answer.c.entry, answer.c.address, reading.c.displayed_at)
        .select_from(reading.join(answer, _THEIRS))
        .where(
            among(dialect, reading.c.entry, "entries"),
            reading.c.displayed_at.is_not(None),
            reading.c.deferred_at.is_(None),
        )
        .distinct()
    )
)
_MEMBERS = Direct(
    lambda dialect: (
        select(answer.c.entry, answer.c.address, person.c.name, _SEEN)
        .select_from(answer.join(person, person.c.id == answer.c.person).outerjoin(reading, _THEIRS))
        .where(among(dialect, answer.c.entry, "entries"))
        .distinct()
    )
)

_NAMES = Direct(
    lambda dialect: (
        select(address_table.c.address, person.c.name)
        .select_from(address_table.join(person, person.c.id == address_table.c.person))
        .where(among(dialect, address_table.c.address, "addresses"))
    )
)


def seen(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[EntryId, dict[Address, datetime]]:
    """Give when those who are asked in these entries looked at them, as far as their organizers are told (A3)."""
    found: dict[EntryId, dict[Address, datetime]] = {}
    if entry_ids:
        for entry_id, address, seen_at in _ALL_SEEN.rows(uow, entries=listed(entry_ids)):
            found.setdefault(EntryId(entry_id), {})[Address(address)] = seen_at
    return found


def members(uow: UnitOfWork, asked: Mapping[EntryId, Asked]) -> dict[EntryId, dict[Address, Member]]:
    """Give the names of those who are asked in these entries; contacts by the name that the company has of them."""
    if not asked:
        return {}
    found: dict[EntryId, dict[Address, Member]] = {entry_id: {} for entry_id in asked}
    for entry_id, address, name, seen_at in _MEMBERS.rows(uow, entries=listed(asked)):
        found[EntryId(entry_id)][Address(address)] = Member(name, seen_at)
    outside = {a.address for said in asked.values() for a in said.answers if a.address not in said.people}
    known = {address: one.name for address, one in contacts.by_addresses(uow, outside).items()}
    known |= _employees(uow, outside - known.keys())
    for entry_id, said in asked.items():
        theirs = {a.address for a in said.answers if a.address in known} - said.people.keys()
        found[entry_id] |= {address: Member(known[address]) for address in theirs}
    return found


def _employees(uow: UnitOfWork, addresses: Collection[Address]) -> dict[Address, str]:
    """Give the names of those who work here, and were asked as people outside are."""
    rows = _NAMES.rows(uow, addresses=listed(addresses)) if addresses else ()
    return {Address(address): name for address, name in rows}
