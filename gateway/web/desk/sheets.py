# SPDX-License-Identifier: GPL-3.0-or-later
"""The sheet of a page of the calendar: a column for each day or colleague, and what is drawn in it."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from gateway.services.agenda import Thing
from gateway.web.desk.cards import Card, Teller, days_of, is_bar
from gateway.web.desk.grid import HOUR, LOW, MOST_BARS, MOST_LANES, Bar, More, Placed, Slot, bars, hours, laid, slots
from gateway.web.desk.periods import Period, View, day_head, day_name

FIRST_HOUR, LAST_HOUR = 8, 17
"""A sheet shows these at least."""
MOST_LISTED = 1_000
"""Things in a list."""
IN_A_CELL = 4
"""Things with an hour that a day of a month has room for."""
LANES = {View.DAY: MOST_LANES, View.WEEK: 4}
BARS = {View.DAY: MOST_BARS, View.WEEK: 8, View.MONTH: 3}
SATURDAY = 5

_Some = TypeVar("_Some", Placed[Card], More)
Url = Callable[[View, date], str]
"""Gives where a day is seen otherwise."""


@dataclass(frozen=True, slots=True)
class Block:
    """A thing, and the classes of its place."""

    card: Card
    place: str


@dataclass(frozen=True, slots=True)
class Rest:
    """How many things there was no room for, and the classes of their place."""

    number: int
    place: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a column."""

    key: str
    name: str
    """In full."""
    short: str
    """As a narrow column has room for it."""
    look: str
    url: str
    """Where more of it is seen, '' for nowhere."""
    rest: str
    """Where that is for which there is no room."""


@dataclass(frozen=True, slots=True)
class Column:
    """A day, or a colleague, and what is drawn there."""

    head: Head
    bars: Sequence[Block]
    blocks: Sequence[Block]
    unbarred: int
    """How many bars there was no room for."""
    rest: Sequence[Rest] = ()
    now: str = ""
    """The class of the present moment, '' where it is not here."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All columns, and the hours beside them."""

    columns: Sequence[Column]
    look: str
    hours: Sequence[tuple[str, str]] = ()
    """What each hour is called, and its place."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where things are drawn, in the terms of `grid`: a slot's day is the number of its column."""

    placed: Sequence[Placed[Card]]
    more: Sequence[More]
    bars: Sequence[Bar[Card]]
    unbarred: Mapping[int, int]


def day_sheet(shown: Period, appointments: Iterable[Thing], tell: Teller, url: Url) -> Sheet:
    """Give the sheet of one day, or of a week: the hours from top to bottom."""
    days = shown.days
    pieces, spans = pieces_of(appointments, days, tell)
    found = drawn(pieces, spans, lanes=LANES[shown.view], most=BARS[shown.view])
    further = View.DAY if shown.view is View.WEEK else View.LIST
    heads = [_head(day, tell, url, further) for day in days]
    return timed(heads, found, tell, today=[number for number, day in enumerate(days) if day == tell.today])


def month_sheet(shown: Period, appointments: Sequence[Thing], tell: Teller, url: Url) -> list[Sheet]:
    """Give a sheet for each week of a month: days without hours."""
    days = shown.days
    return [_week(days[n : n + 7], shown.day.month, appointments, tell, url) for n in range(0, len(days), 7)]


def list_sheet(shown: Period, appointments: Sequence[Thing], tell: Teller, url: Url) -> Sheet:
    """Give the days on which something is on, at most `MOST_LISTED` things of them; what goes on, on its first day."""
    days = shown.days
    found: dict[int, list[Block]] = {}
    for thing in appointments[:MOST_LISTED]:
        found.setdefault(_span(thing, days, tell)[0], []).append(Block(tell.card(thing), ""))
    heads = {number: _head(days[number], tell, url, View.DAY) for number in sorted(found)}
    return Sheet([Column(head, (), found[number], 0) for number, head in heads.items()], "")


def pieces_of(
    appointments: Iterable[Thing], days: Sequence[date], tell: Teller
) -> tuple[list[tuple[Slot, Card]], list[tuple[int, int, Card]]]:
    """Give the pieces of *days* that *appointments* take, and what takes whole days."""
    pieces: list[tuple[Slot, Card]] = []
    spans: list[tuple[int, int, Card]] = []
    for thing in appointments:
        card = tell.card(thing)
        if is_bar(thing):
            spans.append((*_span(thing, days, tell), card))
        else:
            pieces += ((slot, card) for slot in slots(thing.what.start, thing.what.end, days, tell.zone))
    return pieces, spans


