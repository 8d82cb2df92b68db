# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether other rules make other occurrences: added or moved ones ask everybody again, fewer ones do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import lcm
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ical.instances import SERIES, InstanceId
from ical.overrides import takes_place
from ical.recurrence import Schedule, schedule_of
from ical.series import Series, beginnings, interval, reach, series_of
from ical.snapshot import Snapshot
from ical.times import instance_at, instant, like_clock

MOST = 1_000
"""Occurrences of each rule that are looked at: twenty years of weeks."""
FEW = 20
"""Single dates behind those of which the rules are asked, each by itself."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Difference:
    """What the rules of a new text make of those of an old one, which start at the same time."""

    more: bool = False
    """Something takes place that did not, or lasts otherwise; or nobody can tell."""
    less: bool = False
    """A rule makes fewer occurrences, and nothing more."""


class _Time(NamedTuple):
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class _Run:
    """The occurrences of a text, exceptions among them, as far as they are followed."""

    series: Series
    schedule: Schedule
    times: Mapping[InstanceId, _Time]
    until: datetime | None
    """Before when that is all; None: to the end."""
    end: datetime | None
    """When the last one ends; None: there is no last one, or nobody can tell."""

    @property
    def extra(self) -> frozenset[InstanceId]:
        """Which of them are single dates."""
        return frozenset(name for name, _ in self.schedule.rdates)

    @property
    def is_unbounded(self) -> bool:
        """No rule says when it ends."""
        return set(self.schedule.pattern) <= set(self.schedule.rules)

    def holds(self, at: _Time) -> bool:
        """Tell whether what starts then is among those that were followed, if there is any."""
        return self.until is None or at.start < self.until


def difference(old: Snapshot, new: Snapshot, zone: ZoneInfo) -> Difference:
    """Tell what the rules and extra dates of *new* make of those of *old*."""
    was, now = _run(old, zone), _run(new, zone)
    if was is None or now is None or _kind(was) != _kind(now):
        return Difference(more=True)
    apart = {part.instance for part in old.parts}
    seen = ((name, at) for name, at in now.times.items() if name not in now.series.exdates and name not in apart)
    added = any(was.times.get(name) != at for name, at in seen if was.holds(at))
    late = [name for name in now.extra - was.extra if name not in now.times or not was.holds(now.times[name])]
    more = added or len(late) > FEW or any(not takes_place(old, name, zone) for name in late)
    more = more or _may_go_on(was, now, zone)
    if more or was.schedule.rules == now.schedule.rules:
        return Difference(more=more)
    missing = any(now.holds(at) and name not in now.times for name, at in was.times.items() if name not in was.extra)
    return Difference(less=missing or _ends_earlier(was, now))


def _run(said: Snapshot, zone: ZoneInfo) -> _Run | None:
    main = said.part(SERIES)
    series = series_of(said.document, main.component, zone) if main is not None else None
    if main is None or series is None:
        return None
    begun, until = beginnings(series, zone, limit=MOST)
    times: dict[InstanceId, _Time] = {}
    for begin, close in begun:
        name = instance_at(like_clock(begin, series.anchor, zone))
        times.setdefault(name, _Time(*interval(series, begin, close, zone)))
    return _Run(series, schedule_of(said.document, main.component, zone), times, until, reach(series, zone)[1])


def _kind(run: _Run) -> tuple[bool, list[str]]:
    """Give what is not compared by single occurrences: whether it repeats at all, and rules that nobody follows."""
    repeats = bool(run.series.rules or run.series.rdates or run.series.is_endless)
    return repeats, [rule for rule in run.schedule.rules if rule.startswith("EXRULE")]


def _may_go_on(was: _Run, now: _Run, zone: ZoneInfo) -> bool:
    """Tell whether there may be new occurrences behind those that were followed; its single dates are known."""
    if now.until is None and all(was.holds(at) for name, at in now.times.items() if name not in now.extra):
        return False
    if was.schedule.pattern == now.schedule.pattern and _ends_no_later(was, now):
        return False
    return not _goes_round(was, now, zone)


def _ends_no_later(was: _Run, now: _Run) -> bool:
    if was.schedule.rules == now.schedule.rules or was.is_unbounded:
        return True
    return was.end is not None and now.end is not None and now.end <= was.end


def _ends_earlier(was: _Run, now: _Run) -> bool:
    return now.end is not None and (was.end is None or now.end < was.end)


def _goes_round(was: _Run, now: _Run, zone: ZoneInfo) -> bool:
    """Tell whether all that both ever make was followed once: days of the week come round, and nothing new is in it."""
    rules = (*was.series.rules, *now.series.rules)
    if was.series.is_endless or now.series.is_endless or not was.is_unbounded or not all(r.is_plain for r in rules):
        return False
    known = min(run.until for run in (was, now) if run.until is not None)
    # A week more, because the first one may have begun before the series.
    days = lcm(WEEK, *(rule.interval * (WEEK if rule.frequency == "WEEKLY" else 1) for rule in rules)) + WEEK
    return known - instant(was.series.anchor, zone) > timedelta(days=days)
