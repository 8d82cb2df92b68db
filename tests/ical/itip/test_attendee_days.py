# SPDX-License-Identifier: GPL-3.0-or-later
"""What an invited person's text says of single days of a series."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, NEEDS_ACTION, TENTATIVE, Answer
from ical.instances import SERIES, InstanceId
from ical.itip import attendee
from ical.itip.answering import ONE_ALONE
from ical.itip.outcome import Entry, Outcome, State
from tests.ical.itip.company import (
    BERIT,
    END,
    KARI,
    LATER,
    NINA,
    NOW,
    OLA,
    START,
    actor,
    applied,
    distributed,
    reading,
    uploads,
)
from tests.ical.texts import calendar, event

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
SUNDAY = InstanceId("20261011T080000Z")
SAYS = f"ATTENDEE;PARTSTAT={{}}:{OLA}"
OFF = "STATUS:CANCELLED"
ON_SATURDAY = datetime(2026, 10, 10, 12, tzinfo=UTC)
YES = Answer(OLA, partstat=ACCEPTED, answered_at=NOW)
HIDDEN = Answer(OLA, FRIDAY, DECLINED, answered_at=NOW, hidden=True)


NO = Answer(OLA, FRIDAY, DECLINED, answered_at=NOW)


def without_days(*numbers: int) -> str:
    """Give the line that takes these days of October out of a series."""
    return "EXDATE;TZID=Europe/Oslo:" + ",".join(f"202610{number:02}T100000" for number in numbers)


def series(says: str | None = NEEDS_ACTION, *lines: str) -> str:
    """Give kari's meeting on four days, in which ola *says* that; None: he is not in it."""
    mine = () if says is None else (SAYS.format(says),)
    return event(START, END, "RRULE:FREQ=DAILY;COUNT=4", f"ORGANIZER:{KARI}", f"ATTENDEE:{NINA}", *mine, *lines)


def day(number: int, says: str | None = NEEDS_ACTION, *lines: str, ranges: str = "") -> str:
    """Give the component of a day in October, in which ola says that; None: he is not in it."""
    name = f"RECURRENCE-ID{ranges}{START[7:]}"
    times = (line.replace("1008T", f"10{number:02}T") for line in (name, START, END))
    mine = () if says is None else (SAYS.format(says),)
    return event(*times, f"ORGANIZER:{KARI}", f"ATTENDEE:{NINA}", *mine, *lines)


def entry(*components: str, rows: tuple[Answer, ...] = ()) -> Entry:
    """Give what kari handed out, and what ola is known to have answered: if nothing, nothing."""
    made = distributed(calendar(*(components or (series(),))))
    known = {(a.address, a.instance): a for a in (*made.answers, *(r._replace(asked_at=NOW) for r in rows))}
    return replace(made, answers=tuple(known.values()))


def said(outcome: Outcome) -> dict[InstanceId, tuple[str, bool]]:
    """Give what ola answers by *outcome*, and whether it is out of his sight."""
    assert {a.address for a in outcome.answers} <= {OLA}
    assert len({a.instance for a in outcome.answers}) == len(outcome.answers)
    return {a.instance: (a.partstat, a.hidden) for a in outcome.answers}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ((series(ACCEPTED),), {SERIES: (ACCEPTED, False)}),
        ((series(), day(9, ACCEPTED)), {FRIDAY: (ACCEPTED, False)}),
        ((series(), day(9)), {}),
        ((series(), day(9, ACCEPTED), day(10, DECLINED)), {FRIDAY: (ACCEPTED, False), SATURDAY: (DECLINED, False)}),
        ((series(ACCEPTED), day(9, ACCEPTED)), {SERIES: (ACCEPTED, False)}),
        ((series(ACCEPTED), day(9, DECLINED)), {SERIES: (ACCEPTED, False), FRIDAY: (DECLINED, False)}),
        ((series(ACCEPTED), day(9)), {SERIES: (ACCEPTED, False)}),
        ((day(9, ACCEPTED),), {FRIDAY: (ACCEPTED, False)}),
        ((series(NEEDS_ACTION, without_days(9)),), {FRIDAY: (DECLINED, True)}),
        ((series(ACCEPTED, without_days(9)),), {SERIES: (ACCEPTED, False), FRIDAY: (DECLINED, True)}),
        ((series(NEEDS_ACTION, without_days(9)), day(9, ACCEPTED)), {FRIDAY: (ACCEPTED, False)}),
        ((series(NEEDS_ACTION, without_days(20)),), {}),
    ],
)
def test_each_component_is_an_answer_to_what_it_is_about(
    sent: tuple[str, ...], expected: dict[InstanceId, tuple[str, bool]]
) -> None:
    for conditional in (True, False):
        assert said(uploads(entry(), OLA, calendar(*sent), conditional=conditional)) == expected


