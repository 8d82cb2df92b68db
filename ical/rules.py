# SPDX-License-Identifier: GPL-3.0-or-later
"""Recurrence rules (RFC 5545 3.3.10), followed in bounded steps; `ical.ruletext` reads them.

dateutil follows a rule without ever giving up: `FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30` keeps it busy for days. Here
each step is counted, so that no text costs more than its share. Times are local ones without a zone.
"""

import math
from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import cached_property
from itertools import product

STEPS = 4_000
"""Periods of a rule (days of a daily one, months of a monthly one) that are looked at."""
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
THURSDAY = 3
_SMALL = {"SECONDLY": timedelta(seconds=1), "MINUTELY": timedelta(minutes=1), "HOURLY": timedelta(hours=1)}
_LONGEST = {
    **_SMALL,
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(days=7),
    "MONTHLY": timedelta(days=31),
    "YEARLY": timedelta(days=366),
}
_FAR = 1_000_000
"""An interval that nobody means; a multiple of it might be no time any more."""


class OutOfSteps(Exception):
    """The rule was not followed to its end within the steps allowed."""


@dataclass(slots=True)
class Bounds:
    """How many more steps may be taken, for all rules of one question together."""

    left: int = STEPS

    def take(self, steps: int = 1) -> None:
        """Count *steps*; raises OutOfSteps where none are left."""
        self.left -= steps
        if self.left < 0:
            raise OutOfSteps