def drawn(
    pieces: Sequence[tuple[Slot, Card]], spans: Sequence[tuple[int, int, Card]], *, lanes: int, most: int
) -> Drawn:
    """Give everything a place, at most so many *lanes* beside each other, and at most so many bars."""
    placed, more = laid(pieces, most=lanes)
    return Drawn(placed, more, *bars(spans, most=most))


def timed(heads: Sequence[Head], found: Drawn, tell: Teller, *, today: Container[int]) -> Sheet:
    """Give a sheet with hours beside it, as many as what is drawn there needs; the columns of *today* show the time."""
    begins, ends = hours([one.slot for one in found.placed], first=FIRST_HOUR, last=LAST_HOUR)
    beside = [(tell.hour(hour), f"from-{(hour - begins) * HOUR}") for hour in range(begins, ends)]
    now = _step(tell.now, begins, ends)
    columns = [
        Column(
            head,
            _bars(found, number),
            [Block(one.what, _place(one, begins)) for one in _of(found.placed, number)],
            found.unbarred.get(number, 0),
            [Rest(one.number, _place(one, begins)) for one in _of(found.more, number)],
            now=now if number in today else "",
        )
        for number, head in enumerate(heads)
    ]
    return Sheet(columns, f"columns-{len(columns)} hours-{ends - begins}", beside)


def _week(days: Sequence[date], month: int, appointments: Sequence[Thing], tell: Teller, url: Url) -> Sheet:
    touching = [one for one in appointments if _is_within(one, days, tell)]
    found = drawn((), [(*_span(one, days, tell), tell.card(one)) for one in touching if is_bar(one)], lanes=1, most=3)
    on: dict[int, list[Block]] = {}
    for one in touching:
        if not is_bar(one) and (first := days_of(one, tell.zone)[0]) in days:
            on.setdefault(days.index(first), []).append(Block(tell.card(one), ""))
    columns = []
    for number, day in enumerate(days):
        blocks = on.get(number, [])
        left_out = len(blocks) - IN_A_CELL if len(blocks) > IN_A_CELL + 1 else 0
        shown = blocks[: len(blocks) - left_out]
        rest = [Rest(left_out, "")] if left_out else []
        head = _head(day, tell, url, View.DAY, other=day.month != month)
        columns.append(Column(head, _bars(found, number), shown, found.unbarred.get(number, 0), rest))
    return Sheet(columns, f"columns-{len(days)}")


def _is_within(one: Thing, days: Sequence[date], tell: Teller) -> bool:
    first, last = days_of(one, tell.zone)
    return first <= days[-1] and last >= days[0]


def _span(thing: Thing, days: Sequence[date], tell: Teller) -> tuple[int, int]:
    """Give on which of *days* something begins and ends, as far as they are shown."""
    first, last = days_of(thing, tell.zone)
    return max((first - days[0]).days, 0), min((last - days[0]).days, len(days) - 1)


def _head(day: date, tell: Teller, url: Url, further: View, *, other: bool = False) -> Head:
    looks = {"today": day == tell.today, "weekend": day.weekday() >= SATURDAY, "other": other}
    look = " ".join(name for name, is_so in looks.items() if is_so)
    name, short = day_name(day, tell.language), day_head(day, tell.language)
    return Head(day.isoformat(), name, short, look, url(View.DAY, day), url(further, day))


def _bars(found: Drawn, number: int) -> list[Block]:
    return [Block(bar.what, f"bar-{bar.lane} days-{bar.days}") for bar in found.bars if bar.first == number]


def _of(placed: Iterable[_Some], number: int) -> list[_Some]:
    return sorted((one for one in placed if one.slot.day == number), key=lambda one: (one.slot.first, one.lane))


def _place(one: Placed[Card] | More, begins: int) -> str:
    lane = f" lane-{one.lane}-{one.lanes}" if one.lanes > 1 else ""
    low = " low" if one.slot.rows < LOW else ""
    return f"from-{one.slot.first - begins * HOUR} rows-{one.slot.rows}{lane}{low}"


def _step(now: datetime, begins: int, ends: int) -> str:
    return f"from-{(now.hour - begins) * HOUR + now.minute // 5}" if begins <= now.hour < ends else ""
