# SPDX-License-Identifier: GPL-3.0-or-later
"""Recurrence rules as they are written (RFC 5545 3.3.10)."""

import re
from datetime import UTC, date, datetime

from ical.errors import ValueRefused
from ical.rules import DAYS, Rule

FREQUENCIES = ("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_RANGES = {
    "BYSECOND": (0, 60),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (-366, 366),
}
_SINGLE = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "RSCALE", "SKIP"}
_NO_ZERO = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", re.ASCII)


def parse_rule(value: str) -> Rule:
    """Read an RRULE; raises ValueRefused where it cannot be followed."""
    parts = {name: text for name, text in _parts(value).items() if not name.startswith("X-")}
    try:
        return _rule(parts)
    except (KeyError, ValueError) as error:
        raise ValueRefused("RRULE", value) from error


def canonical(value: str) -> str:
    """Give the comparable text of an RRULE: order, case and what is the default anyway make no difference.

    A rule that cannot be followed is compared as it is written.
    """
    try:
        rule = parse_rule(value)
    except ValueRefused:
        return ";".join(sorted(part.strip() for part in value.upper().split(";")))
    days = [f"{nth or ''}{DAYS[weekday]}" for nth, weekday in rule.by_day]
    parts = {
        "FREQ": rule.frequency,
        "INTERVAL": str(rule.interval) if rule.interval > 1 else "",
        "COUNT": "" if rule.count is None else str(rule.count),
        "UNTIL": "" if rule.until is None else rule.until.isoformat(),
        # The first day of the week matters to these two only (RFC 5545 3.3.10).
        "WKST": DAYS[rule.week_start] if rule.week_start and _minds_week(rule) else "",
        "BYDAY": ",".join(days),
        **{name: ",".join(map(str, numbers)) for name, numbers in rule.by.items()},
    }
    return ";".join(f"{name}={text}" for name, text in sorted(parts.items()) if text)


def _rule(parts: dict[str, str]) -> Rule:
    count, until, by_day = parts.get("COUNT"), parts.get("UNTIL"), parts.get("BYDAY")
    if parts["FREQ"] not in FREQUENCIES or parts.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise ValueError(parts)
    return Rule(
        frequency=parts["FREQ"],
        interval=max(_number(parts.get("INTERVAL", "1")), 1),
        count=_number(count) if count is not None else None,
        until=_until(until) if until is not None else None,
        week_start=DAYS.index(parts.get("WKST", "MO")),
        by_day=tuple(sorted(map(_by_day, by_day.split(",")))) if by_day is not None else (),
        by={name: _numbers(name, text) for name, text in parts.items() if name not in _SINGLE},
    )


def _minds_week(rule: Rule) -> bool:
    return (rule.frequency == "WEEKLY" and rule.interval > 1) or "BYWEEKNO" in rule.by


def _parts(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in value.strip().strip(";").split(";"):
        name, equals, text = part.partition("=")
        if not equals or name.strip().upper() in found:
            raise ValueRefused("RRULE", value)
        found[name.strip().upper()] = text.strip().upper()
    return found


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _numbers(name: str, text: str) -> tuple[int, ...]:
    low, high = _RANGES[name]
    found = sorted({_number(piece.strip()) for piece in text.split(",")})
    if found[0] < low or found[-1] > high or (name in _NO_ZERO and 0 in found):
        raise ValueError(text)
    return tuple(found)


def _by_day(text: str) -> tuple[int, int]:
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    return int(match[1] or 0), DAYS.index(match[2])


def _until(text: str) -> datetime | date:
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(n or 0) for n in match.groups()[:6])
    if match[4] is None:
        return date(year, month, day)
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC if match[7] else None)
