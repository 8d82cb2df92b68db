# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups are made, and people come to them and go; what they were invited to before stays as it is."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from gateway.errors import NotFound, Refused
from gateway.model import PersonId
from gateway.services.people import address_of, check_free, check_name
from gateway.store import contacts, groups, people
from gateway.store.groups import Group, GroupId, Seat
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox, of_mailbox


@dataclass(frozen=True, slots=True)
class Listed:
    """A group, and what belongs to it, as people write it."""

    name: str
    email: str
    members: tuple[str, ...]


def add(uow: UnitOfWork, name: str, email: str, members: Iterable[str] = ()) -> Group:
    """Make a group that is invited as *email*; each of *members* is a login or an address.

    Raises Refused, in a sentence, where that cannot be, and NotFound where a member is nobody.
    """
    name, address = name.strip(), address_of(email)
    check_name(name)
    check_free(uow, [address])
    if address in contacts.by_addresses(uow, [address]):
        raise Refused(f"{mailbox(address)} is the address of a contact already")
    if any(name.casefold() == one.name.casefold() for one in groups.everything(uow)):
        raise Refused(f"there is a group {name} already")
    made = groups.add(uow, name, address)
    _seat(uow, made, members)
    return made


def remove(uow: UnitOfWork, named: str) -> Group:
    """Remove the group of this name or address; whoever was invited through it stays invited."""
    group = _known(uow, named)
    groups.remove(uow, group.id)
    return group


def add_members(uow: UnitOfWork, named: str, members: Iterable[str]) -> Group:
    """Let more belong to a group; whoever does already goes on to. Raises as `add` does."""
    group = _known(uow, named)
    _seat(uow, group, members)
    return group


def remove_members(uow: UnitOfWork, named: str, members: Sequence[str]) -> Group:
    """Let these belong to a group no more; raises Refused where one of them does not."""
    group = _known(uow, named)
    for member in members:
        # Whoever was outside when they came to it may be a colleague by now, or a colleague's address somebody else's.
        theirs = [seat for seat in (_seat_of(uow, member), _outside(member)) if seat is not None]
        if not groups.take_seats(uow, group.id, theirs):
            raise Refused(f"{member} does not belong to {group.name}")
    return group


def listed(uow: UnitOfWork) -> tuple[Listed, ...]:
    """Give all groups, by name."""
    known, seats = {one.id: one for one in groups.everything(uow)}, groups.seats(uow)
    staff = people.by_ids(uow, {seat.person for seat in chain(*seats.values()) if seat.person is not None})
    logins = {number: one.login for number, one in staff.items()}
    return tuple(
        Listed(one.name, _email(one.address), tuple(_written(seats.get(number, ()), logins, known)))
        for number, one in known.items()
    )


def _written(seats: Collection[Seat], logins: Mapping[PersonId, str], known: Mapping[GroupId, Group]) -> Iterator[str]:
    for seat in seats:
        if seat.person is not None:
            yield logins[seat.person]
        elif seat.part is not None:
            yield _email(known[seat.part].address)
        elif seat.address is not None:
            yield _email(seat.address)


def _seat(uow: UnitOfWork, group: Group, members: Iterable[str]) -> None:
    seats = [_seat_of(uow, member) for member in members]
    if Seat(part=group.id) in seats:
        raise Refused(f"{group.name} cannot belong to itself")
    groups.put_seats(uow, group.id, dict.fromkeys(seats))


def _seat_of(uow: UnitOfWork, member: str) -> Seat:
    """Give what a login or an address names."""
    colleague = people.by_login(uow, member.strip().lower())
    if colleague is not None:
        return Seat(colleague.id)
    if "@" not in member:
        raise NotFound(f"there is no user {member}")
    address = address_of(member)
    if (found := people.recipients(uow, [address]).get(address)) is not None:
        return Seat(found.person.id)
    if (part := groups.by_addresses(uow, [address]).get(address)) is not None:
        return Seat(part=part.id)
    return Seat(address=address)


def _outside(member: str) -> Seat | None:
    return Seat(address=address_of(member)) if "@" in member else None


def _known(uow: UnitOfWork, named: str) -> Group:
    """Give the group of this name or address."""
    name, address = named.strip().casefold(), of_mailbox(named)
    for one in groups.everything(uow):
        if name == one.name.casefold() or address == one.address:
            return one
    raise NotFound(f"there is no group {named}")


def _email(address: Address) -> str:
    return mailbox(address) or str(address)
