# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a counter-proposal counts (RFC 5546 3.2.7); the conversations are in `negotiation.txt`."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from ical.address import Address
from ical.errors import IcalError, NotOneObject, TooLarge
from ical.instances import SERIES, InstanceId
from ical.itip import proposing
from ical.itip.outcome import Entry, State
from ical.itip.proposals import Fate, Proposal, Wish
from ical.itip.proposing import propose, settled, wish_of
from ical.itip.questions import COMMENT_LENGTH
from tests.ical.itip.company import BERIT, KARI, NOW, OLA, distributed, job, meeting, saves, with_line
from tests.ical.itip.company import applied as after
from tests.ical.texts import OSLO, calendar, component

LATER = datetime(2026, 10, 2, 12, 0, tzinfo=UTC)
AT_TWO, AT_THREE = datetime(2026, 10, 8, 12, 0, tzinfo=UTC), datetime(2026, 10, 8, 13, 0, tzinfo=UTC)
BEGIN = "DTSTART;TZID=Europe/Oslo:20261008T140000"
CLOSE = "DTEND;TZID=Europe/Oslo:20261008T150000"
STAMP = "DTSTAMP:20261002T100000Z"


def counter(*lines: str, kind: str = "VEVENT", method: str = "COUNTER") -> bytes:
    """Give berit's COUNTER."""
    return calendar(component(kind, f"ATTENDEE:{BERIT}", STAMP, *lines), head=(f"METHOD:{method}",))


def proposed(entry: Entry, *lines: str, known: tuple[Proposal, ...] = (), about: Address = BERIT) -> Proposal | str:
    """Give what berit's COUNTER comes to."""
    return wished(entry, wish_of(entry, counter(*lines, kind=entry.kind), zone=OSLO), known, about)


def wished(entry: Entry, wish: Wish, known: tuple[Proposal, ...] = (), about: Address = BERIT) -> Proposal | str:
    return propose(entry, about, wish, known, zone=OSLO, now=LATER)


def made(entry: Entry, *lines: str) -> Proposal:
    """Give berit's proposal, which counts."""
    found = proposed(entry, *lines)
    assert isinstance(found, Proposal), found
    return found


def test_what_is_proposed_is_told_as_the_entry_tells_its_own_times() -> None:
    entry = distributed(meeting(OLA, BERIT))

    found = made(entry, BEGIN, CLOSE, "LOCATION:Loftet\\, oppe", "COMMENT:Helst\\nsenere", "SEQUENCE:7")

    assert (found.start, found.end) == (AT_TWO, AT_THREE)
    assert (found.location, found.comment) == ("Loftet, oppe", "Helst\nsenere")
    assert (found.address, found.instance, found.sequence, found.fate) == (BERIT, SERIES, 0, Fate.OPEN)
    assert found.stamp == datetime(2026, 10, 2, 10, 0, tzinfo=UTC)
    assert found.text.startswith(b"BEGIN:VCALENDAR")


def test_google_writes_what_is_said_on_the_line_of_who_says_it() -> None:
    entry = distributed(meeting(BERIT))
    text = counter(BEGIN).replace(b"ATTENDEE:", b'ATTENDEE;X-RESPONSE-COMMENT="Helst da":')

    found = wished(entry, wish_of(entry, text, zone=OSLO))

    assert isinstance(found, Proposal)
    assert found.comment == "Helst da"


def test_what_is_not_said_stays_as_long_as_it_is() -> None:
    assert made(distributed(meeting(BERIT)), BEGIN).end == AT_THREE


def test_a_floating_time_is_meant_where_the_organizer_is() -> None:
    assert made(distributed(meeting(BERIT)), "DTSTART:20261008T140000").start == AT_TWO


def test_of_a_floating_entry_another_floating_time_is_proposed() -> None:
    entry = distributed(with_line(with_line(meeting(BERIT), "DTSTART:20261008T100000"), "DTEND:20261008T110000"))

    assert made(entry, "DTSTART:20261008T120000Z").start == datetime(2026, 10, 8, 14, 0)  # noqa: DTZ001 - floating


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (("DTSTART;VALUE=DATE:20261012",), date(2026, 10, 12), None),
        (("DTSTART;VALUE=DATE:20261012", "DTEND;VALUE=DATE:20261014"), date(2026, 10, 12), date(2026, 10, 14)),
    ],
)
def test_a_whole_day_may_be_proposed_for_a_time(lines: tuple[str, ...], start: date, end: date | None) -> None:
    found = made(distributed(meeting(BERIT)), *lines)

    assert (found.start, found.end) == (start, end)


