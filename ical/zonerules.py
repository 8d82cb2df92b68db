# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the time zones that a text names: whoever gets it must be able to tell the hour (RFC 5545 3.6.5)."""

from calendar import isleap, monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ical.lines import Document, fold
from ical.rules import DAYS
from ical.times import DAY, moments
from ical.timezones import has_rules_for, zone_named

OBSERVED = 6
"""So many years must follow the same rule for it to be told as a rule."""
AFTER = 15
"""For so many years after its last time a VTIMEZONE speaks that must name each change."""
YEARS = range(1900, 2200)
"""Outside of them no zone has rules worth telling."""
TIMED = frozenset({"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RDATE", "EXDATE"})


@dataclass(frozen=True, slots=True)
class _Change:
    """A moment when the clocks of a zone are changed."""

    at: datetime
    """Local, by the clock before (RFC 5545 3.6.5)."""
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool

    @property
    def rule(self) -> tuple[object, ...]:
        """What is the same each year, but for the day of the month."""
        return self.at.month, self.at.weekday(), self.at.time(), self.before, self.after, self.name


def missing_rules(document: Document) -> list[bytes]:
    """Give a VTIMEZONE for each known zone that *document* names and does not explain."""
    found = (_rules(tzid, document) for tzid in sorted(_named(document)))
    return [rules for rules in found if rules is not None]


def _named(document: Document) -> set[str]:
    found = {line.parameter("TZID") for line in document.lines if line.name in TIMED}
    return {tzid for tzid in found if tzid is not None and not has_rules_for(tzid, document)}


def _rules(tzid: str, document: Document) -> bytes | None:
    zone = zone_named(tzid)
    days = [day for day in _days(document, tzid) if day.year in YEARS]
    if zone is None or not days:
        return None
    first, last = min(days).year - 1, max(days).year
    observed = [_changes(zone, first + n) for n in range(OBSERVED)]
    rules = _yearly(observed)
    if rules is None:
        body = _listed(zone, first, last + AFTER)
    elif rules:
        body = [_part(change, f"RRULE:{rule}") for change, rule in zip(observed[0], rules, strict=True)]
    else:
        body = [_part(_standing(zone, first))]
    return b"".join([fold("BEGIN:VTIMEZONE"), fold(f"TZID:{tzid}"), *body, fold("END:VTIMEZONE")])


def _listed(zone: ZoneInfo, first: int, last: int) -> list[bytes]:
    """Give the changes one by one: the moon decides about some of them, parliaments about others."""
    alike: dict[tuple[object, ...], list[_Change]] = {}
    for year in range(first, last + 1):
        for change in _changes(zone, year):
            alike.setdefault((change.before, change.after, change.name), []).append(change)
    body = [_part(_standing(zone, first))]
    for changes in alike.values():
        times = ",".join(f"{change.at:%Y%m%dT%H%M%S}" for change in changes)
        body.append(_part(changes[0], f"RDATE:{times}"))
    return body


def _days(document: Document, tzid: str) -> Iterator[date]:
    for line in document.lines:
        if line.name in TIMED and line.parameter("TZID") == tzid:
            for start, _ in moments(line, document):
                yield start.date() if isinstance(start, datetime) else start


@lru_cache(maxsize=2048)
def _changes(zone: ZoneInfo, year: int) -> tuple[_Change, ...]:
    days = (datetime(year, 1, 1, tzinfo=UTC) + n * DAY for n in range(365 + isleap(year)))
    return tuple(_change(zone, at) for at in days if _offset(zone, at) != _offset(zone, at + DAY))


def _change(zone: ZoneInfo, day: datetime) -> _Change:
    """Give the change within the day that begins at *day*, to the second."""
    low, high = 0, 24 * 60 * 60
    before = _offset(zone, day)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, day + timedelta(seconds=middle)) == before:
            low = middle
        else:
            high = middle
    at = day + timedelta(seconds=high)
    after = at.astimezone(zone)
    local = (at + before).replace(tzinfo=None)
    return _Change(local, before, _offset(zone, at), after.tzname() or "", bool(after.dst()))


def _standing(zone: ZoneInfo, year: int) -> _Change:
    at = datetime(year, 1, 1, tzinfo=UTC)
    offset = _offset(zone, at)
    return _Change(at.replace(tzinfo=None), offset, offset, at.astimezone(zone).tzname() or "", is_summer=False)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _yearly(observed: Sequence[Sequence[_Change]]) -> list[str] | None:
    """Give the rule that each change of a year follows in all of the years, or None where some year is otherwise."""
    if len({tuple(change.rule for change in year) for year in observed}) > 1:
        return None
    found: list[str] = []
    for same in zip(*observed, strict=True):
        days = [change.at.date() for change in same]
        nth = {(day.day - 1) // 7 + 1 for day in days}
        is_last = all(day.day + 7 > monthrange(day.year, day.month)[1] for day in days)
        if not is_last and len(nth) > 1:
            return None
        which = -1 if is_last else nth.pop()
        found.append(f"FREQ=YEARLY;BYMONTH={days[0].month};BYDAY={which}{DAYS[days[0].weekday()]}")
    return found


def _part(change: _Change, repeated: str | None = None) -> bytes:
    kind = "DAYLIGHT" if change.is_summer else "STANDARD"
    lines = [
        f"BEGIN:{kind}",
        f"DTSTART:{change.at:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_written(change.before)}",
        f"TZOFFSETTO:{_written(change.after)}",
        f"TZNAME:{change.name}",
        *([repeated] if repeated is not None else []),
        f"END:{kind}",
    ]
    return b"".join(map(fold, lines))


def _written(offset: timedelta) -> str:
    seconds = abs(int(offset.total_seconds()))
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{'-' if offset < timedelta(0) else '+'}{hours:02}{minutes:02}{f'{rest:02}' if rest else ''}"
