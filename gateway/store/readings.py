# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about readings: which entries a person has, where they lie, and what rendering them needs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    type_coerce,
)

from gateway.model import (
    CalendarId,
    EntryId,
    Loaded,
    PersonId,
    Reading,
    ReadingId,
    Rendered,
    Rosters,
)
from gateway.store import answers, listing, rosters
from gateway.store.direct import Direct, among, listed
from gateway.store.entries import FACTS, entry_of, shared_of
from gateway.store.reading_rows import COLUMNS, reading_of
from gateway.store.rows import Found, Question, given, packed
from gateway.store.schema import calendar, entry, kept, person, reading
from gateway.store.unit import Dialect, UnitOfWork
from ical.address import Address
from ical.kinds import Kind
from ical.roster import Member, Roster

Some = TypeVar("Some")

BATCH = 200
"""How many objects with their texts are in memory at once."""

_OTHER = reading.alias("other")
_LOOKED = (_OTHER.c.entry == reading.c.entry, _OTHER.c.displayed_at.is_not(None), _OTHER.c.deferred_at.is_(None))
_ENTRY = (
    *FACTS,
    case((and_(reading.c.organizer, entry.c.shared.is_not(None)), entry.c.words), else_=null()).label("words_own"),
    kept.c.text,
    person.c.roster,
    person.c.language,
    reading.c.upload,
    type_coerce(reading.c.delivered_at.is_not(None), Integer).label("is_delivered"),
    # Hardly anything is just being looked at: who it is, is asked for then alone.
    type_coerce(and_(reading.c.organizer, exists().where(*_LOOKED)), Integer).label("is_seen"),
)
WHOLE = reading.join(entry, entry.c.id == reading.c.entry).outerjoin(kept, kept.c.id == reading.c.kept)
_LOADING = select(*COLUMNS, *_ENTRY).select_from(WHOLE.join(person, person.c.id == reading.c.person))
_PLAIN = select(*COLUMNS)

_HERE = and_(reading.c.calendar == bindparam("calendar"), reading.c.href == bindparam("href"))
_THEIRS = and_(reading.c.person == bindparam("person"), reading.c.uid == bindparam("uid"))
_SCHEDULED_FIRST = (reading.c.scheduled.desc(), reading.c.id)


_AT = _LOADING.where(_HERE, ~reading.c.hidden)


def at(uow: UnitOfWork, calendar_id: CalendarId, href: str) -> Loaded | None:
    """Give what can be read at *href*."""
    return next(iter(_load(uow, _AT, calendar=calendar_id, href=href)), None)


_AT_OR_UID = _LOADING.where(or_(_HERE, _THEIRS)).order_by(case((_HERE, 0), else_=1), *_SCHEDULED_FIRST)
_LOCK = (
    select(entry.c.id)
    .where(entry.c.id.in_(select(reading.c.entry).where(or_(_HERE, _THEIRS))))
    .order_by(entry.c.id)
    .with_for_update(key_share=True)
)


def at_or_uid(uow: UnitOfWork, person_id: PersonId, calendar_id: CalendarId, href: str, uid: str) -> tuple[Loaded, ...]:
    """Give the reading at *href* and all that this person has of *uid*, hidden ones too, and hold their entries.

    For a write: the entries are locked before they are loaded. The reading at *href* comes first, then scheduled ones.
    """
    meant: Mapping[str, object] = {"person": person_id, "calendar": calendar_id, "href": href, "uid": uid}
    if uow.dialect == "postgresql":
        uow.connection.execute(_LOCK, meant)
    return tuple(_load(uow, _AT_OR_UID, **meant))


_OF_UID = _LOADING.where(_THEIRS).order_by(*_SCHEDULED_FIRST)


def of_uid(uow: UnitOfWork, person_id: PersonId, uid: str) -> tuple[Loaded, ...]:
    """Give all that a person has of a UID, hidden ones too, the scheduled one first."""
    return tuple(_load(uow, _OF_UID, person=person_id, uid=uid))


