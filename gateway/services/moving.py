# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries are brought in from another server, which kept a copy for each person (model, rows 40-43, 58 and 59).

Nobody is told of any of it, and nobody asked. What was brought in once is not brought in again, so that a run may be
ended at any time and begun anew, and what somebody has deleted since does not come back.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.errors import DatabaseError, GatewayError, NotFound
from gateway.model import CalendarId, Condition, Loaded, Person, PersonId, Reading
from gateway.services import growing, move_notes, private
from gateway.services.distributing import scope_of
from gateway.services.entries import put
from gateway.services.following import href_of
from gateway.services.move_notes import Copied, Item, Note
from gateway.services.placing import check_href
from gateway.services.private import NewObject
from gateway.services.scene import Scene, zone_of
from gateway.services.views import render
from gateway.store import entries, moved, readings
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.errors import IcalError
from ical.grown import age, written_at
from ical.hearsay import CHANNEL
from ical.kinds import DISTRIBUTED
from ical.limits import DEFAULT
from ical.snapshot import read_object

Place = tuple[CalendarId, str]


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of it."""

    notes: tuple[Note, ...]
    taken: int
    """Copies that were brought in."""
    known: int
    """Copies that had been brought in before, or say what is here."""


def bring_in(
    uow: UnitOfWork, groups: Iterable[Sequence[Copied]], staff: Mapping[Address, Person], scene: Scene
) -> Brought:
    """Store *groups*, each all copies of one UID; give what could not be kept.

    *staff* is everybody who is here, by each of their addresses.
    """
    return _Bringing(uow, staff, replace(scene, quiet=True)).take([list(group) for group in groups])


class _Bringing:
    """One transaction's share of a move."""

    def __init__(self, uow: UnitOfWork, staff: Mapping[Address, Person], scene: Scene) -> None:
        self._uow, self._staff, self._scene = uow, staff, scene
        self.notes: list[Note] = []
        self._held: dict[tuple[PersonId, str], list[Reading]] = {}
        self._taken: set[Place] = set()
        self._places: dict[Item, Place] = {}
        self._new: dict[tuple[CalendarId, str], Item] = {}
        """What nobody else is in, by calendar and UID."""
        self._refused: set[Copied] = set()
        self._here_already: set[Copied] = set()
        self._outdated: set[Copied] = set()

    def take(self, groups: Sequence[Sequence[Copied]]) -> Brought:
        """Store what is new in *groups*."""
        digests = {copy: digest(copy) for group in groups for copy in group}
        known = moved.known(self._uow, digests.values())
        fresh = [group for group in groups if any(digests[copy] not in known for copy in group)]
        read = [[item for copy in group if (item := self._read(copy)) is not None] for group in fresh]
        self._look(read)
        for items in read:
            self._take_group(items, {item for item in items if digests[item.copy] not in known})
        self._add_private()
        new = {copy: name for copy, name in digests.items() if name not in known}
        done = {copy: name for copy, name in new.items() if copy not in self._refused}
        moved.note(self._uow, done.values(), self._scene.now)
        taken = done.keys() - self._here_already - self._outdated
        return Brought(tuple(self.notes), len(taken), len(digests) - len(new) + len(self._here_already))

    def _read(self, copy: Copied) -> Item | None:
        limits = replace(DEFAULT, size=self._scene.settings.max_resource_size)
        try:
            check_href(copy.href)
            return Item(copy, read_object(copy.text, zone_of(copy.person), limits))
        except (IcalError, GatewayError) as error:
            self._refuse(copy, error)
            return None

    def _refuse(self, copy: Copied, error: Exception) -> None:
        self._refused.add(copy)
        self.notes.append(move_notes.refused(copy, error))

    def _look(self, groups: Iterable[Sequence[Item]]) -> None:
        """Look up all that may be in the way."""
        items = [item for group in groups for item in group]
        pairs = {(item.person.id, item.said.uid) for item in items}
        pairs |= {(host.id, item.said.uid) for item in items if (host := self._host(item)) is not None}
        for reading in readings.of_uids(self._uow, pairs):
            self._held.setdefault((reading.person_id, reading.uid), []).append(reading)
        self._taken |= readings.occupied(self._uow, {(i.copy.calendar.id, i.copy.href) for i in items})

    def _host(self, item: Item) -> Person | None:
        """Give the colleague who organizes what *item* is a copy of."""
        organizer = item.said.organizer
        return self._staff.get(organizer) if organizer is not None and item.said.kind in DISTRIBUTED else None

    def _take_group(self, items: Sequence[Item], fresh: set[Item]) -> None:
        """Take all copies of one UID; *fresh* are those that were not brought in before."""
        hosts = {host.id: host for item in items if (host := self._host(item)) is not None}
        rest = list(items)
        for host in sorted(hosts.values(), key=lambda person: person.id):
            theirs = [item for item in rest if self._belongs(item, host)]
            if all(item.said.attendees().keys() <= host.all_addresses for item in theirs if item.said.has_people):
                continue
            rest = [item for item in rest if item not in theirs]
            named = {item.person.id for item in items if self._host(item) not in {None, host}}
            others = named - {item.person.id for item in theirs}
            try:
                with self._uow.connection.begin_nested():
                    rest += self._take_shared(host, theirs, others, fresh)
            except (IcalError, GatewayError) as error:
                if isinstance(error, DatabaseError):
                    raise
                for item in theirs:
                    self._refuse(item.copy, error)
        for item in rest:
            if item in fresh:
                self._take_alone(item)

    def _belongs(self, item: Item, host: Person) -> bool:
        """Tell whether *item* is a copy of *host*'s entry; one without people may be: some programs lose them."""
        organizer = item.said.organizer
        return self._host(item) == host if organizer is not None else not item.said.has_people

    def _take_shared(
        self, host: Person, items: Sequence[Item], others: Collection[PersonId], fresh: set[Item]
    ) -> list[Item]:
        """Take copies of an entry that *host* organizes; give those that are their owners' alone.

        *others* have a copy of somebody else's entry with its UID.
        """
        uid = items[0].said.uid
        is_new = entries.by_scope(self._uow, uid, scope_of(host)) is None and (host.id, uid) not in self._held
        later = list(items)
        alone: list[Item] = []
        if is_new:
            first = [item for item in items if (item.person.id, uid) not in self._held]
            first, notes = growing.newest(first)
            places = {item: self._place(item) for item in first}
            merged = growing.merge(self._uow, host, first, places, others, self._staff, self._scene)
            self.notes += [*notes, *merged.notes]
            alone = list(merged.alone)
            later = [item for item in items if (item.person.id, uid) in self._held]
        for item in sorted(later, key=lambda i: i.person.id != host.id):
            if item in fresh:
                self._take_over(item)
        return alone

    def _take_alone(self, item: Item) -> None:
        key = item.copy.calendar.id, item.said.uid
        if (item.person.id, item.said.uid) in self._held:
            self._take_over(item)
        elif key in self._new:
            ordered = sorted((self._new[key], item), key=lambda i: age(i.said))
            self._new[key] = ordered[1]
            self.notes.append(move_notes.second(*ordered))
        else:
            self._new[key] = item

    def _add_private(self) -> None:
        new = [
            NewObject(item.person, item.copy.calendar, self._place(item)[1], item.said, item.copy.text)
            for item in self._new.values()
        ]
        if new:
            private.add_all(self._uow, new)

    def _take_over(self, item: Item) -> None:
        """Take a text of which something is here already, as if it was uploaded: only what is newer counts."""
        copy, uid = item.copy, item.said.uid
        try:
            with self._uow.connection.begin_nested():
                here = self._here(item)
                if here is not None and render(here, item.person) == copy.text:
                    self._here_already.add(copy)
                    return
                if here is not None and not _is_news(item, here):
                    self._outdated.add(copy)
                    self.notes.append(move_notes.older(item))
                    return
                href = here.reading.href if here is not None and _is_at(here, copy) else self._place(item)[1]
                put(
                    self._uow,
                    item.person,
                    copy.calendar,
                    href,
                    copy.text,
                    condition=Condition(),
                    scene=self._scene,
                )
                now = next(iter(readings.of_uid(self._uow, item.person.id, uid)), None)
                if now is None:
                    raise NotFound("it was not stored")
                self.notes += move_notes.lost(item, render(now, item.person))
        except (IcalError, GatewayError) as error:
            if isinstance(error, DatabaseError):
                raise
            self._refuse(copy, error)

    def _here(self, item: Item) -> Loaded | None:
        """Give what a person has of a UID: the entry that others are in, or what lies in the same calendar."""
        found = readings.of_uid(self._uow, item.person.id, item.said.uid)
        shared = (one for one in found if one.reading.scheduled)
        return next(shared, next((one for one in found if one.reading.calendar_id == item.copy.calendar.id), None))

    def _place(self, item: Item) -> Place:
        """Give where an item is to lie: under its own name, unless something else has it."""
        if item not in self._places:
            where, names = item.copy.calendar.id, _names(item.copy.href, item.said.uid)
            self._places[item] = next((where, name) for name in names if (where, name) not in self._taken)
            self._taken.add(self._places[item])
        return self._places[item]


