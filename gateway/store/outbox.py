# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about mail that is to be sent, or was."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from gateway.model import EntryId
from gateway.store.rows import Found, NewRow, Returning, insert_many, packed
from gateway.store.schema import outbox
from gateway.store.unit import Dialect, UnitOfWork
from ical.address import Address
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Method

PENDING = "pending"
CLAIMED = "claimed"
SENT = "sent"
FAILED = "failed"

FORWARD: Final = "FORWARD"
"""The method of mail that carries no iTIP message: what a contact wrote, passed on to the organizer."""

COPY: Final = "COPY"
"""The method of mail that carries no iTIP message: what somebody sent to a contact, for whoever gets a copy of it."""
Kind: TypeAlias = Method | Literal["FORWARD", "COPY"]

_BYTES = 8 * 1024 * 1024
"""Of texts that are written at once."""


@dataclass(frozen=True, slots=True)
class NewMail:
    """A message to one address that is to be sent once for its cause."""

    entry_id: EntryId
    address: Address
    method: Kind
    cause: str
    """The revision or decision that asked for it: the same cause makes no second mail."""
    text: bytes
    """The calendar part's text."""
    message_id: str
    due_at: datetime
    created_at: datetime
    facts: Mapping[str, object] = field(default_factory=dict)
    """What composing needs beside the text."""
    instance: InstanceId = SERIES


@dataclass(frozen=True, slots=True)
class Mail:
    """A message in the outbox."""

    id: int
    entry_id: EntryId
    address: Address
    method: Kind
    cause: str
    text: bytes
    message_id: str
    due_at: datetime
    created_at: datetime
    facts: Mapping[str, object]
    instance: InstanceId
    state: str
    attempts: int
    """How often it was claimed, this time included."""
    sent_at: datetime | None
    response: str | None
    """What the other side said last."""


_COLUMNS = tuple(
    outbox.c[name]
    for name in (
        "id",
        "entry",
        "address",
        "method",
        "cause",
        "text",
        "message_id",
        "due_at",
        "created_at",
        "facts",
        "instance",
        "state",
        "attempts",
        "sent_at",
        "response",
    )
)


_IS_DUE = or_(
    and_(outbox.c.state == PENDING, outbox.c.due_at <= bindparam("now")),
    and_(outbox.c.state == CLAIMED, outbox.c.claimed_until < bindparam("now")),
)
_ANY_DUE = select(exists().where(_IS_DUE))


def add(uow: UnitOfWork, rows: Iterable[NewMail]) -> int:
    """Put mail into the outbox, but none that its cause has asked for before; give how many are new."""
    pages = (packed(uow, _NEW, list(map(_row, page))) for page in _pages(rows))
    return sum(len(uow.connection.execute(_added(uow.dialect), page).all()) for page in pages)


def count_since(uow: UnitOfWork, entry_id: EntryId, address: Address, cause: str, since: datetime) -> int:
    """Give how many mails about an entry an address was to get since *since*, whose causes begin with *cause*."""
    asked = {"of": entry_id, "to": address, "begins": f"{cause}%", "since": since}
    number: int = uow.connection.execute(_COUNT_SINCE, asked).scalar_one()
    return number


_COUNT_SINCE = select(func.count()).where(
    outbox.c.entry == bindparam("of"),
    outbox.c.address == bindparam("to"),
    outbox.c.cause.like(bindparam("begins")),
    outbox.c.created_at > bindparam("since"),
)


class Asking(NamedTuple):
    """The last REQUEST that somebody was to get."""

    at: datetime
    published: bool
    """It only told of it, and asked for no answer."""


