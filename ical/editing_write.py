# SPDX-License-Identifier: GPL-3.0-or-later
"""The text made of a form: the lines of what was changed are written, all others stay byte for byte."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.answers import ACCEPTED, COMPLETED, IN_PROCESS, NEEDS_ACTION
from ical.editing import Guest, Host, Particulars, changed, reminders
from ical.editing_repeat import written_repeat
from ical.edits import Edits, insert, put, take
from ical.instances import SERIES, InstanceId
from ical.itip.build import PRODID
from ical.itip.groups import GROUP
from ical.kinds import Kind
from ical.lines import Component, Document, Line, fold, quoted, read
from ical.people import SERVER
from ical.sharing import ABSENT, NOTED
from ical.snapshot import Part, Snapshot, read_object
from ical.tasks import DONE
from ical.text import escape, stamp
from ical.times import Moment, when, written
from ical.zonerules import missing_rules

TEXTS = {"title": "SUMMARY", "location": "LOCATION", "description": "DESCRIPTION"}
TWIN = "X-ALT-DESC"
"""The description in HTML, which says something else once the plain one is changed."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Whose form it is, and when it is written."""

    host: Host
    zone: ZoneInfo
    now: datetime


def made(kind: Kind, uid: str, said: Particulars, by: Writer) -> bytes:
    """Give the text of a new entry."""
    at = stamp(by.now)
    # An event has a start from the beginning (RFC 5545 3.6.1): in the other form, so that ours is written anew.
    blank = "DTSTART:19700101T000000Z" if said.all_day else "DTSTART;VALUE=DATE:19700101"
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", f"BEGIN:{kind}", f"UID:{uid}", f"DTSTAMP:{at}")
    more = (f"CREATED:{at}", *((blank,) if kind is Kind.VEVENT else ()), f"END:{kind}", "END:VCALENDAR")
    text = b"".join(fold(line) for line in (*head, *more))
    return rewritten(read_object(text, by.zone), SERIES, Particulars(), said, by)


def rewritten(said: Snapshot, instance: InstanceId, base: Particulars, now: Particulars, by: Writer) -> bytes:
    """Give the text of *said* in which the component of *instance* says what was changed from *base* to *now*."""
    part = said.part(instance) or said.main
    edits: Edits = {}
    edit(said, part, base, now, by, edits)
    return with_zones(said.document, edits, by.zone)


def edit(said: Snapshot, part: Part, base: Particulars, now: Particulars, by: Writer, edits: Edits) -> None:
    """Gather what lets *part* of *said* say what was changed from *base* to *now*."""
    wanted = changed(base, now)
    if not wanted:
        return
    # An alarm that goes must be gone before other lines are put where it began.
    to_end = said.kind is Kind.VTODO and now.end is not None
    is_rung = "reminder" in wanted
    alarms = remind(said.document, part.component, now, to_end=to_end, edits=edits) if is_rung else []
    _put(said.document, part.component, dict(_values(said, part, now, wanted, by)), edits)
    added: list[bytes] = []
    if wanted & {"start", "end"}:
        added += _times(said, part, base, now, by, edits)
    if wanted & {"guests", "attends"}:
        added += _people(said, part, now, by, edits)
    if wanted & {"start", "end", "repeat", "own_rule"}:
        _ask_again(part, by, edits)
    insert(said.document, part.component, added, alarms, edits)


def with_zones(document: Document, edits: Edits, zone: ZoneInfo) -> bytes:
    """Give *document* with *edits*, and with the rules of *zone* where it is named now and was not before."""
    text = document.spliced(edits)
    if f"TZID={zone.key}:".encode() not in text or f"TZID={zone.key}:".encode() in document.raw:
        return text
    after = read(text)
    first = after.root.children[0].start
    return after.spliced({first: (*missing_rules(after), after.lines[first].raw)})


