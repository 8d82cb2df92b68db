# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies under «Invitasjoner» beside invitations: what others propose, and what one is not asked to any more."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.model import EntryId, ProposalId, ReadingId
from gateway.services.awaiting import Awaiting
from gateway.services.called_off import CalledOff
from gateway.web.desk.door import Visit
from gateway.web.desk.item_work import path_of
from gateway.web.times import teller


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that the visitor is not asked to any more, as a page tells of it."""

    href: str
    name: str
    summary: str
    when: str


def gone_of(one: CalledOff, visit: Visit) -> Gone:
    """Give what was withdrawn or called off as a page tells of it to *visit*."""
    tell, brief = teller(visit.person.timezone, visit.language), one.brief
    return Gone(one.href, one.organizer_name, brief.summary, tell.when(brief))


@dataclass(frozen=True, slots=True)
class Wished:
    """A proposal as a page tells of it."""

    id: ProposalId
    name: str
    summary: str
    now: str
    """When it is."""
    wanted: str
    """When it is to be, '' where that stays."""
    location: str
    comment: str
    path: str
    """Where what it is about has its page, '' where they do not have it any more."""


def wish_of(one: Awaiting, visit: Visit, places: Mapping[EntryId, ReadingId]) -> Wished:
    """Give a proposal as a page tells of it to *visit*, in whose calendar things lie in *places*."""
    tell, brief = teller(visit.person.timezone, visit.language), one.brief
    path = path_of(brief.kind, places.get(one.entry_id), one.instance)
    wanted = tell.span(one.start, one.end) if one.start else tell.moment(one.end) if one.end else ""
    return Wished(one.id, one.name, brief.summary, tell.when(brief), wanted, one.location or "", one.comment, path)
