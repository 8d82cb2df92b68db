# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a REPLY by mail counts, for which occurrence, and why the rest does not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, NEEDS_ACTION, TENTATIVE, Answer
from ical.errors import NotOneObject
from ical.instances import SERIES, InstanceId
from ical.itip.answering import ONE_ALONE
from ical.itip.inbound import receive
from ical.itip.outcome import Entry, Outcome, State
from tests.ical.itip.company import (
    BERIT,
    END,
    KARI,
    LATER,
    NINA,
    NOW,
    OLA,
    PER,
    START,
    distributed,
    job,
    line_of,
    meeting,
    row,
    with_line,
    with_row,
)
from tests.ical.texts import OSLO, calendar, component, event

STAMP = "DTSTAMP:20261001T130000Z"
FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
NEITHER = "A reply was ignored: it says neither yes nor no."


def part(*lines: str, partstat: str = ACCEPTED, who: str = BERIT, kind: str = "VEVENT", stamp: str = STAMP) -> str:
    """Give one component of a reply."""
    return component(kind, *([stamp] if stamp else []), f"ATTENDEE;PARTSTAT={partstat}:{who}", *lines)


def got(entry: Entry, *parts: str, about: Address = BERIT) -> Outcome:
    """Give what it comes to that a reply of these components arrives where *about* answers."""
    return receive(entry, calendar(*parts, head=("METHOD:REPLY",)), about, zone=OSLO, now=LATER)


def of_day(number: int, hour: int = 10, more: str = "") -> str:
    """Name a day in October by when it starts."""
    return f"RECURRENCE-ID;TZID=Europe/Oslo{more}:202610{number:02}T{hour}0000"


def days(*rows: Answer, on_friday: tuple[str, ...] = (OLA, BERIT), more: tuple[str, ...] = ()) -> Entry:
    """Give a meeting on five days at ten, of which the second is at twelve."""
    organizer, times = f"ORGANIZER:{KARI}", (of_day(9), START.replace("1008T10", "1009T12"))
    whole = event(START, END, "RRULE:FREQ=DAILY;COUNT=5", organizer, f"ATTENDEE:{OLA}", f"ATTENDEE:{BERIT}")
    friday = event(*times, organizer, *(f"ATTENDEE:{a}" for a in on_friday), *more)
    entry = distributed(calendar(whole, friday))
    return replace(entry, answers=tuple(a._replace(asked_at=NOW) for a in rows)) if rows else entry


def answered(outcome: Outcome) -> dict[InstanceId, str]:
    """Give what berit answers to what."""
    assert {a.address for a in outcome.answers} <= {BERIT}
    return {a.instance: a.partstat for a in outcome.answers}


def test_an_answer_to_all_of_it_is_one_to_the_series() -> None:
    apart = days(Answer(BERIT), Answer(BERIT, FRIDAY, DECLINED, answered_at=NOW))

    assert answered(got(days(), part())) == answered(got(apart, part())) == {SERIES: ACCEPTED}


@pytest.mark.parametrize("named", [of_day(9), of_day(9, 12)])
def test_an_answer_to_a_day_names_it_by_either_time(named: str) -> None:
    known = days(Answer(BERIT, FRIDAY, comment="Kommer sent"), Answer(BERIT))

    assert answered(got(days(), part(named))) == {FRIDAY: ACCEPTED}
    assert [(a.instance, a.comment) for a in got(known, part(named)).answers] == [(FRIDAY, "Kommer sent")]


def test_who_was_asked_to_days_alone_answers_all_of_them_where_the_reply_names_none() -> None:
    entry = days(Answer(BERIT, FRIDAY), Answer(BERIT, SATURDAY), Answer(OLA))

    assert answered(got(entry, part())) == {FRIDAY: ACCEPTED, SATURDAY: ACCEPTED}


def test_several_days_are_answered_in_one_reply() -> None:
    outcome = got(days(), part(of_day(9)), part(of_day(10), partstat=DECLINED))

    assert answered(outcome) == {FRIDAY: ACCEPTED, SATURDAY: DECLINED}


@pytest.mark.parametrize(
    ("entry", "named", "why"),
    [
        (days(Answer(BERIT, FRIDAY)), of_day(10), f"berit@kunde.example is not asked to {SATURDAY}"),
        (days(on_friday=(OLA,)), of_day(9), f"berit@kunde.example is not asked to {FRIDAY}"),
        (days(), of_day(10, 11), "berit@kunde.example is not asked to 20261010T090000Z"),
    ],
)
def test_whoever_is_not_asked_to_a_day_cannot_answer_it(entry: Entry, named: str, why: str) -> None:
    outcome = got(entry, part(named))

    assert outcome.answers == ()
    assert outcome.why == (f"A reply was ignored: {why}, or there is no such occurrence.",)


def test_a_day_that_is_called_off_cannot_be_answered() -> None:
    outcome = got(days(more=("STATUS:CANCELLED",)), part(of_day(9)), part())

    assert answered(outcome) == {SERIES: ACCEPTED}
    assert outcome.why[-1] == f"A reply was ignored: {FRIDAY} has been called off."


