# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about inbox items: what somebody is told, until they take it away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, delete, or_, select, true, tuple_
from sqlalchemy.sql.dml import ReturningDelete

from gateway.model import INBOX, CalendarId, EntryId, PersonId, Revision
from gateway.store.direct import Direct, among
from gateway.store.direct import listed as listed_ids
from gateway.store.instants import Instant
from gateway.store.rows import Found, NewRow, Returning, given, insert_into, overwrite, packed, spread
from gateway.store.schema import calendar, inbox_item, reading
from gateway.store.unit import Dialect, UnitOfWork
from ical.address import Address
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Method


class NewItem(NamedTuple):
    """A message to colleagues that is not delivered yet."""

    boxes: Sequence[CalendarId]
    """The recipients' collections of kind `inbox`."""
    href: str
    """Its name, but with whom an older message of the same key lies: that one's is kept there."""
    entry_id: EntryId
    method: Method
    at: datetime
    address: Address | None = None
    """Whose answer a REPLY tells of."""
    instance: InstanceId = SERIES


@dataclass(frozen=True, slots=True)
class Item:
    """A message in a colleague's inbox; its text is rendered from the entry."""

    id: int
    person_id: PersonId
    href: str
    entry_id: EntryId
    method: Method
    address: Address | None
    instance: InstanceId
    revision: Revision
    at: datetime


_KEY = ("person", "entry", "method", "address", "instance")
_COLUMNS = tuple(inbox_item.c[name] for name in ("id", *_KEY, "href", "revision", "at"))
_TOLD = (*_KEY[1:], "href", "at")
_SPREAD = (*_TOLD, "ids")


def lay(uow: UnitOfWork, items: Sequence[NewItem]) -> tuple[tuple[PersonId, str], ...]:
    """Lay messages into inboxes that have advanced, over older ones of the same key; give where.

    No two of them have the same key in one inbox. Moving the pointers is left to the caller (`calendars.mark`).
    """
    if not items:
        return ()
    rows = _LAID.rows(uow, **packed(uow, _SPREAD, list(map(_row, items))))
    return tuple([(person, href) for person, href in rows])


def _laid(dialect: Dialect) -> Returning:
    new = spread(dialect, inbox_item, _TOLD)
    told = (new.c[name] for name in _TOLD)
    rows = select(calendar.c.person, calendar.c.revision, *told).join(calendar, calendar.c.id == new.c.id).where(true())
    statement = insert_into(dialect, inbox_item).from_select(("person", "revision", *_TOLD), rows)
    over = overwrite(statement, inbox_item, _KEY, ("revision", "at"))
    return over.returning(inbox_item.c.person, inbox_item.c.href)


_LAID = Direct(_laid)


_THEIRS = select(*_COLUMNS).where(inbox_item.c.person == bindparam("owner"))
_LISTED = _THEIRS.order_by(inbox_item.c.at, inbox_item.c.id)
_AT = _THEIRS.where(inbox_item.c.href == bindparam("name"))
_AT_HREFS = _LISTED.where(inbox_item.c.href.in_(bindparam("names", expanding=True)))


def listed(uow: UnitOfWork, person_id: PersonId, hrefs: Collection[str] | None = None) -> tuple[Item, ...]:
    """Give what lies in a person's inbox, all or what is at *hrefs*, oldest first."""
    if hrefs is None:
        rows = uow.connection.execute(_LISTED, {"owner": person_id})
    else:
        rows = uow.connection.execute(_AT_HREFS, {"owner": person_id, "names": list(hrefs)})
    return tuple(_item(row) for row in rows)


_RECENT = (
    select(inbox_item.c.href)
    .where(
        inbox_item.c.person == bindparam("owner"),
        inbox_item.c.method == bindparam("kind"),
        inbox_item.c.at >= bindparam("since", type_=Instant()),
    )
    .order_by(inbox_item.c.at.desc(), inbox_item.c.id.desc())
    .limit(bindparam("most"))
)


def recent(uow: UnitOfWork, person_id: PersonId, method: Method, since: datetime, most: int) -> list[str]:
    """Give where messages of one kind lie in a person's inbox that came *since* then, newest first."""
    asked = {"owner": person_id, "kind": method.value, "since": since, "most": most}
    return list(uow.connection.execute(_RECENT, asked).scalars())


def at(uow: UnitOfWork, person_id: PersonId, href: str) -> Item | None:
    """Give a message in a person's inbox."""
    row = uow.connection.execute(_AT, {"owner": person_id, "name": href}).one_or_none()
    return None if row is None else _item(row)


class Lying(NamedTuple):
    """A message in somebody's inbox: where it lies, and what its text is made of."""

    person_id: PersonId
    box: CalendarId
    href: str
    entry_id: EntryId
    method: Method
    instance: InstanceId
    stands_still: bool
    """The person keeps a text of the entry, which does not follow it."""


