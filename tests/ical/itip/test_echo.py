# SPDX-License-Identifier: GPL-3.0-or-later
"""Which components of an organizer's upload were only made for them to see (model, row 22)."""

from ical.instances import SERIES, InstanceId
from ical.itip.echo import without_echo
from ical.snapshot import Snapshot, read_object
from tests.ical.itip.company import BERIT, KARI, OLA
from tests.ical.texts import OSLO, calendar, event

ZONE = "TZID=Europe/Oslo"
PEOPLE = (f"ORGANIZER:{KARI}", f"ATTENDEE:{KARI}", f"ATTENDEE:{OLA}")


def at(day: int, hour: int = 10) -> str:
    """Give the time of a day in October."""
    return f"202610{day:02}T{hour:02}0000"


def series(*more: str, hour: int = 10, people: tuple[str, ...] = PEOPLE) -> str:
    """Give a meeting each Thursday from the 8th on, at ten."""
    times = f"DTSTART;{ZONE}:{at(8, hour)}", f"DTEND;{ZONE}:{at(8, hour + 1)}"
    return event(*times, "RRULE:FREQ=WEEKLY", "SUMMARY:Befaring", *people, *more)


def override(
    day: int,
    hour: int = 10,
    *more: str,
    since: bool = False,
    own: str = "NEEDS-ACTION",
    ola: str = "PARTSTAT=NEEDS-ACTION",
) -> str:
    """Give the component of the occurrence of *day*, that starts at *hour*; *since*: all later ones do too."""
    return event(
        f"RECURRENCE-ID;{ZONE}{';RANGE=THISANDFUTURE' if since else ''}:{at(day)}",
        *(f"DTSTART;{ZONE}:{at(day, hour)}", f"DTEND;{ZONE}:{at(day, hour + 1)}", "SUMMARY:Befaring"),
        *(PEOPLE[0], f"ATTENDEE;PARTSTAT={own}:{KARI}", f"ATTENDEE;{ola}:{OLA}", *more),
    )


def as_task(component: str) -> str:
    """Give a component of the meeting as one of a task that is due when the meeting ends."""
    return component.replace("VEVENT", "VTODO").replace("DTEND", "DUE")


def said(*components: str) -> Snapshot:
    """Give the entry that *components* make."""
    return read_object(calendar(*components), OSLO)


def left(*sent: str, seen: tuple[str, ...] = (), stored: tuple[str, ...] = ()) -> set[InstanceId]:
    """Give the components of *sent* that are kari's word, who was shown *seen* of what is *stored*."""
    before = said(*(stored or (series(),)))
    shown = said(*seen) if seen else before
    return {p.instance for p in without_echo(said(*sent), shown, before, frozenset({KARI}), OSLO).parts}


def named(*days: int) -> set[InstanceId]:
    """Give the names of the occurrences of these days."""
    return {InstanceId(f"202610{day:02}T080000Z") for day in days}


def test_a_component_that_was_made_to_be_seen_is_no_word() -> None:
    assert left(series(), override(15), seen=(series(), override(15))) == {SERIES}


def test_a_component_that_says_what_the_series_says_is_no_word() -> None:
    assert left(series(), override(15), override(22, 12)) == {SERIES} | named(22)


def test_a_day_without_its_series_is_all_that_there_is() -> None:
    assert left(override(15), seen=(series(), override(15))) == named(15)


def test_a_day_that_the_series_does_not_have_stays() -> None:
    assert left(series(), override(17), override(22)) == {SERIES} | named(17)


def test_a_change_of_all_later_days_stays_though_it_only_ends_an_earlier_one() -> None:
    back = override(22, since=True)

    assert left(series(), override(15, 12, since=True), back) == {SERIES} | named(15, 22)


def test_the_own_answer_to_a_day_of_a_meeting_is_a_word() -> None:
    seen = (series(), override(15))

    assert left(series(), override(15, own="DECLINED"), seen=seen) == {SERIES} | named(15)


def test_the_own_share_of_a_day_of_a_task_is_none() -> None:
    whole, day, done = (as_task(component) for component in (series(), override(15), override(15, own="COMPLETED")))

    assert left(whole, done, seen=(whole, day), stored=(whole,)) == {SERIES}


def test_whatever_others_answered_meanwhile_a_component_that_was_made_to_be_seen_is_no_word() -> None:
    assert left(series(), override(15), seen=(series(), override(15, ola="PARTSTAT=ACCEPTED"))) == {SERIES}


def test_what_was_made_for_an_answer_that_is_gone_is_no_word_where_the_series_is_another_one_now() -> None:
    answered = override(15, ola="PARTSTAT=DECLINED")

    assert left(series(hour=12), answered) == {SERIES}
    assert left(series(hour=12), answered, override(22, 14)) == {SERIES} | named(22)


def test_a_day_that_is_to_stay_as_it_was_where_the_series_is_another_one_now_is_a_word() -> None:
    assert left(series(hour=12), override(15)) == {SERIES} | named(15)


def test_a_day_of_an_answer_that_says_something_else_too_is_a_word() -> None:
    assert left(series(hour=12), override(15, 14, ola="PARTSTAT=DECLINED")) == {SERIES} | named(15)


def test_an_answer_to_a_day_that_the_series_never_had_makes_no_echo() -> None:
    assert left(series(hour=12), override(17, ola="PARTSTAT=DECLINED")) == {SERIES} | named(17)


def test_how_much_of_a_task_somebody_has_done_shows_an_answer() -> None:
    whole, later = as_task(series()), as_task(series(hour=12))
    percent = as_task(override(15, ola="PARTSTAT=NEEDS-ACTION;X-DISTRIB-PERCENT=40"))

    assert left(later, percent, stored=(whole,)) == {SERIES}
    assert left(later, as_task(override(15, 10, "PERCENT-COMPLETE:40")), stored=(whole,)) == {SERIES}
    assert left(later, as_task(override(15)), stored=(whole,)) == {SERIES} | named(15)


def test_whether_a_meeting_is_confirmed_is_the_organizers_to_say() -> None:
    assert left(series("STATUS:CONFIRMED", hour=12), override(15)) == {SERIES} | named(15)


def test_what_the_organizer_or_their_client_says_of_the_series_alone_shows_no_answer() -> None:
    own = (PEOPLE[0], f"ATTENDEE;PARTSTAT=ACCEPTED:{KARI}", PEOPLE[2])
    before, after = (f"ATTENDEE;SCHEDULE-AGENT=CLIENT;PARTSTAT={one}:{BERIT}" for one in ("TENTATIVE", "ACCEPTED"))

    assert left(series(hour=12, people=own), override(15)) == {SERIES} | named(15)
    assert left(series(after, hour=12), override(15, 10, before), stored=(series(before),)) == {SERIES} | named(15)
