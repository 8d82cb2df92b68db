# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail came in: an answer is recorded, a bounce is shown, and what a human wrote goes to the organizer.

Nothing here answers a mail by itself, because two machines that do would never end; but for a program that asks for the
current text, which gets it a few times an hour.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from gateway.config import Settings
from gateway.model import EntryId, Person
from gateway.services import deliveries, invited
from gateway.services.arrivals import Arrival, Taken, What, evidence, ignore, name_of, said_in
from gateway.services.countering import counter
from gateway.services.crashing import crash, may_crash
from gateway.services.distributing import scope_of
from gateway.services.passing import forward, words
from gateway.services.refreshing import refresh
from gateway.services.save import save
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Subject
from gateway.store import decisions, entries, people, tokens
from gateway.store import received as ledger
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox, of_mailbox
from ical.answers import Answer
from ical.errors import IcalError
from ical.itip import inbound
from ical.itip.answering import PUBLISHED_AT_ONCE
from ical.itip.outcome import Method, Outcome
from ical.limits import MAIL
from ical.snapshot import read_object
from mail.addresses import Mailboxes, Purpose, Target
from mail.errors import NotReadable
from mail.note import Reason
from mail.parse import CalendarPart, Incoming, parse
from mail.reports import Report
from mail.trust import Action, judge


def is_known(uow: UnitOfWork, recipient: str, *, settings: Settings) -> bool:
    """Tell whether mail to *recipient* is taken."""
    return _addressee(uow, recipient, settings) is not None or invited.is_for_somebody(
        uow, recipient, settings=settings
    )


def receive(
    uow: UnitOfWork, raw: bytes, recipient: str, *, return_path: str | None = None, settings: Settings, now: datetime
) -> Taken:
    """Deal with the mail *raw*, which came to the mailbox *recipient*; the same mail twice is dealt with once."""
    found = _addressee(uow, recipient, settings)
    if found is None:
        person = invited.addressee(uow, recipient)
        if person is not None:
            return _to_person(uow, person, raw, return_path, Scene(settings, now))
        is_copy = invited.is_for_somebody(uow, recipient, settings=settings)
        return Taken(What.ORDINARY, None, "nobody here has this mailbox") if is_copy else Taken(What.UNKNOWN)
    target, entry_id, address = found
    try:
        mail = parse(raw, return_path=return_path)
    except NotReadable as error:
        return _unreadable(uow, raw, entry_id, str(error), now)
    digest = _digest(target.purpose, target.token, mail.message_id, raw)
    if not ledger.take(uow, digest, mail.message_id, now, entry_id, target.purpose):
        return Taken(What.AGAIN, entry_id)
    subject = _subject(uow, entry_id, address)
    if subject is None:
        return Taken(What.UNKNOWN)
    answer = subject.entry.answer(address) or Answer(address)
    arrival = Arrival(raw, mail, digest, subject, answer, Scene(settings, now))
    return Taken(_dealt_with(uow, target, arrival), entry_id)


def _to_person(uow: UnitOfWork, person: Person, raw: bytes, return_path: str | None, scene: Scene) -> Taken:
    """Deal with a mail to an employee's own mailbox: from somebody whom they invited, or who invites them."""
    try:
        mail = parse(raw, return_path=return_path)
    except NotReadable as error:
        return Taken(What.ORDINARY, None, f"the mail was not read: {error}")
    part = mail.calendar
    handle = _OF_METHOD.get(part.method) if part is not None else None
    if part is None or handle is None:
        return invited.take(uow, person, mail, raw, scene)
    subject = _organized(uow, person, mail, part, Mailboxes(scene.settings.mail_from))
    sender = of_mailbox(mail.sender)
    is_asked = subject is not None and any(a.address == sender for a in subject.entry.answers)
    if subject is None or not (is_asked or may_crash(mail, part, scene)):
        return Taken(What.ORDINARY, None, f"METHOD:{part.method} is from nobody whom {person.login} asked to it")
    digest = _digest(Purpose.ANSWER, person.login, mail.message_id, raw)
    if not ledger.take(uow, digest, mail.message_id, scene.now, subject.entry_id, Purpose.ANSWER):
        return Taken(What.AGAIN, subject.entry_id)
    answer = subject.entry.answer(sender) or Answer(sender)
    arrival = Arrival(raw, mail, digest, subject, answer, scene, has_token=False)
    if not is_asked:
        kept = crash(uow, arrival, part, f"{name_of(sender)} is not asked") is What.UNINVITED
        return Taken(What.UNINVITED if kept else What.ORDINARY, subject.entry_id)
    return Taken(handle(uow, arrival, part), subject.entry_id)


def _organized(uow: UnitOfWork, person: Person, mail: Incoming, part: CalendarPart, house: Mailboxes) -> Subject | None:
    """Give what *person* organizes that a mail is about, as far as its sender concerns it; else None."""
    try:
        said = read_object(part.text, zone_of(person), MAIL, part.method)
    except IcalError:
        return None
    found = entries.by_scope(uow, said.uid, scope_of(person))
    if found is None or found[1].outside or not mail.sender or not _is_by(said.organizer, person, house):
        return None
    return _subject(uow, found[0], of_mailbox(mail.sender))


