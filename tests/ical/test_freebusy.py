# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about busy time, and the texts that answer them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from ical.address import Address
from ical.errors import IcalError, NotOneObject, TooLarge
from ical.freebusy import Busy, Period, Question, busy_of, merged, partstat_in, read_question, reply, report
from tests.ical.texts import OSLO, calendar, component, event, first, task

KARI, OLA = Address("mailto:kari@byggbo.example"), Address("mailto:ola@byggbo.example")
DAY = datetime(2026, 10, 8, tzinfo=UTC)
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
STAMP = "DTSTAMP:20261001T110000Z"
WINDOW = ("DTSTART:20261008T000000Z", "DTEND:20261009T000000Z")
PEOPLE = (
    'ORGANIZER;CN="Nordmann, Kari";SCHEDULE-STATUS=1.1:mailto:kari@byggbo.example',
    "ATTENDEE;CN=Ola Berg;SCHEDULE-AGENT=SERVER:MAILTO:Ola@byggbo.example",
    "ATTENDEE:mailto:nina@byggbo.example",
)


def question(*lines: str, method: str = "REQUEST") -> bytes:
    """Give a question for busy time of *lines*."""
    return calendar(component("VFREEBUSY", STAMP, *lines), head=(f"METHOD:{method}",))


def asked(*lines: str) -> Question:
    """Give it read, with kari asking for the time of ola and nina on one day."""
    return read_question(question(*WINDOW, *PEOPLE, *lines), OSLO)


def period(start: float, end: float, busy: Busy = Busy.BUSY) -> Period:
    """Give a period by the hours of the day."""
    return Period(DAY + timedelta(hours=start), DAY + timedelta(hours=end), busy)


def hours(periods: tuple[Period, ...]) -> list[tuple[float, float, str]]:
    """Give what they say by the hours of the day."""
    hour = timedelta(hours=1)
    return [((p.start - DAY) / hour, (p.end - DAY) / hour, p.busy.name) for p in periods]


def test_a_question_says_who_asks_about_whom_and_when() -> None:
    found = asked("X-CALENDARSERVER-MASK-UID:entry-7")

    assert found.asker == KARI
    assert (found.uid, found.start, found.end) == ("entry-1", DAY, DAY + timedelta(days=1))
    assert found.line_of(OLA) is not None
    assert found.masked_uid == "entry-7"


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (question(*WINDOW, *PEOPLE, method="PUBLISH"), NotOneObject),
        (calendar(component("VFREEBUSY", *WINDOW, *PEOPLE)), NotOneObject),
        (calendar(event(*WINDOW), head=("METHOD:REQUEST",)), NotOneObject),
        (calendar(component("VFREEBUSY"), event(*WINDOW), head=("METHOD:REQUEST",)), NotOneObject),
        (question(*WINDOW, *PEOPLE[1:]), NotOneObject),
        (question(*WINDOW, PEOPLE[0]), NotOneObject),
        (question(STAMP, *WINDOW, *PEOPLE), NotOneObject),
        (question(*WINDOW, *WINDOW[:1], *PEOPLE), NotOneObject),
        (question(*WINDOW, *PEOPLE, "FREEBUSY:20261008T000000Z/PT1H"), NotOneObject),
        (question("UID:", *WINDOW, *PEOPLE), NotOneObject),
        (question(*PEOPLE), IcalError),
        (question("DTSTART:20261009T000000Z", "DTEND:20261008T000000Z", *PEOPLE), NotOneObject),
        (question("DTSTART:20261008T000000Z", "DTEND:20291008T000000Z", *PEOPLE), TooLarge),
        (question(*WINDOW, PEOPLE[0], *(f"ATTENDEE:mailto:p{n}@x.example" for n in range(2001))), TooLarge),
    ],
)
def test_what_is_no_question_or_asks_for_too_much_is_refused(raw: bytes, error: type[IcalError]) -> None:
    with pytest.raises(error):
        read_question(raw, OSLO)


def test_a_reply_names_the_one_it_is_about_and_repeats_the_question() -> None:
    text = reply(asked(), OLA, [period(10, 11), period(12, 13, Busy.TENTATIVE)], NOW).decode()

    assert text.splitlines()[3:] == [
        "METHOD:REPLY",
        "BEGIN:VFREEBUSY",
        "UID:entry-1",
        "DTSTAMP:20261001T120000Z",
        "DTSTART:20261008T000000Z",
        "DTEND:20261009T000000Z",
        'ORGANIZER;CN="Nordmann, Kari":mailto:kari@byggbo.example',
        "ATTENDEE;CN=Ola Berg:MAILTO:Ola@byggbo.example",
        "FREEBUSY;FBTYPE=BUSY:20261008T100000Z/20261008T110000Z",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261008T120000Z/20261008T130000Z",
        "END:VFREEBUSY",
        "END:VCALENDAR",
    ]


