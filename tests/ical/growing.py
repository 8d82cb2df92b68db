# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that grow in one thing only, and all that the engine does with a text."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from types import MappingProxyType

from ical import lines, snapshot, timeindex, view
from ical.answers import ACCEPTED
from ical.errors import IcalError
from ical.itip import build, replica
from ical.itip.organizer import Actor, organize
from ical.itip.outcome import Entry, Method
from ical.limits import DEFAULT
from ical.recent import Recent
from ical.snapshot import Snapshot, read_object
from tests.ical.itip.company import KARI, LATER, NOW, OLA
from tests.ical.texts import OSLO, calendar, event

ME = Actor(frozenset({KARI}), OSLO)
PEOPLE = (f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}")
START, WEEKLY = "DTSTART;TZID=Europe/Oslo:20261008T100000", "RRULE:FREQ=WEEKLY"
FIRST = date(2026, 10, 8)


def meeting(*more: str) -> bytes:
    """Give a meeting with these lines."""
    return calendar(event(START, "DURATION:PT1H", *PEOPLE, *more))


def days(number: int) -> list[str]:
    """Give that many days of a weekly meeting."""
    return [f"{FIRST + timedelta(days=7 * n):%Y%m%d}T100000" for n in range(1, number + 1)]


def unknown_lines(number: int) -> bytes:
    """Give lines of properties that nobody knows."""
    return meeting(*(f"X-LINE-{n}:verdi {n}" for n in range(number)))


def one_property(number: int) -> bytes:
    """Give lines of the same property."""
    return meeting(*("COMMENT:Hei" for _ in range(number)))


def attendees(number: int) -> bytes:
    """Give people who are asked."""
    return meeting(*(f"ATTENDEE;CN=Nr {n};RSVP=TRUE:mailto:nr{n}@kunde.example" for n in range(number)))


def overridden_days(number: int) -> bytes:
    """Give days with a component of their own."""
    series = event(START, "DURATION:PT1H", WEEKLY, *PEOPLE)
    own = (event(f"RECURRENCE-ID;TZID=Europe/Oslo:{d}", f"DTSTART;TZID=Europe/Oslo:{d}", *PEOPLE) for d in days(number))
    return calendar(series, *own)


def excluded_days(number: int) -> bytes:
    """Give days without the meeting, each on a line."""
    return meeting(WEEKLY, *(f"EXDATE;TZID=Europe/Oslo:{day}" for day in days(number)))


def excluded_together(number: int) -> bytes:
    """Give days without the meeting, all on one line."""
    return meeting(WEEKLY, f"EXDATE;TZID=Europe/Oslo:{','.join(days(number))}")


def added_days(number: int) -> bytes:
    """Give days with the meeting beside its rule."""
    return meeting(*(f"RDATE;TZID=Europe/Oslo:{day}" for day in days(number)))


def parameters(number: int) -> bytes:
    """Give parameters of one line."""
    return meeting("ATTENDEE" + "".join(f";X-{n}=a" for n in range(number)) + ":mailto:nina@byggbo.example")


def quoted_parameters(number: int) -> bytes:
    """Give parameters in quotes, of one line."""
    return meeting("X-A" + "".join(f';X-{n}="a:{n}"' for n in range(number)) + ":x")


def quoted_values(number: int) -> bytes:
    """Give values in quotes, of one parameter."""
    groups = ",".join(['"mailto:a@b.example"'] * number)
    return meeting(f"ATTENDEE;MEMBER={groups}:mailto:nina@byggbo.example")


def folded_lines(number: int) -> bytes:
    """Give one line that goes on over many."""
    return meeting("DESCRIPTION:" + "Hei på deg. " * number)


def tightly_folded(number: int) -> bytes:
    """Give one line that goes on after each character."""
    return meeting("DESCRIPTION:x").replace(b"DESCRIPTION:x", b"DESCRIPTION:" + b"\r\n ".join([b"x"] * number))


def quotes_without_end(number: int) -> bytes:
    """Give quotes that are never closed."""
    return meeting("X-A;" + 'P="' * number)


def carets(number: int) -> bytes:
    """Give what looks like escapes of RFC 6868."""
    return meeting("ATTENDEE;CN=" + "^n^'^" * number + ":mailto:nina@byggbo.example")


