# SPDX-License-Identifier: GPL-3.0-or-later
"""What an entry, or one occurrence of it, says otherwise than it did: as much as whoever knew it has to be told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from ical.instances import SERIES, InstanceId
from ical.kinds import Kind
from ical.overrides import single, takes_place
from ical.recurrence import schedule_of
from ical.snapshot import Snapshot, read_object
from ical.text import unescape
from ical.times import Moment, instance_at, moment_of, when

TEXT_LENGTH = 200
"""Characters of a place or title that are kept."""
MOST_DAYS = 400
"""Days taken out of a series that are kept; of one with more of them nothing is told day by day."""


class What(StrEnum):
    """What is another now."""

    TIME = "time"
    START = "start"
    """When a task begins."""
    DUE = "due"
    PLACE = "place"
    TITLE = "title"
    RHYTHM = "rhythm"
    """It repeats otherwise."""
    OFF = "off"
    """It is called off, or a day of it is."""
    ON = "on"
    """It takes place again, or a day of it does."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What was said of an occurrence, or of all of it."""

    start: Moment | None
    end: Moment | None
    """Of a task, when it is due. Times are in UTC, floating, or days."""
    location: str = ""
    summary: str = ""
    rhythm: str = ""
    """The rules in canonical form, '' where nothing repeats."""
    days_off: tuple[InstanceId, ...] = ()
    off: bool = False
    """It does not take place."""
    apart: bool = False
    """Of a day: others are asked to it than to the rest, so it is not told with the rest."""

    @property
    def facts(self) -> dict[str, object]:
        """Give it as it is stored; what says nothing is left out."""
        start, end = (instance_at(at) if at is not None else None for at in (self.start, self.end))
        found: dict[str, object] = {"start": start, "end": end, "location": self.location, "summary": self.summary}
        found |= {"rhythm": self.rhythm, "days_off": list(self.days_off)}
        found |= {"off": self.off, "apart": self.apart}
        return {name: value for name, value in found.items() if value}


def of_facts(facts: Mapping[str, object]) -> Saying:
    """Give what was stored as `Saying.facts`."""
    start, end = (moment_of(InstanceId(str(facts[name]))) if name in facts else None for name in ("start", "end"))
    days = facts.get("days_off", ())
    return Saying(
        start,
        end,
        str(facts.get("location", "")),
        str(facts.get("summary", "")),
        str(facts.get("rhythm", "")),
        tuple(InstanceId(str(day)) for day in days) if isinstance(days, list) else (),
        bool(facts.get("off", False)),
        bool(facts.get("apart", False)),
    )


NOTHING = Saying(None, None)
"""What says nothing."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is another now."""

    what: What
    before: Saying
    now: Saying
    day: InstanceId = SERIES
    """Which day of a series it is about; all of it where none is named."""

    @property
    def facts(self) -> dict[str, object]:
        """Give it as it is stored with a mail: of two sayings as much as is told."""
        found: dict[str, object] = {"what": self.what.value, "day": self.day}
        if self.what in {What.OFF, What.ON}:
            return found
        before, now = (replace(said, days_off=()).facts for said in (self.before, self.now))
        return {**found, "before": before, "now": now}


def of_stored(stored: object) -> tuple[News, ...]:
    """Give what was stored as a list of `News.facts`."""
    return tuple(_stored(one) for one in stored if isinstance(one, dict)) if isinstance(stored, list) else ()


def _stored(facts: Mapping[str, object]) -> News:
    before, now = (facts.get(name) for name in ("before", "now"))
    return News(
        What(str(facts["what"])),
        of_facts(before) if isinstance(before, dict) else NOTHING,
        of_facts(now) if isinstance(now, dict) else NOTHING,
        InstanceId(str(facts.get("day", SERIES))),
    )


