# SPDX-License-Identifier: GPL-3.0-or-later
"""What others propose for what somebody organizes, and waits to be accepted or declined (`proposals`)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.model import Brief, EntryId, Person, ProposalId
from gateway.services.brief import brief
from gateway.services.scene import zone_of
from gateway.store import entries, proposals, rosters
from gateway.store.answers import Asked
from gateway.store.unit import UnitOfWork
from ical.address import mailbox
from ical.instances import InstanceId
from ical.overrides import single
from ical.snapshot import read_object
from ical.times import Moment


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A proposal as its organizer is told of it."""

    id: ProposalId
    entry_id: EntryId
    instance: InstanceId
    name: str
    """Of whoever proposes it."""
    brief: Brief
    """What it says now."""
    start: Moment | None
    """Aware, or a day; None: it stays."""
    end: Moment | None
    location: str | None
    comment: str


def awaiting(uow: UnitOfWork, person: Person, now: datetime) -> list[Awaiting]:
    """Give what is proposed for what *person* organizes and is not over, oldest first."""
    zone, known = zone_of(person), proposals.open_for(uow, person.id)
    about = entries.by_ids(uow, {one.entry_id for one in known})
    asked = {number: Asked(list(entry.answers), {}) for number, entry in about.items()}
    members, found = rosters.members(uow, asked), []
    for one in known:
        said, proposed = read_object(about[one.entry_id].shared, zone), one.proposal
        told = brief(single(said, proposed.instance, zone), zone, now)
        member = members[one.entry_id].get(proposed.address)
        if not told.over:
            found.append(
                Awaiting(
                    one.id,
                    one.entry_id,
                    proposed.instance,
                    (member.name if member is not None else "") or mailbox(proposed.address) or str(proposed.address),
                    told,
                    _aware(proposed.start, zone),
                    _aware(proposed.end, zone),
                    proposed.location,
                    proposed.comment or "",
                )
            )
    return found


def _aware(value: Moment | None, zone: ZoneInfo) -> Moment | None:
    return value.replace(tzinfo=zone) if isinstance(value, datetime) and value.tzinfo is None else value
