# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail from somebody invited: what it is about, and what it may come to."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.model import EntryId
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Subject
from gateway.store import answers, decisions
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox, of_mailbox
from ical.answers import Answer
from ical.limits import MAIL, Limits
from ical.snapshot import Snapshot, read_object
from mail.authentication import Authentication, authentication
from mail.parse import CalendarPart, Incoming
from mail.trust import Evidence


class What(StrEnum):
    """What a mail came to."""

    ANSWER = "answer"
    """An answer was recorded."""
    REFRESH = "refresh"
    """Whoever asked for the current text gets it."""
    PROPOSAL = "proposal"
    """Something is proposed to an organizer here, or what was proposed to one outside is declined."""
    UNINVITED = "uninvited"
    """Somebody answers who was not asked, and the organizer decides."""
    IGNORED = "ignored"
    """It changes nothing, and the decision log says why."""
    INVITATION = "invitation"
    """What somebody outside organizes is in an employee's calendar, as the mail says."""
    QUARANTINED = "quarantined"
    """An administrator decides."""
    ORDINARY = "ordinary"
    """It came to an employee's own mailbox, and is none of ours: they have it as mail."""
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
    why: str = ""
    """Said where no decision log could say it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail, and the invitation that it is about."""

    raw: bytes
    mail: Incoming
    digest: str
    """What names the mail: the same one twice has the same."""
    subject: Subject
    answer: Answer
    """What stands for the invited address."""
    scene: Scene
    has_token: bool = True
    """It came to the secret mailbox of an invitation; False: to the organizer's own, who has it as mail."""


def said_in(arrival: Arrival, part: CalendarPart, method: str, limits: Limits = MAIL) -> Snapshot:
    """Read the calendar part of a mail, which must be of *method*; raises what reading it raises."""
    return read_object(part.text, zone_of(arrival.subject.custodian), limits, method)


def evidence(uow: UnitOfWork, said: Snapshot, arrival: Arrival) -> Evidence:
    """Give what is known of who wrote it, and for whom it speaks."""
    address = arrival.answer.address
    named = said.attendees()
    is_alone = len(named) == 1 and address not in named
    mail, trusted = arrival.mail, arrival.scene.settings.trusted_auth
    vouched = authentication(mail.authentication, trusted, mail.sender)
    return Evidence(
        has_token=arrival.has_token,
        from_attendee=bool(mail.sender) and of_mailbox(mail.sender) == address,
        authenticated=vouched is Authentication.PASSED,
        for_attendee=address in named,
        lone=is_alone and not answers.are_asked(uow, arrival.subject.entry_id, named),
    )


def ignore(uow: UnitOfWork, arrival: Arrival, why: str) -> What:
    """Note why a mail changes nothing."""
    log(uow, arrival, why)
    return What.IGNORED


def log(uow: UnitOfWork, arrival: Arrival, why: str) -> None:
    """Note what was made of a mail."""
    decisions.note(uow, arrival.subject.entry_id, [("mail", why[:1].upper() + why[1:])], arrival.scene.now)


def name_of(address: Address) -> str:
    """Give an address as people write it."""
    return mailbox(address) or str(address)
