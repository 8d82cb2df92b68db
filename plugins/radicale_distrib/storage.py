# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale's storage over the gateway's services.

Within the gateway it finds the principal, and nothing else. In a plain Radicale, with `[storage] type =
radicale_distrib` and `distrib_config`, it serves everything as far as Radicale lets it: vobject has touched the bytes
of a PUT, and there are no Schedule-Tags, no inbox and no outbox.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime

from radicale.config import Configuration
from radicale.item import Item
from radicale.storage import BaseCollection, BaseStorage

from gateway.config import Settings
from gateway.errors import GatewayError
from gateway.model import INBOX, Calendar, Person
from gateway.opening import opened_from
from gateway.services import calendars as services
from gateway.services import views
from gateway.services.scene import Scene
from gateway.store import calendars, people
from gateway.store.unit import Database, UnitOfWork
from radicale_distrib.collections import Collection, Home, Refusals, Session, components_of, properties_of

_COLLECTION, _OBJECT = 2, 3
"""How many segments their paths have."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class _Lock:
    """The unit of work under Radicale's lock: opened when it is first needed, committed at a clean end."""

    def __init__(self, begin: Callable[[], AbstractContextManager[UnitOfWork]]) -> None:
        self._begin, self._stack = begin, ExitStack()
        self._uow: UnitOfWork | None = None
        self._refused = False

    @property
    def uow(self) -> UnitOfWork:
        """The unit of work."""
        if self._refused:
            raise ValueError("this change was refused already")
        if self._uow is None:
            self._uow = self._stack.enter_context(self._begin())
        return self._uow

    def close(self) -> None:
        """Commit, unless something was refused."""
        self._stack.close()

    def refuse(self, error: BaseException) -> None:
        """Roll back now, whatever Radicale does with its lock."""
        self._refused = True
        with suppress(type(error)):
            self._stack.__exit__(type(error), error, error.__traceback__)


class Storage(BaseStorage):
    """Finds calendars and objects for Radicale's own methods."""

    # What a file system could not take: here any name will do.
    _is_collision_free = True
    _supports_unicode = True
    _supports_trailing_whitespace = True
    _supports_problematic_chars = True

    def __init__(
        self,
        configuration: Configuration,
        *,
        database: Database | None = None,
        settings: Settings | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__(configuration)
        if database is None or settings is None:
            settings, database = opened_from(str(configuration.get("storage", "distrib_config")))
        self._database, self._settings, self._clock = database, settings, clock
        self._lock: ContextVar[_Lock | None] = ContextVar("lock", default=None)

    @contextmanager
    def acquire_lock(self, mode: str, user: str = "", *args: object, **kwargs: object) -> Iterator[None]:
        """Hold a unit of work for what is done inside; it begins when it is needed."""
        lock = _Lock(self._database.write if mode == "w" else self._database.read)
        before = self._lock.set(lock)
        try:
            yield
        except BaseException as error:
            lock.refuse(error)
            raise
        else:
            lock.close()
        finally:
            self._lock.reset(before)

    def discover(
        self,
        path: str,
        depth: str = "0",
        child_context_manager: Callable[[str, str | None], AbstractContextManager[None]] | None = None,
        user_groups: Iterable[str] = (),
    ) -> Iterator[BaseCollection | Item]:
        """Give what lies at *path*, and under it where *depth* is not 0; nothing is asked before it is needed."""
        segments = [segment for segment in path.split("/") if segment]
        if len(segments) < _COLLECTION:
            yield Home("/".join(segments), self._clock)
            if depth != "0" and segments:
                yield from self._calendars(segments[0])
            return
        found = self._collection(segments[0], segments[1]) if len(segments) <= _OBJECT else None
        if found is None:
            return
        if len(segments) == _OBJECT:
            yield from (item for _, item in found.get_multi([segments[2]]) if item is not None)
            return
        yield found
        if depth != "0":
            yield from found.get_all()

    def create_collection(
        self, href: str, items: Iterable[Item] | None = None, props: Mapping[str, str] | None = None
    ) -> tuple[BaseCollection, dict[str, Item], list[str]]:
        """Make a calendar; ValueError for everything else that could be made there."""
        segments = [segment for segment in href.split("/") if segment]
        if len(segments) < _COLLECTION:
            return Home("/".join(segments), self._clock), {}, []
        if items is not None or not props or props.get("tag") != "VCALENDAR" or len(segments) > _COLLECTION:
            raise ValueError("[Errno 13] only calendars can be made, and none is replaced as a whole")
        session = self._session()
        person = people.by_login(session.uow, segments[0])
        if person is None:
            raise ValueError(f"[Errno 13] there is nobody called {segments[0]}")
        with Refusals(session):
            made = services.create(
                session.uow,
                person,
                segments[1],
                name=props.get("D:displayname") or segments[1],
                components=components_of(props),
                props=properties_of(props),
            )
        return Collection(session, person, made), {}, []

    def move(self, item: Item, to_collection: BaseCollection, to_href: str) -> None:
        """Move an object within one home."""
        source = item.collection
        if not isinstance(source, Collection) or not isinstance(to_collection, Collection) or item.href is None:
            raise ValueError("[Errno 13] only calendar objects can be moved")
        source.move(item.href, to_collection, to_href)

    def verify(self) -> bool:
        """Tell whether all objects can be read."""
        with self._database.read() as uow:
            try:
                for person in people.everybody(uow):
                    for calendar in calendars.of_person(uow, person.id):
                        for _ in views.read_many(uow, person, calendar):
                            pass
            except GatewayError:
                return False
        return True

    def _session(self) -> Session:
        lock = self._lock.get()
        if lock is None:
            raise RuntimeError("Radicale asks without holding its lock")
        return Session(lock.uow, Scene(self._settings, self._clock()), lock.refuse)

    def _calendars(self, login: str) -> Iterator[Collection]:
        session = self._session()
        person = people.by_login(session.uow, login)
        if person is not None:
            for calendar in calendars.of_person(session.uow, person.id):
                if calendar.kind != INBOX:
                    yield Collection(session, person, calendar)

    def _collection(self, login: str, slug: str) -> Collection | None:
        session = self._session()
        person: Person | None = people.by_login(session.uow, login)
        calendar: Calendar | None = calendars.at(session.uow, person.id, slug) if person else None
        if person is None or calendar is None or calendar.kind == INBOX:
            return None
        return Collection(session, person, calendar)
