# SPDX-License-Identifier: GPL-3.0-or-later
"""How long an entry reaches, when it takes place, and whether two texts of it say the same time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from ical.errors import ValueRefused
from ical.instances import SERIES, InstanceId
from ical.kinds import Kind
from ical.lines import Component, Document
from ical.rules import STEPS, Bounds, OutOfSteps, Rule, canonical, parse_rule
from ical.times import (
    DAY,
    FIRST,
    LAST,
    Moment,
    When,
    instance_at,
    instance_id,
    instant,
    later,
    moment,
    moments,
    when,
)

__all__ = ["Moment", "Occurrence", "Schedule", "Span", "When", "instance_at", "instance_id", "instant", "later"]
__all__ += ["moment", "occurrences", "schedule_of", "span", "when"]

NOTHING = timedelta(0)
SECOND = timedelta(seconds=1)
RULES = 20
"""Rules of one component that are followed; there should be one (RFC 5545 3.8.5.3)."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when an entry reaches, all occurrences together (UTC)."""

    start: datetime | None
    """None: it has no time."""
    end: datetime | None
    """None: it has no end, or no time."""
    recurring: bool
    transparent: bool
    """It takes up nobody's time, in none of its components."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an entry takes place (UTC)."""

    instance: InstanceId
    """Which one it is by the rules, wherever it was moved to; `''` where nothing repeats."""
    start: datetime
    end: datetime
    all_day: bool
    component: Component
    """The master, or the override that speaks for it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The time of a component, such that equal schedules mean the same (RFC 5546 2.1.4; model, law 10)."""

    start: Moment | None
    """In UTC, or a day."""
    end: Moment | None
    all_day: bool
    rules: tuple[str, ...]
    """Rules in canonical form, and the clock that they follow."""
    rdates: frozenset[object]
    exdates: frozenset[object]
    start_id: InstanceId | None
    """The name of the occurrence that starts then."""

    @property
    def length(self) -> timedelta | None:
        """How long it lasts, or None where it has no end."""
        if self.start is None or self.end is None:
            return None
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class _Series:
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
    due_only: bool = False


def span(document: Document, kind: Kind, zone: ZoneInfo) -> Span:
    """Tell how far the entry of *document* reaches; raises ValueRefused.

    Exact where its rules can be followed in bounded steps; otherwise it reaches to UNTIL, or without end.
    """
    starts: list[datetime] = []
    ends: list[datetime | None] = []
    components = [c for c in document.root.children if c.name == kind]
    for component in components:
        series = _series(document, component, zone)
        if series is not None:
            start, end = _reach(series, zone)
            starts.append(start)
            ends.append(end)
    known = [end for end in ends if end is not None]
    return Span(
        start=min(starts, default=None),
        end=max(known) if known and len(known) == len(ends) else None,
        recurring=any(_repeats(document, c) for c in components),
        transparent=bool(components) and all(is_transparent(document, c) for c in components),
    )


def is_transparent(document: Document, component: Component) -> bool:
    """Tell whether *component* takes up nobody's time (RFC 5545 3.8.2.7)."""
    line = document.first(component, "TRANSP")
    return line is not None and line.value.strip().upper().startswith("TRANSPARENT")


def occurrences(
    document: Document, start: datetime, end: datetime, zone: ZoneInfo, *, limit: int
) -> tuple[Occurrence, ...]:
    """Give when the entry takes place between *start* and *end*, at most *limit* times, in order.

    One without length counts where it starts in the window (RFC 4791 9.9). Raises ValueRefused.
    """
    entries = [c for c in document.root.children if c.name in set(Kind)]
    overrides = dict(_overrides(document, entries, zone))
    found = [o for o in (_moved(document, i, c, zone) for i, c in overrides.items()) if o and _is_in(o, start, end)]
    following = _following(document, overrides, zone)
    for component in entries:
        series = _series(document, component, zone) if document.first(component, "RECURRENCE-ID") is None else None
        if series is None:
            continue
        taken = 0
        for one in _run(series, zone, start, end, following):
            if one.instance in overrides or not _is_in(one, start, end):
                continue
            found.append(one)
            taken += 1
            if taken == limit:
                break
    return tuple(sorted(found, key=lambda o: (o.start, o.end, o.instance))[:limit])


