# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer changes, whichever door it came through."""

from dataclasses import replace

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, NEEDS_ACTION, TENTATIVE, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.answering import REPLIED, Said, again, allowed, apart, claim_of, record
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.kinds import Kind
from ical.snapshot import read_object
from ical.tasks import Share
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
    meeting,
    row,
    with_parameters,
    with_partstat,
)
from tests.ical.texts import OSLO, calendar, event

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
YES = Said(Share(ACCEPTED), 0, NOW, "mail")
OLAS = frozenset({OLA})


def recorded(entry: Entry, *answers: tuple[Answer, Said], actor: frozenset[Address] = OLAS) -> Outcome:
    """Give what it comes to that these answers arrive."""
    return record(entry, answers, actor=actor, zone=OSLO, now=LATER)


def with_rows(entry: Entry, *rows: Answer) -> Entry:
    """Give *entry* with these answers, and no others."""
    return replace(entry, answers=rows)


def days(*, friday: tuple[str, ...] = (OLA, NINA), series: tuple[str, ...] = (OLA, NINA)) -> Entry:
    """Give a series of which the second day has a component of its own."""
    organizer, name = f"ORGANIZER:{KARI}", f"RECURRENCE-ID{START[7:]}".replace("1008T", "1009T")
    times = [line.replace("1008T", "1009T") for line in (START, END)]
    whole = event(START, END, "RRULE:FREQ=DAILY;COUNT=5", organizer, *(f"ATTENDEE:{a}" for a in series))
    return distributed(calendar(whole, event(name, *times, organizer, *(f"ATTENDEE:{a}" for a in friday))))


@pytest.mark.parametrize(("people", "at_once"), [(50, True), (51, False)])
def test_in_a_crowd_others_see_an_answer_later_and_the_organizer_at_once(people: int, at_once: bool) -> None:
    entry = replace(distributed(meeting(OLA, NINA)), crowd=people)

    outcome = recorded(entry, (row(entry, OLA), YES))

    assert (row(outcome, OLA).partstat, row(outcome, OLA).shown) == (ACCEPTED, ACCEPTED if at_once else NEEDS_ACTION)
    assert outcome.touched == ({KARI, OLA, NINA} if at_once else {KARI, OLA})
    assert [m.to for m in outcome.messages] == [(KARI,)]


def test_an_answer_is_kept_as_it_came() -> None:
    entry = distributed(job(OLA))
    share = Share(COMPLETED, 100, NOW)
    said = Said(share, 3, NOW, "mail", comment="Ferdig", written=ACCEPTED, hidden=True, delivery="2.8")

    kept = row(recorded(entry, (row(entry, OLA)._replace(answered_before=NOW), said)), OLA)

    assert kept == Answer(
        OLA,
        partstat=COMPLETED,
        shown=COMPLETED,
        sequence=3,
        stamp=NOW,
        digest=said.digest,
        channel="mail",
        percent=100,
        completed_at=NOW,
        written=ACCEPTED,
        comment="Ferdig",
        asked_at=NOW,
        answered_at=LATER,
        delivery="2.8",
        hidden=True,
    )


def test_an_answer_without_a_comment_leaves_the_one_that_there_was() -> None:
    before = Answer(OLA, partstat=DECLINED, comment="Ferie")

    assert row(recorded(with_rows(distributed(meeting(OLA)), before), (before, YES)), OLA).comment == "Ferie"


@pytest.mark.parametrize(
    "other",
    [
        replace(YES, share=Share(TENTATIVE)),
        replace(YES, share=Share(ACCEPTED, 40)),
        replace(YES, share=Share(ACCEPTED, completed_at=NOW)),
        replace(YES, share=Share(ACCEPTED, delegated_to=PER)),
        replace(YES, comment="Kommer"),
        replace(YES, sequence=1),
        replace(YES, stamp=LATER),
        replace(YES, claim="what it was read from"),
    ],
)
def test_what_says_anything_else_is_no_repeat(other: Said) -> None:
    assert other.digest != YES.digest


def test_the_same_upload_is_a_repeat_whatever_was_read_from_it() -> None:
    one, other = (replace(YES, share=Share(partstat), claim="the same") for partstat in (ACCEPTED, DECLINED))

    assert one.digest == other.digest


def test_of_several_answers_those_are_told_that_are_others_now() -> None:
    stood = Answer(OLA, FRIDAY, ACCEPTED, ACCEPTED, stamp=NOW, answered_at=NOW, asked_at=NOW, channel="link")
    fresh = Answer(OLA, SATURDAY, asked_at=NOW)
    later = Said(Share(ACCEPTED), 2, LATER, "mail")
    entry = with_rows(distributed(meeting(OLA)), stood, fresh)

    outcome = recorded(entry, (stood, later), (fresh, later))

    assert [(m.method, m.about, m.instance) for m in outcome.messages] == [(Method.REPLY, OLA, SATURDAY)]
    assert {a.instance: (a.answered_at, a.stamp, a.delivery, a.hidden) for a in outcome.answers} == {
        FRIDAY: (NOW, LATER, "", False),
        SATURDAY: (LATER, LATER, REPLIED, False),
    }
    assert {(a.sequence, a.channel) for a in outcome.answers} == {(2, "mail")}
    assert outcome.why == (f"ola@byggbo.example answered ACCEPTED for {SATURDAY} by mail.",)


