# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told to whoever knew an entry as it was: by what it says, however it is written."""

import json
from datetime import UTC, date, datetime

import pytest

from ical.instances import SERIES, InstanceId
from ical.news import News, What, news, news_since, of_facts, of_stored, sayings
from ical.snapshot import read_object
from tests.ical.texts import OSLO, calendar, event, task

START, END, RULE = (
    "DTSTART;TZID=Europe/Oslo:20261208T100000",
    "DTEND;TZID=Europe/Oslo:20261208T110000",
    "RRULE:FREQ=WEEKLY;COUNT=4",
)
BASE = (START, END, "SUMMARY:Møte", "LOCATION:Møterom 1")
DAY = InstanceId("20261215T090000Z")


def told(old: bytes, new: bytes, instance: InstanceId = SERIES) -> list[News]:
    """Give what is told of *instance*, where what was said is stored in between."""
    kept = {i: of_facts(json.loads(json.dumps(said.facts))) for i, said in sayings(old, new, OSLO).items()}
    return list(news(kept[instance], read_object(new, OSLO), instance, OSLO)) if instance in kept else []


def whats(old: bytes, new: bytes, instance: InstanceId = SERIES) -> list[What]:
    return [one.what for one in told(old, new, instance)]


def text(*lines: str) -> bytes:
    return calendar(event(*lines))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (START, "DTSTART;TZID=Europe/Oslo:20261208T103000", [What.TIME]),
        (END, "DTEND;TZID=Europe/Oslo:20261208T120000", [What.TIME]),
        ("LOCATION:Møterom 1", "LOCATION:Møterom 2", [What.PLACE]),
        ("LOCATION:Møterom 1", "X-NO-PLACE:1", [What.PLACE]),
        ("SUMMARY:Møte", "SUMMARY:Byggemøte", [What.TITLE]),
        ("SUMMARY:Møte", "SUMMARY:Møte\nDESCRIPTION:Mer", []),
        (END, "DURATION:PT1H", []),
        (START, "DTSTART:20261208T090000Z", []),
    ],
)
def test_what_is_another_is_named_and_another_spelling_is_nothing(old: str, new: str, what: list[What]) -> None:
    after = tuple(new if line == old else line for line in BASE)

    assert whats(text(*BASE), text(*after)) == what


def test_it_says_what_it_was_and_is() -> None:
    later = text("DTSTART;TZID=Europe/Oslo:20261209T120000", "DTEND;TZID=Europe/Oslo:20261209T130000", *BASE[2:])

    (one,) = told(text(*BASE), later)

    assert (one.before.start, one.now.start) == (
        datetime(2026, 12, 8, 9, 0, tzinfo=UTC),
        datetime(2026, 12, 9, 11, 0, tzinfo=UTC),
    )


def test_of_a_task_it_is_when_it_is_due_or_begins() -> None:
    old = calendar(task("DTSTART;VALUE=DATE:20261201", "DUE;VALUE=DATE:20261204"))
    new = calendar(task("DTSTART;VALUE=DATE:20261202", "DUE;VALUE=DATE:20261207"))

    due, start = told(old, new)

    assert (due.what, due.before.end, due.now.end) == (What.DUE, date(2026, 12, 4), date(2026, 12, 7))
    assert (start.what, start.now.start) == (What.START, date(2026, 12, 2))


def test_a_floating_time_stays_floating() -> None:
    old, new = text("DTSTART:20261208T100000", "SUMMARY:M"), text("DTSTART:20261208T110000", "SUMMARY:M")

    assert told(old, new)[0].before.start == datetime(2026, 12, 8, 10, 0)  # noqa: DTZ001 - floating


def test_of_a_series_the_days_that_are_taken_out_or_put_back_are_named() -> None:
    whole = text(*BASE, RULE)
    less = text(*BASE, RULE, "EXDATE;TZID=Europe/Oslo:20261215T100000")

    assert [(one.what, one.day) for one in told(whole, less)] == [(What.OFF, DAY)]
    assert [(one.what, one.day) for one in told(less, whole)] == [(What.ON, DAY)]
    assert whats(whole, text(*BASE, "RRULE:FREQ=WEEKLY;COUNT=6")) == [What.RHYTHM]


