# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about those who answer without being asked: what they said, and whether they were turned away."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, delete, func, insert, or_, select, tuple_, update

from gateway.model import CrasherId, EntryId, PersonId
from gateway.store.schema import crasher, entry
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.itip.crashers import Crasher
from ical.itip.outcome import State
from ical.kinds import Kind
from ical.tasks import Share


class Known(NamedTuple):
    """Somebody who is stored."""

    id: CrasherId
    entry_id: EntryId
    crasher: Crasher
    refused: bool


_SAID = ("address", "instance", "name", "comment", "sequence", "stamp", "channel", "via", "at")
_SHARE = ("partstat", "percent", "completed_at")
_FOUND = select(*(crasher.c[name] for name in ("id", "entry", "refused", *_SHARE, *_SAID))).order_by(crasher.c.id)
_BY_ID = _FOUND.where(crasher.c.id == bindparam("number"))
_OF_ENTRY = _FOUND.where(crasher.c.entry == bindparam("of"))
_OPEN_FOR = _FOUND.join(entry, entry.c.id == crasher.c.entry).where(
    crasher.c.custodian == bindparam("organizer"), ~crasher.c.refused, entry.c.state == State.LIVE.value
)


def by_id(uow: UnitOfWork, crasher_id: CrasherId) -> Known | None:
    """Give somebody who was heard."""
    row = uow.connection.execute(_BY_ID, {"number": crasher_id}).one_or_none()
    return None if row is None else _known(row)


def of_entry(uow: UnitOfWork, entry_id: EntryId) -> tuple[Known, ...]:
    """Give all who answered an entry without being asked, whoever was turned away too, oldest first."""
    return tuple(map(_known, uow.connection.execute(_OF_ENTRY, {"of": entry_id})))


def open_for(uow: UnitOfWork, person_id: PersonId) -> list[Known]:
    """Give who waits for the organizer of entries that stand, oldest first."""
    return [_known(row) for row in uow.connection.execute(_OPEN_FOR, {"organizer": person_id})]


def put(uow: UnitOfWork, entry_id: EntryId, custodian: PersonId, new: Crasher) -> None:
    """Store what somebody says, in place of what they said before."""
    values = {name: getattr(new, name) for name in _SAID} | {name: getattr(new.share, name) for name in _SHARE}
    forget(uow, entry_id, [new.address], instance=new.instance)
    values |= {"entry": entry_id, "custodian": custodian, "pulse": secrets.randbits(30)}
    uow.connection.execute(insert(crasher).values(values))


def refuse(uow: UnitOfWork, crasher_id: CrasherId) -> None:
    """Note that they were turned away: by what they answered a repeat is known, and no more is kept."""
    nothing = {"name": "", "via": None, "comment": None, "percent": None, "completed_at": None}
    uow.connection.execute(update(crasher).where(crasher.c.id == crasher_id).values(refused=True, **nothing))


def forget(uow: UnitOfWork, entry_id: EntryId, addresses: Collection[Address], *, instance: str | None = None) -> None:
    """Delete what these addresses said to an entry, or to one occurrence of it."""
    theirs = delete(crasher).where(crasher.c.entry == entry_id, crasher.c.address.in_(addresses))
    uow.connection.execute(theirs if instance is None else theirs.where(crasher.c.instance == instance))


def settle(uow: UnitOfWork, called_off: Collection[EntryId], asked: Iterable[tuple[EntryId, Address]]) -> None:
    """Delete who answered what is called off now, or who is asked by now; nothing is asked where there is neither."""
    now_asked = list(asked)
    if called_off or now_asked:
        is_asked = tuple_(crasher.c.entry, crasher.c.address).in_(now_asked)
        uow.connection.execute(delete(crasher).where(or_(crasher.c.entry.in_(called_off), is_asked)))


def hand_over(uow: UnitOfWork, entry_id: EntryId, successor: PersonId, addresses: Collection[Address]) -> None:
    """Lay them before whoever organizes the entry from now on, and who waits for nobody any more."""
    forget(uow, entry_id, addresses)
    theirs = update(crasher).where(crasher.c.entry == entry_id)
    uow.connection.execute(theirs.values(custodian=successor))


def forget_person(uow: UnitOfWork, addresses: Collection[Address]) -> None:
    """Delete all that these addresses said to anything; no index: people leave seldom."""
    uow.connection.execute(delete(crasher).where(crasher.c.address.in_(addresses)))


def forget_over(uow: UnitOfWork, now: datetime, due_before: datetime) -> None:
    """Delete who answered appointments that are over, and tasks that were due before *due_before*: they can be late.

    No index: asked once an hour.
    """
    since = case((entry.c.kind == Kind.VEVENT.value, now), else_=due_before)
    over = select(entry.c.id).where(func.coalesce(entry.c.span_end < since, False))
    uow.connection.execute(delete(crasher).where(crasher.c.entry.in_(over)))


def _known(row: Sequence[Any]) -> Known:
    number, entry_id, refused, partstat, percent, completed_at, *said = row
    share = Share(partstat, percent, completed_at)
    return Known(
        CrasherId(number), EntryId(entry_id), Crasher(**dict(zip(_SAID, said, strict=True)), share=share), refused
    )
