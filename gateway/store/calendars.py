# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about collections, their revisions, and what has changed in them."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select, update

from gateway.model import INBOX, Calendar, CalendarId, Change, PersonId, Revision
from gateway.store.rows import Found, Question, insert_many, overwrite, packed
from gateway.store.schema import calendar, change, entry, inbox_item, reading
from gateway.store.unit import UnitOfWork
from ical.kinds import Kind

_COLUMNS = (
    calendar.c.id,
    calendar.c.person,
    calendar.c.slug,
    calendar.c.kind,
    calendar.c.name,
    calendar.c.components,
    calendar.c.revision,
    calendar.c.floor,
    calendar.c.props,
)
_CHANGE_KEY = ("calendar", "href")


def of_person(uow: UnitOfWork, person_id: PersonId) -> tuple[Calendar, ...]:
    """Give all collections of a home by slug, the inbox among them."""
    rows = uow.connection.execute(_calendars().where(calendar.c.person == person_id).order_by(calendar.c.slug))
    return tuple(_calendar(row) for row in rows)


def of_people(uow: UnitOfWork, person_ids: Collection[PersonId]) -> tuple[Calendar, ...]:
    """Give all collections of several homes at once."""
    return tuple(
        _calendar(row) for row in uow.connection.execute(_calendars().where(calendar.c.person.in_(person_ids)))
    )


def at(uow: UnitOfWork, person_id: PersonId, slug: str) -> Calendar | None:
    """Give the collection *slug* of a home."""
    query = _calendars().where(calendar.c.person == person_id, calendar.c.slug == slug)
    row = uow.connection.execute(query).one_or_none()
    return None if row is None else _calendar(row)


def inboxes(uow: UnitOfWork, person_ids: Collection[PersonId]) -> dict[PersonId, CalendarId]:
    """Give the inbox of each of these people."""
    if not person_ids:
        return {}
    query = select(calendar.c.person, calendar.c.id).where(calendar.c.person.in_(person_ids), calendar.c.slug == INBOX)
    return {PersonId(row.person): CalendarId(row.id) for row in uow.connection.execute(query)}


def by_id(uow: UnitOfWork, calendar_id: CalendarId) -> Calendar | None:
    """Give a collection."""
    row = uow.connection.execute(_calendars().where(calendar.c.id == calendar_id)).one_or_none()
    return None if row is None else _calendar(row)


def add(
    uow: UnitOfWork,
    person_id: PersonId,
    slug: str,
    kind: str,
    name: str,
    components: Collection[Kind],
    props: Mapping[str, str],
) -> Calendar:
    """Add a collection to a home."""
    values = {"person": person_id, "slug": slug, "kind": kind, "name": name, "props": dict(props)}
    statement = insert(calendar).values(**values, components=_listed(components)).returning(*_COLUMNS)
    return _calendar(uow.connection.execute(statement).one())


def set_props(
    uow: UnitOfWork,
    calendar_id: CalendarId,
    name: str,
    props: Mapping[str, str],
    components: Collection[Kind] | None = None,
) -> None:
    """Store another name, other dead properties and, where given, what may lie in the collection."""
    values: dict[str, object] = {"name": name, "props": dict(props)}
    if components is not None:
        values["components"] = _listed(components)
    uow.connection.execute(update(calendar).where(calendar.c.id == calendar_id).values(**values))


def remove(uow: UnitOfWork, calendar_id: CalendarId) -> None:
    """Delete a collection, the readings in it, and its entries that nobody else is in."""
    private = select(reading.c.entry).where(reading.c.calendar == calendar_id, ~reading.c.scheduled)
    uow.connection.execute(delete(entry).where(entry.c.id.in_(private)))
    uow.connection.execute(delete(calendar).where(calendar.c.id == calendar_id))


def advance(uow: UnitOfWork, calendar_ids: Collection[CalendarId]) -> dict[CalendarId, Revision]:
    """Count one revision on in each of these collections, and hold them until the transaction ends.

    The rows are locked in the order of their ids, so that two writers never wait for each other; an UPDATE alone
    would lock them in any order (model, row 10). NO KEY: a reading's foreign key must not wait for this lock.
    """
    if not calendar_ids:
        return {}
    ours = calendar.c.id.in_(calendar_ids)
    if uow.dialect == "postgresql":
        locked = select(calendar.c.id).where(ours).order_by(calendar.c.id).with_for_update(key_share=True)
        uow.connection.execute(locked).all()
    counted = update(calendar).where(ours).values(revision=calendar.c.revision + 1)
    rows = uow.connection.execute(counted.returning(calendar.c.id, calendar.c.revision))
    return {CalendarId(row.id): Revision(row.revision) for row in rows}


def hold(uow: UnitOfWork, person_id: PersonId, slug: str) -> None:
    """Keep everybody else from changing anything in a collection until the transaction ends."""
    if uow.dialect == "postgresql":  # SQLite has one writer at a time
        there = (calendar.c.person == person_id) & (calendar.c.slug == slug)
        uow.connection.execute(select(calendar.c.id).where(there).with_for_update(key_share=True)).all()


def leap(uow: UnitOfWork, calendar_id: CalendarId, revision: Revision) -> Revision:
    """Let a collection that this transaction has advanced go on to *revision*; tokens in between were never given."""
    uow.connection.execute(update(calendar).where(calendar.c.id == calendar_id).values(revision=revision))
    return revision


def changes_since(
    uow: UnitOfWork, collection: Calendar, revision: Revision, limit: int | None = None
) -> tuple[Change, ...]:
    """Give what changed after *revision*, oldest first; gone is what cannot be read any more.

    One revision may have changed several hrefs: where *limit* cuts through it, the next question must begin before it.
    """
    query = _inbox_changes(collection) if collection.kind == INBOX else _changes(collection)
    since = query.where(change.c.calendar == collection.id, change.c.revision > revision)
    rows = uow.connection.execute(since.order_by(change.c.revision, change.c.href).limit(limit))
    return tuple(Change(row.href, Revision(row.revision), row.id is None) for row in rows)


def mark(
    uow: UnitOfWork, changes: Collection[tuple[CalendarId, str]], revisions: Mapping[CalendarId, Revision]
) -> None:
    """Note that these hrefs changed in the revision that their collections now have."""
    rows = [{"calendar": place, "href": href, "revision": revisions[place]} for place, href in dict.fromkeys(changes)]
    if rows:
        statement = overwrite(insert_many(uow, change, (*_CHANGE_KEY, "revision")), change, _CHANGE_KEY, ("revision",))
        uow.connection.execute(statement, packed(uow, rows))


def _calendars() -> Question:
    return select(*_COLUMNS)


def _changes(collection: Calendar) -> Question:
    there = (reading.c.calendar == collection.id) & (reading.c.href == change.c.href) & ~reading.c.hidden
    return select(change.c.href, change.c.revision, reading.c.id).select_from(change.outerjoin(reading, there))


def _inbox_changes(collection: Calendar) -> Question:
    there = (inbox_item.c.person == collection.person_id) & (inbox_item.c.href == change.c.href)
    return select(change.c.href, change.c.revision, inbox_item.c.id).select_from(change.outerjoin(inbox_item, there))


def _listed(components: Collection[Kind]) -> str:
    return ",".join(sorted(components))


def _calendar(row: Found) -> Calendar:
    return Calendar(
        id=CalendarId(row.id),
        person_id=PersonId(row.person),
        slug=row.slug,
        kind=row.kind,
        name=row.name,
        components=frozenset(Kind(name) for name in row.components.split(",") if name),
        revision=Revision(row.revision),
        floor=Revision(row.floor),
        props=row.props,
    )
