# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail came in: an answer is recorded, a bounce is shown, and what a human wrote goes to the organizer.

Nothing here answers a mail by itself: two machines that do would never end.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.config import Settings
from gateway.model import EntryId, Person
from gateway.services import deliveries
from gateway.services.save import save
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Subject
from gateway.store import answers, decisions, entries, outbox, people, tokens
from gateway.store import received as ledger
from gateway.store.outbox import FORWARD, NewMail
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox, of_mailbox
from ical.answers import Answer
from ical.errors import IcalError
from ical.itip import inbound
from ical.itip.answering import PUBLISHED_AT_ONCE
from ical.itip.outcome import Entry, Method, Outcome
from ical.limits import MAIL
from ical.snapshot import Snapshot, read_object
from ical.text import unescape
from mail.addresses import Mailboxes, Purpose, Target
from mail.errors import NotReadable
from mail.note import Reason
from mail.parse import CalendarPart, Incoming, parse
from mail.reports import Report
from mail.trust import Action, Evidence, judge

MOST_HOPS = 3
PASSED_ON = "f."
"""How the Message-ID of a mail that was passed on begins."""


class What(StrEnum):
    """What a mail came to."""

    ANSWER = "answer"
    """An answer was recorded."""
    IGNORED = "ignored"
    """It changes nothing, and the decision log says why."""
    FORWARDED = "forwarded"
    """The organizer gets it as mail."""
    BOUNCE = "bounce"
    """It says what became of a mail of ours."""
    AGAIN = "again"
    """It had been dealt with before."""
    UNKNOWN = "unknown"
    """No invitation has the mailbox that it was sent to."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a mail came to, and for which entry."""

    what: What
    entry_id: EntryId | None = None


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A mail, and the invitation that it is about."""

    raw: bytes
    mail: Incoming
    digest: str
    subject: Subject
    answer: Answer
    scene: Scene


def is_known(uow: UnitOfWork, recipient: str, *, settings: Settings) -> bool:
    """Tell whether mail to *recipient* is taken."""
    return _addressee(uow, recipient, settings) is not None


def receive(
    uow: UnitOfWork, raw: bytes, recipient: str, *, return_path: str | None = None, settings: Settings, now: datetime
) -> Taken:
    """Deal with the mail *raw*, which came to the mailbox *recipient*; the same mail twice is dealt with once."""
    found = _addressee(uow, recipient, settings)
    if found is None:
        return Taken(What.UNKNOWN)
    target, entry_id, address = found
    try:
        mail = parse(raw, return_path=return_path)
    except NotReadable as error:
        return _unreadable(uow, raw, entry_id, str(error), now)
    digest = _digest(target, mail.message_id, raw)
    if not ledger.take(uow, digest, mail.message_id, now, entry_id, target.purpose):
        return Taken(What.AGAIN, entry_id)
    entries.lock(uow, entry_id)
    about, custodian = entries.about(uow, entry_id, address, most=PUBLISHED_AT_ONCE), people.custodian(uow, entry_id)
    if about is None or custodian is None:
        return Taken(What.UNKNOWN)
    entry, colleagues = about
    subject = Subject(entry_id, entry, custodian, colleagues)
    answer = entry.answer(address) or Answer(address)
    what = _handler(target, mail)(uow, _Arrival(raw, mail, digest, subject, answer, Scene(settings, now)))
    return Taken(what, entry_id)


_Handler = Callable[[UnitOfWork, _Arrival], What]


def _handler(target: Target, mail: Incoming) -> _Handler:
    if mail.report is not None:
        return _report
    if target.purpose is Purpose.BOUNCE:
        return _silence
    if mail.calendar is not None and mail.calendar.method == Method.REPLY:
        return _reply
    return _words


def _is_own(mail: Incoming, settings: Settings) -> bool:
    """Tell whether we passed this very mail on. The domain alone says little: people write from it too."""
    domain = Mailboxes(settings.mail_from).domain
    return mail.message_id.startswith(PASSED_ON) and mail.message_id.lower().endswith(f"@{domain}")


def _reply(uow: UnitOfWork, arrival: _Arrival) -> What:
    """Record the answer in a calendar part, where it is one that counts."""
    part, address = arrival.mail.calendar, arrival.answer.address
    if part is None:
        return _words(uow, arrival)
    try:
        verdict = judge(_evidence(uow, _said(arrival, part), arrival))
        if verdict.action is Action.ASK:
            return _forward(uow, arrival, Reason.STRANGER, f"{verdict.why}.")
        alias = verdict.action is Action.APPLY_ALIAS
        zone, now = zone_of(arrival.subject.custodian), arrival.scene.now
        outcome = inbound.receive(arrival.subject.entry, part.text, address, zone=zone, now=now, alias=alias)
    except IcalError as error:
        return _forward(uow, arrival, Reason.UNREADABLE, f"The answer cannot be used: {error}.")
    reason = f"A mail from {arrival.mail.sender or 'nobody'} answers for {_name(address)}: {verdict.why}."
    outcome = replace(outcome, why=(reason, *outcome.why))
    save(uow, arrival.subject, outcome, actor=None, scene=arrival.scene)
    return What.ANSWER if _changes(outcome) else What.IGNORED


def _said(arrival: _Arrival, part: CalendarPart) -> Snapshot:
    return read_object(part.text, zone_of(arrival.subject.custodian), MAIL, Method.REPLY)


def _evidence(uow: UnitOfWork, said: Snapshot, arrival: _Arrival) -> Evidence:
    address = arrival.answer.address
    named = said.attendees()
    is_alone = len(named) == 1 and address not in named
    return Evidence(
        has_token=True,
        from_attendee=bool(arrival.mail.sender) and of_mailbox(arrival.mail.sender) == address,
        authenticated=False,
        for_attendee=address in named,
        lone=is_alone and not answers.are_asked(uow, arrival.subject.entry_id, named),
    )


def _changes(outcome: Outcome) -> bool:
    return bool(outcome.answers) or outcome.words is not None or outcome.shared is not None


def _words(uow: UnitOfWork, arrival: _Arrival) -> What:
    """Pass on what a human wrote; a machine's mail changes nothing and goes nowhere."""
    mail = arrival.mail
    if mail.automatic:
        return _ignore(uow, arrival, f"A mail that no human wrote was not passed on ({mail.automatic}).")
    if mail.hops >= MOST_HOPS or _is_own(mail, arrival.scene.settings):
        return _ignore(uow, arrival, "A mail that goes in circles was not passed on.")
    said = f"sent a {mail.calendar.method}, which is no answer" if mail.calendar is not None else "wrote in words"
    return _forward(uow, arrival, Reason.WORDS, f"{mail.sender or 'Somebody'} {said}.")


