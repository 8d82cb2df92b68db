# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about people outside the company."""

from collections.abc import Collection

from sqlalchemy import insert, select

from gateway.model import Contact
from gateway.store.rows import Found
from gateway.store.schema import contact
from gateway.store.sought import rank
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox, of_mailbox

_COLUMNS = (contact.c.name, contact.c.email, contact.c.mobile, contact.c.company, contact.c.language)


def add(uow: UnitOfWork, new: Contact) -> None:
    """Add a contact; the mailbox is stored in comparable form."""
    email = None if new.email is None else mailbox(of_mailbox(new.email)) or new.email
    uow.connection.execute(
        insert(contact).values(
            name=new.name, email=email, mobile=new.mobile, company=new.company, language=new.language
        )
    )


def by_addresses(uow: UnitOfWork, addresses: Collection[Address]) -> dict[Address, Contact]:
    """Give which of *addresses* are contacts'; of two with one mailbox, the one added last."""
    boxes = [box for address in addresses if (box := mailbox(address)) is not None]
    if not boxes:
        return {}
    rows = uow.connection.execute(select(*_COLUMNS).where(contact.c.email.in_(boxes)).order_by(contact.c.id))
    return {of_mailbox(row.email): _contact(row) for row in rows}


def search(uow: UnitOfWork, text: str) -> tuple[Contact, ...]:
    """Give the contacts whose name, company, mailbox or number answers to *text*, the best first, each mailbox once."""
    found: dict[object, tuple[int, Contact]] = {}
    for number, one in enumerate(everybody(uow) if text.strip() else ()):
        place = rank(text, (one.name, one.company or "", one.email or ""), one.mobile or "")
        if place is not None:
            found[one.email or number] = place, one
    ranked = sorted(found.values(), key=lambda pair: (pair[0], pair[1].name.casefold()))
    return tuple(one for _, one in ranked)


def everybody(uow: UnitOfWork) -> tuple[Contact, ...]:
    """Give all contacts, by name. Reads the whole table, as the question does."""
    return tuple(_contact(row) for row in uow.connection.execute(select(*_COLUMNS).order_by(contact.c.name)))


def _contact(row: Found) -> Contact:
    return Contact(row.name, row.email, row.mobile, row.company, row.language)
