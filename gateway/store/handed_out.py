# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about what somebody has handed out to others, and what became of the mail about it."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from gateway.model import EntryId, PersonId, ReadingId
from gateway.store.direct import Direct, among, listed
from gateway.store.schema import outbox, reading
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.itip.outcome import Method
from ical.kinds import Kind


class Posted(NamedTuple):
    """The last invitation that was mailed to somebody."""

    state: str
    sent_at: datetime | None


_OF_PERSON = (
    select(reading.c.id)
    .where(
        reading.c.person == bindparam("person"),
        reading.c.kind == bindparam("kind"),
        reading.c.organizer,
        reading.c.scheduled,
        reading.c.kept.is_(None),
        ~reading.c.hidden,
    )
    .order_by(reading.c.span_end.is_(None), reading.c.span_end, reading.c.id)
    .limit(bindparam("most"))
)
_REQUESTS = Direct(
    lambda dialect: (
        select(outbox.c.entry, outbox.c.address, outbox.c.state, outbox.c.sent_at)
        .where(among(dialect, outbox.c.entry, "entries"), outbox.c.method == Method.REQUEST.value)
        .order_by(outbox.c.id)
    )
)


def by_person(uow: UnitOfWork, person_id: PersonId, kind: Kind, most: int) -> list[ReadingId]:
    """Give a person's own readings of what others are in, of one kind, what ends first at the top."""
    asked = {"person": person_id, "kind": kind.value, "most": most}
    return [ReadingId(number) for number in uow.connection.execute(_OF_PERSON, asked).scalars()]


def last_requests(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[EntryId, dict[Address, Posted]]:
    """Give what became of the last invitation to each address of these entries, as long as that is kept."""
    found: dict[EntryId, dict[Address, Posted]] = {}
    if entry_ids:
        for entry_id, address, state, sent_at in _REQUESTS.rows(uow, entries=listed(entry_ids)):
            found.setdefault(EntryId(entry_id), {})[Address(address)] = Posted(state, sent_at)
    return found