_OF_PERSON = _LOADING.where(reading.c.entry == bindparam("entry"), reading.c.person == bindparam("person"))


def of_person(uow: UnitOfWork, entry_id: EntryId, person_id: PersonId) -> Loaded | None:
    """Give a person's reading of an entry, also a hidden one."""
    return next(iter(_load(uow, _OF_PERSON, entry=entry_id, person=person_id)), None)


_NUMBERS = select(reading.c.entry, reading.c.id).where(
    reading.c.person == bindparam("person"),
    reading.c.entry.in_(bindparam("entries", expanding=True)),
    ~reading.c.hidden,
)


def numbers(uow: UnitOfWork, person_id: PersonId, entry_ids: Collection[EntryId]) -> dict[EntryId, ReadingId]:
    """Give where these entries lie with a person; without those that they do not have before their eyes."""
    if not entry_ids:
        return {}
    rows = uow.connection.execute(_NUMBERS, {"person": person_id, "entries": list(entry_ids)})
    return {EntryId(row.entry): ReadingId(row.id) for row in rows}


_PLACED = _PLAIN.where(_HERE)


def placed(uow: UnitOfWork, calendar_id: CalendarId, href: str) -> Reading | None:
    """Give the reading at *href* without its entry."""
    row = uow.connection.execute(_PLACED, {"calendar": calendar_id, "href": href}).one_or_none()
    return None if row is None else reading_of(row)


_AT_PLACE = ("calendar", "href")


def occupied(uow: UnitOfWork, places: Collection[tuple[CalendarId, str]]) -> frozenset[tuple[CalendarId, str]]:
    """Give at which of *places* something lies, hidden readings among it."""
    if not places:
        return frozenset()
    rows = uow.connection.execute(_occupied(uow.dialect), packed(uow, _AT_PLACE, places))
    return frozenset((CalendarId(row.calendar), row.href) for row in rows)


@lru_cache
def _occupied(dialect: Dialect) -> Question:
    asked = given(dialect, reading, _AT_PLACE)
    same = and_(reading.c.calendar == asked.c.calendar, reading.c.href == asked.c.href)
    return select(reading.c.calendar, reading.c.href).select_from(asked.join(reading, same))


_OF_ENTRY = _PLAIN.where(reading.c.entry == bindparam("entry")).order_by(reading.c.id)


def of_entry(uow: UnitOfWork, entry_id: EntryId) -> tuple[Reading, ...]:
    """Give everybody's reading of an entry, hidden ones too."""
    return tuple(reading_of(row) for row in uow.connection.execute(_OF_ENTRY, {"entry": entry_id}))


_OVERLAID = _PLAIN.where(reading.c.entry == bindparam("entry"), cast(reading.c.overlay, Text) != "{}")


def with_own_lines(uow: UnitOfWork, entry_id: EntryId) -> tuple[Reading, ...]:
    """Give the readings of an entry in which people have lines of their own."""
    return tuple(reading_of(row) for row in uow.connection.execute(_OVERLAID, {"entry": entry_id}))


# The index is by person.
_OWNER = select(calendar.c.person).where(calendar.c.id == bindparam("calendar")).scalar_subquery()
_WITH_UID = _PLAIN.where(
    reading.c.person == _OWNER,
    reading.c.uid == bindparam("uid"),
    reading.c.calendar == bindparam("calendar"),
    ~reading.c.hidden,
).order_by(reading.c.href)


def hrefs_of_uid(uow: UnitOfWork, calendar_id: CalendarId, uid: str) -> tuple[Reading, ...]:
    """Give what lies in a calendar with this UID and can be read."""
    return tuple(reading_of(row) for row in uow.connection.execute(_WITH_UID, {"calendar": calendar_id, "uid": uid}))


