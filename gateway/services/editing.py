# SPDX-License-Identifier: GPL-3.0-or-later
"""A person opens an entry of theirs in a page, and writes what is their own in one that they are invited to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.errors import NotFound, PreconditionFailed
from gateway.model import Calendar, Condition, Loaded, Person, Reading, ReadingId
from gateway.services import entries
from gateway.services.scene import Scene, zone_of
from gateway.services.views import render
from gateway.store import calendars, people, readings
from gateway.store.unit import UnitOfWork
from ical.answers import Answer, Standing
from ical.editing import Host, Particulars
from ical.editing_own import Own, own_of, with_own
from ical.editing_series import day_taken_out, has, of_day
from ical.editing_write import Writer
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import State
from ical.overrides import single
from ical.people import address_of
from ical.recurrence import is_over
from ical.roster import undecorated
from ical.snapshot import Snapshot, read_object


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry, or one occurrence of it, as a person has it before their eyes."""

    here: Loaded
    calendar: Calendar
    said: Snapshot
    """All that the person reads of it."""
    instance: InstanceId
    told: Particulars
    own: Own
    is_mine: bool
    """The person may change it, and not only what is their own in it."""
    is_off: bool
    is_over: bool
    organizer_name: str
    organizer_zone: str
    """By whose clocks whoever organizes it lives; '' where nobody here knows."""

    @property
    def reading(self) -> Reading:
        """Where it lies."""
        return self.here.reading

    @property
    def version(self) -> str:
        """What names what is shown."""
        return self.reading.etag

    @property
    def repeats(self) -> bool:
        """Tell whether it takes place several times, or is one day of what does."""
        return any(part.instance != SERIES for part in self.said.parts) or "RRULE" in self._names

    @property
    def may_invite(self) -> bool:
        """Tell whether the person may ask others to it: not where the text says that somebody else organizes it."""
        return self.is_mine and (self.said.organizer is None or self.reading.scheduled)

    @property
    def _names(self) -> Mapping[str, Sequence[int]]:
        return self.said.document.places(self.said.main.component)

    def answer_of(self, person: Person) -> Answer | None:
        """Give what stands of the person, None where nobody asked them."""
        standing = Standing(self.here.entry.answers)
        found = (standing.of(address, self.instance) for address in person.all_addresses)
        return next((answer for answer in found if answer is not None and not answer.organizer), None)


def writer_of(person: Person, scene: Scene) -> Writer:
    """Give *person* as whoever writes a text."""
    return Writer(Host(person.name, person.addresses, person.all_addresses), zone_of(person), scene.now)


def opened(
    uow: UnitOfWork, person: Person, reading_id: ReadingId, scene: Scene, instance: InstanceId = SERIES
) -> Opened:
    """Give what *person* opens; raises NotFound where it is none of theirs, or has no such occurrence."""
    here = next(readings.loaded(uow, [reading_id]), None)
    if here is None or here.reading.person_id != person.id or here.reading.hidden:
        raise NotFound("there is no such entry")
    calendar = calendars.by_id(uow, here.reading.calendar_id)
    said = read_object(render(here, person), zone_of(person))
    if calendar is None or not has(said, instance, zone_of(person)):
        raise NotFound("there is no such occurrence")
    host = person if here.reading.organizer or here.entry.outside else people.custodian(uow, here.entry_id)
    zone_name = host.timezone if host is not None and not here.entry.outside else ""
    return _opened(here, calendar, said, person, scene, instance, zone_name)


def _opened(  # what lies where, as who reads it under what, which of it, and by whose clocks it was written
    here: Loaded,
    calendar: Calendar,
    said: Snapshot,
    person: Person,
    scene: Scene,
    instance: InstanceId,
    organizer_zone: str,
) -> Opened:
    zone = zone_of(person)
    day = single(said, instance, zone)
    line = day.line("ORGANIZER")
    name = (line.parameter("CN") or address_of(line).removeprefix("mailto:")) if line is not None else person.name
    return Opened(
        here=here,
        calendar=calendar,
        said=said,
        instance=instance,
        told=of_day(undecorated(said, None, zone), instance, writer_of(person, scene)),
        own=own_of(said, instance, zone),
        is_mine=here.reading.organizer and here.kept is None and not here.entry.outside,
        is_off=here.entry.state is not State.LIVE or day.cancelled,
        is_over=is_over(day.document, day.kind, zone, scene.now),
        organizer_name=name,
        organizer_zone=organizer_zone,
    )


def write(uow: UnitOfWork, person: Person, entry: Opened, text: bytes, version: str, scene: Scene) -> None:
    """Store *text* over what was opened as *version*; raises PreconditionFailed where it is another one by now."""
    if not version:
        raise PreconditionFailed("nobody knows what this is written on top of")
    condition = Condition(if_match=version)
    entries.put(uow, person, entry.calendar, entry.reading.href, text, condition=condition, scene=scene)


def write_own(uow: UnitOfWork, person: Person, entry: Opened, own: Own, scene: Scene) -> None:
    """Store a reminder and a note of the person's own, and nothing else."""
    text = with_own(entry.said, entry.instance, own, writer_of(person, scene))
    if text != entry.said.document.raw:
        write(uow, person, entry, text, entry.version, scene)


def take_away(uow: UnitOfWork, person: Person, entry: Opened, version: str, scene: Scene) -> None:
    """Delete what was opened as *version*: an organizer calls it off, somebody invited declines it."""
    if not version:
        raise PreconditionFailed("nobody knows what is to be deleted")
    condition = Condition(if_match=version)
    if entry.instance != SERIES:
        write(uow, person, entry, day_taken_out(entry.said, entry.instance, zone_of(person)), version, scene)
        return
    entries.delete(uow, person, entry.calendar, entry.reading.href, condition=condition, scene=scene)
