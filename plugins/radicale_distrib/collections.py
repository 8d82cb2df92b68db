# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendars and homes as Radicale's own methods see them: the lesser mode, in a plain Radicale."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import overload

from radicale.item import Item
from radicale.item import filter as radicale_filter
from radicale.storage import BaseCollection, ComponentNotFoundError

from gateway.errors import DatabaseError, GatewayError, NotFound, NotYours
from gateway.model import Calendar, Condition, Person, Rendered
from gateway.services import calendars, entries, views
from gateway.services.scene import Scene
from gateway.store import calendars as stored
from gateway.store import readings
from gateway.store.unit import UnitOfWork
from ical.errors import IcalError
from ical.kinds import Kind
from radicale_distrib import meta
from radicale_distrib.export import export

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Session:
    """What a lock gives: the unit of work, under which settings and when, and a way to roll back."""

    held: Callable[[], UnitOfWork]
    """Gives the unit of work; raises ValueError once something was refused."""
    scene: Scene
    refuse: Callable[[Exception], None]
    """Roll back at once. Radicale leaves its lock as if all were well after a refused upload."""

    @property
    def uow(self) -> UnitOfWork:
        """The unit of work."""
        return self.held()


class Home(BaseCollection):
    """A principal, or the root: holds calendars, no objects. Needs no database."""

    def __init__(self, path: str, clock: Callable[[], datetime]) -> None:
        self._path, self._clock = path, clock

    @property
    def path(self) -> str:
        """The login; '' for the root."""
        return self._path

    @property
    def etag(self) -> str:
        """The same for ever: what it holds is told by its members."""
        return f'"{self._path}"'

    @property
    def last_modified(self) -> str:
        """Now, as an HTTP date: times of change are not kept."""
        return _http_date(self._clock())

    def get_all(self) -> Iterable[Item]:
        """Give nothing."""
        return ()

    def get_multi(self, hrefs: Iterable[str]) -> Iterable[tuple[str, Item | None]]:
        """Give nothing."""
        return ((href, None) for href in hrefs)

    @overload
    def get_meta(self, key: None = None) -> Mapping[str, str]: ...

    @overload
    def get_meta(self, key: str) -> str | None: ...

    def get_meta(self, key: str | None = None) -> Mapping[str, str] | str | None:
        """Give nothing."""
        return {} if key is None else None

    def set_meta(self, props: Mapping[str, str]) -> None:
        """Refuse: a home has no properties here."""
        raise ValueError("[Errno 13] a home has no properties")

    def delete(self, href: str | None = None) -> None:
        """Refuse: only an operator takes people away."""
        raise ValueError("[Errno 13] a home cannot be removed")


