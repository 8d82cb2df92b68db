# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in a window of time, by the index: in a calendar, and in the time of people.

A short entry that touches the window starts in it, or less than `SHORT` before: a piece of the index. Wide ones are
looked at each; of a recurring one the occurrences tell. Where the index cannot know (days and floating times are
others for each reader, a rule goes on behind what is kept of it, a reading stands still at a text of its own), what
may touch the window is found, and its text has to be asked.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, false, or_, select, true, union_all

from gateway.model import CalendarId, Listed, PersonId, ReadingId
from gateway.store import listing
from gateway.store.instants import Instant
from gateway.store.schema import answer, occurrence, reading
from gateway.store.unit import UnitOfWork
from ical.freebusy import Busy
from ical.instances import SERIES
from ical.kinds import Kind
from ical.timeindex import SHORT
from ical.times import END, FIRST, LAST, earlier

AROUND = timedelta(days=2)
"""By how much a day, or a floating time, may lie elsewhere for somebody in another zone."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What lies in a window, or may do so."""

    id: ReadingId
    item: Listed
    is_sure: bool
    """The index knows; otherwise only the text does."""


class Taken(NamedTuple):
    """A time of an appointment that somebody has (UTC), and how it takes time before their answer is asked.

    A tuple, because a question finds hundreds.
    """

    id: ReadingId
    person_id: PersonId
    calendar_id: CalendarId
    uid: str
    scheduled: bool
    is_organizer: bool
    start: datetime
    end: datetime
    busy: Busy
    partstat: str | None
    """What the person answered; None where that is not kept apart from the text."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """An appointment that may take somebody's time in a window: its text must be asked."""

    id: ReadingId
    person_id: PersonId
    calendar_id: CalendarId
    uid: str


def _instant(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=Instant())


_START, _END, _EARLY, _LATE, _BACK = map(_instant, ("start", "end", "early", "late", "back"))
_R, _O = reading.c, occurrence.c
_IS_ITS = and_(_R.exact, _R.kept.is_(None), ~_R.partial)
"""What the index says of this reading is so for its person."""
_TELLS_EDGES = _R.kind != Kind.VTODO.value
"""RFC 4791 9.9 has other edges for tasks, by what lines they have: the texts of those that come near are asked."""
_IS_TRUE = and_(_IS_ITS, _TELLS_EDGES)


def _touches(begin: ColumnElement[datetime], close: ColumnElement[datetime]) -> ColumnElement[bool]:
    """One without length counts where it starts in the window (RFC 4791 9.9); without an end it goes on."""
    return and_(begin < _END, or_(close.is_(None), close > _START, and_(close == begin, begin >= _START)))


def _is_near(begin: ColumnElement[datetime], close: ColumnElement[datetime]) -> ColumnElement[bool]:
    return and_(begin < _LATE, or_(close.is_(None), close >= _EARLY))


def _judged(begin: ColumnElement[datetime], close: ColumnElement[datetime]) -> ColumnElement[bool]:
    return case((_IS_TRUE, _touches(begin, close)), else_=_is_near(begin, close))


_SHORT = and_(~_R.wide, _R.span_start >= _BACK, _R.span_start < _LATE, _judged(_R.span_start, _R.span_end))
_TIMELESS = and_(~_R.wide, _R.span_start.is_(None))
_WIDE = and_(_R.wide, _R.span_start < _LATE, or_(_R.span_end.is_(None), _R.span_end >= _EARLY))
_LONG = and_(_WIDE, ~_R.recurring, _judged(_R.span_start, _R.span_end))
_OF_IT = and_(_O.entry == _R.entry, _O.start >= _BACK, _O.start < _LATE)
_HAPPENS = (
    exists()
    .where(_OF_IT, case((and_(_R.exact, _TELLS_EDGES), _touches(_O.start, _O.end)), else_=_is_near(_O.start, _O.end)))
    .correlate(reading)
)
_GOES_ON = and_(_R.known_until.is_not(None), _R.known_until < _LATE)
_REPEATED = and_(_WIDE, _R.recurring, or_(_HAPPENS, _GOES_ON, ~_IS_ITS))


def bounds(start: datetime | None, end: datetime | None) -> dict[str, object]:
    """Give the parameters of a window (UTC; None: open)."""
    first, last = start or FIRST, end or END
    return {
        "start": first,
        "end": last,
        "early": earlier(first, AROUND),
        "late": last + min(AROUND, END - last),
        "back": earlier(first, AROUND + SHORT),
    }


