# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients see, and who asks for it in whose home."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

from gateway.config import Settings
from gateway.model import INBOX, OUTBOX, Calendar, Listed, Person, Rendered
from gateway.services.deputies import Access
from gateway.services.fetches import Fetches
from gateway.services.scene import Scene
from gateway.store import calendars
from gateway.store.unit import UnitOfWork
from radicale_distrib import markup
from radicale_distrib.requests import Request

READING, WRITING = "calendar-proxy-read", "calendar-proxy-write"
PROXIES = frozenset({READING, WRITING})
"""Under which names the groups of those who act for somebody lie in a home."""
RESERVED = frozenset({INBOX, OUTBOX}) | PROXIES
"""Names in a home that are no calendar's."""
HOME_PROPERTY = "home "
"""Dead properties of the home lie with the inbox, under names with this in front."""


@dataclass(frozen=True, slots=True)
class Root:
    """The principal collection: what everybody signs in to."""

    path: str = "/"


@dataclass(frozen=True, slots=True)
class Home:
    """A principal who can be looked into, which is a calendar home too: one's own, or of whom one acts for."""

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
class Proxies:
    """Those who act for somebody, as a group (calendarserver.org's calendar-proxy): all of ours may write."""

    person: Person
    slug: str
    """One of `PROXIES`."""

    @property
    def path(self) -> str:
        """Path inside the tree."""
        return f"/{self.person.login}/{self.slug}/"


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


Resource = Root | Home | Colleague | Proxies | Outbox | Collection | Member


@dataclass(frozen=True)
class Scope:
    """All that a method needs: who asks for what, within which unit of work, under which settings, when."""

    uow: UnitOfWork
    me: Person
    """Who is signed in."""
    access: Access
    """In whose home the request goes, and how."""
    request: Request
    scene: Scene
    reading: Callable[[], AbstractContextManager[UnitOfWork]]
    """Begins a transaction of its own: for what is sent after the method has returned."""
    fetches: Fetches
    """Hears which invitations are fetched."""

    @property
    def owner(self) -> Person:
        """Whose home it is."""
        return self.access.owner

    @property
    def is_deputy(self) -> bool:
        """Whether the reader acts for the owner."""
        return self.access.deputy is not None

    @property
    def sees_private(self) -> bool:
        """Whether entries are to be seen that are not for everybody."""
        return self.access.sees_private

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.scene.settings

    def fetched(self, item: Rendered) -> Rendered:
        """Give *item*, whose text goes out now, having noted it where that is a delivery."""
        is_theirs = not self.is_deputy  # a secretary's reading is not its owner's (model, row 36)
        if item.undelivered is not None and is_theirs and self.request.method != "HEAD":
            self.fetches.note(item.undelivered, self.scene.now)
        return item

    def href(self, path: str) -> str:
        """Give an `<href>` element of a path inside the tree."""
        return markup.href(self.request.url(path))

    @cached_property
    def home_properties(self) -> Mapping[str, str]:
        """The dead properties of the home."""
        inbox = calendars.at(self.uow, self.owner.id, INBOX)
        props = inbox.props if inbox else {}
        return {k.removeprefix(HOME_PROPERTY): v for k, v in props.items() if k.startswith(HOME_PROPERTY)}
