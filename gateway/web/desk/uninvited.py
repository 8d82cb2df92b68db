# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody answers who was not asked: told to whoever organizes it, who takes them in or says no thanks."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.errors import NotFound, NotYours
from gateway.model import CrasherId, EntryId, ReadingId
from gateway.services import crashers
from gateway.services.crashers import Uninvited
from gateway.store.unit import UnitOfWork
from gateway.web.desk.door import Desk, Visit
from gateway.web.desk.item_work import path_of
from gateway.web.forms import FormRefused
from gateway.web.times import teller
from ical.answers import COMPLETED, IN_PROCESS, TENTATIVE
from ical.kinds import Kind

TAKE_IN, TURN_AWAY = "tamed", "neitakk"
NOWHERE: Mapping[EntryId, ReadingId] = {}


@dataclass(frozen=True, slots=True)
class Crashed:
    """Somebody who was not asked, as a page tells of them."""

    id: CrasherId
    told: str
    """Who says what, in a sentence."""
    source: str
    """Where it is from."""
    summary: str
    when: str
    comment: str
    stands: bool
    """What they said counts when they are taken in."""
    path: str
    """Where what it is about has its page, '' where that is here."""


def crashed_of(one: Uninvited, visit: Visit, places: Mapping[EntryId, ReadingId] = NOWHERE) -> Crashed:
    """Give somebody who was not asked as a page tells of them to *visit*, in whose calendar things lie in *places*."""
    tell, brief = teller(visit.person.timezone, visit.language), one.brief
    source = visit.word("%(mailbox)s, with the invitation to %(via)s") if one.via else "%(mailbox)s"
    return Crashed(
        one.id,
        _sentence(one, visit) % {"who": one.name},
        source % {"mailbox": one.mailbox, "via": one.via},
        brief.summary,
        tell.when(brief),
        one.comment,
        one.stands,
        path_of(brief.kind, places.get(one.entry_id), one.instance),
    )


def decide(desk: Desk, visit: Visit, uow: UnitOfWork, number: CrasherId, said: str) -> None:
    """Do what a form says; raises NotFound, FormRefused, and Refused where there is nothing to come to any more."""
    try:
        if said == TAKE_IN:
            crashers.take_in(uow, visit.person, number, scene=desk.scene(visit))
        elif said == TURN_AWAY:
            crashers.turn_away(uow, visit.person, number, scene=desk.scene(visit))
        else:
            raise FormRefused("no answer")
    except NotYours:
        raise NotFound("there is nobody to decide about") from None


def notes_of(visit: Visit) -> dict[str, str]:
    """Say what was done."""
    return {
        TAKE_IN: visit.word("They are in it now, and are told so."),
        TURN_AWAY: visit.word("They stay out. Nobody is told."),
    }


def _sentence(one: Uninvited, visit: Visit) -> str:
    if one.partstat == TENTATIVE:
        return visit.word("%(who)s is not invited, but says maybe.")
    if one.partstat == COMPLETED:
        return visit.word("%(who)s was not asked, but has done the task.")
    if one.partstat == IN_PROCESS:
        return visit.word("%(who)s was not asked, but has begun with the task.")
    if one.brief.kind is Kind.VTODO:
        return visit.word("%(who)s was not asked, but takes the task on.")
    return visit.word("%(who)s is not invited, but says yes.")
