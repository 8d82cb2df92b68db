# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a counter-proposal counts (RFC 5546 3.2.7); the conversations are in `negotiation.txt`."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from ical.errors import IcalError, NotOneObject, TooLarge
from ical.instances import SERIES, InstanceId
from ical.itip import proposing
from ical.itip.countering import as_proposed
from ical.itip.outcome import State
from ical.itip.proposals import Fate, Proposal, Wish
from ical.itip.proposing import propose, settled, wish_of
from ical.times import Moment
from tests.ical.itip.company import BERIT, KARI, NOW, OLA, distributed, job, meeting, saves, with_line
from tests.ical.itip.company import applied as after
from tests.ical.itip.proposals import (
    AT_THREE,
    AT_TWO,
    BEGIN,
    CLOSE,
    LATER,
    STAMP,
    counter,
    made,
    override,
    proposed,
    wished,
)
from tests.ical.texts import OSLO, calendar, component


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


def test_a_duration_says_how_long_it_would_be() -> None:
    assert made(distributed(meeting(BERIT)), BEGIN, "DURATION:PT2H").end == AT_THREE + timedelta(hours=1)


def test_a_floating_time_is_meant_where_the_organizer_is() -> None:
    assert made(distributed(meeting(BERIT)), "DTSTART:20261008T140000").start == AT_TWO


def test_a_floating_deadline_is_meant_where_the_organizer_is() -> None:
    entry = distributed(with_line(job(BERIT), "DUE;TZID=Europe/Oslo:20261016T160000"))

    assert made(entry, "DUE:20261020T140000").end == datetime(2026, 10, 20, 12, 0, tzinfo=UTC)