def nested_components(number: int) -> bytes:
    """Give components inside one another."""
    return meeting(*["BEGIN:X-DEEP"] * number, *["END:X-DEEP"] * number)


def alarms(number: int) -> bytes:
    """Give alarms."""
    return meeting(*["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM"] * number)


def zones(number: int) -> bytes:
    """Give time zones that nobody needs."""
    rules = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD"
    named = (f"BEGIN:VTIMEZONE\nTZID:Zone {n}\n{rules}\nEND:VTIMEZONE" for n in range(number))
    return calendar(*named, event(START, "DURATION:PT1H", *PEOPLE))


def rules(number: int) -> bytes:
    """Give rules of one series."""
    return meeting(*(f"RRULE:FREQ=WEEKLY;INTERVAL={n + 1};COUNT=9" for n in range(number)))


def rule_parts(number: int) -> bytes:
    """Give numbers in one rule."""
    return meeting(f"RRULE:FREQ=DAILY;COUNT=9;BYMINUTE={','.join(str(n % 60) for n in range(number))}")


Growing = Callable[[int], bytes]
GROWING: Mapping[str, tuple[Growing, int]] = MappingProxyType(
    {
        "lines of X- properties": (unknown_lines, 20_000),
        "lines of one property": (one_property, 40_000),
        "attendees": (attendees, 1_900),
        "overrides": (overridden_days, 990),
        "EXDATE lines": (excluded_days, 9_000),
        "dates of one EXDATE": (excluded_together, 9_000),
        "RDATE lines": (added_days, 9_000),
        "parameters": (parameters, 60),
        "parameters in quotes": (quoted_parameters, 60),
        "values in quotes": (quoted_values, 40_000),
        "a folded line": (folded_lines, 75_000),
        "a line folded at each character": (tightly_folded, 250_000),
        "quotes without end": (quotes_without_end, 300_000),
        "carets": (carets, 180_000),
        "nested components": (nested_components, 36_000),
        "alarms": (alarms, 12_000),
        "time zones": (zones, 6_000),
        "rules": (rules, 20_000),
        "numbers of a rule": (rule_parts, 300_000),
    }
)
"""What grows, and how many of it are about a megabyte, or as many as are taken."""


def work(text: bytes) -> None:
    """Do with *text* what saving it, changing it and reading it does.

    Nothing is remembered of what was read, as it is with texts that are too large for that.
    """
    kept, longest = (snapshot.recent, view.recent), lines.LONGEST_KNOWN
    snapshot.recent, view.recent, lines.LONGEST_KNOWN = Recent[Snapshot](0), Recent[bytes](0), 0
    lines._known.clear()
    try:
        _work(text)
    finally:
        (snapshot.recent, view.recent), lines.LONGEST_KNOWN = kept, longest


def _work(text: bytes) -> None:
    with suppress(IcalError):
        said = read_object(text, OSLO, DEFAULT)
        timeindex.span_of(said.document, said.kind, OSLO)
        made = organize(None, text, ME, now=NOW)
        if made.words is None or made.shared is None:
            return
        entry = Entry(said.uid, said.kind, made.shared, KARI, made.sequence or 0, made.answers, made.words)
        changed = text.replace(b"DURATION:PT1H", b"DURATION:PT2H")
        organize(entry, changed, ME, shown=view.for_organizer(entry, OSLO), now=LATER)
        view.for_attendee(entry, frozenset({OLA}), {}, OSLO)
        for message in made.messages:
            rows = made.answers
            draft = build.draft(message.method, message.base, rows, sender="Kari", alone=False, now=NOW, zone=OSLO)
            later = build.draft(message.method, message.base, rows, sender=None, alone=False, now=LATER, zone=OSLO)
            _hear(draft.to(OLA), later.to(OLA).replace(b"DURATION:PT1H", b"DURATION:PT2H"))


def _hear(text: bytes, later: bytes) -> None:
    """Let it come in from outside, as it is and as it is then."""
    ola = Actor(frozenset({OLA}), OSLO)
    first = replica.receive(None, text, Method.REQUEST, ola, now=NOW)
    said = read_object(first.shared or b"", OSLO)
    rows = tuple(row._replace(partstat=ACCEPTED, answered_at=NOW) for row in first.answers)
    entry = Entry(said.uid, said.kind, said.document.raw, said.organizer, said.sequence, rows, outside=True)
    replica.receive(entry, later, Method.REQUEST, ola, now=LATER)
