# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of an appointment or a task: filled in from what an entry tells, and read as what it shall tell."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.web.forms import Fields, plain
from ical.address import normalise
from ical.editing import Guest, Particulars
from ical.editing_repeat import OFTEN, Repeat
from ical.itip.groups import GROUP
from ical.kinds import Kind
from ical.limits import DEFAULT
from ical.people import CLIENT, NONE, SERVER
from ical.times import DAY, Moment

TEXTS = {"tittel": 300, "sted": 300, "beskrivelse": 20_000}
NAMES = (
    *TEXTS,
    *(
        "start_dato",
        "start_tid",
        "slutt_dato",
        "slutt_tid",
        "hele_dagen",
        "prioritet",
        "paminnelse",
        "vis_som",
        "privat",
    ),
    *("gjenta", "intervall", "ukedag", "manedlig", "ender", "antall", "til_dato", "prosent", "deltaker"),
)
"""The fields that tell of the entry. Of a task, `slutt_` is when it is due."""
SEVERAL = frozenset({"ukedag", "deltaker"})
UNSAID = {
    "intervall": "1",
    "manedlig": "dato",
    "ender": "aldri",
    "vis_som": "opptatt",
    "prosent": "0",
    "prioritet": "0",
}
"""What a form means that has no such field, or an empty one."""
REMINDERS = (0, 5, 10, 15, 30, 60, 120, 1440, 2880, 10080)
OWN_RULE = "EGEN"
EARLIEST, LATEST = date(1800, 1, 1), date(2999, 12, 31)
"""Days that a form takes: of what lies farther away no calendar can be shown."""
MOST_REPEATS, MOST_MINUTES = 999, 100_000
Errors = dict[str, str]
"""What is wrong with a field, by its name: the reason's name."""


class Unclear(ValueError):
    """A field says something that cannot be read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason


def fields_of(told: Particulars, kind: Kind) -> Fields:
    """Give the form that tells what *told* does."""
    last = _last(told, kind)
    pairs = [
        ("tittel", told.title),
        ("sted", told.location),
        ("beskrivelse", told.description),
        *_moment("start", told.start),
        *_moment("slutt", last),
        # A task has no such box: it is about whole days where it tells no hour.
        ("hele_dagen", "1" if told.all_day and kind is Kind.VEVENT else ""),
        ("prioritet", str(told.priority)),
        ("paminnelse", "" if told.reminder is None else str(told.reminder)),
        ("vis_som", "opptatt" if told.busy else "ledig"),
        ("privat", "1" if told.private else ""),
        ("prosent", str(told.percent)),
        *_repeat(told),
        *(("deltaker", guest_value(guest)) for guest in told.guests),
    ]
    return Fields(tuple(pairs))


def particulars_of(form: Fields, kind: Kind, zone: ZoneInfo) -> tuple[Particulars, Errors]:
    """Give what *form* tells, and what of it cannot be read."""
    errors: Errors = {}
    texts = {name: _text(form, name, most, errors) for name, most in TEXTS.items()}
    start, end = _times(form, kind, zone, errors)
    anchor = start if start is not None else end
    if not texts["tittel"]:
        errors.setdefault("tittel", "missing")
    rule = form.get("gjenta", "")
    told = Particulars(
        title=texts["tittel"],
        location=texts["sted"],
        description=texts["beskrivelse"],
        start=start,
        end=end,
        priority=_number(form, "prioritet", 9, errors) or 0,
        reminder=_number(form, "paminnelse", MOST_MINUTES, errors),
        busy=form.get("vis_som", "opptatt") != "ledig",
        private=form.get("privat", "") == "1",
        repeat=_read_repeat(form, anchor, errors) if rule in OFTEN else None,
        own_rule=OWN_RULE if rule == OWN_RULE else "",
        percent=min(_number(form, "prosent", 100, errors) or 0, 100),
        guests=guests_of(form.all("deltaker")),
    )
    return told, errors


def guest_value(guest: Guest) -> str:
    """Give *guest* as a field carries them."""
    return f"{GROUP if guest.is_group else guest.agent} {guest.address} {guest.name}"


def guests_of(values: Iterable[str]) -> tuple[Guest, ...]:
    """Give the guests that fields carry, each once; what is none is left out."""
    found: dict[str, Guest] = {}
    for value in values:
        agent, _, rest = plain(value)[:1000].partition(" ")
        address, _, name = rest.partition(" ")
        if ":" in address and len(found) < DEFAULT.attendees:
            known = normalise(address)
            asked = agent if agent in {SERVER, CLIENT} else NONE
            found[known] = Guest(known, name.strip()[:200], asked, is_group=agent == GROUP)
    return tuple(found.values())


def kept(form: Fields) -> list[tuple[str, str]]:
    """Give the pairs of *form* that tell of the entry, for another page to carry along."""
    return [(name, value) for name, value in form.pairs if name in NAMES]


def packed(form: Fields) -> str:
    """Give *form* as one field: what somebody had before their eyes when they began."""
    return json.dumps(kept(form), ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Fields:
    """Give the form that `packed` made a field of; an empty one where it is none."""
    try:
        pairs = json.loads(text)
    except (ValueError, RecursionError):
        return Fields()
    if not isinstance(pairs, list) or not all(isinstance(p, list) and len(p) == len("ab") for p in pairs):
        return Fields()
    return Fields(tuple((str(name), str(value)) for name, value in pairs if name in NAMES))


def read_day(text: str) -> date | None:
    """Give the day that *text* names, None where it is none that a form takes."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def differences(one: Fields, other: Fields) -> tuple[str, ...]:
    """Give the names of the fields that say something else."""
    return tuple(name for name in NAMES if _comparable(one, name) != _comparable(other, name))


