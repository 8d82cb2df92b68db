# SPDX-License-Identifier: GPL-3.0-or-later
"""Which time zone a TZID names: an IANA or Windows name, or else the rules of the text's own VTIMEZONE."""

import re
from bisect import bisect_right
from contextlib import suppress
from datetime import MAXYEAR, MINYEAR, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from ical.errors import IcalError
from ical.lines import Component, Document, read
from ical.rules import Bounds, OutOfSteps, Rule
from ical.ruletext import parse_rule

_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?", re.ASCII)
_LOCAL = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z?", re.ASCII)
_COPY = re.compile(r"\s+\d+$")
_LONGEST_NAME = 256
DAY = timedelta(days=1)
_LAST_YEAR = 2200
"""Rules of a VTIMEZONE are followed until then."""


def zone_named(tzid: str) -> ZoneInfo | None:
    """Give the zone that *tzid* names, or None where no table knows it.

    Takes IANA names without regard to case, Windows names, and both behind a vendor's prefix
    (`/freeassociation.sourceforge.net/Europe/Oslo`) or with a copy's number (`W. Europe Standard Time 1`).
    """
    return _named(tzid.strip()) if len(tzid) <= _LONGEST_NAME else None


def zone_of(tzid: str, document: Document) -> tzinfo | None:
    """Give the zone that *tzid* names in *document*; None: nobody knows it, so the time is a floating one."""
    known = zone_named(tzid)
    if known is not None:
        return known
    for component in document.root.children:
        line = document.first(component, "TZID") if component.name == "VTIMEZONE" else None
        if line is not None and line.value.strip() == tzid.strip():
            return _of_component(document, component)
    return None


def has_rules_for(tzid: str, document: Document) -> bool:
    """Tell whether *document* brings a VTIMEZONE of this name (RFC 5545 3.2.19 wants one)."""
    names = (document.first(c, "TZID") for c in document.root.children if c.name == "VTIMEZONE")
    return any(line is not None and line.value.strip() == tzid.strip() for line in names)


def is_timezone(text: bytes) -> bool:
    """Tell whether *text* is a calendar with one VTIMEZONE that makes sense, and nothing else (RFC 4791 5.2.2)."""
    try:
        document = read(text)
    except IcalError:
        return False
    components = document.root.children
    if len(components) != 1 or components[0].name != "VTIMEZONE":
        return False
    return document.first(components[0], "TZID") is not None and _of_component(document, components[0]) is not None


def zone_in(text: bytes) -> tzinfo | None:
    """Give the zone that the VTIMEZONE of *text* is about, None where it makes no sense."""
    try:
        document = read(text)
    except IcalError:
        return None
    names = (document.first(c, "TZID") for c in document.root.children if c.name == "VTIMEZONE")
    return next((zone_of(line.value, document) for line in names if line is not None), None)


class Rules(tzinfo):
    """A zone by the rules of a VTIMEZONE that no table knows."""

    def __init__(self, name: str, changes: tuple[tuple[datetime, timedelta, timedelta], ...]) -> None:
        """Take the *changes* in order: the UTC time of each without zone, the offset before and the offset after."""
        self._name = name
        self._at = [at for at, _, _ in changes]
        # A time that a change jumps over, and the first of two equal ones, are told by the offset before (PEP 495).
        self._first = [at + max(before, after) for at, before, after in changes]
        self._second = [at + min(before, after) for at, before, after in changes]
        self._offsets = [changes[0][1], *(after for _, _, after in changes)]

    def utcoffset(self, at: datetime | None, /) -> timedelta:
        """Give the offset at a local time."""
        if at is None:
            return self._offsets[0]
        local = at.replace(tzinfo=None, fold=0)
        return self._offsets[bisect_right(self._second if at.fold else self._first, local)]

    def dst(self, at: datetime | None, /) -> timedelta:  # noqa: ARG002 - the signature of tzinfo
        """Give zero: a VTIMEZONE does not tell which part of its offset is summer time."""
        return timedelta(0)

    def tzname(self, at: datetime | None, /) -> str:  # noqa: ARG002 - the signature of tzinfo
        """Give the TZID."""
        return self._name

    def fromutc(self, at: datetime, /) -> datetime:
        """Give the local time of a UTC time that carries this zone."""
        plain = at.replace(tzinfo=None)
        place = bisect_right(self._at, plain)
        local = plain + self._offsets[place]
        twice = place > 0 and self._offsets[place] < self._offsets[place - 1] and local < self._first[place - 1]
        return local.replace(tzinfo=self, fold=1 if twice else 0)


