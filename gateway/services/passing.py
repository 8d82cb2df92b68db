# SPDX-License-Identifier: GPL-3.0-or-later
"""What no program can act on goes to the organizer as mail, so that nothing is lost; a machine's mail goes nowhere."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.config import Settings
from gateway.model import Person
from gateway.services.arrivals import Arrival, What, ignore, log, name_of
from gateway.services.scene import zone_of
from gateway.store import outbox
from gateway.store.outbox import FORWARD, NewMail
from gateway.store.unit import UnitOfWork
from ical.address import mailbox, of_mailbox
from ical.itip.outcome import Entry
from ical.snapshot import read_object
from ical.text import unescape
from mail.addresses import Mailboxes
from mail.note import Reason
from mail.parse import Incoming

MOST_HOPS = 3
PASSED_ON = "f."
"""How the Message-ID of a mail that was passed on begins."""
CIRCLES = "A mail that goes in circles was not passed on."


def words(uow: UnitOfWork, arrival: Arrival) -> What:
    """Pass on what a human wrote; a machine's mail changes nothing and goes nowhere."""
    mail = arrival.mail
    if mail.automatic:
        return ignore(uow, arrival, f"A mail that no human wrote was not passed on ({mail.automatic}).")
    if goes_in_circles(arrival):
        return ignore(uow, arrival, CIRCLES)
    said = f"sent a {mail.calendar.method}, which is no answer" if mail.calendar is not None else "wrote in words"
    return forward(uow, arrival, Reason.WORDS, f"{mail.sender or 'Somebody'} {said}.")


def goes_in_circles(arrival: Arrival) -> bool:
    """Tell whether a mail has passed gateways like this one too often, or is one that we passed on."""
    return arrival.mail.hops >= MOST_HOPS or _is_own(arrival.mail, arrival.scene.settings)


def forward(
    uow: UnitOfWork, arrival: Arrival, reason: Reason, why: str, facts: Mapping[str, object] = MappingProxyType({})
) -> What:
    """Put the mail into the outbox for the organizer, once; *facts* are what else the reason needs."""
    if not arrival.has_token:
        return ignore(uow, arrival, f"{why} The organizer has the mail.")
    custodian, settings = arrival.subject.custodian, arrival.scene.settings
    email = mailbox(custodian.addresses[0]) if custodian.addresses and custodian.left_at is None else None
    if email is None or not settings.can_mail:
        return ignore(uow, arrival, f"{why} It could not be passed on to the organizer.")
    outbox.add(uow, [_note(arrival, custodian, email, reason, facts)])
    log(uow, arrival, f"{why} The organizer gets the mail.")
    return What.FORWARDED


def _is_own(mail: Incoming, settings: Settings) -> bool:
    """Tell whether we passed this very mail on. The domain alone says little: people write from it too."""
    domain = Mailboxes(settings.mail_from).domain
    return mail.message_id.startswith(PASSED_ON) and mail.message_id.lower().endswith(f"@{domain}")


def _note(arrival: Arrival, custodian: Person, email: str, reason: Reason, facts: Mapping[str, object]) -> NewMail:
    mail, now = arrival.mail, arrival.scene.now
    domain = Mailboxes(arrival.scene.settings.mail_from).domain
    return NewMail(
        entry_id=arrival.subject.entry_id,
        address=of_mailbox(email),
        method=FORWARD,
        cause=f"mail {arrival.digest[:40]}",
        text=arrival.raw,
        facts={
            "language": custodian.language,
            "organizer_name": custodian.name,
            "organizer_email": email,
            "writer": mail.sender,
            "writer_name": mail.sender_name,
            "invited": name_of(arrival.answer.address),
            "title": _title(arrival.subject.entry, custodian),
            "reason": reason.value,
            "words": mail.words,
            "hops": mail.hops,
            "timezone": custodian.timezone,
            **facts,
        },
        message_id=f"{PASSED_ON}{arrival.digest[:40]}@{domain}",
        due_at=now,
        created_at=now,
    )


def _title(entry: Entry, custodian: Person) -> str:
    return unescape(read_object(entry.shared, zone_of(custodian)).value("SUMMARY") or "")
