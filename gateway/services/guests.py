# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can be asked to something: colleagues and contacts, found by name, and how each of them is reached."""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.errors import Refused
from gateway.model import Contact, Person
from gateway.services import freebusy
from gateway.store import contacts, people
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox, normalise, of_mailbox
from ical.editing import Guest
from ical.freebusy import Period

MOST_FOUND = 20
LONGEST = 200
NAMESPACE = uuid.UUID("5f0a6b62-3d0c-4c0e-9c57-6e2f7f1d9a10")
"""In which contacts without any way to reach them are named."""
_DIALLED = re.compile(r"[^0-9+]")


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody who can be asked, and how they are reached."""

    address: Address
    name: str
    is_colleague: bool = False
    email: str = ""
    mobile: str = ""
    company: str = ""


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
        """Give those outside."""
        return tuple(one for one in self.everybody if not one.is_colleague)

    @property
    def colleague_addresses(self) -> frozenset[Address]:
        """Give how the colleagues among them are named."""
        return frozenset(one.address for one in self.colleagues)


def known(uow: UnitOfWork, guests: Iterable[Guest]) -> Guests:
    """Give what is known of *guests*, each once; two statements."""
    named = {guest.address: guest for guest in guests}
    colleagues = people.recipients(uow, named.keys())
    outside = contacts.by_addresses(uow, named.keys() - colleagues.keys())
    found: list[Invitee] = []
    for address, guest in named.items():
        if address in colleagues:
            found.append(Invitee(address, colleagues[address].person.name, is_colleague=True))
        else:
            found.append(_outsider(guest, outside.get(address)))
    return Guests(tuple(found))


def search(uow: UnitOfWork, person: Person, text: str, *, outside: bool) -> list[Invitee]:
    """Give colleagues (with *outside*: contacts) whose name has *text* in it, but for *person*."""
    if not outside:
        found = people.search(uow, text[:LONGEST])
        return [_colleague(one) for one in found if one.id != person.id and one.addresses][:MOST_FOUND]
    hits = contacts.search(uow, text[:LONGEST])
    staff = people.recipients(uow, {of_mailbox(one.email) for one in hits if one.email})
    return [_contact(one, staff) for one in hits][:MOST_FOUND]


def new_contact(uow: UnitOfWork, contact: Contact) -> Invitee:
    """Add a contact; Refused where the name is missing or the mailbox is none."""
    if not contact.name.strip() or (contact.email and mailbox(of_mailbox(contact.email)) is None):
        raise Refused("a contact has a name, and an e-mail address that is one, or none")
    contacts.add(uow, contact)
    return _contact(contact, people.recipients(uow, [of_mailbox(contact.email)] if contact.email else []))


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


def _colleague(one: Person) -> Invitee:
    return Invitee(one.addresses[0], one.name, is_colleague=True)


def _contact(one: Contact, staff: Iterable[Address]) -> Invitee:
    address = address_of(one)
    return Invitee(address, one.name, address in staff, one.email or "", one.mobile or "", one.company or "")


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
