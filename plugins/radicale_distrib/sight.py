# SPDX-License-Identifier: GPL-3.0-or-later
"""What whoever asks finds in a collection: everything, but that a deputy may have to leave what is private alone.

To a deputy who does not see them, entries with another CLASS than PUBLIC are not there; only that the time is taken
can be asked (RFC 5545 3.8.1.3). To know which they are the texts are read, of such a deputy's requests alone.
"""

from collections.abc import Iterable, Iterator, Sequence

from gateway.errors import NotYours
from gateway.model import Calendar, Listed, ReadingId, Rendered
from gateway.services import views
from ical.kinds import Kind
from ical.private import is_for_everybody
from radicale_distrib.resources import Collection, Scope


def at(scope: Scope, slug: str, href: str) -> Rendered | None:
    """Give the object at *href* of a calendar, or None: also where that is the inbox, or none."""
    found = views.at(scope.uow, scope.owner, slug, href)
    return found if found is not None and _is_seen(scope, found) else None


def read(scope: Scope, collection: Collection, hrefs: list[str] | None = None) -> Iterator[Rendered]:
    """Give the objects of *collection*, or those named in *hrefs*, with their texts."""
    if collection.is_inbox:
        return views.read_inbox(scope.uow, collection.person, hrefs, private=scope.sees_private)
    return _seen(scope, views.read_many(scope.uow, collection.person, collection.calendar, hrefs))


def page(scope: Scope, calendar: Calendar, after: str) -> tuple[list[Rendered], str | None]:
    """Give the next objects of *calendar* behind the href *after*, by href, and the href that others follow."""
    found, behind = views.page(scope.uow, scope.owner, calendar, after)
    return list(_seen(scope, found)), behind


def of_ids(scope: Scope, ids: Sequence[ReadingId]) -> Iterator[Rendered]:
    """Give the objects of these readings; what is not there any more is left out."""
    return _seen(scope, views.of_ids(scope.uow, scope.owner, ids))


def listed(scope: Scope, collection: Collection) -> Iterator[Listed | Rendered]:
    """Give the objects of *collection*, without texts where they need not be made."""
    if collection.is_inbox or not scope.sees_private:
        return read(scope, collection)
    return views.listing(scope.uow, collection.calendar)


def listed_page(
    scope: Scope, calendar: Calendar, after: str, kind: Kind | None = None
) -> tuple[list[Listed], str | None]:
    """Give what lies next in *calendar* behind the href *after*, without texts, and the href that others follow."""
    found, behind = views.listed_page(scope.uow, calendar, after, kind)
    if scope.sees_private or not found:
        return found, behind
    texts = views.read_many(scope.uow, scope.owner, calendar, [one.href for one in found])
    seen = {one.href for one in _seen(scope, texts)}
    return [one for one in found if one.href in seen], behind


def check(scope: Scope, calendar: Calendar, href: str) -> None:
    """Raise NotYours where what lies at *href* is not to be seen, and so not to be written either."""
    if scope.sees_private:
        return
    there = views.at(scope.uow, scope.owner, calendar.slug, href)
    if there is not None and not _is_seen(scope, there):
        raise NotYours(f"{href} is private to {scope.owner.login}")


def _seen(scope: Scope, found: Iterable[Rendered]) -> Iterator[Rendered]:
    return (one for one in found if _is_seen(scope, one))


def _is_seen(scope: Scope, one: Rendered) -> bool:
    return scope.sees_private or is_for_everybody(one.text)
