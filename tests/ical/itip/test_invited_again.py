# SPDX-License-Identifier: GPL-3.0-or-later
"""When somebody who is invited from outside is asked again, to what, and what of their answers goes away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ical.answers import ACCEPTED, DECLINED, TENTATIVE, Answer
from ical.instances import SERIES
from ical.itip import replica
from ical.itip.outcome import Entry, Method, Outcome, State
from tests.gateway.services.texts import KARI as KARIS
from tests.gateway.services.texts import NINA
from tests.gateway.services.texts import OLA as OLAS
from tests.gateway.worker.outside import DAY, WEEKLY, said
from tests.ical.itip.invited import (
    FIRST,
    KARI,
    ME,
    NOW,
    OLA,
    SECOND,
    THIRD,
    answered,
    heard,
    keys,
    knowing,
    together,
)

LAST = "20261215"
NEW = "T140000"
LATER = "12:30:00"


def series(*messages: bytes, partstat: str = ACCEPTED) -> Entry:
    """Give a series to which ola was invited, and which he answered."""
    return answered(heard(said("REQUEST", WEEKLY), *messages)[0], partstat)


def apart(entry: Entry, *rows: Answer) -> Entry:
    """Give *entry* with answers to single days."""
    return replace(entry, answers=(*entry.answers, *rows))


def says(day: str, at: str = LATER, *more: str, sequence: int = 0, start: str = "T100000") -> bytes:
    """Give what a message says of one day."""
    return said("REQUEST", *more, day=day, at=at, sequence=sequence, start=start)


def test_an_invitation_asks_under_each_address_that_it_names() -> None:
    _, outcome = heard(said("REQUEST", sequence=3, asked=(OLAS, KARIS, NINA)))

    asked = Answer(OLA, sequence=3, reset_sequence=3, asked_at=NOW)
    assert set(outcome.answers) == {asked, asked._replace(address=KARI)}
    assert outcome.reset == outcome.touched == outcome.firm == {OLA, KARI}


def test_an_answer_that_the_organizer_knows_needs_none() -> None:
    _, outcome = heard(knowing(said(), TENTATIVE))

    (row,) = outcome.answers
    assert (row.partstat, row.shown, row.channel, row.answered_at) == (TENTATIVE, TENTATIVE, replica.CHANNEL, NOW)
    assert outcome.reset == frozenset()
    assert outcome.touched == {OLA}


def test_of_each_day_the_organizer_knows_another_answer() -> None:
    _, outcome = heard(together(knowing(said(day=DAY), ACCEPTED), knowing(says(LAST), DECLINED)))

    assert [(a.instance, a.partstat) for a in outcome.answers] == [(SECOND, ACCEPTED), (THIRD, DECLINED)]


def test_an_invitation_to_a_series_asks_once_whatever_it_says_of_single_days() -> None:
    text = together(said("REQUEST", WEEKLY), says(DAY, start=NEW))

    assert keys(heard(text)[1]) == [(OLA, SERIES)]


def test_whoever_has_not_answered_yet_is_not_asked_again() -> None:
    entry, _ = heard(said("REQUEST", WEEKLY))

    for text in (
        said("REQUEST", WEEKLY, sequence=1, at=LATER),
        together(said("REQUEST", WEEKLY, at=LATER), says(DAY, start=NEW)),
        says(DAY, start=NEW),
    ):
        assert heard(text, entry=entry)[1].answers == ()


def test_whoever_is_asked_again_has_said_nothing_and_sees_it_again() -> None:
    entry = series()
    (row,) = entry.answers
    before = row._replace(hidden=True, delivery="2.0", digest="x", channel="caldav", asked_at=NOW - timedelta(1))

    _, outcome = heard(
        said("REQUEST", WEEKLY, sequence=2, at=LATER),
        entry=replace(entry, answers=(before, row._replace(address=KARI))),
    )

    assert outcome.answers == (
        Answer(OLA, sequence=2, reset_sequence=2, asked_at=NOW, answered_before=row.answered_at),
    )
    assert outcome.ended == {(KARI, SERIES)}
    assert outcome.touched == outcome.firm == outcome.reset == {OLA}


def test_each_address_is_asked_again_by_its_own_answer() -> None:
    entry = answered(heard(said(asked=(OLAS, KARIS)))[0], ACCEPTED)
    mine, other = sorted(entry.answers)
    entry = replace(entry, answers=(mine._replace(answered_at=None), other))

    _, outcome = heard(said(asked=(OLAS, KARIS), sequence=1, at=LATER), entry=entry)

    assert keys(outcome) == [(other.address, SERIES)]


def test_another_time_asks_again_whatever_the_organizer_knows() -> None:
    entry = answered(heard(said())[0], ACCEPTED)

    assert keys(heard(knowing(said(at=LATER, start=NEW), ACCEPTED), entry=entry)[1]) == [(OLA, SERIES)]


def test_what_was_called_off_and_is_on_again_asks_again_whatever_the_organizer_knows() -> None:
    entry = answered(heard(said())[0], ACCEPTED)
    off, _ = heard(said("CANCEL", sequence=1, at="12:10:00"), entry=entry)

    assert keys(heard(knowing(said(sequence=1, at=LATER), ACCEPTED), entry=off)[1]) == [(OLA, SERIES)]


def test_a_day_that_was_called_off_and_is_on_again_asks_for_that_day() -> None:
    entry = series(said("CANCEL", day=DAY, at="12:10:00"))

    _, outcome = heard(knowing(says(DAY), ACCEPTED), entry=entry)

    assert keys(outcome) == [(OLA, SECOND)]


def test_a_day_of_a_series_that_is_called_off_asks_for_that_day_alone() -> None:
    off, _ = heard(said("CANCEL", WEEKLY, sequence=1, at="12:10:00"), entry=series())

    after, outcome = heard(says(DAY, sequence=2), entry=off)

    assert keys(outcome) == [(OLA, SECOND)]
    assert after.state is State.LIVE


def test_a_cancel_asks_nobody_again() -> None:
    entry = series(says(DAY, "12:40:00"))

    after, outcome = heard(said("CANCEL", WEEKLY, sequence=1, at=LATER), entry=entry)
    assert (outcome.answers, after.state) == ((), State.LIVE)

    after, outcome = heard(said("CANCEL", day=DAY, sequence=1, at="12:50:00"), entry=entry)
    assert (outcome.answers, after.state) == ((), State.LIVE)
    assert outcome.touched == {OLA}


def test_a_cancel_that_comes_twice_asks_nobody_again() -> None:
    off, _ = heard(said("CANCEL", sequence=1, at="12:10:00"), entry=answered(heard(said())[0], ACCEPTED))

    _, outcome = heard(said("CANCEL", "COMMENT:Syk", sequence=2, at=LATER), entry=off)

    assert (outcome.answers, outcome.ended, outcome.state) == ((), frozenset(), State.CANCELLED)


def test_a_series_that_stays_called_off_asks_nobody_again_while_a_day_of_it_is_on() -> None:
    off, _ = heard(said("CANCEL", WEEKLY, sequence=1, at="12:10:00"), says(DAY, sequence=2), entry=series())

    _, outcome = heard(said("REQUEST", WEEKLY, "STATUS:CANCELLED", sequence=3, at="12:20:00"), entry=off)

    assert outcome.state is State.LIVE
    assert not outcome.answers


def test_a_cancel_of_what_was_never_known_asks_nobody() -> None:
    after, outcome = heard(said("CANCEL"))

    assert (outcome.answers, outcome.touched, after.state) == ((), frozenset(), State.CANCELLED)


def test_a_day_that_moves_asks_for_that_day_by_the_answer_to_the_series() -> None:
    _, outcome = heard(knowing(says(DAY, start=NEW, sequence=2), ACCEPTED), entry=series())

    assert outcome.answers == (Answer(OLA, SECOND, sequence=2, reset_sequence=2, asked_at=NOW),)
    assert outcome.touched == {OLA}
    assert outcome.shift is None


def test_a_day_that_moves_asks_again_whoever_is_asked_to_it_alone() -> None:
    entry, _ = heard(said(day=DAY))
    moved = says(DAY, start=NEW)

    assert keys(heard(moved, entry=answered(entry, ACCEPTED))[1]) == [(OLA, SECOND)]
    assert keys(heard(moved, entry=entry)[1]) == [(OLA, SECOND)]


def test_a_day_that_was_answered_apart_is_asked_again_by_that_answer() -> None:
    entry = apart(series(), Answer(OLA, SECOND, DECLINED, comment="Nei", answered_at=NOW, written="X"))

    _, outcome = heard(says(DAY, sequence=1), entry=entry)

    assert outcome.answers == (Answer(OLA, SECOND, sequence=1, reset_sequence=1, asked_at=NOW, answered_before=NOW),)


def test_how_much_of_a_task_was_done_on_a_day_stays_known_when_it_is_asked_again() -> None:
    entry = answered(heard(said("REQUEST", WEEKLY, kind="VTODO"))[0], ACCEPTED)
    entry = apart(entry, Answer(OLA, SECOND, ACCEPTED, percent=40, answered_at=NOW))

    _, outcome = heard(said(day=DAY, kind="VTODO", sequence=1, at=LATER), entry=entry)

    assert [(row.instance, row.percent) for row in outcome.answers] == [(SECOND, 40)]


def test_a_day_that_the_message_is_not_about_keeps_its_answer() -> None:
    entry, _ = heard(said(day=DAY))

    _, outcome = heard(says(LAST, sequence=1), entry=answered(entry, ACCEPTED))

    assert keys(outcome) == [(OLA, THIRD)]
    assert outcome.touched == {OLA}


def test_one_more_day_asks_for_that_one_alone() -> None:
    entry = answered(heard(said(day=DAY))[0], ACCEPTED)

    _, outcome = heard(together(knowing(says(DAY), ACCEPTED), says(LAST)), entry=entry)

    assert keys(outcome) == [(OLA, THIRD)]
    assert not outcome.ended


def test_a_day_that_is_called_off_in_a_new_text_of_all_is_not_asked_for() -> None:
    off = says(DAY, LATER, "STATUS:CANCELLED", sequence=1)

    _, outcome = heard(together(said("REQUEST", WEEKLY, sequence=1, at=LATER), off), entry=series())

    assert keys(outcome) == [(OLA, SERIES)]


def test_of_days_alone_one_that_is_called_off_is_not_asked_for() -> None:
    off = says(DAY, LATER, "STATUS:CANCELLED")

    assert keys(heard(together(off, says(LAST)))[1]) == [(OLA, THIRD)]


def test_a_day_that_ola_is_not_asked_to_any_more_is_not_asked_for() -> None:
    entry = apart(series(), Answer(OLA, SECOND, ACCEPTED, answered_at=NOW))
    others = said("REQUEST", day=DAY, sequence=1, at=LATER, asked=(NINA,))

    _, outcome = heard(together(knowing(said("REQUEST", WEEKLY, sequence=1, at=LATER), ACCEPTED), others), entry=entry)

    assert outcome.answers == ()


def test_a_series_that_is_asked_for_again_ends_what_was_said_of_days_without_a_component() -> None:
    days = (Answer(OLA, SECOND, ACCEPTED, answered_at=NOW), Answer(OLA, THIRD, DECLINED, answered_at=NOW))
    entry = apart(series(says(DAY)), *days)

    _, outcome = heard(together(said("REQUEST", WEEKLY, sequence=1, at="12:40:00"), says(DAY, "12:40:00")), entry=entry)

    assert outcome.ended == {(OLA, THIRD)}
    assert keys(outcome) == [(OLA, SERIES), (OLA, SECOND)]


def test_a_series_that_is_not_asked_for_again_ends_nothing() -> None:
    entry = apart(series(), Answer(OLA, SECOND, DECLINED, answered_at=NOW))

    _, outcome = heard(knowing(said("REQUEST", WEEKLY, "LOCATION:Gata", sequence=1, at=LATER), ACCEPTED), entry=entry)

    assert not outcome.answers
    assert not outcome.ended
    assert outcome.touched == {OLA}


def test_whoever_is_left_in_one_day_of_a_series_is_asked_to_that_day() -> None:
    text = together(said("REQUEST", WEEKLY, sequence=1, at=LATER, asked=(NINA,)), says(DAY, sequence=1))

    _, outcome = heard(text, entry=series())

    assert keys(outcome) == [(OLA, SECOND)]
    assert outcome.ended == {(OLA, SERIES)}


def test_whoever_was_asked_to_one_day_is_asked_to_the_series_and_again_to_the_day_where_it_moved() -> None:
    entry = answered(heard(said(day=DAY))[0], ACCEPTED)
    whole = said("REQUEST", WEEKLY, at=LATER)

    assert keys(heard(together(whole, says(DAY)), entry=entry)[1]) == [(OLA, SERIES)]
    assert keys(heard(together(whole, says(DAY, start=NEW)), entry=entry)[1]) == [(OLA, SERIES), (OLA, SECOND)]


def test_a_day_that_is_added_asks_for_no_more_than_the_series_did() -> None:
    entry = series()

    _, outcome = heard(said("ADD", day="20261210", sequence=1, at=LATER), entry=entry)

    assert all(key != (OLA, SERIES) for key in keys(outcome))
    assert outcome.shift is None


def test_a_series_that_moves_takes_what_people_keep_of_days_with_it() -> None:
    _, outcome = heard(said("REQUEST", WEEKLY, sequence=1, at=LATER, start="T110000"), entry=series())

    assert outcome.shift is not None
    assert outcome.shift.of(FIRST) == "20261201T100000Z"


@pytest.mark.parametrize("method", [Method.REQUEST, Method.CANCEL])
def test_what_names_others_only_counts_where_it_calls_off_what_is_known(method: Method) -> None:
    entry, text = series(), said(method, sequence=1, at=LATER, asked=(NINA,))
    ignored = Outcome(why=("A message was ignored: it asks others.",))

    assert replica.receive(None, text, method, ME, now=NOW) == ignored
    known = replica.receive(entry, text, method, ME, now=NOW)
    assert known.state is State.CANCELLED if method is Method.CANCEL else known == ignored