@pytest.mark.parametrize(
    ("rows", "sent", "expected"),
    [
        ((YES,), (series(ACCEPTED), day(9, ACCEPTED)), {}),
        ((YES,), (series(ACCEPTED), day(9, DECLINED)), {FRIDAY: (DECLINED, False)}),
        ((YES,), (series(DECLINED), day(9, ACCEPTED)), {SERIES: (DECLINED, False), FRIDAY: (ACCEPTED, False)}),
        ((YES,), (series(TENTATIVE), day(9, TENTATIVE)), {SERIES: (TENTATIVE, False)}),
        ((YES,), (series(ACCEPTED, without_days(9)),), {FRIDAY: (DECLINED, True)}),
        ((YES, HIDDEN), (series(ACCEPTED, without_days(9)),), {}),
        ((YES, HIDDEN), (series(ACCEPTED, without_days(9)), day(9, TENTATIVE)), {FRIDAY: (TENTATIVE, False)}),
        ((YES, HIDDEN), (series(ACCEPTED, without_days(9)), day(9, ACCEPTED)), {FRIDAY: (ACCEPTED, False)}),
        ((YES, NO), (series(ACCEPTED), day(9, ACCEPTED)), {FRIDAY: (ACCEPTED, False)}),
        ((YES, NO), (series(TENTATIVE),), {SERIES: (TENTATIVE, False)}),
        ((YES, NO), (series(ACCEPTED), day(9, DECLINED), day(10, DECLINED)), {SATURDAY: (DECLINED, False)}),
    ],
)
def test_an_answer_that_stands_is_no_new_one(
    rows: tuple[Answer, ...], sent: tuple[str, ...], expected: dict[InstanceId, tuple[str, bool]]
) -> None:
    assert said(uploads(entry(rows=rows), OLA, calendar(*sent))) == expected


def test_what_was_taken_away_is_seen_again_with_the_answer_that_stands() -> None:
    assert said(uploads(entry(rows=(YES, HIDDEN)), OLA, calendar(series(ACCEPTED)))) == {FRIDAY: (DECLINED, False)}


def test_what_was_taken_away_stays_away_where_the_text_may_be_older_than_that() -> None:
    old = calendar(series(ACCEPTED))

    assert said(uploads(entry(rows=(YES, HIDDEN)), OLA, old, conditional=False)) == {}


def test_a_text_without_the_series_takes_nothing_of_it_away_and_brings_nothing_back() -> None:
    made = entry(series(), day(10), rows=(YES, HIDDEN))

    assert said(uploads(made, OLA, calendar(day(10, DECLINED)))) == {SATURDAY: (DECLINED, False)}


def test_a_program_that_loses_people_takes_no_day_away_and_brings_none_back() -> None:
    lost = event(START, END, "RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=Europe/Oslo:20261010T100000")

    assert said(uploads(entry(rows=(YES, HIDDEN)), OLA, calendar(lost))) == {}


def test_what_somebody_else_took_away_is_no_matter_of_ones_own() -> None:
    theirs = HIDDEN._replace(address=NINA)
    made = entry(series(), rows=(theirs,))

    assert said(uploads(made, OLA, calendar(series()))) == {}


def test_a_day_that_was_shown_apart_is_declined_by_leaving_it_out_by_name() -> None:
    made = entry(series(), day(9, NEEDS_ACTION, "LOCATION:Kjelleren"))

    assert said(uploads(made, OLA, calendar(series(NEEDS_ACTION, without_days(9))))) == {FRIDAY: (DECLINED, True)}
    assert said(uploads(made, OLA, calendar(series()))) == {}


def test_whoever_is_in_some_days_declines_those_that_they_leave_out() -> None:
    made = entry(series(None), day(9), day(10))

    outcome = uploads(made, OLA, calendar(day(10, ACCEPTED)))

    assert said(outcome) == {FRIDAY: (DECLINED, True), SATURDAY: (ACCEPTED, False)}
    assert said(uploads(made, OLA, calendar(day(9), day(10)))) == {}
    assert said(uploads(applied(made, outcome), OLA, calendar(day(10, ACCEPTED)))) == {}