def _values(
    said: Snapshot, part: Part, now: Particulars, wanted: frozenset[str], by: Writer
) -> Iterator[tuple[str, str | None]]:
    """Give the new value of each property that has one line; None: it goes."""
    for name, line in TEXTS.items():
        if name in wanted:
            yield line, escape(getattr(now, name)) or None
    if "description" in wanted:
        yield TWIN, None
    if "priority" in wanted:
        yield "PRIORITY", str(now.priority) if now.priority else None
    if wanted & {"busy", "absent"}:
        yield from _taken(said, now)
    if "private" in wanted:
        yield "CLASS", "PRIVATE" if now.private else None
    if "percent" in wanted:
        yield from _progress(now.percent, by.now)
    if wanted & {"repeat", "own_rule"} and part.instance == SERIES:
        yield from _rule(now)
    yield "DTSTAMP", stamp(by.now)
    if said.document.first(part.component, "LAST-MODIFIED") is not None:
        yield "LAST-MODIFIED", stamp(by.now)


def _taken(said: Snapshot, now: Particulars) -> Iterator[tuple[str, str | None]]:
    """Say whether it takes the time of whoever writes it; what they are not in takes none of it."""
    if said.kind is Kind.VEVENT:
        yield "TRANSP", "OPAQUE" if now.busy and not now.absent else "TRANSPARENT"
    yield ABSENT, "TRUE" if now.absent else None


def _rule(now: Particulars) -> Iterator[tuple[str, str | None]]:
    anchor = now.start if now.start is not None else now.end
    if now.repeat is not None and anchor is not None:
        yield "RRULE", written_repeat(now.repeat, anchor)
    else:
        yield from dict.fromkeys(("RRULE", "RDATE", "EXDATE")).items()


def _progress(percent: int, now: datetime) -> Iterator[tuple[str, str | None]]:
    done = percent >= DONE
    yield "STATUS", COMPLETED if done else IN_PROCESS if percent else NEEDS_ACTION
    yield "PERCENT-COMPLETE", str(percent) if percent else None
    yield "COMPLETED", stamp(now) if done else None


def _put(document: Document, component: Component, values: dict[str, str | None], edits: Edits) -> None:
    """Write *values* in place; what a text refers to in other languages or forms (ALTREP, LANGUAGE) goes with it."""
    put(document, component, values, edits)
    for place, line in document.each(component, *TEXTS.values()):
        value = values.get(line.name)
        if value is not None and place in edits and edits[place]:
            edits[place] = (line.with_parameters({"ALTREP": None}).with_value(value).raw,)


def _times(said: Snapshot, part: Part, base: Particulars, now: Particulars, by: Writer, edits: Edits) -> list[bytes]:
    """Write when it is, each time as its line was written before; give the lines that are new."""
    document, component = said.document, part.component
    close = "DUE" if said.kind is Kind.VTODO else "DTEND"
    was = when(document, component)
    lasting = [place for place, _ in document.each(component, "DURATION")]
    wanted = {"DTSTART": (base.start, now.start), close: (base.end, now.end)}
    added: list[bytes] = []
    for name, (before, after) in wanted.items():
        found = document.each(component, name)
        is_said = bool(found) or (name == close and bool(lasting)) or (name == close and after is None)
        if before == after and is_said and not (name == close and lasting):
            continue
        # A whole day needs no end: it lasts one (RFC 5545 3.6.1).
        if before == after and not found and not lasting and was.end is not None:
            continue
        added += _time(document, found, name, after, by, edits)
    edits.update(dict.fromkeys(lasting, ()))
    return added


def _time(
    document: Document, found: list[tuple[int, Line]], name: str, value: Moment | None, by: Writer, edits: Edits
) -> list[bytes]:
    for place, line in found:
        is_alike = isinstance(value, datetime) is ("T" in line.value.upper())
        if value is not None and is_alike:
            edits[place] = (line.with_value(written(value, line, document, by.zone)).raw,)
        else:
            edits[place] = (fold(f"{name}{_fresh(value, by.zone)}"),) if value is not None else ()
    return [] if found or value is None else [fold(f"{name}{_fresh(value, by.zone)}")]