TIMED = (_SHORT, _LONG, _REPEATED)
"""What has a time, and lies in the window or may do so."""
_BRANCHES = (
    (_SHORT, _IS_TRUE),
    (_LONG, _IS_TRUE),
    (_REPEATED, and_(_IS_TRUE, _HAPPENS)),
    (_TIMELESS, false()),
)
_IN_CALENDAR = union_all(
    *(
        select(case((sure, true()), else_=false()).label("sure"), *listing.COLUMNS).where(
            _R.person == bindparam("person"),
            _R.calendar == bindparam("calendar"),
            _R.kind.in_(bindparam("kinds", expanding=True)),
            ~_R.hidden,
            found,
        )
        for found, sure in _BRANCHES
    )
)


def candidates(
    uow: UnitOfWork,
    person_id: PersonId,
    calendar_id: CalendarId,
    kinds: Collection[Kind],
    start: datetime | None,
    end: datetime | None,
) -> list[Candidate]:
    """Give what of a person's calendar lies in the window or may do so, by href; what has no time always may."""
    asked = {
        "person": person_id,
        "calendar": calendar_id,
        "kinds": [kind.value for kind in kinds],
        **bounds(start, end),
    }
    rows = uow.connection.execute(_IN_CALENDAR, asked)
    found = (Candidate(ReadingId(row[1]), listing.listed(*row[1:]), row[0]) for row in rows)
    return sorted(found, key=lambda one: one.item.href)


_TAKEN = (_R.id, _R.person, _R.calendar, _R.uid, _R.scheduled, _R.organizer)
_SAID = reading.outerjoin(
    answer, and_(answer.c.entry == _R.entry, answer.c.person == _R.person, answer.c.instance == SERIES)
)
_THEIRS = and_(
    _R.person.in_(bindparam("people", expanding=True)), _R.kind == Kind.VEVENT.value, ~_R.hidden, _R.kept.is_(None)
)
_TELLS = and_(_IS_TRUE, ~_R.own_transp)
_ALL_KNOWN = or_(_R.known_until.is_(None), _R.known_until >= _END)
_ONCE = select(*_TAKEN, _R.span_start.label("start"), _R.span_end.label("end"), _R.busy, answer.c.partstat)
_EACH = select(*_TAKEN, _O.start, _O.end, _O.busy, answer.c.partstat).where(
    _THEIRS, _TELLS, _WIDE, _R.recurring, _ALL_KNOWN, _OF_IT, _touches(_O.start, _O.end), _O.busy > 0
)
_BUSY = union_all(
    _ONCE.select_from(_SAID).where(_THEIRS, _TELLS, _SHORT, _R.busy > 0),
    _ONCE.select_from(_SAID).where(_THEIRS, _TELLS, _LONG, _R.busy > 0),
    _EACH.select_from(_SAID.join(occurrence, _O.entry == _R.entry)),
)
_MAY_TAKE = or_(_R.busy > 0, _R.own_transp)
_DOUBTFUL = union_all(
    *(
        select(_R.id, _R.person, _R.calendar, _R.uid).where(_THEIRS, _MAY_TAKE, *found)
        for found in (
            (_SHORT, ~_TELLS),
            (_LONG, ~_TELLS),
            (_WIDE, _R.recurring, or_(~_TELLS, ~_ALL_KNOWN)),
        )
    )
)


def taken(uow: UnitOfWork, people: Collection[PersonId], start: datetime, end: datetime) -> Iterator[Taken]:
    """Give the times in the window that these people have appointments which take time, as far as the index knows."""
    for row in uow.connection.execute(_BUSY, _asked(people, start, end)).all():
        mine, person, calendar, uid, scheduled, organizer, begin, close, busy, partstat = row
        yield Taken(mine, person, calendar, uid, scheduled, organizer, begin, close or LAST, Busy(busy), partstat)


def doubtful(uow: UnitOfWork, people: Collection[PersonId], start: datetime, end: datetime) -> Iterator[Doubtful]:
    """Give the appointments of these people of which only the text tells whether they take time in the window."""
    return (Doubtful(*row) for row in uow.connection.execute(_DOUBTFUL, _asked(people, start, end)))


def _asked(people: Collection[PersonId], start: datetime, end: datetime) -> Mapping[str, object]:
    return {"people": list(people), **bounds(start, end)}
