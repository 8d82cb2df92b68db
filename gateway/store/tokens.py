# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about the secrets that let an outside contact answer without an account."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from gateway.model import EntryId
from gateway.store.rows import insert_many, packed
from gateway.store.schema import answer_link, reply_address
from gateway.store.unit import UnitOfWork
from ical.address import Address


@dataclass(frozen=True, slots=True)
class Link:
    """An answer link in a mail; of its token only the digest is known here."""

    digest: str
    entry_id: EntryId
    address: Address
    created_at: datetime
    expires_at: datetime | None = None


def reply_tokens(
    uow: UnitOfWork, entry_id: EntryId, addresses: Collection[Address], new_token: Callable[[], str]
) -> dict[Address, str]:
    """Give each address its reply mailbox's token in this entry: the one it has had, or a new one."""
    if not addresses:
        return {}
    names = ("token", "entry", "address")
    rows = [dict(zip(names, (new_token(), entry_id, address), strict=True)) for address in sorted(set(addresses))]
    key = [reply_address.c.entry, reply_address.c.address]
    # The old token is written over itself, so that it is given back like a new one.
    statement = insert_many(uow, reply_address, names).on_conflict_do_update(
        index_elements=key, set_={"token": reply_address.c.token}
    )
    stored = statement.returning(reply_address.c.address, reply_address.c.token)
    return {Address(row.address): row.token for row in uow.connection.execute(stored, packed(uow, rows))}


def by_reply_token(uow: UnitOfWork, token: str) -> tuple[EntryId, Address] | None:
    """Give which entry and address a reply mailbox is for."""
    query = select(reply_address.c.entry, reply_address.c.address).where(reply_address.c.token == token)
    row = uow.connection.execute(query).one_or_none()
    return None if row is None else (EntryId(row.entry), Address(row.address))


def add_links(uow: UnitOfWork, rows: Sequence[Link]) -> None:
    """Store answer links."""
    if not rows:
        return
    names = ("digest", "entry", "address", "created_at", "expires_at")
    values = [
        dict(zip(names, (new.digest, new.entry_id, new.address, new.created_at, new.expires_at), strict=True))
        for new in rows
    ]
    uow.connection.execute(insert_many(uow, answer_link, names), packed(uow, values))


def by_link(uow: UnitOfWork, digest: str) -> Link | None:
    """Give the answer link whose token has this SHA-256; whether it has expired is for the caller to see."""
    columns = (answer_link.c.entry, answer_link.c.address, answer_link.c.created_at, answer_link.c.expires_at)
    row = uow.connection.execute(select(*columns).where(answer_link.c.digest == digest)).one_or_none()
    if row is None:
        return None
    return Link(digest, EntryId(row.entry), Address(row.address), row.created_at, row.expires_at)