def schedule_of(document: Document, component: Component, zone: ZoneInfo) -> Schedule:
    """Give what *component* says of its time, in a form that can be compared; raises ValueRefused."""
    at = when(document, component)
    first = at.start if at.start is not None else at.end
    rules = sorted(
        f"{line.name}:{_full_rule(line.value, first)}"
        for _, line in document.own(component)
        if line.name in {"RRULE", "EXRULE"}
    )
    if rules and isinstance(first, datetime):
        # The same instant in another zone is another time after the next change of the clocks.
        rules.append(f"CLOCK:{_clock(first.tzinfo or zone, first.year)}")
    rdates = (tuple(_plain(m, zone) for m in pair) for pair in _dates(document, component, "RDATE"))
    return Schedule(
        start=_plain(at.start, zone),
        end=_plain(at.end, zone),
        all_day=at.all_day,
        rules=tuple(rules),
        rdates=frozenset(rdates),
        exdates=frozenset(_fitting(m, first, zone) for m, _ in _dates(document, component, "EXDATE")),
        start_id=instance_at(first, zone) if first is not None else None,
    )


def _plain(value: Moment | None, zone: ZoneInfo) -> Moment | None:
    return instant(value, zone) if isinstance(value, datetime) else value


def _full_rule(value: str, first: Moment | None) -> str:
    """Give a rule's canonical text; what it takes from the start anyway is said (RFC 5545 3.3.10)."""
    text = canonical(value)
    parts = dict(part.partition("=")[::2] for part in text.split(";"))
    if first is not None and not any(name.startswith("BY") for name in parts):
        if parts.get("FREQ") == "WEEKLY":
            parts["BYDAY"] = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
        if parts.get("FREQ") in {"MONTHLY", "YEARLY"}:
            parts["BYMONTHDAY"] = str(first.day)
        if parts.get("FREQ") == "YEARLY":
            parts["BYMONTH"] = str(first.month)
    return ";".join(f"{name}={value}" for name, value in sorted(parts.items()))


@lru_cache(maxsize=512)
def _clock(zone: tzinfo, year: int) -> int:
    """Give a mark of how *zone*'s clocks go in the two years from *year*: names do not matter."""
    weeks = (datetime(min(max(year, 2), 9990), 1, 1) + timedelta(days=7 * n) for n in range(105))  # noqa: DTZ001
    return hash(tuple(at.replace(tzinfo=zone).utcoffset() for at in weeks))


def _dates(document: Document, component: Component, name: str) -> Iterator[tuple[Moment, Moment | None]]:
    for _, line in document.own(component):
        if line.name == name:
            yield from moments(line, document)


def _fitting(value: Moment, first: Moment | None, zone: ZoneInfo) -> InstanceId:
    """Give the instance that an EXDATE means: some clients write days for times, or times for days."""
    if isinstance(first, datetime) and not isinstance(value, datetime):
        value = datetime.combine(value, first.time(), first.tzinfo)
    elif first is not None and not isinstance(first, datetime) and isinstance(value, datetime):
        value = value.date()
    return instance_at(value, zone)


def _repeats(document: Document, component: Component) -> bool:
    return any(line.name in {"RRULE", "RDATE", "RECURRENCE-ID"} for _, line in document.own(component))


def _series(document: Document, component: Component, zone: ZoneInfo) -> _Series | None:
    """Read *component* for following it; None where it has no time."""
    at = when(document, component)
    anchor = at.start if at.start is not None else at.end
    if anchor is None:
        return None
    alone = document.first(component, "RECURRENCE-ID") is not None
    rules, is_endless = ((), False) if alone else _rules(document, component)
    days, clock = _length(at, zone)
    return _Series(
        component=component,
        anchor=anchor,
        days=days,
        clock=clock,
        zone=(anchor.tzinfo if isinstance(anchor, datetime) else None) or zone,
        rules=rules,
        is_endless=is_endless,
        rdates=() if alone else tuple(_dates(document, component, "RDATE")),
        exdates=frozenset(_fitting(m, anchor, zone) for m, _ in _dates(document, component, "EXDATE")),
        due_only=at.start is None,
    )


