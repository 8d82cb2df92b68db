# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale's storage over the gateway's services.

Within the gateway it finds the principal, and nothing else. In a plain Radicale, with `[storage] type =
radicale_distrib` and `distrib_config`, it serves everything as far as Radicale lets it: vobject has touched the bytes
of a PUT, and there are no Schedule-Tags, no inbox and no outbox.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial

from radicale.config import Configuration
from radicale.item import Item
from radicale.storage import BaseCollection, BaseStorage

from gateway.config import Settings
from gateway.errors import GatewayError
from gateway.log import log
from gateway.model import INBOX, Calendar, Person
from gateway.opening import opened_from
from gateway.services import calendars as services
from gateway.services import views
from gateway.services.scene import Scene
from gateway.store import calendars, people
from gateway.store.unit import Database, UnitOfWork
from ical.errors import IcalError
from ical.lines import read
from radicale_distrib import meta, replacing
from radicale_distrib.collections import Collection, Home, Refusals, Session

_COLLECTION, _OBJECT = 2, 3
"""How many segments their paths have."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _nothing(_path: str, _href: str | None) -> AbstractContextManager[None]:
    return nullcontext()


class _Lock:
    """The unit of work under Radicale's lock: opened when it is first needed, committed at a clean end."""

    def __init__(self, begin: Callable[[], AbstractContextManager[UnitOfWork]]) -> None:
        self._begin, self._stack = begin, ExitStack()
        self._uow: UnitOfWork | None = None
        self._refused = False

    def unit(self) -> UnitOfWork:
        """Give the unit of work; raises ValueError once something was refused."""
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
        lock = _Lock(partial(self._database.write, alone=True) if mode == "w" else self._database.read)
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
        """Give what lies at *path*, and under it where *depth* is not 0; nothing is asked before it is needed.

        Each child is given within *child_context_manager*, called with its collection's path and its name, or with its
        own path and None where it is a collection.
        """
        within = child_context_manager or _nothing
        segments = [segment for segment in path.split("/") if segment]
        if len(segments) < _COLLECTION:
            yield Home("/".join(segments), self._clock)
            if depth != "0" and segments:
                for calendar in self._calendars(segments[0]):
                    with within(calendar.path, None):
                        yield calendar
            return
        found = self._collection(segments[0], segments[1]) if len(segments) <= _OBJECT else None
        if found is None:
            return
        if len(segments) == _OBJECT:
            yield from (item for _, item in found.get_multi([segments[2]]) if item is not None)
            return
        yield found
        if depth != "0":
            for item in found.get_all():
                with within(found.path, item.href):
                    yield item

    def create_collection(
        self, href: str, items: Iterable[Item] | None = None, props: Mapping[str, str] | None = None
    ) -> tuple[BaseCollection, dict[str, Item], list[str]]:
        """Make a calendar, or replace what is in it: by *items*, or by nothing.

        Gives the collection, what was replaced by name, and the names of what is new. Without *props* a collection that
        is there stays as it is. Raises ValueError where something else than a calendar should be made.
        """
        segments = [segment for segment in href.split("/") if segment]
        if len(segments) < _COLLECTION:
            return Home("/".join(segments), self._clock), {}, []
        there = self._collection(segments[0], segments[1]) if len(segments) == _COLLECTION else None
        if there is not None and not props:
            return there, {}, []
        if not props or not meta.is_calendar(props) or len(segments) > _COLLECTION:
            raise ValueError("[Errno 13] only calendars can be made, in homes")
        collection = there or self._made(segments[0], segments[1], props)
        if there is not None:
            there.set_meta({**there.get_meta(), **props})
        return collection, *replacing.replace(collection, items or ())

    def _made(self, login: str, slug: str, props: Mapping[str, str]) -> Collection:
        session = self._session()
        person = people.by_login(session.uow, login)
        if person is None:
            raise ValueError(f"[Errno 13] there is nobody called {login}")
        with Refusals(session):
            made = services.create(
                session.uow,
                person,
                slug,
                name=props.get(meta.NAME) or slug,
                components=meta.components_of(props),
                props=meta.properties_of(props),
            )
        return Collection(session, person, made)

    def move(self, item: Item, to_collection: BaseCollection, to_href: str) -> None:
        """Move an object within one home."""
        source = item.collection
        if not isinstance(source, Collection) or not isinstance(to_collection, Collection) or item.href is None:
            raise ValueError("[Errno 13] only calendar objects can be moved")
        source.move(item.href, to_collection, to_href)

    def verify(self) -> bool:
        """Tell whether all objects can be read; what cannot is logged."""
        with self._database.read() as uow:
            unreadable = [
                f"{person.login}/{calendar.slug}"
                for person in people.everybody(uow)
                for calendar in calendars.of_person(uow, person.id)
                if not _is_readable(uow, person, calendar)
            ]
        for place in unreadable:
            log.error("storage.unreadable", calendar=place)
        return not unreadable

    def _session(self) -> Session:
        lock = self._lock.get()
        if lock is None:
            raise RuntimeError("Radicale asks without holding its lock")
        return Session(lock.unit, Scene(self._settings, self._clock()), lock.refuse)

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


def _is_readable(uow: UnitOfWork, person: Person, calendar: Calendar) -> bool:
    try:
        for item in views.read_many(uow, person, calendar):
            read(item.text)
    except (GatewayError, IcalError, ValueError):
        return False
    return True