# Of a thousand people hardly any has lines of their own: what is empty need not be read.
_SPARE = case((cast(reading.c.overlay, Text) != "{}", reading.c.overlay), else_=null()).label("overlay")
_SCANT = select(*(_SPARE if column is reading.c.overlay else column for column in COLUMNS))
_IN_THE_WAY = Direct(
    lambda dialect: _SCANT.where(
        or_(
            and_(among(dialect, reading.c.person, "people"), reading.c.uid == bindparam("uid")),
            and_(among(dialect, reading.c.calendar, "calendars"), reading.c.href == bindparam("href")),
        )
    )
)


def in_the_way(
    uow: UnitOfWork, person_ids: Collection[PersonId], uid: str, calendar_ids: Collection[CalendarId], href: str
) -> tuple[Reading, ...]:
    """Give what an entry for these people would collide with: their readings of *uid*, and what is at *href*."""
    if not person_ids and not calendar_ids:
        return ()
    found = _IN_THE_WAY.rows(uow, people=listed(person_ids), uid=uid, calendars=listed(calendar_ids), href=href)
    return tuple(map(reading_of, sorted(found, key=itemgetter(0))))  # SQLite would sort whole rows


_NAMED = ("person", "uid")


def of_uids(uow: UnitOfWork, asked: Collection[tuple[PersonId, str]]) -> tuple[Reading, ...]:
    """Give what people have of UIDs, hidden ones too."""
    if not asked:
        return ()
    rows = uow.connection.execute(_of_uids(uow.dialect), packed(uow, _NAMED, asked))
    return tuple(reading_of(row) for row in rows)


@lru_cache
def _of_uids(dialect: Dialect) -> Question:
    theirs = given(dialect, reading, _NAMED)
    same = and_(reading.c.person == theirs.c.person, reading.c.uid == theirs.c.uid)
    return _PLAIN.select_from(theirs.join(reading, same)).order_by(reading.c.id)


def organized_by(uow: UnitOfWork, person_id: PersonId, kinds: Collection[Kind]) -> list[tuple[ReadingId, CalendarId]]:
    """Give a person's own readings of what others are in, of these kinds, where each lies, and hold their entries."""
    return _held_of(uow, person_id, and_(reading.c.organizer, reading.c.kind.in_([kind.value for kind in kinds])))


def invited_to(uow: UnitOfWork, person_id: PersonId) -> list[ReadingId]:
    """Give a person's readings of what others organize, here or outside, and hold their entries."""
    return [found for found, _ in _held_of(uow, person_id, and_(~reading.c.organizer, ~reading.c.hidden))]


def _held_of(uow: UnitOfWork, person_id: PersonId, which: ColumnElement[bool]) -> list[tuple[ReadingId, CalendarId]]:
    wanted = and_(reading.c.person == person_id, reading.c.scheduled, reading.c.kept.is_(None), which)
    if uow.dialect == "postgresql":
        held = select(entry.c.id).where(entry.c.id.in_(select(reading.c.entry).where(wanted))).order_by(entry.c.id)
        uow.connection.execute(held.with_for_update(key_share=True)).all()
    query = select(reading.c.id, reading.c.calendar).where(wanted).order_by(reading.c.id)
    return [(ReadingId(row.id), CalendarId(row.calendar)) for row in uow.connection.execute(query)]


_SHARED_HERE = and_(
    reading.c.calendar == bindparam("calendar"), reading.c.scheduled, reading.c.kept.is_(None), ~reading.c.hidden
)
_SHARED = select(reading.c.id).where(_SHARED_HERE).order_by(reading.c.id)
_LOCK_SHARED = (
    select(entry.c.id)
    .where(entry.c.id.in_(select(reading.c.entry).where(_SHARED_HERE)))
    .order_by(entry.c.id)
    .with_for_update(key_share=True)
)