def test_a_task_may_have_another_deadline_and_no_start() -> None:
    found = made(distributed(job(BERIT)), "DUE;VALUE=DATE:20261020")

    assert (found.start, found.end) == (None, date(2026, 10, 20))


def test_a_place_alone_leaves_the_time() -> None:
    found = made(distributed(meeting(BERIT)), "DTSTART:20261008T080000Z", "LOCATION:Loftet")

    assert (found.start, found.end, found.location, found.moves) == (None, None, "Loftet", False)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("DTSTART:20261008T080000Z", "DTEND:20261008T090000Z"), "no other time and no other place"),
        ((BEGIN, "DTEND;TZID=Europe/Oslo:20261008T130000"), "ends before it begins"),
        ((BEGIN, "DTEND;TZID=Europe/Oslo:20261008T140000"), "ends before it begins"),
        (("DTSTART:20261001T080000Z",), "has passed"),
        ((BEGIN, "RECURRENCE-ID:20261009T080000Z"), "there is no such occurrence"),
    ],
)
def test_what_makes_no_sense_is_not_kept(lines: tuple[str, ...], why: str) -> None:
    found = proposed(distributed(meeting(BERIT)), *lines)

    assert isinstance(found, str)
    assert why in found


def test_what_is_called_off_over_or_not_asked_is_not_proposed_for() -> None:
    entry = distributed(meeting(BERIT))

    assert proposed(replace(entry, state=State.CANCELLED), BEGIN) == "it has been called off"
    assert proposed(entry, BEGIN, about=KARI) == "kari@byggbo.example is not asked any more"
    over = propose(
        entry, BERIT, wish_of(entry, counter(BEGIN), zone=OSLO), (), zone=OSLO, now=LATER + timedelta(days=30)
    )
    assert over == "it is over"


def test_a_task_can_be_proposed_for_when_it_is_late() -> None:
    entry = distributed(job(BERIT))
    wish = wish_of(entry, counter("DUE;VALUE=DATE:20261120", kind="VTODO"), zone=OSLO)

    assert isinstance(propose(entry, BERIT, wish, (), zone=OSLO, now=LATER + timedelta(days=30)), Proposal)


@pytest.mark.parametrize(("said", "is_kept"), [("SEQUENCE:0", False), ("SEQUENCE:1", True), ("X-A:1", False)])
def test_a_text_that_is_not_asked_any_more_is_not_countered(said: str, is_kept: bool) -> None:
    entry = distributed(meeting(BERIT))
    moved = after(entry, saves(entry, with_line(with_line(entry.words or b"", BEGIN), CLOSE)))

    found = proposed(moved, "DTSTART:20261012T080000Z", said)

    assert isinstance(found, Proposal) is is_kept


