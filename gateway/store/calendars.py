# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about collections, their revisions, and what has changed in them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Join,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from gateway.model import INBOX, Calendar, CalendarId, Change, PersonId, Revision
from gateway.store import listing
from gateway.store.direct import Direct, among, listed
from gateway.store.rows import Insert, Question, insert_into, overwrite, packed, spread
from gateway.store.schema import calendar, change, crasher, entry, inbox_item, reading
from gateway.store.unit import Dialect, UnitOfWork
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
_CHANGE = (*_CHANGE_KEY, "revision")
_CALENDARS = select(*_COLUMNS)
_OF_PERSON = _CALENDARS.where(calendar.c.person == bindparam("owner")).order_by(calendar.c.slug)
_OF_PEOPLE = _CALENDARS.where(calendar.c.person.in_(bindparam("owners", expanding=True)))
_AT = Direct(lambda _: _CALENDARS.where(calendar.c.person == bindparam("owner"), calendar.c.slug == bindparam("name")))
_BY_ID = _CALENDARS.where(calendar.c.id == bindparam("number"))
_INBOXES = Direct(
    lambda dialect: select(calendar.c.person, calendar.c.id).where(
        among(dialect, calendar.c.person, "owners"), calendar.c.slug == INBOX
    )
)


def of_person(uow: UnitOfWork, person_id: PersonId) -> tuple[Calendar, ...]:
    """Give all collections of a home by slug, the inbox among them."""
    return tuple(_calendar(row) for row in uow.connection.execute(_OF_PERSON, {"owner": person_id}))


def of_people(uow: UnitOfWork, person_ids: Collection[PersonId]) -> tuple[Calendar, ...]:
    """Give all collections of several homes at once."""
    return tuple(_calendar(row) for row in uow.connection.execute(_OF_PEOPLE, {"owners": list(person_ids)}))


def at(uow: UnitOfWork, person_id: PersonId, slug: str) -> Calendar | None:
    """Give the collection *slug* of a home."""
    found = _AT.rows(uow, owner=person_id, name=slug)
    return _calendar(found[0]) if found else None


def inboxes(uow: UnitOfWork, person_ids: Collection[PersonId]) -> dict[PersonId, CalendarId]:
    """Give the inbox of each of these people."""
    if not person_ids:
        return {}
    return {PersonId(person): CalendarId(place) for person, place in _INBOXES.rows(uow, owners=listed(person_ids))}


def by_id(uow: UnitOfWork, calendar_id: CalendarId) -> Calendar | None:
    """Give a collection."""
    row = uow.connection.execute(_BY_ID, {"number": calendar_id}).one_or_none()
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


def pulses(uow: UnitOfWork, people: Collection[PersonId]) -> dict[PersonId, int]:
    """Give a number for each of these people that is another one after any change in a collection of theirs.

    And where somebody answers what they organize without being asked, which stands in no collection.
    """
    return {PersonId(number): int(pulse) for number, pulse in _PULSES.rows(uow, people=listed(people))}


def _pulses(dialect: Dialect) -> Question:
    heard = select(func.coalesce(func.sum(crasher.c.pulse), 0)).where(
        crasher.c.custodian == calendar.c.person, ~crasher.c.refused
    )
    counted = select(calendar.c.person, func.sum(calendar.c.revision) + heard.scalar_subquery())
    return counted.where(among(dialect, calendar.c.person, "people")).group_by(calendar.c.person)


_PULSES = Direct(_pulses)


def advance(
    uow: UnitOfWork, calendar_ids: Collection[CalendarId], *, told: Collection[CalendarId] | None = None
) -> dict[CalendarId, Revision]:
    """Count one revision on in each of these collections, and hold them until the transaction ends.

    Gives the revisions of all, or of those *told*: to give two thousand back takes longer than to count them on.

    The rows are locked in the order of their ids, so that two writers never wait for each other; an UPDATE alone
    would lock them in any order (model, row 10). NO KEY: a reading's foreign key must not wait for this lock.
    """
    if not calendar_ids:
        return {}
    ours = listed(calendar_ids)
    if uow.dialect == "postgresql":
        _LOCK.rows(uow, ours=ours)
    if told is None:
        return {CalendarId(place): Revision(now) for place, now in _ADVANCED.rows(uow, ours=ours)}
    _COUNTED.rows(uow, ours=ours)
    return {CalendarId(place): Revision(now) for place, now in _REVISIONS.rows(uow, ours=listed(told))}


_LOCK = Direct(
    lambda dialect: (
        select(calendar.c.id)
        .where(among(dialect, calendar.c.id, "ours"))
        .order_by(calendar.c.id)
        .with_for_update(key_share=True)
    )
)


