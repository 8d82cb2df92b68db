# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about answers: what each person said to an entry."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, delete, func, or_, select, update

from gateway.model import EntryId, PersonId
from gateway.store.direct import Direct, among, listed
from gateway.store.rows import Insert, insert_many, packed
from gateway.store.schema import answer, entry
from gateway.store.unit import Dialect, UnitOfWork
from ical.address import Address
from ical.answers import Answer
from ical.instances import InstanceId
from ical.itip.outcome import State


class Asked(NamedTuple):
    """Who was asked in an entry, and what they said."""

    answers: list[Answer]
    people: dict[Address, PersonId]
    """Which of the addresses were a colleague's when they were asked."""


_KEY = ("entry", "address", "instance")
_SAID = tuple(name for name in Answer._fields if name not in _KEY)
_COLUMNS = ("entry", "person", *Answer._fields)


_WITH_PEOPLE = select(*(answer.c[name] for name in _COLUMNS)).order_by(*(answer.c[name] for name in _KEY))
_OF_ENTRIES = Direct(lambda dialect: _WITH_PEOPLE.where(among(dialect, answer.c.entry, "entries")))


def of(uow: UnitOfWork, entry_id: EntryId) -> tuple[Answer, ...]:
    """Give the answers to an entry, by address and instance."""
    return of_many(uow, (entry_id,)).get(entry_id, ())


