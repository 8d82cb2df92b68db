# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of an entry that is organized outside: of each occurrence what the newest message about it said.

The text that is kept is all that is remembered: each component has the SEQUENCE and DTSTAMP of the message that it came
with, and what was called off stays in it as such. So messages come to the same in any order, and repeats to nothing
(RFC 5546 2.1.5).
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import NEEDS_ACTION
from ical.edits import Edits, insert, put, replace, take_alarms
from ical.governing import FORM, REPEATING, Days, time_of
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Method
from ical.kinds import Kind
from ical.limits import MAIL
from ical.line import Line
from ical.lines import Component, fold
from ical.overrides import Occurrences
from ical.private import is_private
from ical.ranges import speaks_on
from ical.series import fitting
from ical.sharing import PROGRESS, UNSHARED
from ical.snapshot import Part, Snapshot, read_object, says_off
from ical.text import parse_stamp, stamp
from ical.times import Moment, instance_at, moment, moment_of, read_moment

Pieces = Mapping[InstanceId, tuple[Snapshot, Part]]
"""What is known of each occurrence, and from which text."""
NEVER = datetime.min.replace(tzinfo=UTC)


class Order(NamedTuple):
    """Which of two messages about the same is the newer one."""

    sequence: int
    stamp: datetime


def order_of(said: Snapshot, part: Part) -> Order:
    """Give the order of the message that *part* came with."""
    line = said.document.first(part.component, "DTSTAMP")
    return Order(part.sequence or 0, (parse_stamp(line.value) if line is not None else None) or NEVER)


def plain(said: Snapshot, method: Method, me: frozenset[Address], zone: ZoneInfo) -> Snapshot | None:
    """Give a message as it is kept for *me*: without METHOD, alarms, and what is about its organizer's program.

    What was answered is kept beside it; people who are asked elsewhere are as the message has them. What a CANCEL names
    says that it is called off. A CANCEL need not tell when it is (RFC 5546 3.2.5): an occurrence then is where
    the rules have it, and of the whole None is given.
    """
    document, edits = said.document, Edits()
    edits.update((place, ()) for place, _ in document.each(document.root, "METHOD"))
    _take_private(said, document.root, edits)
    for part in said.parts:
        if said.kind is Kind.VEVENT and document.first(part.component, "DTSTART") is None and method is Method.CANCEL:
            if part.instance == SERIES:
                return None
            _write_start(said, part, edits)
        _write_plain(said, part, me, edits)
        if method is Method.CANCEL:
            put(document, part.component, {"STATUS": "CANCELLED"}, edits)
        if method is Method.ADD:
            _write_name(said, part, edits)
    return read_object(document.spliced(edits), zone, MAIL)


def merged(stored: Snapshot | None, new: Snapshot, zone: ZoneInfo) -> Snapshot | None:
    """Give what is known after the message *new* (`plain`) where *stored* was known before; None: nothing new.

    A message about the whole replaces it, and leaves of single occurrences only what came later. One about an
    occurrence replaces that, and where it calls it off with all that follow, what was known of those. Raises TooLarge
    where the text grows beyond what a mail may bring.
    """
    if stored is None:
        return _written(new, new, {part.instance: (new, part) for part in new.parts}, zone)
    if new.part(SERIES) is not None:
        return _with_the_whole(stored, new, zone)
    return _with_occurrences(stored, new, zone)


def off_as_told(stored: Snapshot, message: Snapshot, zone: ZoneInfo) -> Snapshot | None:
    """Give *stored* called off, where the CANCEL *message* does not tell when anything is; None: nothing new."""
    edits = Edits()
    for part in message.parts:
        name = _named(stored, part.instance, zone)
        for known in stored.parts:
            meant = part.instance == SERIES or _named(stored, known.instance, zone) == name
            if meant and order_of(message, part) > order_of(stored, known):
                order = order_of(message, part)
                values = {"STATUS": "CANCELLED", "SEQUENCE": str(order.sequence)}
                put(stored.document, known.component, values | {"DTSTAMP": _stamp(order)}, edits)
    return read_object(stored.document.spliced(edits), zone) if edits else None


