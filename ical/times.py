# SPDX-License-Identifier: GPL-3.0-or-later
"""When a component is: its time properties, read as dates and times."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MINYEAR, UTC, date, datetime, time, timedelta, tzinfo

from ical.errors import ValueRefused
from ical.instances import InstanceId
from ical.lines import Component, Document, Line
from ical.text import LAST_SECOND, LEAP_SECOND, stamp
from ical.timezones import zone_of

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", re.ASCII)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", re.ASCII
)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC, microsecond=0)
END = datetime.max.replace(tzinfo=UTC)
"""Behind the last time that can be written: where a range ends that has no end."""
DAY = timedelta(days=1)

Moment = datetime | date
"""A date where it is about whole days; a datetime without zone is a floating one."""


@dataclass(frozen=True, slots=True)
class When:
    """When a component is, in its own terms; `instant` makes comparable times of it."""

    start: Moment | None
    end: Moment | None
    """The first moment, or day, that is no longer part of it; of a task, when it is due."""
    all_day: bool
    tzid: str | None
    """As written at the start, or at the end where there is none."""
    recurring: bool
    """It has RRULE or RDATE lines."""


def when(document: Document, component: Component) -> When:
    """Read when *component* is; raises ValueRefused where a time cannot be read.

    The end is DTEND, DUE, or DTSTART and DURATION; a whole-day event without one lasts a day, any other event no time
    (RFC 5545 3.6.1). So it is with every journal, which has no such lines (RFC 5545 3.6.3, RFC 4791 9.9). An end before
    the start counts as none.
    """
    begin = document.first(component, "DTSTART")
    close = document.first(component, "DTEND" if component.name != "VTODO" else "DUE")
    lasting = document.first(component, "DURATION")
    if component.name == "VJOURNAL":
        close = lasting = None
    start = moment(begin, document) if begin is not None else None
    end = moment(close, document) if close is not None else None
    if end is None and start is not None and lasting is not None:
        end = later(start, *duration(lasting))
    if start is not None:
        end = _end(start, end, lasts=component.name != "VTODO")
    first = start if start is not None else end
    line = begin or close
    return When(
        start=start,
        end=end,
        all_day=first is not None and not isinstance(first, datetime),
        tzid=line.parameter("TZID") if line is not None else None,
        recurring=not document.places(component).keys().isdisjoint(("RRULE", "RDATE")),
    )


def moment(line: Line, document: Document) -> Moment:
    """Read the date or time of *line*; raises ValueRefused."""
    return read_moment(line, line.value, document)


def read_moment(line: Line, text: str, document: Document) -> Moment:
    """Read *text*, one value of *line*, as a date or time; raises ValueRefused."""
    match = _TIME.fullmatch(text.strip().upper())
    if match is None:
        raise ValueRefused(line.name, text)
    year, month, day, hour, minute, second = (int(n or 0) for n in match.groups()[:6])
    try:
        if match[4] is None:
            # Without VALUE=DATE too: old senders leave it out, and nothing else can be meant.
            return date(year, month, day)
        seconds = LAST_SECOND if second == LEAP_SECOND else second
        plain = datetime(year, month, day, hour, minute, seconds)  # noqa: DTZ001 - its zone comes below
    except ValueError as error:
        raise ValueRefused(line.name, text) from error
    if match[7]:
        return plain.replace(tzinfo=UTC)
    tzid = line.parameter("TZID")
    return plain if tzid is None else plain.replace(tzinfo=zone_of(tzid, document))


def moments(line: Line, document: Document) -> Iterator[tuple[Moment, Moment | None]]:
    """Give start and, of a period, end for each value of an RDATE or EXDATE; raises ValueRefused."""
    for text in line.value.split(","):
        if not text.strip():
            continue
        begin, slash, close = text.partition("/")
        start = read_moment(line, begin, document)
        if not slash:
            yield start, None
        elif close.strip().upper().lstrip("+-").startswith("P"):
            yield start, later(start, *read_duration(line.name, close))
        else:
            yield start, read_moment(line, close, document)


def duration(line: Line) -> tuple[int, timedelta]:
    """Read a DURATION as days by the calendar, and time by the clock (RFC 5545 3.3.6); raises ValueRefused."""
    return read_duration(line.name, line.value)


def read_duration(name: str, text: str) -> tuple[int, timedelta]:
    """Read *text*, a value of property *name*, as a duration; raises ValueRefused."""
    match = _DURATION.fullmatch(text.strip().upper())
    if match is None or not any(match.groups()[1:]):
        raise ValueRefused(name, text)
    weeks, days, hours, minutes, seconds = (int(n or 0) for n in match.groups()[1:])
    sign = -1 if match[1] == "-" else 1
    return sign * (7 * weeks + days), sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def later(start: Moment, days: int, clock: timedelta) -> Moment:
    """Give the moment that is *days* on the calendar and then *clock* time after *start*."""
    try:
        shifted = start + timedelta(days=days)
        if not isinstance(shifted, datetime):
            return shifted + timedelta(days=clock // DAY)
        if shifted.tzinfo is None or not clock:
            return shifted + clock
        return (shifted.astimezone(UTC) + clock).astimezone(shifted.tzinfo)
    except OverflowError:
        return start


def earlier(at: datetime, by: timedelta) -> datetime:
    """Give the time that is *by* before *at* (UTC), or the first one there is."""
    return at - min(by, at - FIRST)


def shifted(at: datetime, by: timedelta) -> datetime:
    """Give the time that is *by* after *at* (UTC), or the first or last one there is."""
    return at + max(min(by, LAST - at), FIRST - at)


def instant(value: Moment, zone: tzinfo) -> datetime:
    """Give *value* in UTC; floating times and days are read in *zone*."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    elif value.tzinfo is UTC:
        return value
    try:
        return (value if value.tzinfo is not None else value.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return FIRST if value.year == MINYEAR else LAST


def shown_in(value: datetime, zone: tzinfo) -> datetime:
    """Give *value*, which has a zone, as the clocks of *zone* show it, or the first or last time that they can show."""
    try:
        return value.astimezone(zone)
    except OverflowError:
        return (FIRST if value.year == MINYEAR else LAST).replace(tzinfo=zone)


def instance_id(document: Document, line: Line, components: Iterable[Component], zone: tzinfo) -> InstanceId:
    """Give which occurrence of *components* a RECURRENCE-ID names; raises ValueRefused."""
    main = next((c for c in components if document.first(c, "RECURRENCE-ID") is None), None)
    begin = (document.first(main, "DTSTART") or document.first(main, "DUE")) if main is not None else None
    value = moment(line, document)
    return instance_at(like_clock(value, moment(begin, document), zone) if begin is not None else value)


def instance_at(value: Moment) -> InstanceId:
    """Give the name of the occurrence that starts at *value*: a floating one has the same for everybody."""
    if isinstance(value, datetime):
        at = instant(value, UTC)
        return InstanceId(stamp(at) if value.tzinfo is not None else stamp(at).removesuffix("Z"))
    return InstanceId(f"{value.year:04}{value:%m%d}")


def like_clock(value: Moment, anchor: Moment, zone: tzinfo) -> Moment:
    """Give *value*, if it is a time, floating or not as *anchor* is; a clock that floats shows the time of *zone*."""
    if not isinstance(value, datetime) or not isinstance(anchor, datetime):
        return value
    if (value.tzinfo is None) is (anchor.tzinfo is None):
        return value
    return value.replace(tzinfo=anchor.tzinfo) if value.tzinfo is None else shown_in(value, zone).replace(tzinfo=None)


def moment_of(instance: InstanceId) -> Moment | None:
    """Give the time that *instance* is named by, or None where it is no such name."""
    try:
        if instance.endswith("Z"):
            return datetime.strptime(instance, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if "T" in instance:
            return datetime.strptime(instance, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - floating
        return date(int(instance[:4]), int(instance[4:6]), int(instance[6:]))
    except ValueError:
        return None


def clock_of(value: Moment) -> datetime:
    """Give what the clocks and calendars show at *value*."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time())


def like(value: Moment, anchor: Moment, zone: tzinfo) -> Moment:
    """Give *value* in the terms of *anchor*: its zone, none, or days; floating times are in *zone*."""
    if not isinstance(anchor, datetime):
        return (
            (shown_in(value, zone) if value.tzinfo is not None else value).date()
            if isinstance(value, datetime)
            else value
        )
    if not isinstance(value, datetime):
        return datetime.combine(value, anchor.time(), anchor.tzinfo)
    same = like_clock(value, anchor, zone)
    return shown_in(same, anchor.tzinfo) if isinstance(same, datetime) and anchor.tzinfo is not None else same


def written(value: Moment, line: Line, document: Document, zone: tzinfo) -> str:
    """Give *value* as *line* writes its time; floating times are in *zone*."""
    if not isinstance(value, datetime):
        return f"{value.year:04}{value:%m%d}"
    if line.value.strip().upper().endswith("Z"):
        return stamp(instant(value, zone))
    tzid = line.parameter("TZID")
    there = zone_of(tzid, document) if tzid is not None else None
    at = value if value.tzinfo is None else shown_in(value, there or zone)
    return f"{at.year:04}{at:%m%dT%H%M%S}"


def _end(start: Moment, end: Moment | None, *, lasts: bool) -> Moment | None:
    if end is None:
        return _shortest(start) if lasts else None
    if isinstance(start, datetime):
        # A date as the end of a timed event is no RFC's idea, but old Exchange's.
        end = end if isinstance(end, datetime) else datetime.combine(end, time(), start.tzinfo)
        return start if _is_before(end, start) else end
    if isinstance(end, datetime):
        end = end.date()
    return end if end > start else _shortest(start) if lasts else end


def _shortest(start: Moment) -> Moment:
    return start if isinstance(start, datetime) else later(start, 1, timedelta(0))


def _is_before(end: datetime, start: datetime) -> bool:
    if (end.tzinfo is None) is not (start.tzinfo is None):
        return False
    try:
        return end.timestamp() < start.timestamp() if end.tzinfo is not None else end < start
    except (OverflowError, ValueError):
        return False