def of_many(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[EntryId, tuple[Answer, ...]]:
    """Give the answers to several entries at once."""
    if not entry_ids:
        return {}
    return {entry_id: tuple(said.answers) for entry_id, said in with_people(uow, entry_ids).items()}


def with_people(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[EntryId, Asked]:
    """Give the answers to several entries, and whose they are."""
    if not entry_ids:
        return {}
    return _grouped(_OF_ENTRIES.rows(uow, entries=listed(entry_ids)))


def _grouped(rows: Iterable[Sequence[Any]]) -> dict[EntryId, Asked]:
    found: dict[EntryId, Asked] = {}
    for entry_id, person, *row in rows:
        said = found.get(entry_id)
        if said is None:
            said = found[entry_id] = Asked([], {})
        said.answers.append(one := Answer._make(row))
        if person is not None:
            said.people[one.address] = person
    return found


def asked(uow: UnitOfWork, entry_id: EntryId, address: Address | None = None) -> Asked:
    """Give the answers to an entry, all or those of one address, and whose they are."""
    if address is None:
        return with_people(uow, (entry_id,)).get(entry_id, Asked([], {}))
    rows = _OF_ADDRESS.rows(uow, entry=entry_id, address=address)
    return _grouped(rows).get(entry_id, Asked([], {}))


def count(uow: UnitOfWork, entry_id: EntryId, most: int) -> int:
    """Give how many people of an entry the server is responsible for, under each of their addresses, up to *most*."""
    ((number,),) = _COUNT.rows(uow, entry=entry_id, most=most)
    return int(number)


def are_asked(uow: UnitOfWork, entry_id: EntryId, addresses: Collection[Address]) -> bool:
    """Tell whether any of these addresses is asked in an entry."""
    asked = {"entry": entry_id, "addresses": list(addresses)}
    return bool(addresses) and uow.connection.execute(_ARE_ASKED, asked).first() is not None


_THIS = answer.c.entry == bindparam("entry")
_OF_ADDRESS = Direct(lambda _: _WITH_PEOPLE.where(_THIS, answer.c.address == bindparam("address")))
_COUNT = Direct(
    lambda _: select(func.count()).select_from(
        select(answer.c.address).where(_THIS).distinct().limit(bindparam("most", type_=Integer())).subquery()
    )
)
_ARE_ASKED = (
    select(answer.c.address).where(_THIS, answer.c.address.in_(bindparam("addresses", expanding=True))).limit(1)
)


def people_of(uow: UnitOfWork, entry_id: EntryId) -> dict[Address, PersonId]:
    """Give which of the addresses asked were a colleague's when they were asked."""
    rows = uow.connection.execute(_PEOPLE, {"entry": entry_id})
    return {Address(row.address): PersonId(row.person) for row in rows}


_PEOPLE = select(answer.c.address, answer.c.person).where(
    answer.c.entry == bindparam("entry"), answer.c.person.is_not(None)
)


def outside(uow: UnitOfWork, addresses: Collection[Address], now: datetime) -> tuple[EntryId, ...]:
    """Give the entries that stand, are not known to be over, and ask one of *addresses* as somebody's outside."""
    theirs = and_(answer.c.address.in_(addresses), answer.c.person.is_(None), ~answer.c.organizer)
    ahead = or_(entry.c.recurring, entry.c.span_end.is_(None), entry.c.span_end > now)
    joined = answer.join(entry, entry.c.id == answer.c.entry)
    found = select(answer.c.entry).select_from(joined).where(theirs, ahead, entry.c.state == State.LIVE.value)
    return tuple(
        EntryId(number) for number in uow.connection.execute(found.distinct().order_by(answer.c.entry)).scalars()
    )


def bind(uow: UnitOfWork, entry_id: EntryId, addresses: Collection[Address], person_id: PersonId) -> None:
    """Let these addresses, which were nobody's here, be a colleague's in an entry."""
    theirs = and_(answer.c.entry == entry_id, answer.c.address.in_(addresses), answer.c.person.is_(None))
    uow.connection.execute(update(answer).where(theirs).values(person=person_id))


def put(uow: UnitOfWork, entry_id: EntryId, said: Sequence[Answer], people: Mapping[Address, PersonId]) -> None:
    """Store answers, new or over the old ones. An address that once was somebody's stays theirs in this entry."""
    put_all(uow, ((entry_id, people.get(a.address), a) for a in said))


def put_all(uow: UnitOfWork, said: Iterable[tuple[EntryId, PersonId | None, Answer]]) -> None:
    """As `put`, to several entries at once, each with whose it is."""
    rows = {(entry_id, a.address, a.instance): (entry_id, person, *a) for entry_id, person, a in said}
    if rows:
        _STORED.rows(uow, **packed(uow, _COLUMNS, rows.values()))


def _stored(dialect: Dialect) -> Insert:
    statement = insert_many(dialect, answer, _COLUMNS)
    values: dict[str, ColumnElement[object]] = {name: statement.excluded[name] for name in _SAID}
    values["person"] = func.coalesce(statement.excluded.person, answer.c.person)
    return statement.on_conflict_do_update(index_elements=[answer.c[name] for name in _KEY], set_=values)


_STORED = Direct(_stored)


def drop(uow: UnitOfWork, entry_id: EntryId, addresses: Collection[Address]) -> None:
    """Delete all that these addresses said to an entry."""
    if addresses:
        uow.connection.execute(delete(answer).where(answer.c.entry == entry_id, answer.c.address.in_(addresses)))


def end(uow: UnitOfWork, entry_id: EntryId, rows: Collection[tuple[Address, InstanceId]]) -> None:
    """Delete single rows, by address and instance."""
    by_instance: dict[InstanceId, list[Address]] = {}
    for address, instance in rows:
        by_instance.setdefault(instance, []).append(address)
    for instance, addresses in sorted(by_instance.items()):
        uow.connection.execute(_END, {"of": entry_id, "alone": instance, "addresses": addresses})


_END = delete(answer).where(
    answer.c.entry == bindparam("of"),
    answer.c.instance == bindparam("alone"),
    answer.c.address.in_(bindparam("addresses", expanding=True)),
)


def publish(uow: UnitOfWork, entry_id: EntryId) -> int:
    """Let the other invited people see every answer to an entry; give how many were not seen before."""
    unseen = update(answer).where(answer.c.entry == entry_id, answer.c.shown != answer.c.partstat)
    return uow.connection.execute(unseen.values(shown=answer.c.partstat)).rowcount


def unpublished(uow: UnitOfWork, limit: int) -> tuple[EntryId, ...]:
    """Give entries with answers that the other invited people do not see yet.

    Reads the whole table, as no index tells two columns apart: asked every quarter of an hour, never in a request.
    """
    query = select(answer.c.entry).where(answer.c.shown != answer.c.partstat).distinct().limit(limit)
    return tuple(EntryId(entry_id) for entry_id in uow.connection.execute(query).scalars())


def set_delivery(uow: UnitOfWork, entry_id: EntryId, statuses: Mapping[Address, str]) -> int:
    """Note what became of the last message to each address; give how many lines tell something new."""
    if not statuses:
        return 0
    status = case(dict(statuses), value=answer.c.address)
    lines = (answer.c.entry == entry_id) & answer.c.address.in_(statuses) & (answer.c.delivery != status)
    return uow.connection.execute(update(answer).where(lines).values(delivery=status)).rowcount


def set_told(uow: UnitOfWork, entry_id: EntryId, status: str) -> int:
    """Note what became of the last answer to an organizer outside; give how many rows tell something new."""
    lines = (answer.c.entry == entry_id) & answer.c.answered_at.is_not(None) & (answer.c.delivery != status)
    return uow.connection.execute(update(answer).where(lines).values(delivery=status)).rowcount
