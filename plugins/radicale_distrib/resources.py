# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies at a path: the tree that clients see, and who may see it.

/                       root, the principal collection
/{login}/               principal and calendar home in one
/{login}/{slug}/        a calendar, or the inbox
/{login}/outbox/        takes free-busy requests, holds nothing
/{login}/{slug}/{href}  a calendar object, or an inbox item
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

from gateway.config import Settings
from gateway.errors import NotYours
from gateway.model import INBOX, OUTBOX, Calendar, Listed, Person, Rendered
from gateway.services import views
from gateway.services.fetches import Fetches
from gateway.services.scene import Scene
from gateway.store import calendars
from gateway.store.unit import UnitOfWork
from radicale_distrib import markup
from radicale_distrib.requests import Request

HOME_PROPERTY = "home "
"""Dead properties of the home lie with the inbox, under names with this in front."""


@dataclass(frozen=True, slots=True)
class Root:
    """The principal collection: what everybody signs in to."""

    path: str = "/"


@dataclass(frozen=True, slots=True)
class Home:
    """One's own principal, which is one's calendar home too."""

    person: Person

    @property
    def path(self) -> str:
        """Path inside the tree."""
        return f"/{self.person.login}/"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else's principal, as a search shows it: name and addresses, nothing of the home."""

    person: Person

    @property
    def path(self) -> str:
        """Path inside the tree."""
        return f"/{self.person.login}/"


@dataclass(frozen=True, slots=True)
class Outbox:
    """Where free-busy requests are posted."""

    person: Person

    @property
    def path(self) -> str:
        """Path inside the tree."""
        return f"/{self.person.login}/{OUTBOX}/"


@dataclass(frozen=True, slots=True)
class Collection:
    """A calendar, or the inbox."""

    person: Person
    calendar: Calendar

    @property
    def path(self) -> str:
        """Path inside the tree."""
        return f"/{self.person.login}/{self.calendar.slug}/"

    @property
    def is_inbox(self) -> bool:
        """Whether scheduling messages lie here, not calendar objects."""
        return self.calendar.kind == INBOX


@dataclass(frozen=True, slots=True)
class Member:
    """A calendar object or an inbox item; `item` has a text where it was asked for."""

    person: Person
    calendar: Calendar
    item: Listed | Rendered

    @property
    def path(self) -> str:
        """Path inside the tree."""
        return f"/{self.person.login}/{self.calendar.slug}/{self.item.href}"


Resource = Root | Home | Colleague | Outbox | Collection | Member


@dataclass(frozen=True)
class Scope:
    """All that a method needs: who asks for what, within which unit of work, under which settings, when."""

    uow: UnitOfWork
    me: Person
    request: Request
    scene: Scene
    reading: Callable[[], AbstractContextManager[UnitOfWork]]
    """Begins a transaction of its own: for what is sent after the method has returned."""
    fetches: Fetches
    """Hears which invitations are fetched."""

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.scene.settings

    def fetched(self, item: Rendered) -> Rendered:
        """Give *item*, whose text goes out now, having noted it where that is a delivery."""
        if item.undelivered is not None and self.request.method != "HEAD":
            self.fetches.note(item.undelivered, self.scene.now)
        return item

    def href(self, path: str) -> str:
        """Give an `<href>` element of a path inside the tree."""
        return markup.href(self.request.url(path))

    @cached_property
    def home_properties(self) -> Mapping[str, str]:
        """The dead properties of the reader's home."""
        inbox = calendars.at(self.uow, self.me.id, INBOX)
        props = inbox.props if inbox else {}
        return {k.removeprefix(HOME_PROPERTY): v for k, v in props.items() if k.startswith(HOME_PROPERTY)}


def locate(scope: Scope, path: str) -> Resource | None:
    """Give what lies at *path*, None where nothing does; raises NotYours outside of the reader's home."""
    login, *rest = split(path)
    if not login:
        return Root()
    if login != scope.me.login:
        raise NotYours(f"{scope.me.login} may not see {path}")
    if not rest:
        return Home(scope.me)
    if rest[0] == OUTBOX:
        return Outbox(scope.me) if len(rest) == 1 else None
    calendar = calendars.at(scope.uow, scope.me.id, rest[0])
    if calendar is None:
        return None
    if len(rest) == 1:
        return Collection(scope.me, calendar)
    return _member(scope, calendar, rest[1]) if len(rest) == len(("slug", "href")) and not path.endswith("/") else None


def split(path: str) -> list[str]:
    """Give the segments of *path*; one empty segment for the root."""
    return path.strip("/").split("/")


def children(scope: Scope, resource: Resource) -> Iterator[Resource]:
    """Give what lies directly in *resource*, without texts."""
    if isinstance(resource, Root):
        yield Home(scope.me)
    elif isinstance(resource, Home):
        yield from (Collection(scope.me, found) for found in calendars.of_person(scope.uow, scope.me.id))
        yield Outbox(scope.me)
    elif isinstance(resource, Collection):
        yield from (Member(scope.me, resource.calendar, item) for item in listed(scope, resource))


def listed(scope: Scope, collection: Collection) -> Iterator[Listed | Rendered]:
    """Give the objects of *collection*, without texts where they need not be made."""
    if collection.is_inbox:
        return views.read_inbox(scope.uow, scope.me)
    return views.listing(scope.uow, collection.calendar)


def rendered(scope: Scope, collection: Collection, hrefs: list[str] | None = None) -> Iterator[Rendered]:
    """Give the objects of *collection*, or those named in *hrefs*, with their texts."""
    if collection.is_inbox:
        return views.read_inbox(scope.uow, scope.me, hrefs)
    return views.read_many(scope.uow, scope.me, collection.calendar, hrefs)


def _member(scope: Scope, calendar: Calendar, href: str) -> Member | None:
    found = next(rendered(scope, Collection(scope.me, calendar), [href]), None)
    return Member(scope.me, calendar, found) if found else None
