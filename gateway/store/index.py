# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions of those who run the gateway: all entries in turn, and everything about one UID."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, select

from gateway.model import EntryId, PersonId
from gateway.store.schema import calendar, entry, person, reading
from gateway.store.unit import UnitOfWork
from ical.itip.outcome import State


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an entry says, whose words it is, and what the column says."""

    entry_id: EntryId
    uid: str
    custodian: PersonId
    text: bytes
    """That tells when people are busy (`ical.itip.outcome.Entry.timed`)."""
    summary: str
    is_private: bool
    """Nobody else is in it."""


def after(uow: UnitOfWork, entry_id: EntryId, *, limit: int) -> tuple[Indexed, ...]:
    """Give the next *limit* entries behind *entry_id*, by number."""
    is_off = and_(entry.c.state == State.CANCELLED.value, entry.c.shared.is_not(None))
    text = case((is_off, entry.c.shared), else_=entry.c.words).label("text")
    columns = (entry.c.id, entry.c.uid, entry.c.custodian, text, entry.c.summary, entry.c.scope)
    query = select(*columns).where(entry.c.id > entry_id).order_by(entry.c.id).limit(limit)
    return tuple(
        Indexed(EntryId(row.id), row.uid, PersonId(row.custodian), bytes(row.text), row.summary, _is_private(row.scope))
        for row in uow.connection.execute(query)
    )


def _is_private(scope: str) -> bool:
    return scope.startswith("calendar:")


@dataclass(frozen=True, slots=True)
class Known:
    """What the columns say of one entry."""

    entry_id: EntryId
    scope: str
    kind: str
    state: str
    sequence: int
    summary: str
    organizer: str | None
    crm_ref: str | None
    outside: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody has an entry."""

    login: str
    slug: str
    href: str
    revision: int
    tag: int
    hidden: bool
    is_kept: bool
    is_invited: bool
    delivered_at: datetime | None


def of_uid(uow: UnitOfWork, uid: str) -> tuple[Known, ...]:
    """Give what is known of the entries with this UID."""
    names = ("id", "scope", "kind", "state", "sequence", "summary", "organizer", "crm_ref", "outside")
    rows = uow.connection.execute(select(*(entry.c[name] for name in names)).where(entry.c.uid == uid))
    return tuple(Known(EntryId(row[0]), *row[1:]) for row in rows)


def places(uow: UnitOfWork, entry_id: EntryId) -> tuple[Place, ...]:
    """Give where everybody has an entry, by login."""
    columns = (
        person.c.login,
        calendar.c.slug,
        reading.c.href,
        reading.c.revision,
        reading.c.tag,
        reading.c.hidden,
        reading.c.kept.is_not(None),
        and_(reading.c.scheduled, ~reading.c.organizer),
        reading.c.delivered_at,
    )
    lines = reading.join(person, person.c.id == reading.c.person).join(calendar, calendar.c.id == reading.c.calendar)
    query = select(*columns).select_from(lines).where(reading.c.entry == entry_id).order_by(person.c.login)
    return tuple(Place(*row) for row in uow.connection.execute(query))
