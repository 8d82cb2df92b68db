# SPDX-License-Identifier: GPL-3.0-or-later
"""What a calendar text says to a human: what, when, where."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Component

from ical.kinds import DISTRIBUTED, Kind
from mail.errors import NotComposable

EXCERPT = 1200
"""Characters of a description that are told in a mail; all of it is in the calendar part."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """The rule by which an entry comes again."""

    frequency: str
    """FREQ: DAILY, WEEKLY, MONTHLY, YEARLY or a smaller one."""
    interval: int


@dataclass(frozen=True, slots=True)
class Day:
    """An occurrence that is not as the rule says."""

    start: date | None
    end: date | None
    place: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Content:
    """One entry, read for people."""

    kind: Kind
    title: str
    start: date | None
    end: date | None
    """Exclusive for days, as DTEND is; the deadline of a task."""
    place: str
    description: str
    link: str
    """Where the meeting is held or the work is described, https or http."""
    repeats: Repeats | None
    days: tuple[Day, ...]
    """What is otherwise than the rule says, and not over when this was written; the first of them first."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """Another time or place: what somebody proposed, with the organizer's words to it, or what it is instead of."""

    start: date | None
    end: date | None
    place: str
    comment: str


def content_of(text: bytes) -> Content:
    """Read *text*; raises NotComposable where nothing can be told from it."""
    component, overrides = _entry(text)
    start = _moment(component, "DTSTART")
    return Content(
        kind=Kind(str(component.name)),
        title=_line(component, "SUMMARY"),
        start=start,
        end=_end(component, start),
        place=_line(component, "LOCATION"),
        description=_excerpt(_text(component, "DESCRIPTION")),
        link=_link(component),
        repeats=_repeats(component),
        days=tuple(_days(component, overrides)),
    )


def one_line(text: str) -> str:
    """Give *text* without line breaks and other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _entry(text: bytes) -> tuple[Component, list[Component]]:
    """Give the component to tell of, and those of single occurrences beside it."""
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError) as error:
        raise NotComposable(f"the calendar text cannot be read: {error}") from error
    entries = [c for c in calendar.subcomponents if c.name in DISTRIBUTED]
    if not entries:
        raise NotComposable("the calendar text holds neither an appointment nor a task")
    main = next((c for c in entries if "RECURRENCE-ID" not in c), entries[0])
    return main, [c for c in entries if c is not main]


def _value(component: Component, name: str) -> object:
    value = component.get(name)
    return value[0] if isinstance(value, list) and value else value


def _text(component: Component, name: str) -> str:
    value = _value(component, name)
    return str(value) if value is not None else ""


def _line(component: Component, name: str) -> str:
    return one_line(_text(component, name))


def _moment(component: Component, name: str) -> date | None:
    found = getattr(_value(component, name), "dt", None)
    return found if isinstance(found, date) else None


def _end(component: Component, start: date | None) -> date | None:
    end = _moment(component, "DTEND") or _moment(component, "DUE")
    if end is not None or start is None:
        return end
    duration = getattr(_value(component, "DURATION"), "dt", None)
    return start + duration if isinstance(duration, timedelta) else None


def _excerpt(text: str) -> str:
    lines = ["".join(c for c in line if c.isprintable() or c == "\t").rstrip() for line in text.splitlines()]
    clean = "\n".join(lines).strip()
    if len(clean) <= EXCERPT:
        return clean
    cut = clean[:EXCERPT]
    return cut[: max(cut.rfind(" "), cut.rfind("\n"), EXCERPT // 2)].rstrip() + " …"


def _link(component: Component) -> str:
    for name in ("CONFERENCE", "URL"):
        value = _line(component, name)
        if value.lower().startswith(("https://", "http://")) and " " not in value:
            return value
    return ""


def _repeats(component: Component) -> Repeats | None:
    rule = _value(component, "RRULE")
    if not isinstance(rule, dict) or not rule.get("FREQ"):
        return None
    interval = (rule.get("INTERVAL") or [1])[0]
    return Repeats(str(rule["FREQ"][0]).upper(), interval if isinstance(interval, int) else 1)


def _days(main: Component, overrides: list[Component]) -> Iterator[Day]:
    written, place = _moment(main, "DTSTAMP"), _line(main, "LOCATION")
    for component in sorted(overrides, key=lambda c: _as_day(_moment(c, "DTSTART"))):
        start = _moment(component, "DTSTART")
        if start is not None and written is not None and _as_day(start) >= _as_day(written):
            own = _line(component, "LOCATION")
            cancelled = _line(component, "STATUS").upper() == "CANCELLED"
            yield Day(start, _end(component, start), own if own != place else "", cancelled)


def _as_day(at: date | None) -> date:
    if at is None:
        return date.min
    return at.date() if isinstance(at, datetime) else at


def is_timed(moment: date | None) -> bool:
    """Tell whether *moment* has a time of day."""
    return isinstance(moment, datetime)