@dataclass(frozen=True)
class Rule:
    """One RRULE."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | date | None = None
    """Aware (UTC), floating, or a date."""
    week_start: int = 0
    """0 is Monday."""
    by_day: tuple[tuple[int, int], ...] = ()
    """Which one of the month or year (0: each), and the weekday."""
    by: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def starts(self, start: datetime, bounds: Bounds, after: datetime | None = None) -> Iterator[datetime]:
        """Give the local starts of the set in order, without regard to UNTIL and COUNT; raises OutOfSteps.

        *start* itself is not given unless the rule makes it. Earlier ones than *after* may be left out.
        """
        if self.is_plain:
            yield from self._plain_starts(start, bounds, after)
            return
        bounds.take(math.prod(len(self.by.get(name, "1")) for name in ("BYHOUR", "BYMINUTE", "BYSECOND")) // 25)
        times = () if self.is_small else self._times(start)
        cost = 3 if self.frequency == "YEARLY" else 1
        try:
            for period in self._periods(start, after):
                bounds.take(cost)
                for at in self._select(sorted(self._moments(period, start, times, bounds))):
                    if at >= start:
                        yield at
        except (OverflowError, ValueError):  # behind the year 9999
            return

    def _plain_starts(self, start: datetime, bounds: Bounds, after: datetime | None) -> Iterator[datetime]:
        """As `starts`, of a rule that names days of the week at most, as nearly all do."""
        weekdays = {weekday for _, weekday in self.by_day}
        length, back, days = 1, 0, [0]
        if self.frequency == "WEEKLY":
            weekdays = weekdays or {start.weekday()}
            length, back = 7, (start.weekday() - self.week_start) % 7
            days = [n for n in range(7) if (self.week_start + n) % 7 in weekdays]
        offsets = [timedelta(days=n) for n in days]
        number = self.skipped(start, after)
        try:
            first = start - timedelta(days=back)
            while True:
                period = first + timedelta(days=number * self.interval * length)
                bounds.take()
                if period.date() > date.max - timedelta(days=length - 1):
                    return
                for at in (period + offset for offset in offsets):
                    if at >= start and (not weekdays or at.weekday() in weekdays):
                        yield at
                number += 1
        except OverflowError:  # behind the year 9999
            return

    @property
    def is_plain(self) -> bool:
        """It repeats by days or weeks, and names days of the week at most."""
        return not self.by and self.frequency in {"DAILY", "WEEKLY"}

    @property
    def longest(self) -> timedelta:
        """The longest that one of its periods can be."""
        return _LONGEST[self.frequency]

    @cached_property
    def is_small(self) -> bool:
        """The rule repeats within a day."""
        return self.frequency in _SMALL

    def _periods(self, start: datetime, after: datetime | None) -> Iterator[datetime]:
        number = self.skipped(start, after)
        while (period := self._period(start, number * self.interval)) is not None:
            yield period
            number += 1

    def skipped(self, start: datetime, after: datetime | None) -> int:
        """Give how many periods `starts` leaves out, because all that they hold lies before *after*."""
        if after is None or after <= start:
            return 0
        if self.interval >= _FAR:
            return 0
        return max(0, (after - start) // (self.longest * self.interval) - 1)

    def _period(self, start: datetime, number: int) -> datetime | None:
        """Give a moment inside the period that is *number* after that of *start*; None after the year 9999."""
        if self.frequency == "YEARLY":
            year = start.year + number
            return datetime(year, 1, 1) if year <= MAXYEAR else None  # noqa: DTZ001
        if self.frequency == "MONTHLY":
            year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
            return datetime(year, month + 1, 1) if year <= MAXYEAR else None  # noqa: DTZ001
        if self.frequency == "WEEKLY":
            first = start.date() - timedelta(days=(start.weekday() - self.week_start) % 7)
            return datetime.combine(first + timedelta(days=7 * number), time())
        if self.frequency == "DAILY":
            return datetime.combine(start.date() + timedelta(days=number), time())
        return start + _SMALL[self.frequency] * number

    def _moments(
        self, period: datetime, start: datetime, times: tuple[time, ...], bounds: Bounds
    ) -> Iterator[datetime]:
        if self.is_small:
            yield from self._within_day(period, start, bounds)
            return
        days = set(self._days(period.date(), start.date()))
        bounds.take(len(days) * len(times) // 8)
        yield from (datetime.combine(day, at) for day in days for at in times)

    def _times(self, start: datetime) -> tuple[time, ...]:
        hours = self.by.get("BYHOUR") or (start.hour,)
        minutes = self.by.get("BYMINUTE") or (start.minute,)
        seconds = self.by.get("BYSECOND") or (start.second,)
        return tuple(time(h, m, min(s, 59)) for h, m, s in product(hours, minutes, seconds))

    def _within_day(self, period: datetime, start: datetime, bounds: Bounds) -> Iterator[datetime]:
        if not self._is_day(period.date()) or not _in(self.by.get("BYHOUR"), period.hour):
            return
        minutes, seconds = self.by.get("BYMINUTE"), self.by.get("BYSECOND")
        if self.frequency != "HOURLY":
            if not _in(minutes, period.minute):
                return
            minutes = (period.minute,)
        if self.frequency == "SECONDLY":
            if not _in(seconds, period.second):
                return
            seconds = (period.second,)
        bounds.take(len(minutes or "") * len(seconds or "") // 8)
        for minute, second in product(minutes or (start.minute,), seconds or (start.second,)):
            yield period.replace(minute=minute, second=min(second, 59))

    def _is_day(self, day: date) -> bool:
        """Tell whether the rules that limit let *day* through (RFC 5545 3.3.10, the table)."""
        length = monthrange(day.year, day.month)[1]
        return (
            _in(self.by.get("BYMONTH"), day.month)
            and _in(self.by.get("BYMONTHDAY"), day.day, day.day - length - 1)
            and _in(self.by.get("BYYEARDAY"), _year_day(day), _year_day(day) - 366 - isleap(day.year))
            and (not self.by_day or any(weekday == day.weekday() for _, weekday in self.by_day))
        )

    def _days(self, period: date, start: date) -> Iterator[date]:
        if self.frequency == "DAILY":
            if self._is_day(period):
                yield period
        elif self.frequency == "WEEKLY":
            wanted = {weekday for _, weekday in self.by_day} or {start.weekday()}
            week = (period + timedelta(days=n) for n in range(7))
            yield from (d for d in week if d.weekday() in wanted and _in(self.by.get("BYMONTH"), d.month))
        elif self.frequency == "MONTHLY":
            if _in(self.by.get("BYMONTH"), period.month):
                yield from self._days_of_month(period.year, period.month, start)
        else:
            yield from self._days_of_year(period.year, start)

    def _days_of_month(self, year: int, month: int, start: date) -> Iterator[date]:
        length = monthrange(year, month)[1]
        if "BYMONTHDAY" in self.by or not self.by_day:
            days = {d if d > 0 else length + 1 + d for d in self.by.get("BYMONTHDAY", (start.day,))}
            nth = set(self._nth(date(year, month, 1), length)) if self.by_day else None
            found = (date(year, month, d) for d in days if 0 < d <= length)
            yield from (d for d in found if nth is None or d in nth)
        else:
            yield from self._nth(date(year, month, 1), length)

    def _days_of_year(self, year: int, start: date) -> Iterator[date]:
        length = 365 + isleap(year)
        if "BYWEEKNO" in self.by:
            yield from self._days_of_weeks(year, start)
        elif "BYYEARDAY" in self.by:
            days = {d if d > 0 else length + 1 + d for d in self.by["BYYEARDAY"]}
            first = date(year, 1, 1)
            found = (first + timedelta(days=d - 1) for d in days if 0 < d <= length)
            yield from (d for d in found if self._is_day(d))
        elif "BYMONTH" in self.by or "BYMONTHDAY" in self.by:
            every = range(1, 13) if "BYMONTH" not in self.by else self.by["BYMONTH"]
            for month in every:
                yield from self._days_of_month(year, month, start)
        elif self.by_day:
            yield from self._nth(date(year, 1, 1), length)
        elif (start.month, start.day) != (2, 29) or isleap(year):
            yield date(year, start.month, start.day)

    def _days_of_weeks(self, year: int, start: date) -> Iterator[date]:
        first = _first_week(year, self.week_start)
        weeks = (_first_week(year + 1, self.week_start) - first).days // 7
        wanted = {weekday for _, weekday in self.by_day} or {start.weekday()}
        for number in {n if n > 0 else weeks + 1 + n for n in self.by["BYWEEKNO"]}:
            if 0 < number <= weeks:
                week = (first + timedelta(days=7 * (number - 1) + n) for n in range(7))
                yield from (d for d in week if d.weekday() in wanted and self._is_day(d))

    def _nth(self, first: date, length: int) -> Iterator[date]:
        """Give the days of BYDAY within the *length* days from *first*."""
        for nth, weekday in self.by_day:
            days = range((weekday - first.weekday()) % 7, length, 7)
            if nth and abs(nth) > len(days):
                continue
            chosen = days if nth == 0 else (days[nth - 1 if nth > 0 else nth],)
            yield from (first + timedelta(days=d) for d in chosen)

    def _select(self, moments: list[datetime]) -> list[datetime]:
        positions = self.by.get("BYSETPOS")
        if positions is None:
            return moments
        found = {moments[p - 1 if p > 0 else p] for p in positions if abs(p) <= len(moments)}
        return sorted(found)


def _in(allowed: tuple[int, ...] | None, *values: int) -> bool:
    return allowed is None or any(value in allowed for value in values)


def _year_day(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal() + 1


def _first_week(year: int, week_start: int) -> date:
    """Give the first day of week 1, the first with four days in *year*."""
    first = date(year, 1, 1)
    offset = (first.weekday() - week_start) % 7
    return first + timedelta(days=7 - offset if offset > THURSDAY else -offset)
