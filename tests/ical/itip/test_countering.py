# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts about a counter-proposal: only the lines that it is about are written otherwise."""

from datetime import UTC, date, datetime

import pytest

from ical.instances import SERIES, InstanceId
from ical.itip.countering import as_proposed, countered, turned_down
from ical.itip.proposals import Proposal
from ical.snapshot import read_object
from ical.times import Moment
from tests.ical.itip.company import BERIT, END, KARI, NOW, OLA, START, distributed, job, meeting, with_alarm, with_line
from tests.ical.texts import OSLO, calendar, event, task

TWO, THREE = datetime(2026, 10, 8, 12, 0, tzinfo=UTC), datetime(2026, 10, 8, 13, 0, tzinfo=UTC)
DAY = InstanceId("20261015T080000Z")


def proposal(
    start: Moment | None, end: Moment | None = None, place: str | None = None, instance: InstanceId = SERIES
) -> Proposal:
    return Proposal(BERIT, instance, start, end, place, "Helst; senere", 0, NOW, "mail", NOW)


def lines(text: bytes | str) -> set[str]:
    """Give the content lines of *text*, and hold that other libraries would read it."""
    assert isinstance(text, bytes), text
    read_object(text, OSLO)
    return set(text.replace(b"\r\n ", b"").decode().split("\r\n"))


@pytest.mark.parametrize(
    ("times", "start", "end", "new"),
    [
        (
            (START, END),
            TWO,
            THREE,
            {"DTSTART;TZID=Europe/Oslo:20261008T140000", "DTEND;TZID=Europe/Oslo:20261008T150000"},
        ),
        ((START, "DURATION:PT1H"), TWO, THREE, {"DTSTART;TZID=Europe/Oslo:20261008T140000", "DURATION:PT1H"}),
        (
            (START, "DURATION:PT2H"),
            TWO,
            THREE,
            {"DTSTART;TZID=Europe/Oslo:20261008T140000", "DTEND;TZID=Europe/Oslo:20261008T150000"},
        ),
        ((START,), TWO, TWO, {"DTSTART;TZID=Europe/Oslo:20261008T140000"}),
        (
            ("DTSTART:20261008T080000Z", "DTEND:20261008T090000Z"),
            TWO,
            THREE,
            {"DTSTART:20261008T120000Z", "DTEND:20261008T130000Z"},
        ),
        (
            ("DTSTART;VALUE=DATE:20261008",),
            date(2026, 10, 9),
            date(2026, 10, 10),
            {"DTSTART;VALUE=DATE:20261009"},
        ),
        (
            ("DTSTART;VALUE=DATE:20261008",),
            date(2026, 10, 9),
            date(2026, 10, 12),
            {"DTSTART;VALUE=DATE:20261009", "DTEND;VALUE=DATE:20261012"},
        ),
        (("DTSTART;VALUE=DATE:20261008", "DTEND;VALUE=DATE:20261009"), TWO, None, {"DTSTART:20261008T120000Z"}),
        (
            (START, END),
            date(2026, 10, 9),
            date(2026, 10, 10),
            {"DTSTART;VALUE=DATE:20261009", "DTEND;VALUE=DATE:20261010"},
        ),
    ],
)
def test_a_time_is_written_in_the_form_that_the_line_has(
    times: tuple[str, ...], start: Moment, end: Moment | None, new: set[str]
) -> None:
    words = calendar(event(*times, "SUMMARY:Befaring", "X-A;B=1:c\\,d", f"ORGANIZER:{KARI}", f"ATTENDEE:{BERIT}"))

    text = as_proposed(words, proposal(start, end), OSLO)

    assert lines(text) - lines(words) <= new
    assert lines(words) - lines(text) <= set(times)
    assert new <= lines(text)


def test_of_two_lines_that_say_when_it_is_one_is_left() -> None:
    words = calendar(event(START, "DTSTART:20261008T070000Z", END, f"ORGANIZER:{KARI}", f"ATTENDEE:{BERIT}"))

    text = as_proposed(words, proposal(TWO, THREE), OSLO)

    assert [line for line in lines(text) if line.startswith("DTSTART")] == ["DTSTART;TZID=Europe/Oslo:20261008T140000"]


@pytest.mark.parametrize(
    ("times", "start", "end", "new"),
    [
        (("DUE;VALUE=DATE:20261016",), None, date(2026, 10, 20), {"DUE;VALUE=DATE:20261020"}),
        (("DTSTART;VALUE=DATE:20261012",), date(2026, 10, 13), None, {"DTSTART;VALUE=DATE:20261013"}),
        (
            ("DTSTART;VALUE=DATE:20261012", "DUE;VALUE=DATE:20261016"),
            date(2026, 10, 13),
            date(2026, 10, 17),
            {"DTSTART;VALUE=DATE:20261013", "DUE;VALUE=DATE:20261017"},
        ),
        (
            ("DUE;VALUE=DATE:20261016",),
            date(2026, 10, 13),
            date(2026, 10, 17),
            {"DTSTART;VALUE=DATE:20261013", "DUE;VALUE=DATE:20261017"},
        ),
    ],
)
def test_a_task_has_a_start_or_a_deadline_or_both(
    times: tuple[str, ...], start: Moment | None, end: Moment | None, new: set[str]
) -> None:
    words = calendar(task(*times, "SUMMARY:Gips", f"ORGANIZER:{KARI}", f"ATTENDEE:{BERIT}"))

    text = as_proposed(words, proposal(start, end), OSLO)

    assert lines(text) - lines(words) == new
    assert lines(words) - lines(text) == set(times)


