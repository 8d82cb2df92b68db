# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about what entries said before they were changed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from gateway.model import EntryId
from gateway.store.direct import Direct
from gateway.store.rows import insert_many, packed
from gateway.store.schema import former
from gateway.store.unit import UnitOfWork
from ical.instances import InstanceId
from ical.news import Saying, of_facts

REMEMBERED = timedelta(days=180)
"""So long is known what an entry said."""


class Former(NamedTuple):
    """What was said of an occurrence, or of all of it, until *at*."""

    instance: InstanceId
    at: datetime
    said: Saying


_FOUND = select(former.c.entry, former.c.instance, former.c.at, former.c.said).where(
    former.c.entry.in_(bindparam("entries", expanding=True))
)
_IN_ORDER = _FOUND.order_by(former.c.entry, former.c.instance, former.c.at)


def note(uow: UnitOfWork, changed: Iterable[tuple[EntryId, Mapping[InstanceId, Saying]]], now: datetime) -> None:
    """Note what entries said until *now*; of two changes at one moment, the first tells."""
    rows = [(entry_id, instance, now, said.facts) for entry_id, before in changed for instance, said in before.items()]
    if rows:
        _NOTED.rows(uow, **packed(uow, _NOTE, rows))


_NOTE = ("entry", "instance", "at", "said")
_NOTED = Direct(lambda dialect: insert_many(dialect, former, _NOTE).on_conflict_do_nothing())


def of_entries(uow: UnitOfWork, entry_ids: Collection[EntryId]) -> dict[EntryId, list[Former]]:
    """Give what these entries said before, by occurrence, oldest first."""
    found: dict[EntryId, list[Former]] = {}
    if entry_ids:
        for row in uow.connection.execute(_IN_ORDER, {"entries": list(entry_ids)}):
            one = Former(InstanceId(row.instance), row.at, of_facts(row.said))
            found.setdefault(EntryId(row.entry), []).append(one)
    return found


def known(before: Iterable[Former], since: datetime | None, now: datetime) -> dict[InstanceId, Saying]:
    """Give of *before*, oldest first, what whoever knew it as it was at *since* does not know to be another now."""
    if since is None or since < now - REMEMBERED:
        return {}
    found: dict[InstanceId, Saying] = {}
    for one in before:
        if one.at > since:
            found.setdefault(one.instance, one.said)
    return found


def forget(uow: UnitOfWork, now: datetime) -> None:
    """Delete what nobody is told of any more. No index: asked once an hour."""
    uow.connection.execute(delete(former).where(former.c.at < now - REMEMBERED))
