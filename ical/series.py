# SPDX-License-Identifier: GPL-3.0-or-later
"""One component and the times that its rules make, followed in bounded steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from ical.errors import ValueRefused
from ical.instances import InstanceId
from ical.lines import Component, Document
from ical.rules import STEPS, Bounds, OutOfSteps, Rule
from ical.ruletext import parse_rule
from ical.times import (
    DAY,
    END,
    FIRST,
    Moment,
    When,
    earlier,
    instance_at,
    instant,
    later,
    like_clock,
    moment,
    moments,
    shown_in,
    when,
)

NOTHING = timedelta(0)
RULES = 20
"""Rules of one component that are followed; there should be one (RFC 5545 3.8.5.3)."""


@dataclass(frozen=True, slots=True)
class Series:
    """A component that may repeat, in the terms that following it needs."""

    component: Component
    anchor: Moment
    """Where the rules start: DTSTART, or DUE of a task that has nothing else."""
    days: int
    clock: timedelta
    """How long each lasts: days by the calendar, and time by the clock."""
    zone: tzinfo
    rules: tuple[Rule, ...]
    is_endless: bool
    """It has a rule that cannot be followed."""
    rdates: tuple[tuple[Moment, Moment | None], ...]
    exdates: frozenset[InstanceId]


def series_of(document: Document, component: Component, zone: tzinfo) -> Series | None:
    """Read *component* for following it; None where it has no time.

    An override without a time is when the rules have it, and lasts as long as the rest.
    """
    at = when(document, component)
    original = document.first(component, "RECURRENCE-ID")
    anchor = at.start if at.start is not None else at.end
    if anchor is None and original is not None:
        anchor, at = moment(original, document), _rest(document, component) or at
    if anchor is None:
        return None
    alone = original is not None
    rules, is_endless = ((), False) if alone else _rules(document, component)
    days, clock = _length(at, zone)
    return Series(
        component=component,
        anchor=anchor,
        days=days,
        clock=clock,
        zone=(anchor.tzinfo if isinstance(anchor, datetime) else None) or zone,
        rules=rules,
        is_endless=is_endless,
        rdates=() if alone else tuple(dates_of(document, component, "RDATE")),
        exdates=frozenset(fitting(m, anchor, zone) for m, _ in dates_of(document, component, "EXDATE")),
    )


def reach(series: Series, zone: tzinfo) -> tuple[datetime, datetime | None]:
    """Give the first start and the last end; None where that is not to be found in bounded steps."""
    first, last = interval(series, series.anchor, None, zone)
    ends: list[datetime | None] = [last]
    firsts = [first]
    for begin, close in series.rdates:
        at, until = interval(series, begin, close, zone)
        firsts.append(at)
        ends.append(until)
    bounds = Bounds()
    ends += [_last_end(series, rule, zone, bounds) for rule in series.rules]
    known = [end for end in ends if end is not None]
    end = None if series.is_endless or len(known) < len(ends) else max(known)
    return min(firsts), end


def interval(series: Series, start: Moment, end: Moment | None, zone: tzinfo) -> tuple[datetime, datetime]:
    """Give when the occurrence that starts at *start* is; *end* is its own one, None where it lasts as long as all."""
    begin = instant(start, zone)
    if end is not None:
        close = instant(end, zone)
    elif isinstance(start, datetime):
        close = lasting(series, begin)
    else:
        close = _day_after(start, series.days, zone)
    return begin, max(begin, close)


def lasting(series: Series, begin: datetime) -> datetime:
    """Give when the occurrence that starts at *begin* (UTC) ends."""
    try:
        return begin + timedelta(days=series.days) + series.clock
    except OverflowError:
        return END


def _day_after(start: date, days: int, zone: tzinfo) -> datetime:
    """Give when the day begins that is *days* after *start*; behind the last day there is nothing but the end."""
    try:
        return instant(start + timedelta(days=days if start < date.max else 1), zone)
    except OverflowError:
        return END


def candidates(series: Series, zone: tzinfo, start: datetime, end: datetime) -> Iterator[tuple[Moment, Moment | None]]:
    """Give start, and own end, of each occurrence that may touch the window; exceptions are not left out yet."""
    yield series.anchor, None
    yield from series.rdates
    after = earlier(start, timedelta(days=series.days) + series.clock)
    bounds = Bounds()
    for rule in series.rules:
        try:
            for at in _starts(series, rule, zone, bounds, after):
                if instant(at, zone) > end:  # one at the end itself may count (RFC 4791 9.9)
                    break
                yield at, None
        except OutOfSteps:
            return


def beginnings(
    series: Series, zone: tzinfo, *, limit: int
) -> tuple[list[tuple[Moment, Moment | None]], datetime | None]:
    """Give start, and own end, of the first occurrences, and before when they are all there are (None: to the end).

    At most *limit* of each rule, exceptions not left out; nothing at all where the rules cannot be followed.
    """
    if series.is_endless or len(series.rdates) > limit:
        return [], FIRST
    found: list[tuple[Moment, Moment | None]] = [(series.anchor, None), *series.rdates]
    known: list[datetime] = []
    bounds = Bounds()
    for rule in series.rules:
        last = FIRST
        try:
            for number, at in enumerate(_starts(series, rule, zone, bounds, None)):
                last = instant(at, zone)
                if number == limit:
                    known.append(last)
                    break
                found.append((at, None))
        except OutOfSteps:
            known.append(last)
    return found, min(known, default=None)


def dates_of(document: Document, component: Component, name: str) -> Iterator[tuple[Moment, Moment | None]]:
    """Give start and, of a period, end for each date in the properties *name* of *component*; raises ValueRefused."""
    for line in document.named(component, name):
        yield from moments(line, document)


def fitting(value: Moment, first: Moment | None, zone: tzinfo) -> InstanceId:
    """Give the instance that an EXDATE means: some clients write days for times, times for days, UTC for a clock."""
    if isinstance(first, datetime) and not isinstance(value, datetime):
        value = datetime.combine(value, first.time(), first.tzinfo)
    elif first is not None and not isinstance(first, datetime) and isinstance(value, datetime):
        value = (shown_in(value, zone) if value.tzinfo is not None else value).date()
    return instance_at(value if first is None else like_clock(value, first, zone))


def _rules(document: Document, component: Component) -> tuple[tuple[Rule, ...], bool]:
    found: list[Rule] = []
    lines = document.named(component, "RRULE")
    unread = len(lines) > RULES
    for line in lines[:RULES]:
        try:
            found.append(parse_rule(line.value))
        except ValueRefused:
            if "FREQ=" not in line.value.upper():
                raise
            unread = True
    return tuple(found), unread


def _rest(document: Document, override: Component) -> When | None:
    """Give when the series of *override* is, None where it is not there."""
    of_kind = (c for c in document.root.children if c.name == override.name)
    main = next((c for c in of_kind if document.first(c, "RECURRENCE-ID") is None), None)
    return when(document, main) if main is not None else None


def _length(at: When, zone: tzinfo) -> tuple[int, timedelta]:
    if at.start is None or at.end is None:
        return 0, NOTHING
    if isinstance(at.start, datetime) or isinstance(at.end, datetime):
        return 0, max(instant(at.end, zone) - instant(at.start, zone), NOTHING)
    return max((at.end - at.start).days, 0), NOTHING


def _last_end(series: Series, rule: Rule, zone: tzinfo, bounds: Bounds) -> datetime | None:
    if rule.until is None and (rule.count is None or rule.count > STEPS):
        return None
    last = series.anchor
    try:
        for start in _starts(series, rule, zone, bounds, _near_the_end(rule, zone), counted=True):
            last = start
    except OutOfSteps:
        if rule.until is None:
            return None
        until = instant(rule.until if isinstance(rule.until, datetime) else later(rule.until, 1, NOTHING), zone)
        return lasting(series, until)
    return interval(series, last, None, zone)[1]


def _near_the_end(rule: Rule, zone: tzinfo) -> datetime | None:
    """Give a time from which on *rule* makes a start before its UNTIL, if any at all; None: from the beginning."""
    if rule.until is None or not rule.is_plain or rule.interval > STEPS:
        return None
    # The same day of the week comes round after seven intervals.
    return earlier(instant(rule.until, zone), 8 * rule.interval * rule.longest)


def _starts(
    series: Series, rule: Rule, zone: tzinfo, bounds: Bounds, after: datetime | None, *, counted: bool = False
) -> Iterator[Moment]:
    """Give the starts that *rule* makes, the first one included (RFC 5545 3.8.5.3); raises OutOfSteps.

    Those before *after* may be left out; *counted*: the steps are counted all the same.
    """
    timed = isinstance(series.anchor, datetime)
    local = series.anchor.replace(tzinfo=None) if isinstance(series.anchor, datetime) else _midnight(series.anchor)
    left = rule.count if rule.count is not None and rule.count <= STEPS else None
    floor = _floor(series, rule, after) if left is None and after is not None else None
    if counted:
        bounds.take(rule.skipped(local, floor))
    for number, at in enumerate(rule.starts(local, bounds, floor)):
        if left is not None and number == 0 and at != local:
            left -= 1  # DTSTART is the first of COUNT even where the rule does not make it.
        start: Moment = at.replace(tzinfo=series.zone) if timed else at.date()
        if (left is not None and number >= left) or (rule.until is not None and _is_behind(start, rule.until, zone)):
            return
        yield start


def _floor(series: Series, rule: Rule, after: datetime) -> datetime:
    try:
        local = after.astimezone(series.zone).replace(tzinfo=None)
        return local - (timedelta(hours=2) if rule.is_small else 2 * DAY)
    except OverflowError:
        return datetime.min  # noqa: DTZ901 - local, as all that a rule is told


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _is_behind(start: Moment, until: Moment, zone: tzinfo) -> bool:
    if not isinstance(until, datetime):
        # A day as the bound of a timed rule: that day still counts.
        return (start.date() if isinstance(start, datetime) else start) > until
    if not isinstance(start, datetime):
        return start > until.date()
    if until.tzinfo is None:
        return start.replace(tzinfo=None) > until
    return instant(start, zone) > until
