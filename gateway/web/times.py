# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as people read them, in the zone of the one who invites."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime, get_timezone_name

from gateway.model import Brief
from gateway.web.language import words

_DAY = {"nb": "EEEE d. MMMM y", "en": "EEEE d MMMM y"}
_CLOCK = {"nb": "HH.mm", "en": "HH:mm"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of a wall calendar: what stands on it."""

    month: str
    day: str
    weekday: str


@dataclass(frozen=True, slots=True)
class TimeTeller:
    """Tells times in one zone and one language."""

    zone: tzinfo
    language: str

    def span(self, start: datetime | date, end: datetime | date | None) -> str:
        """Give when something is: `mandag 23. november 2026 kl. 09.00–10.30`."""
        if isinstance(start, datetime):
            return self._hours(start, end if isinstance(end, datetime) else None)
        return self._days(start, end if isinstance(end, date) and not isinstance(end, datetime) else None)

    def when(self, brief: Brief) -> str:
        """Give when an entry takes place, or is due where it does not; '' where neither is said."""
        if brief.start:
            return self.span(brief.start, brief.end)
        return self.moment(brief.due) if brief.due else ""

    def moment(self, at: datetime | date) -> str:
        """Give a day, or a day and an hour."""
        if not isinstance(at, datetime):
            return self._day(at)
        return self._word("%(day)s at %(clock)s") % {"day": self._day(at), "clock": self.clock(at)}

    def zone_name(self, at: datetime | date | None) -> str:
        """Give the zone's name as people say it and as computers do; '' where no hour is told."""
        if not isinstance(at, datetime):
            return ""
        spoken = get_timezone_name(at.astimezone(self.zone), width="long", locale=self.language)
        key = getattr(self.zone, "key", "UTC")
        return f"{spoken} ({key})" if key != "UTC" else spoken

    def clock(self, at: datetime) -> str:
        """Give the hour alone: `09.30`."""
        return format_datetime(at.astimezone(self.zone), _CLOCK[self.language], locale=self.language)

    def span_here(self, start: datetime | date, end: datetime | date | None, mine: "TimeTeller") -> str:
        """Give when something is by the clocks of this zone, and its name; '' where those of *mine* show the same."""
        told = self.span(start, end)
        return f"{told}, {self.zone_name(start)}" if told != mine.span(start, end) else ""

    def leaf(self, at: datetime | date) -> Leaf:
        """Give the leaf of a wall calendar for the day of *at*."""
        day = self._local(at)
        month = format_date(day, "MMM", locale=self.language).rstrip(".")
        return Leaf(month, str(day.day), format_date(day, "EEEE", locale=self.language))

    def stamp(self, at: datetime) -> str:
        """Give a short day and hour, for lists."""
        return format_datetime(at.astimezone(self.zone), f"d. MMM {_CLOCK[self.language]}", locale=self.language)

    def _hours(self, start: datetime, end: datetime | None) -> str:
        if end is None or end <= start:
            return self.moment(start)
        if self._local(start) == self._local(end):
            return f"{self.moment(start)}\N{EN DASH}{self.clock(end)}"
        return f"{self.moment(start)} \N{EN DASH} {self.moment(end)}"

    def _days(self, start: date, end: date | None) -> str:
        # DTEND of whole days is the day after the last one (RFC 5545 3.6.1).
        last = end - timedelta(days=1) if end is not None else start
        if last <= start:
            return self._word("%(day)s, all day") % {"day": self._day(start)}
        return f"{self._day(start)} \N{EN DASH} {self._day(last)}"

    def _local(self, at: datetime | date) -> date:
        return at.astimezone(self.zone).date() if isinstance(at, datetime) else at

    def _day(self, at: datetime | date) -> str:
        return format_date(self._local(at), _DAY[self.language], locale=self.language)

    def _word(self, message: str) -> str:
        return words(self.language).gettext(message)


def teller(timezone: str, language: str) -> TimeTeller:
    """Give the teller of times in *timezone*, or in UTC where no such zone is known."""
    try:
        return TimeTeller(ZoneInfo(timezone), language)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return TimeTeller(UTC, language)
