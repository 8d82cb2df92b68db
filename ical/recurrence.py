# SPDX-License-Identifier: GPL-3.0-or-later
"""How long an entry reaches, when it takes place, and whether two texts of it say the same time."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from ical.instances import SERIES, InstanceId
from ical.kinds import Kind
from ical.lines import Component, Document
from ical.overlap import overlaps
from ical.ranges import Range, ranges
from ical.ruletext import canonical
from ical.series import NOTHING, Series, beginnings, candidates, dates_of, fitting, interval, reach, series_of
from ical.times import (
    END,
    FIRST,
    Moment,
    When,
    earlier,
    instance_at,
    instance_id,
    instant,
    later,
    like_clock,
    moment,
    moment_of,
    when,
)

__all__ = ["Moment", "Occurrence", "Schedule", "Span", "When", "instance_at", "instance_id", "instant", "later"]
__all__ += ["first_occurrences", "is_over", "moment", "occurrences", "schedule_of", "span", "when"]


_BOUND = re.compile(r"(?<=[:;])(?:COUNT|UNTIL)=[^;]*;?")


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when an entry reaches, all occurrences together (UTC)."""

    start: datetime | None
    """None: it has no time."""
    end: datetime | None
    """None: it has no end, or no time."""
    recurring: bool


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
    pattern: tuple[str, ...]
    """The rules, whenever they end."""
    rdates: frozenset[tuple[InstanceId, Moment | None]]
    """What each is named, and its own end."""
    exdates: frozenset[InstanceId]
    start_id: InstanceId | None = field(compare=False)
    """The name of the occurrence that starts then."""

    @property
    def length(self) -> timedelta | None:
        """How long it lasts, or None where it has no end."""
        if self.start is None or self.end is None:
            return None
        return self.end - self.start


def span(document: Document, kind: Kind, zone: tzinfo) -> Span:
    """Tell how far the entry of *document* reaches; raises ValueRefused.

    Exact where its rules can be followed in bounded steps; otherwise it reaches to UNTIL, or without end.
    """
    starts: list[datetime] = []
    ends: list[datetime | None] = []
    components = [c for c in document.root.children if c.name == kind]
    for component in components:
        series = series_of(document, component, zone)
        if series is not None:
            start, end = reach(series, zone)
            starts.append(start)
            ends.append(end)
    known = [end for end in ends if end is not None]
    if kind is Kind.VTODO and len(starts) < len(components):
        starts.clear()  # a task without a time may lie anywhere (RFC 4791 9.9)
    return Span(
        start=min(starts, default=None),
        end=max(known) if starts and len(known) == len(ends) else None,
        recurring=any(repeats(document, c) for c in components),
    )


def is_over(document: Document, kind: Kind, zone: tzinfo, now: datetime) -> bool:
    """Tell whether an appointment is over, all of its occurrences together; a task can be done late."""
    if kind is not Kind.VEVENT:
        return False
    end = span(document, kind, zone).end
    return end is not None and end < now


def is_transparent(document: Document, component: Component) -> bool:
    """Tell whether *component* takes up nobody's time (RFC 5545 3.8.2.7)."""
    line = document.first(component, "TRANSP")
    return line is not None and line.value.strip().upper().startswith("TRANSPARENT")


def occurrences(
    document: Document, start: datetime, end: datetime, zone: tzinfo, *, limit: int
) -> tuple[Occurrence, ...]:
    """Give when the entry takes place between *start* and *end*, at most *limit* times, in order.

    What lies at the edges is told by the tables of RFC 4791 9.9. Raises ValueRefused.
    """
    entries = [c for c in document.root.children if c.name in set(Kind)]
    overrides = dict(_overrides(document, entries, zone))
    moved = (_moved(document, i, c, zone) for i, c in overrides.items())
    found = [o for o in moved if o is not None and _is_in(document, o, start, end)]
    following = ranges(document, overrides.values(), zone)
    for component in entries:
        series = series_of(document, component, zone) if document.first(component, "RECURRENCE-ID") is None else None
        if series is None:
            continue
        taken = 0
        for one in _run(series, zone, start, end, following):
            if one.instance in overrides or not _is_in(document, one, start, end):
                continue
            found.append(one)
            taken += 1
            if taken == limit:
                break
    return tuple(sorted(found, key=lambda o: (o.start, o.end, o.instance))[:limit])


