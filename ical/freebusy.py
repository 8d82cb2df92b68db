# SPDX-License-Identifier: GPL-3.0-or-later
"""Busy time: requests for it are read, replies are written (RFC 5546 3.3, RFC 4791 7.10)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, DELEGATED, NEEDS_ACTION, TENTATIVE
from ical.errors import NotOneObject, TooLarge, ValueRefused
from ical.limits import DEFAULT, Limits
from ical.lines import Component, Document, Line, fold, read
from ical.people import address_of, attendees
from ical.recurrence import instant, is_transparent, when
from ical.text import stamp

LONGEST = timedelta(days=400)
"""How much time one question may be about."""
PRODID = "-//Distrib//Distrib//EN"
_OURS_ALONE = dict.fromkeys(("SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND"))


class Busy(IntEnum):
    """How a time is taken; of two that meet, the higher one counts."""

    TENTATIVE = 1
    BUSY = 2


_FBTYPE = {Busy.TENTATIVE: "BUSY-TENTATIVE", Busy.BUSY: "BUSY"}


class Period(NamedTuple):
    """A time that somebody is not free (UTC, the end not included). A tuple, because an answer is made of hundreds."""

    start: datetime
    end: datetime
    busy: Busy


@dataclass(frozen=True, slots=True)
class Question:
    """A VFREEBUSY REQUEST: who asks, about whom, and about which time."""

    uid: str
    start: datetime
    end: datetime
    organizer: Line
    attendees: tuple[Line, ...]
    masked_uid: str | None
    """An entry to leave out: the one that is being planned anew (Apple's X-CALENDARSERVER-MASK-UID)."""

    @property
    def asker(self) -> Address:
        """Who asks."""
        return address_of(self.organizer)

    def line_of(self, address: Address) -> Line | None:
        """Give the ATTENDEE line of *address*, or None."""
        return next((line for line in self.attendees if address_of(line) == address), None)


def read_question(text: bytes, zone: ZoneInfo, limits: Limits = DEFAULT) -> Question:
    """Read a VFREEBUSY REQUEST (RFC 5546 3.3.2); raises IcalError where it is none, or asks about too much."""
    document = read(text, limits)
    method = document.first(document.root, "METHOD")
    asked = [c for c in document.root.children if c.name != "VTIMEZONE"]
    if method is None or method.value.strip().upper() != "REQUEST":
        raise NotOneObject("a question for busy time has METHOD:REQUEST")
    if len(asked) != 1 or asked[0].name != "VFREEBUSY":
        raise NotOneObject("a question for busy time is one VFREEBUSY")
    component = asked[0]
    people = tuple(document.named(component, "ATTENDEE"))
    if not people:
        raise NotOneObject("a question for busy time asks about somebody")
    if len(people) > limits.attendees:
        raise TooLarge("attendees", len(people), limits.attendees)
    if document.first(component, "FREEBUSY") is not None:
        raise NotOneObject("a question for busy time holds no answer")
    for name in ("DTSTAMP", "DTSTART", "DTEND"):
        _needed(document, component, name)
    start, end = _window(document, component, zone)
    masked = document.first(component, "X-CALENDARSERVER-MASK-UID")
    return Question(
        uid=_needed(document, component, "UID").value,
        start=start,
        end=end,
        organizer=_needed(document, component, "ORGANIZER"),
        attendees=people,
        masked_uid=masked.value.strip() if masked is not None else None,
    )


def bounded(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Give the window from *start* to *end*; raises where it is empty, or more than is answered at once."""
    if end <= start:
        raise NotOneObject("a question for busy time is about no time at all")
    if end - start > LONGEST:
        raise TooLarge("days asked about", (end - start).days, LONGEST.days)
    return start, end


def busy_of(document: Document, component: Component, partstat: str | None) -> Busy | None:
    """Tell how *component* takes the time of somebody who answered *partstat* (None: it is theirs), None: not at all.

    What is not answered yet may be taken (product reading A16).
    """
    status = (_value(document, component, "STATUS") or "").upper()
    if component.name != "VEVENT" or status == "CANCELLED" or is_transparent(document, component):
        return None
    return taken_by(Busy.TENTATIVE if status == "TENTATIVE" else Busy.BUSY, partstat)


def taken_by(busy: Busy | None, partstat: str | None) -> Busy | None:
    """Tell how what takes time as *busy* does takes the time of somebody who answered *partstat*."""
    if busy is None or partstat in {DECLINED, DELEGATED}:
        return None
    return Busy.TENTATIVE if partstat in {NEEDS_ACTION, TENTATIVE} else busy


def partstat_in(document: Document, component: Component, me: frozenset[Address]) -> str | None:
    """Give what *component* says that *me* answered; None where nobody asked, or *me* organizes it.

    An organizer who stands among the attendees has accepted unless the line says more than NEEDS-ACTION.
    """
    mine = [person for person in attendees(document, component) if person.address in me]
    organizer = document.first(component, "ORGANIZER")
    if organizer is not None and address_of(organizer) in me:
        return next((p.partstat for p in mine if p.partstat != NEEDS_ACTION), ACCEPTED)
    return mine[0].partstat if mine else None


def merged(periods: Iterable[Period], start: datetime, end: datetime) -> tuple[Period, ...]:
    """Give *periods* inside the window, in order, none touching another of its kind; busy covers tentative."""
    inside = [Period(max(p.start, start), min(p.end, end), p.busy) for p in periods if p.start < end and p.end > start]
    inside = [p for p in inside if p.start < p.end]
    edges = sorted([(p.start, 1, p.busy) for p in inside] + [(p.end, -1, p.busy) for p in inside])
    found: list[Period] = []
    depth = dict.fromkeys(Busy, 0)
    since = start
    for at, step, busy in edges:
        _append(found, since, at, Busy.BUSY if depth[Busy.BUSY] else Busy.TENTATIVE if depth[Busy.TENTATIVE] else None)
        depth[busy] += step
        since = at
    return tuple(found)


def reply(question: Question, attendee: Address, periods: Iterable[Period], now: datetime) -> bytes:
    """Give the VFREEBUSY REPLY for *attendee* (RFC 5546 3.3.3)."""
    line = question.line_of(attendee) or Line.of(fold(f"ATTENDEE:{attendee}"))
    lines = [
        fold("METHOD:REPLY"),
        fold("BEGIN:VFREEBUSY"),
        fold(f"UID:{question.uid}"),
        *_times(question.start, question.end, now),
        _line(question.organizer),
        _line(line),
        *_periods(merged(periods, question.start, question.end)),
        fold("END:VFREEBUSY"),
    ]
    return _calendar(lines)


def report(periods: Iterable[Period], start: datetime, end: datetime, now: datetime) -> bytes:
    """Give the VFREEBUSY that answers a free-busy-query (RFC 4791 7.10)."""
    taken = _periods(merged(periods, start, end))
    name = hashlib.sha256(b"".join([stamp(start).encode(), stamp(end).encode(), *taken])).hexdigest()[:32]
    head = [fold("BEGIN:VFREEBUSY"), fold(f"UID:{name}"), *_times(start, end, now)]
    return _calendar([*head, *taken, fold("END:VFREEBUSY")])


def _window(document: Document, component: Component, zone: ZoneInfo) -> tuple[datetime, datetime]:
    at = when(document, component)
    if at.start is None or at.end is None:
        raise ValueRefused("DTSTART" if at.start is None else "DTEND", "")
    return bounded(instant(at.start, zone), instant(at.end, zone))


def _needed(document: Document, component: Component, name: str) -> Line:
    lines = document.named(component, name)
    if len(lines) != 1 or not lines[0].value.strip():
        raise NotOneObject(f"a question for busy time has one {name}")
    return lines[0]


def _value(document: Document, component: Component, name: str) -> str | None:
    line = document.first(component, name)
    return line.value.strip() if line is not None else None


def _append(found: list[Period], start: datetime, end: datetime, busy: Busy | None) -> None:
    if busy is None or start == end:
        return
    if found and found[-1].end == start and found[-1].busy is busy:
        found[-1] = Period(found[-1].start, end, busy)
    else:
        found.append(Period(start, end, busy))


def _calendar(lines: Sequence[bytes]) -> bytes:
    head = (fold("BEGIN:VCALENDAR"), fold("VERSION:2.0"), fold(f"PRODID:{PRODID}"))
    return b"".join((*head, *lines, fold("END:VCALENDAR")))


def _times(start: datetime, end: datetime, now: datetime) -> tuple[bytes, ...]:
    return (fold(f"DTSTAMP:{stamp(now)}"), fold(f"DTSTART:{stamp(start)}"), fold(f"DTEND:{stamp(end)}"))


def _periods(periods: Iterable[Period]) -> list[bytes]:
    # One line each, the type always said: readers that know no lists or no default get it right too.
    return [fold(f"FREEBUSY;FBTYPE={_FBTYPE[p.busy]}:{stamp(p.start)}/{stamp(p.end)}") for p in periods]


def _line(line: Line) -> bytes:
    clean = line.with_parameters(_OURS_ALONE)
    head = "".join(f";{name}={value}" for name, value in clean.parameters)
    return fold(f"{clean.name}{head}:{clean.value}")