def test_proposals_come_to_the_same_in_every_order() -> None:
    entry = distributed(meeting(BERIT))
    wishes = [
        replace(
            wish_of(entry, counter(f"DTSTART:2026101{n}T080000Z"), zone=OSLO), stamp=NOW + timedelta(minutes=n // 2)
        )
        for n in range(4)
    ]

    ends = set()
    for order in permutations(wishes):
        known: list[Proposal] = []
        for wish in order:
            found = wished(entry, wish, tuple(known))
            if isinstance(found, Proposal):
                known = [
                    *(replace(p, fate=Fate.SUPERSEDED) for p in known),
                    replace(found, at=LATER + timedelta(len(known))),
                ]
        ends.add(known[-1].start)

    assert len(ends) == 1


def test_the_same_once_more_is_nothing_until_it_was_declined_and_is_said_anew() -> None:
    entry = distributed(meeting(BERIT))
    first = made(entry, BEGIN)
    declined = replace(first, fate=Fate.DECLINED)
    anew = replace(wish_of(entry, counter(BEGIN), zone=OSLO), stamp=LATER)

    assert proposed(entry, BEGIN, known=(first,)) == proposing.REPEATED
    assert wished(entry, anew, (first,)) == proposing.REPEATED
    assert proposed(entry, BEGIN, known=(declined,)) == proposing.REPEATED
    assert isinstance(wished(entry, anew, (declined,)), Proposal)


def test_across_doors_the_order_of_arrival_counts() -> None:
    entry = distributed(meeting(BERIT))
    first = replace(made(entry, BEGIN), channel="service", stamp=LATER + timedelta(hours=1))

    assert isinstance(proposed(entry, "DTSTART:20261009T080000Z", known=(first,)), Proposal)


def test_so_many_in_an_hour_and_no_more() -> None:
    entry = distributed(meeting(BERIT))
    first = replace(made(entry, BEGIN), fate=Fate.SUPERSEDED, stamp=NOW)
    many = tuple(replace(first, at=LATER - timedelta(minutes=n)) for n in range(proposing.MOST))
    old = tuple(replace(one, at=LATER - timedelta(hours=2)) for one in many)

    assert proposed(entry, "DTSTART:20261009T080000Z", known=many) == (
        "berit@kunde.example has made 20 proposals within an hour"
    )
    assert isinstance(proposed(entry, "DTSTART:20261009T080000Z", known=old), Proposal)


def test_words_and_places_are_bounded() -> None:
    found = made(distributed(meeting(BERIT)), BEGIN, f"COMMENT:{'a' * 9_000}", f"LOCATION:{'b' * 9_000}")

    assert found.comment is not None
    assert found.location is not None
    assert (len(found.comment), len(found.location)) == (COMMENT_LENGTH, proposing.PLACE_LENGTH)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (counter(BEGIN, "UID:other"), NotOneObject),
        (counter("DUE:20261009T080000Z", kind="VTODO"), NotOneObject),
        (counter(BEGIN, method="REPLY"), NotOneObject),
        (
            calendar(
                component("VEVENT", STAMP, BEGIN),
                component("VEVENT", STAMP, BEGIN, "RECURRENCE-ID:20261015T080000Z"),
                head=("METHOD:COUNTER",),
            ),
            NotOneObject,
        ),
        (counter(BEGIN, f"X-HTML:{'x' * 70_000}"), TooLarge),
        (counter("DTSTART:sometime"), IcalError),
    ],
)
def test_what_is_no_counter_of_this_entry_is_refused(text: bytes, error: type[IcalError]) -> None:
    with pytest.raises(error):
        wish_of(distributed(meeting(BERIT)), text, zone=OSLO)


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


def test_whoever_is_out_of_it_proposes_nothing_any_more() -> None:
    entry = distributed(meeting(OLA, BERIT))
    without = after(entry, saves(entry, (entry.words or b"").replace(f"ATTENDEE:{BERIT}\r\n".encode(), b"")))

    assert settled(without, made(entry, BEGIN), zone=OSLO) is Fate.SUPERSEDED


def test_another_day_of_a_series_settles_nothing() -> None:
    entry = distributed(meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",)))
    day = made(entry, "RECURRENCE-ID:20261015T080000Z", "DTSTART:20261015T120000Z")
    other = (entry.words or b"").replace(b"END:VCALENDAR", _override("20261022").encode() + b"END:VCALENDAR")
    same = (entry.words or b"").replace(b"END:VCALENDAR", _override("20261015").encode() + b"END:VCALENDAR")

    assert day.instance == InstanceId("20261015T080000Z")
    assert settled(after(entry, saves(entry, other)), day, zone=OSLO) is Fate.OPEN
    assert settled(after(entry, saves(entry, same)), day, zone=OSLO) is Fate.SUPERSEDED


def _override(day: str) -> str:
    lines = (
        *("BEGIN:VEVENT", "UID:entry-1", f"RECURRENCE-ID;TZID=Europe/Oslo:{day}T100000", "SUMMARY:Befaring"),
        *(f"DTSTART;TZID=Europe/Oslo:{day}T160000", f"DTEND;TZID=Europe/Oslo:{day}T170000"),
        *(f"ORGANIZER:{KARI}", f"ATTENDEE:{BERIT}", "END:VEVENT", ""),
    )
    return "\r\n".join(lines)