def first_occurrences(
    document: Document, zone: tzinfo, *, limit: int
) -> tuple[tuple[Occurrence, ...], datetime | None]:
    """Give when the entry takes place, from the first time on, and before when that is all (UTC; None: to the end).

    At most *limit* times by each of its rules. Raises ValueRefused.
    """
    entries = [c for c in document.root.children if c.name in set(Kind)]
    overrides = dict(_overrides(document, entries, zone))
    if ranges(document, overrides.values(), zone) or len(overrides) > limit:
        return (), FIRST
    found = [o for o in (_moved(document, i, c, zone) for i, c in overrides.items()) if o is not None]
    ends: list[datetime] = []
    for component in entries:
        series = series_of(document, component, zone) if document.first(component, "RECURRENCE-ID") is None else None
        if series is None:
            continue
        begun, end = beginnings(series, zone, limit=limit)
        ends += [end] if end is not None else []
        found += (o for o in _each(series, zone, begun) if o.instance not in overrides)
    known = min(ends, default=None)
    if known is not None:
        found = [o for o in found if o.start < known]
    return tuple(sorted(found, key=lambda o: (o.start, o.end, o.instance))), known


def schedule_of(document: Document, component: Component, zone: tzinfo) -> Schedule:
    """Give what *component* says of its time, in a form that can be compared; raises ValueRefused."""
    at = when(document, component)
    first = at.start if at.start is not None else at.end
    rules = sorted(
        f"{line.name}:{_full_rule(line.value, first)}" for _, line in document.each(component, "RRULE", "EXRULE")
    )
    pattern = tuple(_BOUND.sub("", rule) for rule in rules)
    if rules and isinstance(first, datetime):
        # The same instant in another zone is another time after the next change of the clocks.
        rules.append(f"CLOCK:{_clock(first.tzinfo, first.year) if first.tzinfo is not None else 'floating'}")
    rdates = ((fitting(m, first, zone), _plain(end, zone)) for m, end in dates_of(document, component, "RDATE"))
    return Schedule(
        start=_plain(at.start, zone),
        end=_plain(at.end, zone),
        all_day=at.all_day,
        rules=tuple(rules),
        pattern=pattern,
        rdates=frozenset(rdates),
        exdates=frozenset(fitting(m, first, zone) for m, _ in dates_of(document, component, "EXDATE")),
        start_id=instance_at(first) if first is not None else None,
    )


def _plain(value: Moment | None, zone: tzinfo) -> Moment | None:
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


def repeats(document: Document, component: Component) -> bool:
    """Tell whether *component* takes place several times, or is one of several."""
    return not document.places(component).keys().isdisjoint(("RRULE", "RDATE", "RECURRENCE-ID"))


def _overrides(document: Document, entries: list[Component], zone: tzinfo) -> Iterator[tuple[InstanceId, Component]]:
    for component in entries:
        line = document.first(component, "RECURRENCE-ID")
        if line is not None:
            yield instance_id(document, line, entries, zone), component


def _moved(document: Document, instance: InstanceId, component: Component, zone: tzinfo) -> Occurrence | None:
    series = series_of(document, component, zone)
    return _occurrence(series, instance, series.anchor, None, zone) if series is not None else None


def _occurrence(series: Series, instance: InstanceId, start: Moment, end: Moment | None, zone: tzinfo) -> Occurrence:
    begin, close = interval(series, start, end, zone)
    return Occurrence(instance, begin, close, not isinstance(start, datetime), series.component)


def _run(series: Series, zone: tzinfo, start: datetime, end: datetime, following: list[Range]) -> Iterator[Occurrence]:
    """Give the occurrences of a master that may lie in the window, each once; what the rules hide is left out."""
    margin = max((one.margin for one in following), default=NOTHING)
    near = candidates(series, zone, earlier(start, margin), end + min(margin, END - end))
    return (_spoken_for(one, following, zone) for one in _each(series, zone, near))


def _each(series: Series, zone: tzinfo, begun: Iterable[tuple[Moment, Moment | None]]) -> Iterator[Occurrence]:
    """Give an occurrence for each of *begun*, once; what EXDATE hides is left out."""
    repeats = bool(series.rules or series.rdates or series.is_endless)
    seen: set[InstanceId] = set()
    for begin, close in begun:
        start, end = interval(series, begin, close, zone)
        instance = instance_at(like_clock(begin, series.anchor, zone)) if repeats else SERIES
        if instance not in seen and instance not in series.exdates:
            seen.add(instance)
            yield Occurrence(instance, start, end, not isinstance(begin, datetime), series.component)


def _spoken_for(one: Occurrence, following: list[Range], zone: tzinfo) -> Occurrence:
    """Give *one* as the range has it that speaks for it, if any does."""
    by = next((each for each in following if each.original <= one.start), None)
    value = moment_of(one.instance) if by is not None else None
    if by is None or value is None:
        return one
    return _occurrence(by.series, one.instance, by.begin(value, zone), None, zone)


def _is_in(document: Document, one: Occurrence, start: datetime, end: datetime) -> bool:
    return overlaps(document, one.component, one.start, one.end, start, end)