def _counted(dialect: Dialect) -> Update:
    return update(calendar).where(among(dialect, calendar.c.id, "ours")).values(revision=calendar.c.revision + 1)


_REVISION = (calendar.c.id, calendar.c.revision)
_COUNTED = Direct(_counted)
_ADVANCED = Direct(lambda dialect: _counted(dialect).returning(*_REVISION))
_REVISIONS = Direct(lambda dialect: select(*_REVISION).where(among(dialect, calendar.c.id, "ours")))


def hold(uow: UnitOfWork, person_id: PersonId, slug: str) -> None:
    """Keep everybody else from changing anything in a collection until the transaction ends."""
    if uow.dialect == "postgresql":  # SQLite has one writer at a time
        there = (calendar.c.person == person_id) & (calendar.c.slug == slug)
        uow.connection.execute(select(calendar.c.id).where(there).with_for_update(key_share=True)).all()


def leap(uow: UnitOfWork, calendar_id: CalendarId, revision: Revision) -> Revision:
    """Let a collection that this transaction has advanced go on to *revision*; tokens in between were never given."""
    uow.connection.execute(update(calendar).where(calendar.c.id == calendar_id).values(revision=revision))
    return revision


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of changes: behind *href* among those of *revision*, and before all later ones."""

    revision: Revision
    href: str = ""


def changes_from(uow: UnitOfWork, collection: Calendar, place: Place, until: Revision, limit: int) -> list[Change]:
    """Give what changed from *place* on and not after *until*, oldest first; gone is what cannot be read any more."""
    asked = {
        "collection": collection.id,
        "owner": collection.person_id,
        "revision": place.revision,
        "href": place.href,
        "until": until,
        "limit": limit,
    }
    if collection.kind == INBOX:
        rows = uow.connection.execute(_INBOX_CHANGES, asked)
        return [Change(row.href, Revision(row.revision), row.id is None) for row in rows]
    return [_change(*row) for row in uow.connection.execute(_CHANGES, asked).all()]


def _since(columns: Iterable[ColumnElement[Any]], there: Join) -> Question:
    behind = or_(
        change.c.revision > bindparam("revision"),
        and_(change.c.revision == bindparam("revision"), change.c.href > bindparam("href")),
    )
    ours = (change.c.calendar == bindparam("collection"), change.c.revision >= bindparam("revision"), behind)
    question = select(change.c.href, change.c.revision, *columns).select_from(there)
    question = question.where(*ours, change.c.revision <= bindparam("until"))
    return question.order_by(change.c.revision, change.c.href).limit(bindparam("limit", type_=Integer()))


_CHANGES = _since(
    [*listing.COLUMNS[:1], *listing.COLUMNS[2:]],
    change.outerjoin(
        reading, (reading.c.calendar == change.c.calendar) & (reading.c.href == change.c.href) & ~reading.c.hidden
    ),
)
_INBOX_CHANGES = _since(
    [inbox_item.c.id],
    change.outerjoin(inbox_item, (inbox_item.c.person == bindparam("owner")) & (inbox_item.c.href == change.c.href)),
)


def _change(href: str, revision: int, number: int | None, *facts: Any) -> Change:
    item = listing.listed(number, href, *facts) if number is not None else None
    return Change(href, Revision(revision), number is None, item)


def mark(uow: UnitOfWork, places: Collection[tuple[CalendarId, str]]) -> None:
    """Note that what lies at these places, by collection and href, changed in the revision that they now have."""
    by_href: dict[str, list[CalendarId]] = {}
    for place, href in dict.fromkeys(places):
        by_href.setdefault(href, []).append(place)
    if by_href:
        _MARKED.rows(uow, **packed(uow, _PLACES, by_href.items()))


_PLACES = ("href", "ids")


def _marked(dialect: Dialect) -> Insert:
    places = spread(dialect, change, _PLACES[:1])
    now = select(places.c.id, places.c.href, calendar.c.revision).join(calendar, calendar.c.id == places.c.id)
    statement = insert_into(dialect, change).from_select(_CHANGE, now.where(true()))
    return overwrite(statement, change, _CHANGE_KEY, ("revision",))


_MARKED = Direct(_marked)


def _listed(components: Collection[Kind]) -> str:
    return ",".join(sorted(components))


def _calendar(row: Sequence[Any]) -> Calendar:
    """Give the collection of a row of `_COLUMNS`."""
    number, person, slug, kind, name, components, revision, floor, props = row
    return Calendar(
        id=CalendarId(number),
        person_id=PersonId(person),
        slug=slug,
        kind=kind,
        name=name,
        components=frozenset(Kind(name) for name in components.split(",") if name),
        revision=Revision(revision),
        floor=Revision(floor),
        props=props,
    )
