# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is told of an organizer's change, with which SEQUENCE, and of what is over nobody."""

from datetime import datetime

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.change import Change
from ical.itip.outcome import Method, State
from tests.ical.itip.company import BERIT, LATER, NINA, NOW, OLA, PER
from tests.ical.itip.test_change import (
    BOTH,
    FRIDAY,
    LONG_AFTER,
    NO_FRIDAY,
    OFF,
    ON_SATURDAY,
    OUT_OF_SERIES,
    PLACE,
    SATURDAY,
    change,
    day,
    series,
    shares,
)

SUNDAY = InstanceId("20261011T080000Z")
FIRST, AGAIN, CANCEL = "REQUEST, first", "REQUEST", "CANCEL"
LAST_YEAR, THIS_YEAR = (f"DTSTART;TZID=Europe/Oslo:{year}1008T100000" for year in (2025, 2026))
Sent = tuple[str, InstanceId, set[Address], int]


def sent(found: Change, *shared: str) -> list[Sent]:
    """Give the messages of *found*: what, of which occurrence, to whom, and with which SEQUENCE."""
    messages = found.messages(shares(*shared))
    return [(FIRST if m.first else m.method.value, m.instance, set(m.to), m.sequence) for m in messages]


def ordered(text: str, *to: Address) -> str:
    """Give a component whose client orders a REQUEST to these."""
    for address in to:
        text = text.replace(f"ATTENDEE:{address}", f"ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST:{address}")
    return text


def row(who: Address, partstat: str, instance: InstanceId = SERIES, *, told: bool = True) -> Answer:
    """Give what *who* answered; not *told*: they have it, and were never sent it."""
    return Answer(who, instance, partstat, asked_at=NOW if told else None, answered_at=NOW)


def test_who_stays_in_a_day_is_told_of_that_above_the_cancel_of_the_series() -> None:
    assert sent(change(*OUT_OF_SERIES), *OUT_OF_SERIES[1]) == [
        (CANCEL, SERIES, {OLA}, 1),
        (AGAIN, FRIDAY, {OLA}, 2),
    ]


def test_who_has_put_a_day_away_does_not_hear_that_it_is_called_off() -> None:
    after = series(NO_FRIDAY)
    no = row(OLA, DECLINED, FRIDAY)

    assert sent(change((series(),), (after,), no), after) == [(CANCEL, FRIDAY, {NINA}, 1)]


def test_who_comes_to_one_day_alone_hears_that_the_series_is_called_off() -> None:
    rows = row(OLA, DECLINED), row(OLA, ACCEPTED, FRIDAY), row(NINA, DECLINED)
    out = series(asks=(PER,))

    assert sent(change((series(asks=(*BOTH, PER)),), (out,), *rows), out) == [(CANCEL, SERIES, {OLA}, 1)]


def test_what_was_changed_in_what_stays_called_off_nobody_is_told() -> None:
    text = series(OFF, PLACE)

    assert sent(change((series(OFF),), (text,), state=State.CANCELLED), text) == []


def test_that_all_of_it_is_on_again_is_told_where_nothing_else_changed() -> None:
    text = series()

    assert sent(change((text,), (text,), state=State.CANCELLED), text) == [(AGAIN, SERIES, set(BOTH), 1)]


def test_an_order_brings_all_that_somebody_is_in() -> None:
    text = series(asks=(NINA,)), day(9), day(10)
    told = [ordered(part, *BOTH) for part in text]
    rows = [row(OLA, ACCEPTED, i) for i in (FRIDAY, SATURDAY)]

    found = change(text, tuple(told), *rows)

    assert sent(found, *text) == [
        (AGAIN, SERIES, {NINA}, 0),
        (AGAIN, FRIDAY, {OLA}, 0),
        (AGAIN, SATURDAY, {OLA}, 0),
    ]


def test_whoever_was_never_sent_it_is_asked_for_the_first_time() -> None:
    quiet = row(OLA, ACCEPTED, told=False)

    assert sent(change((series(),), (series(PLACE),), quiet), series(PLACE)) == [
        (AGAIN, SERIES, {NINA}, 0),
        (FIRST, SERIES, {OLA}, 0),
    ]


def test_whoever_is_asked_to_a_day_more_is_asked_to_that_for_the_first_time() -> None:
    before, after = (series(asks=(NINA,)), day(9), day(10)), (series(asks=(NINA,)), day(9), day(10), day(11))

    assert [m[0] for m in sent(change(before, after), *after)] == [FIRST]
    assert sent(change((series(),), (series(asks=(*BOTH, PER)),)), series(asks=(*BOTH, PER))) == [
        (FIRST, SERIES, {PER}, 0)
    ]


@pytest.mark.parametrize(
    ("before", "after", "now", "told"),
    [
        (LAST_YEAR, LAST_YEAR, LATER, False),
        (LAST_YEAR, THIS_YEAR, LATER, True),
        (THIS_YEAR, LAST_YEAR, LATER, True),
        (THIS_YEAR, THIS_YEAR, LATER, True),
        (THIS_YEAR, THIS_YEAR, LONG_AFTER, False),
    ],
)
def test_nobody_is_told_of_what_is_over_and_was_before(before: str, after: str, now: datetime, told: bool) -> None:
    old, new = (series(*lines).replace(THIS_YEAR, start) for start, lines in ((before, ()), (after, (PLACE,))))
    old, new = (text.replace("DTEND;TZID=Europe/Oslo:20261008T110000", "DURATION:PT1H") for text in (old, new))

    assert bool(sent(change((old,), (new,), now=now), new)) is told


