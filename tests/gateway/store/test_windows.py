# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes place between two times, by the index."""

from datetime import datetime, timedelta

import pytest

from gateway.model import Person
from gateway.store import entries, reading_changes, windows
from gateway.store.unit import Database, UnitOfWork
from ical.freebusy import Busy
from ical.instances import SERIES, InstanceId
from ical.kinds import Kind
from ical.private import Chunk
from ical.timeindex import SHORT, Span, Time
from ical.times import FIRST
from tests.gateway.store.company import NOW, hired, met, noted, place, readings_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def weekly(start: datetime, count: int, *, known_until: datetime | None = None) -> Span:
    """Give a series of an hour each, and what is known of it."""
    times = tuple(
        Time(InstanceId(str(n)), start + n * 7 * DAY, start + n * 7 * DAY + HOUR, Busy.BUSY) for n in range(count)
    )
    end = None if known_until else times[-1].end
    return Span(start, end, recurring=True, known_until=known_until, times=times)


SPANS = {
    "before": Span(NOW - 2 * HOUR, NOW - HOUR),
    "ends at the start": Span(NOW - HOUR, NOW),
    "at the start, without length": Span(NOW, NOW),
    "inside": Span(NOW, NOW + HOUR),
    "around": Span(NOW - HOUR, NOW + 9 * HOUR),
    "long": Span(NOW - 2 * SHORT, NOW + 2 * SHORT),
    "long ago and long": Span(NOW - 3 * SHORT, NOW - SHORT),
    "begins at the end": Span(NOW + 2 * HOUR, NOW + 3 * HOUR),
    "endless": Span(NOW - 9 * HOUR, None),
    "free": Span(NOW, NOW + HOUR, busy=None),
    "a series, this day too": weekly(NOW - 14 * DAY, 4),
    "a series, on other days": weekly(NOW - 13 * DAY, 4),
}
DOUBTFUL = {
    "no time": Span(),
    "a day, somewhere": Span(NOW + 20 * HOUR, NOW + 44 * HOUR, exact=False),
    "a series that goes on": weekly(NOW - 15 * DAY, 1, known_until=NOW - 8 * DAY),
    "nothing is known": Span(NOW - 9 * DAY, None, recurring=True, exact=False, known_until=FIRST),
}
LATER = {"a day, much later": Span(NOW + 60 * HOUR, NOW + 84 * HOUR, exact=False)}
TOUCHING = {"at the start, without length", "inside", "around", "long", "endless", "free", "a series, this day too"}


def note_all(uow: UnitOfWork, person: Person) -> None:
    for uid, span in {**SPANS, **DOUBTFUL, **LATER}.items():
        noted(uow, person, uid, span=span)


def found(
    uow: UnitOfWork, person: Person, start: datetime | None, end: datetime | None, *kinds: Kind
) -> tuple[set[str], set[str]]:
    """Give the UIDs of what is sure, and of what is not."""
    there = windows.candidates(uow, person.id, place(uow, person), kinds or [Kind.VEVENT], start, end)
    assert len({one.item.uid for one in there}) == len(there)
    return {x.item.uid for x in there if x.is_sure}, {x.item.uid for x in there if not x.is_sure}


@pytest.mark.parametrize(
    ("start", "end", "sure", "doubtful"),
    [
        (NOW, NOW + 2 * HOUR, TOUCHING, set(DOUBTFUL)),
        (
            NOW,
            None,
            TOUCHING | {"begins at the end", "a series, on other days"},
            {*DOUBTFUL, *LATER},
        ),
        (
            None,
            NOW + 2 * HOUR,
            TOUCHING | {"before", "ends at the start", "long ago and long", "a series, on other days"},
            set(DOUBTFUL),
        ),
        (None, None, set(SPANS), {*DOUBTFUL, *LATER}),
    ],
)
def test_a_window_has_what_touches_it_and_what_may(
    database: Database, start: datetime | None, end: datetime | None, sure: set[str], doubtful: set[str]
) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        note_all(uow, ola)
        noted(uow, ola, "a task", span=SPANS["inside"], kind=Kind.VTODO)

    with database.read() as uow:
        # What is known of a series that goes on lies in an open past.
        known = {"a series that goes on"} if start is None else set()
        assert found(uow, ola, start, end) == (sure | known, doubtful - known)
        assert found(uow, ola, start, end, Kind.VTODO) == (set(), {"a task"})


