# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules are followed as other libraries follow them, at a bounded cost, and nothing but our errors is raised."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import process_time

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from ical.errors import IcalError
from ical.kinds import Kind
from ical.lines import read
from ical.recurrence import occurrences, schedule_of, span
from ical.rules import DAYS, Bounds, OutOfSteps
from ical.ruletext import canonical, parse_rule
from tests.ical.mangling import mangled
from tests.ical.texts import OSLO, calendar, event

SIXTY = ",".join(map(str, range(60)))
EACH_SECOND = f"BYHOUR={','.join(map(str, range(24)))};BYMINUTE={SIXTY};BYSECOND={SIXTY}"
BOMBS = [
    "FREQ=SECONDLY",
    "FREQ=SECONDLY;COUNT=1000000000",
    "FREQ=SECONDLY;UNTIL=99991231T235959Z",
    "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYMONTHDAY=31;BYMONTH=2;COUNT=9",
    f"FREQ=DAILY;{EACH_SECOND};COUNT=9999",
    f"FREQ=YEARLY;{EACH_SECOND};BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1;COUNT=10",
    f"FREQ=HOURLY;BYMINUTE={SIXTY};BYSECOND={SIXTY};UNTIL=20990101T000000Z",
    "FREQ=DAILY;UNTIL=99991231",
    "FREQ=WEEKLY;COUNT=3999",
    "FREQ=YEARLY;INTERVAL=999999999",
    "FREQ=SECONDLY;INTERVAL=999999999",
]


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Give a rule such as programs write."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}"]
    days = st.sets(st.sampled_from(DAYS), min_size=1, max_size=3).map(sorted)
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 4))}")
    match draw(st.integers(0, 3)):
        case 0 if frequency != "DAILY":
            nth = draw(st.sampled_from(["", "1", "2", "-1", "+3"])) if frequency in {"MONTHLY", "YEARLY"} else ""
            parts.append("BYDAY=" + ",".join(f"{nth}{day}" for day in draw(days)))
        case 1 if frequency in {"MONTHLY", "YEARLY"}:
            parts.append(
                "BYMONTHDAY=" + ",".join(map(str, draw(st.sets(st.sampled_from([1, 15, 28, 31, -1]), min_size=1))))
            )
        case 2 if frequency == "MONTHLY":
            parts += ["BYDAY=MO,TU,WE,TH,FR", f"BYSETPOS={draw(st.sampled_from([1, 2, -1]))}"]
    if draw(st.booleans()):
        parts.append("BYMONTH=" + ",".join(map(str, sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=3))))))
    return ";".join(parts)


STARTS = st.datetimes(
    datetime(1995, 1, 1),  # noqa: DTZ001 - rules are about local times
    datetime(2030, 1, 1),  # noqa: DTZ001
).map(lambda at: at.replace(second=0, microsecond=0))


def followed(rule: str, start: datetime, late: datetime | None = None) -> Iterator[datetime]:
    """Follow *rule* for 50,000 steps: one that never happens (31 February) is not followed to the year 9999."""
    with suppress(OutOfSteps):
        yield from parse_rule(rule).starts(start, Bounds(50_000), late)


@settings(deadline=None)
@given(rules(), STARTS)
@example("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2", datetime(2000, 1, 1))  # noqa: DTZ001 - as above
def test_a_rule_makes_the_same_times_as_dateutil(rule: str, start: datetime) -> None:
    ours = list(islice((at for at in followed(rule, start) if at.year < 2100), 20))

    assert ours == list(islice((at for at in rrulestr(rule, dtstart=start) if at.year < 2100), 20))


@settings(deadline=None)
@given(rules(), STARTS, st.integers(0, 4000))
def test_starting_late_leaves_nothing_out(rule: str, start: datetime, days: int) -> None:
    late = start + timedelta(days=days)

    skipped = [at for at in islice(followed(rule, start, late), 40) if at >= late]

    from_first = (at for at in followed(rule, start) if at >= late)
    assert skipped == list(islice(from_first, len(skipped)))


@settings(deadline=None, max_examples=60)
@given(rules(), STARTS, st.integers(1, 30), st.booleans())
def test_the_span_holds_all_occurrences_and_ends_with_the_last(
    rule: str, start: datetime, count: int, day: bool
) -> None:
    value = f";VALUE=DATE:{start:%Y%m%d}" if day else f";TZID=Europe/Oslo:{start:%Y%m%dT%H%M%S}"
    document = read(calendar(event(f"DTSTART{value}", "DURATION:P1D", f"RRULE:{rule};COUNT={count}")))
    whole = (datetime(1990, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))

    found = occurrences(document, *whole, OSLO, limit=100)
    reach = span(document, Kind.VEVENT, OSLO)

    assert len(found) <= count
    assert reach.start == found[0].start
    assert reach.end is None or reach.end == max(one.end for one in found)


