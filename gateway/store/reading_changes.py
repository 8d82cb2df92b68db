# SPDX-License-Identifier: GPL-3.0-or-later
"""How readings change: new ones, their revisions and tags, their place, their times."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import Update, bindparam, case, delete, false, null, or_, select, update

from gateway.model import CalendarId, EntryId, PersonId, Reading, ReadingId, Revision
from gateway.store import spans
from gateway.store.direct import Direct, among, listed
from gateway.store.overlays import pack
from gateway.store.reading_rows import COLUMNS, NAMES, reading_of
from gateway.store.rows import Insert, Returning, given, insert_into, insert_many, overwrite, packed
from gateway.store.schema import calendar, change, entry, reading
from gateway.store.unit import Dialect, UnitOfWork
from ical.kinds import Kind
from ical.private import Overlay
from ical.timeindex import Span

_OURS = reading.c.id.in_(bindparam("ours", expanding=True))


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


_NEW = (*NAMES, "partial", "own_transp", *spans.COLUMNS)


def add(uow: UnitOfWork, new: NewReading) -> Reading:
    """Store a new reading, and give it."""
    return reading_of(uow.connection.execute(_added_one(uow.dialect), packed(uow, _NEW, [_row(new)])).one())


def add_many(uow: UnitOfWork, rows: Sequence[NewReading]) -> None:
    """Store new readings."""
    if rows:
        uow.connection.execute(_added(uow.dialect), packed(uow, _NEW, list(map(_row, rows))))


@lru_cache
def _added(dialect: Dialect) -> Insert:
    return insert_many(dialect, reading, _NEW)


@lru_cache
def _added_one(dialect: Dialect) -> Returning:
    return _added(dialect).returning(*COLUMNS)


_PLACES = select(reading.c.calendar, reading.c.href, reading.c.revision).where(_OURS)


def move_pointers(uow: UnitOfWork, reading_ids: Collection[ReadingId], firm: Collection[ReadingId]) -> None:
    """Let these readings be changed in the revision that their calendars now have; the tags of *firm* move with it."""
    if not reading_ids:
        return
    set_revisions(uow, reading_ids, firm)
    uow.connection.execute(_pointed(uow.dialect), {"ours": list(reading_ids)})


@lru_cache
def _pointed(dialect: Dialect) -> Insert:
    columns = ("calendar", "href", "revision")
    statement = insert_into(dialect, change).from_select(columns, _PLACES)
    return overwrite(statement, change, columns[:2], columns[2:])


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
    still, text = kept if kept is not None else ((), 0)
    ours = listed(reading_ids)
    _REVISED.rows(uow, ours=ours, firm=listed(firm))
    if still:
        keep(uow, still, text)
    if span is not None:
        times = {f"to_{name}": value for name, value in spans.columns(span).items()}
        uow.connection.execute(_moved(uow.dialect), {"ours": ours, **times})


def _revised(dialect: Dialect) -> Update:
    now, firm = calendar.c.revision, among(dialect, reading.c.id, "firm")
    ours = (among(dialect, reading.c.id, "ours"), calendar.c.id == reading.c.calendar)
    return update(reading).where(*ours).values(revision=now, tag=case((firm, now), else_=reading.c.tag))


_REVISED = Direct(_revised)


@lru_cache
def _moved(dialect: Dialect) -> Update:
    """Give new times to those readings that have others: what stays where it is costs no look into their index."""
    times = {name: bindparam(f"to_{name}", type_=reading.c[name].type) for name in spans.COLUMNS}
    other = or_(*(reading.c[name].is_distinct_from(time) for name, time in times.items()))
    return update(reading).where(among(dialect, reading.c.id, "ours"), reading.c.kept.is_(None), other).values(times)


def set_overlay(uow: UnitOfWork, reading_id: ReadingId, overlay: Overlay) -> None:
    """Store a person's own lines."""
    _change(uow, (reading_id,), overlay=pack(overlay), own_transp=_says_transp(overlay))


def remember(uow: UnitOfWork, reading_id: ReadingId, upload: str) -> None:
    """Note what its owner uploaded last, hashed."""
    _change(uow, (reading_id,), upload=upload)


_PARTIAL = ("entry", "person", "partial")


