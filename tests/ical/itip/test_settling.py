# SPDX-License-Identifier: GPL-3.0-or-later
"""When a proposal is settled by what the organizer saves (decision 27)."""

from dataclasses import replace

import pytest

from ical.instances import InstanceId
from ical.itip.outcome import State
from ical.itip.proposals import Fate
from ical.itip.proposing import settled
from tests.ical.itip.company import BERIT, OLA, distributed, meeting, saves, with_line
from tests.ical.itip.company import applied as after
from tests.ical.itip.proposals import BEGIN, CLOSE, made, override
from tests.ical.texts import OSLO


@pytest.mark.parametrize(
    ("lines", "fate"),
    [
        (("SUMMARY:Nytt",), Fate.OPEN),
        ((BEGIN, CLOSE), Fate.ACCEPTED),
        ((BEGIN, "DTEND;TZID=Europe/Oslo:20261008T160000"), Fate.SUPERSEDED),
        (("STATUS:CANCELLED",), Fate.SUPERSEDED),
    ],
)
def test_what_the_organizer_saves_settles_it(lines: tuple[str, ...], fate: Fate) -> None:
    entry = distributed(meeting(OLA, BERIT))
    open_one, text = made(entry, BEGIN), entry.words or b""
    for line in lines:
        text = with_line(text, line)

    assert settled(entry, open_one, zone=OSLO) is Fate.OPEN
    assert settled(after(entry, saves(entry, text)), open_one, zone=OSLO) is fate


def test_only_all_that_was_proposed_accepts_it() -> None:
    entry = distributed(meeting(OLA, BERIT))
    elsewhere = made(entry, BEGIN, "LOCATION:Loftet")
    shorter = made(entry, "DTSTART;TZID=Europe/Oslo:20261008T103000", "DTEND;TZID=Europe/Oslo:20261008T110000")
    moved = after(entry, saves(entry, with_line(with_line(entry.words or b"", BEGIN), CLOSE)))
    longer = after(entry, saves(entry, with_line(entry.words or b"", "DTSTART;TZID=Europe/Oslo:20261008T090000")))

    assert settled(moved, elsewhere, zone=OSLO) is Fate.SUPERSEDED
    assert settled(longer, shorter, zone=OSLO) is Fate.SUPERSEDED
    placed = after(moved, saves(moved, with_line(moved.words or b"", "LOCATION:Loftet")))
    assert settled(placed, elsewhere, zone=OSLO) is Fate.ACCEPTED


def test_a_day_that_is_called_off_settles_it() -> None:
    entry = distributed(meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",)))
    day = made(entry, "RECURRENCE-ID:20261015T080000Z", "DTSTART:20261015T120000Z")
    off = override("20261015", at="10", more=("STATUS:CANCELLED",)).encode()
    text = (entry.words or b"").replace(b"END:VCALENDAR", off + b"END:VCALENDAR")

    assert settled(after(entry, saves(entry, text)), day, zone=OSLO) is Fate.SUPERSEDED


def test_whoever_is_asked_to_one_day_instead_of_all_proposes_nothing_for_all() -> None:
    entry = distributed(meeting(OLA, BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",)))
    whole = made(entry, "DTSTART:20261008T080000Z", "LOCATION:Loftet")
    alone = (entry.words or b"").replace(f"ATTENDEE:{BERIT}\r\n".encode(), b"")
    text = alone.replace(b"END:VCALENDAR", override("20261015", at="10").encode() + b"END:VCALENDAR")

    assert settled(after(entry, saves(entry, text)), whole, zone=OSLO) is Fate.SUPERSEDED


def test_what_is_called_off_settles_it_whatever_the_text_says() -> None:
    entry = distributed(meeting(BERIT))

    assert settled(replace(entry, state=State.CANCELLED), made(entry, BEGIN), zone=OSLO) is Fate.SUPERSEDED


def test_whoever_is_out_of_it_proposes_nothing_any_more() -> None:
    entry = distributed(meeting(OLA, BERIT))
    without = after(entry, saves(entry, (entry.words or b"").replace(f"ATTENDEE:{BERIT}\r\n".encode(), b"")))

    assert settled(without, made(entry, BEGIN), zone=OSLO) is Fate.SUPERSEDED


def test_another_day_of_a_series_settles_nothing() -> None:
    entry = distributed(meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",)))
    day = made(entry, "RECURRENCE-ID:20261015T080000Z", "DTSTART:20261015T120000Z")
    other = (entry.words or b"").replace(b"END:VCALENDAR", override("20261022").encode() + b"END:VCALENDAR")
    same = (entry.words or b"").replace(b"END:VCALENDAR", override("20261015").encode() + b"END:VCALENDAR")

    assert day.instance == InstanceId("20261015T080000Z")
    assert settled(after(entry, saves(entry, other)), day, zone=OSLO) is Fate.OPEN
    assert settled(after(entry, saves(entry, same)), day, zone=OSLO) is Fate.SUPERSEDED