def test_an_answer_for_all_later_days_is_one_for_that_day_and_it_is_said_so() -> None:
    sentence = f"berit@kunde.example answered ACCEPTED for {SATURDAY} by mail."

    assert got(days(), part(of_day(10, more=";RANGE=THISANDFUTURE"))).why == (sentence, ONE_ALONE)
    assert got(days(), part(of_day(10))).why == (sentence,)


def test_what_says_nothing_beside_an_answer_is_told_and_the_answer_taken() -> None:
    outcome = got(days(), part(of_day(9), partstat=NEEDS_ACTION), part(of_day(10)))

    assert answered(outcome) == {SATURDAY: ACCEPTED}
    assert outcome.why[-1] == NEITHER


def test_what_says_nothing_beside_what_is_refused_is_told() -> None:
    outcome = got(days(), part(of_day(9), partstat=NEEDS_ACTION), part(of_day(10, 11)))

    assert outcome.answers == ()
    assert NEITHER in outcome.why


@pytest.mark.parametrize(("many", "more"), [(10, ()), (12, ("2 more were ignored.",))])
def test_ten_reasons_are_told_apart(many: int, more: tuple[str, ...]) -> None:
    outcome = got(days(), *(part(of_day(10, hour)) for hour in range(11, 11 + many)))

    assert len(outcome.why) == 10 + len(more)
    assert outcome.why[10:] == more


@pytest.mark.parametrize("about", [NINA, KARI])
def test_who_is_not_asked_by_the_organizer_is_told_to_be_none(about: Address) -> None:
    outcome = got(distributed(meeting(KARI, BERIT)), part(who=about), about=about)

    name = about.removeprefix("mailto:")
    assert outcome == Outcome(why=(f"A reply was ignored: {name} is not asked any more.",))


def test_what_is_ignored_leaves_it_as_closed_and_as_called_off_as_it_is() -> None:
    entry = replace(distributed(job(BERIT)), closed=True, state=State.CANCELLED)

    outcome = got(entry, part(kind="VTODO"))

    assert outcome == Outcome(state=State.CANCELLED, closed=True, why=("A reply was ignored: it has been called off.",))


def test_an_alias_is_believed_only_where_the_sender_is_known_and_speaks_for_themselves_alone() -> None:
    entry = distributed(meeting(BERIT))
    alone = part(who="mailto:b.kunde@annet.example")
    both = alone.replace("END:VEVENT", f"ATTENDEE;PARTSTAT=DECLINED:{OLA}\nEND:VEVENT")

    taken = {
        len(receive(entry, calendar(text, head=("METHOD:REPLY",)), BERIT, zone=OSLO, now=LATER, alias=alias).answers)
        for text, alias in ((both, True), (both, False), (alone, False))
    }

    assert taken == {0}
    assert got(entry, alone).answers == ()


@pytest.mark.parametrize(
    ("partstat", "lines", "was", "expected"),
    [
        (ACCEPTED, (), {}, (ACCEPTED, None)),
        (NEEDS_ACTION, ("PERCENT-COMPLETE:40",), {}, (IN_PROCESS, 40)),
        (IN_PROCESS, ("PERCENT-COMPLETE:60",), {"partstat": IN_PROCESS, "percent": 40}, (IN_PROCESS, 60)),
        (TENTATIVE, ("PERCENT-COMPLETE:40",), {"partstat": ACCEPTED, "percent": 40}, (TENTATIVE, 40)),
        (
            COMPLETED,
            ("STATUS:IN-PROCESS", "PERCENT-COMPLETE:50"),
            {"partstat": COMPLETED, "percent": 100, "completed_at": NOW},
            (IN_PROCESS, 50),
        ),
        (ACCEPTED, (), {"partstat": ACCEPTED}, (ACCEPTED, None)),
    ],
)
def test_a_reply_to_a_task_says_it_by_the_answer_or_by_the_progress(
    partstat: str, lines: tuple[str, ...], was: dict[str, object], expected: tuple[str, int | None]
) -> None:
    entry = with_row(distributed(job(BERIT)), BERIT, **was)

    answer = row(got(entry, part(*lines, partstat=partstat, kind="VTODO")), BERIT)

    assert (answer.partstat, answer.percent) == expected


def test_a_reply_to_a_task_that_says_neither_answer_nor_progress_is_for_the_organizer_to_read() -> None:
    with pytest.raises(NotOneObject, match="neither"):
        got(distributed(job(BERIT)), part(partstat=NEEDS_ACTION, kind="VTODO"))


