# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's text or form comes to, where each member of a group that is new in it is in it themselves."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from gateway.model import Person, PersonId
from gateway.services.scene import Scene, actor_of, zone_of
from gateway.store import contacts, groups, people
from gateway.store.groups import Seat
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox
from ical.editing import Guest, Particulars
from ical.itip.groups import Expanded, Groups, Member, expanded, newly_named
from ical.itip.organizer import organize
from ical.itip.outcome import Entry, Outcome
from ical.limits import DEFAULT, STORED
from ical.snapshot import read_object

_CROWD = replace(STORED, attendees=DEFAULT.attendees, people=DEFAULT.people)
"""So many may be in it, members of groups among them."""


def organized(  # by whom, of what, in which words, instead of which
    uow: UnitOfWork,
    person: Person,
    entry: Entry | None,
    text: bytes,
    scene: Scene,
    *,
    words: bytes | None = None,
    shown: bytes | None = None,
    proved: bool = False,
) -> Outcome:
    """Decide what the *text* of *person*, who organizes it, changes in *entry* (None: it is new).

    A group is expanded where *words* do not name it already; *shown* and *proved* are as for `organize`. Raises what
    that raises, and TooLarge where a group is too many people.
    """
    whole = _expanded(uow, person, text, words, proved=proved)
    outcome = organize(
        entry,
        whole.text,
        actor_of(person, scene),
        shown=shown,
        conditional=proved,
        hold_back=scene.hold_back,
        now=scene.now,
    )
    return replace(outcome, why=(*whole.why, *outcome.why)) if whole.why else outcome


def with_members(uow: UnitOfWork, person: Person, base: Particulars, now: Particulars) -> Particulars:
    """Give what *person* filled in, with those who belong to each group that is in it *now* and was not in *base*.

    Nobody is named twice, and *person* not; whether they are asked is the caller's to say.
    """
    new = {one.address for one in now.guests} - {one.address for one in base.guests}
    found = members(uow, new) if new else {}
    here = {*person.all_addresses, *(one.address for one in now.guests)}
    whole: list[Guest] = []
    for guest in now.guests:
        whole.append(replace(guest, is_group=guest.address in found) if guest.address in new else guest)
        for one in found.get(guest.address, ()):
            if here.isdisjoint(one.known_as):
                here.update(one.known_as)
                whole.append(Guest(one.address, one.name, through=guest.address))
    return replace(now, guests=tuple(whole))


def members(uow: UnitOfWork, addresses: Collection[Address]) -> Groups:
    """Give which of *addresses* are groups', with who belongs to them, each person once; four statements at most."""
    found = groups.reached(uow, [address for address in addresses if address.startswith("mailto:")])
    seats = {seat for theirs in found.values() for seat in theirs}
    known = _members(uow, seats) if seats else {}
    return {
        group: sorted(
            {known[seat] for seat in theirs if seat in known}, key=lambda one: (one.name.casefold(), one.address)
        )
        for group, theirs in found.items()
    }


def _expanded(uow: UnitOfWork, person: Person, text: bytes, words: bytes | None, *, proved: bool) -> Expanded:
    zone, me = zone_of(person), person.all_addresses
    sent, stored = read_object(text, zone), read_object(words, zone) if words else None
    found = members(uow, newly_named(sent, stored, me))
    whole = expanded(sent, stored, found, me, proved=proved)
    if whole.why:
        read_object(whole.text, zone, _CROWD)
    return whole


def _members(uow: UnitOfWork, seats: Collection[Seat]) -> Mapping[Seat, Member]:
    """Give whom each seat names now: whoever was outside may be a colleague by now."""
    staff = people.by_ids(uow, {seat.person for seat in seats if seat.person is not None})
    boxes = {seat.address for seat in seats if seat.address is not None}
    hired = {address: one.person for address, one in people.recipients(uow, boxes).items()}
    known = contacts.by_addresses(uow, boxes - hired.keys())
    return dict(_named(seats, staff, hired, {address: one.name for address, one in known.items()}))


def _named(
    seats: Collection[Seat],
    staff: Mapping[PersonId, Person],
    hired: Mapping[Address, Person],
    names: Mapping[Address, str],
) -> Iterator[tuple[Seat, Member]]:
    for seat in seats:
        colleague = staff.get(seat.person) if seat.person is not None else hired.get(seat.address or Address(""))
        if colleague is not None and colleague.addresses:
            yield seat, Member(colleague.addresses[0], colleague.name, colleague.all_addresses)
        elif colleague is None and seat.address is not None:
            name = names.get(seat.address) or mailbox(seat.address) or seat.address
            yield seat, Member(seat.address, name, frozenset({seat.address}))