class Collection(BaseCollection):
    """A calendar, as it is within one lock."""

    def __init__(self, session: Session, person: Person, calendar: Calendar) -> None:
        self._session, self.person, self.calendar = session, person, calendar

    def quietly(self) -> "Collection":
        """Give the same collection, where nobody is told what is done to it (model, row 47)."""
        session = replace(self._session, scene=replace(self._session.scene, quiet=True))
        return Collection(session, self.person, self.calendar)

    @property
    def path(self) -> str:
        """Login and slug."""
        return f"{self.person.login}/{self.calendar.slug}"

    @property
    def etag(self) -> str:
        """The ctag: the calendar's revision, not a hash of everything in it."""
        return self.calendar.etag

    @property
    def last_modified(self) -> str:
        """Now, as an HTTP date: times of change are not kept."""
        return _http_date(self._session.scene.now)

    def get_all(self) -> Iterator[Item]:
        """Give all objects."""
        found = views.read_many(self._session.uow, self.person, self.calendar)
        return (self._item(one) for one in found)

    def get_multi(self, hrefs: Iterable[str]) -> Iterator[tuple[str, Item | None]]:
        """Give the objects at *hrefs*, None for what is not there."""
        asked = list(dict.fromkeys(hrefs))
        found = {one.href: one for one in views.read_many(self._session.uow, self.person, self.calendar, asked)}
        for href in asked:
            yield href, self._item(found[href]) if href in found else None

    def get_filtered(self, filters: Iterable[ET.Element]) -> Iterator[tuple[Item, bool]]:
        """Give what may pass *filters* by kind and time; Radicale asks the rest of each."""
        tag, start, end, _ = radicale_filter.simplify_prefilters(filters, "VCALENDAR")
        if tag is not None and tag not in Kind.__members__:
            return
        kinds = list(Kind) if tag is None else [Kind(tag)]
        # Radicale reads days and floating times in UTC, the index in the zone of its person.
        first, last = _instant(start, -_DAY), _instant(end, _DAY)
        found = views.within(self._session.uow, self.calendar, kinds=kinds, start=first, end=last)
        for _, item in self.get_multi([one.item.href for one in found]):
            if item is not None:
                yield item, False

    def has_uid(self, uid: str) -> bool:
        """Tell whether an object here has *uid*."""
        return bool(readings.hrefs_of_uid(self._session.uow, self.calendar.id, uid))

    def sync(self, old_token: str = "") -> tuple[str, Iterable[str]]:
        """Give the token of now, and the names of what changed since *old_token*; ValueError where it is too old."""
        if not old_token:
            token = calendars.token_of(self.calendar)
            return token, (one.href for one in views.listing(self._session.uow, self.calendar))
        try:
            found = calendars.changes(self._session.uow, self.calendar, old_token, None)
        except GatewayError as error:
            raise ValueError(str(error)) from error
        return found.token, (change.href for change in found.changes)

    def upload(self, href: str, item: Item) -> tuple[Item, Item | None]:
        """Store *item* as the services judge it; give it as it reads now, and as it read before.

        Raises ValueError where they refuse.
        """
        session = self._session
        before = self._at(self.calendar.slug, href)
        with self._refusals():
            text = item.serialize().encode()
            put = entries.put(
                session.uow, self.person, self.calendar, href, text, condition=Condition(), scene=session.scene
            )
        self.look_again()
        now = self._at(put.calendar_slug, put.href)
        if now is None:
            raise ValueError(f"{href} was stored where it cannot be read")
        return now, before

    def delete(self, href: str | None = None) -> None:
        """Remove the object at *href*, or the whole calendar; ValueError where there is none, or it must stay."""
        session = self._session
        with self._refusals():
            if href is None:
                calendars.remove(session.uow, self.person, self.calendar, reply=True, scene=session.scene)
                return
            try:
                entries.delete(
                    session.uow, self.person, self.calendar, href, condition=Condition(), scene=session.scene
                )
            except NotFound as error:
                raise ComponentNotFoundError(href) from error
        self.look_again()

    def move(self, href: str, target: "Collection", to_href: str) -> None:
        """Move the object at *href* to another name or calendar of the same person; what lies there gives way."""
        with self._refusals():
            if target.person.id != self.person.id:
                raise NotYours("objects move within one home")
            entries.move(
                self._session.uow,
                self.person,
                self.calendar,
                href,
                target.calendar,
                to_href,
                overwrite=True,
                condition=Condition(),
                scene=self._session.scene,
            )
        self.look_again()
        target.look_again()

    @overload
    def get_meta(self, key: None = None) -> Mapping[str, str]: ...

    @overload
    def get_meta(self, key: str) -> str | None: ...

    def get_meta(self, key: str | None = None) -> Mapping[str, str] | str | None:
        """Give the properties under Radicale's names, or one of them."""
        found = meta.of_calendar(self.calendar)
        return found if key is None else found.get(key)

    def set_meta(self, props: Mapping[str, str]) -> None:
        """Store *props* in place of all that there were; what kind of collection it is, and for what, stays."""
        if not meta.is_calendar(props) or not meta.components_of(props) <= self.calendar.kinds:
            raise ValueError("[Errno 13] a calendar stays one, for what it was made for")
        wanted = meta.properties_of(props)
        gone = [name for name in self.calendar.props if name not in wanted]
        name = props.get(meta.NAME) or self.calendar.slug
        with self._refusals():
            calendars.change(self._session.uow, self.calendar, name=name, set_=wanted, remove_=gone)
        self.look_again()

    def serialize(self, *args: object, **kwargs: object) -> str:
        """Give the whole calendar in one text."""
        found = views.read_many(self._session.uow, self.person, self.calendar)
        return export(self.calendar, found).decode()

    def hrefs_by_uid(self) -> dict[str, str]:
        """Give the name of each object by its UID."""
        return {one.uid: one.href for one in views.listing(self._session.uow, self.calendar)}

    def _at(self, slug: str, href: str) -> Item | None:
        found = views.at(self._session.uow, self.person, slug, href)
        return self._item(found) if found is not None else None

    def _item(self, found: Rendered) -> Item:
        return Item(
            collection=self,
            href=found.href,
            last_modified=self.last_modified,
            text=found.text.decode(),
            etag=found.etag,
            uid=found.uid,
            name="VCALENDAR",
            component_name=found.kind.value,
        )

    def look_again(self) -> None:
        """Know the revision that this lock has made."""
        self.calendar = stored.by_id(self._session.uow, self.calendar.id) or self.calendar

    def _refusals(self) -> "Refusals":
        return Refusals(self._session)


class Refusals:
    """Turns what the services refuse into Radicale's ValueError, after rolling back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Roll back and translate; a database that fails is no fault of the request."""
        if not isinstance(error, GatewayError | IcalError) or isinstance(error, DatabaseError):
            return
        self._session.refuse(error)
        # Radicale answers 403 where it reads errno 13, else 400.
        number = "[Errno 13] " if isinstance(error, NotYours) else ""
        raise ValueError(f"{number}{error}") from error


def _instant(timestamp: int, margin: timedelta) -> datetime | None:
    if timestamp in {radicale_filter.TIMESTAMP_MIN, radicale_filter.TIMESTAMP_MAX}:
        return None
    try:
        return datetime.fromtimestamp(timestamp, UTC) + margin
    except OverflowError:
        return None


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