def test_both_other_libraries_parse_what_is_written() -> None:
    for text in (
        reply(asked(), OLA, [period(10, 11)], NOW),
        report([period(10, 11)], DAY, DAY + timedelta(days=1), NOW),
    ):
        (busy,) = icalendar.Calendar.from_ical(text).walk("VFREEBUSY")
        assert not busy.errors
        assert busy["FREEBUSY"].params["FBTYPE"] == "BUSY"
        assert vobject.readOne(text.decode()).vfreebusy.freebusy.value[0][0] == DAY + timedelta(hours=10)


def test_nothing_busy_is_an_answer_too() -> None:
    assert b"FREEBUSY;" not in reply(asked(), OLA, [], NOW)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([period(10, 11), period(10.5, 12)], [(10, 12, "BUSY")]),
        ([period(10, 11), period(11, 12)], [(10, 12, "BUSY")]),
        ([period(-5, 1), period(23, 30)], [(0, 1, "BUSY"), (23, 24, "BUSY")]),
        ([period(-5, 0), period(24, 30), period(9, 9)], []),
        (
            [period(10, 14, Busy.TENTATIVE), period(11, 12)],
            [(10, 11, "TENTATIVE"), (11, 12, "BUSY"), (12, 14, "TENTATIVE")],
        ),
        ([period(10, 12), period(11, 13, Busy.TENTATIVE)], [(10, 12, "BUSY"), (12, 13, "TENTATIVE")]),
        ([period(15, 16), period(10, 11)], [(10, 11, "BUSY"), (15, 16, "BUSY")]),
    ],
)
def test_periods_are_clipped_and_joined_and_busy_covers_tentative(
    given_: list[Period], expected: list[tuple[float, float, str]]
) -> None:
    assert hours(merged(given_, DAY, DAY + timedelta(days=1))) == expected


PERIODS = st.lists(
    st.builds(
        lambda start, length, busy: period(start, start + length, busy),
        st.integers(-5, 28),
        st.integers(0, 10),
        st.sampled_from(Busy),
    )
)


@given(PERIODS)
def test_each_moment_is_as_busy_as_the_busiest_period_over_it(periods: list[Period]) -> None:
    found = merged(periods, DAY, DAY + timedelta(days=1))

    for hour in range(24):
        moment = DAY + timedelta(hours=hour, minutes=30)
        over = [p.busy for p in periods if p.start <= moment < p.end]
        assert [p.busy for p in found if p.start <= moment < p.end] == ([max(over)] if over else [])
    assert all(one.end < two.start or one.busy != two.busy for one, two in pairwise(found))


@pytest.mark.parametrize(
    ("text", "partstat", "busy"),
    [
        (event(), None, Busy.BUSY),
        (event(), "ACCEPTED", Busy.BUSY),
        (event(), "TENTATIVE", Busy.TENTATIVE),
        (event(), "NEEDS-ACTION", Busy.TENTATIVE),
        (event(), "DECLINED", None),
        (event(), "DELEGATED", None),
        (event("STATUS:TENTATIVE"), "ACCEPTED", Busy.TENTATIVE),
        (event("STATUS:cancelled"), "ACCEPTED", None),
        (event("TRANSP:TRANSPARENT"), "ACCEPTED", None),
        (event("TRANSP:OPAQUE"), None, Busy.BUSY),
        (task(), None, None),
    ],
)
def test_how_an_entry_takes_time(text: str, partstat: str | None, busy: Busy | None) -> None:
    assert busy_of(*first(calendar(text)), partstat) is busy


@pytest.mark.parametrize(
    ("lines", "partstat"),
    [
        (
            ("ORGANIZER:mailto:kari@byggbo.example", "ATTENDEE;PARTSTAT=TENTATIVE:mailto:ola@byggbo.example"),
            "TENTATIVE",
        ),
        (("ORGANIZER:mailto:kari@byggbo.example", "ATTENDEE:mailto:ola@byggbo.example"), "NEEDS-ACTION"),
        (("ORGANIZER:mailto:ola@byggbo.example", "ATTENDEE:mailto:kari@byggbo.example"), "ACCEPTED"),
        (("ORGANIZER:mailto:ola@byggbo.example", "ATTENDEE:mailto:ola@byggbo.example"), "ACCEPTED"),
        (("ORGANIZER:mailto:ola@byggbo.example", "ATTENDEE;PARTSTAT=DECLINED:mailto:ola@byggbo.example"), "DECLINED"),
        ((), None),
    ],
)
def test_what_a_text_says_that_one_answered(lines: tuple[str, ...], partstat: str | None) -> None:
    assert partstat_in(*first(calendar(event(*lines))), frozenset({OLA})) == partstat
