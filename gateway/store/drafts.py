# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about mail to contacts that whoever organizes an entry sends themselves, and has not sent yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, delete, func, select, update

from gateway.model import EntryId, PersonId
from gateway.store.outbox import NewMail
from gateway.store.rows import Found, Insert, insert_many, overwrite, packed
from gateway.store.schema import draft, entry
from gateway.store.unit import Dialect, UnitOfWork
from ical.address import Address
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Method, State

HELD = frozenset({Method.REQUEST, Method.CANCEL})
"""What waits for its sender; a program that asks for the current text is answered at once."""

PUBLISHED = "published"
"""The fact that whoever gets it is not asked to answer."""
COPIES = "copies"
"""The fact that tells the mailboxes of those who get a copy."""
CHOSEN = (PUBLISHED, COPIES)
"""Facts that its sender chose: they stay with a mail of the same method."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail that is written, and not sent."""

    id: int
    person_id: PersonId
    entry_id: EntryId
    address: Address
    instance: InstanceId
    method: Method
    text: bytes | None
    """None: whoever it is for is asked when it is sent."""
    facts: Mapping[str, object] = field(default_factory=dict)
    message_id: str = ""
    subject: str | None = None
    words: str | None = None
    """None: as we would write it."""
    created_at: datetime | None = None
    taken_at: datetime | None = None
    """When it was downloaded, to be sent elsewhere."""
    summary: str = ""


_KEY = ("entry", "address", "instance")
_NEW = ("person", *_KEY, "method", "created_at")
_HELD = (*_NEW, "text", "facts", "message_id", "subject", "words", "taken_at")
_COLUMNS = tuple(draft.c[name] for name in ("id", *_HELD))
_ALL = select(*_COLUMNS, entry.c.summary).join(entry, entry.c.id == draft.c.entry)
# What is asked by a draft is nobody's to ask any more once all of it is called off.
_STANDS = (entry.c.state == State.LIVE.value) | draft.c.text.is_not(None)
_OF_PERSON = _ALL.where(draft.c.person == bindparam("owner"), _STANDS).order_by(draft.c.id)
_ONE = _ALL.where(draft.c.id == bindparam("number"), draft.c.person == bindparam("owner"))
_OF_ENTRIES = _ALL.where(draft.c.entry.in_(bindparam("entries", expanding=True)))
_COUNT = (
    select(func.count())
    .select_from(draft.join(entry, entry.c.id == draft.c.entry))
    .where(draft.c.person == bindparam("owner"), draft.c.taken_at.is_(None), _STANDS)
)
_WRITE = (
    update(draft)
    .where(draft.c.id == bindparam("number"))
    .values(
        subject=bindparam("said"),
        words=bindparam("told"),
        taken_at=bindparam("taken"),
        facts=bindparam("known", type_=draft.c.facts.type),
    )
)
_FORGET = delete(draft).where(
    draft.c.entry == bindparam("about"),
    draft.c.address.in_(bindparam("gone", expanding=True)),
    draft.c.text.is_(None),
)
_REMOVE = delete(draft).where(draft.c.id.in_(bindparam("numbers", expanding=True)))


def begin(uow: UnitOfWork, person_id: PersonId, entry_id: EntryId, to: Collection[Address], now: datetime) -> None:
    """Begin a mail to each of these; one that is there already stays."""
    rows = [(person_id, entry_id, address, SERIES, Method.REQUEST.value, now) for address in to]
    if rows:
        uow.connection.execute(_begun(uow.dialect), packed(uow, _NEW, rows))


@lru_cache
def _begun(dialect: Dialect) -> Insert:
    return insert_many(dialect, draft, _NEW).on_conflict_do_nothing()


