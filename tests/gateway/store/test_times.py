# SPDX-License-Identifier: GPL-3.0-or-later
"""What may happen between two times."""

from datetime import datetime, timedelta

import pytest

from gateway.store import entries, readings
from gateway.store.entries import Span
from gateway.store.unit import Database
from ical.kinds import Kind
from tests.gateway.store.company import NOW, hired, met, noted, place, readings_of

HOUR = timedelta(hours=1)

SPANS = {
    "before": Span(NOW - 2 * HOUR, NOW - HOUR),
    "ends at the start": Span(NOW - HOUR, NOW),
    "inside": Span(NOW, NOW + HOUR),
    "around": Span(NOW - HOUR, NOW + 9 * HOUR),
    "begins at the end": Span(NOW + 2 * HOUR, NOW + 3 * HOUR),
    "endless": Span(NOW - 9 * HOUR, None, recurring=True),
    "endless later": Span(NOW + 9 * HOUR, None, recurring=True),
    "no time": Span(),
    "free": Span(NOW, NOW + HOUR, transp=True),
}
TOUCHING = {"ends at the start", "inside", "around", "endless", "no time", "free"}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (NOW, NOW + 2 * HOUR, TOUCHING),
        (NOW, None, TOUCHING | {"begins at the end", "endless later"}),
        (None, NOW + 2 * HOUR, TOUCHING | {"before"}),
        (None, None, set(SPANS)),
    ],
)
def test_a_window_leaves_out_only_what_surely_lies_elsewhere(
    database: Database, start: datetime | None, end: datetime | None, expected: set[str]
) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        for uid, span in SPANS.items():
            noted(uow, ola, uid, span=span)
        noted(uow, ola, "a task", span=SPANS["inside"], kind=Kind.VTODO)

    with database.read() as uow:
        here = place(uow, ola)
        listed = readings.listed(uow, here, kind=Kind.VEVENT, start=start, end=end)
        loaded = readings.loaded(uow, here, kind=Kind.VEVENT, start=start, end=end)
        assert {x.uid for x in listed} == {x.reading.uid for x in loaded} == expected


def test_busy_is_what_takes_time(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        ids = {uid: noted(uow, ola, uid, span=span) for uid, span in SPANS.items()}
        noted(uow, ola, "a task", span=SPANS["inside"], kind=Kind.VTODO)
        hidden, kept = (noted(uow, ola, uid, span=SPANS["inside"]) for uid in ("hidden", "kept"))
        readings.hide(uow, [readings_of(uow, hidden)[ola.id].id], hidden=True)
        readings.keep(uow, [readings_of(uow, kept)[ola.id].id], entries.keep(uow, kept, b"avlyst"))

    with database.read() as uow:
        found = [x.entry_id for x in readings.busy(uow, ola.id, NOW, NOW + 2 * HOUR)]
    assert found == [ids[uid] for uid in ("endless", "ends at the start", "around", "inside")]


def test_readings_have_the_times_of_their_entry_unless_they_stand_still(database: Database) -> None:
    with database.write() as uow:
        people = kari, ola, per = tuple(hired(uow, login) for login in ("kari", "ola", "per"))
        entry_id = met(uow, kari, [ola, per])
        still = readings_of(uow, entry_id)[per.id]
        readings.keep(uow, [still.id], entries.keep(uow, entry_id, b"avlyst"))
        moved = Span(NOW + 100 * HOUR, NOW + 101 * HOUR, transp=False)
        entries.update(uow, entry_id, span=moved)
        readings.set_spans(uow, entry_id, moved)

        def there() -> list[bool]:
            return [any(readings.listed(uow, place(uow, p), start=moved.start, end=moved.end)) for p in people]

        assert there() == [True, True, False]
        readings.bring_back(uow, [still.id])
        assert there() == [True, True, True]


def test_what_comes_back_is_as_free_as_the_organizers(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola])
        mine = readings_of(uow, entry_id)[ola.id]
        readings.keep(uow, [mine.id], entries.keep(uow, entry_id, b"avlyst"))
        free = Span(NOW, NOW + HOUR, transp=True)
        entries.update(uow, entry_id, span=free)
        readings.set_spans(uow, entry_id, free)
        readings.bring_back(uow, [mine.id])

        assert list(readings.busy(uow, ola.id, NOW, NOW + HOUR)) == []
