# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in the inbox of somebody who is invited from outside, and what the log says of it."""

from dataclasses import replace

import pytest

from ical.answers import ACCEPTED, DECLINED, Answer
from ical.instances import SERIES, InstanceId
from ical.itip import replica
from ical.itip.outcome import Entry, Message, Method, Outcome, State
from tests.gateway.services.texts import KARI as KARIS
from tests.gateway.services.texts import OLA as OLAS
from tests.gateway.worker.outside import DAY, WEEKLY, said
from tests.ical.itip.invited import KARI, ME, NOW, OLA, SECOND, THIRD, answered, heard, knowing, together

WHO = "berit@kunde.example"
LATER = "12:30:00"


def told(outcome: Outcome) -> list[tuple[str, InstanceId, bool]]:
    """Give method, occurrence and whether it is the first, of each message."""
    return [(m.method.value, m.instance, m.first) for m in outcome.messages]


@pytest.fixture
def series() -> Entry:
    """Give a series to which ola was invited, and which he accepted."""
    return answered(heard(said("REQUEST", WEEKLY))[0], ACCEPTED)


@pytest.mark.parametrize("method", [Method.REQUEST, Method.ADD, Method.CANCEL])
def test_an_organizer_sends_three_methods_to_those_invited(method: Method) -> None:
    assert method in replica.METHODS
    assert replica.receive(None, said(method), method, ME, now=NOW).shared is not None


def test_an_invitation_is_one_message_to_all_addresses_that_it_names() -> None:
    _, outcome = heard(said("REQUEST", WEEKLY, sequence=2, asked=(OLAS, KARIS)))

    text = outcome.shared or b""
    assert outcome.messages == (Message(Method.REQUEST, (KARI, OLA), text, 2, first=True),)
    assert (outcome.words, outcome.sequence) == (text, 2)
    assert outcome.why == (f"{WHO} invites (SEQUENCE 2).",)


def test_an_invitation_to_days_alone_is_one_message_too() -> None:
    _, outcome = heard(together(said(day=DAY), said(day="20261215")))

    assert told(outcome) == [("REQUEST", SERIES, True)]
    assert outcome.why == (f"{WHO} invites (SEQUENCE 0, for {SECOND}, {THIRD}).",)


def test_what_is_known_of_others_alone_is_an_invitation_when_it_asks() -> None:
    unknown, _ = heard(said("CANCEL", at="11:00:00"))

    _, outcome = heard(said("REQUEST", sequence=1, at=LATER), entry=unknown)

    assert told(outcome) == [("REQUEST", SERIES, True)]
    assert outcome.why == (f"{WHO} invites (SEQUENCE 1).",)


def test_a_change_of_all_is_one_message_whatever_it_says_of_days(series: Entry) -> None:
    text = together(said("REQUEST", WEEKLY, sequence=1, at=LATER), said(day=DAY, sequence=1, at=LATER))

    _, outcome = heard(knowing(text, ACCEPTED), entry=series)

    assert told(outcome) == [("REQUEST", SERIES, False)]
    assert outcome.why == (f"{WHO} changed it (SEQUENCE 1).",)


def test_a_change_of_days_is_a_message_for_each(series: Entry) -> None:
    text = together(*(said("REQUEST", "LOCATION:Ute", day=day, sequence=1, at=LATER) for day in ("20261215", DAY)))

    _, outcome = heard(knowing(text, ACCEPTED), entry=series)

    assert told(outcome) == [("REQUEST", SECOND, False), ("REQUEST", THIRD, False)]
    assert outcome.why == (f"{WHO} changed it (SEQUENCE 1, for {SECOND}, {THIRD}).",)


def test_a_day_that_is_added_comes_as_a_request_for_it(series: Entry) -> None:
    _, outcome = heard(said("ADD", day="20261210", sequence=1, at=LATER), entry=series)

    thursday = InstanceId("20261210T090000Z")
    assert told(outcome) == [("REQUEST", thursday, False)]
    assert outcome.why == (f"{WHO} changed it (SEQUENCE 1, for {thursday}).",)


def test_of_more_than_five_days_the_log_names_five(series: Entry) -> None:
    days = [f"202612{number}" for number in ("01", "08", "15", "22", "29", "10")]
    text = together(*(said("REQUEST", "LOCATION:Ute", day=day, sequence=1, at=LATER) for day in days))

    assert heard(knowing(text, ACCEPTED), entry=series)[1].why[0].count("Z") == 5


def test_the_end_is_a_cancel(series: Entry) -> None:
    _, outcome = heard(said("CANCEL", WEEKLY, sequence=1, at=LATER), entry=series)

    assert told(outcome) == [("CANCEL", SERIES, False)]
    assert outcome.why == (f"{WHO} called it off (SEQUENCE 1).",)


def test_the_end_of_a_day_is_a_cancel_of_it(series: Entry) -> None:
    _, outcome = heard(said("CANCEL", day=DAY, sequence=1, at=LATER), entry=series)

    assert told(outcome) == [("CANCEL", SECOND, False)]
    assert outcome.why == (f"{WHO} called it off (SEQUENCE 1, for {SECOND}).",)


def test_whoever_was_never_asked_gets_no_message() -> None:
    _, outcome = heard(said("CANCEL"))

    assert outcome.messages == ()
    assert outcome.why == (f"{WHO} called it off (SEQUENCE 0).",)


def test_the_log_says_whose_answer_is_in_question(series: Entry) -> None:
    entry = replace(
        series,
        answers=(
            *series.answers,
            Answer(OLA, SECOND, DECLINED, answered_at=NOW),
            Answer(OLA, THIRD),
        ),
    )
    text = together(*(said("REQUEST", day=day, sequence=1, at=LATER, start="T140000") for day in (DAY, "20261215")))

    _, outcome = heard(text, entry=entry)

    assert {row.instance for row in outcome.answers} == {SECOND, THIRD}
    assert outcome.why[1:] == ("ola@byggbo.example is asked again, and had answered DECLINED.",)


def test_what_is_ignored_leaves_all_as_it_is_and_says_why(series: Entry) -> None:
    entry = replace(series, closed=True, state=State.CANCELLED)

    outcome = replica.receive(entry, said("REQUEST", WEEKLY), Method.REQUEST, ME, now=NOW)

    why = "A message was ignored: it is old, or came before."
    assert outcome == Outcome(state=State.CANCELLED, closed=True, why=(why,))


def test_an_end_that_does_not_say_when_it_was_of_what_is_not_known_is_ignored() -> None:
    text = b"".join(
        line for line in said("CANCEL").splitlines(keepends=True) if not line.startswith((b"DTSTART", b"DURATION"))
    )

    outcome = replica.receive(None, text, Method.CANCEL, ME, now=NOW)

    assert outcome == Outcome(why=("A message was ignored: nothing is known of it.",))