def test_a_day_of_a_task_that_is_done_as_a_whole_was_done_then() -> None:
    whole = component("VTODO", "DUE;TZID=Europe/Oslo:20261008T110000", "RRULE:FREQ=DAILY;COUNT=5")
    people = f"\nORGANIZER:{KARI}\nATTENDEE:{BERIT}\nEND:VTODO"
    entry = distributed(calendar(whole.replace("\nEND:VTODO", people)))
    done = Answer(BERIT, SERIES, COMPLETED, percent=100, completed_at=NOW, answered_at=NOW)

    outcome = got(replace(entry, answers=(done,)), part(of_day(9, 11), partstat=COMPLETED, kind="VTODO"))

    assert [(a.instance, a.completed_at) for a in outcome.answers] == [("20261009T090000Z", NOW)]


def handing_on(to: str, *lines: str) -> str:
    """Give a reply by which berit hands her place on."""
    return part(*lines).replace(f"PARTSTAT=ACCEPTED:{BERIT}", f"PARTSTAT=DELEGATED{to}:{BERIT}")


def test_a_reply_hands_the_place_on_to_whom_it_names() -> None:
    nina, per = f"ATTENDEE;CN=Nina:{NINA}", f'ATTENDEE;CN=Per;DELEGATED-FROM="{BERIT}":{PER}'

    outcome = got(distributed(meeting(BERIT)), handing_on(f';DELEGATED-TO="{PER}"', nina, per))

    assert {a.address: a.delegated_to for a in outcome.answers} == {BERIT: PER, PER: None}
    assert [m.to for m in outcome.messages if m.first] == [(PER,)]
    assert line_of(outcome.shared or b"", PER).parameter("CN") == "Per"


@pytest.mark.parametrize("to", ["", f';DELEGATED-TO="{BERIT}"'])
def test_a_reply_that_hands_the_place_on_to_nobody_else_is_for_the_organizer_to_read(to: str) -> None:
    with pytest.raises(NotOneObject, match="neither"):
        got(distributed(meeting(BERIT)), handing_on(to))


def test_whoever_accepts_hands_nothing_on_whatever_the_line_says() -> None:
    text = handing_on(f';DELEGATED-TO="{PER}"').replace("DELEGATED;", "ACCEPTED;")

    outcome = got(distributed(meeting(BERIT)), text)

    assert [(a.address, a.partstat, a.delegated_to) for a in outcome.answers] == [(BERIT, ACCEPTED, None)]
    assert outcome == got(distributed(meeting(BERIT)), part())


def test_a_reply_without_a_time_answers_what_was_asked_last() -> None:
    entry = with_row(distributed(meeting(BERIT)), BERIT, reset_sequence=3)

    answer = row(got(entry, part(stamp="")), BERIT)

    assert (answer.sequence, answer.stamp) == (3, None)


@pytest.mark.parametrize(
    ("asked_at", "sequence"),
    [
        (None, 3),
        (datetime.fromisoformat("2026-10-01T13:00:00.500000Z"), 3),
        (datetime.fromisoformat("2026-10-01T12:59:59Z"), 3),
        (datetime.fromisoformat("2026-10-01T13:00:01Z"), None),
    ],
)
def test_a_reply_without_sequence_answers_the_last_question_that_there_was(
    asked_at: datetime | None, sequence: int | None
) -> None:
    entry = with_row(distributed(meeting(BERIT)), BERIT, reset_sequence=3, asked_at=asked_at)

    outcome = got(entry, part())

    assert [a.sequence for a in outcome.answers] == ([] if sequence is None else [sequence])
    if sequence is None:
        stale = "it answers SEQUENCE 2, and berit@kunde.example was asked again at 3"
        assert outcome.why == (f"A reply was ignored: {stale}.",)


@pytest.mark.parametrize(("said", "kept"), [(7, 4), (4, 4)])
def test_nobody_answers_what_has_not_been_asked_yet(said: int, kept: int) -> None:
    entry = with_row(distributed(with_line(meeting(BERIT), "SEQUENCE:4")), BERIT, asked_at=LATER - timedelta(minutes=1))

    assert row(got(entry, part(f"SEQUENCE:{said}")), BERIT).sequence == kept


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        ((), "2.0"),
        (("REQUEST-STATUS:2.8;Success\\, repeating event ignored",), "2.8"),
        (("REQUEST-STATUS:2.8;A", "REQUEST-STATUS:3.7.1;B", "REQUEST-STATUS:2.8;C"), "2.8,3.7.1"),
        (("REQUEST-STATUS:ok", "REQUEST-STATUS:9.9;no"), "2.0"),
        (tuple(f"REQUEST-STATUS:2.{n};x" for n in range(1, 8)), "2.1,2.2,2.3,2.4,2.5"),
    ],
)
def test_how_the_request_fared_stands_as_its_status(lines: tuple[str, ...], kept: str) -> None:
    assert row(got(distributed(meeting(BERIT)), part(*lines)), BERIT).delivery == kept


def test_a_comment_is_cut_at_two_thousand_characters_and_an_empty_one_is_none() -> None:
    entry = distributed(meeting(BERIT))

    assert row(got(entry, part(f"COMMENT:{'å' * 3000}")), BERIT).comment == "å" * 2000
    assert row(got(entry, part("COMMENT:")), BERIT).comment is None
