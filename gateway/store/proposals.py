# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about counter-proposals: what people would rather have, and what became of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Update, bindparam, insert, select, update

from gateway.model import EntryId, PersonId, ProposalId
from gateway.store.direct import Direct, among, listed
from gateway.store.rows import given, packed
from gateway.store.schema import entry, proposal
from gateway.store.unit import Dialect, UnitOfWork
from ical.address import Address
from ical.instances import InstanceId
from ical.itip.outcome import State
from ical.itip.proposals import Fate, Proposal
from ical.times import Moment, instance_at, moment_of


class Known(NamedTuple):
    """A proposal that is stored."""

    id: ProposalId
    entry_id: EntryId
    proposal: Proposal
    """Without the text that it came in."""


_SAID = tuple(name for name in Proposal.__slots__ if name != "text")
_FOUND = select(*(proposal.c[name] for name in ("id", "entry", *_SAID))).order_by(proposal.c.id)
_ADD = insert(proposal).returning(proposal.c.id)
_TEXT = select(proposal.c.text).where(proposal.c.id == bindparam("number"))
_BY_ID = _FOUND.where(proposal.c.id == bindparam("number"))
_OF_ENTRY = _FOUND.where(proposal.c.entry == bindparam("of"))
_OF_ADDRESS = _OF_ENTRY.where(proposal.c.address == bindparam("who"))
_OF_ENTRIES = _FOUND.where(proposal.c.entry.in_(bindparam("entries", expanding=True)))
_OPEN = Direct(
    lambda dialect: _FOUND.where(among(dialect, proposal.c.entry, "entries"), proposal.c.fate == Fate.OPEN.value)
)


_OPEN_FOR = _FOUND.join(entry, entry.c.id == proposal.c.entry).where(
    entry.c.custodian == bindparam("custodian"),
    ~entry.c.outside,
    entry.c.state == State.LIVE.value,
    proposal.c.fate == Fate.OPEN.value,
)


def add(uow: UnitOfWork, entry_id: EntryId, new: Proposal) -> ProposalId:
    """Store a proposal; of the same person and occurrence no other is open."""
    values = {name: getattr(new, name) for name in Proposal.__slots__}
    values |= {"entry": entry_id, "fate": new.fate.value, "start": _name(new.start), "end": _name(new.end)}
    return ProposalId(uow.connection.execute(_ADD, values).scalar_one())


def by_id(uow: UnitOfWork, proposal_id: ProposalId) -> Known | None:
    """Give a proposal."""
    row = uow.connection.execute(_BY_ID, {"number": proposal_id}).one_or_none()
    return None if row is None else _known(row)


def of_entry(uow: UnitOfWork, entry_id: EntryId, address: Address | None = None) -> tuple[Known, ...]:
    """Give all that was proposed for an entry, by anybody or at one address, oldest first."""
    query = _OF_ENTRY if address is None else _OF_ADDRESS
    rows = uow.connection.execute(query, {"of": entry_id} if address is None else {"of": entry_id, "who": address})
    return tuple(map(_known, rows))


def of_entries(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> tuple[Known, ...]:
    """Give all that was proposed for several entries, oldest first."""
    if not entry_ids:
        return ()
    return tuple(map(_known, uow.connection.execute(_OF_ENTRIES, {"entries": list(entry_ids)})))


def open_in(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> list[Known]:
    """Give what the organizers of these entries have not settled."""
    return [_known(row) for row in _OPEN.rows(uow, entries=listed(entry_ids))] if entry_ids else []


def open_for(uow: UnitOfWork, person_id: PersonId) -> list[Known]:
    """Give what the organizer of entries that stand has not settled, oldest first."""
    return [_known(row) for row in uow.connection.execute(_OPEN_FOR, {"custodian": person_id})]


def text_of(uow: UnitOfWork, proposal_id: ProposalId) -> bytes:
    """Give the COUNTER in which an open proposal came, as it came."""
    return bytes(uow.connection.execute(_TEXT, {"number": proposal_id}).scalar_one())


def settle(uow: UnitOfWork, fates: Mapping[ProposalId, Fate], now: datetime, *, answer: str | None = None) -> None:
    """Note what became of proposals; the texts in which they came are needed no more."""
    if fates:
        rows = [(number, fate.value, now, answer) for number, fate in fates.items()]
        uow.connection.execute(_settled(uow.dialect), packed(uow, _SETTLED, rows))


_SETTLED = ("id", "fate", "settled_at", "answer")


@lru_cache
def _settled(dialect: Dialect) -> Update:
    new = given(dialect, proposal, _SETTLED)
    values = {name: new.c[name] for name in _SETTLED[1:]}
    return update(proposal).where(proposal.c.id == new.c.id).values({**values, "text": b""})


def _name(value: Moment | None) -> str | None:
    return None if value is None else instance_at(value)


def _moment(name: str | None) -> Moment | None:
    return None if name is None else moment_of(InstanceId(name))


def _known(row: Sequence[Any]) -> Known:
    number, entry_id, *said = row
    facts = dict(zip(_SAID, said, strict=True))
    facts |= {"fate": Fate(facts["fate"]), "start": _moment(facts["start"]), "end": _moment(facts["end"])}
    return Known(ProposalId(number), EntryId(entry_id), Proposal(**facts))
