# SPDX-License-Identifier: GPL-3.0-or-later
"""Kari hands out, Ola, Nina and Per answer, Berit is outside: acts on an entry, without a database."""

from dataclasses import replace
from datetime import UTC, datetime

from ical import view
from ical.address import Address
from ical.answers import Answer
from ical.instances import SERIES
from ical.itip import attendee
from ical.itip.organizer import Actor, organize
from ical.itip.outcome import Entry, Outcome
from ical.lines import Line, fold, read
from ical.private import Overlay
from ical.snapshot import snapshot
from tests.ical.texts import OSLO, calendar, event, task

KARI, OLA, NINA, PER, BERIT = (
    Address(f"mailto:{box}")
    for box in (
        "kari@byggbo.example",
        "ola@byggbo.example",
        "nina@byggbo.example",
        "per@byggbo.example",
        "berit@kunde.example",
    )
)
NOW = datetime(2026, 10, 1, 12, 0, 30, tzinfo=UTC)
LATER = datetime(2026, 10, 2, 12, 0, 30, tzinfo=UTC)
START, END = "DTSTART;TZID=Europe/Oslo:20261008T100000", "DTEND;TZID=Europe/Oslo:20261008T110000"
ALARM = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nDESCRIPTION:{}\nEND:VALARM"


def actor(*addresses: Address) -> Actor:
    """Give somebody who acts under these addresses."""
    return Actor(frozenset(addresses), OSLO)


def meeting(*asked: Address, more: tuple[str, ...] = ()) -> bytes:
    """Give kari's appointment with *asked*."""
    return calendar(event(START, END, "SUMMARY:Befaring", f"ORGANIZER:{KARI}", *_lines(asked), *more))


def job(*asked: Address, more: tuple[str, ...] = ()) -> bytes:
    """Give kari's task for *asked*."""
    return calendar(
        task("DUE;VALUE=DATE:20261016", "SUMMARY:Legge gipsplate", f"ORGANIZER:{KARI}", *_lines(asked), *more)
    )


def distributed(text: bytes) -> Entry:
    """Give the entry that kari makes with *text*."""
    return applied(None, organize(None, text, actor(KARI), now=NOW))


def applied(entry: Entry | None, outcome: Outcome) -> Entry:
    """Give the entry as it is after *outcome*."""
    words = outcome.words or (entry.words if entry else None)
    assert words is not None
    said = snapshot(read(words), OSLO)
    rows = {(a.address, a.instance): a for a in (*(entry.answers if entry else ()), *outcome.answers)}
    return Entry(
        uid=said.uid,
        kind=said.kind,
        shared=outcome.shared or (entry.shared if entry else b""),
        organizer=said.organizer,
        sequence=outcome.sequence if outcome.sequence is not None else entry.sequence if entry else 0,
        answers=tuple(a for key, a in rows.items() if key[0] not in outcome.dropped and key not in outcome.ended),
        words=words,
        state=outcome.state,
        closed=outcome.closed,
    )


def saves(entry: Entry, text: bytes) -> Outcome:
    """Give what it comes to that kari uploads *text*."""
    return organize(entry, text, actor(KARI), shown=view.for_organizer(entry, OSLO), now=LATER)


def uploads(
    entry: Entry, who: Address, text: bytes, *, overlay: Overlay | None = None, conditional: bool = True
) -> Outcome:
    """Give what it comes to that *who*, who reads the entry as it is, uploads *text*."""
    shown = reading(entry, who, overlay)
    return attendee.answer(
        entry, text, actor(who), overlay=overlay or {}, shown=shown, conditional=conditional, now=LATER
    )


def reading(entry: Entry, who: Address, overlay: Overlay | None = None) -> bytes:
    """Give what *who* reads of *entry*."""
    return view.for_attendee(entry, frozenset({who}), overlay or {}, OSLO)


def answered(entry: Entry, who: Address, partstat: str) -> Entry:
    """Give the entry after *who* answered *partstat* in their client."""
    return applied(entry, uploads(entry, who, with_partstat(reading(entry, who), who, partstat)))


def row(entry: Entry | Outcome, who: Address) -> Answer:
    """Give the answer of *who*."""
    return next(a for a in entry.answers if a.address == who and a.instance == SERIES)


def with_row(entry: Entry, who: Address, **facts: object) -> Entry:
    """Give *entry* with other facts in the answer of *who*."""
    answers = (a._replace(**facts) if a.address == who else a for a in entry.answers)  # type: ignore[arg-type]
    return replace(entry, answers=tuple(answers))


def with_partstat(text: bytes, who: Address, partstat: str) -> bytes:
    """Give *text* in which *who* answers *partstat*."""
    return with_parameters(text, who, {"PARTSTAT": partstat})


def with_parameters(text: bytes, who: Address, changes: dict[str, str | None]) -> bytes:
    """Give *text* with parameters of the ATTENDEE line of *who* changed."""
    document = read(text)
    place, line = next((p, n) for p, n in enumerate(document.lines) if n.name == "ATTENDEE" and n.value == who)
    return document.edited({place: (line.with_parameters(changes).raw,)}).raw


def with_line(text: bytes, line: str) -> bytes:
    """Give *text* with one property set to *line*, or added."""
    name = line.replace(":", ";").partition(";")[0]
    document = read(text)
    component = next(c for c in document.root.children if c.name != "VTIMEZONE")
    old = next((p for p, found in document.own(component) if found.name == name), None)
    new = fold(line)
    if old is not None:
        return document.edited({old: (new,)}).raw
    begin = component.start
    return document.edited({begin: (document.lines[begin].raw, new)}).raw


def without(text: bytes, name: str) -> bytes:
    """Give *text* without the properties *name* of its entry."""
    document = read(text)
    component = next(c for c in document.root.children if c.name != "VTIMEZONE")
    return document.edited({p: () for p, line in document.own(component) if line.name == name}).raw


def with_alarm(text: bytes, says: str) -> bytes:
    """Give *text* with one more alarm."""
    alarm = ALARM.format(says).replace("\n", "\r\n").encode() + b"\r\n"
    kind = b"END:VEVENT" if b"END:VEVENT" in text else b"END:VTODO"
    return text.replace(kind, alarm + kind, 1)


def line_of(text: bytes, who: Address) -> Line:
    """Give the ATTENDEE line of *who*."""
    return next(line for line in read(text).lines if line.name == "ATTENDEE" and line.value == who)


def partstats(text: bytes) -> dict[str, str]:
    """Give everybody's PARTSTAT."""
    return {a: p.partstat for a, p in snapshot(read(text), OSLO).attendees().items()}


def value(text: bytes, name: str) -> str | None:
    """Give the value of a property of the entry."""
    return snapshot(read(text), OSLO).value(name)


def _lines(asked: tuple[Address, ...]) -> list[str]:
    return [f"ATTENDEE:{address}" for address in asked]
