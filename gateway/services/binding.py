# SPDX-License-Identifier: GPL-3.0-or-later
"""An address that mail went to becomes a colleague's who signs in: a contact is hired, somebody gets one more address.

A colleague gets a password, or is let in again (product, A20): the same.

Readings are of people, not of addresses (model, row 39): what is over stays as it was, and what an address that is used
again was asked as another colleague's stays theirs.
"""

from collections.abc import Collection

from gateway.model import Person
from gateway.services.save import save
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Subject
from gateway.store import answers, drafts, entries, people
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox
from ical.itip.outcome import Outcome
from ical.recurrence import is_over
from ical.snapshot import read_object


def bind(uow: UnitOfWork, person: Person, addresses: Collection[Address], *, scene: Scene) -> int:
    """Give *person* what *addresses* were asked to as somebody's outside, and is not over; tell how much that is.

    Nobody is told of it, and the answers stand; later changes come over CalDAV, and no more as mail: what waits to be
    sent to them goes. Of whoever cannot sign in, nothing changes.
    """
    if person.disabled:
        return 0
    mine, found = frozenset(addresses), 0
    for entry_id in answers.outside(uow, mine, scene.now):
        entries.lock(uow, entry_id)
        entry, custodian = entries.by_id(uow, entry_id), people.custodian(uow, entry_id)
        if entry is None or custodian is None or custodian.id == person.id:
            continue
        said = read_object(entry.shared, zone_of(custodian))
        if is_over(said.document, said.kind, zone_of(custodian), scene.now):
            continue
        answers.bind(uow, entry_id, mine, person.id)
        drafts.remove(uow, [one.id for one in drafts.of_entries(uow, [entry_id]) if one.address in mine])
        theirs = frozenset(a.address for a in entry.answers if a.address in mine)
        named = ", ".join(sorted(mailbox(address) or str(address) for address in theirs))
        outcome = Outcome(
            state=entry.state,
            closed=entry.closed,
            touched=theirs,
            firm=theirs,
            reset=theirs,
            why=(f"{named} is the address of {person.login} from now on, who has it in their calendar.",),
        )
        save(uow, Subject(entry_id, entry, custodian), outcome, actor=None, scene=scene)
        found += 1
    return found