def test_a_place_is_a_line_and_the_rest_stays() -> None:
    words = meeting(BERIT)

    text = as_proposed(words, proposal(None, None, "Loftet, oppe"), OSLO)

    assert lines(text) - lines(words) == {"LOCATION:Loftet\\, oppe"}
    assert lines(words) <= lines(text)


def test_one_day_gets_a_component_of_its_own_and_the_series_keeps_its_bytes() -> None:
    words = with_alarm(meeting(OLA, BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",)), "Kjør")
    at = datetime(2026, 10, 15, 12, 0, tzinfo=UTC), datetime(2026, 10, 15, 13, 0, tzinfo=UTC)

    text = as_proposed(words, proposal(*at, instance=DAY), OSLO)

    assert isinstance(text, bytes)
    assert text.startswith(words.removesuffix(b"END:VCALENDAR\r\n"))
    said = read_object(text, OSLO)
    part = said.part(DAY)
    assert part is not None
    assert said.document.first(part.component, "RRULE") is None
    assert "DTSTART;TZID=Europe/Oslo:20261015T140000" in lines(text)


@pytest.mark.parametrize(
    ("instance", "more"),
    [
        (SERIES, ("RRULE:FREQ=WEEKLY;COUNT=4",)),
        (SERIES, ("RDATE;TZID=Europe/Oslo:20261015T100000",)),
        (DAY, ("RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Oslo:20261015T100000")),
        (DAY, ()),
    ],
)
def test_what_moves_more_than_one_occurrence_or_none_is_not_written(
    instance: InstanceId, more: tuple[str, ...]
) -> None:
    assert isinstance(as_proposed(meeting(BERIT, more=more), proposal(TWO, THREE, instance=instance), OSLO), str)


def test_a_day_that_speaks_for_all_later_ones_is_not_moved() -> None:
    words = meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",))
    later = event(
        *(
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Oslo:20261015T100000",
            f"ORGANIZER:{KARI}",
            f"ATTENDEE:{BERIT}",
        ),
        *("DTSTART;TZID=Europe/Oslo:20261015T120000", "DURATION:PT1H"),
    ).replace("\n", "\r\n")
    text = words.replace(b"END:VCALENDAR", later.encode() + b"\r\nEND:VCALENDAR")

    assert isinstance(as_proposed(text, proposal(TWO, THREE, instance=DAY), OSLO), str)


def test_a_counter_describes_all_of_it_and_names_whoever_proposes() -> None:
    entry = distributed(with_line(with_alarm(meeting(OLA, BERIT), "Kjør"), "DESCRIPTION:Ta med tegningene"))

    text = countered(read_object(entry.shared, OSLO), proposal(TWO, THREE, "Loftet"), OSLO)

    found = lines(text)
    assert {"DTSTART;TZID=Europe/Oslo:20261008T140000", "LOCATION:Loftet", "COMMENT:Helst\\; senere"} <= found
    assert {"DESCRIPTION:Ta med tegningene", f"ATTENDEE:{BERIT}", f"ORGANIZER:{KARI}", "SEQUENCE:0"} <= found
    assert not any(str(OLA) in line or "VALARM" in line for line in found)


@pytest.mark.parametrize(
    ("entry", "priority"),
    [(job(BERIT), "PRIORITY:0"), (job(BERIT, more=("PRIORITY:3",)), "PRIORITY:3"), (meeting(BERIT), None)],
)
def test_a_counter_of_a_task_has_a_priority(entry: bytes, priority: str | None) -> None:
    shared = read_object(distributed(entry).shared, OSLO)

    text = countered(shared, proposal(None, None, "Loftet"), OSLO)

    assert [line for line in lines(text) if line.startswith("PRIORITY")] == [priority] * (priority is not None)


def test_a_counter_names_whoever_proposes_as_the_entry_does_and_without_an_answer() -> None:
    words = meeting().replace(
        b"SUMMARY:", f"ATTENDEE;CN=Berit;PARTSTAT=ACCEPTED;RSVP=TRUE:{BERIT}\r\nSUMMARY:".encode(), 1
    )

    text = countered(read_object(distributed(words).shared, OSLO), proposal(TWO, THREE), OSLO)

    assert [line for line in lines(text) if line.startswith("ATTENDEE")] == [f"ATTENDEE;CN=Berit:{BERIT}"]


def test_a_counter_names_whoever_proposes_where_the_text_does_not() -> None:
    text = countered(read_object(meeting(OLA), OSLO), proposal(TWO), OSLO)

    assert [line for line in lines(text) if line.startswith("ATTENDEE")] == [f"ATTENDEE:{BERIT}"]


def test_another_place_for_a_whole_series_moves_nothing() -> None:
    words = meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",))

    assert "LOCATION:Loftet" in lines(as_proposed(words, proposal(None, None, "Loftet"), OSLO))


def test_what_is_turned_down_stays_as_it_is_and_says_why() -> None:
    shared = read_object(distributed(with_line(meeting(BERIT), "COMMENT:Før")).shared, OSLO)
    said = Proposal(BERIT, SERIES, TWO, THREE, None, "Helst", 0, NOW, "mail", NOW, answer="Nei, da er jeg borte")

    found = lines(turned_down(shared, said, OSLO))

    assert {START, END, "COMMENT:Nei\\, da er jeg borte", "SEQUENCE:0"} <= found
    assert not any("Helst" in line or "Før" in line for line in found)
