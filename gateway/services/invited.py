# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail came to an employee's own mailbox: an invitation from outside is taken, kept back, or none of ours.

The company's mail system hands us a copy of what the employee gets anyway. So nothing here is ever answered or bounced,
and what is left alone is not lost.
"""

import hashlib

from gateway.config import Settings
from gateway.model import Person
from gateway.services import proposals, replicas
from gateway.services.arrivals import Taken, What, name_of
from gateway.services.distributing import scope_of
from gateway.services.scene import Scene, zone_of
from gateway.store import contacts, entries, people, quarantine
from gateway.store import received as ledger
from gateway.store.quarantine import Kept
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox, normalise, of_mailbox
from ical.errors import IcalError
from ical.itip.outcome import Method
from ical.itip.replica import METHODS
from ical.limits import MAIL
from ical.snapshot import Snapshot, read_object
from ical.text import unescape
from mail.addresses import Mailboxes
from mail.admission import Admitted, Claim, Policy, admit
from mail.authentication import authentication
from mail.parse import CalendarPart, Incoming

MOST_HOPS = 3
TAKEN = METHODS | {Method.DECLINECOUNTER}
"""What is read of a mail to an employee."""
SUMMARY_LENGTH = 200


def addressee(uow: UnitOfWork, recipient: str) -> Person | None:
    """Give whose own mailbox *recipient* is, or one of its plus-addresses."""
    address = of_mailbox(recipient.strip().strip("<>"))
    found = people.recipients(uow, {address, _plain(address)})
    return next((found[a].person for a in (address, _plain(address)) if a in found), None)


def is_for_somebody(uow: UnitOfWork, recipient: str, *, settings: Settings) -> bool:
    """Tell whether a mailbox is an employee's, or in a domain where they have theirs, and none of the gateway's own.

    Copies of what comes to somebody who has left, or to a shared mailbox, must not bounce to whoever wrote.
    """
    local, _, domain = of_mailbox(recipient.strip().strip("<>")).removeprefix("mailto:").rpartition("@")
    own = Mailboxes(settings.mail_from).plain.lower()
    is_own = f"{local.partition('+')[0]}@{domain}" == own
    return bool(local) and not is_own and people.has_domain(uow, domain)


def take(uow: UnitOfWork, person: Person, mail: Incoming, raw: bytes, scene: Scene) -> Taken:
    """Deal with *mail*, read from *raw*, that came to *person*; the same mail twice is dealt with once."""
    part = mail.calendar
    if part is None or part.method not in TAKEN:
        method = part.method if part is not None else ""
        return Taken(
            What.ORDINARY, None, f"METHOD:{method} is no invitation" if method else "there is no invitation in it"
        )
    try:
        said = read_object(part.text, zone_of(person), MAIL, part.method)
    except IcalError as error:
        return Taken(What.ORDINARY, None, f"the invitation cannot be used: {error}")
    try:
        return _take_invitation(uow, person, mail, part, said, raw, scene)
    except IcalError as error:
        why = f"A mail from {mail.sender or 'nobody'} with {part.method} cannot be used: {error}."
        replicas.note(uow, person, said.uid, why, scene)
        return Taken(What.IGNORED, None, why)


def _take_invitation(  # to whom, in which mail, as which part, which says what
    uow: UnitOfWork, person: Person, mail: Incoming, part: CalendarPart, said: Snapshot, raw: bytes, scene: Scene
) -> Taken:
    ours = _is_ours(uow, mail, said, scene)
    if ours:
        return Taken(What.ORDINARY, None, ours)
    digest = _digest(person, mail.message_id, raw)
    if ledger.seen(uow, digest):
        return Taken(What.AGAIN)
    admitted, why = _admitted(uow, person, mail, said, scene)
    is_declined = part.method == Method.DECLINECOUNTER
    if is_declined and admitted is Admitted.QUARANTINE:
        admitted = Admitted.REFUSED  # nothing in it is worth waiting for
    source = f"A mail from {mail.sender or 'nobody'} with {part.method}, {admitted}: {why}."
    if admitted is Admitted.REFUSED:
        replicas.note(uow, person, said.uid, source, scene)
        return Taken(What.IGNORED, None, source)
    if admitted is Admitted.QUARANTINE:
        kept = Kept(digest, scene.now, person.id, mail.sender, part.method, said.uid, _summary(said), why, part.text)
        quarantine.add(uow, kept)
        replicas.note(uow, person, said.uid, source, scene)
        taken = Taken(What.QUARANTINED, None, source)
    elif is_declined:
        taken = proposals.turned_down(uow, person, said, source, scene)
    else:
        taken = replicas.take(uow, person, said, part.text, source, scene)
    ledger.take(uow, digest, mail.message_id, scene.now, taken.entry_id, taken.what)
    return taken


def release(uow: UnitOfWork, number: int, scene: Scene) -> Taken | None:
    """Take an invitation that was kept back, as an administrator says; None: there is none of this number.

    Raises IcalError where it cannot be used, and it stays then.
    """
    kept = quarantine.get(uow, number)
    person = people.by_id(uow, kept.person_id) if kept is not None else None
    if kept is None or person is None:
        return None
    said = read_object(kept.text, zone_of(person), MAIL, kept.method)
    source = f"A mail from {kept.sender or 'nobody'} with {kept.method}, unverified: an administrator released it."
    taken = replicas.take(uow, person, said, kept.text, source, scene)
    quarantine.drop(uow, number)
    return taken


def _is_ours(uow: UnitOfWork, mail: Incoming, said: Snapshot, scene: Scene) -> str:
    """Give why a message is one that went out from here, or ''."""
    organizer, house = said.organizer, Mailboxes(scene.settings.mail_from)
    box = mailbox(organizer) if organizer is not None else None
    if box is not None and (house.target(box) is not None or box == house.plain.lower()):
        return "it was sent from here"
    if organizer is not None and people.recipients(uow, [organizer]):
        return f"{name_of(organizer)}, a colleague, organizes it"
    return "it goes in circles" if mail.hops >= MOST_HOPS else ""


def _admitted(uow: UnitOfWork, person: Person, mail: Incoming, said: Snapshot, scene: Scene) -> tuple[Admitted, str]:
    settings, sender = scene.settings, of_mailbox(mail.sender) if mail.sender else None
    line = next((line for part in said.parts for line in said.document.named(part.component, "ORGANIZER")), None)
    secretary = line.parameter("SENT-BY") if line is not None else None
    claim = Claim(
        authentication=authentication(mail.authentication, settings.trusted_auth, mail.sender),
        is_known=sender is not None and (_is_contact(uow, sender) or _organizes(uow, person, said.uid, sender)),
        from_organizer=sender is not None and sender == said.organizer,
        for_organizer=secretary is not None and normalise(secretary) == sender,
    )
    return admit(claim, Policy(settings.outside_invitations))


def _is_contact(uow: UnitOfWork, sender: Address) -> bool:
    """Tell whether a mailbox is a contact's, or one of its plus-addresses: calendar servers answer to such."""
    return bool(contacts.by_addresses(uow, {sender, _plain(sender)}))


def _organizes(uow: UnitOfWork, person: Person, uid: str, sender: Address) -> bool:
    """Tell whether *person* has what *sender* organizes from outside: whoever may invite may call it off too."""
    found = entries.by_scope(uow, uid, scope_of(person))
    return found is not None and found[1].outside and found[1].organizer == sender


def _plain(address: Address) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(f"{local.partition('+')[0]}@{domain}")


def _digest(person: Person, message_id: str, raw: bytes) -> str:
    """Name a mail to *person* by its Message-ID, or by its bytes where it has none."""
    identity = message_id.encode() if message_id else raw
    return hashlib.sha256(b"\0".join((b"invitation", str(person.id).encode(), identity))).hexdigest()


def _summary(said: Snapshot) -> str:
    return unescape(said.value("SUMMARY") or "")[:SUMMARY_LENGTH]