def _rules(document: Document, component: Component) -> tuple[tuple[Rule, ...], bool]:
    found: list[Rule] = []
    lines = [line for _, line in document.own(component) if line.name == "RRULE"]
    unread = len(lines) > RULES
    for line in lines[:RULES]:
        try:
            found.append(parse_rule(line.value))
        except ValueRefused:
            if "FREQ=" not in line.value.upper():
                raise
            unread = True
    return tuple(found), unread


def _length(at: When, zone: ZoneInfo) -> tuple[int, timedelta]:
    if at.start is None or at.end is None:
        return 0, NOTHING
    if isinstance(at.start, datetime) or isinstance(at.end, datetime):
        return 0, max(instant(at.end, zone) - instant(at.start, zone), NOTHING)
    return max((at.end - at.start).days, 0), NOTHING


def _reach(series: _Series, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """Give the first start and the last end; None where that is not to be found in bounded steps."""
    first, last = _interval(series, series.anchor, None, zone)
    ends: list[datetime | None] = [last]
    firsts = [first]
    for begin, close in series.rdates:
        at, until = _interval(series, begin, close, zone)
        firsts.append(at)
        ends.append(until)
    bounds = Bounds()
    ends += [_last_end(series, rule, zone, bounds) for rule in series.rules]
    known = [end for end in ends if end is not None]
    end = None if series.is_endless or len(known) < len(ends) else max(known)
    # A task that is only due counts in a window that ends then (RFC 4791 9.9).
    return min(firsts) - (SECOND if series.due_only and min(firsts) > FIRST else NOTHING), end


def _last_end(series: _Series, rule: Rule, zone: ZoneInfo, bounds: Bounds) -> datetime | None:
    if rule.until is None and (rule.count is None or rule.count > STEPS):
        return None
    last = series.anchor
    try:
        for start in _starts(series, rule, zone, bounds, None):
            last = start
    except OutOfSteps:
        if rule.until is None:
            return None
        until = instant(rule.until if isinstance(rule.until, datetime) else later(rule.until, 1, NOTHING), zone)
        return _added(series, until, zone)
    return _interval(series, last, None, zone)[1]


def _starts(series: _Series, rule: Rule, zone: ZoneInfo, bounds: Bounds, after: datetime | None) -> Iterator[Moment]:
    """Give the starts that *rule* makes, the first one included (RFC 5545 3.8.5.3); raises OutOfSteps."""
    timed = isinstance(series.anchor, datetime)
    local = series.anchor.replace(tzinfo=None) if isinstance(series.anchor, datetime) else _midnight(series.anchor)
    left = rule.count if rule.count is not None and rule.count <= STEPS else None
    floor = _floor(series, rule, after) if left is None and after is not None else None
    for number, at in enumerate(rule.starts(local, bounds, floor)):
        if left is not None and number == 0 and at != local:
            left -= 1  # DTSTART is the first of COUNT even where the rule does not make it.
        start: Moment = at.replace(tzinfo=series.zone) if timed else at.date()
        if (left is not None and number >= left) or (rule.until is not None and _is_behind(start, rule.until, zone)):
            return
        yield start


def _floor(series: _Series, rule: Rule, after: datetime) -> datetime:
    try:
        local = after.astimezone(series.zone).replace(tzinfo=None)
        return local - (timedelta(hours=2) if rule.is_small else 2 * DAY)
    except OverflowError:
        return datetime.min  # noqa: DTZ901 - local, as all that a rule is told


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _is_behind(start: Moment, until: Moment, zone: ZoneInfo) -> bool:
    if not isinstance(until, datetime):
        # A day as the bound of a timed rule: that day still counts.
        return (start.date() if isinstance(start, datetime) else start) > until
    if not isinstance(start, datetime):
        return start > until.date()
    if until.tzinfo is None:
        return start.replace(tzinfo=None) > until
    return instant(start, zone) > until


def _interval(series: _Series, start: Moment, end: Moment | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begin = instant(start, zone)
    close = instant(end, zone) if end is not None else _added_to(series, start, zone)
    return begin, max(begin, close)


def _added_to(series: _Series, start: Moment, zone: ZoneInfo) -> datetime:
    if isinstance(start, datetime):
        return _added(series, instant(start, zone), zone)
    return instant(later(start, series.days, NOTHING), zone)


def _added(series: _Series, start: datetime, zone: ZoneInfo) -> datetime:
    return instant(later(start, series.days, series.clock), zone)


def _overrides(document: Document, entries: list[Component], zone: ZoneInfo) -> Iterator[tuple[InstanceId, Component]]:
    for component in entries:
        line = document.first(component, "RECURRENCE-ID")
        if line is not None:
            yield instance_id(line, document, zone), component


def _moved(document: Document, instance: InstanceId, component: Component, zone: ZoneInfo) -> Occurrence | None:
    series = _series(document, component, zone)
    return _occurrence(series, instance, series.anchor, None, zone) if series is not None else None


def _occurrence(series: _Series, instance: InstanceId, start: Moment, end: Moment | None, zone: ZoneInfo) -> Occurrence:
    begin, close = _interval(series, start, end, zone)
    return Occurrence(instance, begin, close, not isinstance(start, datetime), series.component)


def _following(
    document: Document, overrides: Mapping[InstanceId, Component], zone: ZoneInfo
) -> list[tuple[datetime, timedelta, _Series]]:
    """Give the overrides that speak for all later ones too (RFC 5545 3.8.4.4, RANGE), the latest first."""
    found = []
    for component in overrides.values():
        line = document.first(component, "RECURRENCE-ID")
        series = _series(document, component, zone)
        if line is None or series is None or (line.parameter("RANGE") or "").upper() != "THISANDFUTURE":
            continue
        original = instant(moment(line, document), zone)
        found.append((original, instant(series.anchor, zone) - original, series))
    return sorted(found, key=lambda item: item[0], reverse=True)


def _run(
    series: _Series,
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    following: list[tuple[datetime, timedelta, _Series]],
) -> Iterator[Occurrence]:
    """Give the occurrences of a master that may lie in the window, each once; what the rules hide is left out."""
    repeats = bool(series.rules or series.rdates or series.is_endless)
    seen: set[InstanceId] = set()
    margin = max((abs(shift) for _, shift, _ in following), default=NOTHING)
    for begin, close in _candidates(series, zone, _earlier(start, margin), end + min(margin, LAST - end)):
        instance = instance_at(begin, zone) if repeats else SERIES
        if instance in seen or instance in series.exdates:
            continue
        seen.add(instance)
        yield _shifted(_occurrence(series, instance, begin, close, zone), following)


def _shifted(one: Occurrence, following: list[tuple[datetime, timedelta, _Series]]) -> Occurrence:
    for original, shift, series in following:
        if original <= one.start:
            begin = one.start + shift
            end = begin + timedelta(days=series.days) + series.clock
            return Occurrence(one.instance, begin, end, one.all_day, series.component)
    return one


def _candidates(
    series: _Series, zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[Moment, Moment | None]]:
    yield series.anchor, None
    yield from series.rdates
    after = _earlier(start, timedelta(days=series.days) + series.clock)
    bounds = Bounds()
    for rule in series.rules:
        try:
            for at in _starts(series, rule, zone, bounds, after):
                if instant(at, zone) >= end:
                    break
                yield at, None
        except OutOfSteps:
            return


def _earlier(at: datetime, by: timedelta) -> datetime:
    return at - min(by, at - FIRST)


def _is_in(one: Occurrence, start: datetime, end: datetime) -> bool:
    return one.start < end and (one.end > start or one.start == one.end >= start)