_OF_ENTRIES = Direct(
    lambda dialect: (
        select(
            inbox_item.c.person,
            calendar.c.id,
            inbox_item.c.href,
            inbox_item.c.entry,
            inbox_item.c.method,
            inbox_item.c.instance,
            reading.c.kept.is_not(None),
        )
        .join(calendar, and_(calendar.c.person == inbox_item.c.person, calendar.c.slug == INBOX))
        .outerjoin(reading, and_(reading.c.entry == inbox_item.c.entry, reading.c.person == inbox_item.c.person))
        .where(
            among(dialect, inbox_item.c.entry, "entries"),
            or_(
                bindparam("requests", type_=Integer()) == 1,
                inbox_item.c.method != Method.REQUEST.value,
                inbox_item.c.instance != SERIES,
            ),
        )
    )
)


def of_entries(uow: UnitOfWork, entry_ids: Collection[EntryId], *, requests: bool) -> list[Lying]:
    """Give the messages about these entries that lie in anybody's inbox; REQUESTs of the whole only with *requests*."""
    rows = _OF_ENTRIES.rows(uow, entries=listed_ids(entry_ids), requests=int(requests)) if entry_ids else ()
    return [
        Lying(PersonId(person), CalendarId(box), href, EntryId(of), Method(method), instance, bool(kept))
        for person, box, href, of, method, instance, kept in rows
    ]


def remove(uow: UnitOfWork, person_id: PersonId, hrefs: Collection[str]) -> tuple[str, ...]:
    """Take messages away; give which were there, so that their pointers can be moved."""
    there = (inbox_item.c.person == person_id) & inbox_item.c.href.in_(hrefs)
    rows = uow.connection.execute(delete(inbox_item).where(there).returning(inbox_item.c.href))
    return tuple(sorted(row.href for row in rows))


Old = tuple[PersonId, EntryId, Method]
"""What somebody has in their inbox of an entry, of one method."""


def withdraw(uow: UnitOfWork, old: Collection[Old]) -> tuple[tuple[PersonId, str], ...]:
    """Take messages away, about whichever occurrence; give which were there.

    Moving the pointers is left to the caller, whose other changes advance the same inboxes.
    """
    return _taken(uow, _KEY[:3], old)


Single = tuple[PersonId, EntryId, Method, Address | None, InstanceId]
"""One message: about which occurrence, and whose answer a REPLY tells of."""


def withdraw_single(uow: UnitOfWork, old: Collection[Single]) -> tuple[tuple[PersonId, str], ...]:
    """As `withdraw`, single messages."""
    return _taken(uow, _KEY, [(person, of, method, about or "", day) for person, of, method, about, day in old])


_HELD = Direct(
    lambda dialect: select(*(inbox_item.c[name] for name in _KEY)).where(
        among(dialect, inbox_item.c.entry, "entries"), among(dialect, inbox_item.c.person, "people")
    )
)


def holders(uow: UnitOfWork, old: Collection[Old], single: Collection[Single]) -> frozenset[PersonId]:
    """Give who has any of these messages."""
    entries = {of for _, of, _ in old} | {of for _, of, _, _, _ in single}
    people = {who for who, _, _ in old} | {who for who, _, _, _, _ in single}
    rows = _HELD.rows(uow, entries=listed_ids(entries), people=listed_ids(people))
    alone = {(person, of, method.value, about or "", day) for person, of, method, about, day in single}
    whole = {(person, of, method.value) for person, of, method in old}
    return frozenset(PersonId(row[0]) for row in rows if tuple(row) in alone or tuple(row[:3]) in whole)


def _taken(uow: UnitOfWork, names: tuple[str, ...], old: Collection[NewRow]) -> tuple[tuple[PersonId, str], ...]:
    if not old:
        return ()
    rows = uow.connection.execute(_withdrawn(uow.dialect, names), packed(uow, names, old)).all()
    return tuple((PersonId(row.person), row.href) for row in rows)


@lru_cache
def _withdrawn(dialect: Dialect, names: tuple[str, ...]) -> ReturningDelete[*tuple[Any, ...]]:
    asked = given(dialect, inbox_item, names)
    there = tuple_(*(inbox_item.c[name] for name in names)).in_(select(*(asked.c[name] for name in names)))
    return delete(inbox_item).where(there).returning(inbox_item.c.person, inbox_item.c.href)


def _row(new: NewItem) -> tuple[object, ...]:
    """Give the values of `_SPREAD`."""
    return (new.entry_id, new.method.value, new.address or "", new.instance, new.href, new.at, new.boxes)


def _item(row: Found) -> Item:
    return Item(
        id=row.id,
        person_id=PersonId(row.person),
        href=row.href,
        entry_id=EntryId(row.entry),
        method=Method(row.method),
        address=Address(row.address) if row.address else None,
        instance=InstanceId(row.instance),
        revision=Revision(row.revision),
        at=row.at,
    )
