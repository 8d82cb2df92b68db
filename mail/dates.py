# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as people read them, in their language and in the organizer's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location, get_timezone_name

from mail.translations import Gettext

_LOCALES = {"nb": Locale("nb"), "en": Locale("en", "GB")}
_DAY = {"nb": "d.", "en": "d"}
DEFAULT_ZONE = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True, slots=True)
class Leaf:
    """The leaf of a wall calendar."""

    month: str
    day: str
    weekday: str


def zone_named(name: str) -> ZoneInfo:
    """Give the time zone *name*, or the default one where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return DEFAULT_ZONE


def in_zone(moment: date, zone: tzinfo) -> date:
    """Give *moment* on the clock of *zone*; days, and times without a zone, stay as they are."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(zone)
    return moment


def period(start: date, end: date | None, language: str, _: Gettext) -> str:
    """Say from when to when; *end* is exclusive, as in DTEND."""
    if not isinstance(start, datetime):
        last = end - timedelta(days=1) if end is not None and end > start else start
        return _days(start, last, language, _)
    if not isinstance(end, datetime) or _naive(end) <= _naive(start):
        return moment(start, language, _)
    if end.date() == start.date():
        facts = {"day": _day(start, language), "start": clock(start, language), "end": clock(end, language)}
        return _("%(day)s, %(start)s–%(end)s") % facts
    return _("%(start)s – %(end)s") % {"start": moment(start, language, _), "end": moment(end, language, _)}


def moment(at: date, language: str, _: Gettext) -> str:
    """Say when one point in time is: a day, and its time where it has one."""
    if not isinstance(at, datetime):
        return _day(at, language)
    return _("%(day)s, %(time)s") % {"day": _day(at, language), "time": clock(at, language)}


def zone_name(at: date, language: str) -> str:
    """Name the clock that *at* is read on; '' for days and for times without a zone."""
    if not isinstance(at, datetime) or at.tzinfo is None:
        return ""
    name = get_timezone_name(at, "long", locale=_LOCALES[language])
    place = get_timezone_location(at.tzinfo, locale=_LOCALES[language], return_city=True)
    return name if place in ("", "UTC") or place in name else f"{name}, {place}"


def leaf(at: date, language: str) -> Leaf:
    """Give the leaf of a wall calendar for the day of *at*."""
    locale = _LOCALES[language]
    month = format_date(at, "MMM", locale=locale).rstrip(".")
    return Leaf(month, format_date(at, "d", locale=locale), format_date(at, "EEEE", locale=locale))


def clock(at: datetime, language: str) -> str:
    """Give the hour alone: `09.30`."""
    return format_time(at, "HH.mm" if language == "nb" else "HH:mm", locale=_LOCALES[language])


@lru_cache(maxsize=1024)
def short_day(day: date, language: str) -> str:
    """Give a day for lists: `man. 23. nov.`."""
    return format_date(day, f"EEE {_DAY[language]} MMM", locale=_LOCALES[language])


def _days(first: date, last: date, language: str, _: Gettext) -> str:
    if first == last:
        return _("%(day)s (all day)") % {"day": _day(first, language)}
    return _("%(start)s – %(end)s") % {"start": _day(first, language), "end": _day(last, language)}


def _day(at: date, language: str) -> str:
    return format_date(at, "full", locale=_LOCALES[language])


def _naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)
