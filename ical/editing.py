# SPDX-License-Identifier: GPL-3.0-or-later
"""What a form tells of an entry: read from what its owner reads, and carried over to others like it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.editing_repeat import Repeat, read_repeat
from ical.errors import ValueRefused
from ical.governing import time_of
from ical.instances import SERIES
from ical.itip.groups import is_group
from ical.kinds import Kind
from ical.lines import Component, Document, Line
from ical.people import SERVER
from ical.private import is_public
from ical.recurrence import is_transparent
from ical.series import series_of
from ical.sharing import ABSENT
from ical.snapshot import Part, Snapshot
from ical.tasks import DONE, progress_of
from ical.text import unescape
from ical.times import DAY, Moment, clock_of, read_duration, when

HIGH, NORMAL, LOW = 1, 5, 9
"""PRIORITY as a form asks for it; 0 is none (RFC 5545 3.8.1.9)."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody else in an entry."""

    address: Address
    name: str
    agent: str = SERVER
    """Who asks them: SERVER, CLIENT or NONE (RFC 6638 7.1)."""
    is_group: bool = False
    """It stands for several people, each of whom is asked by a line of their own."""
    through: Address | None = None
    """The group that somebody new is in it by."""


@dataclass(frozen=True, slots=True)
class Host:
    """Whoever organizes what they write."""

    name: str
    addresses: tuple[Address, ...]
    """The primary one first."""
    all_addresses: frozenset[Address]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a form tells of an entry, or of one occurrence of it."""

    title: str = ""
    location: str = ""
    description: str = ""
    start: Moment | None = None
    """As the clocks of whoever reads it show it, or a day."""
    end: Moment | None = None
    """The first moment, or day, that is no longer part of it; of a task, when it is due."""
    priority: int = 0
    """HIGH, NORMAL, LOW, or 0 for none."""
    reminder: int | None = None
    """Minutes before; None: none that a form can show."""
    busy: bool = True
    private: bool = False
    repeat: Repeat | None = None
    own_rule: str = ""
    """A rule that no form can show, as it is written."""
    percent: int = 0
    """How much of a task is done."""
    guests: tuple[Guest, ...] = ()
    attends: bool = False
    """Whoever organizes it is asked as well."""
    absent: bool = False
    """Whoever organizes it is not in it: it takes none of their time (reading A8)."""

    @property
    def all_day(self) -> bool:
        """Tell whether it is about whole days."""
        at = self.start if self.start is not None else self.end
        return at is not None and not isinstance(at, datetime)

    @property
    def repeats(self) -> bool:
        """Tell whether it takes place several times."""
        return self.repeat is not None or bool(self.own_rule)

    def guest(self, address: Address) -> Guest | None:
        """Give how somebody stands in it."""
        return next((one for one in self.guests if one.address == address), None)


NAMES = tuple(field.name for field in fields(Particulars))


def particulars(said: Snapshot, part: Part, me: Collection[Address], zone: ZoneInfo) -> Particulars:
    """Give what *part* of *said* tells somebody whose addresses are *me*, and whose clocks are those of *zone*."""
    document, component = said.document, part.component
    at, is_task = when(document, component), said.kind is Kind.VTODO
    start = at.start
    if start is None and part.instance != SERIES and (series := series_of(document, component, zone)) is not None:
        start = series.anchor
    repeat, own_rule = _repeat(said, part)
    progress = progress_of(said, part)
    named = {person.address: person for person in part.people if person.address not in me}
    return Particulars(
        title=_text(document, component, "SUMMARY"),
        location=_text(document, component, "LOCATION"),
        description=_text(document, component, "DESCRIPTION"),
        start=shown(start, zone),
        end=shown(at.end, zone),
        priority=_priority(document, component),
        reminder=next((minutes for _, minutes in reminders(document, component)), None),
        busy=is_task or not is_transparent(document, component),
        private=not is_public(_value(document, component, "CLASS") or "PUBLIC"),
        repeat=repeat,
        own_rule=own_rule,
        percent=(DONE if progress.is_done else progress.percent or 0) if is_task else 0,
        guests=tuple(Guest(one.address, _name(one.line), one.agent, is_group=is_group(one)) for one in named.values()),
        attends=any(person.address in me for person in part.people),
        absent=document.first(component, ABSENT) is not None,
    )


def changed(base: Particulars, now: Particulars) -> frozenset[str]:
    """Give the names of what differs; a guest's name is no difference."""
    found = (name for name in NAMES if _compared(base, name) != _compared(now, name))
    return frozenset(found)