def test_what_is_only_put_out_of_sight_is_nobodys_news_and_stays_answered_when_it_was() -> None:
    stood = Answer(OLA, FRIDAY, DECLINED, DECLINED, answered_at=NOW, asked_at=NOW, delivery="1.2")
    entry = with_rows(distributed(meeting(OLA)), stood)

    outcome = recorded(entry, (stood, Said(Share(DECLINED), 0, None, "caldav", hidden=True)))

    assert (outcome.messages, outcome.why) == ((), ())
    assert [(a.hidden, a.answered_at, a.delivery) for a in outcome.answers] == [(True, NOW, "1.2")]
    assert outcome.touched == outcome.firm == {OLA}


def test_the_same_answer_by_the_same_door_without_a_time_changes_no_row() -> None:
    stood = Answer(OLA, partstat=ACCEPTED, shown=ACCEPTED, answered_at=NOW, asked_at=NOW)

    outcome = recorded(with_rows(distributed(meeting(OLA)), stood), (stood, replace(YES, stamp=None)))

    assert outcome == Outcome()


def test_whoever_answers_a_task_is_as_closed_and_as_called_off_as_it_was() -> None:
    entry = replace(distributed(job(OLA)), closed=True, state=State.CANCELLED)

    for outcome in (recorded(entry, (row(entry, OLA), YES)), recorded(entry)):
        assert (outcome.closed, outcome.state) == (True, State.CANCELLED)


def test_a_day_that_says_what_the_series_says_from_now_on_is_no_news() -> None:
    series = Answer(OLA, asked_at=NOW)
    entry = with_rows(days(), series)

    outcome = recorded(entry, (series, YES), (apart(series, FRIDAY), YES))

    assert [m.instance for m in outcome.messages] == [SERIES]


def test_a_day_that_was_answered_otherwise_is_news_though_the_series_says_the_same_now() -> None:
    series = Answer(OLA, partstat=ACCEPTED, answered_at=NOW, asked_at=NOW)
    friday = series._replace(instance=FRIDAY)
    no = replace(YES, share=Share(DECLINED))

    outcome = recorded(with_rows(days(), series, friday), (series, no), (friday, no))

    assert [m.instance for m in outcome.messages] == [SERIES, FRIDAY]


def test_one_reply_tells_of_all_addresses_of_a_person() -> None:
    entry = distributed(meeting(OLA, BERIT))

    outcome = recorded(entry, (row(entry, OLA), YES), (row(entry, BERIT), YES))

    assert [(m.about, m.sequence, m.base) for m in outcome.messages] == [(OLA, 0, entry.shared)]


def test_whoever_reads_the_line_reads_another_text() -> None:
    entry = days(friday=(OLA, PER))

    on_friday = recorded(entry, (apart(row(entry, OLA), FRIDAY), YES))
    on_a_day_like_others = recorded(entry, (apart(row(entry, OLA), SATURDAY), YES))
    in_the_series = recorded(entry, (row(entry, NINA), YES), actor=frozenset({NINA}))
    in_both = recorded(entry, (row(entry, OLA), YES))

    assert on_friday.touched == {KARI, OLA, PER}
    assert on_a_day_like_others.touched == {KARI, OLA}
    assert in_the_series.touched == {KARI, OLA, NINA}
    assert in_both.touched == {KARI, OLA, NINA, PER}


def test_a_first_answer_to_a_day_that_is_like_others_shows_on_nobody_elses_line() -> None:
    entry = distributed(meeting(OLA, NINA, more=("RRULE:FREQ=DAILY;COUNT=5",)))

    assert recorded(entry, (apart(row(entry, OLA), FRIDAY), YES)).touched == {KARI, OLA}


@pytest.mark.parametrize("share", [Share(COMPLETED, 100, LATER), Share(COMPLETED, 90, NOW), Share(COMPLETED, 100, NOW)])
def test_the_organizer_is_told_of_another_time_share_or_comment(share: Share) -> None:
    stood = Answer(OLA, SERIES, COMPLETED, COMPLETED, percent=100, completed_at=NOW, answered_at=NOW)
    comment = "Ferdig" if share == Share(COMPLETED, 100, NOW) else None

    outcome = recorded(with_rows(distributed(job(OLA)), stood), (stood, Said(share, 0, NOW, "mail", comment=comment)))

    assert [m.method for m in outcome.messages] == [Method.REPLY]