def test_whoever_is_in_some_days_brings_one_back_by_its_name() -> None:
    made = entry(series(None), day(9), day(10))
    away = applied(made, uploads(made, OLA, calendar(day(10))))

    assert said(uploads(away, OLA, calendar(day(9, DECLINED), day(10)))) == {FRIDAY: (DECLINED, False)}
    assert said(uploads(away, OLA, calendar(day(9, ACCEPTED), day(10)))) == {FRIDAY: (ACCEPTED, False)}


def test_to_put_a_day_away_that_is_over_or_called_off_is_no_answer() -> None:
    away = calendar(series(ACCEPTED, without_days(9)))
    made = entry(rows=(YES,))
    off = entry(series(), day(9, NEEDS_ACTION, OFF), rows=(YES,))

    late = attendee.answer(
        made, away, actor(OLA), overlay={}, shown=reading(made, OLA), conditional=True, now=ON_SATURDAY
    )

    assert said(late) == said(uploads(off, OLA, away)) == {FRIDAY: (ACCEPTED, True)}
    assert late.messages == ()


def test_a_day_that_is_called_off_is_not_answered() -> None:
    off = entry(series(), day(9, NEEDS_ACTION, OFF))

    outcome = uploads(off, OLA, calendar(series(), day(9, ACCEPTED, OFF)))

    assert said(outcome) == {}
    assert outcome.why == ("What they answered of a day that is called off was not taken.",)
    assert uploads(off, OLA, calendar(series(), day(9, NEEDS_ACTION, OFF))).why == ()
    assert uploads(off, OLA, calendar(series(), day(9, NEEDS_ACTION, OFF), day(10, ACCEPTED))).why == (
        f"ola@byggbo.example answered ACCEPTED for {SATURDAY} by caldav.",
    )


def test_a_new_answer_to_the_series_is_one_to_days_that_were_answered_apart_and_look_as_it_does() -> None:
    no = Answer(OLA, FRIDAY, ACCEPTED, answered_at=NOW)
    whole = entry(rows=(YES, no, HIDDEN._replace(instance=SATURDAY), no._replace(instance=SUNDAY)))
    shown = calendar(series(ACCEPTED, without_days(10)), day(11, ACCEPTED))

    def ended(*sent: str) -> frozenset[tuple[Address, InstanceId]]:
        return attendee.answer(
            whole, calendar(*sent), actor(OLA), overlay={}, shown=shown, conditional=True, now=LATER
        ).ended

    assert ended(series(TENTATIVE, without_days(10)), day(11, ACCEPTED)) == {(OLA, FRIDAY)}
    assert ended(series(TENTATIVE, without_days(10)), day(9, ACCEPTED)) == frozenset()
    assert ended(series(ACCEPTED, without_days(10)), day(11, DECLINED)) == frozenset()


def test_an_answer_that_is_known_from_elsewhere_is_none_to_days_that_were_answered_apart() -> None:
    made = entry(rows=(YES, NO))

    outcome = attendee.answer(
        made,
        calendar(series(ACCEPTED)),
        actor(OLA),
        overlay={},
        shown=calendar(series()),
        conditional=True,
        now=LATER,
    )

    assert outcome.ended == frozenset()


def test_of_somebody_elses_days_nothing_ends() -> None:
    rows = YES, Answer(NINA, FRIDAY, ACCEPTED, answered_at=NOW)
    made = entry(series(), rows=rows)

    assert uploads(made, OLA, calendar(series(TENTATIVE))).ended == frozenset()


def test_an_answer_for_all_later_days_counts_for_one_and_it_is_said() -> None:
    ranged = day(9, ACCEPTED, ranges=";RANGE=THISANDFUTURE")
    one = f"ola@byggbo.example answered ACCEPTED for {FRIDAY} by caldav."

    outcome = uploads(entry(), OLA, calendar(series(), ranged))

    assert said(outcome) == {FRIDAY: (ACCEPTED, False)}
    assert outcome.why == (one, ONE_ALONE)
    assert uploads(entry(), OLA, calendar(series(), day(9, ACCEPTED))).why == (one,)
    assert uploads(entry(), OLA, calendar(series(), ranged.replace(ACCEPTED, NEEDS_ACTION))).why == ()


def test_a_day_that_is_only_repeated_says_nothing_more() -> None:
    made = entry(rows=(YES,))
    sent = calendar(series(ACCEPTED), day(9, DECLINED))
    after = applied(made, uploads(made, OLA, sent))
    changed = [a._replace(partstat=TENTATIVE) if a.instance == FRIDAY else a for a in after.answers]
    told = replace(after, answers=tuple(changed))

    assert said(uploads(told, OLA, sent, conditional=False)) == {}
    assert said(uploads(told, OLA, sent)) == {FRIDAY: (DECLINED, False)}