@settings(deadline=None, max_examples=60)
@given(rules(), STARTS, st.integers(-5, 1500), st.sampled_from(["%Y%m%d", "%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S"]))
@example("FREQ=DAILY;INTERVAL=7;BYDAY=MO", datetime(2026, 1, 5), 1400, "%Y%m%d")  # noqa: DTZ001 - as above
@example("FREQ=DAILY;INTERVAL=6;BYDAY=SU", datetime(2026, 1, 5), 1400, "%Y%m%dT%H%M%SZ")  # noqa: DTZ001 - as above
def test_the_span_ends_with_the_last_occurrence_before_until(
    rule: str, start: datetime, days: int, written: str
) -> None:
    late = start + timedelta(days=days)
    assume(any(at > late + timedelta(days=2) for at in followed(rule, start)))  # else it reaches to UNTIL itself
    until = f"{late:{written}}"
    document = read(calendar(event(f"DTSTART;TZID=Europe/Oslo:{start:%Y%m%dT%H%M%S}", f"RRULE:{rule};UNTIL={until}")))
    whole = (datetime(1990, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))

    found = occurrences(document, *whole, OSLO, limit=4000)

    assert span(document, Kind.VEVENT, OSLO).end == max(one.end for one in found)


@settings(deadline=None, max_examples=60)
@given(rules(), STARTS, st.integers(0, 700))
def test_a_window_holds_what_recurring_ical_events_finds(rule: str, start: datetime, ahead: int) -> None:
    first = next(iter(parse_rule(rule).starts(start, Bounds(50_000))), None)
    assume(first is not None and first.year < 2040)
    lines = (
        f"DTSTART;TZID=Europe/Oslo:{first:%Y%m%dT%H%M%S}",
        "DURATION:PT45M",
        f"RRULE:{rule}",
        "DTSTAMP:20260101T000000Z",
    )
    text = calendar(event(*lines))
    assert first is not None
    begin = (first + timedelta(days=ahead)).replace(tzinfo=UTC)
    end = begin + timedelta(days=120)

    ours = [one.start for one in occurrences(read(text), begin, end, OSLO, limit=1000)]

    theirs = recurring_ical_events.of(Calendar.from_ical(text)).between(begin, end)
    assert ours == sorted(found.start.astimezone(UTC) for found in theirs)


@pytest.mark.parametrize("rule", BOMBS)
def test_no_rule_costs_more_than_its_share(rule: str) -> None:
    document = read(calendar(event("DTSTART;TZID=Europe/Oslo:20261008T100000", "DURATION:PT1H", f"RRULE:{rule}")))
    window = (datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 3, 1, tzinfo=UTC))

    started = process_time()
    span(document, Kind.VEVENT, OSLO)
    between = process_time()
    occurrences(document, *window, OSLO, limit=1000)

    # 20 and 45 ms at most where this was written; dateutil follows the fourth for days.
    assert between - started < 0.2
    assert process_time() - between < 0.3


def test_many_rules_share_one_allowance() -> None:
    lines = [f"RRULE:{rule}" for rule in BOMBS] * 100
    document = read(calendar(event("DTSTART:20261008T100000Z", *lines)))

    started = process_time()
    span(document, Kind.VEVENT, OSLO)
    occurrences(document, datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 3, 1, tzinfo=UTC), OSLO, limit=1000)
    schedule_of(document, document.root.children[0], OSLO)

    assert process_time() - started < 2


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_mangled_samples_raise_nothing_but_our_errors(seed: int) -> None:
    raw = mangled(seed, 4)

    try:
        document = read(raw)
        for kind in Kind:
            span(document, kind, OSLO)
        occurrences(document, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), OSLO, limit=100)
        for component in document.root.children:
            schedule_of(document, component, OSLO)
    except IcalError:
        return


VALUES = st.from_regex(
    r"(FREQ=(DAILY|WEEKLY|YEARLY|SECONDLY)|INTERVAL=-?[0-9]{1,12}|COUNT=[0-9]{0,12}|UNTIL=[0-9TZ]{0,17}|BYDAY=[-+0-9A-Z,]{0,9}"
    r"|BY(MONTH|MONTHDAY|SETPOS|HOUR|WEEKNO|YEARDAY)=[-0-9,]{0,9}|WKST=[A-Z]{2}|;|=){1,6}",
    fullmatch=True,
)


@settings(deadline=None)
@given(VALUES)
def test_odd_rules_raise_nothing_but_our_errors(value: str) -> None:
    document = read(calendar(event("DTSTART;TZID=Europe/Oslo:20261008T100000", f"RRULE:{value}")))
    assert canonical(value) == canonical(value.lower())
    try:
        span(document, Kind.VEVENT, OSLO)
        occurrences(document, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), OSLO, limit=10)
        schedule_of(document, document.root.children[0], OSLO)
    except IcalError:
        return
