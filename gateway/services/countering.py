# SPDX-License-Identifier: GPL-3.0-or-later
"""A counter-proposal came by mail: it is kept for the organizer, who gets the mail too, as few programs show one."""

from collections.abc import Mapping
from dataclasses import replace

from gateway.services.arrivals import Arrival, What, evidence, ignore, log, said_in
from gateway.services.letters import proposed
from gateway.services.passing import CIRCLES, forward, goes_in_circles
from gateway.services.proposals import take
from gateway.services.scene import zone_of
from gateway.store import answers
from gateway.store.unit import UnitOfWork
from ical.address import of_mailbox
from ical.errors import IcalError
from ical.itip import proposing
from ical.itip.outcome import Method
from ical.limits import PROPOSAL
from ical.snapshot import Snapshot
from mail.note import Reason
from mail.parse import CalendarPart
from mail.trust import Action, Evidence, judge


def counter(uow: UnitOfWork, arrival: Arrival, part: CalendarPart) -> What:
    """Keep what the invited address proposes, where it counts; the answer that stands is no other by it."""
    subject, address, writer = arrival.subject, arrival.answer.address, arrival.mail.sender or "Somebody"
    try:
        verdict = judge(_evidence(uow, said_in(arrival, part, Method.COUNTER, PROPOSAL), arrival))
        if verdict.action is Action.DROP:
            return ignore(uow, arrival, f"A proposal was not kept: {verdict.why}.")
        if verdict.action is Action.ASK:
            return _pass_on(uow, arrival, Reason.STRANGER, f"A proposal was not kept: {verdict.why}.")
        wish = proposing.wish_of(subject.entry, part.text, zone=zone_of(subject.custodian))
    except IcalError as error:
        return _pass_on(uow, arrival, Reason.UNREADABLE, f"A proposal cannot be used: {error}.")
    log(uow, arrival, f"{writer} sent a {Method.COUNTER}: {verdict.why}.")
    made = take(uow, subject, address, wish, arrival.scene)
    if made == proposing.REPEATED:
        return What.IGNORED
    if isinstance(made, str):
        return _pass_on(uow, arrival, Reason.WORDS, f"{writer} proposes what cannot be kept.")
    facts = {**proposed(made), "words": _words(arrival.mail.words, made.comment or "")}
    _pass_on(uow, arrival, Reason.PROPOSAL, f"{writer} proposes something else.", facts)
    return What.PROPOSAL


def _words(written: str, comment: str) -> str:
    """Give what somebody wrote, with the comment of the calendar part where the mail does not say it as well."""
    said = " ".join(comment.split()) in " ".join(written.split())
    return written if said else "\n\n".join(filter(None, (comment.strip(), written)))


def _pass_on(  # which mail, and what is to be said with it
    uow: UnitOfWork, arrival: Arrival, reason: Reason, why: str, facts: Mapping[str, object] | None = None
) -> What:
    """Give the mail to the organizer. Google calls it automatic, but no machine would rather have another time."""
    if goes_in_circles(arrival):
        return ignore(uow, arrival, f"{why} {CIRCLES}")
    return forward(uow, arrival, reason, why, facts or {})


def _evidence(uow: UnitOfWork, said: Snapshot, arrival: Arrival) -> Evidence:
    """Give what is known; a COUNTER may name everybody, or nobody (RFC 5546 3.2.7): who wrote it tells who proposes."""
    known, sender = evidence(uow, said, arrival), of_mailbox(arrival.mail.sender)
    is_anothers = sender != arrival.answer.address and answers.are_asked(uow, arrival.subject.entry_id, [sender])
    return replace(known, for_attendee=(known.for_attendee or not said.attendees()) and not is_anothers)
