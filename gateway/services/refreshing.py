# SPDX-License-Identifier: GPL-3.0-or-later
"""A contact's program asks for the current text by mail: it gets that, once for each time that it asks, and not often.

Colleagues need no such thing: over CalDAV everybody reads the current text.
"""

from datetime import timedelta

from gateway.services import letters
from gateway.services.arrivals import Arrival, What, evidence, ignore, log, name_of, said_in
from gateway.services.passing import words
from gateway.services.scene import zone_of
from gateway.store import outbox
from gateway.store.unit import UnitOfWork
from ical.errors import IcalError
from ical.itip import refreshing
from ical.itip.outcome import Method, Outcome
from mail.parse import CalendarPart
from mail.trust import Action, judge

MOST = 5
WITHIN = timedelta(hours=1)
"""So often an address gets the text of an entry for the asking: two programs that ask and answer must not go on so."""
CAUSE = "refresh "
"""How the cause of a mail begins that was asked for."""


def refresh(uow: UnitOfWork, arrival: Arrival, part: CalendarPart) -> What:
    """Send the current text to the invited address, whoever asked for it in its mailbox; nothing else changes."""
    try:
        outcome = _decided(uow, arrival, part)
    except IcalError as error:
        log(uow, arrival, f"A mail asks for the current text and cannot be used: {error}.")
        return words(uow, arrival)
    why = _hindered(uow, arrival, outcome)
    if why is not None:
        return ignore(uow, arrival, why)
    letters.send(uow, arrival.subject, outcome, f"{CAUSE}{arrival.digest[:40]}", arrival.scene)
    log(uow, arrival, *outcome.why)
    return What.REFRESH


def _hindered(uow: UnitOfWork, arrival: Arrival, outcome: Outcome) -> str | None:
    """Give why nothing is sent; None where nothing is in the way."""
    subject, address, scene = arrival.subject, arrival.answer.address, arrival.scene
    name, asks = name_of(address), "A mail asks for the current text"
    if not outcome.messages:
        return outcome.why[0]
    if address in (subject.people or {}):
        return f"{asks}, which {name}, a colleague, reads in a calendar."
    if not scene.settings.can_mail:
        return f"{asks}, and {name} cannot be sent any mail."
    if outbox.count_since(uow, subject.entry_id, address, CAUSE, scene.now - WITHIN) >= MOST:
        return f"{asks} once more: {name} was sent it {MOST} times within an hour."
    return None


def _decided(uow: UnitOfWork, arrival: Arrival, part: CalendarPart) -> Outcome:
    entry, zone = arrival.subject.entry, zone_of(arrival.subject.custodian)
    verdict = judge(evidence(uow, said_in(arrival, part, Method.REFRESH), arrival))
    if verdict.action in {Action.ASK, Action.DROP}:
        return Outcome(
            state=entry.state, closed=entry.closed, why=(f"Nobody is sent the current text: {verdict.why}.",)
        )
    return refreshing.refresh(entry, part.text, arrival.answer.address, zone=zone)
