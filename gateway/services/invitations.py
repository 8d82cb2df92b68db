# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is asked to: shown, looked at, put off (product, 1.2 and reading A3). An answer is `deciding`'s."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.errors import NotFound
from gateway.model import CalendarId, EntryId, Fellow, Invitation, Loaded, Person, ReadingId, Stage
from gateway.services.brief import brief, coming
from gateway.services.scene import zone_of
from gateway.services.views import render
from gateway.store import calendars, formers, reading_changes, readings, waiting
from gateway.store.formers import Former
from gateway.store.unit import UnitOfWork
from gateway.store.waiting import Asked
from ical.address import mailbox
from ical.editing import particulars
from ical.instances import SERIES
from ical.itip.groups import individuals
from ical.news import News, news_since
from ical.overrides import single
from ical.people import Attendee
from ical.snapshot import read_object


def count(uow: UnitOfWork, person: Person, now: datetime) -> int:
    """Count what waits for an answer."""
    return waiting.count(uow, person.id, now)


def pending(uow: UnitOfWork, person: Person, now: datetime) -> list[Invitation]:
    """Give what waits for an answer, what was asked first at the top: at most `waiting.MOST`."""
    return _invitations(uow, person, waiting.waiting(uow, person.id, now), now, stage_of)


def declined(uow: UnitOfWork, person: Person, now: datetime) -> list[Invitation]:
    """Give what was declined and is not over: one may think better of it (A24)."""
    return _invitations(uow, person, waiting.declined(uow, person.id, now), now, lambda _: Stage.DECLINED)


def coming_up(uow: UnitOfWork, person: Person, now: datetime) -> list[Asked]:
    """Give what is to come up by itself, oldest first: what is neither answered nor put off (P-07, P-08, P-12).

    No text is read but of what single days are asked about: only that tells whether a day is over.
    """
    asked = [one for one in waiting.waiting(uow, person.id, now) if one.deferred_at is None]
    chosen = list(_first_of_each(asked))
    days = [one for one in chosen if one.instance != SERIES]
    ahead = {(one.reading_id, one.instance) for one in _invitations(uow, person, days, now, stage_of)} if days else ()
    return [one for one in chosen if one.instance == SERIES or (one.reading_id, one.instance) in ahead]


def read(uow: UnitOfWork, person: Person, asked: Asked, now: datetime) -> Invitation | None:
    """Give what *person* is *asked*, None where it turns out to be over."""
    return next(iter(_invitations(uow, person, [asked], now, stage_of)), None)


def invited(uow: UnitOfWork, person: Person, reading_id: ReadingId, *, deleted: bool = False) -> Loaded:
    """Give what *person* is invited to, with all that it takes to answer it; raises NotFound where they are not.

    *deleted*: what they have declined by deleting it, too.
    """
    find = readings.with_deleted if deleted else readings.loaded
    found = next(find(uow, [reading_id]), None)
    if found is None or found.reading.person_id != person.id or found.reading.organizer or found.kept is not None:
        raise NotFound("there is no such invitation")
    return found


def display(uow: UnitOfWork, person: Person, reading_id: ReadingId, now: datetime) -> None:
    """Note that *person* has an invitation before their eyes; raises NotFound where it is none of theirs."""
    loaded = invited(uow, person, reading_id)
    if waiting.display(uow, reading_id, now):
        _tell_organizer(uow, loaded.entry_id)


def defer(uow: UnitOfWork, person: Person, reading_id: ReadingId, now: datetime) -> None:
    """Put an invitation off: it lies under «Invitasjoner» and comes up no more (P-07); raises NotFound.

    No text of theirs is another one by it, but their calendar counts on: where they have it open elsewhere, it closes.
    """
    loaded = invited(uow, person, reading_id)
    if waiting.defer(uow, reading_id, now):
        _tell_organizer(uow, loaded.entry_id, {loaded.reading.calendar_id})


def _tell_organizer(uow: UnitOfWork, entry_id: EntryId, besides: Collection[CalendarId] = ()) -> None:
    """What the organizer reads of who has seen it is another text now; the calendars *besides* count on as well."""
    theirs = [reading for reading in readings.of_entry(uow, entry_id) if reading.organizer and not reading.hidden]
    calendars.advance(uow, {*besides, *(reading.calendar_id for reading in theirs)})
    reading_changes.move_pointers(uow, [reading.id for reading in theirs], ())


def stage_of(asked: Asked) -> Stage:
    """Tell how far it has come with whoever is *asked*."""
    if asked.deferred_at is not None:
        return Stage.DEFERRED
    return Stage.NEW if asked.displayed_at is None else Stage.DISPLAYED


def _invitations(
    uow: UnitOfWork, person: Person, asked: list[Asked], now: datetime, stage: Callable[[Asked], Stage]
) -> list[Invitation]:
    held = {one.reading.id: one for one in readings.with_deleted(uow, sorted({one.reading_id for one in asked}))}
    chosen = list(_first_of_each([one for one in asked if one.reading_id in held]))
    before = formers.of_entries(uow, {one.entry_id for one in chosen if one.known_at is not None})
    made = (
        _invitation(held[one.reading_id], one, before.get(one.entry_id, ()), person, now, stage(one)) for one in chosen
    )
    return [one for one in made if not one.brief.over]


def _first_of_each(asked: list[Asked]) -> Iterator[Asked]:
    """Whoever is asked to all of it is not asked to each day; two addresses of one person are asked once."""
    whole = {one.reading_id for one in asked if one.instance == SERIES}
    told: set[tuple[ReadingId, str]] = set()
    for one in asked:
        key = one.reading_id, one.instance
        if key not in told and (one.instance == SERIES or one.reading_id not in whole):
            told.add(key)
            yield one


def _news(loaded: Loaded, asked: Asked, before: Sequence[Former], zone: ZoneInfo, now: datetime) -> Iterator[News]:
    """Give what is another than whoever is *asked* knew it: of all of it and its days, or of the day that is meant."""
    if was := formers.known(before, asked.known_at, now):
        yield from news_since(was, read_object(loaded.entry.shared, zone), asked.instance, zone)


def _invitation(  # of what, to which question, what it said before, to whom, when
    loaded: Loaded, asked: Asked, before: Sequence[Former], person: Person, now: datetime, stage: Stage
) -> Invitation:
    zone = zone_of(person)
    said = single(read_object(render(loaded, person), zone), asked.instance, zone)
    first, told = brief(said, zone, now), coming(said, zone, now)
    line = said.line("ORGANIZER") if asked.outside else None
    name = line.parameter("CN") if line is not None else None
    return Invitation(
        reading_id=asked.reading_id,
        entry_id=asked.entry_id,
        instance=asked.instance,
        asked=asked.reset_sequence,
        asked_at=asked.asked_at,
        stage=stage,
        deferred_at=asked.deferred_at,
        is_deleted=asked.deleted,
        again=asked.answered and stage is not Stage.DECLINED,
        organizer_name=(name or "") if asked.outside else asked.organizer_name,
        organizer_zone="" if asked.outside else asked.organizer_zone,
        brief=told,
        has_begun=(first.start, first.due) != (told.start, told.due),
        repeat=particulars(said, said.main, person.all_addresses, zone).repeat,
        comment=asked.comment or "",
        others=tuple(_fellow(one) for one in individuals(said.main) if one.address not in person.all_addresses),
        news=tuple(_news(loaded, asked, before, zone, now)) if stage is not Stage.DECLINED else (),
    )


def _fellow(one: Attendee) -> Fellow:
    return Fellow(one.address, one.line.parameter("CN") or mailbox(one.address) or str(one.address))