def carried(theirs: Particulars, base: Particulars, now: Particulars, *, only_like: bool = False) -> Particulars:
    """Give *theirs*, of another entry or of its series, with what was changed from *base* to *now*.

    Times move by as much as they did there. *only_like*: what *theirs* tells otherwise than *base* stays.
    """
    wanted = changed(base, now)
    if only_like:
        alike = frozenset(n for n in wanted if n == "guests" or _compared(theirs, n) == _compared(base, n))
        wanted = alike - ({"end"} if "start" in wanted - alike else set())
    plain = {name: getattr(now, name) for name in wanted - {"start", "end", "guests"}}
    if "start" in wanted or "end" in wanted:
        plain |= {
            "start": _carried_time(theirs.start, base.start, now.start),
            "end": _carried_time(theirs.end, base.end, now.end),
        }
    if "guests" in wanted:
        plain["guests"] = _carried_guests(theirs, base, now)
    return replace(theirs, **plain)


def reminders(document: Document, component: Component) -> Iterator[tuple[Component, int]]:
    """Give the alarms of *component* that ring some minutes before, each with how many."""
    for alarm in component.children:
        line = document.first(alarm, "TRIGGER") if alarm.name == "VALARM" else None
        if line is None or (line.parameter("VALUE") or "DURATION").upper() != "DURATION":
            continue
        to_end = (line.parameter("RELATED") or "START").upper() == "END"
        if to_end is not (component.name == "VTODO" and document.first(component, "DUE") is not None):
            continue
        try:
            days, clock = read_duration("TRIGGER", line.value)
        except ValueRefused:
            continue
        if days <= 0 and clock <= timedelta(0):
            yield alarm, (days * DAY + clock) // -MINUTE


def shown(value: Moment | None, zone: ZoneInfo) -> Moment | None:
    """Give *value* as the clocks of *zone* show it; a floating time is meant in it."""
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)


def _compared(one: Particulars, name: str) -> object:
    value = getattr(one, name)
    if name == "guests":
        return {(guest.address, guest.agent) for guest in one.guests}
    if isinstance(value, datetime):
        return clock_of(value), value.utcoffset()
    return value


def _carried_time(theirs: Moment | None, before: Moment | None, after: Moment | None) -> Moment | None:
    if before is None or after is None:
        return after
    if theirs is None or before == after:
        return theirs if isinstance(theirs, datetime) is isinstance(after, datetime) else after
    days = clock_of(after).date() - clock_of(before).date()
    if not isinstance(after, datetime):
        return _day(theirs) + days
    if not isinstance(before, datetime) or not isinstance(theirs, datetime):
        return datetime.combine(_day(theirs) + days, after.timetz())
    return (clock_of(theirs) + (clock_of(after) - clock_of(before))).replace(tzinfo=theirs.tzinfo)


def _day(value: Moment) -> date:
    return value.date() if isinstance(value, datetime) else value


def _carried_guests(theirs: Particulars, base: Particulars, now: Particulars) -> tuple[Guest, ...]:
    gone = {one.address for one in base.guests} - {one.address for one in now.guests}
    wanted = {one.address: one for one in now.guests if base.guest(one.address) != one}
    kept = [wanted.pop(one.address, one) for one in theirs.guests if one.address not in gone]
    added = [one for one in wanted.values() if base.guest(one.address) is None]
    return (*kept, *added)


def _repeat(said: Snapshot, part: Part) -> tuple[Repeat | None, str]:
    """Give the rule of the series; what has several, or single dates beside it, is more than a form can show."""
    if part.instance != SERIES:
        return None, ""
    document, component = said.document, part.component
    rules, dates = document.named(component, "RRULE"), document.named(component, "RDATE")
    anchor, at = time_of(said, part), when(document, component)
    first = at.start if at.start is not None else at.end
    if not rules and not dates:
        return None, ""
    repeat = read_repeat(rules[0].value, first) if len(rules) == 1 and not dates and anchor and first else None
    return repeat, "" if repeat is not None else "\n".join(line.value for line in (*rules, *dates))


def _text(document: Document, component: Component, name: str) -> str:
    return unescape(_value(document, component, name))


def _value(document: Document, component: Component, name: str) -> str:
    line = document.first(component, name)
    return line.value if line is not None else ""


def _priority(document: Document, component: Component) -> int:
    text = _value(document, component, "PRIORITY").strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) == 1 else 0
    return 0 if not number else HIGH if number < NORMAL else NORMAL if number == NORMAL else LOW


def _name(line: Line) -> str:
    return line.parameter("CN") or line.value.removeprefix("mailto:")