def test_without_an_organizer_nobody_is_told() -> None:
    entry = replace(distributed(meeting(OLA)), organizer=None)
    after = with_rows(entry, row(entry, OLA)._replace(partstat=ACCEPTED, answered_at=NOW))

    outcome = recorded(entry, (row(entry, OLA), YES))

    assert outcome.touched == {OLA}
    assert [m.to for m in outcome.messages] == [()]
    assert [m.to for m in again(Outcome(), after, OLAS, frozenset({SERIES})).messages] == [()]


def test_a_sentence_says_who_answered_what_and_how() -> None:
    entry = distributed(job(OLA))

    outcome = recorded(entry, (row(entry, OLA), replace(YES, share=Share(ACCEPTED, 40), channel="link")))

    assert outcome.why == ("ola@byggbo.example answered ACCEPTED (40 %) by link.",)


def test_an_ordered_reply_repeats_what_was_answered_and_is_not_told_yet() -> None:
    said = Answer(OLA, partstat=ACCEPTED, answered_at=NOW, sequence=2)
    friday, saturday = said._replace(instance=FRIDAY), said._replace(instance=SATURDAY, answered_at=None)
    entry = with_rows(days(), said, friday, saturday, saturday._replace(address=NINA, answered_at=NOW))
    told = recorded(entry, (friday, replace(YES, share=Share(DECLINED))))

    everything = again(Outcome(), entry, OLAS, frozenset({SERIES}))
    one = again(Outcome(), entry, OLAS, frozenset({FRIDAY}))
    rest = again(told, entry, OLAS, frozenset({SERIES}))

    assert [(m.about, m.instance, m.to, m.sequence) for m in everything.messages] == [
        (OLA, SERIES, (KARI,), 2),
        (OLA, FRIDAY, (KARI,), 2),
    ]
    assert [m.instance for m in one.messages] == [FRIDAY]
    assert [m.instance for m in rest.messages] == [FRIDAY, SERIES]
    assert rest.why == (*told.why, "Their program orders a REPLY, whatever changed.")


def test_a_day_that_gets_a_row_is_asked_as_the_series_was_and_has_no_answer_yet() -> None:
    series = Answer(
        OLA, partstat=ACCEPTED, shown=TENTATIVE, sequence=4, reset_sequence=3, agent="CLIENT", asked_at=NOW, digest="x"
    )

    assert apart(series, FRIDAY) == Answer(
        OLA, FRIDAY, shown=TENTATIVE, sequence=3, reset_sequence=3, agent="CLIENT", asked_at=NOW
    )
    assert apart(series._replace(organizer=True), FRIDAY).organizer


@pytest.mark.parametrize(
    ("partstat", "of_an_event", "of_a_task"),
    [(ACCEPTED, True, True), (COMPLETED, False, True), (NEEDS_ACTION, False, False), ("X-KANSKJE", False, False)],
)
def test_what_is_an_answer_depends_on_the_kind(partstat: str, of_an_event: bool, of_a_task: bool) -> None:
    assert allowed(partstat, Kind.VEVENT) == (partstat if of_an_event else None)
    assert allowed(partstat, Kind.VTODO) == (partstat if of_a_task else None)


def test_a_claim_is_what_a_text_says_of_ones_own_answer() -> None:
    def claim(text: bytes) -> str:
        said = read_object(text, OSLO)
        return claim_of(said, said.main, OLAS)

    plain = claim(job(OLA))

    assert claim(job(OLA, NINA, more=("SUMMARY:Noe annet",))) == plain
    assert claim(job(OLA, more=("PERCENT-COMPLETE:40",))) != plain
    assert claim(job(OLA).replace(b"ATTENDEE", b"ATTENDEE;PARTSTAT=ACCEPTED")) != plain
    assert claim(meeting(OLA)) == claim(meeting(OLA, more=("STATUS:CONFIRMED",)))
    assert claim(job(OLA, more=("RECURRENCE-ID:20261009T080000Z",))) != plain


def test_a_claim_tells_under_which_address_what_was_said() -> None:
    def claim(who: Address) -> str:
        said = read_object(with_partstat(meeting(OLA, BERIT), who, ACCEPTED), OSLO)
        return claim_of(said, said.main, frozenset({OLA, BERIT}))

    assert claim(OLA) != claim(BERIT)


def test_a_claim_tells_to_whom_it_is_handed_on() -> None:
    def claim(who: str) -> str:
        text = with_parameters(meeting(OLA), OLA, {"PARTSTAT": "DELEGATED", "DELEGATED-TO": who})
        said = read_object(text, OSLO)
        return claim_of(said, said.main, OLAS)

    assert claim(PER) != claim(BERIT)


def test_a_line_that_is_there_twice_makes_a_claim_too() -> None:
    to = f';DELEGATED-TO="{PER}"'
    lines = "".join(f"ATTENDEE;PARTSTAT=DELEGATED{more}:{OLA}\r\n" for more in (to, ""))
    said = read_object(meeting(OLA).replace(f"ATTENDEE:{OLA}\r\n".encode(), lines.encode()), OSLO)

    assert claim_of(said, said.main, OLAS) != claim_of(said, said.main, frozenset({NINA}))
