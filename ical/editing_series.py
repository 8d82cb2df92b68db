# SPDX-License-Identifier: GPL-3.0-or-later
"""A change to one day of a series, to all of it, or to a day and all that follow, which are a series of their own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ical.editing import Particulars, carried, changed, particulars
from ical.editing_repeat import ending, fewer, moved_rule
from ical.editing_write import Writer, edit, with_zones
from ical.edits import Edits, insert, put, take
from ical.errors import ValueRefused
from ical.governing import time_of
from ical.instances import SERIES, InstanceId
from ical.lines import Line, fold
from ical.overrides import arranged, single, takes_place, without
from ical.series import Series, candidates, series_of
from ical.sharing import FIGURES
from ical.snapshot import Part, Snapshot, read_object
from ical.times import (
    Moment,
    clock_of,
    instance_at,
    instant,
    later,
    like,
    moment,
    moment_of,
    read_moment,
    written,
)

STATUS = "SCHEDULE-STATUS"


def has(said: Snapshot, instance: InstanceId, zone: ZoneInfo, *, alone: bool = True) -> bool:
    """Tell whether *instance* is all of *said*, or one of its occurrences; *alone*: with a component of its own too."""
    is_apart = alone and said.part(instance) is not None
    return instance == SERIES or is_apart or takes_place(said, instance, zone)


def of_day(said: Snapshot, instance: InstanceId, by: Writer) -> Particulars:
    """Give what *instance* tells: of all of it, or of one occurrence as it is by the series."""
    day = said if instance == SERIES else single(said, instance, by.zone)
    return particulars(day, day.main, by.host.all_addresses, by.zone)


def day_rewritten(said: Snapshot, instance: InstanceId, base: Particulars, now: Particulars, by: Writer) -> bytes:
    """Give the text in which one occurrence says what was changed from *base* to *now*, and all others as before."""
    if not changed(base, now):
        return said.document.raw
    apart = said if said.part(instance) is not None else arranged(said, by.zone, made=[instance])
    part = apart.part(instance)
    if part is None:
        raise ValueRefused("RECURRENCE-ID", instance)
    theirs = particulars(apart, part, by.host.all_addresses, by.zone)
    edits: Edits = {}
    edit(apart, part, theirs, carried(theirs, base, now), by, edits)
    return with_zones(apart.document, edits, by.zone)


def day_taken_out(said: Snapshot, instance: InstanceId, zone: ZoneInfo) -> bytes:
    """Give the text in which one occurrence does not take place."""
    return arranged(said, zone, left_out=[instance]).document.raw


def all_rewritten(said: Snapshot, base: Particulars, now: Particulars, by: Writer) -> bytes:
    """Give the text in which the series says what was changed from *base* to *now*, of one of its days or of all.

    A day that was changed apart keeps what it says otherwise than the series; what it says as the series did, it says
    as the series does.
    """
    main = said.part(SERIES) or said.main
    mine = by.host.all_addresses
    before = particulars(said, main, mine, by.zone)
    after = carried(before, base, now)
    edits: Edits = {}
    same_rule = before.repeat == after.repeat and before.own_rule == after.own_rule
    if before.repeats and same_rule:
        _move(said, main, before, after, by, edits)
    edit(said, main, before, after, by, edits)
    for part in said.parts:
        if part is not main:
            theirs, was = particulars(said, part, mine, by.zone), _on_day(before, said, part, by.zone)
            edit(said, part, theirs, carried(theirs, was, carried(was, before, after), only_like=True), by, edits)
    text = with_zones(said.document, edits, by.zone)
    return text if same_rule else _without_orphans(text, by.zone)


def cut(said: Snapshot, instance: InstanceId, new_uid: str, by: Writer) -> tuple[bytes, bytes]:
    """Give *said* without *instance* and all that follow, and these as a series of their own with *new_uid*.

    Programs write no RANGE=THISANDFUTURE and few read one (decision 21): all of them cut a series in two.
    """
    main, value = said.part(SERIES), moment_of(instance)
    series = series_of(said.document, main.component, by.zone) if main is not None else None
    if main is None or value is None or series is None:
        raise ValueRefused("RECURRENCE-ID", instance)
    at = like(value, series.anchor, by.zone)
    return _first_part(said, main, at, by), _second_part(said, main, series, at, new_uid, by)


def is_first(said: Snapshot, instance: InstanceId, zone: ZoneInfo) -> bool:
    """Tell whether nothing of the series comes before *instance*."""
    main = said.part(SERIES)
    series = series_of(said.document, main.component, zone) if main is not None else None
    return series is None or instance_at(series.anchor) == instance


def _on_day(series: Particulars, said: Snapshot, part: Part, zone: ZoneInfo) -> Particulars:
    """Give what *series* tells of the day that *part* is about, at the time that the series has it."""
    line = said.document.first(part.component, "RECURRENCE-ID")
    anchor = series.start if series.start is not None else series.end
    if line is None or anchor is None:
        return series
    by = clock_of(like(moment(line, said.document), anchor, zone)) - clock_of(anchor)
    return replace(series, start=_plus(series.start, by), end=_plus(series.end, by))


def _without_orphans(text: bytes, zone: ZoneInfo) -> bytes:
    """Give *text* without the days that its rule does not make any more."""
    said = read_object(text, zone)
    gone = [part.instance for part in said.parts if not has(said, part.instance, zone, alone=False)]
    return without(said, gone, zone).document.raw if gone else text


def _plus(value: Moment | None, by: timedelta) -> Moment | None:
    if value is None:
        return None
    moved = clock_of(value) + by
    return moved.replace(tzinfo=value.tzinfo) if isinstance(value, datetime) else moved.date()


def _move(said: Snapshot, main: Part, before: Particulars, after: Particulars, by: Writer, edits: Edits) -> None:
    """Let rules, exceptions and the names of single days move along with the start of their series."""
    anchor = time_of(said, main)
    old, new = (p.start if p.start is not None else p.end for p in (before, after))
    if anchor is None or old is None or new is None or old == new:
        return
    was = moment(anchor, said.document)
    now = like(new, was, by.zone) if isinstance(new, datetime) is isinstance(was, datetime) else new
    for place, line in said.document.each(main.component, "RRULE"):
        edits[place] = (line.with_value(moved_rule(line.value, was, now, by.zone)).raw,)
    for part in said.parts:
        for place, line in said.document.each(part.component, "EXDATE", "RDATE", "RECURRENCE-ID"):
            edits[place] = (_moved_line(line, said, was, now, by.zone),)


def _moved_line(line: Line, said: Snapshot, was: Moment, now: Moment, zone: ZoneInfo) -> bytes:
    by = clock_of(now) - clock_of(was)

    def moved(text: str) -> str:
        value = _plus(like(read_moment(line, text, said.document), was, zone), by)
        if isinstance(now, datetime) is isinstance(was, datetime) and value is not None:
            return written(value, line, said.document, zone)
        return f"{value:%Y%m%d}" if not isinstance(now, datetime) else f"{value:%Y%m%dT%H%M%S}"

    pieces = [text.strip() for text in line.value.split(",") if text.strip()]
    values = ",".join("/".join(_period(text, moved)) for text in pieces)
    if isinstance(now, datetime) is isinstance(was, datetime):
        return line.with_value(values).raw
    form = f";TZID={zone.key}" if isinstance(now, datetime) else ";VALUE=DATE"
    return fold(f"{line.name}{form}:{values}")


def _period(text: str, moved: Callable[[str], str]) -> Iterator[str]:
    begin, slash, close = text.partition("/")
    yield moved(begin)
    if slash:
        yield close if close.upper().lstrip("+-").startswith("P") else moved(close)


def _first_part(said: Snapshot, main: Part, at: Moment, by: Writer) -> bytes:
    edits: Edits = {}
    document = said.document
    for place, line in document.each(main.component, "RRULE"):
        edits[place] = (line.with_value(ending(line.value, at)).raw,)
    _keep_dates(said, main, edits, lambda value: instant(value, by.zone) < instant(at, by.zone))
    for part in said.parts:
        if part is not main and not _is_before(part, at, by.zone):
            take(part.component, edits)
    return document.spliced(edits)


def _second_part(said: Snapshot, main: Part, series: Series, at: Moment, uid: str, by: Writer) -> bytes:
    document, begin = said.document, instant(at, by.zone)
    edits: Edits = {}
    gone = _count_before(series, begin, by.zone)
    for place, line in document.each(main.component, "RRULE"):
        edits[place] = (line.with_value(fewer(line.value, gone)).raw,)
    close = later(at, series.days, series.clock)
    for place, line in document.each(main.component, "DTSTART", "DTEND", "DUE"):
        is_anchor = line is time_of(said, main)
        edits[place] = (line.with_value(written(at if is_anchor else close, line, document, by.zone)).raw,)
    _keep_dates(said, main, edits, lambda value: instant(value, by.zone) >= begin)
    for part in said.parts:
        if part is not main and _is_before(part, at, by.zone):
            take(part.component, edits)
        else:
            put(document, part.component, {"UID": uid, "SEQUENCE": "0"}, edits)
            fresh = dict.fromkeys((STATUS, *FIGURES))
            for person in part.people:
                again = {} if person.address in by.host.all_addresses else {"PARTSTAT": "NEEDS-ACTION"}
                edits[person.place] = (person.line.with_parameters({**fresh, **again}).raw,)
    insert(document, main.component, [fold(f"RELATED-TO;RELTYPE=SIBLING:{said.uid}")], (), edits)
    return document.spliced(edits)


def _keep_dates(said: Snapshot, main: Part, edits: Edits, is_kept: Callable[[Moment], bool]) -> None:
    document = said.document
    for place, line in document.each(main.component, "RDATE", "EXDATE"):
        pieces = [text.strip() for text in line.value.split(",") if text.strip()]
        kept = [text for text in pieces if is_kept(_start_of(line, text, said))]
        if len(kept) < len(pieces):
            edits[place] = (line.with_value(",".join(kept)).raw,) if kept else ()


def _start_of(line: Line, text: str, said: Snapshot) -> Moment:
    return read_moment(line, text.partition("/")[0], said.document)


def _is_before(part: Part, at: Moment, zone: ZoneInfo) -> bool:
    value = moment_of(part.instance)
    return value is not None and instant(value, zone) < instant(at, zone)


def _count_before(series: Series, begin: datetime, zone: ZoneInfo) -> int:
    """Count what the rules make before *begin*; what COUNT counts is made by them, hidden or not (RFC 5545 3.3.10)."""
    extra = {instance_at(value) for value, _ in series.rdates} - {instance_at(series.anchor)}
    starts = {instance_at(value) for value, _ in candidates(series, zone, begin, begin) if instant(value, zone) < begin}
    return len(starts - extra)
