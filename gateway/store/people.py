# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about colleagues: who they are, and where an invitation to them goes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, union, update

from gateway.model import EVENTS, INBOX, TASKS, CalendarId, EntryId, Person, PersonId, Rosters, urn_of
from gateway.store.direct import Direct
from gateway.store.rows import Found, NewRow, Question, insert_many, packed
from gateway.store.schema import address as address_table
from gateway.store.schema import calendar, entry, person
from gateway.store.sought import rank
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.kinds import Kind

NAMES = {"nb": ("Kalender", "Oppgaver", "Innboks"), "en": ("Calendar", "Tasks", "Inbox")}
"""What the calendars that everybody has are called, by language."""


@dataclass(frozen=True, slots=True)
class Credential:
    """Somebody who may sign in, and the argon2 hash of their password (None: no password yet)."""

    person: Person
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A colleague, and where entries and messages to them are laid."""

    person: Person
    calendars: Mapping[Kind, CalendarId]
    """For each of the kinds that are distributed."""
    inbox: CalendarId

    @property
    def can_sign_in(self) -> bool:
        """Tell whether they can look at what comes to them here; if not, it goes to their mailbox (product, A20)."""
        return not self.person.disabled


def credential(uow: UnitOfWork, login: str) -> Credential | None:
    """Give who signs in as *login*; nobody who has left. A disabled person is given, and is to be refused."""
    rows = _CREDENTIAL.rows(uow, login=login)
    if not rows:
        return None
    number, name, language, timezone, disabled, password, _ = rows[0]
    addresses = tuple(Address(row[-1]) for row in rows if row[-1] is not None)
    somebody = Person(PersonId(number), login, name, addresses, language, timezone, disabled=disabled)
    return Credential(somebody, password)


def by_login(uow: UnitOfWork, login: str) -> Person | None:
    """Give the person whose home is `/dav/{login}/`; nobody who has left."""
    return _one(uow, _BY_LOGIN, login=login)


def by_id(uow: UnitOfWork, person_id: PersonId) -> Person | None:
    """Give a person, also one who has left."""
    return _one(uow, _BY_ID, id=person_id)


def by_ids(uow: UnitOfWork, person_ids: Collection[PersonId]) -> dict[PersonId, Person]:
    """Give several people at once, those who have left among them."""
    if not person_ids:
        return {}
    found = _with_addresses(uow, _BY_IDS, ids=list(person_ids))
    return {somebody.id: somebody for somebody, _ in found}


def custodian(uow: UnitOfWork, entry_id: EntryId) -> Person | None:
    """Give whose words an entry has, also somebody who has left."""
    return _one(uow, _CUSTODIAN, entry=entry_id)


def custodians(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[EntryId, Person]:
    """Give whose words several entries have."""
    if not entry_ids:
        return {}
    rows = uow.connection.execute(_CUSTODIANS, {"entries": list(entry_ids)}).all()
    found = by_ids(uow, {PersonId(row.custodian) for row in rows})
    return {EntryId(row.id): found[PersonId(row.custodian)] for row in rows}


def everybody(uow: UnitOfWork) -> tuple[Person, ...]:
    """Give all who are here, by login. Reads the whole table, as the question does."""
    return tuple(somebody for somebody, _ in _with_addresses(uow, _EVERYBODY))


def search(uow: UnitOfWork, text: str) -> tuple[Person, ...]:
    """Give those whose name, login or address answers to *text* (`sought.rank`), the best first."""
    if not text.strip():
        return ()
    ranked = [(at, one) for one in everybody(uow) if (at := rank(text, _called(one))) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].name.casefold()))
    return tuple(somebody for _, somebody in ranked)


def _called(somebody: Person) -> tuple[str, ...]:
    return somebody.name, somebody.login, *(address.removeprefix("mailto:") for address in somebody.addresses)


def recipients(uow: UnitOfWork, addresses: Collection[Address]) -> dict[Address, Recipient]:
    """Give which of *addresses* are colleagues', also by the path of their principal; nobody who has left."""
    if not addresses:
        return {}
    logins = {a.rstrip("/").rpartition("/")[2] for a in addresses if a.startswith("/")}
    boxes = [*addresses, *_of_urns(uow, {a for a in addresses if a.startswith("urn:uuid:")})]
    found = _with_addresses(uow, _recipients(), addresses=boxes, logins=list(logins))
    wanted = frozenset(addresses)
    return {
        address: Recipient(
            somebody,
            {Kind.VEVENT: CalendarId(rows[0].events), Kind.VTODO: CalendarId(rows[0].tasks)},
            CalendarId(rows[0].inbox),
        )
        for somebody, rows in found
        for address in wanted & somebody.all_addresses
    }


