# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about what somebody has handed out to others, and what became of the mail about it."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select

from gateway.model import EntryId, PersonId, ReadingId
from gateway.store.direct import Direct, among, listed
from gateway.store.schema import answer, entry, outbox, person, reading
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.answers import COMPLETED, DECLINED, DELEGATED
from ical.instances import SERIES
from ical.itip.outcome import Method, State
from ical.kinds import Kind

_NEVER = datetime.max.replace(tzinfo=UTC)


class Posted(NamedTuple):
    """The last invitation that was mailed to somebody."""

    state: str
    sent_at: datetime | None


class Outline(NamedTuple):
    """What columns tell of something that was handed out."""

    reading_id: ReadingId
    entry_id: EntryId
    is_off: bool
    is_closed: bool
    """Its organizer closed it, whatever the others have done."""
    ends_at: datetime | None
    held: int
    """How many have neither declined it nor handed it on."""
    completed: int
    """How many of them have completed it."""


class Partner(NamedTuple):
    """An address that was asked to something, and whose it is."""

    address: Address
    person_id: PersonId | None
    name: str | None


_IS_THEIRS = and_(
    reading.c.person == bindparam("person"),
    reading.c.kind == bindparam("kind"),
    reading.c.organizer,
    reading.c.scheduled,
    reading.c.kept.is_(None),
    ~reading.c.hidden,
)
_OF_IT = answer.c.entry == reading.c.entry
_SAID = select(func.count()).where(_OF_IT, answer.c.instance == SERIES).correlate(reading)
_OUTLINES = (
    select(
        reading.c.id,
        reading.c.entry,
        entry.c.state == State.CANCELLED.value,
        entry.c.closed,
        reading.c.span_end,
        _SAID.where(answer.c.partstat != DECLINED, answer.c.partstat != DELEGATED).scalar_subquery(),
        _SAID.where(answer.c.partstat == COMPLETED).scalar_subquery(),
    )
    .join(entry, entry.c.id == reading.c.entry)
    .where(_IS_THEIRS, ~entry.c.outside)
    .order_by(reading.c.id.desc())
    .limit(bindparam("most"))
)
_ASKED_TO = select(answer.c.entry).where(_OF_IT, ~answer.c.organizer).correlate(reading)
_ALL_OUTLINES = Direct(lambda _: _OUTLINES.where(_ASKED_TO.exists()))
_OUTLINES_WITH = Direct(
    lambda dialect: _OUTLINES.where(_ASKED_TO.where(among(dialect, answer.c.address, "addresses")).exists())
)
_PARTNERS = Direct(
    lambda _: (
        select(answer.c.address, answer.c.person, person.c.name)
        .select_from(reading.join(answer, _OF_IT).outerjoin(person, person.c.id == answer.c.person))
        .where(_IS_THEIRS, ~answer.c.organizer)
        .distinct()
        .order_by(answer.c.address)
    )
)
_REQUESTS = Direct(
    lambda dialect: (
        select(outbox.c.entry, outbox.c.address, outbox.c.state, outbox.c.sent_at)
        .where(among(dialect, outbox.c.entry, "entries"), outbox.c.method == Method.REQUEST.value)
        .order_by(outbox.c.id)
    )
)


def outlines(
    uow: UnitOfWork, person_id: PersonId, kind: Kind, most: int, asking: Collection[Address] | None = None
) -> list[Outline]:
    """Give what a person has handed out, what ends first at the top; of more than *most*, what is oldest is left out.

    *asking*: only that to which one of these addresses is asked.
    """
    about: dict[str, str | int] = {"person": person_id, "kind": kind.value, "most": most}
    rows = (
        _ALL_OUTLINES.rows(uow, **about)
        if asking is None
        else _OUTLINES_WITH.rows(uow, **about, addresses=listed(asking))
    )
    found = [Outline(*row) for row in rows]
    return sorted(found, key=lambda one: (one.ends_at is None, one.ends_at or _NEVER, one.reading_id))


def partners(uow: UnitOfWork, person_id: PersonId, kind: Kind) -> list[Partner]:
    """Give everybody to whom a person has handed something out, by each address."""
    return [Partner(*row) for row in _PARTNERS.rows(uow, person=person_id, kind=kind.value)]


def last_requests(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[EntryId, dict[Address, Posted]]:
    """Give what became of the last invitation to each address of these entries, as long as that is kept."""
    found: dict[EntryId, dict[Address, Posted]] = {}
    if entry_ids:
        for entry_id, address, state, sent_at in _REQUESTS.rows(uow, entries=listed(entry_ids)):
            found.setdefault(EntryId(entry_id), {})[Address(address)] = Posted(state, sent_at)
    return found