def saying(said: Snapshot, instance: InstanceId, zone: ZoneInfo) -> Saying:
    """Give what *said* tells of *instance*, or of all of it; floating times stay floating."""
    if instance != SERIES and said.part(instance) is None and not takes_place(said, instance, zone):
        return Saying(None, None, off=True)
    alone = single(said, instance, zone)
    component = alone.main.component
    at, schedule = when(alone.document, component), schedule_of(alone.document, component, zone)
    rhythm = [*schedule.rules, *(f"RDATE:{name}" for name, _ in sorted(schedule.rdates, key=lambda one: one[0]))]
    days_off = sorted(schedule.exdates)
    return Saying(
        _plain(at.start),
        _plain(at.end),
        unescape(alone.value("LOCATION") or "")[:TEXT_LENGTH],
        unescape(alone.value("SUMMARY") or "")[:TEXT_LENGTH],
        ";".join(rhythm) if instance == SERIES else "",
        tuple(days_off) if instance == SERIES and len(days_off) <= MOST_DAYS else (),
        alone.cancelled,
        _is_apart(said, instance),
    )


def sayings(old: bytes, new: bytes, zone: ZoneInfo) -> dict[InstanceId, Saying]:
    """Give what *old* said of each occurrence, and of all of it, of which *new* says something else."""
    was, now = read_object(old, zone), read_object(new, zone)
    found = {}
    for instance in {part.instance for part in (*was.parts, *now.parts)}:
        if _bytes(was, instance) == _bytes(now, instance):
            continue
        said = saying(was, instance, zone)
        if said != saying(now, instance, zone):
            found[instance] = said
    return found


def news(before: Saying, said: Snapshot, instance: InstanceId, zone: ZoneInfo) -> tuple[News, ...]:
    """Give what *said* tells otherwise of *instance* than *before*, the most important thing first."""
    now = saying(said, instance, zone)
    return tuple(_news(before, now, instance, is_task=said.kind is Kind.VTODO))


def news_since(
    before: Mapping[InstanceId, Saying], said: Snapshot, about: InstanceId, zone: ZoneInfo
) -> tuple[News, ...]:
    """Give what *said* tells otherwise than it did *before* of *about*: of a day, or of all of it and of each day."""
    found = tuple(_since(before, said, about, zone))
    if any(one.day == SERIES and one.before.start != one.now.start for one in found):
        # A series that is moved as a whole gives its days other names: none of them is called off by that.
        return tuple(one for one in found if one.day == SERIES or one.what not in {What.OFF, What.ON})
    return found


def _since(before: Mapping[InstanceId, Saying], said: Snapshot, about: InstanceId, zone: ZoneInfo) -> Iterator[News]:
    for instance, was in sorted(before.items()):
        if about in {SERIES, instance}:
            found = news(was, said, instance, zone)
            # To a day with people of its own, whoever is asked to the whole may not be asked.
            if instance == about or not any(one.before.apart or one.now.apart for one in found):
                yield from found


def _news(before: Saying, now: Saying, instance: InstanceId, *, is_task: bool) -> Iterator[News]:
    if before.off is not now.off:
        yield News(What.OFF if now.off else What.ON, before, now, instance)
        return
    if now.off:
        return
    differ = {
        What.TIME: not is_task and (before.start, before.end) != (now.start, now.end),
        What.DUE: is_task and before.end != now.end,
        What.START: is_task and before.start != now.start,
        What.RHYTHM: before.rhythm != now.rhythm,
        What.PLACE: before.location != now.location,
        What.TITLE: before.summary != now.summary,
    }
    yield from (News(what, before, now, instance) for what, is_another in differ.items() if is_another)
    for day in sorted(set(now.days_off) ^ set(before.days_off)):
        yield News(What.OFF if day in now.days_off else What.ON, before, now, day)


def _is_apart(said: Snapshot, instance: InstanceId) -> bool:
    own, main = said.part(instance), said.part(SERIES)
    if instance == SERIES or own is None:
        return False
    return main is None or {one.address for one in own.people} != {one.address for one in main.people}


def _bytes(said: Snapshot, instance: InstanceId) -> bytes | None:
    part = said.part(instance)
    return said.document.text_of(part.component) if part is not None else None


def _plain(at: Moment | None) -> Moment | None:
    """Give *at* as it is stored: by its instant, floating, or a day."""
    return None if at is None else moment_of(instance_at(at))