def _of_urns(uow: UnitOfWork, urns: Collection[Address]) -> list[Address]:
    """Give the primary addresses that `urn:uuid:` addresses are made of: a row for each person is read, and seldom."""
    if not urns:
        return []
    primary = select(address_table.c.address).where(address_table.c.rank == 0)
    return [found for row in uow.connection.execute(primary) if urn_of(found := Address(row.address)) in urns]


def has_domain(uow: UnitOfWork, domain: str) -> bool:
    """Tell whether anybody has an address in *domain*. Reads the whole table: a row or two for each person."""
    theirs = address_table.c.address.endswith(f"@{domain}", autoescape=True)
    return uow.connection.execute(select(address_table.c.person).where(theirs).limit(1)).first() is not None


def add(
    uow: UnitOfWork,
    login: str,
    name: str,
    addresses: Sequence[Address],
    password_hash: str | None,
    language: str,
    timezone: str,
) -> Person:
    """Add a colleague, with the calendars in which invitations arrive."""
    values = {"login": login, "name": name, "password": password_hash, "language": language, "timezone": timezone}
    new = uow.connection.execute(insert(person).values(**values).returning(person.c.id)).scalar_one()
    add_addresses(uow, PersonId(new), addresses, rank=0)
    events, tasks, inbox = NAMES.get(language, NAMES["en"])
    homes = (
        (EVENTS, "calendar", events, Kind.VEVENT.value),
        (TASKS, "calendar", tasks, Kind.VTODO.value),
        (INBOX, INBOX, inbox, ""),
    )
    columns = ("person", "slug", "kind", "name", "components", "props")
    rows: list[NewRow] = [(new, *home, {}) for home in homes]
    uow.connection.execute(insert_many(uow.dialect, calendar, columns), packed(uow, columns, rows))
    return Person(PersonId(new), login, name, tuple(addresses), language, timezone)


def add_addresses(uow: UnitOfWork, person_id: PersonId, addresses: Iterable[Address], *, rank: int) -> None:
    """Let *addresses* name this person too, the first of them as number *rank*."""
    rows = [(address, person_id, number) for number, address in enumerate(addresses, rank)]
    if rows:
        columns = ("address", "person", "rank")
        uow.connection.execute(insert_many(uow.dialect, address_table, columns), packed(uow, columns, rows))


def set_password(uow: UnitOfWork, person_id: PersonId, password_hash: str | None) -> None:
    """Store another password's hash."""
    uow.connection.execute(update(person).where(person.c.id == person_id).values(password=password_hash))


def set_disabled(uow: UnitOfWork, person_id: PersonId, *, disabled: bool) -> None:
    """Let a person sign in no more, or again. Invitations go on to arrive."""
    uow.connection.execute(update(person).where(person.c.id == person_id).values(disabled=disabled))


def set_language(uow: UnitOfWork, person_id: PersonId, language: str) -> None:
    """Store which language a person reads."""
    uow.connection.execute(update(person).where(person.c.id == person_id).values(language=language))


def set_timezone(uow: UnitOfWork, person_id: PersonId, timezone: str) -> None:
    """Store by which clocks a person lives."""
    uow.connection.execute(update(person).where(person.c.id == person_id).values(timezone=timezone))


