# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about entries: the organizer's words, and what all start from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, Update, bindparam, case, delete, func, insert, null, select
from sqlalchemy import update as update_table

from gateway.model import EntryId, PersonId
from gateway.store import answers, spans
from gateway.store.rows import Found, NewRow, Returning, given, insert_many, packed
from gateway.store.schema import entry, kept
from gateway.store.unit import Dialect, UnitOfWork
from ical.address import Address
from ical.answers import Answer
from ical.itip.outcome import Entry, State
from ical.kinds import Kind
from ical.timeindex import Span


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that is not stored yet."""

    uid: str
    scope: str
    kind: Kind
    custodian: PersonId
    words: bytes
    shared: bytes | None
    """None: the same as words."""
    organizer: Address | None
    sequence: int
    summary: str
    span: Span
    state: State = State.LIVE
    closed: bool = False
    crm_ref: str | None = None
    outside: bool = False


class EntryColumns(TypedDict, total=False):
    """What `update` can change; what is not named stays, byte for byte."""

    words: bytes
    shared: bytes
    sequence: int
    summary: str
    state: State
    off_at: datetime | None
    closed: bool
    span: Span
    repeats: bool
    """Whether it takes place several times, or did before; False: its occurrences need not be stored anew."""
    organizer: Address | None
    scope: str
    custodian: PersonId


SHARED = (entry.c.shared, case((entry.c.shared.is_(None), entry.c.words), else_=null()).label("words_shared"))
"""The columns that `shared_of` reads: one text, never both."""
FACTS = (
    entry.c.organizer.label("organizer_address"),
    entry.c.sequence,
    entry.c.state,
    entry.c.off_at,
    entry.c.closed,
    entry.c.outside,
    *SHARED,
)
"""The columns that `entry_of` reads beside `uid` and `kind`, which readings have too."""


_ADD = insert(entry).returning(entry.c.id)


def add(uow: UnitOfWork, new: NewEntry) -> EntryId:
    """Store a new entry; its scope has no other of this UID."""
    entry_id = EntryId(uow.connection.execute(_ADD, _new(new)).scalar_one())
    spans.add_times(uow, {entry_id: new.span})
    return entry_id


def add_all(uow: UnitOfWork, new: Sequence[NewEntry]) -> list[EntryId]:
    """As `add`, of several entries at once."""
    if not new:
        return []
    rows = [_new(one) for one in new]
    values = packed(uow, _NEW, [tuple(row[name] for name in _NEW) for row in rows])
    stored = uow.connection.execute(_all_added(uow.dialect), values).all()
    ids = {(row.uid, row.scope): EntryId(row.id) for row in stored}
    found = [ids[one.uid, one.scope] for one in new]
    spans.add_times(uow, dict(zip(found, (one.span for one in new), strict=True)))
    return found


_NEW = (
    *("uid", "scope", "kind", "state", "closed", "custodian", "words", "shared", "organizer", "sequence", "summary"),
    *("crm_ref", "outside", *spans.COLUMNS),
)


@lru_cache
def _all_added(dialect: Dialect) -> Returning:
    return insert_many(dialect, entry, _NEW).returning(entry.c.id, entry.c.uid, entry.c.scope)


def _new(one: NewEntry) -> dict[str, object]:
    """Give the values of `_NEW`, by name."""
    return {
        "uid": one.uid,
        "scope": one.scope,
        "kind": one.kind.value,
        "state": one.state.value,
        "closed": one.closed,
        "custodian": one.custodian,
        "words": one.words,
        "shared": None if one.shared == one.words else one.shared,
        "organizer": one.organizer,
        "sequence": one.sequence,
        "summary": one.summary,
        "crm_ref": one.crm_ref,
        "outside": one.outside,
        **spans.columns(one.span),
    }


def update(uow: UnitOfWork, entry_id: EntryId, **columns: Unpack[EntryColumns]) -> None:
    """Change the columns that are named.

    Words without shared leave what others start from as it is: it must not follow a text that has private lines.
    """
    update_all(uow, {entry_id: columns})


def update_all(uow: UnitOfWork, changes: Mapping[EntryId, EntryColumns]) -> None:
    """As `update`, of several entries at once: a statement for all of which the same is named."""
    several = {
        e: columns["span"] for e, columns in changes.items() if "span" in columns and columns.get("repeats", True)
    }
    spans.replace_times(uow, several)
    alike: dict[tuple[str, ...], list[NewRow]] = {}
    for entry_id, columns in changes.items():
        if values := _values(columns):
            alike.setdefault(tuple(values), []).append((entry_id, *values.values()))
    for names, rows in alike.items():
        if len(rows) == 1:
            asked = zip(("entry_id", *(f"to_{name}" for name in names)), rows[0], strict=True)
            uow.connection.execute(_updated(names), dict(asked))
        else:
            uow.connection.execute(_all_updated(uow.dialect, names), packed(uow, ("id", *names), rows))


def _values(columns: EntryColumns) -> dict[str, object]:
    values: dict[str, object] = {name: value for name, value in columns.items() if name != "repeats"}
    if "span" in columns:
        del values["span"]
        values |= spans.columns(columns["span"])
    if "shared" in columns and columns["shared"] == columns.get("words"):
        values["shared"] = None
    return values


@lru_cache
def _updated(names: tuple[str, ...]) -> Update:
    values: dict[str, ColumnElement[Any]] = {n: bindparam(f"to_{n}", type_=entry.c[n].type) for n in names}
    return update_table(entry).where(entry.c.id == bindparam("entry_id")).values(_sharing(values))


@lru_cache
def _all_updated(dialect: Dialect, names: tuple[str, ...]) -> Update:
    new = given(dialect, entry, ("id", *names))
    return update_table(entry).where(entry.c.id == new.c.id).values(_sharing({n: new.c[n] for n in names}))


def _sharing(values: dict[str, ColumnElement[Any]]) -> dict[str, ColumnElement[Any]]:
    """Let what others start from stay as it is where only the words change."""
    if "words" not in values or "shared" in values:
        return values
    before = func.coalesce(entry.c.shared, entry.c.words)
    return {**values, "shared": case((before == values["words"], null()), else_=before)}


def remove(uow: UnitOfWork, entry_id: EntryId) -> None:
    """Delete an entry and all that hangs on it."""
    uow.connection.execute(_REMOVE, {"entry": entry_id})


_REMOVE = delete(entry).where(entry.c.id == bindparam("entry"))
_OUTSIDE = select(entry.c.outside).where(entry.c.id == bindparam("entry"))
_CUSTODIAN = select(entry.c.custodian).where(entry.c.id == bindparam("entry"))
_ALL_WORDS = select(entry.c.id, entry.c.words).where(
    entry.c.id.in_(bindparam("ids", expanding=True)), entry.c.custodian == bindparam("custodian")
)
_KEEP = insert(kept).returning(kept.c.id)


def lock(uow: UnitOfWork, entry_id: EntryId) -> None:
    """Hold the entry until the transaction ends, so that what is loaded from now on stays true. Lock, then load.

    SQLite has one writer anyway.
    """
    if uow.dialect == "postgresql":
        uow.connection.execute(_LOCK, {"entry": entry_id}).all()


_LOCK = select(entry.c.id).where(entry.c.id == bindparam("entry")).with_for_update(key_share=True)


def by_scope(uow: UnitOfWork, uid: str, scope: str) -> tuple[EntryId, Entry] | None:
    """Give the entry of this UID in a scope, without its words."""
    row = uow.connection.execute(_BY_SCOPE, {"uid": uid, "scope": scope}).one_or_none()
    return None if row is None else (EntryId(row.id), entry_of(row, answers.of(uow, EntryId(row.id))))


def by_id(uow: UnitOfWork, entry_id: EntryId) -> Entry | None:
    """Give an entry, without its words."""
    return by_ids(uow, (entry_id,)).get(entry_id)


def by_ids(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[EntryId, Entry]:
    """Give several entries at once, without their words."""
    if not entry_ids:
        return {}
    rows = uow.connection.execute(_BY_IDS, {"ids": list(entry_ids)}).all()
    said = answers.of_many(uow, entry_ids)
    return {EntryId(row.id): entry_of(row, said.get(row.id, ())) for row in rows}


def about(
    uow: UnitOfWork, entry_id: EntryId, address: Address, *, most: int
) -> tuple[Entry, Mapping[Address, PersonId]] | None:
    """Give an entry without its words, for an answer of *address*, and who of those in it is a colleague.

    Where more than *most* are asked, only that address's rows come with it: what one says concerns no others then.
    """
    row = uow.connection.execute(_BY_ID, {"entry": entry_id}).one_or_none()
    if row is None:
        return None
    crowd = answers.count(uow, entry_id, most + 1)
    said = answers.asked(uow, entry_id, address if crowd > most else None)
    entry = entry_of(row, tuple(said.answers))
    return (replace(entry, crowd=crowd) if crowd > most else entry), said.people


def is_outside(uow: UnitOfWork, entry_id: EntryId) -> bool:
    """Tell whether somebody outside organizes an entry."""
    return bool(uow.connection.execute(_OUTSIDE, {"entry": entry_id}).scalar_one_or_none())


def custodian_of(uow: UnitOfWork, entry_id: EntryId) -> PersonId | None:
    """Give whose the words of an entry are."""
    found = uow.connection.execute(_CUSTODIAN, {"entry": entry_id}).scalar_one_or_none()
    return None if found is None else PersonId(found)


def words_of(uow: UnitOfWork, entry_id: EntryId, custodian: PersonId) -> bytes:
    """Give the organizer's text, private lines included: for the organizer alone, so *custodian* must be that one."""
    query = select(entry.c.words).where(entry.c.id == entry_id, entry.c.custodian == custodian)
    words: bytes = uow.connection.execute(query).scalar_one()
    return words


