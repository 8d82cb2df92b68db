# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in a calendar, without texts, page by page."""

from sqlalchemy import Integer, bindparam, select, type_coerce

from gateway.model import CalendarId, Listed
from gateway.store.direct import Direct
from gateway.store.schema import reading
from gateway.store.unit import UnitOfWork
from ical.kinds import Kind

PAGE = 2_000
"""How many objects without texts are in memory at once."""

COLUMNS = (
    *(reading.c[name] for name in ("id", "href", "uid", "kind")),
    type_coerce(reading.c.scheduled, Integer).label("scheduled"),  # `listed` makes a truth value of it
    *(reading.c[name] for name in ("revision", "tag")),
)
_KINDS = {kind.value: kind for kind in Kind}

_IN_CALENDAR = (
    select(*COLUMNS)
    .where(reading.c.calendar == bindparam("calendar"), reading.c.href > bindparam("after"), ~reading.c.hidden)
    .order_by(reading.c.href)
    .limit(PAGE)
)
_ALL = Direct(lambda _: _IN_CALENDAR)
_OF_KIND = Direct(lambda _: _IN_CALENDAR.where(reading.c.kind == bindparam("kind")))


def page(uow: UnitOfWork, calendar_id: CalendarId, after: str = "", kind: Kind | None = None) -> list[Listed]:
    """Give the next `PAGE` objects of a calendar behind the href *after*, by href, all or those of one kind."""
    if kind is None:
        rows = _ALL.rows(uow, calendar=calendar_id, after=after)
    else:
        rows = _OF_KIND.rows(uow, calendar=calendar_id, after=after, kind=kind.value)
    return [listed(*row) for row in rows]


def listed(number: int, href: str, uid: str, kind: str, scheduled: int, revision: int, tag: int) -> Listed:
    """Give an object of a row of `COLUMNS`."""
    return Listed(number, href, uid, _KINDS[kind], bool(scheduled), revision, tag)