def test_of_tasks_all_that_come_near_must_be_asked(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        for uid, span in SPANS.items():
            noted(uow, ola, uid, span=span, kind=Kind.VTODO)

        sure, doubtful = found(uow, ola, NOW, NOW + 2 * HOUR, Kind.VTODO)

    near = {"before", "ends at the start", "begins at the end", "a series, on other days"}
    assert (sure, doubtful) == (set(), TOUCHING | near)


def test_what_stands_still_or_is_partly_seen_must_be_asked(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        kept = noted(uow, ola, "kept", span=SPANS["inside"])
        noted(uow, ola, "partial", span=SPANS["inside"], partial=True)
        hidden = noted(uow, ola, "hidden", span=SPANS["inside"])
        reading_changes.hide(uow, [readings_of(uow, hidden)[ola.id].id], hidden=True)
        reading_changes.keep(uow, [readings_of(uow, kept)[ola.id].id], entries.keep(uow, kept, b"avlyst"))

        assert found(uow, ola, NOW, NOW + HOUR) == (set(), {"kept", "partial"})


def test_only_the_own_calendar_is_looked_into(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        noted(uow, kari, "hers", span=SPANS["inside"])

        assert found(uow, ola, NOW, NOW + HOUR) == (set(), set())


def test_taken_is_what_takes_time(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        note_all(uow, ola)
        noted(uow, ola, "tentative", span=Span(NOW, NOW + HOUR, busy=Busy.TENTATIVE))
        noted(uow, ola, "a task", span=SPANS["inside"], kind=Kind.VTODO)
        own = {SERIES: Chunk({"TRANSP": (b"TRANSP:TRANSPARENT\r\n",)})}
        noted(uow, ola, "freed by its owner", span=SPANS["inside"], overlay=own)
        hidden, kept = (noted(uow, ola, uid, span=SPANS["inside"]) for uid in ("hidden", "kept"))
        reading_changes.hide(uow, [readings_of(uow, hidden)[ola.id].id], hidden=True)
        reading_changes.keep(uow, [readings_of(uow, kept)[ola.id].id], entries.keep(uow, kept, b"avlyst"))

    with database.read() as uow:
        taken = {one.uid: (one.start, one.busy) for one in windows.taken(uow, [ola.id], NOW, NOW + 2 * HOUR)}
        doubtful = {one.uid for one in windows.doubtful(uow, [ola.id], NOW, NOW + 2 * HOUR)}
    assert taken.keys() == TOUCHING - {"free"} | {"tentative"}
    assert taken["a series, this day too"] == (NOW, Busy.BUSY)
    assert taken["tentative"] == (NOW, Busy.TENTATIVE)
    assert doubtful == DOUBTFUL.keys() - {"no time"} | {"freed by its owner"}


def test_what_was_answered_comes_with_the_time(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        met(uow, kari, [ola])

    with database.read() as uow:
        around = (NOW - 9 * DAY, NOW + 9 * DAY)
        said = {
            one.person_id: (one.partstat, one.is_organizer) for one in windows.taken(uow, [kari.id, ola.id], *around)
        }
    assert said == {kari.id: ("NEEDS-ACTION", True), ola.id: ("NEEDS-ACTION", False)}


def test_readings_have_the_times_of_their_entry_unless_they_stand_still(database: Database) -> None:
    with database.write() as uow:
        people = kari, ola, per = tuple(hired(uow, login) for login in ("kari", "ola", "per"))
        entry_id = met(uow, kari, [ola, per])
        still = readings_of(uow, entry_id)[per.id]
        reading_changes.keep(uow, [still.id], entries.keep(uow, entry_id, b"avlyst"))
        moved = Span(NOW + 100 * DAY, NOW + 100 * DAY + HOUR)
        entries.update(uow, entry_id, span=moved)
        reading_changes.set_spans(uow, {entry_id: moved})

        def there() -> list[bool]:
            return [found(uow, p, moved.start, moved.end) == ({"møte-1"}, set()) for p in people]

        assert there() == [True, True, False]
        reading_changes.bring_back(uow, [still.id])
        assert there() == [True, True, True]


def test_what_comes_back_is_as_free_as_the_organizers(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola])
        mine = readings_of(uow, entry_id)[ola.id]
        reading_changes.keep(uow, [mine.id], entries.keep(uow, entry_id, b"avlyst"))
        free = Span(NOW, NOW + HOUR, busy=None)
        entries.update(uow, entry_id, span=free)
        reading_changes.set_spans(uow, {entry_id: free})
        reading_changes.bring_back(uow, [mine.id])

        assert list(windows.taken(uow, [ola.id], NOW, NOW + HOUR)) == []
        assert list(windows.doubtful(uow, [ola.id], NOW, NOW + HOUR)) == []


def test_another_time_of_a_series_replaces_all_that_was_known(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        entry_id = noted(uow, ola, "series", span=weekly(NOW, 4))
        later = weekly(NOW + DAY, 2)
        entries.update(uow, entry_id, span=later)
        reading_changes.set_spans(uow, {entry_id: later})

        assert found(uow, ola, NOW, NOW + HOUR) == (set(), set())
        assert found(uow, ola, NOW + DAY, NOW + DAY + HOUR) == ({"series"}, set())