@cache
def _names() -> dict[str, str]:
    found = {name.casefold(): name for name in sorted(available_timezones())}
    windows = {name.casefold(): iana for name, iana in WINDOWS_TO_OLSON.items()}
    return {**windows, **found, "z": "UTC"}


@lru_cache(maxsize=1024)
def _named(tzid: str) -> ZoneInfo | None:
    clean = tzid.strip('"').strip("/")
    pieces = clean.split("/")[:16]
    candidates = [clean, _COPY.sub("", clean)]
    if tzid.startswith("/"):
        candidates += ["/".join(pieces[at:]) for at in range(1, len(pieces))]
    for candidate in candidates:
        name = _names().get(candidate.casefold())
        if name is not None:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                continue
    return None


def _of_component(document: Document, component: Component) -> tzinfo | None:
    location = document.first(component, "X-LIC-LOCATION")
    known = zone_named(location.value) if location is not None else None
    return known or _by_rules(document.text_of(component))


@lru_cache(maxsize=256)
def _by_rules(text: bytes) -> tzinfo | None:
    """Read a VTIMEZONE; None where it makes no sense, which counts as an unknown zone."""
    document = read(b"BEGIN:VCALENDAR\r\n" + text + b"END:VCALENDAR\r\n")
    component = document.root.children[0]
    found: list[tuple[datetime, timedelta, timedelta]] = []
    for child in component.children:
        found += _changes(document, child)
    if not found:
        return None
    line = document.first(component, "TZID")
    return Rules(line.value.strip() if line is not None else "", tuple(sorted(set(found))))


def _changes(document: Document, observance: Component) -> list[tuple[datetime, timedelta, timedelta]]:
    values = {line.name: line.value.strip() for _, line in document.own(observance)}
    start = _local(values.get("DTSTART", ""))
    before, after = _offset(values.get("TZOFFSETFROM", "")), _offset(values.get("TZOFFSETTO", ""))
    if start is None or before is None or after is None:
        return []
    local = {start}
    for _, line in document.own(observance):
        if line.name == "RDATE":
            local.update(at for at in map(_local, line.value.split(",")) if at is not None)
    rule = _rule(values.get("RRULE"))
    if rule is not None:
        until = rule.until.replace(tzinfo=None) + before if isinstance(rule.until, datetime) else None
        end = min(filter(None, (until, datetime(_LAST_YEAR, 1, 1))))  # noqa: DTZ001
        with suppress(OutOfSteps):  # what was found by then may do
            local.update(takewhile(lambda at: at <= end, rule.starts(start, Bounds())))
    return [(at - before, before, after) for at in local]


def _rule(value: str | None) -> Rule | None:
    try:
        rule = parse_rule(value) if value is not None else None
    except IcalError:
        return None
    # No zone changes its offset more often than that; anything else is there to cost time.
    return rule if rule is not None and rule.frequency == "YEARLY" else None


def _offset(value: str) -> timedelta | None:
    match = _OFFSET.fullmatch(value)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    return None if offset >= DAY else -offset if match[1] == "-" else offset


def _local(value: str) -> datetime | None:
    match = _LOCAL.fullmatch(value.strip())
    try:
        at = datetime(*map(int, match.groups())) if match is not None else None  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
    # Years at the edges would overflow when an offset is added.
    return at if at is None or MINYEAR < at.year < MAXYEAR else None