def _stamp(order: Order) -> str:
    return stamp(max(order.stamp, datetime(1970, 1, 1, tzinfo=UTC)))


def _write_plain(said: Snapshot, part: Part, me: frozenset[Address], edits: Edits) -> None:
    document = said.document
    take_alarms(part.component, edits)
    _take_private(said, part.component, edits)
    for place, line in document.each(part.component, *(PROGRESS if said.kind is Kind.VTODO else ())):
        if not says_off(line):
            edits[place] = ()
    for place, line in document.each(part.component, "ORGANIZER"):
        replace(edits, place, line, line.with_parameters(UNSHARED))
    for person in part.people:
        own: dict[str, str | None] = {"PARTSTAT": NEEDS_ACTION, "RSVP": "TRUE"} if person.address in me else {}
        replace(edits, person.place, person.line, person.line.with_parameters({**UNSHARED, **own}))
    if part.sequence is None:
        insert(document, part.component, [fold("SEQUENCE:0")], (), edits)


def _take_private(said: Snapshot, component: Component, edits: Edits) -> None:
    for name, places in said.document.places(component).items():
        if is_private(name):
            edits.update(dict.fromkeys(places, ()))


def _write_start(said: Snapshot, part: Part, edits: Edits) -> None:
    """Let an occurrence start when its RECURRENCE-ID says."""
    for _, line in said.document.each(part.component, "RECURRENCE-ID")[:1]:
        form = "".join(f";{name}={value}" for name, value in line.parameters if name in FORM)
        insert(said.document, part.component, [fold(f"DTSTART{form}:{line.value}")], (), edits)


def _write_name(said: Snapshot, part: Part, edits: Edits) -> None:
    """Name an occurrence that is added by when it starts: ADD itself has no RECURRENCE-ID (RFC 5546 3.2.4)."""
    document, start = said.document, time_of(said, part)
    if part.instance != SERIES or start is None:
        return
    edits.update((place, ()) for place, _ in document.each(part.component, *REPEATING))
    form = "".join(f";{name}={value}" for name, value in start.parameters if name in FORM)
    insert(document, part.component, [fold(f"RECURRENCE-ID{form}:{start.value}")], (), edits)


def _with_the_whole(stored: Snapshot, new: Snapshot, zone: ZoneInfo) -> Snapshot | None:
    main, known = new.main, stored.part(SERIES)
    if known is not None and order_of(new, main) <= order_of(stored, known):
        return None
    pieces = {_named(new, part.instance, zone): (new, part) for part in new.parts}
    for part in stored.parts:
        name = _named(new, part.instance, zone)
        _, own = pieces.get(name, (new, main))
        if part.instance != SERIES and _outlives(order_of(stored, part), new, own):
            pieces[name] = stored, part
    return _written(new, stored, pieces, zone)


def _with_occurrences(stored: Snapshot, new: Snapshot, zone: ZoneInfo) -> Snapshot | None:
    known = {_named(stored, part.instance, zone): (stored, part) for part in stored.parts}
    pieces = dict(known)
    for part in new.parts:
        name = _named(stored, part.instance, zone)
        before = known.get(name) or known.get(SERIES)
        if before is None or _outlives(order_of(new, part), *before):
            pieces[name] = new, part
    return _written(stored, new, pieces, zone) if _left(pieces) != known else None


def _left(pieces: Pieces) -> dict[InstanceId, tuple[Snapshot, Part]]:
    """Take away what was known of occurrences before they were called off with all that follow an earlier one."""
    ends = [
        (name, order_of(said, part))
        for name, (said, part) in pieces.items()
        if speaks_on(said.document, part.component) and said.is_off(part)
    ]
    return {
        name: piece
        for name, piece in pieces.items()
        if not any(at < name and not _is_later(order_of(*piece), end) for at, end in ends)
    }


def _named(said: Snapshot, instance: InstanceId, zone: ZoneInfo) -> InstanceId:
    """Give what an occurrence is called in *said*: where the series has times a day alone names the one on it.

    What the organizer says is not guessed at: it may be an occurrence that the series does not have.
    """
    main, value = said.part(SERIES), moment_of(instance)
    start = time_of(said, main) if main is not None else None
    return fitting(value, moment(start, said.document), zone) if value is not None and start is not None else instance


