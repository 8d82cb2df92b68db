# SPDX-License-Identifier: GPL-3.0-or-later
"""A party crasher's answer came by mail: it is kept for the organizer to decide, who gets the mail too."""

from dataclasses import replace

from gateway.services.arrivals import Arrival, What, ignore
from gateway.services.crashers import REPEATED, take
from gateway.services.passing import forward
from gateway.services.scene import Scene, zone_of
from gateway.store.unit import UnitOfWork
from ical.address import of_mailbox
from ical.itip import crashing
from ical.itip.outcome import Method
from mail.authentication import Authentication, authentication
from mail.note import Reason
from mail.parse import CalendarPart, Incoming


def may_crash(mail: Incoming, part: CalendarPart, scene: Scene) -> bool:
    """Tell whether somebody is heard who is not asked and came by no invitation: our mail server vouches for them."""
    return part.method == Method.REPLY and _authentication(mail, scene) is Authentication.PASSED


def crash(uow: UnitOfWork, arrival: Arrival, part: CalendarPart, why: str) -> What:
    """Keep the answer of somebody who is not asked, *why* says how that is known; raises what reading it raises.

    An invitation that was passed on brings them to its secret mailbox. Where our mail server calls their From forged,
    the organizer has the mail and nothing more.
    """
    mail, now = arrival.mail, arrival.scene.now
    if not mail.sender or _authentication(mail, arrival.scene) is Authentication.FAILED:
        return forward(uow, arrival, Reason.STRANGER, f"{why}.")
    via, zone = arrival.answer.address if arrival.has_token else None, zone_of(arrival.subject.custodian)
    made = crashing.heard(arrival.subject.entry, part.text, of_mailbox(mail.sender), via, zone=zone, now=now)
    if isinstance(made, str):
        return forward(uow, arrival, Reason.STRANGER, f"{why}.")
    named = replace(made, name=made.name or mail.sender_name[: crashing.NAME_LENGTH])
    refused = take(uow, arrival.subject, named, arrival.scene)
    if refused == REPEATED:
        return ignore(uow, arrival, f"{why}: {refused}.")
    passed_on = forward(uow, arrival, Reason.STRANGER, f"{why}.")
    return passed_on if refused else What.UNINVITED


def _authentication(mail: Incoming, scene: Scene) -> Authentication:
    return authentication(mail.authentication, scene.settings.trusted_auth, mail.sender)
