# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about readings: which entries a person has, where they lie, and how they change."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, literal, null, or_, select, update

from gateway.model import (
    CalendarId,
    EntryId,
    Listed,
    Loaded,
    PersonId,
    Reading,
    ReadingId,
    Revision,
)
from gateway.store import answers
from gateway.store.entries import SHARED, Span, shared_of
from gateway.store.overlays import pack, unpack
from gateway.store.rows import Found, Question, insert_into, insert_many, overwrite, packed
from gateway.store.schema import calendar, change, entry, kept, reading
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.itip.outcome import Entry, State
from ical.kinds import Kind
from ical.private import Overlay

BATCH = 200
"""How many objects are in memory at once when a whole calendar is read."""


@dataclass(frozen=True, slots=True)
class NewReading:
    """A reading that is not stored yet."""

    entry_id: EntryId
    person_id: PersonId
    calendar_id: CalendarId
    href: str
    uid: str
    kind: Kind
    scheduled: bool
    organizer: bool
    revision: Revision
    tag: Revision
    overlay: Overlay = field(default_factory=dict)
    span: Span = field(default_factory=Span)
    hidden: bool = False
    partial: bool = False
    kept_id: int | None = None


def at(uow: UnitOfWork, calendar_id: CalendarId, href: str) -> Loaded | None:
    """Give what can be read at *href*."""
    there = and_(reading.c.calendar == calendar_id, reading.c.href == href, ~reading.c.hidden)
    return next(iter(_load(uow, _loading().where(there))), None)


def at_or_uid(uow: UnitOfWork, person_id: PersonId, calendar_id: CalendarId, href: str, uid: str) -> tuple[Loaded, ...]:
    """Give the reading at *href* and all that this person has of *uid*, hidden ones too, and hold their entries.

    For a write: the entries are locked before they are loaded. The reading at *href* comes first, then scheduled ones.
    """
    here = and_(reading.c.calendar == calendar_id, reading.c.href == href)
    meant = or_(here, and_(reading.c.person == person_id, reading.c.uid == uid))
    if uow.dialect == "postgresql":
        mine = entry.c.id.in_(select(reading.c.entry).where(meant))
        uow.connection.execute(select(entry.c.id).where(mine).order_by(entry.c.id).with_for_update(key_share=True))
    order = (case((here, 0), else_=1), reading.c.scheduled.desc(), reading.c.id)
    return tuple(_load(uow, _loading().where(meant).order_by(*order)))


def of_uid(uow: UnitOfWork, person_id: PersonId, uid: str) -> tuple[Loaded, ...]:
    """Give all that a person has of a UID, hidden ones too, the scheduled one first."""
    mine = _loading().where(reading.c.person == person_id, reading.c.uid == uid)
    return tuple(_load(uow, mine.order_by(reading.c.scheduled.desc(), reading.c.id)))


def of_person(uow: UnitOfWork, entry_id: EntryId, person_id: PersonId) -> Loaded | None:
    """Give a person's reading of an entry, also a hidden one."""
    mine = _loading().where(reading.c.entry == entry_id, reading.c.person == person_id)
    return next(iter(_load(uow, mine)), None)


def placed(uow: UnitOfWork, calendar_id: CalendarId, href: str) -> Reading | None:
    """Give the reading at *href* without its entry."""
    there = and_(reading.c.calendar == calendar_id, reading.c.href == href)
    row = uow.connection.execute(select(*_READING).where(there)).one_or_none()
    return None if row is None else _reading(row)


def of_entry(uow: UnitOfWork, entry_id: EntryId) -> tuple[Reading, ...]:
    """Give everybody's reading of an entry, hidden ones too."""
    rows = uow.connection.execute(select(*_READING).where(reading.c.entry == entry_id).order_by(reading.c.id))
    return tuple(_reading(row) for row in rows)


def hrefs_of_uid(uow: UnitOfWork, calendar_id: CalendarId, uid: str) -> tuple[Reading, ...]:
    """Give what lies in a calendar with this UID and can be read."""
    owner = select(calendar.c.person).where(calendar.c.id == calendar_id).scalar_subquery()
    mine = and_(reading.c.person == owner, reading.c.uid == uid)  # The index is by person.
    query = select(*_READING).where(mine, reading.c.calendar == calendar_id, ~reading.c.hidden)
    return tuple(_reading(row) for row in uow.connection.execute(query.order_by(reading.c.href)))


