# SPDX-License-Identifier: GPL-3.0-or-later
"""Which days a page of the calendar shows, where one goes on from there, and what they are called."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache

from babel.dates import format_date

from gateway.web.language import words

WEEK = 7
LISTED = 4 * WEEK
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
"""Nobody plans beyond."""
_DAY = {"nb": "d.", "en": "d"}


class View(StrEnum):
    """How a calendar is looked at."""

    DAY = "dag"
    WEEK = "uke"
    MONTH = "mnd"
    LIST = "liste"
    GROUP = "gruppe"


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a page shows around the one that was asked for."""

    view: View
    day: date
    first: date
    number: int
    previous: date
    following: date

    @property
    def days(self) -> tuple[date, ...]:
        """All of them, in order."""
        return tuple(self.first + timedelta(days=n) for n in range(self.number))

    @property
    def last(self) -> date:
        """The last one of them."""
        return self.first + timedelta(days=self.number - 1)

    def window(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Give from when to when they last (UTC), as the clocks of *zone* show it."""
        first, behind = (datetime.combine(day, time(), zone) for day in (self.first, self.last + timedelta(days=1)))
        return first.astimezone(UTC), behind.astimezone(UTC)


def period(view: View, day: date) -> Period:
    """Give the days that *view* shows around *day*; weeks begin on Monday."""
    day = min(max(day, EARLIEST), LATEST)
    if view is View.MONTH:
        first = day.replace(day=1)
        begin = first - timedelta(days=first.weekday())
        weeks = -(-(first.weekday() + monthrange(day.year, day.month)[1]) // WEEK)
        return Period(view, day, begin, weeks * WEEK, _month_from(day, -1), _month_from(day, 1))
    number = {View.WEEK: WEEK, View.LIST: LISTED}.get(view, 1)
    first = day - timedelta(days=day.weekday()) if view is View.WEEK else day
    step = timedelta(days=number)
    return Period(view, day, first, number, day - step, day + step)


def _month_from(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of(text: str) -> date | None:
    """Read a day of an address, `2026-11-23`; None where it is none that a calendar has."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-23") else None
    except ValueError:
        return None
    return day if day is not None and EARLIEST <= day <= LATEST else None


def title(shown: Period, language: str) -> str:
    """Give what the period is called: `Uke 48, 23.–29. november 2026`."""
    if shown.view is View.MONTH:
        named = format_date(shown.day, "LLLL y", locale=language)
        return named[:1].upper() + named[1:]
    week = words(language).gettext("Week %(week)s") % {"week": shown.first.isocalendar().week}
    if shown.view is View.WEEK:
        return f"{week}, {_span(shown.first, shown.last, language)}"
    if shown.view is View.LIST:
        named = _span(shown.first, shown.last, language)
        return named[:1].upper() + named[1:]
    named = day_name(shown.day, language)
    return f"{named[:1].upper()}{named[1:]} {shown.day.year}"


def _span(first: date, last: date, language: str) -> str:
    end = format_date(last, f"{_DAY[language]} MMMM y", locale=language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{format_date(first, _DAY[language], locale=language)}\N{EN DASH}{end}"
    year = "" if first.year == last.year else " y"
    begin = format_date(first, f"{_DAY[language]} MMMM{year}", locale=language)
    return f"{begin} \N{EN DASH} {end}"


@lru_cache(maxsize=1024)
def day_name(day: date, language: str) -> str:
    """Give a day as it is spoken: `mandag 23. november`."""
    return format_date(day, f"EEEE {_DAY[language]} MMMM", locale=language)


@lru_cache(maxsize=1024)
def short_day(day: date, language: str) -> str:
    """Give a day for lists: `man. 23. nov.`."""
    return format_date(day, f"EEE {_DAY[language]} MMM", locale=language)


@lru_cache(maxsize=1024)
def day_head(day: date, language: str) -> str:
    """Give what stands above a column: `man. 23.`."""
    return format_date(day, f"EEE {_DAY[language]}", locale=language)
