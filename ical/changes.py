# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's new text changes for the others."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.governing import Days
from ical.instances import SERIES, InstanceId
from ical.kinds import Kind
from ical.overrides import takes_place
from ical.private import OWN, is_private
from ical.ranges import speaks_on
from ical.recurrence import Schedule, schedule_of
from ical.rhythm import Difference, difference
from ical.snapshot import Part, Snapshot, says_off

BOOKKEEPING = frozenset({"CREATED", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "UID", "RECURRENCE-ID"})
"""Lines that every client rewrites: they tell nobody anything."""
TIMES = frozenset({"DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE"})
"""Lines that are compared by what they mean (`ical.recurrence.schedule_of`)."""
QUIET = frozenset({"CATEGORIES", "COLOR", "TRANSP"})
"""Lines that others see, but need not be told of (scheduling table, organizer's own matters)."""
DERIVED = frozenset({"STATUS", "PERCENT-COMPLETE", "COMPLETED"})
"""Lines of a distributed task that are made from the assignees' answers."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How two texts of an entry differ for the others; the series is an instance as each occurrence is."""

    series: bool
    """Time or recurrence of the whole changed so that everybody in it must be asked again (RFC 6638 3.2.8)."""
    again: frozenset[InstanceId]
    """Occurrences that were moved, or brought back: everybody in them must be asked again."""
    gone: frozenset[InstanceId]
    """Occurrences that took place and do not any more."""
    off: frozenset[InstanceId]
    """Occurrences that say now that they are called off."""
    shorter: bool
    """The rules make fewer occurrences; those that are left are as they were."""
    told: frozenset[InstanceId]
    """Where something else changed that the others are told of."""
    quiet: frozenset[InstanceId]
    """Where something changed that the others see but are not told of."""
    people: frozenset[InstanceId]
    """Where somebody was added or taken away."""

    @property
    def significant(self) -> bool:
        """Somebody must be asked again."""
        return self.series or bool(self.again)

    @property
    def raised(self) -> frozenset[InstanceId]:
        """Whose SEQUENCE must be higher than before (RFC 5546 2.1.4)."""
        return self.again | self.gone | self.off

    @property
    def visible(self) -> bool:
        """What others read is another text now."""
        return self.significant or self.shorter or bool(self.raised | self.told | self.quiet | self.people)


_Schedules = Mapping[InstanceId, Schedule]
_Meanings = Counter[tuple[object, ...]]


class _Said(NamedTuple):
    told: _Meanings
    """What the others are told of."""
    quiet: _Meanings
    """What they only see."""


def compare(old: Snapshot, new: Snapshot, zone: ZoneInfo) -> Changes:
    """Tell what *new* changes against *old*; order, case and spelling are no change (model, law 10).

    An occurrence that has a component of its own in one of the texts only is compared with what the series says there.
    """
    before, after = _schedules(old, zone), _schedules(new, zone)
    days = Days(old, zone), Days(new, zone)
    series, shorter = _rescheduled(before, after, old, new, days, zone)
    gone = frozenset(_gone(before, after, old, new, zone)) if not series else frozenset[InstanceId]()
    told, quiet, people = (frozenset(instances) - gone for instances in _different(old, new, days))
    if not (series or shorter or gone) and _is_rewritten(before, after):
        told |= {SERIES}
    # Of an occurrence that was called off, and is, nobody needs to hear.
    over = frozenset(i for i in told - {SERIES} if days[0].is_off(i) and days[1].is_off(i))
    return Changes(
        series=series,
        again=frozenset(_asked_again(before, after, old, new, days, zone)),
        gone=gone,
        off=frozenset(i for i in after.keys() - {SERIES} if days[1].is_off(i) and not days[0].is_off(i)),
        shorter=shorter,
        told=told - over,
        quiet=quiet | over,
        people=people,
    )


def says_the_same(one: Snapshot, part: Part, other: Snapshot, as_part: Part, zone: ZoneInfo) -> bool:
    """Tell whether two components say the same of everything but who answered what, and the server's own notes."""
    if schedule_of(one.document, part.component, zone) != schedule_of(other.document, as_part.component, zone):
        return False
    return (_said(one, part), _roles(part), _own_lines(one, part)) == (
        _said(other, as_part),
        _roles(as_part),
        _own_lines(other, as_part),
    )