def hold(uow: UnitOfWork, mails: Sequence[tuple[PersonId, NewMail]]) -> None:
    """Keep mail until its sender sends it; what is there for the same occurrence gives way to it.

    What was never sent needs no CANCEL: it goes. What is written by hand stays with a mail of the same method.
    """
    if not mails:
        return
    there = {(one.entry_id, one.address, one.instance): one for one in of_entries(uow, {m.entry_id for _, m in mails})}
    gone: list[int] = []
    rows: list[tuple[object, ...]] = []
    for person_id, mail in mails:
        before = there.get((mail.entry_id, mail.address, mail.instance))
        if before is not None and mail.method is Method.CANCEL and _is_unheard_of(before):
            gone.append(before.id)
        else:
            rows.append(_row(person_id, mail, before))
    remove(uow, gone)
    if rows:
        uow.connection.execute(_held(uow.dialect), packed(uow, _HELD, rows))


def _is_unheard_of(before: Draft) -> bool:
    return before.method is Method.REQUEST and (before.text is None or bool(before.facts.get("first")))


def _row(person_id: PersonId, mail: NewMail, before: Draft | None) -> tuple[object, ...]:
    same = before if before is not None and before.method is mail.method else None
    first = bool(mail.facts.get("first")) or (same is not None and _is_unheard_of(same))
    words = (same.subject, same.words) if same is not None else (None, None)
    about = (person_id, mail.entry_id, mail.address, mail.instance, str(mail.method), mail.created_at)
    told = {name: same.facts[name] for name in CHOSEN if name in same.facts} if same is not None else {}
    return (*about, mail.text, {**mail.facts, **told, "first": first}, mail.message_id, *words, None)


@lru_cache
def _held(dialect: Dialect) -> Insert:
    return overwrite(insert_many(dialect, draft, _HELD), draft, _KEY, set(_HELD) - set(_KEY))


def of_entries(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> list[Draft]:
    """Give what waits about these entries."""
    return [_draft(row) for row in uow.connection.execute(_OF_ENTRIES, {"entries": list(entry_ids)})]


def of_person(uow: UnitOfWork, person_id: PersonId) -> list[Draft]:
    """Give what waits for a person to send it, oldest first."""
    return [_draft(row) for row in uow.connection.execute(_OF_PERSON, {"owner": person_id})]


def find(uow: UnitOfWork, person_id: PersonId, number: int) -> Draft | None:
    """Give one of a person's drafts."""
    row = uow.connection.execute(_ONE, {"number": number, "owner": person_id}).one_or_none()
    return None if row is None else _draft(row)


def count(uow: UnitOfWork, person_id: PersonId) -> int:
    """Count what a person has neither sent nor downloaded."""
    number: int = uow.connection.execute(_COUNT, {"owner": person_id}).scalar_one()
    return number


def write(uow: UnitOfWork, one: Draft) -> None:
    """Store what its sender wrote and chose, and when they took it out."""
    asked = {"number": one.id, "said": one.subject, "told": one.words, "taken": one.taken_at, "known": one.facts}
    uow.connection.execute(_WRITE, asked)


def remove(uow: UnitOfWork, numbers: Collection[int]) -> bool:
    """Take drafts away; False where none of them is there any more."""
    return bool(numbers) and uow.connection.execute(_REMOVE, {"numbers": list(numbers)}).rowcount > 0


def forget(uow: UnitOfWork, entry_id: EntryId, addresses: Collection[Address]) -> None:
    """Take away what was begun to these about an entry, and never sent."""
    uow.connection.execute(_FORGET, {"about": entry_id, "gone": list(addresses)})


def _draft(row: Found) -> Draft:
    return Draft(
        id=row.id,
        person_id=PersonId(row.person),
        entry_id=EntryId(row.entry),
        address=Address(row.address),
        instance=InstanceId(row.instance),
        method=Method(row.method),
        text=row.text,
        facts=row.facts or {},
        message_id=row.message_id or "",
        subject=row.subject,
        words=row.words,
        created_at=row.created_at,
        taken_at=row.taken_at,
        summary=row.summary,
    )
