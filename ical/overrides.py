# SPDX-License-Identifier: GPL-3.0-or-later
"""Single occurrences of a series: which one is meant, and texts that hold some of them apart or not at all."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.edits import Edits, insert, take
from ical.governing import Days, time_of
from ical.instances import SERIES, InstanceId
from ical.recurrence import is_over
from ical.series import Series, candidates, fitting, series_of
from ical.snapshot import Part, Snapshot, read_object
from ical.times import Moment, clock_of, instance_at, instant, like, like_clock, moment, moment_of, shown_in


def invitations(said: Snapshot) -> dict[Address, frozenset[InstanceId]]:
    """Give to which components of *said* the server asks each address: a thousand of them by one look at the text."""
    named: dict[Address, set[InstanceId]] = {}
    for part in said.parts:
        for person in part.asked:
            named.setdefault(person.address, set()).add(part.instance)
    return {address: frozenset(instances) for address, instances in named.items()}


def invited_to(said: Snapshot, people: Collection[Address]) -> frozenset[InstanceId]:
    """Give to which components of *said* the server asks any of *people* (one person's addresses)."""
    return frozenset(part.instance for part in said.parts if any(p.address in people for p in part.asked))


def takes_place(said: Snapshot, instance: InstanceId, zone: ZoneInfo) -> bool:
    """Tell whether the rules of the series make *instance*, and no EXDATE hides it."""
    series = _series(said, zone)
    return series is not None and _makes(series, instance, zone)


def _makes(series: Series, instance: InstanceId, zone: ZoneInfo) -> bool:
    value = moment_of(instance)
    if value is None or not _repeats(series) or instance in series.exdates:
        return False
    if isinstance(value, datetime) is not isinstance(series.anchor, datetime):
        return False
    at = instant(value, zone)
    near = (begin for begin, _ in candidates(series, zone, at, at))
    return any(instance_at(like_clock(begin, series.anchor, zone)) == instance for begin in near)


class Occurrences:
    """The occurrences of a text, as other programs may name them."""

    def __init__(self, said: Snapshot, zone: ZoneInfo) -> None:
        self._said, self._zone, self._series = said, zone, _series(said, zone)
        line = time_of(said, said.main)
        self._anchor = moment(line, said.document) if line is not None else None
        self._starts: Mapping[InstanceId, InstanceId] | None = None

    def takes_place(self, instance: InstanceId) -> bool:
        """As the function of this name, for many occurrences of one text."""
        return self._series is not None and _makes(self._series, instance, self._zone)

    def meant(self, instance: InstanceId) -> InstanceId | None:
        """Give which one another program means by *instance*; None where there is no such occurrence.

        Programs write a day for a time, the start to which an occurrence was moved, or name the only occurrence of what
        does not repeat (pitfall 15).
        """
        if instance == SERIES or self._said.part(instance) is not None:
            return instance
        value, series = moment_of(instance), self._series
        fits = tuple(_fits(value, self._anchor, self._zone)) if value is not None and self._anchor is not None else ()
        for fit in fits:
            if self._said.part(fit) is not None or (series is not None and _makes(series, fit, self._zone)):
                return fit
            if series is not None and not _repeats(series) and fit == instance_at(series.anchor):
                return SERIES
        if self._starts is None:
            self._starts = self._moved()
        moved = next((self._starts[name] for name in (instance, *fits) if name in self._starts), None)
        return self._in_a_range(value) if moved is None and value is not None and series is not None else moved

    def _moved(self) -> Mapping[InstanceId, InstanceId]:
        """Give the first occurrence that has a component of its own with each start, and the only one on each day."""
        starts = [(starts_as(self._said, part, self._zone), part.instance) for part in reversed(self._said.parts)]
        found = {start: instance for start, instance in starts if start is not None}
        days = [(self._day_of(start), instance) for start, instance in found.items()]
        several = Counter(day for day, _ in days)
        return {day: instance for day, instance in days if day is not None and several[day] == 1} | found

    def _day_of(self, start: InstanceId) -> InstanceId | None:
        """Give the name of the day of a *start*, as the clocks of the series show it."""
        value, anchor = moment_of(start), self._anchor
        if value is None or not isinstance(anchor, datetime):
            return None
        return instance_at(clock_of(like(value, anchor, self._zone)).date())

    def _in_a_range(self, value: Moment) -> InstanceId | None:
        """Give the occurrence that a change of all later ones lets start at *value*."""
        names = Days(self._said, self._zone).starting(value)
        return next((name for name in names if takes_place(self._said, name, self._zone)), None)


def _fits(value: Moment, anchor: Moment, zone: ZoneInfo) -> Iterator[InstanceId]:
    """Give what *value* may mean in the terms of *anchor*: a whole day is named by its midnight, there or in UTC."""
    if isinstance(value, datetime) and not isinstance(anchor, datetime):
        yield instance_at((shown_in(value, zone) if value.tzinfo is not None else value).date())
    yield fitting(value, anchor, zone)


def matched(
    sent: Snapshot, seen: Snapshot, shared: Snapshot, hidden: Collection[InstanceId], zone: ZoneInfo
) -> dict[InstanceId, Part]:
    """Give the components of *sent* by the instance that each speaks of, for somebody who was shown *seen*.

    What names no occurrence of *shared*, or one that the person was not asked to, is left out. *hidden*: which ones the
    person has taken away before. Some programs lose the RECURRENCE-ID of a single occurrence (pitfalls 9 and 13).
    """
    found: dict[InstanceId, Part] = {}
    occurrences = Occurrences(shared, zone)
    for part in sent.parts:
        instance: InstanceId | None = part.instance
        if instance == SERIES and seen.part(SERIES) is None:
            instance = _without_name(sent, part, seen, zone)
        elif seen.part(part.instance) is None:
            instance = occurrences.meant(part.instance)
            asked = instance is not None and (seen.part(instance) is not None or shared.part(instance) is None)
            instance = instance if asked or instance in hidden else None
        if instance is not None:
            found.setdefault(instance, part)
    return found


def _without_name(sent: Snapshot, part: Part, seen: Snapshot, zone: ZoneInfo) -> InstanceId | None:
    """Give which occurrence a component without RECURRENCE-ID is, that starts when one of those shown does."""
    start = _start(sent, part, seen, zone)
    fitting_ones = (p.instance for p in seen.parts if start in {p.instance, starts_as(seen, p, zone)})
    return next(fitting_ones, seen.parts[0].instance if len(seen.parts) == 1 else None)


def starts_as(said: Snapshot, part: Part, zone: tzinfo) -> InstanceId | None:
    """Give the name of an occurrence that starts when *part* does; None where it has no start, and for a series."""
    return None if part.instance == SERIES else _start(said, part, said, zone)


def _start(said: Snapshot, part: Part, like: Snapshot, zone: tzinfo) -> InstanceId | None:
    """Give the name that the start of *part* has in *like*."""
    line, main = time_of(said, part), time_of(like, like.main)
    if line is None:
        return None
    value = moment(line, said.document)
    return instance_at(like_clock(value, moment(main, like.document), zone) if main is not None else value)


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much all occurrences of a series moved."""

    before: Moment
    after: Moment
    """Where the series starts, before and after: both whole days, or both times."""
    zone: ZoneInfo
    """Where floating times are meant."""

    def of(self, instance: InstanceId) -> InstanceId:
        """Give the name that *instance* has now."""
        value = moment_of(instance)
        if value is None or isinstance(value, datetime) is not isinstance(self.before, datetime):
            return instance
        was, before, now = clock_of(like(value, self.before, self.zone)), clock_of(self.before), clock_of(self.after)
        try:
            moved = was + (now - before)
        except OverflowError:
            return instance
        # By the clocks of each place: a meeting that moves by an hour does so in winter and in summer.
        zone = self.after.tzinfo if isinstance(self.after, datetime) else None
        return instance_at(moved.replace(tzinfo=zone) if isinstance(self.after, datetime) else moved.date())


def shift(old: Snapshot, new: Snapshot, zone: ZoneInfo) -> Shift | None:
    """Give how the series moved as a whole, by the same rules; None where it did not, or became another one."""
    was, now = _series(old, zone), _series(new, zone)
    if was is None or now is None or not _repeats(was) or not _repeats(now) or was.anchor == now.anchor:
        return None
    alike = isinstance(was.anchor, datetime) is isinstance(now.anchor, datetime)
    return Shift(was.anchor, now.anchor, zone) if alike else None


def narrowed(said: Snapshot, people: Collection[Address], zone: ZoneInfo) -> Snapshot:
    """Give of *said* what *people* (one person's addresses) are asked to: occurrences without them are left out.

    Whoever is asked to single occurrences only gets those alone (RFC 6638 3.2.6). All of it where nobody names them.
    """
    if len(said.parts) == 1:
        return said
    invited = invited_to(said, people)
    if not invited:
        return said
    left_out = {part.instance for part in said.parts} - invited - {SERIES}
    return arranged(said, zone, series=SERIES in invited, left_out=left_out)


def single(said: Snapshot, instance: InstanceId, zone: ZoneInfo) -> Snapshot:
    """Give *instance* of *said* alone: its own component, or one made of the series; all where there is neither."""
    own, main = said.part(instance), said.part(SERIES)
    if instance == SERIES or (own is None and main is None):
        return said
    made = [Days(said, zone).component(instance)] if own is None and main is not None else []
    return read_object(b"".join(_alone(said, own, made)), zone)


def is_past(said: Snapshot, instance: InstanceId, zone: ZoneInfo, now: datetime) -> bool:
    """Tell whether *instance* of *said*, or all of it, is over."""
    day = single(said, instance, zone)
    return is_over(day.document, day.kind, zone, now)


def _alone(said: Snapshot, own: Part | None, made: Sequence[bytes]) -> Iterator[bytes]:
    """Give the bytes of *said* with *own* of its components only, and what was *made* at its end."""
    document, entries = said.document, {part.component.start for part in said.parts}
    kept, done, end = own.component.start if own is not None else None, 0, document.root.stop - 1
    for child in document.root.children:
        yield from (line.raw for line in document.lines[done : child.start])
        if child.start not in entries or child.start == kept:
            yield document.text_of(child)
        done = child.stop
    yield from (line.raw for line in document.lines[done:end])
    yield from made
    yield from (line.raw for line in document.lines[end:])


def without(said: Snapshot, instances: Collection[InstanceId], zone: ZoneInfo) -> Snapshot:
    """Give *said* without the components of *instances*: they are as the series says."""
    edits: Edits = {}
    for part in said.parts:
        if part.instance in instances:
            take(part.component, edits)
    return read_object(said.document.spliced(edits), zone)


def arranged(
    said: Snapshot,
    zone: ZoneInfo,
    *,
    series: bool = True,
    left_out: Collection[InstanceId] = (),
    made: Collection[InstanceId] = (),
) -> Snapshot:
    """Give *said* without its *series*, or without the occurrences *left_out*, and with a component for each of *made*.

    What is left out of a series that stays is an EXDATE of it.
    """
    main = said.part(SERIES)
    series = series and main is not None
    days = Days(said, zone) if made or (series and left_out) else None
    edits: Edits = {}
    for part in said.parts:
        if part.instance in left_out or (part.instance == SERIES and not series):
            take(part.component, edits)
    if series and main is not None and days is not None:
        insert(said.document, main.component, [days.exdate(i) for i in sorted(left_out)], (), edits)
    if made and main is not None and days is not None:
        end = said.document.root.stop - 1
        edits[end] = (*(days.component(i) for i in sorted(made)), said.document.lines[end].raw)
    return read_object(said.document.spliced(edits), zone) if edits else said


def _series(said: Snapshot, zone: tzinfo) -> Series | None:
    main = said.part(SERIES)
    return series_of(said.document, main.component, zone) if main is not None else None


def _repeats(series: Series) -> bool:
    return bool(series.rules or series.rdates or series.is_endless)
