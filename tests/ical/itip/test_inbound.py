# SPDX-License-Identifier: GPL-3.0-or-later
"""What a REPLY by mail comes to (issue: the story, point 2; law 11)."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ical import view
from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, NEEDS_ACTION, TENTATIVE
from ical.errors import IcalError, NotOneObject, TooLarge
from ical.itip.inbound import receive
from ical.itip.outcome import Entry, Method, Outcome
from tests.ical.itip.company import (
    BERIT,
    KARI,
    LATER,
    NINA,
    NOW,
    OLA,
    applied,
    distributed,
    job,
    meeting,
    partstats,
    reading,
    row,
    saves,
    with_line,
    with_row,
)
from tests.ical.texts import OSLO, SAMPLES, calendar, component

STAMP = "DTSTAMP:20261001T130000Z"
BEGIN = "DTSTART;TZID=Europe/Oslo:20261008T100000"


def reply(
    *lines: str, kind: str = "VEVENT", who: str = BERIT, partstat: str = ACCEPTED, method: str = "REPLY"
) -> bytes:
    """Give berit's reply."""
    return calendar(component(kind, f"ATTENDEE;PARTSTAT={partstat}:{who}", *lines), head=(f"METHOD:{method}",))


def got(entry: Entry, text: bytes, *, about: Address = BERIT, alias: bool = False) -> Outcome:
    """Give what it comes to that *text* arrives where *about* answers."""
    return receive(entry, text, about, zone=OSLO, now=LATER, alias=alias)


def test_an_answer_by_mail_is_everybodys_and_the_organizer_is_told() -> None:
    entry = distributed(meeting(OLA, BERIT))

    outcome = got(entry, reply(STAMP, "SEQUENCE:0", f"ORGANIZER:{KARI}"))

    assert [(m.method, m.to, m.about) for m in outcome.messages] == [(Method.REPLY, (KARI,), BERIT)]
    assert row(outcome, BERIT).channel == "mail"
    after = applied(entry, outcome)
    assert partstats(view.for_organizer(after, OSLO))[BERIT] == ACCEPTED
    assert partstats(reading(after, OLA))[BERIT] == ACCEPTED
    assert outcome.firm == frozenset()


def test_exchanges_reply_without_organizer_is_taken() -> None:
    raw = (SAMPLES / "outlook" / "exchange-reply-without-organizer.ics").read_bytes()
    uid = "UID:3f0a3c1e-2d0f-4d3b-9c55-5b1a4a8b1b67"
    entry = distributed(meeting(BERIT).replace(b"UID:entry-1", uid.encode()))

    assert row(got(entry, raw), BERIT).partstat == ACCEPTED


def test_only_the_answer_is_taken_from_a_reply() -> None:
    entry = distributed(meeting(OLA, BERIT))

    outcome = got(
        entry, reply(STAMP, "SUMMARY:Noe annet", "DTSTART:20300101T000000Z", f"ATTENDEE;PARTSTAT=DECLINED:{OLA}")
    )

    assert outcome.words is None
    assert outcome.shared is None
    assert [a.address for a in outcome.answers] == [BERIT]


def test_a_comment_comes_with_the_answer() -> None:
    entry = distributed(meeting(BERIT))

    assert row(got(entry, reply(STAMP, "COMMENT:Kommer\\, men sent\\n")), BERIT).comment == "Kommer, men sent\n"
    google = calendar(
        component("VEVENT", STAMP, f'ATTENDEE;PARTSTAT=DECLINED;X-RESPONSE-COMMENT="Ferie, dessverre":{BERIT}'),
        head=("METHOD:REPLY",),
    )
    assert row(got(entry, google), BERIT).comment == "Ferie, dessverre"


def test_the_same_reply_twice_is_one_answer() -> None:
    entry = distributed(meeting(BERIT))
    once = applied(entry, got(entry, reply(STAMP)))

    again = got(once, reply(STAMP))

    assert (again.answers, again.messages) == ((), ())
    assert "once more" in again.why[0]


def test_a_repeated_answer_is_noted_and_seen_by_nobody() -> None:
    entry = distributed(meeting(OLA, BERIT))
    once = applied(entry, got(entry, reply("DTSTAMP:20261001T130000Z")))

    again = got(once, reply("DTSTAMP:20261001T150000Z"))
    twice = applied(once, again)
    late = got(twice, reply("DTSTAMP:20261001T140000Z", partstat=DECLINED))

    assert (again.messages, again.touched) == ((), frozenset())
    assert view.for_organizer(twice, OSLO) == view.for_organizer(once, OSLO)
    assert "newer answer" in late.why[0]


def test_a_reply_to_an_older_question_is_no_answer() -> None:
    entry = distributed(meeting(BERIT))
    entry = applied(entry, saves(entry, with_line(view.for_organizer(entry, OSLO), "DTSTART:20261009T100000Z")))

    stale = got(entry, reply(STAMP, "SEQUENCE:0"))
    fresh = got(entry, reply("DTSTAMP:20261002T130000Z", "SEQUENCE:1"))

    assert stale.answers == ()
    assert "asked again" in stale.why[0]
    assert row(fresh, BERIT).partstat == ACCEPTED


