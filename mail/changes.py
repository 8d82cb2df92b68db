# SPDX-License-Identifier: GPL-3.0-or-later
"""What is another than somebody knew it, in their words: «nytt tidspunkt: man. 23. nov. kl. 09.00 → 10.00».

Mail and pages say it alike.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from ical.instances import SERIES
from ical.news import News, Saying, What
from ical.times import Moment, moment_of
from mail.content import one_line
from mail.dates import clock, short_day
from mail.translations import Gettext

MOST_TOLD = 5
ARROW = " \N{RIGHTWARDS ARROW} "


def told(news: Sequence[News], zone: ZoneInfo, language: str, _: Gettext) -> tuple[str, ...]:
    """Give a line for each thing that is another, at most so many."""
    changes = Changes(zone, language, _)
    lines = [changes.line(one) for one in news[:MOST_TOLD]]
    if len(news) > MOST_TOLD:
        lines.append(_("and %(many)d more") % {"many": len(news) - MOST_TOLD})
    return tuple(lines)


def named(news: Iterable[News], zone: ZoneInfo, language: str, _: Gettext) -> str:
    """Name what is another, each once: «nytt tidspunkt, nytt sted»."""
    names = Changes(zone, language, _)
    return ", ".join(dict.fromkeys(names.name(one) for one in news))


class Changes:
    """Tells of changes, in one language and zone."""

    def __init__(self, zone: ZoneInfo, language: str, _: Gettext) -> None:
        self._language, self._zone = language, zone
        self._nothing, self._at = _("none any more"), _("%(day)s at %(clock)s")
        self._names = {
            What.TIME: _("new time"),
            What.START: _("new start"),
            What.DUE: _("new due date"),
            What.PLACE: _("new place"),
            What.TITLE: _("new title"),
            What.RHYTHM: _("repeats otherwise"),
            What.OFF: _("called off"),
            What.ON: _("on again"),
        }
        self._details: dict[What, _Detail] = {
            What.TIME: self._time,
            What.START: lambda before, now: self._from_to(before.start, now.start),
            What.DUE: lambda before, now: self._from_to(before.end, now.end),
            What.PLACE: lambda before, now: _instead(before.location, now.location, self._nothing),
            What.TITLE: lambda before, now: _instead(before.summary, now.summary, _("(no title)")),
        }

    def name(self, one: News) -> str:
        """Name what is another."""
        return self._names[one.what]

    def line(self, one: News) -> str:
        """Say what it was and is, and on which day."""
        day = moment_of(one.day) if one.day != SERIES else None
        detail = self._details[one.what](one.before, one.now) if one.what in self._details else ""
        on = short_day(self._local(day), self._language) if day is not None else ""
        if one.what in {What.OFF, What.ON}:
            return f"{self.name(one)}: {on}" if on else self.name(one)
        said = f"{self.name(one)}: {detail}" if detail else self.name(one)
        return f"{on}: {said}" if on else said

    def _time(self, before: Saying, now: Saying) -> str:
        if _length(before) == _length(now):
            return self._from_to(before.start, now.start)
        was, is_now = self._span(before), self._span(now)
        return f"{was}{ARROW}{is_now}" if before.start is not None else is_now

    def _from_to(self, before: Moment | None, now: Moment | None) -> str:
        if now is None:
            return self._nothing
        if before is None:
            return self._moment(now)
        is_clock = isinstance(before, datetime) and isinstance(now, datetime)
        if is_clock and self._local(before) == self._local(now):
            return f"{self._moment(before)}{ARROW}{self._clock(now)}"
        return f"{self._moment(before)}{ARROW}{self._moment(now)}"

    def _span(self, said: Saying) -> str:
        if said.start is None:
            return ""
        if isinstance(said.end, datetime):
            same = self._local(said.start) == self._local(said.end)
            return f"{self._moment(said.start)}\N{EN DASH}{self._clock(said.end) if same else self._moment(said.end)}"
        # DTEND of whole days is the day after the last one (RFC 5545 3.6.1).
        last = said.end - timedelta(days=1) if said.end is not None else said.start
        first = self._moment(said.start)
        return first if last <= said.start else f"{first}\N{EN DASH}{self._moment(last)}"

    def _moment(self, at: Moment) -> str:
        day = short_day(self._local(at), self._language)
        return self._at % {"day": day, "clock": self._clock(at)} if _is_clock(at) else day

    def _clock(self, at: Moment) -> str:
        return clock(self._aware(at), self._language) if isinstance(at, datetime) else ""

    def _local(self, at: Moment) -> date:
        return self._aware(at).date() if isinstance(at, datetime) else at

    def _aware(self, at: datetime) -> datetime:
        return at.replace(tzinfo=self._zone) if at.tzinfo is None else at.astimezone(self._zone)


_Detail: TypeAlias = Callable[[Saying, Saying], str]


def _instead(before: str, now: str, nothing: str) -> str:
    was, is_now = one_line(before), one_line(now) or nothing
    return f"{was}{ARROW}{is_now}" if was else is_now


def _is_clock(at: Moment) -> bool:
    return isinstance(at, datetime)


def _length(said: Saying) -> timedelta | None:
    start, end = said.start, said.end
    if start is None or end is None or isinstance(start, datetime) is not isinstance(end, datetime):
        return None
    return end - start
