# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is outside the company."""

from gateway.model import Contact
from gateway.store import contacts
from gateway.store.unit import Database
from ical.address import Address

BERIT = Contact("Berit Kunde", "Berit@Kunde.example", "+47 900 00 000", "Kunde AS", "nb")


def test_a_contact_is_found_by_mailbox_however_it_is_spelled(database: Database) -> None:
    with database.write() as uow:
        contacts.add(uow, BERIT)
        contacts.add(uow, Contact("Jon Uten"))

    with database.read() as uow:
        address = Address("mailto:berit@kunde.example")
        found = contacts.by_addresses(uow, [address, Address("urn:uuid:1"), Address("mailto:x@y.example")])
        assert found == {address: Contact("Berit Kunde", "berit@kunde.example", "+47 900 00 000", "Kunde AS", "nb")}
        assert [c.name for c in contacts.everybody(uow)] == ["Berit Kunde", "Jon Uten"]


def test_of_two_contacts_with_one_mailbox_the_newer_counts(database: Database) -> None:
    with database.write() as uow:
        contacts.add(uow, BERIT)
        contacts.add(uow, Contact("Berit Nygift", "berit@kunde.example"))

    with database.read() as uow:
        address = Address("mailto:berit@kunde.example")
        assert contacts.by_addresses(uow, [address])[address].name == "Berit Nygift"