def last_asked(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[tuple[EntryId, Address, InstanceId], Asking]:
    """Give how each address was last asked to each occurrence of these entries."""
    if not entry_ids:
        return {}
    rows = uow.connection.execute(_LAST_ASKED, {"entries": list(entry_ids)})
    return {
        (EntryId(row.entry), Address(row.address), InstanceId(row.instance)): Asking(
            row.created_at, bool(row.published)
        )
        for row in rows
    }


_LAST = (
    select(func.max(outbox.c.id))
    .where(outbox.c.entry.in_(bindparam("entries", expanding=True)), outbox.c.method == Method.REQUEST.value)
    .group_by(outbox.c.entry, outbox.c.address, outbox.c.instance)
)
_LAST_ASKED = select(
    outbox.c.entry,
    outbox.c.address,
    outbox.c.instance,
    outbox.c.created_at,
    outbox.c.facts["published"].as_boolean().label("published"),
).where(outbox.c.id.in_(_LAST))


def take_back(uow: UnitOfWork, entry_id: EntryId, addresses: Collection[Address], method: Method) -> None:
    """Forget mail of a method to these addresses that nobody has begun to send."""
    asked = {"of": entry_id, "addresses": list(addresses), "method": method.value}
    uow.connection.execute(_TAKE_BACK, asked)


_TAKE_BACK = delete(outbox).where(
    outbox.c.entry == bindparam("of"),
    outbox.c.address.in_(bindparam("addresses", expanding=True)),
    outbox.c.method == bindparam("method"),
    outbox.c.state == PENDING,
    outbox.c.attempts == 0,
)


_KEY = ("entry", "instance", "address", "method", "cause")
_NEW = (*_KEY, "text", "facts", "message_id", "state", "attempts", "due_at", "created_at")


@lru_cache
def _added(dialect: Dialect) -> Returning:
    return insert_many(dialect, outbox, _NEW).on_conflict_do_nothing().returning(outbox.c.id)


def _pages(rows: Iterable[NewMail]) -> Iterator[list[NewMail]]:
    page: list[NewMail] = []
    size = 0
    for new in rows:
        page.append(new)
        size += len(new.text)
        if size > _BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page


def claim(uow: UnitOfWork, *, worker: str, now: datetime, lease: timedelta, limit: int) -> tuple[Mail, ...]:
    """Give mail that is due to one worker, which has it alone until the lease ends.

    To one address only the oldest unsent message of an entry: an update must not overtake its invitation. Mail that a
    worker claimed and did not come back with is due when its lease has ended.
    """
    asked = {"now": now, "most": limit, "worker": worker, "until": now + lease}
    rows = uow.connection.execute(_claimed(), asked).all()
    return tuple(_mail(row) for row in sorted(rows, key=lambda row: (row.due_at, row.id)))


@lru_cache
def _claimed() -> ReturningUpdate[*tuple[Any, ...]]:
    older = outbox.alias("older")
    first = ~exists().where(
        older.c.entry == outbox.c.entry,
        older.c.address == outbox.c.address,
        older.c.state.in_((PENDING, CLAIMED)),
        older.c.id < outbox.c.id,
    )
    chosen = select(outbox.c.id).where(_IS_DUE, first).order_by(outbox.c.due_at, outbox.c.id).limit(bindparam("most"))
    free = chosen.with_for_update(skip_locked=True, of=outbox).cte("free")
    claimed = update(outbox).where(outbox.c.id.in_(select(free.c.id)))
    return claimed.values(
        state=CLAIMED,
        claimed_by=bindparam("worker"),
        claimed_until=bindparam("until"),
        attempts=outbox.c.attempts + 1,
    ).returning(*_COLUMNS)


def is_due(uow: UnitOfWork, now: datetime) -> bool:
    """Tell whether a claim may find something: asked often, because a reader hinders no writer."""
    return bool(uow.connection.execute(_ANY_DUE, {"now": now}).scalar_one())


def renew(uow: UnitOfWork, mail_id: int, worker: str, until: datetime) -> bool:
    """Prolong a lease; False: it is another worker's now, so leave the mail alone."""
    return _settle(uow, mail_id, worker, claimed_until=until)


def sent(uow: UnitOfWork, mail_id: int, worker: str, now: datetime, response: str) -> bool:
    """Note that a mail was taken by the other side; False: it is not this worker's any more."""
    return _settle(uow, mail_id, worker, state=SENT, sent_at=now, response=response, **_FREE)


def again(uow: UnitOfWork, mail_id: int, worker: str, due_at: datetime, response: str) -> bool:
    """Let a mail be tried again later; False: it is not this worker's any more."""
    return _settle(uow, mail_id, worker, state=PENDING, due_at=due_at, response=response, **_FREE)


def failed(uow: UnitOfWork, mail_id: int, worker: str, response: str) -> bool:
    """Give a mail up; False: it is not this worker's any more."""
    return _settle(uow, mail_id, worker, state=FAILED, response=response, **_FREE)


def forget_link(uow: UnitOfWork, mail: Mail) -> None:
    """Keep the secret of a mail that is gone out in the mail alone."""
    facts = {**mail.facts, "link": None}
    uow.connection.execute(update(outbox).where(outbox.c.id == mail.id).values(facts=facts))


def counts(uow: UnitOfWork) -> dict[str, int]:
    """Give how many mails are in each state."""
    rows = uow.connection.execute(select(outbox.c.state, func.count().label("number")).group_by(outbox.c.state))
    return dict.fromkeys((PENDING, CLAIMED, SENT, FAILED), 0) | {row.state: row.number for row in rows}


def oldest_due(uow: UnitOfWork, now: datetime) -> datetime | None:
    """Give since when the longest waiting mail has been due."""
    waiting = and_(outbox.c.state == PENDING, outbox.c.due_at <= now)
    since: datetime | None = uow.connection.execute(select(func.min(outbox.c.due_at)).where(waiting)).scalar_one()
    return since


def recent(uow: UnitOfWork, limit: int) -> tuple[Mail, ...]:
    """Give the mails that were asked for last, newest first."""
    rows = uow.connection.execute(select(*_COLUMNS).order_by(outbox.c.id.desc()).limit(limit))
    return tuple(_mail(row) for row in rows)


_FREE: Mapping[str, None] = {"claimed_by": None, "claimed_until": None}


def _settle(uow: UnitOfWork, mail_id: int, worker: str, **values: object) -> bool:
    mine: ColumnElement[bool] = and_(outbox.c.id == mail_id, outbox.c.state == CLAIMED, outbox.c.claimed_by == worker)
    return uow.connection.execute(update(outbox).where(mine).values(**values)).rowcount == 1


def _row(new: NewMail) -> NewRow:
    """Give the values of `_NEW`."""
    return (
        new.entry_id,
        new.instance,
        new.address,
        new.method,
        new.cause,
        new.text,
        dict(new.facts),
        new.message_id,
        PENDING,
        0,
        new.due_at,
        new.created_at,
    )


def _mail(row: Found) -> Mail:
    return Mail(
        id=row.id,
        entry_id=EntryId(row.entry),
        address=Address(row.address),
        method=row.method if row.method in {FORWARD, COPY} else Method(row.method),
        cause=row.cause,
        text=row.text,
        message_id=row.message_id,
        due_at=row.due_at,
        created_at=row.created_at,
        facts=row.facts,
        instance=InstanceId(row.instance),
        state=row.state,
        attempts=row.attempts,
        sent_at=row.sent_at,
        response=row.response,
    )