MOVED_BEFORE = day(2).replace("RECURRENCE-ID;TZID=Europe/Oslo:20261002", "RECURRENCE-ID;TZID=Europe/Oslo:20261011")


@pytest.mark.parametrize(
    ("before", "after", "past"),
    [
        ((series(),), (series(), day(9, PLACE)), {FRIDAY}),
        ((series(),), (series(), day(9, hour=12)), {FRIDAY}),
        ((series(),), (series(), day(11, PLACE)), set()),
        ((series(),), (series(NO_FRIDAY),), {FRIDAY}),
        ((series(NO_FRIDAY),), (series(),), {FRIDAY}),
        ((series(), day(9)), (series(), day(9, OFF)), {FRIDAY}),
        ((series(), day(9)), (series(), day(9, asks=(*BOTH, PER))), {FRIDAY}),
        ((series(), day(9, asks=(*BOTH, PER))), (series(), day(9)), {FRIDAY}),
        ((series(), day(2, PLACE)), (series(), day(2)), {InstanceId("20261002T080000Z")}),
        ((series(), day(2)), (series(),), {InstanceId("20261002T080000Z")}),
        ((series(PLACE),), (series(),), set()),
        ((series(), day(20)), (series(), day(20, PLACE)), set()),
        ((series(), MOVED_BEFORE), (series(NO_FRIDAY.replace("09T", "11T")),), {SUNDAY}),
    ],
)
def test_a_day_of_which_something_changed_is_over_where_it_is_in_all_texts_that_have_it(
    before: tuple[str, ...], after: tuple[str, ...], past: set[InstanceId]
) -> None:
    assert change(before, after, now=ON_SATURDAY).past == past


def test_that_a_day_that_is_over_is_taken_away_nobody_is_told() -> None:
    less = change((series(),), (series(NO_FRIDAY),), now=ON_SATURDAY)
    fewer = change((series(), day(9, asks=(*BOTH, PER))), (series(), day(9)), now=ON_SATURDAY)

    assert sent(less, series(NO_FRIDAY)) == sent(fewer, series(), day(9)) == []
    assert sent(change((series(),), (series(NO_FRIDAY),)), series(NO_FRIDAY)) == [(CANCEL, FRIDAY, set(BOTH), 1)]


def test_who_is_asked_to_a_day_of_which_there_is_a_row_of_another_is_told_of_it() -> None:
    before = series(asks=(NINA,)), day(9, asks=(BERIT,)), day(10, asks=(BERIT,))
    after = before[0], day(9, PLACE, asks=(BERIT,)), before[2]

    found = change(before, after, *(row(BERIT, ACCEPTED, i) for i in (FRIDAY, SATURDAY)))

    assert sent(found, *after) == [(AGAIN, FRIDAY, {BERIT}, 0)]
    assert {m.method for m in found.messages(shares(*after))} == {Method.REQUEST}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((series(),), (series(NO_FRIDAY),), [(FRIDAY, set(BOTH), True)]),
        ((series(), day(9)), (series(), day(9, OFF)), [(FRIDAY, set(BOTH), True)]),
        ((series(), day(9)), (series(), day(9, asks=(NINA,))), [(FRIDAY, {OLA}, False)]),
        ((series(),), (series(asks=(NINA,)),), [(SERIES, {OLA}, False)]),
        ((series(),), (series(OFF),), [(SERIES, set(BOTH), True)]),
        ((series(),), (series(OFF, asks=(NINA,)),), [(SERIES, {NINA}, True), (SERIES, {OLA}, False)]),
    ],
)
def test_a_cancel_says_whether_it_takes_place_without_them(
    before: tuple[str, ...], after: tuple[str, ...], expected: list[tuple[InstanceId, set[Address], bool]]
) -> None:
    messages = change(before, after).messages(shares(*after))

    found = [(m.instance, set(m.to), m.called_off) for m in messages if m.method is Method.CANCEL]
    assert found == expected


def test_of_a_day_that_says_that_it_is_called_off_that_text_is_sent_and_of_one_that_is_gone_the_old_one() -> None:
    gone = change((series(), day(9, PLACE)), (series(NO_FRIDAY),))
    off = change((series(), day(9, PLACE)), (series(), day(9, OFF, "LOCATION:Loftet")))

    cancel = next(gone.messages(shares(series(NO_FRIDAY))))
    other = next(off.messages(shares(series(), day(9, OFF, "LOCATION:Loftet"))))

    assert cancel.method is other.method is Method.CANCEL
    assert PLACE.encode() in cancel.base
    assert b"LOCATION:Loftet" in other.base


def test_a_series_that_is_over_is_called_off_for_whoever_is_asked_to_a_day_to_come_instead() -> None:
    over = series().replace("20261008", "20251008")

    found = change((over,), (day(9),), row(OLA, ACCEPTED), row(NINA, ACCEPTED))

    assert sent(found, day(9)) == [(CANCEL, SERIES, set(BOTH), 1), (AGAIN, FRIDAY, set(BOTH), 2)]