def all_words_of(uow: UnitOfWork, entry_ids: Collection[EntryId], custodian: PersonId) -> dict[EntryId, bytes]:
    """As `words_of`, of several entries at once; others' are left out."""
    if not entry_ids:
        return {}
    rows = uow.connection.execute(_ALL_WORDS, {"ids": list(entry_ids), "custodian": custodian})
    return {EntryId(row.id): row.words for row in rows}


def keep(uow: UnitOfWork, entry_id: EntryId, text: bytes) -> int:
    """Store a text that readings of this entry can be frozen at."""
    new: int = uow.connection.execute(_KEEP, {"entry": entry_id, "text": text}).scalar_one()
    return new


def entry_of(row: Found, said: tuple[Answer, ...], words: bytes | None = None) -> Entry:
    """Give the entry of a row that was asked for `FACTS`; *words* for the organizer alone."""
    return Entry(
        uid=row.uid,
        kind=Kind(row.kind),
        shared=shared_of(row),
        organizer=None if row.organizer_address is None else Address(row.organizer_address),
        sequence=row.sequence,
        answers=said,
        words=words,
        state=State(row.state),
        off_at=row.off_at,
        closed=row.closed,
        outside=row.outside,
    )


def shared_of(row: Found) -> bytes:
    """Give what others start from, of a row that was asked for `SHARED`."""
    text: bytes = row.words_shared if row.shared is None else row.shared
    return text


_COLUMNS = (entry.c.id, entry.c.uid, entry.c.kind, *FACTS)
_BY_SCOPE = select(*_COLUMNS).where(entry.c.uid == bindparam("uid"), entry.c.scope == bindparam("scope"))
_BY_ID = select(*_COLUMNS).where(entry.c.id == bindparam("entry"))
_BY_IDS = select(*_COLUMNS).where(entry.c.id.in_(bindparam("ids", expanding=True)))