def shared_in(uow: UnitOfWork, calendar_id: CalendarId) -> list[ReadingId]:
    """Give the readings in a calendar that follow an entry with other people, and hold their entries."""
    asked = {"calendar": calendar_id}
    if uow.dialect == "postgresql":
        uow.connection.execute(_LOCK_SHARED, asked).all()
    return [ReadingId(number) for number in uow.connection.execute(_SHARED, asked).scalars()]


_COPIES = select(reading.c.entry).where(reading.c.calendar == bindparam("calendar"), reading.c.kept.is_not(None))


def copies_in(uow: UnitOfWork, calendar_id: CalendarId) -> list[EntryId]:
    """Give the entries of which a kept text lies in a calendar, also where it is hidden."""
    return [EntryId(number) for number in uow.connection.execute(_COPIES, {"calendar": calendar_id}).scalars()]


_AS_STORED = case((~reading.c.scheduled, entry.c.words), else_=null())
STORED = func.coalesce(kept.c.text, _AS_STORED)
"""What is read as it is stored; a text that must be rendered is NULL."""
_TEXTS = select(*listing.COLUMNS, STORED).select_from(WHOLE)
_IN_CALENDAR = _TEXTS.where(reading.c.calendar == bindparam("calendar"), ~reading.c.hidden).order_by(reading.c.href)
_PAGE = _IN_CALENDAR.where(reading.c.href > bindparam("after")).limit(BATCH)
_AT_HREFS = Direct(lambda dialect: _IN_CALENDAR.where(among(dialect, reading.c.href, "hrefs")))
_TEXTS_OF_IDS = _TEXTS.where(reading.c.id.in_(bindparam("ids", expanding=True)), ~reading.c.hidden)
_WITH_DELETED = _LOADING.where(reading.c.id.in_(bindparam("ids", expanding=True)))
_OF_IDS = _WITH_DELETED.where(~reading.c.hidden)


def page(uow: UnitOfWork, calendar_id: CalendarId, after: str = "") -> list[Rendered | Loaded]:
    """Give the next `BATCH` objects of a calendar behind the href *after*, by href."""
    return _read(uow, _PAGE, calendar=calendar_id, after=after)


_IN_HOME = Direct(
    lambda _: _TEXTS.join(calendar, calendar.c.id == reading.c.calendar).where(
        calendar.c.person == bindparam("person"),
        calendar.c.slug == bindparam("slug"),
        reading.c.href == bindparam("href"),
        ~reading.c.hidden,
    )
)


def in_home(uow: UnitOfWork, person_id: PersonId, slug: str, href: str) -> Rendered | Loaded | None:
    """Give the object at *href* of a person's calendar, or None."""
    return next(iter(_with_texts(uow, _IN_HOME.rows(uow, person=person_id, slug=slug, href=href))), None)


def at_hrefs(uow: UnitOfWork, calendar_id: CalendarId, hrefs: Collection[str]) -> Iterator[Rendered | Loaded]:
    """Give the objects of a calendar at *hrefs*, in batches; what is not there is left out."""
    for batch in batches(sorted(set(hrefs))):
        yield from _with_texts(uow, _AT_HREFS.rows(uow, calendar=calendar_id, hrefs=listed(batch)))


def of_ids(uow: UnitOfWork, reading_ids: Sequence[ReadingId]) -> Iterator[Rendered | Loaded]:
    """Give the objects of these readings, in batches; what is not there any more is left out."""
    for batch in batches(reading_ids):
        yield from _read(uow, _TEXTS_OF_IDS, ids=batch)


def loaded(uow: UnitOfWork, reading_ids: Sequence[ReadingId]) -> Iterator[Loaded]:
    """Give these readings with all that rendering them needs, in batches, also what needs none."""
    for batch in batches(reading_ids):
        yield from _load(uow, _OF_IDS, ids=batch)


def with_deleted(uow: UnitOfWork, reading_ids: Sequence[ReadingId]) -> Iterator[Loaded]:
    """Give these readings as `loaded` does, also where their owner has deleted them."""
    for batch in batches(reading_ids):
        yield from _load(uow, _WITH_DELETED, ids=batch)