def _fresh(value: Moment, zone: ZoneInfo) -> str:
    """Give a time as a line that we write ourselves says it."""
    if not isinstance(value, datetime):
        return f";VALUE=DATE:{value:%Y%m%d}"
    if zone.key == "UTC":
        return f":{stamp(value)}"
    return f";TZID={zone.key}:{value.astimezone(zone):%Y%m%dT%H%M%S}"


def remind(document: Document, component: Component, now: Particulars, *, to_end: bool, edits: Edits) -> list[bytes]:
    """Let *component* ring when *now* says; give the alarm that is new. *to_end*: before a task is due."""
    alarm = next((alarm for alarm, _ in reminders(document, component)), None)
    if now.reminder is None:
        if alarm is not None:
            take(alarm, edits)
        return []
    told = f"-PT{now.reminder}M"
    if alarm is not None:
        put(document, alarm, {"TRIGGER": told}, edits)
        return []
    related = ";RELATED=END" if to_end else ""
    words = escape(now.title) or "-"
    lines = ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{words}", f"TRIGGER{related}:{told}", "END:VALARM")
    return [fold(line) for line in lines]


def _people(said: Snapshot, part: Part, now: Particulars, by: Writer, edits: Edits) -> list[bytes]:
    """Let *part* name whom the form names, and no others; give the lines that are new."""
    wanted = {guest.address: guest for guest in now.guests}
    here: set[str] = set()
    mine = False
    for person in part.people:
        guest = wanted.get(person.address)
        if person.address in by.host.all_addresses:
            mine = now.attends
            edits.update({} if now.attends else {person.place: ()})
        elif guest is None:
            edits[person.place] = ()
        else:
            here.add(person.address)
            edits.update(_agent(person.place, person.line, guest))
    added = [_invited(guest) for guest in now.guests if guest.address not in here]
    if now.attends and not mine:
        own = Guest(by.host.addresses[0], by.host.name)
        added.insert(0, _invited(own, partstat=ACCEPTED))
    if added and said.document.first(part.component, "ORGANIZER") is None:
        added.insert(0, fold(f"ORGANIZER;CN={quoted(by.host.name)}:{by.host.addresses[0]}"))
    return added


def _ask_again(part: Part, by: Writer, edits: Edits) -> None:
    """Let those whom the server does not ask have said nothing yet: what they said was about another time (A10)."""
    unsaid = {"PARTSTAT": NEEDS_ACTION, **dict.fromkeys(NOTED)}
    for person in part.people:
        if person.by_server or person.partstat == NEEDS_ACTION or person.address in by.host.all_addresses:
            continue
        lines = edits.get(person.place, (person.line.raw,))
        edits[person.place] = tuple(Line.of(line).with_parameters(unsaid).raw for line in lines)


def _agent(place: int, line: Line, guest: Guest) -> Edits:
    agent = guest.agent if guest.agent != SERVER else None
    if (line.parameter("SCHEDULE-AGENT") or SERVER).upper() == guest.agent:
        return {}
    return {place: (line.with_parameters({"SCHEDULE-AGENT": agent}).raw,)}


def _invited(guest: Guest, partstat: str = NEEDS_ACTION) -> bytes:
    named = f";CN={quoted(guest.name)}" if guest.name else ""
    kind = GROUP if guest.is_group else "INDIVIDUAL"
    asked = ";RSVP=TRUE" if partstat == NEEDS_ACTION and not guest.is_group else ""
    through = f";MEMBER={quoted(guest.through)}" if guest.through is not None else ""
    agent = f";SCHEDULE-AGENT={guest.agent}" if guest.agent != SERVER else ""
    head = f"ATTENDEE{named};CUTYPE={kind};ROLE=REQ-PARTICIPANT;PARTSTAT={partstat}{asked}{through}{agent}"
    return fold(f"{head}:{guest.address}")
