# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies at a path: the tree that clients see.

/                               root, the principal collection
/{login}/                       principal and calendar home in one
/{login}/{slug}/                a calendar, or the inbox
/{login}/outbox/                takes free-busy requests, holds nothing
/{login}/calendar-proxy-write/  who acts for them
/{login}/{slug}/{href}          a calendar object, or an inbox item
"""

from collections.abc import Iterator

from gateway.errors import NotYours
from gateway.model import OUTBOX, Calendar, Person
from gateway.services import deputies
from gateway.store import calendars
from radicale_distrib import sight
from radicale_distrib.resources import PROXIES, Collection, Home, Member, Outbox, Proxies, Resource, Root, Scope


def locate(scope: Scope, path: str) -> Resource | None:
    """Give what lies at *path*, None where nothing does; raises NotYours where the reader may not look.

    In another home than the one that the request goes to there are principals only: the reader, and whom they act for.
    """
    login, *rest = split(path)
    if not login:
        return Root()
    if login != scope.owner.login:
        return _elsewhere(scope, login, rest, path)
    if rest and rest[0] == OUTBOX:
        return Outbox(scope.owner) if len(rest) == 1 else None
    if not rest or rest[0] in PROXIES:
        return _principal(scope.owner, rest)
    calendar = calendars.at(scope.uow, scope.owner.id, rest[0])
    if calendar is None or len(rest) == 1:
        return Collection(scope.owner, calendar) if calendar is not None else None
    return _member(scope, calendar, rest[1]) if len(rest) == len(("slug", "href")) and not path.endswith("/") else None


def _elsewhere(scope: Scope, login: str, rest: list[str], path: str) -> Resource | None:
    found = deputies.access(scope.uow, scope.me, login)
    if found is None or (rest and rest[0] not in PROXIES):
        raise NotYours(f"{scope.me.login} may not see {path}")
    return _principal(found.owner, rest)


def _principal(person: Person, rest: list[str]) -> Resource | None:
    if not rest:
        return Home(person)
    return Proxies(person, rest[0]) if len(rest) == 1 else None


def split(path: str) -> list[str]:
    """Give the segments of *path*; one empty segment for the root."""
    return path.strip("/").split("/")


def children(scope: Scope, resource: Resource) -> Iterator[Resource]:
    """Give what lies directly in *resource*, without texts."""
    if isinstance(resource, Root):
        yield Home(scope.me)
    elif isinstance(resource, Home):
        yield from (Collection(resource.person, one) for one in calendars.of_person(scope.uow, resource.person.id))
        yield Outbox(resource.person)
    elif isinstance(resource, Collection):
        yield from (Member(resource.person, resource.calendar, item) for item in sight.listed(scope, resource))


def _member(scope: Scope, calendar: Calendar, href: str) -> Member | None:
    found = next(sight.read(scope, Collection(scope.owner, calendar), [href]), None)
    return Member(scope.owner, calendar, found) if found else None
