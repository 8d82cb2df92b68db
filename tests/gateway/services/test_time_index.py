# SPDX-License-Identifier: GPL-3.0-or-later
"""What the index of times says is what the texts say, for every entry, window and reader (model, law 9)."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.config import Settings
from gateway.model import EVENTS, TASKS, Calendar, Condition, Person
from gateway.services import entries, freebusy, views
from gateway.services.scene import Scene
from gateway.store import calendars, people
from gateway.store.unit import Database, UnitOfWork
from ical.freebusy import Period, busy_of, merged
from ical.kinds import Kind
from ical.lines import read
from ical.recurrence import occurrences
from ical.timeindex import LIMIT

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZONES = ("Europe/Oslo", "Pacific/Auckland", "America/Los_Angeles")
DAYS = st.integers(-40, 400).map(lambda n: datetime(2026, 3, 1, 9, 30) + timedelta(days=n, hours=n % 11))  # noqa: DTZ001


def timed(start: datetime, hours: int, suffix: str, zone: str) -> tuple[str, str]:
    parameter = f";TZID={zone}" if zone else ""
    end = start + timedelta(hours=hours)
    return (f"DTSTART{parameter}:{start:%Y%m%dT%H%M%S}{suffix}", f"DTEND{parameter}:{end:%Y%m%dT%H%M%S}{suffix}")


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Give an event of any kind of time."""
    start, form = draw(DAYS), draw(st.sampled_from(["utc", "zone", "floating", "day"]))
    lasts = draw(st.sampled_from([0, 1, 30, 24 * 40]))
    if form == "day":
        days = max(lasts // 24, 1)
        times = (f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{start + timedelta(days=days):%Y%m%d}")
    else:
        zone = draw(st.sampled_from(["Europe/Oslo", "America/New_York"])) if form == "zone" else ""
        times = timed(start, lasts, "Z" if form == "utc" else "", zone)
    head = times[0].partition(":")[0].removeprefix("DTSTART")
    rules = draw(st.sampled_from(["", "FREQ=DAILY", "FREQ=WEEKLY;COUNT=4", "FREQ=MONTHLY", "FREQ=WEEKLY;BYDAY=MO,TH"]))
    lines = [*times, *([f"RRULE:{rules}"] if rules else [])]
    second = start + timedelta(days=7)
    written = f"{second:%Y%m%d}" if form == "day" else f"{second:%Y%m%dT%H%M%S}{'Z' if form == 'utc' else ''}"
    if rules and draw(st.booleans()):
        lines.append(f"EXDATE{head}:{written}")
    if draw(st.integers(0, 3)) == 0:
        lines.append(f"RDATE{head}:{written}")
    lines += draw(st.sampled_from([[], ["TRANSP:TRANSPARENT"], ["STATUS:TENTATIVE"], ["STATUS:CANCELLED"]]))
    parts = [lines]
    if rules and draw(st.booleans()):
        moved = start + timedelta(days=draw(st.integers(1, 90)), hours=3)
        parts.append([f"RECURRENCE-ID{head}:{written}", *timed(moved, 1, "Z", "")])
    return calendar_of(*parts)


@st.composite
def tasks(draw: st.DrawFn) -> bytes:
    """Give a task that repeats, and an occurrence that was changed: in its time, or in anything else."""
    start = draw(DAYS)
    due = f"DUE:{start + timedelta(hours=draw(st.sampled_from([0, 3, 50]))):%Y%m%dT%H%M%S}Z"
    times = draw(st.sampled_from([(f"DTSTART:{start:%Y%m%dT%H%M%S}Z",), (f"DTSTART:{start:%Y%m%dT%H%M%S}Z", due), ()]))
    rule = draw(st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;COUNT=4"]))
    original = start + timedelta(days=draw(st.sampled_from([0, 7, 14, 300])))
    moved = f"DUE:{original + timedelta(days=draw(st.integers(-30, 30))):%Y%m%dT%H%M%S}Z"
    change = draw(st.sampled_from([moved, "SUMMARY:x", "DURATION:PT1H", f"COMPLETED:{start:%Y%m%dT%H%M%S}Z"]))
    override = [f"RECURRENCE-ID:{original:%Y%m%dT%H%M%S}Z", change]
    return calendar_of([*(times or (due,)), f"RRULE:{rule}"], override, kind="VTODO")


def calendar_of(*parts: Sequence[str], kind: str = "VEVENT") -> bytes:
    """Give a calendar of one entry in *parts*."""
    events = ([f"BEGIN:{kind}", "UID:u", "DTSTAMP:20260101T000000Z", *part, f"END:{kind}"] for part in parts)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *itertools.chain(*events), "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


WINDOWS = st.tuples(DAYS, st.sampled_from([0.5, 24, 24 * 31, 24 * 365])).map(
    lambda drawn: (drawn[0].replace(tzinfo=UTC), drawn[0].replace(tzinfo=UTC) + timedelta(hours=drawn[1]))
)


@contextmanager
def stored(
    database: Database, text: bytes, zone: str, slug: str = EVENTS
) -> Iterator[tuple[UnitOfWork, Person, Calendar]]:
    """Let somebody in *zone* have *text*, and forget it again."""
    with database.write() as uow, uow.connection.begin_nested() as undoing:
        ola = people.add(uow, "ola", "Ola", (), None, "nb", zone)
        calendar = calendars.at(uow, ola.id, slug)
        assert calendar is not None
        scene = Scene(Settings(data_dir=Path("/nonexistent")), NOW)
        entries.put(uow, ola, calendar, "u.ics", text, condition=Condition(), scene=scene)
        yield uow, ola, calendar
        undoing.rollback()


@given(text=texts(), window=WINDOWS, zone=st.sampled_from(ZONES))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_a_window_holds_what_the_text_says(
    database: Database, text: bytes, window: tuple[datetime, datetime], zone: str
) -> None:
    with stored(database, text, zone) as (uow, _, calendar):
        found = views.within(uow, calendar, kinds=[Kind.VEVENT], start=window[0], end=window[1])

    there = bool(occurrences(read(text), *window, ZoneInfo(zone), limit=1))
    assert bool(found) or not there
    assert all(there for one in found if one.is_sure)


@given(text=tasks(), window=WINDOWS)
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_a_window_holds_what_the_text_of_a_task_says(
    database: Database, text: bytes, window: tuple[datetime, datetime]
) -> None:
    with stored(database, text, ZONES[0], TASKS) as (uow, _, calendar):
        found = views.within(uow, calendar, kinds=[Kind.VTODO], start=window[0], end=window[1])

    assert bool(found) or not occurrences(read(text), *window, ZoneInfo(ZONES[0]), limit=1)


@given(text=texts(), window=WINDOWS, zone=st.sampled_from(ZONES))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_somebody_is_busy_when_the_text_says_so(
    database: Database, text: bytes, window: tuple[datetime, datetime], zone: str
) -> None:
    with stored(database, text, zone) as (uow, ola, calendar):
        told = freebusy.of_calendar(uow, ola, calendar, *window, NOW)

    document = read(text)
    found = occurrences(document, *window, ZoneInfo(zone), limit=5000)
    each = ((o, busy_of(document, o.component, None)) for o in found)
    taken = merged((Period(o.start, o.end, busy) for o, busy in each if busy is not None), *window)
    lines = [f"{p.start:%Y%m%dT%H%M%S}Z/{p.end:%Y%m%dT%H%M%S}Z" for p in taken]
    assert [line.partition(":")[2] for line in told.decode().splitlines() if line.startswith("FREEBUSY")] == lines


def test_a_rule_is_followed_behind_what_is_kept_of_it(database: Database) -> None:
    times = timed(datetime(2020, 1, 6, 9), 1, "Z", "")  # noqa: DTZ001
    text = calendar_of([*times, "RRULE:FREQ=WEEKLY"])

    with stored(database, text, "Europe/Oslo") as (uow, _, calendar):

        def found(day: datetime) -> list[bool]:
            return [c.is_sure for c in views.within(uow, calendar, start=day, end=day + timedelta(days=1))]

        first = datetime(2020, 1, 6, tzinfo=UTC)
        assert found(first) == [True]
        assert found(first + timedelta(days=1)) == []
        assert found(first + timedelta(days=7 * (LIMIT + 50))) == [False]