def _forward(uow: UnitOfWork, arrival: _Arrival, reason: Reason, why: str) -> What:
    """Put the mail into the outbox for the organizer, once."""
    custodian, settings = arrival.subject.custodian, arrival.scene.settings
    email = mailbox(custodian.addresses[0]) if custodian.addresses and custodian.left_at is None else None
    if email is None or not settings.can_mail:
        return _ignore(uow, arrival, f"{why} It could not be passed on to the organizer.")
    outbox.add(uow, [_note(arrival, custodian, email, reason)])
    _log(uow, arrival, f"{why} The organizer gets the mail.")
    return What.FORWARDED


def _note(arrival: _Arrival, custodian: Person, email: str, reason: Reason) -> NewMail:
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
            "invited": _name(arrival.answer.address),
            "title": _title(arrival.subject.entry, custodian),
            "reason": reason.value,
            "words": mail.words,
            "hops": mail.hops,
        },
        message_id=f"{PASSED_ON}{arrival.digest[:40]}@{domain}",
        due_at=now,
        created_at=now,
    )


def _report(uow: UnitOfWork, arrival: _Arrival) -> What:
    """Show what became of a mail of ours; who has answered since has got it, whatever a late bounce says."""
    report, answer = arrival.mail.report, arrival.answer
    if report is None or (answer.asked_at and answer.answered_at and answer.answered_at >= answer.asked_at):
        return _ignore(uow, arrival, "A delivery report came late, or about nothing.")
    status = _status(report)
    if status is None:
        return _ignore(uow, arrival, f"A mail to {_name(answer.address)} is {report.action or 'on its way'}.")
    why = f"A mail to {_name(answer.address)}: {report.action} {report.status} {report.diagnosis}".rstrip() + "."
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


def _silence(uow: UnitOfWork, arrival: _Arrival) -> What:
    return _ignore(uow, arrival, "A mail came to the mailbox for bounces and is none.")


def _unreadable(uow: UnitOfWork, raw: bytes, entry_id: EntryId, why: str, now: datetime) -> Taken:
    if not ledger.take(uow, hashlib.sha256(raw).hexdigest(), "", now, entry_id, "unreadable"):
        return Taken(What.AGAIN, entry_id)
    decisions.note(uow, entry_id, [("mail", f"A mail was not read: {why}.")], now)
    return Taken(What.IGNORED, entry_id)


def _ignore(uow: UnitOfWork, arrival: _Arrival, why: str) -> What:
    _log(uow, arrival, why)
    return What.IGNORED


def _log(uow: UnitOfWork, arrival: _Arrival, why: str) -> None:
    decisions.note(uow, arrival.subject.entry_id, [("mail", why[:1].upper() + why[1:])], arrival.scene.now)


def _addressee(uow: UnitOfWork, recipient: str, settings: Settings) -> tuple[Target, EntryId, Address] | None:
    target = Mailboxes(settings.mail_from).target(recipient)
    found = tokens.by_reply_token(uow, target.token) if target is not None else None
    return (target, *found) if target is not None and found is not None else None


def _digest(target: Target, message_id: str, raw: bytes) -> str:
    """Name a mail by its Message-ID, or by its bytes where it has none."""
    identity = message_id.encode() if message_id else raw
    return hashlib.sha256(b"\0".join((target.purpose.encode(), target.token.encode(), identity))).hexdigest()


def _title(entry: Entry, custodian: Person) -> str:
    return unescape(read_object(entry.shared, zone_of(custodian)).value("SUMMARY") or "")


def _name(address: Address) -> str:
    return mailbox(address) or str(address)
