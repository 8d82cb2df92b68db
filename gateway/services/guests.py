# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can be asked to something: colleagues, groups and contacts, found by name, and how each of them is reached."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.errors import Refused
from gateway.model import Contact, Person
from gateway.services import expanding, freebusy
from gateway.store import contacts, groups, people
from gateway.store.people import Recipient
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox, normalise, of_mailbox
from ical.editing import Guest
from ical.freebusy import Period
from ical.itip.groups import Member
from ical.people import CLIENT, SERVER

MOST_FOUND = 20
LONGEST = 200
NAMESPACE = uuid.UUID("5f0a6b62-3d0c-4c0e-9c57-6e2f7f1d9a10")
"""In which contacts without any way to reach them are named."""
_DIALLED = re.compile(r"[^0-9+]")


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody who can be asked, and how they are reached; or a group, which stands for several people."""

    address: Address
    name: str
    is_colleague: bool = False
    """They sign in here, and have in their calendar what they are asked to."""
    email: str = ""
    mobile: str = ""
    company: str = ""
    is_employee: bool = False
    """They work here; whoever of them cannot sign in is reached as people outside are (reading A20)."""
    members: tuple[str, ...] | None = None
    """Who belongs to a group, by name; None: it is none."""

    @property
    def is_group(self) -> bool:
        """Tell whether it stands for others."""
        return self.members is not None

    @property
    def guest(self) -> Guest:
        """Give who is asked when they are added: by us, or by whoever adds them."""
        return Guest(self.address, self.name, SERVER if self.is_colleague else CLIENT, is_group=self.is_group)


@dataclass(frozen=True, slots=True)
class Guests:
    """Those who are asked to something: an employee who is a contact too is an employee (reading A19)."""

    everybody: tuple[Invitee, ...]

    @property
    def colleagues(self) -> tuple[Invitee, ...]:
        """Give those who sign in here."""
        return tuple(one for one in self.everybody if one.is_colleague)

    @property
    def contacts(self) -> tuple[Invitee, ...]:
        """Give those who are reached outside."""
        return tuple(one for one in self.everybody if not one.is_colleague and not one.is_group)

    @property
    def colleague_addresses(self) -> frozenset[Address]:
        """Give how the colleagues among them are named."""
        return frozenset(one.address for one in self.colleagues)


def known(uow: UnitOfWork, guests: Iterable[Guest]) -> Guests:
    """Give what is known of *guests*, each once; the number of statements does not grow with them."""
    named = {guest.address: guest for guest in guests}
    crowds = {address for address, guest in named.items() if guest.is_group}
    members = expanding.members(uow, crowds) if crowds else {}
    staff = people.recipients(uow, named.keys() - crowds)
    outside = contacts.by_addresses(uow, named.keys() - crowds - staff.keys())
    found: list[Invitee] = []
    for address, guest in named.items():
        if guest.is_group:
            found.append(_group(address, guest.name, members.get(address, ())))
        elif address in staff:
            found.append(_employee(address, staff[address].person))
        else:
            found.append(_outsider(guest, outside.get(address)))
    return Guests(tuple(found))


def search(uow: UnitOfWork, person: Person, text: str, *, outside: bool) -> list[Invitee]:
    """Give employees and groups (with *outside*: contacts) whose name has *text* in it, but for *person*."""
    wanted = text[:LONGEST]
    found = _found_outside(uow, wanted) if outside else _found_inside(uow, wanted)
    others = (one for one in found if one.address not in person.all_addresses)
    return list({one.address: one for one in others}.values())[:MOST_FOUND]


def typed(uow: UnitOfWork, contact: Contact) -> Invitee:
    """Give who is meant by a mailbox that somebody types: an employee, a group, or else a contact, who is added.

    Refused where the name is missing, or the mailbox is none.
    """
    address = of_mailbox(contact.email) if contact.email else Address("")
    if (found := people.recipients(uow, [address] if address else []).get(address)) is not None:
        return _employee(found.person.addresses[0], found.person)
    if (group := groups.by_addresses(uow, [address] if address else []).get(address)) is not None:
        return _group(address, group.name, expanding.members(uow, [address]).get(address, ()))
    if not contact.name.strip() or (address and mailbox(address) is None):
        raise Refused("a contact has a name, and an e-mail address that is one, or none")
    contacts.add(uow, contact)
    return _contact(contact, {})


def busy_of(
    uow: UnitOfWork, guests: Sequence[Invitee], start: datetime, end: datetime, *, but_for: str
) -> dict[Address, Period | None]:
    """Give what takes the time of each colleague first between *start* and *end*, beside the entry *but_for*.

    None: nothing does. As many statements for all of them as for one.
    """
    asked = people.recipients(uow, [one.address for one in guests if one.is_colleague])
    staff = {recipient.person.id: recipient.person for recipient in asked.values()}
    taken = freebusy.periods(uow, staff, start, end, but_for=but_for)
    first = {who: min(found, key=lambda one: one.start, default=None) for who, found in taken.items()}
    return {address: first[recipient.person.id] for address, recipient in asked.items()}


def _found_inside(uow: UnitOfWork, text: str) -> list[Invitee]:
    here = [_employee(one.addresses[0], one) for one in people.search(uow, text) if one.addresses]
    crowds = groups.search(uow, text)[:MOST_FOUND]
    members = expanding.members(uow, [one.address for one in crowds]) if crowds else {}
    return [*(_group(one.address, one.name, members.get(one.address, ())) for one in crowds), *here]


def _found_outside(uow: UnitOfWork, text: str) -> list[Invitee]:
    hits = contacts.search(uow, text)
    staff = people.recipients(uow, {of_mailbox(one.email) for one in hits if one.email})
    return [_contact(one, staff) for one in hits]


def _employee(address: Address, one: Person) -> Invitee:
    box = mailbox(one.addresses[0]) or "" if one.disabled and one.addresses else ""
    return Invitee(address, one.name, not one.disabled, box, is_employee=True)


def _group(address: Address, name: str, members: Iterable[Member]) -> Invitee:
    return Invitee(address, name, members=tuple(one.name for one in members))


def _contact(one: Contact, staff: Mapping[Address, Recipient]) -> Invitee:
    address = address_of(one)
    if address in staff:
        return _employee(staff[address].person.addresses[0], staff[address].person)
    return Invitee(address, one.name, False, one.email or "", one.mobile or "", one.company or "")


def _outsider(guest: Guest, contact: Contact | None) -> Invitee:
    email = mailbox(guest.address) or ""
    mobile = guest.address.removeprefix("tel:") if guest.address.startswith("tel:") else ""
    if contact is None:
        return Invitee(guest.address, guest.name, email=email, mobile=mobile)
    return Invitee(guest.address, contact.name, False, email, contact.mobile or "", contact.company or "")


def address_of(contact: Contact) -> Address:
    """Give how a contact is named in a text: by the mailbox, the telephone, or a name that reaches nobody."""
    if contact.email:
        return of_mailbox(contact.email)
    if contact.mobile:
        return normalise(f"tel:{_DIALLED.sub('', contact.mobile)}")
    told = f"{contact.name}, {contact.company or ''}"
    return Address(f"urn:uuid:{uuid.uuid5(NAMESPACE, told)}")