def with_values(form: Fields, values: Mapping[str, Iterable[str]]) -> Fields:
    """Give *form* in which these fields have these values instead."""
    rest = [pair for pair in form.pairs if pair[0] not in values]
    return Fields((*rest, *((name, value) for name, several in values.items() for value in several)))


def _comparable(form: Fields, name: str) -> object:
    values = form.all(name)
    if name == "deltaker":
        return {(guest.address, guest.agent) for guest in guests_of(values)}
    if name in SEVERAL:
        return {*values}
    return (plain(values[-1]) if values else "") or UNSAID.get(name, "")


def _last(told: Particulars, kind: Kind) -> Moment | None:
    """Give the end as people say it: of whole days the last one, and not the one after."""
    end = told.end
    if kind is Kind.VTODO or end is None or isinstance(end, datetime):
        return end
    return end - DAY


def _moment(name: str, value: Moment | None) -> list[tuple[str, str]]:
    day = "" if value is None else f"{value:%Y-%m-%d}"
    return [(f"{name}_dato", day), (f"{name}_tid", f"{value:%H:%M}" if isinstance(value, datetime) else "")]


def _repeat(told: Particulars) -> list[tuple[str, str]]:
    repeat = told.repeat
    if repeat is None:
        return [("gjenta", OWN_RULE if told.own_rule else "")]
    return [
        ("gjenta", repeat.frequency),
        ("intervall", str(repeat.interval)),
        *(("ukedag", str(day)) for day in repeat.weekdays),
        ("manedlig", "ukedag" if repeat.by_weekday else "dato"),
        ("ender", "antall" if repeat.count is not None else "dato" if repeat.until is not None else "aldri"),
        ("antall", "" if repeat.count is None else str(repeat.count)),
        ("til_dato", "" if repeat.until is None else repeat.until.isoformat()),
    ]


def _text(form: Fields, name: str, most: int, errors: Errors) -> str:
    text = plain(form.get(name, ""))
    if name != "beskrivelse":
        text = " ".join(text.split())
    if len(text) > most:
        errors[name] = "long"
    return text[:most]


def _day_of(value: Moment) -> date:
    return value.date() if isinstance(value, datetime) else value


def _number(form: Fields, name: str, most: int, errors: Errors) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < len("1000000") and int(text) <= most):
        errors[name] = "number"
        return None
    return int(text)


def _times(form: Fields, kind: Kind, zone: ZoneInfo, errors: Errors) -> tuple[Moment | None, Moment | None]:
    try:
        start, end = (_read_moment(form, name, zone) for name in ("start", "slutt"))
    except Unclear as unclear:
        errors[unclear.name] = unclear.reason
        return None, None
    if kind is Kind.VTODO:
        if start is not None and end is not None and isinstance(start, datetime) is not isinstance(end, datetime):
            start = start if not isinstance(start, datetime) else start.date()
            end = end if not isinstance(end, datetime) else end.date()
        if start is not None and end is not None and end < start:
            errors["slutt_dato"] = "before"
        return start, end
    if start is None:
        errors["start_dato"] = "missing"
        return None, None
    if end is not None and isinstance(end, datetime) is not isinstance(start, datetime):
        errors["slutt_tid"] = "clock"
        return start, None
    if end is not None and end < start:
        errors["slutt_dato"] = "before"
    return start, end if isinstance(start, datetime) or end is None else end + DAY


def _read_moment(form: Fields, name: str, zone: ZoneInfo) -> Moment | None:
    day_text, clock = form.get(f"{name}_dato", "").strip(), form.get(f"{name}_tid", "").strip()
    if not day_text:
        return None
    day = read_day(day_text)
    if day is None:
        raise Unclear(f"{name}_dato", "date")
    if form.get("hele_dagen", "") == "1" or not clock:
        return day
    try:
        at = time.fromisoformat(clock[:5])
    except ValueError as error:
        raise Unclear(f"{name}_tid", "clock") from error
    # A time that the clocks jump over is the one that they show instead.
    return (datetime.combine(day, at, zone) + timedelta(0)).astimezone(ZoneInfo("UTC")).astimezone(zone)


def _read_repeat(form: Fields, anchor: Moment | None, errors: Errors) -> Repeat | None:
    often, ends = form.get("gjenta", ""), form.get("ender", "aldri")
    until: date | None = None
    if ends == "dato":
        until = read_day(form.get("til_dato", "").strip())
        if until is None:
            errors["til_dato"] = "date"
        elif anchor is not None and until < _day_of(anchor):
            errors["til_dato"] = "before"
    count = _number(form, "antall", MOST_REPEATS, errors) if ends == "antall" else None
    if ends == "antall" and not count:
        errors.setdefault("antall", "number")
    days = sorted({int(day) for day in form.all("ukedag") if day in set("0123456")})
    if often == "WEEKLY" and days and anchor is not None and anchor.weekday() not in days:
        days = sorted({*days, anchor.weekday()})
    return Repeat(
        frequency=often,
        interval=max(_number(form, "intervall", MOST_REPEATS, errors) or 1, 1),
        weekdays=tuple(days) if often == "WEEKLY" else (),
        by_weekday=often == "MONTHLY" and form.get("manedlig", "") == "ukedag",
        count=count or None,
        until=until,
    )
