# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about the secrets that let an outside contact answer without an account."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, select

from gateway.model import EntryId
from gateway.store.direct import Direct
from gateway.store.rows import Insert, Returning, insert_many, packed
from gateway.store.schema import answer_link, reply_address
from gateway.store.unit import Dialect, UnitOfWork
from ical.address import Address
from ical.instances import SERIES, InstanceId


@dataclass(frozen=True, slots=True)
class Link:
    """An answer link in a mail; of its token only the digest is known here."""

    digest: str
    entry_id: EntryId
    address: Address
    created_at: datetime
    expires_at: datetime | None = None
    instance: InstanceId = SERIES
    """Which occurrence alone it answers."""


class ReplyBox(NamedTuple):
    """The reply mailbox of an address in an entry."""

    token: str
    drafted: bool
    """Whoever organizes the entry sends the mail about it themselves."""


def reply_boxes(
    uow: UnitOfWork, asked: Collection[tuple[EntryId, Address]], new_token: Callable[[], str]
) -> dict[tuple[EntryId, Address], ReplyBox]:
    """Give each address its reply mailbox in an entry: the one it has had there, or a new one."""
    if not asked:
        return {}
    rows = [(new_token(), entry_id, address) for entry_id, address in sorted(set(asked))]
    stored = uow.connection.execute(_replies_added(uow.dialect), packed(uow, _REPLY, rows))
    return {(EntryId(row.entry), Address(row.address)): ReplyBox(row.token, row.drafted) for row in stored}


def reply_tokens(
    uow: UnitOfWork, asked: Collection[tuple[EntryId, Address]], new_token: Callable[[], str]
) -> dict[tuple[EntryId, Address], str]:
    """As `reply_boxes`, the tokens alone."""
    return {key: box.token for key, box in reply_boxes(uow, asked, new_token).items()}


def let_draft(
    uow: UnitOfWork,
    asked: Collection[tuple[EntryId, Address]],
    new_token: Callable[[], str],
    *,
    drafted: bool = True,
) -> None:
    """Let whoever organizes these entries send what goes to these addresses themselves, or (not *drafted*) let us."""
    if asked:
        rows = [(new_token(), entry_id, address, drafted) for entry_id, address in sorted(set(asked))]
        uow.connection.execute(_drafted_added(uow.dialect), packed(uow, _DRAFTED, rows))


def drafted(uow: UnitOfWork, asked: Collection[tuple[EntryId, Address]]) -> frozenset[tuple[EntryId, Address]]:
    """Give to which of these addresses whoever organizes the entry sends mail about it themselves."""
    if not asked:
        return frozenset()
    about = {"entries": list({entry_id for entry_id, _ in asked}), "addresses": list({to for _, to in asked})}
    rows = uow.connection.execute(_IS_DRAFTED, about)
    return frozenset((EntryId(row.entry), Address(row.address)) for row in rows) & frozenset(asked)


def replied(uow: UnitOfWork, asked: Collection[tuple[EntryId, Address]]) -> dict[tuple[EntryId, Address], str]:
    """Give the tokens of those of these addresses that have a reply mailbox already."""
    if not asked:
        return {}
    about = {"entries": list({entry_id for entry_id, _ in asked}), "addresses": list({to for _, to in asked})}
    rows = uow.connection.execute(_REPLIED, about)
    found = {(EntryId(row.entry), Address(row.address)): row.token for row in rows}
    return {key: token for key, token in found.items() if key in frozenset(asked)}


_REPLIED = select(reply_address.c.entry, reply_address.c.address, reply_address.c.token).where(
    reply_address.c.entry.in_(bindparam("entries", expanding=True)),
    reply_address.c.address.in_(bindparam("addresses", expanding=True)),
)
_IS_DRAFTED = _REPLIED.where(reply_address.c.drafted)
_DRAFTED = ("token", "entry", "address", "drafted")


@lru_cache
def _drafted_added(dialect: Dialect) -> Insert:
    new = insert_many(dialect, reply_address, _DRAFTED)
    return new.on_conflict_do_update(
        index_elements=[reply_address.c.entry, reply_address.c.address], set_={"drafted": new.excluded.drafted}
    )


_REPLY = ("token", "entry", "address")


@lru_cache
def _replies_added(dialect: Dialect) -> Returning:
    key = [reply_address.c.entry, reply_address.c.address]
    # The old token is written over itself, so that it is given back like a new one.
    statement = insert_many(dialect, reply_address, _REPLY).on_conflict_do_update(
        index_elements=key, set_={"token": reply_address.c.token}
    )
    return statement.returning(*(reply_address.c[name] for name in _REPLY), reply_address.c.drafted)


_BY_TOKEN = Direct(
    lambda _: select(reply_address.c.entry, reply_address.c.address).where(reply_address.c.token == bindparam("token"))
)


def by_reply_token(uow: UnitOfWork, token: str) -> tuple[EntryId, Address] | None:
    """Give which entry and address a reply mailbox is for."""
    return next(((EntryId(of), Address(address)) for of, address in _BY_TOKEN.rows(uow, token=token)), None)


def add_links(uow: UnitOfWork, rows: Sequence[Link]) -> None:
    """Store answer links."""
    if not rows:
        return
    values = [(n.digest, n.entry_id, n.address, n.created_at, n.expires_at, n.instance) for n in rows]
    uow.connection.execute(_links_added(uow.dialect), packed(uow, _LINK, values))


_LINK = ("digest", "entry", "address", "created_at", "expires_at", "instance")


@lru_cache
def _links_added(dialect: Dialect) -> Insert:
    return insert_many(dialect, answer_link, _LINK)


def by_link(uow: UnitOfWork, digest: str) -> Link | None:
    """Give the answer link whose token has this SHA-256; whether it has expired is for the caller to see."""
    row = uow.connection.execute(_BY_DIGEST, {"digest": digest}).one_or_none()
    if row is None:
        return None
    at = InstanceId(row.instance)
    return Link(digest, EntryId(row.entry), Address(row.address), row.created_at, row.expires_at, at)


_BY_DIGEST = select(*(answer_link.c[name] for name in _LINK)).where(answer_link.c.digest == bindparam("digest"))
