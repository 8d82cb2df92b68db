# SPDX-License-Identifier: GPL-3.0-or-later
"""A point in time as both databases keep it: aware, in UTC, and in an order by which it can be compared."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware UTC time on both databases (SQLite itself knows no zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        """Refuse naive times, store UTC."""
        return _as_text if dialect.name == "sqlite" else _as_utc

    def result_processor(self, dialect: Dialect, _type: object) -> Callable[[Any], datetime | None]:
        """Give the zone back that SQLite drops; PostgreSQL gives the time in the session's zone."""
        return _of_text if dialect.name == "sqlite" else _as_utc


_OFFSET = "+00:00"


def _as_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    instant = _as_utc(value)
    return None if instant is None else text_of(instant)


def _of_text(value: str | None) -> datetime | None:
    return None if value is None else _instant(value)


@lru_cache(maxsize=4096)
def _instant(value: str) -> datetime:
    """Give the time that SQLite has as text; all who are in a meeting were asked at the same one."""
    return datetime.fromisoformat(f"{value}{_OFFSET}")


def text_of(instant: datetime) -> str:
    """Give an aware time as SQLite has it: in UTC, as text that sorts by time."""
    return instant.astimezone(UTC).isoformat(" ", "microseconds").removesuffix(_OFFSET)