def set_partial(uow: UnitOfWork, rows: Collection[tuple[EntryId, PersonId, bool]]) -> None:
    """Note whether a person's reading of an entry has other occurrences than the entry's index says."""
    if rows:
        uow.connection.execute(_partial(uow.dialect), packed(uow, _PARTIAL, rows))


@lru_cache
def _partial(dialect: Dialect) -> Update:
    new = given(dialect, reading, _PARTIAL)
    theirs = (reading.c.entry == new.c.entry, reading.c.person == new.c.person)
    return update(reading).where(*theirs).values(partial=new.c.partial)


def relocate(uow: UnitOfWork, reading_id: ReadingId, calendar_id: CalendarId, href: str) -> None:
    """Lay a reading somewhere else; nothing lies there."""
    _change(uow, (reading_id,), calendar=calendar_id, href=href)


def hide(uow: UnitOfWork, reading_ids: Collection[ReadingId], hidden: bool) -> None:  # noqa: FBT001 - the verb's object
    """Take readings out of sight without forgetting them, or bring them back."""
    _change(uow, reading_ids, hidden=hidden)


def keep(uow: UnitOfWork, reading_ids: Collection[ReadingId], kept_id: int, span: Span | None = None) -> None:
    """Let readings stand still at a kept text, and take no time.

    They stay where they are in time, or lie where *span* says; which occurrences there are only their text knows.
    """
    times = spans.columns(span) if span is not None else {}
    _change(uow, reading_ids, kept=kept_id, **{**times, "exact": False})


_BROUGHT_BACK = (
    update(reading)
    .where(_OURS)
    .values(
        hidden=false(),
        kept=null(),
        **{
            name: select(entry.c[name]).where(entry.c.id == reading.c.entry).scalar_subquery() for name in spans.COLUMNS
        },
    )
)


def bring_back(uow: UnitOfWork, reading_ids: Collection[ReadingId]) -> None:
    """Let readings be seen and follow their entry again, with the times that it has now."""
    if reading_ids:
        uow.connection.execute(_BROUGHT_BACK, {"ours": list(reading_ids)})


def schedule(uow: UnitOfWork, reading_id: ReadingId, entry_id: EntryId, *, scheduled: bool, organizer: bool) -> None:
    """Let a reading be of another entry, or of one that has people now (or none any more)."""
    _change(uow, (reading_id,), entry=entry_id, scheduled=scheduled, organizer=organizer)


_FORGET = delete(reading).where(_OURS)


def remove(uow: UnitOfWork, reading_ids: Collection[ReadingId]) -> None:
    """Forget readings."""
    if reading_ids:
        uow.connection.execute(_FORGET, {"ours": list(reading_ids)})


_SPANNED = ("entry", *spans.COLUMNS)


def set_spans(uow: UnitOfWork, of: Mapping[EntryId, Span]) -> None:
    """Let the readings that follow these entries have their times."""
    if of:
        rows = [(entry_id, *spans.values(span)) for entry_id, span in of.items()]
        uow.connection.execute(_spanned(uow.dialect), packed(uow, _SPANNED, rows))


@lru_cache
def _spanned(dialect: Dialect) -> Update:
    new = given(dialect, reading, _SPANNED)
    following = (reading.c.entry == new.c.entry, reading.c.kept.is_(None))
    return update(reading).where(*following).values({name: new.c[name] for name in spans.COLUMNS})


@lru_cache
def _changed(names: tuple[str, ...]) -> Update:
    return update(reading).where(_OURS).values({n: bindparam(f"to_{n}", type_=reading.c[n].type) for n in names})


def _change(uow: UnitOfWork, reading_ids: Collection[ReadingId], **values: object) -> None:
    if reading_ids:
        asked = {f"to_{name}": value for name, value in values.items()}
        uow.connection.execute(_changed(tuple(values)), {"ours": list(reading_ids), **asked})


def _row(new: NewReading) -> tuple[object, ...]:
    """Give the values of `_NEW`."""
    return (
        new.entry_id,
        new.person_id,
        new.calendar_id,
        new.href,
        new.uid,
        new.kind.value,
        new.scheduled,
        new.organizer,
        new.revision,
        new.tag,
        new.hidden,
        pack(new.overlay),
        new.kept_id,
        new.partial,
        _says_transp(new.overlay),
        *spans.values(new.span),
    )


def _says_transp(overlay: Overlay) -> bool:
    return any("TRANSP" in chunk.lines for chunk in overlay.values())
