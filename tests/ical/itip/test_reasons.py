# SPDX-License-Identifier: GPL-3.0-or-later
"""What the decision log says of an organizer's save."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ical.itip.organizer import Actor, organize
from tests.ical.itip.company import END, KARI, LATER, NINA, NOW, OLA, PER, START, actor, applied, distributed, saves
from tests.ical.texts import calendar, event

RULE = "RRULE:FREQ=DAILY;COUNT=5"
PLACE = "LOCATION:Kjelleren"
OFF = "STATUS:CANCELLED"
TOLD = "Something changed that the others are told of; their answers stand."
FRIDAY, SATURDAY = "20261009T080000Z", "20261010T080000Z"
PAST = f"Over already: {FRIDAY}; the others read what it says now, and are not told."
OVER = "It is over, and was before: the others read what it says now, and are not told."
FORCED = "ola, to whom the program orders a REQUEST"
EXDATE = "EXDATE;TZID=Europe/Oslo:20261009T100000"
ON_SATURDAY = datetime(2026, 10, 10, 12, tzinfo=UTC)
LONG_AFTER = datetime(2027, 10, 10, 12, tzinfo=UTC)


def series(*lines: str, asked: tuple[str, ...] = (OLA, NINA), hour: int = 10) -> str:
    """Give kari's meeting on five days."""
    times = [line.replace("T10", f"T{hour:02}").replace("T11", f"T{hour + 1:02}") for line in (START, END)]
    rule = () if any(line.startswith("RRULE") for line in lines) else (RULE,)
    people = (f"ATTENDEE:{a}".replace(f":{FORCED}", f";SCHEDULE-FORCE-SEND=REQUEST:{OLA}") for a in asked)
    return event(*times, *rule, f"ORGANIZER:{KARI}", *people, *lines)


def friday(*lines: str, asked: tuple[str, ...] = (OLA, NINA), hour: int = 10) -> str:
    """Give its second day."""
    times = (f"DTSTART;TZID=Europe/Oslo:20261009T{hour}0000", f"DTEND;TZID=Europe/Oslo:20261009T{hour + 1}0000")
    people = f"ORGANIZER:{KARI}", *(f"ATTENDEE:{a}" for a in asked)
    return event("RECURRENCE-ID;TZID=Europe/Oslo:20261009T100000", *times, *people, *lines)


def why(before: tuple[str, ...], after: tuple[str, ...], me: Actor, now: datetime) -> tuple[str, ...]:
    """Give what is said of it that kari, who stored *before*, saves *after*."""
    return organize(distributed(calendar(*before)), calendar(*after), me, now=now).why


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((series(),), (series(),), ()),
        ((series(),), (series(hour=12),), ("Time or recurrence changed: 2 asked again.",)),
        (
            (series(),),
            (series(asked=(OLA, PER), hour=12),),
            ("Time or recurrence changed: 1 asked again.", "Distributed to 1 more.", "Withdrawn from 1."),
        ),
        ((series(),), (series(PLACE),), (TOLD,)),
        ((series(),), (series("COLOR:red"),), ("Something changed that the others see, but are not told of.",)),
        ((series(),), (series("COLOR:red", asked=(OLA, NINA, PER)),), ("Distributed to 1 more.",)),
        ((series(),), (series("RRULE:FREQ=DAILY;COUNT=3"),), ("The series has fewer occurrences; the answers stand.",)),
        (
            (series(), friday(PLACE)),
            (series(), friday(PLACE, hour=12)),
            (f"Moved or brought back: {FRIDAY}; everybody in it is asked again.",),
        ),
        ((series(EXDATE),), (series(),), (f"Moved or brought back: {FRIDAY}; everybody in it is asked again.",)),
        ((series(),), (series(EXDATE),), (f"Called off: {FRIDAY}; the rest stands.",)),
        ((series(),), (series(), friday(OFF)), (f"Called off: {FRIDAY}; the rest stands.",)),
        ((series(),), (series(PLACE), friday(PLACE, OFF)), (TOLD, f"Called off: {FRIDAY}; the rest stands.")),
        (
            (series(),),
            (series(EXDATE.replace("100000", "100000,20261010T100000")),),
            (f"Called off: {FRIDAY}, {SATURDAY}; the rest stands.",),
        ),
        ((series(),), (series(OFF),), ("Called off: CANCEL to 2.",)),
        ((series(), friday()), (series(OFF), friday(OFF)), ("Called off: CANCEL to 2.",)),
        ((series(),), (series(OFF, asked=(FORCED, NINA)),), ("Called off: CANCEL to 2.",)),
        ((series(), friday(asked=())), (series(), friday(PLACE, asked=())), ()),
        (
            (series(), friday(PLACE)),
            (series(), friday("LOCATION:Loftet", hour=12)),
            (f"Moved or brought back: {FRIDAY}; everybody in it is asked again.",),
        ),
        (
            (series(),),
            (series(hour=12), friday(hour=14).replace("100000", "120000")),
            ("Time or recurrence changed: 2 asked again.",),
        ),
        (
            (series(),),
            (series(), friday(asked=(NINA,))),
            ("Not in all of it any more: 1, who stay in the rest.",),
        ),
        (
            (series(asked=(NINA,)), friday()),
            (series(), friday()),
            ("Asked to more of it than before: 1.",),
        ),
    ],
)
def test_each_thing_that_was_decided_is_said(
    before: tuple[str, ...], after: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert why(before, after, actor(KARI), LATER) == expected


@pytest.mark.parametrize(
    ("after", "now", "quiet", "expected"),
    [
        ((series(), friday(PLACE)), ON_SATURDAY, False, (PAST,)),
        ((series(), friday(hour=12)), ON_SATURDAY, False, (PAST,)),
        ((series(asked=(OLA, NINA, PER)), friday(PLACE)), ON_SATURDAY, False, (PAST, "Distributed to 1 more.")),
        ((series(PLACE),), ON_SATURDAY, False, (TOLD,)),
        ((series(PLACE),), LONG_AFTER, False, (OVER,)),
        ((series(), friday(PLACE)), LONG_AFTER, False, (OVER,)),
        ((series(PLACE, asked=(FORCED, NINA)),), LONG_AFTER, False, (OVER,)),
        ((series(OFF),), LONG_AFTER, False, ("It is over, and was before: it is called off, and nobody is told.",)),
        ((series(OFF),), LATER, True, ("It came with a whole calendar: it is called off, and nobody is told.",)),
        ((series(),), LONG_AFTER, False, ()),
    ],
)
def test_it_is_said_why_nobody_is_told(
    after: tuple[str, ...], now: datetime, quiet: bool, expected: tuple[str, ...]
) -> None:
    assert why((series(),), after, replace(actor(KARI), quiet=quiet), now) == expected


def test_undoing_within_the_hold_back_is_said_to_be_one_change() -> None:
    entry = distributed(calendar(series()))
    off = replace(applied(entry, saves(entry, calendar(series(OFF)))), off_at=LATER)

    outcome = organize(off, calendar(series()), actor(KARI), hold_back=LATER - NOW, now=LATER + timedelta(seconds=1))

    assert outcome.why == ("It was called off a moment ago and is on again: that is one change.",)
