# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in a calendar, without texts, page by page."""

from sqlalchemy import bindparam, select

from gateway.model import CalendarId, Listed
from gateway.store.schema import reading
from gateway.store.unit import UnitOfWork
from ical.kinds import Kind

PAGE = 2_000
"""How many objects without texts are in memory at once."""

COLUMNS = tuple(reading.c[name] for name in ("id", "href", "uid", "kind", "scheduled", "revision", "tag"))
_KINDS = {kind.value: kind for kind in Kind}

_ALL = select(*COLUMNS).where(
    reading.c.calendar == bindparam("calendar"), reading.c.href > bindparam("after"), ~reading.c.hidden
)
_OF_KIND = _ALL.where(reading.c.kind == bindparam("kind"))
_PAGES = tuple(query.order_by(reading.c.href).limit(PAGE) for query in (_ALL, _OF_KIND))


def page(uow: UnitOfWork, calendar_id: CalendarId, after: str = "", kind: Kind | None = None) -> list[Listed]:
    """Give the next `PAGE` objects of a calendar behind the href *after*, by href, all or those of one kind."""
    asked = {"calendar": calendar_id, "after": after}
    if kind is None:
        return [listed(*row) for row in uow.connection.execute(_PAGES[0], asked).all()]
    return [listed(*row) for row in uow.connection.execute(_PAGES[1], {**asked, "kind": kind.value}).all()]


def listed(number: int, href: str, uid: str, kind: str, scheduled: bool, revision: int, tag: int) -> Listed:  # noqa: FBT001
    """Give an object of a row of `COLUMNS`."""
    schedule_tag = f'"{number}-{tag}"' if scheduled else None
    return Listed(href, f'"{number}-{revision}"', schedule_tag, _KINDS[kind], uid)