def at_once(uow: UnitOfWork, reading_ids: Sequence[ReadingId]) -> list[Loaded]:
    """Give these readings as `loaded` does, by as many statements as for one: whoever asks bounds their number."""
    return _load(uow, _OF_IDS, ids=reading_ids) if reading_ids else []


_KEPT = (
    select(reading.c.entry, kept.c.text)
    .join(kept, kept.c.id == reading.c.kept)
    .where(reading.c.person == bindparam("person"), reading.c.entry.in_(bindparam("entries", expanding=True)))
)


def kept_texts(uow: UnitOfWork, person_id: PersonId, entry_ids: Collection[EntryId]) -> dict[EntryId, bytes]:
    """Give the texts at which a person's readings of these entries stand still."""
    if not entry_ids:
        return {}
    rows = uow.connection.execute(_KEPT, {"person": person_id, "entries": list(entry_ids)})
    return {EntryId(row.entry): bytes(row.text) for row in rows}


def batches(found: Sequence[Some]) -> Iterator[Sequence[Some]]:
    """Give *found* in pieces of `BATCH`."""
    for first in range(0, len(found), BATCH):
        yield found[first : first + BATCH]


_NOBODY = answers.Asked([], {})


def _load(uow: UnitOfWork, query: Question, **asked: object) -> list[Loaded]:
    rows = uow.connection.execute(query, asked).all()
    # An entry without other people has no answers.
    said = answers.with_people(uow, {EntryId(row.entry) for row in rows if row.scheduled})
    listed_in = {EntryId(row.entry) for row in rows if _has_roster(row)} & said.keys()
    known = rosters.members(uow, {entry_id: said[entry_id] for entry_id in listed_in})
    seen = rosters.seen(uow, {EntryId(row.entry) for row in rows if row.is_seen} - listed_in)
    for entry_id, members in known.items():
        seen[entry_id] = {address: one.seen_at for address, one in members.items() if one.seen_at is not None}
    return [_loaded(row, said, known, seen) for row in rows]


def _has_roster(row: Found) -> bool:
    """Tell whether its owner reads the answers as text, too."""
    return row.organizer and row.scheduled and Rosters(row.roster).covers(Kind(row.kind))


def _read(uow: UnitOfWork, query: Question, **asked: object) -> list[Rendered | Loaded]:
    """Give what is read as it is stored, and the rest with all that rendering it needs."""
    return _with_texts(uow, uow.connection.execute(query, asked).all())


def _with_texts(uow: UnitOfWork, rows: Sequence[Sequence[Any]]) -> list[Rendered | Loaded]:
    shared = [row[0] for row in rows if row[-1] is None]
    loaded = {one.reading.id: one for one in _load(uow, _OF_IDS, ids=shared)} if shared else {}
    return [loaded[row[0]] if row[-1] is None else _rendered(row[:-1], row[-1]) for row in rows]


def _rendered(facts: Sequence[Any], text: bytes) -> Rendered:
    found = listing.listed(*facts)
    return Rendered(found.href, found.etag, found.schedule_tag, text, found.kind, found.uid)


def _loaded(
    row: Found,
    said: Mapping[EntryId, answers.Asked],
    known: Mapping[EntryId, Mapping[Address, Member]],
    seen: Mapping[EntryId, Mapping[Address, datetime]],
) -> Loaded:
    asked, words = said.get(EntryId(row.entry), _NOBODY), None
    if row.organizer:
        words = shared_of(row) if row.words_own is None else row.words_own
    stored = entry_of(row, tuple(asked.answers), words)
    members = known.get(EntryId(row.entry))
    roster = None if members is None else Roster(row.language, members)
    return Loaded(
        reading_of(row),
        EntryId(row.entry),
        stored,
        row.text,
        roster,
        asked.people,
        seen.get(EntryId(row.entry), {}) if row.organizer else {},
        bool(row.is_delivered),
        row.upload,
    )
