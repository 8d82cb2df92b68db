# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody's text says and another one, which they read instead, does not: what is lost by the change."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import NEEDS_ACTION
from ical.changes import BOOKKEEPING, TIMES, says_other
from ical.governing import Days
from ical.instances import SERIES, InstanceId
from ical.kinds import Kind
from ical.lines import Line
from ical.recurrence import schedule_of
from ical.snapshot import Part, Snapshot
from ical.tasks import progress_of

PROGRESS = frozenset({"STATUS", "PERCENT-COMPLETE", "COMPLETED"})
LONGEST = 60
"""Characters of a value that are told."""


class Loss(NamedTuple):
    """One thing that is lost."""

    instance: InstanceId
    name: str
    """The property; `VALARM`, or `RECURRENCE-ID` for an occurrence that there is not."""
    said: str
    """What the text says, shortened."""
    reads: str
    """What its owner reads instead, shortened; '' where it is nothing."""


def losses(said: Snapshot, read: Snapshot, me: frozenset[Address], zone: ZoneInfo) -> Iterator[Loss]:
    """Give what *said*, a text of *me*, says and *read* does not.

    What is said less is no loss, and neither is what others answered: they know it better.
    """
    days = Days(read, zone)
    for part in said.parts:
        other = read.part(part.instance)
        if other is not None:
            yield from _in_part(said, part, read, other, me, zone)
            continue
        speaks = days.governing(part.instance)
        if speaks is not None and said.is_off(part) and read.is_off(speaks):
            continue
        if speaks is None or says_other(said, part, read, speaks, zone):
            yield Loss(part.instance, "RECURRENCE-ID", part.instance, "")


def _in_part(
    said: Snapshot, part: Part, read: Snapshot, other: Part, me: frozenset[Address], zone: ZoneInfo
) -> Iterator[Loss]:
    yield from _times(said, part, read, other, zone)
    yield from _people(part, other, me)
    if said.kind is Kind.VTODO:
        yield from _progress(said, part, read, other)
    for name in said.document.places(part.component):
        if not _is_compared(name, said.kind):
            continue
        mine, theirs = (
            [line for line in of.document.named(p.component, name) if not (name == "STATUS" and _is_default(line))]
            for of, p in ((said, part), (read, other))
        )
        more = Counter(line.meaning for line in mine) - Counter(line.meaning for line in theirs)
        if more:
            first = next(line for line in mine if line.meaning in more)
            yield Loss(part.instance, name, _short(first.value), _short(theirs[0].value) if theirs else "")
    alarms = _alarms(said, part) - _alarms(read, other)
    if alarms:
        yield Loss(part.instance, "VALARM", str(sum(alarms.values())), "")


def _times(said: Snapshot, part: Part, read: Snapshot, other: Part, zone: ZoneInfo) -> Iterator[Loss]:
    mine, theirs = schedule_of(said.document, part.component, zone), schedule_of(read.document, other.component, zone)
    if (mine.start, mine.end, mine.all_day) != (theirs.start, theirs.end, theirs.all_day):
        name = "DTSTART" if said.document.first(part.component, "DTSTART") is not None else "DUE"
        yield Loss(part.instance, name, _value(said, part, name), _value(read, other, name))
    elif (mine.rules, mine.rdates) != (theirs.rules, theirs.rdates):
        yield Loss(part.instance, "RRULE", _value(said, part, "RRULE"), _value(read, other, "RRULE"))
    for instance in sorted(mine.exdates - theirs.exdates):
        yield Loss(SERIES, "EXDATE", instance, "")


def _people(part: Part, other: Part, me: frozenset[Address]) -> Iterator[Loss]:
    there = {person.address: person.partstat for person in other.people}
    mine = [there[address] for address in sorted(me) if address in there]  # under whichever of their addresses
    for person in part.people:
        is_own = bool(mine) and person.address in me
        if person.address not in there and not is_own:
            yield Loss(part.instance, "ATTENDEE", person.address.removeprefix("mailto:"), "")
        elif is_own and person.partstat not in {*mine, NEEDS_ACTION}:
            yield Loss(part.instance, "PARTSTAT", person.partstat, there.get(person.address, mine[0]))


def _progress(said: Snapshot, part: Part, read: Snapshot, other: Part) -> Iterator[Loss]:
    mine, theirs = progress_of(said, part), progress_of(read, other)
    if mine.is_done and not theirs.is_done:
        yield Loss(part.instance, "COMPLETED", _value(said, part, "COMPLETED") or "100 %", "")
    elif mine.percent is not None and mine.percent > (theirs.percent or 0):
        yield Loss(part.instance, "PERCENT-COMPLETE", str(mine.percent), str(theirs.percent or 0))


def _is_compared(name: str, kind: Kind) -> bool:
    if name in BOOKKEEPING or name in TIMES or name in {"ATTENDEE", "ORGANIZER"}:
        return False
    return not (kind is Kind.VTODO and name in PROGRESS) and not name.startswith("X-DISTRIB-")


def _is_default(line: Line) -> bool:
    return line.value.strip().upper() in {"CONFIRMED", NEEDS_ACTION}


def _alarms(said: Snapshot, part: Part) -> Counter[tuple[object, ...]]:
    inside = (said.document.lines[c.start : c.stop] for c in part.component.children if c.name == "VALARM")
    return Counter(tuple(line.meaning for line in lines) for lines in inside)


def _value(said: Snapshot, part: Part, name: str) -> str:
    line = said.document.first(part.component, name)
    return _short(line.value) if line is not None else ""


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