def says_other(
    one: Snapshot, part: Part, other: Snapshot, of: Part, zone: ZoneInfo, *, but_for: Collection[Address] = ()
) -> bool:
    """Tell whether *part* says something else of what is the organizer's than the component *of* (RFC 6638 3.2.2.1).

    Fewer occurrences are none of it: that declines them. Who is among *but_for* may be named or not.
    """
    now, was = (schedule_of(said.document, p.component, zone) for said, p in ((one, part), (other, of)))
    if part.instance != of.instance:
        moved = _is_elsewhere(now, part.instance, Days(other, zone))
    else:
        moved = _moved(was, now) or _has_other_rules(one, now, other, was, zone)
    return moved or _organizers(one, part, but_for) != _organizers(other, of, but_for)


def _has_other_rules(one: Snapshot, now: Schedule, other: Snapshot, was: Schedule, zone: ZoneInfo) -> bool:
    """Tell whether other rules make other occurrences: COUNT may be written as UNTIL."""
    if (was.rules, was.rdates) == (now.rules, now.rdates):
        return False
    return one.part(SERIES) is None or other.part(SERIES) is None or difference(other, one, zone) != Difference()


def _organizers(of: Snapshot, part: Part, but_for: Collection[Address]) -> tuple[_Meanings, set[Address]]:
    told = Counter({m: n for m, n in _said(of, part).told.items() if m[0] not in OWN})
    return told, {person.address for person in part.people if person.address not in but_for}


def _rescheduled(
    before: _Schedules, after: _Schedules, old: Snapshot, new: Snapshot, days: tuple[Days, Days], zone: ZoneInfo
) -> tuple[bool, bool]:
    """Tell whether everybody in the series must be asked again, and whether it only has fewer occurrences."""
    was, now = before.get(SERIES), after.get(SERIES)
    if was is None or now is None:
        return False, False
    if any(_is_moved(i, before, after, days) for i in _ranges(old) | _ranges(new)):
        return True, False
    if _moved(was, now):
        return True, False
    if (was.rules, was.rdates) == (now.rules, now.rdates):
        return False, False
    made = difference(old, new, zone)
    return made.more, made.less


def _is_rewritten(before: _Schedules, after: _Schedules) -> bool:
    """Tell whether the rules of the series are other ones."""
    was, now = before.get(SERIES), after.get(SERIES)
    return was is not None and now is not None and (was.rules, was.rdates) != (now.rules, now.rdates)


def _ranges(said: Snapshot) -> frozenset[InstanceId]:
    """Give the overrides that speak for all later occurrences too (RFC 5545 3.2.13): they are a part of the rules."""
    return frozenset(part.instance for part in said.parts if speaks_on(said.document, part.component))


def _is_moved(instance: InstanceId, before: _Schedules, after: _Schedules, days: tuple[Days, Days]) -> bool:
    """Tell whether an override, or its going, says another time; there is a series before and after."""
    was, now = before.get(instance), after.get(instance)
    if was is not None and now is not None:
        return _moved(was, now)
    if now is not None:
        return _is_elsewhere(now, instance, days[1])
    return was is not None and _is_elsewhere(was, instance, days[0])


def _asked_again(
    before: _Schedules, after: _Schedules, old: Snapshot, new: Snapshot, days: tuple[Days, Days], zone: ZoneInfo
) -> Iterator[InstanceId]:
    was, now = before.get(SERIES), after.get(SERIES)
    for i in (before.keys() | after.keys()) - {SERIES}:
        if i in before and i in after:
            moved = _moved(before[i], after[i])
        elif i in after:
            moved = now is not None and (_is_elsewhere(after[i], i, days[1]) or not takes_place(old, i, zone))
        else:
            moved = was is not None and _is_elsewhere(before[i], i, days[0]) and takes_place(new, i, zone)
        is_on_again = days[0].is_off(i) and not days[1].is_off(i) and (i in after or takes_place(new, i, zone))
        if moved or is_on_again:
            yield i
    if was is not None and now is not None:
        yield from (i for i in was.exdates - now.exdates if i not in before and takes_place(new, i, zone))