def test_a_day_without_a_component_was_as_the_series_has_it() -> None:
    moved = event("RECURRENCE-ID:20261215T090000Z", "DTSTART:20261215T100000Z", "DTEND:20261215T110000Z", *BASE[2:])
    old, new = text(*BASE, RULE), calendar(event(*BASE, RULE), moved)

    (one,) = told(old, new, DAY)

    assert (one.what, one.day, one.before.start) == (What.TIME, DAY, datetime(2026, 12, 15, 9, 0, tzinfo=UTC))
    assert told(old, new) == []
    assert [again.now.start for again in told(new, old, DAY)] == [datetime(2026, 12, 15, 9, 0, tzinfo=UTC)]


def test_a_day_that_says_it_is_called_off_is_off_and_nothing_else() -> None:
    off = event("RECURRENCE-ID:20261215T090000Z", "STATUS:CANCELLED", "DTSTART:20261215T120000Z", *BASE[2:])

    assert whats(text(*BASE, RULE), calendar(event(*BASE, RULE), off), DAY) == [What.OFF]


def test_what_was_changed_and_changed_back_is_no_news() -> None:
    old, other = text(*BASE), text(*BASE[:3], "LOCATION:Møterom 2")

    kept = sayings(old, other, OSLO)[SERIES]

    assert news(kept, read_object(old, OSLO), SERIES, OSLO) == ()


def test_a_day_with_people_of_its_own_says_so() -> None:
    ola, per = "ATTENDEE:mailto:ola@byggbo.example", "ATTENDEE:mailto:per@byggbo.example"
    day = ("RECURRENCE-ID:20261215T090000Z", "DTSTART:20261215T100000Z", "DTEND:20261215T110000Z", *BASE[2:])
    old = text(*BASE, RULE, ola)

    (alike,) = told(old, calendar(event(*BASE, RULE, ola), event(*day, ola)), DAY)
    (other,) = told(old, calendar(event(*BASE, RULE, ola), event(*day, per)), DAY)

    assert (alike.now.apart, other.now.apart) == (False, True)


def told_of_all(old: bytes, new: bytes) -> list[tuple[What, InstanceId]]:
    """Give what is told of the whole, and of each day."""
    said = read_object(new, OSLO)
    return [(one.what, one.day) for one in news_since(sayings(old, new, OSLO), said, SERIES, OSLO)]


def test_a_series_that_is_moved_calls_none_of_its_days_off() -> None:
    """Its days have other names from then on, and take place as before."""
    day = ("RECURRENCE-ID:20261215T090000Z", "DTSTART:20261215T120000Z", "DTEND:20261215T130000Z", *BASE[2:])
    later = ("DTSTART;TZID=Europe/Oslo:20261208T110000", "DTEND;TZID=Europe/Oslo:20261208T120000", *BASE[2:])
    moved = ("RECURRENCE-ID:20261215T100000Z", *day[1:])
    old, new = calendar(event(*BASE, RULE), event(*day)), calendar(event(*later, RULE), event(*moved))
    less = calendar(event(*later, RULE, "EXDATE:20261222T100000Z"), event(*moved))

    assert told_of_all(old, new) == [(What.TIME, SERIES)]
    assert told_of_all(new, old) == [(What.TIME, SERIES)]
    assert told_of_all(new, less) == [(What.OFF, InstanceId("20261222T100000Z"))]


def test_whoever_is_asked_to_the_whole_is_told_of_its_days_but_not_of_those_of_others() -> None:
    ola, per = "ATTENDEE:mailto:ola@byggbo.example", "ATTENDEE:mailto:per@byggbo.example"
    day = ("RECURRENCE-ID:20261215T090000Z", "DTSTART:20261215T100000Z", "DTEND:20261215T110000Z", *BASE[2:])
    old = text(*BASE, RULE, ola)

    assert told_of_all(old, calendar(event(*BASE, RULE, ola), event(*day, ola))) == [(What.TIME, DAY)]
    assert told_of_all(old, calendar(event(*BASE, RULE, ola), event(*day, per))) == []


def test_what_is_stored_of_news_is_as_much_as_is_told() -> None:
    off = text(*BASE, RULE, "EXDATE;TZID=Europe/Oslo:20261215T100000")
    later = ("DTSTART;TZID=Europe/Oslo:20261208T110000", "DTEND;TZID=Europe/Oslo:20261208T120000", *BASE[2:])
    found = [*told(text(*BASE), text(*later)), *told(text(*BASE, RULE), off)]

    stored = of_stored(json.loads(json.dumps([one.facts for one in found])))

    assert [(one.what, one.day) for one in stored] == [(What.TIME, SERIES), (What.OFF, DAY)]
    assert (stored[0].before.start, stored[0].now.end) == (found[0].before.start, found[0].now.end)
    assert (of_stored(None), of_stored("x"), of_stored([1])) == ((), (), ())