def test_a_reply_without_sequence_answers_what_was_asked_before_it_was_written() -> None:
    entry = distributed(meeting(BERIT))
    entry = applied(entry, saves(entry, with_line(view.for_organizer(entry, OSLO), "DTSTART:20261009T100000Z")))

    assert got(entry, reply("DTSTAMP:20261001T130000Z")).answers == ()
    assert got(entry, reply("DTSTAMP:20261002T130000Z")).answers != ()


def test_an_older_mail_that_comes_late_changes_nothing() -> None:
    entry = distributed(meeting(BERIT))
    entry = applied(entry, got(entry, reply("DTSTAMP:20261001T140000Z", partstat=DECLINED)))

    assert got(entry, reply("DTSTAMP:20261001T130000Z")).answers == ()
    assert row(entry, BERIT).partstat == DECLINED


def test_across_doors_the_last_to_arrive_counts() -> None:
    entry = with_row(
        distributed(meeting(BERIT)),
        BERIT,
        partstat=DECLINED,
        channel="link",
        stamp=NOW + timedelta(days=30),
        digest="x",
    )

    assert row(got(entry, reply(STAMP)), BERIT).partstat == ACCEPTED


def test_a_clock_that_goes_ahead_does_not_lock_later_answers_out() -> None:
    entry = distributed(meeting(BERIT))
    entry = applied(entry, got(entry, reply("DTSTAMP:20990101T000000Z")))

    stamp = row(entry, BERIT).stamp
    assert stamp is not None
    assert stamp <= LATER


def test_an_answer_for_others_is_said_so_and_changes_nothing() -> None:
    outcome = got(distributed(meeting(BERIT, NINA)), reply(STAMP, who=NINA))

    assert (outcome.answers, outcome.messages, outcome.touched) == ((), (), frozenset())
    assert "others" in outcome.why[0]


@pytest.mark.parametrize("partstat", [NEEDS_ACTION, COMPLETED, "X-OTHER"])
def test_what_says_neither_yes_nor_no_is_for_the_organizer_to_read(partstat: str) -> None:
    with pytest.raises(NotOneObject, match="neither"):
        got(distributed(meeting(BERIT, NINA)), reply(STAMP, partstat=partstat))


def test_an_answer_to_one_occurrence_is_not_taken_for_the_series() -> None:
    lone = reply(STAMP).replace(b"END:VEVENT", b"RECURRENCE-ID:20261204T090000Z\r\nEND:VEVENT")

    outcome = got(distributed(meeting(BERIT, NINA)), lone)

    assert outcome.answers == ()
    assert "no such occurrence" in outcome.why[0]


def test_one_who_is_not_asked_any_more_cannot_answer() -> None:
    entry = distributed(meeting(BERIT, OLA))
    entry = applied(entry, saves(entry, meeting(OLA)))

    assert got(entry, reply(STAMP)).answers == ()


def test_what_was_called_off_cannot_be_answered() -> None:
    entry = distributed(meeting(BERIT))
    entry = applied(entry, saves(entry, with_line(meeting(BERIT), "STATUS:CANCELLED")))

    assert "called off" in got(entry, reply(STAMP, "SEQUENCE:1")).why[0]


def test_an_alias_counts_where_the_sender_is_known_to_be_the_same() -> None:
    entry = distributed(meeting(BERIT))
    text = reply(STAMP, who="mailto:b.kunde@annet.example")

    assert got(entry, text).answers == ()
    assert row(got(entry, text, alias=True), BERIT).partstat == ACCEPTED


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (reply(STAMP, method="REQUEST"), NotOneObject),
        (reply(STAMP, "UID:another"), NotOneObject),
        (reply(STAMP, kind="VTODO"), NotOneObject),
        (reply(STAMP, f"X-BIG:{'a' * 600_000}"), TooLarge),
        (b"From: berit", IcalError),
    ],
)
def test_what_is_no_reply_to_it_is_refused(text: bytes, error: type[IcalError]) -> None:
    with pytest.raises(error):
        got(distributed(meeting(BERIT)), text)


def test_a_contact_tells_how_far_a_task_has_come() -> None:
    entry = distributed(job(BERIT, OLA))

    begun = got(entry, reply(STAMP, "STATUS:IN-PROCESS", "PERCENT-COMPLETE:40", kind="VTODO", partstat=IN_PROCESS))
    done = got(entry, reply(STAMP, "COMPLETED:20261001T120000Z", kind="VTODO", partstat=COMPLETED))

    assert (row(begun, BERIT).partstat, row(begun, BERIT).percent) == (IN_PROCESS, 40)
    assert row(done, BERIT).partstat == COMPLETED
    assert f"{row(done, BERIT).completed_at:%H:%M}" == "12:00"


REPLIES = st.lists(
    st.tuples(st.sampled_from([ACCEPTED, DECLINED, TENTATIVE]), st.integers(0, 3), st.integers(0, 2)), max_size=4
)


@given(REPLIES)
def test_replies_by_mail_come_to_the_same_in_every_order(told: list[tuple[str, int, int]]) -> None:
    entry = distributed(meeting(BERIT))
    texts = [reply(f"DTSTAMP:20261001T13000{at}Z", f"SEQUENCE:{n}", partstat=p) for p, at, n in told]

    ends = set()
    for order in permutations(texts):
        after = entry
        for text in (*order, *order):
            after = applied(after, got(after, text))
        ends.add(row(after, BERIT)._replace(answered_at=None))

    assert len(ends) == 1