def digest(copy: Copied) -> str:
    """Name a text at its place: what has the same is the same one, found once more."""
    place = f"{copy.person.id}/{copy.calendar.slug}/{copy.href}".encode(errors="replace")
    return hashlib.sha256(b"%d %s %s" % (len(place), place, copy.text)).hexdigest()


def _names(href: str, uid: str) -> Iterator[str]:
    yield href
    yield href_of(uid)
    name = hashlib.sha256(uid.encode(errors="replace")).hexdigest()
    yield from (f"{name}-{number}.ics" for number in range(2, 1000))


def _is_at(here: Loaded, copy: Copied) -> bool:
    return here.reading.calendar_id == copy.calendar.id and not here.reading.hidden


def _is_news(item: Item, here: Loaded) -> bool:
    """Tell whether *item* says more than what is here: an answer that was given here since is newer."""
    shown = read_object(render(here, item.person), zone_of(item.person))
    if not here.reading.scheduled or here.reading.organizer or here.kept is not None:
        return age(item.said) > age(shown)
    written = written_at(item.said)
    mine = [a for a in here.entry.answers if a.address in item.person.all_addresses]
    return not any(a.channel not in {"", CHANNEL} and _is_later(a.answered_at, written) for a in mine)


def _is_later(this: datetime | None, that: datetime | None) -> bool:
    return this is not None and (that is None or this > that)