def _gone(before: _Schedules, after: _Schedules, old: Snapshot, new: Snapshot, zone: ZoneInfo) -> Iterator[InstanceId]:
    was, now = before.get(SERIES), after.get(SERIES)
    if was is None or now is None:
        return
    less = {i for i, _ in was.rdates - now.rdates}
    for i in (now.exdates - was.exdates) | less | (before.keys() - after.keys() - {SERIES}):
        took_place = i in before or takes_place(old, i, zone)
        if took_place and i not in after and not takes_place(new, i, zone):
            yield i


def _moved(before: Schedule, after: Schedule) -> bool:
    return (before.start, before.end, before.all_day) != (after.start, after.end, after.all_day)


def _is_elsewhere(override: Schedule, instance: InstanceId, days: Days) -> bool:
    """Tell whether *override* says another time of *instance* than *days* have without it."""
    return (override.start_id, override.length) != days.placed(instance)


def _schedules(of: Snapshot, zone: ZoneInfo) -> _Schedules:
    return {p.instance: schedule_of(of.document, p.component, zone) for p in of.parts}


class _Different(NamedTuple):
    """The instances of which two texts say something else, and not because they are as the series is, or was."""

    told: set[InstanceId]
    quiet: set[InstanceId]
    people: set[InstanceId]


def _different(old: Snapshot, new: Snapshot, days: tuple[Days, Days]) -> _Different:
    found = _Different(set(), set(), set())
    for instance in {p.instance for p in (*old.parts, *new.parts)}:
        before, after = old.part(instance), new.part(instance)
        base, one = (old, before) if before is not None else (new, _instead(instance, days[1]))
        text, other = (new, after) if after is not None else (old, _instead(instance, days[0]))
        if one is None or other is None:
            for instances in found:
                instances.add(instance)
            continue
        was, now = _said(base, one), _said(text, other)
        if was.told != now.told:
            found.told.add(instance)
        if was.quiet != now.quiet:
            found.quiet.add(instance)
        if _has_other_people(one, other):
            found.people.add(instance)
    return found


def _instead(instance: InstanceId, days: Days) -> Part | None:
    """Give what speaks for *instance* where it has no component of its own; nothing does for the series."""
    return None if instance == SERIES else days.governing(instance)


def _has_other_people(one: Part, other: Part) -> bool:
    """Tell whether others are in it, or in other roles; most lines are those that they were."""
    return [p.line for p in one.people] != [p.line for p in other.people] and _roles(one) != _roles(other)


def _roles(part: Part) -> _Meanings:
    return Counter((a.address, a.agent, (a.line.parameter("ROLE") or "REQ-PARTICIPANT").upper()) for a in part.people)


def _said(of: Snapshot, part: Part) -> _Said:
    """Give what *part* says beside times and people."""
    told: _Meanings = Counter()
    quiet: _Meanings = Counter()
    for name in filter(_counts, of.document.places(part.component)):
        found = quiet if name in QUIET or name.startswith("X-") else told
        lines = of.document.named(part.component, name)
        if of.kind is Kind.VTODO and name in DERIVED:
            lines = [line for line in lines if says_off(line)]
        if name == "STATUS" and part.instance != SERIES:
            lines = [line for line in lines if not says_off(line)]  # told apart, as `off`
        found.update(line.meaning for line in lines)
    # Who is not asked by the server answers in the organizer's text.
    quiet.update(("ATTENDEE", person.address, person.partstat) for person in part.people if not person.by_server)
    for child in part.component.children:
        if child.name != "VALARM":
            inside = of.document.lines[child.start : child.stop]
            told[tuple(line.meaning for line in inside)] += 1
    return _Said(told, quiet)


def _own_lines(of: Snapshot, part: Part) -> _Meanings:
    """Give what the organizer keeps to themselves in *part*."""
    lines = (line.meaning for _, line in of.document.own(part.component) if is_private(line.name))
    alarms = (c for c in part.component.children if c.name == "VALARM")
    return Counter((*lines, *(tuple(x.meaning for x in of.document.lines[c.start : c.stop]) for c in alarms)))


def _counts(name: str) -> bool:
    if name in BOOKKEEPING or name in TIMES or name in {"ATTENDEE", "ORGANIZER"}:
        return False
    return not is_private(name) and not name.startswith("X-DISTRIB-")
