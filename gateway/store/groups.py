# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about groups: what they are called, and who belongs to them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple, NewType

from sqlalchemy import and_, bindparam, delete, insert, select, update

from gateway.model import PersonId
from gateway.store.direct import Direct, among, listed
from gateway.store.rows import Question, insert_many, packed
from gateway.store.schema import group_member, people_group
from gateway.store.sought import rank
from gateway.store.unit import Dialect, UnitOfWork
from ical.address import Address

GroupId = NewType("GroupId", int)
MOST = 10_000
"""So many seats of groups are looked at for one text."""


@dataclass(frozen=True, slots=True)
class Group:
    """What is invited under one address, and stands for several people."""

    id: GroupId
    name: str
    address: Address


class Seat(NamedTuple):
    """What belongs to a group: a colleague, an address outside, or another group."""

    person: PersonId | None = None
    address: Address | None = None
    part: GroupId | None = None


def add(uow: UnitOfWork, name: str, address: Address) -> Group:
    """Add a group to which nobody belongs; where its address belongs to another one, it is the group that does."""
    made = insert(people_group).values(name=name, address=address).returning(people_group.c.id)
    group = Group(GroupId(uow.connection.execute(made).scalar_one()), name, address)
    # No index: groups are seldom made.
    outside = update(group_member).where(group_member.c.address == address)
    uow.connection.execute(outside.values(address=None, part=group.id))
    return group


def remove(uow: UnitOfWork, group_id: GroupId) -> None:
    """Remove a group, also out of those that it belongs to."""
    uow.connection.execute(delete(people_group).where(people_group.c.id == group_id))


def everything(uow: UnitOfWork) -> tuple[Group, ...]:
    """Give all groups, by name. Reads the whole table, as the question does."""
    rows = uow.connection.execute(select(*_COLUMNS).order_by(people_group.c.name))
    return tuple(Group(GroupId(row.id), row.name, Address(row.address)) for row in rows)


def search(uow: UnitOfWork, text: str) -> tuple[Group, ...]:
    """Give the groups whose name or address answers to *text* (`sought.rank`), the best first."""
    known = everything(uow) if text.strip() else ()
    ranked = ((rank(text, (one.name, one.address.removeprefix("mailto:"))), one) for one in known)
    found = sorted((place, one.name.casefold(), one.id, one) for place, one in ranked if place is not None)
    return tuple(one for *_, one in found)


def by_addresses(uow: UnitOfWork, addresses: Collection[Address]) -> dict[Address, Group]:
    """Give which of *addresses* are groups'."""
    if not addresses:
        return {}
    rows = uow.connection.execute(select(*_COLUMNS).where(people_group.c.address.in_(addresses)))
    return {Address(row.address): Group(GroupId(row.id), row.name, Address(row.address)) for row in rows}


def seats(uow: UnitOfWork) -> dict[GroupId, list[Seat]]:
    """Give what belongs to each group. Reads the whole table, as the question does."""
    found: dict[GroupId, list[Seat]] = {}
    for row in uow.connection.execute(select(*_SEAT, group_member.c.people_group).order_by(group_member.c.id)):
        found.setdefault(GroupId(row.people_group), []).append(Seat(row.person, row.address, row.part))
    return found


def put_seats(uow: UnitOfWork, group_id: GroupId, new: Iterable[Seat]) -> None:
    """Let these belong to a group; whatever does already goes on to."""
    rows = [(group_id, *seat) for seat in new]
    columns = ("people_group", "person", "address", "part")
    if rows:
        statement = insert_many(uow.dialect, group_member, columns).on_conflict_do_nothing()
        uow.connection.execute(statement, packed(uow, columns, rows))


def take_seats(uow: UnitOfWork, group_id: GroupId, gone: Iterable[Seat]) -> int:
    """Let these belong to a group no more, and give how many of them did."""
    taken = 0
    for seat in gone:
        same = (
            column.is_(None) if value is None else column == value for column, value in zip(_SEAT, seat, strict=True)
        )
        theirs = delete(group_member).where(group_member.c.people_group == group_id, *same)
        taken += uow.connection.execute(theirs).rowcount
    return taken


def forget(uow: UnitOfWork, person_id: PersonId) -> None:
    """Let a colleague belong to no group any more."""
    uow.connection.execute(delete(group_member).where(group_member.c.person == person_id))


def reached(uow: UnitOfWork, addresses: Collection[Address]) -> dict[Address, list[Seat]]:
    """Give which of *addresses* are groups', and who belongs to each, through other groups too.

    Groups that belong to each other are one; of more than `MOST` seats some are left out.
    """
    found: dict[Address, list[Seat]] = {}
    if addresses:
        for top, person, address in _REACHED.rows(uow, addresses=listed(addresses), most=MOST + 1):
            of_it = found.setdefault(Address(top), [])
            if person is not None or address is not None:
                of_it.append(Seat(person, address))
    return found


_COLUMNS = (people_group.c.id, people_group.c.name, people_group.c.address)
_SEAT = (group_member.c.person, group_member.c.address, group_member.c.part)


def _reached(dialect: Dialect) -> Question:
    """Ask for the seats of groups, and of the groups in them. UNION forgets what it has met, so that circles end."""
    named = select(people_group.c.address.label("top"), people_group.c.id.label("part"))
    reach = named.where(among(dialect, people_group.c.address, "addresses")).cte("reach", recursive=True)
    within = select(reach.c.top, group_member.c.part).join(group_member, group_member.c.people_group == reach.c.part)
    reach = reach.union(within.where(group_member.c.part.is_not(None)))
    theirs = and_(group_member.c.people_group == reach.c.part, group_member.c.part.is_(None))
    seated = select(reach.c.top, group_member.c.person, group_member.c.address)
    return seated.select_from(reach.outerjoin(group_member, theirs)).distinct().limit(bindparam("most"))


_REACHED = Direct(_reached)
