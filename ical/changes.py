# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's new text changes for the others."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ical.instances import SERIES, InstanceId
from ical.kinds import Kind
from ical.private import is_private
from ical.recurrence import Schedule, schedule_of
from ical.snapshot import Part, Snapshot

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
    """How two texts of an entry differ for the others."""

    significant: bool
    """Time or recurrence changed so that everybody must be asked again (RFC 6638 3.2.8)."""
    told: bool
    """Something else changed that the others are told of."""
    quiet: bool
    """Something changed that the others see but are not told of."""
    people: bool
    """Somebody was added or taken away."""

    @property
    def visible(self) -> bool:
        """What others read is another text now."""
        return self.significant or self.told or self.quiet or self.people


_Schedules = dict[InstanceId, Schedule]
_Meanings = Counter[tuple[object, ...]]


class _Said(NamedTuple):
    told: _Meanings
    """What the others are told of."""
    quiet: _Meanings
    """What they only see."""


def compare(old: Snapshot, new: Snapshot, zone: ZoneInfo) -> Changes:
    """Tell what *new* changes against *old*; order, case and spelling are no change (model, law 10)."""
    before, after = _schedules(old, zone), _schedules(new, zone)
    was, now = _said(old), _said(new)
    return Changes(
        significant=_rescheduled(before, after, new),
        told=was.told != now.told or before != after,
        quiet=was.quiet != now.quiet,
        people=_people_differ(old, new),
    )


def _rescheduled(before: _Schedules, after: _Schedules, new: Snapshot) -> bool:
    main_before, main_after = before.get(SERIES), after.get(SERIES)
    if main_before is None or main_after is None:
        return before != after
    if _moved(main_before, main_after):
        return True
    overrides = after.keys() - {SERIES}
    return any(i in before and _moved(before[i], after[i]) for i in overrides) or any(
        i not in before and _is_elsewhere(after[i], new.part(i), main_after) for i in overrides
    )


def _moved(before: Schedule, after: Schedule) -> bool:
    same_rule = (before.start, before.end, before.all_day, before.rules) == (
        after.start,
        after.end,
        after.all_day,
        after.rules,
    )
    return not same_rule or bool(after.rdates - before.rdates) or bool(before.exdates - after.exdates)


def _is_elsewhere(override: Schedule, part: Part | None, main: Schedule) -> bool:
    return part is not None and (override.start_id != part.instance or override.length != main.length)


def _schedules(of: Snapshot, zone: ZoneInfo) -> _Schedules:
    return {p.instance: schedule_of(of.document, p.component, zone) for p in of.parts}


def _people_differ(old: Snapshot, new: Snapshot) -> bool:
    before, after = ([(p.instance, [a.line for a in p.people]) for p in said.parts] for said in (old, new))
    return before != after and _roles(old) != _roles(new)


def _roles(of: Snapshot) -> Counter[tuple[str, str, str, str]]:
    return Counter(
        (p.instance, a.address, a.agent, (a.line.parameter("ROLE") or "REQ-PARTICIPANT").upper())
        for p in of.parts
        for a in p.people
    )


def _said(of: Snapshot) -> _Said:
    """Give what *of* says beside times and people."""
    told: _Meanings = Counter()
    quiet: _Meanings = Counter()
    for part in of.parts:
        for name in filter(_counts, of.document.places(part.component)):
            found = quiet if name in QUIET or name.startswith("X-") else told
            lines = of.document.named(part.component, name)
            if of.kind is Kind.VTODO and name in DERIVED:
                lines = [line for line in lines if line.value.strip().upper() == "CANCELLED"]
            found.update((part.instance, line.meaning) for line in lines)
        for child in part.component.children:
            if child.name != "VALARM":
                inside = of.document.lines[child.start : child.stop]
                told[part.instance, tuple(line.meaning for line in inside)] += 1
    return _Said(told, quiet)


def _counts(name: str) -> bool:
    if name in BOOKKEEPING or name in TIMES or name in {"ATTENDEE", "ORGANIZER"}:
        return False
    return not is_private(name) and not name.startswith("X-DISTRIB-")
