# SPDX-License-Identifier: GPL-3.0-or-later
"""Which question a message is about, and what was written with it."""

from ical.answers import Answer
from ical.instances import SERIES, InstanceId
from ical.itip.answering import apart
from ical.itip.questions import COMMENT_LENGTH, comment_of, question, rows_of
from ical.overrides import Occurrences
from ical.snapshot import Snapshot, read_object
from tests.ical.itip.company import BERIT, NINA, NOW, OLA, START, meeting
from tests.ical.texts import OSLO, calendar, event

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")


def meant(named: InstanceId, *rows: Answer) -> Answer | None:
    """Give the row of ola's that they mean by *named*, of a meeting on five days."""
    said = read_object(meeting(OLA, more=("RRULE:FREQ=DAILY;COUNT=5",)), OSLO)
    return question(rows_of(rows, OLA), OLA, named, said, Occurrences(said, OSLO))


def message(*lines: str) -> Snapshot:
    """Give a message of berit's."""
    return read_object(calendar(event(START, *lines)), OSLO)


def test_what_others_were_asked_and_the_organizers_own_line_are_no_questions() -> None:
    mine = Answer(OLA, FRIDAY)

    assert rows_of([Answer(NINA), mine, Answer(OLA, organizer=True)], OLA) == {FRIDAY: mine}


def test_whoever_is_asked_to_one_day_alone_means_that_day_by_everything() -> None:
    assert meant(SERIES, Answer(OLA, FRIDAY, asked_at=NOW)) == Answer(OLA, FRIDAY, asked_at=NOW)
    assert meant(SERIES, Answer(OLA, FRIDAY), Answer(OLA, SATURDAY)) is None
    assert meant(SERIES) is None


def test_a_day_of_the_series_is_a_question_of_its_own() -> None:
    series = Answer(OLA, asked_at=NOW)

    assert meant(SATURDAY, series, Answer(OLA, FRIDAY)) == apart(series, SATURDAY)
    assert meant(SATURDAY, Answer(OLA, FRIDAY)) is None


def test_a_comment_stands_in_a_line_of_its_own_or_with_whoever_wrote_it() -> None:
    own = message("COMMENT:Ja\\, gjerne", f"ATTENDEE;X-RESPONSE-COMMENT=Nei:{BERIT}")
    google = message(f"ATTENDEE;X-RESPONSE-COMMENT=Nei:{BERIT}")

    assert comment_of(own, own.main, own.main.people[0]) == "Ja, gjerne"
    assert comment_of(google, google.main, google.main.people[0]) == "Nei"
    assert comment_of(google, google.main, None) is None


def test_a_long_comment_is_cut() -> None:
    long = message(f"COMMENT:{'x' * 3000}")

    assert comment_of(long, long.main, None) == "x" * COMMENT_LENGTH