def set_roster(uow: UnitOfWork, person_id: PersonId, roster: Rosters) -> None:
    """Store where a person reads the answers as text."""
    uow.connection.execute(update(person).where(person.c.id == person_id).values(roster=roster.value))


def leave(uow: UnitOfWork, person_id: PersonId, now: datetime) -> None:
    """Take a person's login and addresses away, so that both may be given to somebody else.

    The row stays: it is custodian of the entries that others still have. No login of a living person has a `~`.
    """
    gone = {"login": f"~{person_id}", "password": None, "left_at": now}
    uow.connection.execute(update(person).where(person.c.id == person_id).values(**gone))
    uow.connection.execute(delete(address_table).where(address_table.c.person == person_id))


def _people(*more: ColumnElement[object]) -> Question:
    columns = (
        person.c.id,
        person.c.login,
        person.c.name,
        person.c.language,
        person.c.timezone,
        person.c.disabled,
        person.c.left_at,
        person.c.roster,
        address_table.c.address,
    )
    return select(*columns, *more).select_from(_LINES).order_by(person.c.login, address_table.c.rank)


_LINES = person.outerjoin(address_table, address_table.c.person == person.c.id)
_IS_HERE = person.c.left_at.is_(None)
_EVERYBODY = _people().where(_IS_HERE)
_CREDENTIAL = Direct(
    lambda _: (
        select(
            person.c.id,
            person.c.name,
            person.c.language,
            person.c.timezone,
            person.c.disabled,
            person.c.password,
            address_table.c.address,
        )
        .select_from(_LINES)
        .where(person.c.login == bindparam("login"), _IS_HERE)
        .order_by(address_table.c.rank)
    )
)
_BY_LOGIN = _people().where(person.c.login == bindparam("login"), _IS_HERE)
_BY_ID = _people().where(person.c.id == bindparam("id"))
_BY_IDS = _people().where(person.c.id.in_(bindparam("ids", expanding=True)))
_CUSTODIAN = _people().where(
    person.c.id == select(entry.c.custodian).where(entry.c.id == bindparam("entry")).scalar_subquery()
)

_CUSTODIANS = select(entry.c.id, entry.c.custodian).where(entry.c.id.in_(bindparam("entries", expanding=True)))


def _with_addresses(uow: UnitOfWork, query: Question, **asked: object) -> Iterator[tuple[Person, list[Found]]]:
    for _, group in groupby(uow.connection.execute(query, asked).all(), key=lambda row: row.id):
        rows = list(group)
        yield _person(rows), rows


def _one(uow: UnitOfWork, query: Question, **asked: object) -> Person | None:
    return next((somebody for somebody, _ in _with_addresses(uow, query, **asked)), None)


def _person(rows: Sequence[Found]) -> Person:
    row = rows[0]
    return Person(
        id=PersonId(row.id),
        login=row.login,
        name=row.name,
        addresses=tuple(Address(r.address) for r in rows if r.address is not None),
        language=row.language,
        timezone=row.timezone,
        disabled=row.disabled,
        left_at=row.left_at,
        roster=Rosters(row.roster),
    )


@lru_cache
def _recipients() -> Question:
    """Ask for those named by an address, or by a login: `/dav/ola/` names a principal."""
    events, tasks, inbox = (calendar.alias(slug) for slug in (EVENTS, TASKS, INBOX))
    query = _people(events.c.id.label("events"), tasks.c.id.label("tasks"), inbox.c.id.label("inbox"))
    for place, slug in ((events, EVENTS), (tasks, TASKS), (inbox, INBOX)):
        query = query.join(place, (place.c.person == person.c.id) & (place.c.slug == slug))
    by_address = select(address_table.c.person).where(
        address_table.c.address.in_(bindparam("addresses", expanding=True))
    )
    by_login = select(person.c.id).where(person.c.login.in_(bindparam("logins", expanding=True)))
    # An OR would keep SQLite from beginning with the few who are meant.
    return query.where(person.c.id.in_(union(by_address, by_login)), _IS_HERE)