def test_an_answer_to_the_series_is_one_to_a_day_that_was_asked_again() -> None:
    moved = Answer(OLA, FRIDAY, reset_sequence=1)
    made = entry(series(NEEDS_ACTION, "SEQUENCE:1"), day(9, NEEDS_ACTION, "SEQUENCE:1"), rows=(moved,))

    sent = calendar(series(ACCEPTED, "SEQUENCE:1"), day(9, ACCEPTED, "SEQUENCE:1"))

    assert said(uploads(made, OLA, sent)) == {SERIES: (ACCEPTED, False)}


def test_whoever_is_shown_a_series_of_which_they_are_asked_to_one_day_answers_that_day() -> None:
    made = entry(series(None), day(9))
    shown, sent = (calendar(series(says), day(9, says)) for says in (NEEDS_ACTION, ACCEPTED))

    outcome = attendee.answer(made, sent, actor(OLA), overlay={}, shown=shown, conditional=True, now=LATER)

    assert said(outcome) == {FRIDAY: (ACCEPTED, False)}


NOT_THEIRS = "What it says of occurrences that are none was not taken."


@pytest.mark.parametrize("row", [Answer(NINA, FRIDAY, hidden=True), Answer(NINA, FRIDAY), Answer(OLA, FRIDAY)])
def test_a_day_that_one_is_not_in_is_not_answered_whatever_is_left_of_it(row: Answer) -> None:
    made = entry(series(), day(9, None), rows=(row,))

    outcome = uploads(made, OLA, calendar(series(), day(9, ACCEPTED)))

    assert said(outcome) == {}
    assert outcome.why == (NOT_THEIRS,)


def test_a_day_that_the_text_had_without_and_apart_is_not_declined_by_leaving_it_apart_no_more() -> None:
    both = calendar(series(NEEDS_ACTION, without_days(9)), day(9))

    outcome = attendee.answer(
        entry(),
        calendar(series(NEEDS_ACTION, without_days(9))),
        actor(OLA),
        overlay={},
        shown=both,
        conditional=True,
        now=LATER,
    )

    assert said(outcome) == {}


def test_a_day_beside_the_rule_can_be_taken_away_too() -> None:
    made = entry(series(), day(20))

    assert said(uploads(made, OLA, calendar(series(NEEDS_ACTION, without_days(20))))) == {
        InstanceId("20261020T080000Z"): (DECLINED, True)
    }


def test_what_is_called_off_as_a_whole_is_not_answered_and_an_echo_of_it_is_no_answer() -> None:
    made = replace(entry(series(NEEDS_ACTION, OFF), day(9, NEEDS_ACTION, OFF)), state=State.CANCELLED)

    def why(says: str) -> tuple[str, ...]:
        return uploads(made, OLA, calendar(series(says, OFF), day(9, NEEDS_ACTION, OFF))).why

    assert why(ACCEPTED) == ("It is called off, so their answer was not taken.",)
    assert why(NEEDS_ACTION) == ()


@pytest.mark.parametrize("address", [OLA, BERIT])
def test_each_of_ones_addresses_answers_the_days_that_it_is_in(address: Address) -> None:
    made = entry(
        series(NEEDS_ACTION, f"ATTENDEE:{BERIT}"), day(9).replace(OLA, address), day(10, None, f"ATTENDEE:{BERIT}")
    )
    both = actor(OLA, BERIT)
    sent = calendar(series(NEEDS_ACTION, f"ATTENDEE:{BERIT}", without_days(9, 10, 11)))
    shown = calendar(
        series(NEEDS_ACTION, f"ATTENDEE:{BERIT}"), day(9).replace(OLA, address), day(10, None, f"ATTENDEE:{BERIT}")
    )

    outcome = attendee.answer(made, sent, both, overlay={}, shown=shown, conditional=True, now=LATER)

    assert {(a.address, a.instance) for a in outcome.answers} == {
        (address, FRIDAY),
        (BERIT, SATURDAY),
        (OLA, SUNDAY),
        (BERIT, SUNDAY),
    }


def test_the_answer_to_a_day_begins_with_how_the_series_was_asked() -> None:
    (row,) = uploads(entry(), OLA, calendar(series(), day(9, ACCEPTED))).answers

    assert (row.asked_at, row.answered_at, row.channel, row.sequence) == (NOW, LATER, "caldav", 0)