def _outlives(order: Order, other: Snapshot, part: Part) -> bool:
    """Tell whether a message about one occurrence is newer than *part* of *other*.

    Google counts the SEQUENCE of each occurrence by itself: against the series only the time tells.
    """
    that = order_of(other, part)
    return _is_later(order, that) if part.instance == SERIES else order > that


def _is_later(order: Order, that: Order) -> bool:
    """Compare messages about one occurrence and about several."""
    return (order.stamp, order.sequence) > (that.stamp, that.sequence)


def _written(base: Snapshot, other: Snapshot, pieces: Pieces, zone: ZoneInfo) -> Snapshot:
    """Write *pieces* into the frame of *base*, with the time zones that they need."""
    document = base.document
    frame = [line.raw for _, line in document.own(document.root)]
    zones = {_zone_name(said, c): said.document.text_of(c) for said in (other, base) for c in _zones(said)}
    left = _left(pieces)
    parts = [left[name][0].document.text_of(left[name][1].component) for name in sorted(left)]
    begin, end = document.lines[document.root.start].raw, document.lines[document.root.stop - 1].raw
    bare = read_object(b"".join([begin, *parts, end]), zone, MAIL)
    needed = {line.parameter("TZID") for line in bare.document.lines}
    kept = [zones[name] for name in sorted(zones) if name in needed]
    said = read_object(b"".join([begin, *frame, *kept, *parts, end]), zone, MAIL)
    return _with_dates(said, pieces.keys(), zone)


def _zones(said: Snapshot) -> Iterator[Component]:
    return (c for c in said.document.root.children if c.name == "VTIMEZONE")


def _zone_name(said: Snapshot, component: Component) -> str:
    line = said.document.first(component, "TZID")
    return line.value if line is not None else ""


def _with_dates(said: Snapshot, told: Collection[InstanceId], zone: ZoneInfo) -> Snapshot:
    """Let the series have each occurrence that stands by itself, added or brought back, and none else of those *told*.

    Dates of such occurrences stand behind all others and in their order, whichever message came first.
    """
    main = said.part(SERIES)
    start = time_of(said, main) if main is not None else None
    if main is None or start is None:
        return said
    anchor = moment(start, said.document)
    first = instance_at(anchor)
    names = {part.instance: _named(said, part.instance, zone) for part in said.parts}
    alone = set(names.values()) - {SERIES, first}
    edits: Edits = {}
    for part in said.parts:
        if names[part.instance] != part.instance:
            _write_as(said, part, Line.of(Days(said, zone).dated("RECURRENCE-ID", names[part.instance])), edits)
    for place, line in said.document.each(main.component, "EXDATE"):
        left = [value for value in line.value.split(",") if _date(said, anchor, line, value, zone) not in alone]
        edits[place] = (line.with_value(",".join(left)).raw,) if left else ()
    for place, line in said.document.each(main.component, "RDATE"):
        if "," not in line.value and "/" not in line.value and _date(said, anchor, line, line.value, zone) in told:
            edits[place] = ()
    bare = read_object(said.document.spliced(edits), zone)
    days = Days(bare, zone)
    made = Occurrences(bare, zone)
    dates = [days.dated("RDATE", i) for i in sorted(alone) if not made.takes_place(i)]
    more: Edits = {}
    insert(bare.document, bare.main.component, dates, (), more)
    return read_object(bare.document.spliced(more), zone, MAIL)


def _write_as(said: Snapshot, part: Part, name: Line, edits: Edits) -> None:
    """Name an occurrence as its series does: some programs write a day for a time."""
    form = {parameter: name.parameter(parameter) for parameter in FORM}
    for place, line in said.document.each(part.component, name.name):
        edits[place] = (line.with_parameters(form).with_value(name.value).raw,)


def _date(said: Snapshot, anchor: Moment, line: Line, value: str, zone: ZoneInfo) -> InstanceId:
    return fitting(read_moment(line, value, said.document), anchor, zone)