def _is_by(organizer: Address | None, person: Person, house: Mailboxes) -> bool:
    """Tell whether an answer may be to what *person* organizes. Exchange leaves out who does."""
    if organizer is None or organizer in person.all_addresses:
        return True
    box = mailbox(organizer)
    return box is not None and house.target(box) is not None


def _subject(uow: UnitOfWork, entry_id: EntryId, address: Address) -> Subject | None:
    """Give the entry that *address* says something of, and hold it."""
    entries.lock(uow, entry_id)
    about, custodian = entries.about(uow, entry_id, address, most=PUBLISHED_AT_ONCE), people.custodian(uow, entry_id)
    return Subject(entry_id, about[0], custodian, about[1]) if about is not None and custodian is not None else None


def _dealt_with(uow: UnitOfWork, target: Target, arrival: Arrival) -> What:
    part = arrival.mail.calendar
    if arrival.mail.report is not None:
        return _report(uow, arrival)
    if target.purpose is Purpose.BOUNCE:
        return ignore(uow, arrival, "A mail came to the mailbox for bounces and is none.")
    handle = _OF_METHOD.get(part.method) if part is not None else None
    return words(uow, arrival) if part is None or handle is None else handle(uow, arrival, part)


def _reply(uow: UnitOfWork, arrival: Arrival, part: CalendarPart) -> What:
    """Record the answer in a calendar part, where it is one that counts."""
    address = arrival.answer.address
    try:
        verdict = judge(evidence(uow, said_in(arrival, part, Method.REPLY), arrival))
        if verdict.action is Action.DROP:
            return ignore(uow, arrival, f"A mail from {arrival.mail.sender} was not taken: {verdict.why}.")
        if verdict.action is Action.ASK:
            return crash(uow, arrival, part, verdict.why)
        alias = verdict.action is Action.APPLY_ALIAS
        zone, now = zone_of(arrival.subject.custodian), arrival.scene.now
        outcome = inbound.receive(arrival.subject.entry, part.text, address, zone=zone, now=now, alias=alias)
    except IcalError as error:
        return forward(uow, arrival, Reason.UNREADABLE, f"The answer cannot be used: {error}.")
    reason = f"A mail from {arrival.mail.sender or 'nobody'} answers for {name_of(address)}: {verdict.why}."
    outcome = replace(outcome, why=(reason, *outcome.why))
    save(uow, arrival.subject, outcome, actor=None, scene=arrival.scene)
    return What.ANSWER if _changes(outcome) else What.IGNORED


_OF_METHOD: dict[str, Callable[[UnitOfWork, Arrival, CalendarPart], What]] = {
    Method.REPLY: _reply,
    Method.REFRESH: refresh,
    Method.COUNTER: counter,
}


def _changes(outcome: Outcome) -> bool:
    return bool(outcome.answers) or outcome.words is not None or outcome.shared is not None


def _report(uow: UnitOfWork, arrival: Arrival) -> What:
    """Show what became of a mail of ours; who has answered since has got it, whatever a late bounce says."""
    report, answer = arrival.mail.report, arrival.answer
    if report is None or (answer.asked_at and answer.answered_at and answer.answered_at >= answer.asked_at):
        return ignore(uow, arrival, "A delivery report came late, or about nothing.")
    status = _status(report)
    if status is None:
        return ignore(uow, arrival, f"A mail to {name_of(answer.address)} is {report.action or 'on its way'}.")
    why = f"A mail to {name_of(answer.address)}: {report.action} {report.status} {report.diagnosis}".rstrip() + "."
    deliveries.tell(uow, arrival.subject.entry_id, answer.address, status, why, arrival.scene.now)
    return What.BOUNCE


def _status(report: Report) -> str | None:
    if report.is_arrival:
        return deliveries.DELIVERED
    if not report.is_final:
        return None
    if report.status.startswith("4."):
        return deliveries.GIVEN_UP
    return deliveries.FORBIDDEN if report.status.startswith("5.7.") else deliveries.REFUSED


def _unreadable(uow: UnitOfWork, raw: bytes, entry_id: EntryId, why: str, now: datetime) -> Taken:
    if not ledger.take(uow, hashlib.sha256(raw).hexdigest(), "", now, entry_id, "unreadable"):
        return Taken(What.AGAIN, entry_id)
    decisions.note(uow, entry_id, [("mail", f"A mail was not read: {why}.")], now)
    return Taken(What.IGNORED, entry_id)


def _addressee(uow: UnitOfWork, recipient: str, settings: Settings) -> tuple[Target, EntryId, Address] | None:
    target = Mailboxes(settings.mail_from).target(recipient)
    found = tokens.by_reply_token(uow, target.token) if target is not None else None
    return (target, *found) if target is not None and found is not None else None


def _digest(purpose: Purpose, box: str, message_id: str, raw: bytes) -> str:
    """Name a mail to the mailbox *box* of ours by its Message-ID, or by its bytes where it has none."""
    identity = message_id.encode() if message_id else raw
    return hashlib.sha256(b"\0".join((purpose.encode(), box.encode(), identity))).hexdigest()
