# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of times as columns and rows: written with the words, never read for them."""

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import bindparam, delete

from gateway.model import EntryId
from gateway.store.rows import Insert, insert_many, packed
from gateway.store.schema import occurrence
from gateway.store.unit import Dialect, UnitOfWork
from ical.timeindex import Span

COLUMNS = ("span_start", "span_end", "recurring", "wide", "exact", "busy", "known_until")
"""What an entry and its readings say alike."""
_TIMES = ("entry", "instance", "start", "end", "busy")
_FORGET = delete(occurrence).where(occurrence.c.entry.in_(bindparam("of", expanding=True)))


def values(span: Span) -> tuple[object, ...]:
    """Give the values of `COLUMNS`, in their order."""
    return (
        span.start,
        span.end,
        span.recurring,
        span.is_wide,
        span.exact,
        span.busy or 0,
        span.known_until,
    )


def columns(span: Span) -> dict[str, object]:
    """Give the values of `COLUMNS` by their names."""
    return dict(zip(COLUMNS, values(span), strict=True))


def add_times(uow: UnitOfWork, of: Mapping[EntryId, Span]) -> None:
    """Store the occurrences of new entries."""
    _add(uow, of)


def replace_times(uow: UnitOfWork, of: Mapping[EntryId, Span]) -> None:
    """Store the occurrences that entries have now."""
    if of:
        uow.connection.execute(_FORGET, {"of": list(of)})
        _add(uow, of)


def _add(uow: UnitOfWork, of: Mapping[EntryId, Span]) -> None:
    rows = [(e, time.instance, time.start, time.end, time.busy or 0) for e, span in of.items() for time in span.times]
    if rows:
        uow.connection.execute(_added(uow.dialect), packed(uow, _TIMES, rows))


@lru_cache
def _added(dialect: Dialect) -> Insert:
    return insert_many(dialect, occurrence, _TIMES)
