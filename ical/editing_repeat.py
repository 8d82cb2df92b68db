# SPDX-License-Identifier: GPL-3.0-or-later
"""How an entry repeats, as a form asks for it: read from an RRULE, written as one, and moved along with its series."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from ical.errors import ValueRefused
from ical.rules import DAYS, Rule
from ical.ruletext import parse_rule
from ical.text import stamp
from ical.times import Moment, clock_of, instant, like

OFTEN = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEK = 7
LAST = -1
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A rule of repetition that a form can show."""

    frequency: str
    """One of `OFTEN`."""
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    """Of a weekly one, 0 is Monday; empty: the day that it starts on."""
    by_weekday: bool = False
    """A monthly one comes on the second Tuesday, say, and not on the date."""
    count: int | None = None
    until: date | None = None
    """The last day on which it may take place."""


def read_repeat(value: str, anchor: Moment) -> Repeat | None:
    """Give what the RRULE *value* of a series that starts at *anchor* says; None: more than a form can show."""
    try:
        rule = parse_rule(value)
    except ValueRefused:
        return None
    if rule.frequency not in OFTEN or (rule.week_start and rule.interval > 1) or not _is_plain(rule, anchor):
        return None
    weekly = rule.frequency == "WEEKLY"
    return Repeat(
        frequency=rule.frequency,
        interval=rule.interval,
        weekdays=tuple(day for _, day in rule.by_day) if weekly else (),
        by_weekday=bool(rule.by_day) and not weekly,
        count=rule.count,
        until=_last_day(rule.until, anchor),
    )


def written_repeat(repeat: Repeat, anchor: Moment) -> str:
    """Give *repeat* as the RRULE of a series that starts at *anchor*."""
    parts = [f"FREQ={repeat.frequency}"]
    if repeat.interval > 1:
        parts.append(f"INTERVAL={repeat.interval}")
    if repeat.frequency == "WEEKLY" and repeat.weekdays:
        parts.append("BYDAY=" + ",".join(DAYS[day] for day in sorted(set(repeat.weekdays))))
    if repeat.frequency == "MONTHLY" and repeat.by_weekday:
        parts.append(f"BYDAY={_nth(anchor)}{DAYS[anchor.weekday()]}")
    if repeat.count is not None:
        parts.append(f"COUNT={repeat.count}")
    elif repeat.until is not None:
        parts.append(f"UNTIL={_until(repeat.until, anchor)}")
    return ";".join(parts)


def moved_rule(value: str, before: Moment, after: Moment, zone: tzinfo) -> str:
    """Give the RRULE *value* of a series that started at *before* and starts at *after* now: its days move along.

    What names other days than that of the start stays as it is; days of the week move as many days as the start does.
    """
    days = (clock_of(after).date() - clock_of(before).date()).days
    edits: dict[str, Callable[[str], str]] = {
        "UNTIL": lambda said: _moved_until(said, before, after, zone),
        "BYDAY": lambda said: _moved_days(said, days, before, after),
        "BYMONTHDAY": lambda said: str(after.day) if said == str(before.day) else said,
        "BYMONTH": lambda said: str(after.month) if said == str(before.month) else said,
    }
    return _edited(value, edits)


def ending(value: str, first_not: Moment) -> str:
    """Give the RRULE *value* without what starts at *first_not* or later."""
    if not isinstance(first_not, datetime):
        last = f"{first_not - timedelta(days=1):%Y%m%d}"
    elif first_not.tzinfo is None:
        last = f"{first_not - _SECOND:%Y%m%dT%H%M%S}"
    else:
        last = stamp(first_not - _SECOND)
    return ";".join([*_without(value, "COUNT", "UNTIL"), f"UNTIL={last}"])


def fewer(value: str, gone: int) -> str:
    """Give the RRULE *value* of a series whose first *gone* occurrences are another's now."""
    return _edited(value, {"COUNT": lambda said: str(max(int(said) - gone, 1)) if said.isdigit() else said})


def _is_plain(rule: Rule, anchor: Moment) -> bool:
    """Tell whether a form has a field for all that *rule* says."""
    said = {"BYMONTHDAY": (anchor.day,), "BYMONTH": (anchor.month,)}
    named = {"MONTHLY": {"BYMONTHDAY"}, "YEARLY": {"BYMONTHDAY", "BYMONTH"}}.get(rule.frequency, set())
    if any(name not in named or numbers != said[name] for name, numbers in rule.by.items()):
        return False
    if rule.frequency == "WEEKLY":
        return all(nth == 0 for nth, _ in rule.by_day)
    if rule.frequency == "MONTHLY" and not rule.by:
        return rule.by_day in {(), ((_nth(anchor), anchor.weekday()),)}
    return not rule.by_day


def _nth(day: date) -> int:
    """Give which of its weekday in the month *day* is; the fifth is said to be the last."""
    number = (day.day - 1) // WEEK + 1
    return number if number < len("12345") else LAST


def _last_day(until: datetime | date | None, anchor: Moment) -> date | None:
    if not isinstance(until, datetime):
        return until
    zone = anchor.tzinfo if isinstance(anchor, datetime) else None
    return (until.astimezone(zone) if until.tzinfo is not None and zone is not None else until).date()


def _until(last: date, anchor: Moment) -> str:
    """Write the last day as the start asks for it (RFC 5545 3.3.10): a day, a floating time, or UTC."""
    if not isinstance(anchor, datetime):
        return f"{last:%Y%m%d}"
    at = datetime.combine(last, anchor.timetz())
    return f"{at:%Y%m%dT%H%M%S}" if at.tzinfo is None else stamp(at)


def _moved_until(said: str, before: Moment, after: Moment, zone: tzinfo) -> str:
    until = parse_rule(f"FREQ=DAILY;UNTIL={said}").until
    if until is None:
        return said
    if isinstance(until, datetime) is not isinstance(before, datetime):
        last = _last_day(until, before)
        return said if last is None else _until(last + (clock_of(after).date() - clock_of(before).date()), after)
    last_start = like(until, before, zone)
    moved = clock_of(last_start) + (clock_of(after) - clock_of(before))
    if not isinstance(after, datetime):
        return f"{moved.date():%Y%m%d}"
    if after.tzinfo is None:
        return f"{moved:%Y%m%dT%H%M%S}"
    return stamp(instant(moved.replace(tzinfo=after.tzinfo), zone))


def _moved_days(said: str, days: int, before: Moment, after: Moment) -> str:
    names = said.split(",")
    if all(name in DAYS for name in names):
        return ",".join(sorted((DAYS[(DAYS.index(name) + days) % WEEK] for name in names), key=DAYS.index))
    return f"{_nth(after)}{DAYS[after.weekday()]}" if said == f"{_nth(before)}{DAYS[before.weekday()]}" else said


def _edited(value: str, edits: Mapping[str, Callable[[str], str]]) -> str:
    found: list[str] = []
    for part in value.split(";"):
        name, equals, said = part.partition("=")
        edit = edits.get(name.strip().upper())
        found.append(f"{name}{equals}{edit(said.strip().upper())}" if edit is not None and equals else part)
    return ";".join(found)


def _without(value: str, *names: str) -> list[str]:
    return [part for part in value.split(";") if part.partition("=")[0].strip().upper() not in names]