def test_a_proposal_tells_which_text_it_is_about() -> None:
    entry = distributed(meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",)))
    text = (entry.words or b"").replace(b"END:VCALENDAR", override("20261022").encode() + b"END:VCALENDAR")
    moved = after(entry, saves(entry, text))
    day = ("RECURRENCE-ID:20261015T080000Z", "DTSTART:20261015T120000Z")

    assert (moved.sequence, made(moved, *day, "SEQUENCE:0").sequence) == (1, 0)
    service = wished(moved, Wish(InstanceId("20261015T080000Z"), datetime(2026, 10, 15, 12, 0, tzinfo=UTC)))
    assert isinstance(service, Proposal)
    assert service.sequence == 1


def test_whoever_is_outside_counts_each_occurrence_apart() -> None:
    entry = replace(distributed(meeting(BERIT)), sequence=9)
    found = [wished(one, Wish(SERIES, AT_TWO)) for one in (entry, replace(entry, outside=True))]

    assert [one.sequence for one in found if isinstance(one, Proposal)] == [9, 0]


def test_a_newer_text_counts_before_a_later_hour() -> None:
    entry = distributed(meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",)))
    day = ("RECURRENCE-ID:20261015T080000Z", "DTSTART:20261015T120000Z")
    known = replace(made(entry, *day), sequence=1, stamp=NOW)

    assert proposed(entry, day[0], "DTSTART:20261015T130000Z", "SEQUENCE:0", known=(known,)) == (
        "a newer proposal of berit@kunde.example is there already"
    )


def test_nothing_need_be_said_of_the_time() -> None:
    found = wished(distributed(meeting(BERIT)), Wish(SERIES, location="Loftet"))

    assert isinstance(found, Proposal)
    assert (found.moves, found.location) == (False, "Loftet")


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


@pytest.mark.parametrize(
    ("stands", "said", "start", "end"),
    [
        (("DTSTART;VALUE=DATE:20261012",), "DTSTART;VALUE=DATE:20261013", date(2026, 10, 13), None),
        (("DUE;VALUE=DATE:20261016",), "DTSTART;VALUE=DATE:20261013", date(2026, 10, 13), date(2026, 10, 16)),
        (
            ("DTSTART;VALUE=DATE:20261012", "DUE;VALUE=DATE:20261016"),
            "DUE;VALUE=DATE:20261020",
            date(2026, 10, 12),
            date(2026, 10, 20),
        ),
        (
            ("DTSTART;VALUE=DATE:20261024", "DUE;VALUE=DATE:20261026"),
            "DTSTART;VALUE=DATE:20261031",
            date(2026, 10, 31),
            date(2026, 11, 2),
        ),
        ((), "DUE;VALUE=DATE:20261020", None, date(2026, 10, 20)),
        ((), "DUE:20261020T120000Z", None, datetime(2026, 10, 20, 12, 0, tzinfo=UTC)),
        (("DUE;VALUE=DATE:20261016",), "LOCATION:Loftet", None, None),
    ],
)
def test_what_a_task_does_not_say_stays(
    stands: tuple[str, ...], said: str, start: Moment | None, end: Moment | None
) -> None:
    lines = (*stands, "SUMMARY:Gips", f"ORGANIZER:{KARI}", f"ATTENDEE:{BERIT}")
    entry = distributed(calendar(component("VTODO", *lines)))

    found = made(entry, said)

    assert (found.start, found.end) == (start, end)
    assert settled(entry, found, zone=OSLO) is Fate.OPEN
    text = as_proposed(entry.words or b"", found, OSLO)
    assert isinstance(text, bytes)
    assert settled(after(entry, saves(entry, text)), found, zone=OSLO) is Fate.ACCEPTED


def test_a_task_cannot_begin_at_a_time_and_be_due_on_a_day() -> None:
    lines = ("DTSTART;VALUE=DATE:20261012", "DUE;VALUE=DATE:20261016", f"ORGANIZER:{KARI}", f"ATTENDEE:{BERIT}")
    entry = distributed(calendar(component("VTODO", *lines)))

    assert proposed(entry, "DTSTART:20261013T080000Z") == "it proposes a time instead of a day, and not until when"


def test_midnight_is_another_time_than_the_whole_day() -> None:
    lines = ("DTSTART;VALUE=DATE:20261008", "SUMMARY:x", f"ORGANIZER:{KARI}", f"ATTENDEE:{BERIT}")
    entry = distributed(calendar(component("VEVENT", *lines)))

    assert made(entry, "DTSTART:20261007T220000Z", "DTEND:20261008T220000Z").moves


def test_whoever_has_answered_a_day_apart_proposes_for_the_whole_too() -> None:
    entry = distributed(meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",)))
    day = next(a for a in entry.answers if a.address == BERIT)._replace(instance=InstanceId("20261015T080000Z"))

    assert made(replace(entry, answers=(*entry.answers, day)), "DTSTART:20261008T120000Z").instance == SERIES


@pytest.mark.parametrize(("named", "is_kept"), [("20261015", True), ("20261029", False)])
def test_whoever_is_asked_to_some_days_names_one_as_programs_do(named: str, is_kept: bool) -> None:
    text = meeting(OLA, more=("RRULE:FREQ=WEEKLY;COUNT=4",))
    days = "".join(override(day, at="10") for day in ("20261015", "20261022")).encode()
    entry = distributed(text.replace(b"END:VCALENDAR", days + b"END:VCALENDAR"))

    found = proposed(entry, f"RECURRENCE-ID;VALUE=DATE:{named}", "DTSTART:20261016T120000Z")

    assert isinstance(found, Proposal) is is_kept
    assert isinstance(proposed(entry, "DTSTART:20261016T120000Z"), str)


def test_an_appointment_that_takes_no_time_may_be_at_another() -> None:
    text = calendar(component("VEVENT", BEGIN, "SUMMARY:x", f"ORGANIZER:{KARI}", f"ATTENDEE:{BERIT}"))
    entry = distributed(text)

    found = made(entry, "DTSTART:20261009T080000Z")

    assert found.start == found.end
    backwards = wished(entry, Wish(SERIES, AT_THREE, AT_TWO))
    assert backwards == "what it proposes ends before it begins"


@pytest.mark.parametrize(
    ("start", "end", "is_kept"),
    [
        (LATER - timedelta(hours=1), LATER + timedelta(hours=1), True),
        (LATER - timedelta(hours=1), LATER, True),
        (LATER - timedelta(hours=2), LATER - timedelta(hours=1), False),
        (date(2026, 9, 30), None, False),
    ],
)
def test_what_has_not_ended_yet_may_be_proposed(start: Moment, end: Moment | None, is_kept: bool) -> None:
    found = wished(distributed(meeting(BERIT)), Wish(SERIES, start, end))

    assert (found == "what it proposes has passed") is not is_kept


def test_a_day_for_a_time_is_accepted_though_nothing_says_how_long_it_is() -> None:
    entry = distributed(meeting(BERIT))
    found = made(entry, "DTSTART;VALUE=DATE:20261012")
    text = as_proposed(entry.words or b"", found, OSLO)

    assert isinstance(text, bytes)
    assert settled(after(entry, saves(entry, text)), found, zone=OSLO) is Fate.ACCEPTED


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


def test_each_day_has_proposals_of_its_own() -> None:
    entry = distributed(meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",)))
    other = replace(made(entry, "RECURRENCE-ID:20261022T080000Z", "DTSTART:20261022T120000Z"), stamp=LATER)

    day = proposed(entry, "RECURRENCE-ID:20261015T080000Z", "DTSTART:20261015T120000Z", known=(other,))

    assert isinstance(day, Proposal)


def test_a_deadline_that_has_passed_may_be_proposed_as_a_task_may_be_done_late() -> None:
    assert isinstance(proposed(distributed(job(BERIT)), "DUE;VALUE=DATE:20260920"), Proposal)


def test_across_doors_the_order_of_arrival_counts() -> None:
    entry = distributed(meeting(BERIT))
    first = replace(made(entry, BEGIN), channel="service", stamp=LATER + timedelta(hours=1))

    assert isinstance(proposed(entry, "DTSTART:20261009T080000Z", known=(first,)), Proposal)


def test_so_many_in_an_hour_and_no_more() -> None:
    entry = distributed(meeting(BERIT))
    first = replace(made(entry, BEGIN), fate=Fate.SUPERSEDED, stamp=NOW)
    many = tuple(replace(first, at=LATER - timedelta(minutes=n)) for n in range(proposing.MOST))
    old = tuple(replace(one, at=LATER - timedelta(hours=1)) for one in many)

    assert proposed(entry, "DTSTART:20261009T080000Z", known=many) == (
        "berit@kunde.example has made 20 proposals within an hour"
    )
    assert isinstance(proposed(entry, "DTSTART:20261009T080000Z", known=old), Proposal)


def test_words_and_places_are_bounded() -> None:
    found = made(distributed(meeting(BERIT)), BEGIN, f"COMMENT:{'a' * 9_000}", f"LOCATION:{'b' * 9_000}")

    assert found.comment is not None
    assert found.location is not None
    assert (len(found.comment), len(found.location)) == (2000, 1000)


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