def in_the_way(
    uow: UnitOfWork, person_ids: Collection[PersonId], uid: str, calendar_ids: Collection[CalendarId], href: str
) -> tuple[Reading, ...]:
    """Give what an entry for these people would collide with: their readings of *uid*, and what is at *href*."""
    if not person_ids and not calendar_ids:
        return ()
    same_uid = and_(reading.c.person.in_(person_ids), reading.c.uid == uid)
    same_place = and_(reading.c.calendar.in_(calendar_ids), reading.c.href == href)
    query = select(*_READING).where(or_(same_uid, same_place)).order_by(reading.c.id)
    return tuple(_reading(row) for row in uow.connection.execute(query))


def listed(
    uow: UnitOfWork,
    calendar_id: CalendarId,
    *,
    kind: Kind | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[Listed]:
    """Give what lies in a calendar and may touch the time from *start* to *end*, by href, without texts.

    Only a prefilter: what has no time is always given. The index is by calendar; the times are looked up in its rows.
    """
    there = _in_calendar(calendar_id, kind, start, end)
    query = select(*_LISTED).where(*there).order_by(reading.c.href)
    for row in uow.connection.execute(query).all():
        yield _listed(row)


def loaded(
    uow: UnitOfWork,
    calendar_id: CalendarId,
    hrefs: Collection[str] | None = None,
    *,
    kind: Kind | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[Loaded]:
    """Give all that rendering needs of a calendar's objects (of *hrefs* only, where given), in batches, by href."""
    query = _loading().where(*_in_calendar(calendar_id, kind, start, end)).order_by(reading.c.href)
    if hrefs is not None:
        for batch in _batches(sorted(set(hrefs))):
            yield from _load(uow, query.where(reading.c.href.in_(batch)))
        return
    after = query
    while found := _load(uow, after.limit(BATCH)):
        yield from found
        if len(found) < BATCH:
            return
        after = query.where(reading.c.href > found[-1].reading.href)


def busy(uow: UnitOfWork, person_id: PersonId, start: datetime, end: datetime) -> Iterator[Loaded]:
    """Give a person's appointments that may take time between *start* and *end*."""
    takes_time = and_(reading.c.kind == Kind.VEVENT.value, reading.c.span_start.is_not(None), ~reading.c.transp)
    mine = and_(reading.c.person == person_id, takes_time, ~reading.c.hidden, reading.c.kept.is_(None))
    query = _loading().where(mine, *_within(start, end)).order_by(reading.c.span_start, reading.c.id)
    yield from _load(uow, query)


def add_many(uow: UnitOfWork, rows: Sequence[NewReading]) -> dict[tuple[EntryId, PersonId], ReadingId]:
    """Store new readings."""
    if not rows:
        return {}
    names = (*_NEW, "kept")
    statement = insert_many(uow, reading, names).returning(reading.c.id, reading.c.entry, reading.c.person)
    stored = uow.connection.execute(statement, packed(uow, (_row(new) for new in rows)))
    return {(EntryId(row.entry), PersonId(row.person)): ReadingId(row.id) for row in stored}


def move_pointers(uow: UnitOfWork, reading_ids: Collection[ReadingId], firm: Collection[ReadingId]) -> None:
    """Let these readings be changed in the revision that their calendars now have; the tags of *firm* move with it."""
    if not reading_ids:
        return
    set_revisions(uow, reading_ids, firm)
    columns = ("calendar", "href", "revision")
    current = select(reading.c.calendar, reading.c.href, reading.c.revision).where(reading.c.id.in_(reading_ids))
    statement = insert_into(uow, change).from_select(columns, current)
    uow.connection.execute(overwrite(statement, change, columns[:2], columns[2:]))


def set_revisions(
    uow: UnitOfWork,
    reading_ids: Collection[ReadingId],
    firm: Collection[ReadingId],
    *,
    span: Span | None = None,
    kept: tuple[Collection[ReadingId], int] | None = None,
) -> None:
    """As `move_pointers`, where the caller marks the changes together with others (`calendars.mark`).

    Of *kept* the readings stand still at a kept text from now on, as after `keep`. With *span* those that follow their
    entry get its times too.
    """
    if not reading_ids:
        return
    ours = reading.c.id.in_(reading_ids)
    now = select(calendar.c.revision).where(calendar.c.id == reading.c.calendar).scalar_subquery()
    tag = case((reading.c.id.in_(firm), now), else_=reading.c.tag) if firm else reading.c.tag
    still, text = kept if kept is not None else ((), 0)
    follows = and_(reading.c.kept.is_(None), reading.c.id.not_in(still)) if still else reading.c.kept.is_(None)
    times = (
        {} if span is None else {n: case((follows, _typed(n, v)), else_=reading.c[n]) for n, v in _span(span).items()}
    )
    more = {"kept": case((reading.c.id.in_(still), text), else_=reading.c.kept)} if still else {}
    uow.connection.execute(update(reading).where(ours).values(revision=now, tag=tag, **times, **more))


def set_overlay(uow: UnitOfWork, reading_id: ReadingId, overlay: Overlay) -> None:
    """Store a person's own lines."""
    _change(uow, (reading_id,), overlay=pack(overlay))


def relocate(uow: UnitOfWork, reading_id: ReadingId, calendar_id: CalendarId, href: str) -> None:
    """Lay a reading somewhere else; nothing lies there."""
    _change(uow, (reading_id,), calendar=calendar_id, href=href)


def hide(uow: UnitOfWork, reading_ids: Collection[ReadingId], hidden: bool) -> None:  # noqa: FBT001 - the verb's object
    """Take readings out of sight without forgetting them, or bring them back."""
    _change(uow, reading_ids, hidden=hidden)


def keep(uow: UnitOfWork, reading_ids: Collection[ReadingId], kept_id: int) -> None:
    """Let readings stand still at a kept text; they stay where they are in time, and take none of it."""
    _change(uow, reading_ids, kept=kept_id)


def kept_texts(uow: UnitOfWork, person_id: PersonId, entry_ids: Collection[EntryId]) -> dict[EntryId, bytes]:
    """Give the texts at which a person's readings of these entries stand still."""
    if not entry_ids:
        return {}
    query = select(reading.c.entry, kept.c.text).join(kept, kept.c.id == reading.c.kept)
    rows = uow.connection.execute(query.where(reading.c.person == person_id, reading.c.entry.in_(entry_ids)))
    return {EntryId(row.entry): bytes(row.text) for row in rows}


def bring_back(uow: UnitOfWork, reading_ids: Collection[ReadingId]) -> None:
    """Let readings be seen and follow their entry again, with the times that it has now."""
    times: dict[str, object] = {name: _of_entry(entry.c[name]) for name in ("span_start", "span_end", "recurring")}
    _change(uow, reading_ids, hidden=False, kept=None, transp=_organizers_transp(), **times)


def schedule(uow: UnitOfWork, reading_id: ReadingId, entry_id: EntryId, *, scheduled: bool, organizer: bool) -> None:
    """Let a reading be of another entry, or of one that has people now (or none any more)."""
    _change(uow, (reading_id,), entry=entry_id, scheduled=scheduled, organizer=organizer)


def remove(uow: UnitOfWork, reading_ids: Collection[ReadingId]) -> None:
    """Forget readings."""
    if reading_ids:
        uow.connection.execute(delete(reading).where(reading.c.id.in_(reading_ids)))


def set_spans(uow: UnitOfWork, entry_id: EntryId, span: Span) -> None:
    """Let the readings that follow an entry have its times."""
    following = update(reading).where(reading.c.entry == entry_id, reading.c.kept.is_(None))
    uow.connection.execute(following.values(**_span(span)))


_READING_NAMES = (
    "id",
    "entry",
    "person",
    "calendar",
    "href",
    "uid",
    "kind",
    "scheduled",
    "organizer",
    "revision",
    "tag",
    "hidden",
    "overlay",
    "kept",
)
_READING = tuple(reading.c[name] for name in _READING_NAMES)
_LISTED = tuple(reading.c[name] for name in ("id", "href", "uid", "kind", "scheduled", "revision", "tag"))
_NEW = (*_READING_NAMES[1:-1], "partial", "span_start", "span_end", "recurring", "transp")
_ENTRY = (
    entry.c.organizer.label("organizer_address"),
    entry.c.sequence,
    entry.c.state,
    entry.c.closed,
    *SHARED,
    case((and_(reading.c.organizer, entry.c.shared.is_not(None)), entry.c.words), else_=null()).label("words_own"),
    kept.c.text,
)


_NOBODY = answers.Asked([], {})


def _loading() -> Question:
    whole = reading.join(entry, entry.c.id == reading.c.entry).outerjoin(kept, kept.c.id == reading.c.kept)
    return select(*_READING, *_ENTRY).select_from(whole)


def _load(uow: UnitOfWork, query: Question) -> list[Loaded]:
    rows = uow.connection.execute(query).all()
    # An entry without other people has no answers.
    said = answers.with_people(uow, {EntryId(row.entry) for row in rows if row.scheduled})
    return [_loaded(row, said) for row in rows]


def _loaded(row: Found, said: Mapping[EntryId, answers.Asked]) -> Loaded:
    shared, asked = shared_of(row), said.get(EntryId(row.entry), _NOBODY)
    words = None
    if row.organizer:
        words = shared if row.words_own is None else row.words_own
    stored = Entry(
        uid=row.uid,
        kind=Kind(row.kind),
        shared=shared,
        organizer=None if row.organizer_address is None else Address(row.organizer_address),
        sequence=row.sequence,
        answers=tuple(asked.answers),
        words=words,
        state=State(row.state),
        closed=row.closed,
    )
    return Loaded(_reading(row), EntryId(row.entry), stored, row.text, asked.people)


def _reading(row: Found) -> Reading:
    return Reading(
        id=ReadingId(row.id),
        entry_id=EntryId(row.entry),
        person_id=PersonId(row.person),
        calendar_id=CalendarId(row.calendar),
        href=row.href,
        uid=row.uid,
        kind=Kind(row.kind),
        scheduled=row.scheduled,
        organizer=row.organizer,
        revision=Revision(row.revision),
        tag=Revision(row.tag),
        hidden=row.hidden,
        overlay=unpack(row.overlay),
        kept_id=row.kept,
    )


def _listed(row: Found) -> Listed:
    schedule_tag = f'"{row.id}-{row.tag}"' if row.scheduled else None
    return Listed(row.href, f'"{row.id}-{row.revision}"', schedule_tag, Kind(row.kind), row.uid)


def _row(new: NewReading) -> dict[str, object]:
    return {
        "entry": new.entry_id,
        "person": new.person_id,
        "calendar": new.calendar_id,
        "href": new.href,
        "uid": new.uid,
        "kind": new.kind.value,
        "scheduled": new.scheduled,
        "organizer": new.organizer,
        "revision": new.revision,
        "tag": new.tag,
        "hidden": new.hidden,
        "overlay": pack(new.overlay),
        "kept": new.kept_id,
        "partial": new.partial,
        **_span(new.span),
    }


def _span(span: Span) -> dict[str, object]:
    return {"span_start": span.start, "span_end": span.end, "recurring": span.recurring, "transp": span.transp}


def _typed(name: str, value: object) -> ColumnElement[Any]:
    return literal(value, reading.c[name].type)


def _of_entry(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(column).where(entry.c.id == reading.c.entry).scalar_subquery()


def _organizers_transp() -> ColumnElement[bool]:
    # Whether it takes time stands in readings only; the organizer's has always followed.
    theirs = reading.alias("theirs")
    found = select(theirs.c.transp).where(theirs.c.entry == reading.c.entry, theirs.c.organizer).limit(1)
    return func.coalesce(found.scalar_subquery(), reading.c.transp)


def _change(uow: UnitOfWork, reading_ids: Collection[ReadingId], **values: object) -> None:
    if reading_ids:
        uow.connection.execute(update(reading).where(reading.c.id.in_(reading_ids)).values(**values))


def _in_calendar(
    calendar_id: CalendarId, kind: Kind | None, start: datetime | None, end: datetime | None
) -> Iterable[ColumnElement[bool]]:
    yield reading.c.calendar == calendar_id
    yield ~reading.c.hidden
    if kind is not None:
        yield reading.c.kind == kind.value
    yield from _within(start, end)


def _within(start: datetime | None, end: datetime | None) -> Iterable[ColumnElement[bool]]:
    # A NULL start is no time; a NULL end beside a start is endless. What ends at *start* may be one of no length.
    if end is not None:
        yield or_(reading.c.span_start.is_(None), reading.c.span_start < end)
    if start is not None:
        yield or_(reading.c.span_end.is_(None), reading.c.span_end >= start)


def _batches(hrefs: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(hrefs), BATCH):
        yield hrefs[first : first + BATCH]
