# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody invited hands their place on, takes it back, or the one in their place says no (RFC 5546 3.2.2.3, 4.2.7)."""

from dataclasses import replace

from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, DELEGATED, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.answering import Said, apart, record
from ical.itip.outcome import Entry, Method, Outcome
from ical.lines import read
from ical.tasks import Share
from tests.ical.itip.company import (
    BERIT,
    KARI,
    LATER,
    NINA,
    OLA,
    PER,
    applied,
    distributed,
    line_of,
    meeting,
    partstats,
    row,
    value,
    with_parameters,
)
from tests.ical.texts import OSLO

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
DAILY = ("RRULE:FREQ=DAILY;COUNT=5",)


def says(entry: Entry, who: Address, share: Share, of: Answer | None = None) -> Outcome:
    """Give what it comes to that *who* says that, of everything or what the row *of* is for."""
    said = Said(share, 0, None, "caldav")
    return record(entry, [(of or row(entry, who), said)], actor=frozenset({who}), zone=OSLO, now=LATER)


def hands_on(entry: Entry, to: Address, *, who: Address = OLA, of: Answer | None = None) -> Outcome:
    """Give what it comes to that *who* hands their place on."""
    return says(entry, who, Share(DELEGATED, delegated_to=to), of)


def handed_on(*more: str) -> Entry:
    """Give a meeting with ola and nina, of which ola has handed his place on to per."""
    entry = distributed(meeting(OLA, NINA, more=more))
    return applied(entry, hands_on(entry, PER))


def sent(outcome: Outcome) -> list[tuple[str, tuple[Address, ...], bool]]:
    """Give method, recipients and whether it is their first, of each message."""
    return [(m.method.value, m.to, m.first) for m in outcome.messages]


def test_whoever_is_handed_a_place_is_asked_and_everybody_reads_their_line() -> None:
    entry = distributed(with_parameters(meeting(OLA, NINA), OLA, {"ROLE": "OPT-PARTICIPANT"}))

    outcome = hands_on(entry, PER)

    assert sent(outcome) == [("REPLY", (KARI,), False), ("REQUEST", (PER,), True)]
    assert outcome.messages[1].base == outcome.shared
    assert {a.address: (a.delegated_to, a.added_by, a.asked_at) for a in outcome.answers} == {
        OLA: (PER, None, row(entry, OLA).asked_at),
        PER: (None, OLA, LATER),
    }
    assert outcome.touched == {KARI, OLA, NINA, PER}
    assert outcome.firm == {OLA, PER}
    assert outcome.reset == {PER}
    assert (outcome.dropped, outcome.ended, outcome.frozen) == ((), frozenset(), {})
    assert outcome.why == (
        "ola@byggbo.example answered DELEGATED by caldav.",
        "ola@byggbo.example handed it on to per@byggbo.example, who is asked.",
    )
    line = line_of(outcome.shared or b"", PER)
    assert [line.parameter(name) for name in ("DELEGATED-FROM", "ROLE", "RSVP")] == [OLA, "OPT-PARTICIPANT", "TRUE"]


def test_the_line_of_the_one_in_the_place_stands_behind_whoever_handed_it_on() -> None:
    outcome = hands_on(distributed(meeting(OLA, NINA)), PER)

    assert [n.value for n in read(outcome.shared or b"").lines if n.name == "ATTENDEE"] == [OLA, PER, NINA]


def test_an_answer_of_ones_own_takes_the_place_back() -> None:
    entry = handed_on()

    outcome = says(entry, OLA, Share(ACCEPTED))

    assert sent(outcome) == [("REPLY", (KARI,), False), ("CANCEL", (PER,), False)]
    assert not outcome.messages[1].called_off
    assert outcome.dropped == (PER,)
    assert outcome.ended == {(PER, SERIES)}
    assert {who: value(text, "STATUS") for who, text in outcome.frozen.items()} == {PER: "CANCELLED"}
    assert outcome.touched == {KARI, OLA, NINA, PER}
    assert outcome.firm == {OLA, PER}
    assert outcome.reset == frozenset()
    assert outcome.why[1:] == ("The place was taken back, so per@byggbo.example is not in it any more.",)
    assert set(partstats(outcome.shared or b"")) == {OLA, NINA}


def test_handed_on_to_somebody_else_it_is_taken_back_from_the_first() -> None:
    outcome = hands_on(handed_on(), BERIT)

    assert sent(outcome) == [("REPLY", (KARI,), False), ("CANCEL", (PER,), False), ("REQUEST", (BERIT,), True)]
    assert outcome.dropped == (PER,)
    assert set(partstats(outcome.shared or b"")) == {OLA, BERIT, NINA}


def test_taken_back_it_is_from_all_to_whom_it_was_handed_on_in_turn() -> None:
    entry = handed_on()
    entry = applied(entry, hands_on(entry, BERIT, who=PER))

    outcome = says(entry, OLA, Share(ACCEPTED))

    assert outcome.dropped == (BERIT, PER)
    assert {a for m in outcome.messages if m.method is Method.CANCEL for a in m.to} == {PER, BERIT}
    assert set(partstats(outcome.shared or b"")) == {OLA, NINA}


def test_whoever_handed_it_on_hears_that_the_other_said_no() -> None:
    entry = handed_on()

    outcome = says(entry, PER, Share(DECLINED))

    assert sent(outcome) == [("REPLY", (KARI,), False), ("REQUEST", (OLA,), False)]
    assert outcome.messages[1].base == entry.shared
    assert (outcome.shared, outcome.dropped) == (None, ())
    assert sent(says(applied(entry, outcome), PER, Share(DECLINED, 10))) == [("REPLY", (KARI,), False)]


def test_in_a_crowd_everybody_reads_at_once_who_is_in_whose_place() -> None:
    entry = replace(distributed(meeting(OLA, NINA)), crowd=51)
    outcome = hands_on(entry, PER)

    back = says(replace(applied(entry, outcome), crowd=51), OLA, Share(ACCEPTED))

    assert outcome.touched == back.touched == {KARI, OLA, NINA, PER}


def test_whoever_is_in_it_already_is_not_asked_once_more() -> None:
    outcome = hands_on(distributed(meeting(OLA, NINA)), NINA)

    assert sent(outcome) == [("REPLY", (KARI,), False)]
    assert [a.address for a in outcome.answers] == [OLA]
    assert outcome.shared is None


def test_the_organizer_is_handed_nothing() -> None:
    outcome = hands_on(distributed(meeting(OLA)), KARI)

    assert [a.address for a in outcome.answers] == [OLA]


def test_a_day_is_handed_on_alone() -> None:
    entry = distributed(meeting(OLA, NINA, more=DAILY))

    outcome = hands_on(entry, PER, of=apart(row(entry, OLA), FRIDAY))

    assert [(m.to, m.instance) for m in outcome.messages] == [((KARI,), FRIDAY), ((PER,), FRIDAY)]
    assert {(a.address, a.instance) for a in outcome.answers} == {(OLA, FRIDAY), (PER, FRIDAY)}


def test_who_was_handed_two_days_stays_in_the_one_that_is_not_taken_back() -> None:
    entry = distributed(meeting(OLA, NINA, more=DAILY))
    for day in (FRIDAY, SATURDAY):
        entry = applied(entry, hands_on(entry, PER, of=apart(row(entry, OLA), day)))
    on_friday = next(a for a in entry.answers if (a.address, a.instance) == (OLA, FRIDAY))

    outcome = says(entry, OLA, Share(ACCEPTED), of=on_friday)

    assert outcome.ended == {(PER, FRIDAY)}
    assert (outcome.dropped, outcome.frozen) == ((), {})


def test_whoever_is_in_another_day_instead_is_not_out_of_it() -> None:
    entry = distributed(meeting(OLA, NINA, more=DAILY))
    entry = applied(entry, hands_on(entry, PER, of=apart(row(entry, OLA), FRIDAY)))
    on_friday = next(a for a in entry.answers if (a.address, a.instance) == (OLA, FRIDAY))
    yes, to_per = (Said(share, 0, None, "caldav") for share in (Share(ACCEPTED), Share(DELEGATED, delegated_to=PER)))

    answers = [(on_friday, yes), (apart(row(entry, OLA), SATURDAY), to_per)]
    outcome = record(entry, answers, actor=frozenset({OLA}), zone=OSLO, now=LATER)

    assert outcome.ended == {(PER, FRIDAY)}
    assert outcome.dropped == ()
    assert outcome.reset == {PER}


def test_whoever_is_asked_from_outside_sends_it_on_by_themselves() -> None:
    entry = replace(distributed(meeting(OLA, NINA)), outside=True)

    outcome = hands_on(entry, PER)

    assert sent(outcome) == [("REPLY", (KARI,), False)]
    assert [(one.method, one.to, one.by) for one in outcome.handovers] == [(Method.REQUEST, PER, OLA)]
    assert (outcome.shared, [a.address for a in outcome.answers]) == (None, [OLA])
    assert outcome.why == (
        "ola@byggbo.example answered DELEGATED by caldav.",
        "ola@byggbo.example sends a REQUEST to per@byggbo.example.",
    )
    assert not hands_on(replace(entry, outside=False), PER).handovers


def test_whoever_accepts_hands_nothing_on() -> None:
    outcome = says(distributed(meeting(OLA)), OLA, Share(ACCEPTED, delegated_to=PER))

    assert [(a.address, a.delegated_to) for a in outcome.answers] == [(OLA, None)]


def test_an_answer_of_whoever_has_the_place_is_as_any_other() -> None:
    outcome = says(handed_on(), PER, Share(ACCEPTED))

    assert sent(outcome) == [("REPLY", (KARI,), False)]
    assert outcome.touched == {KARI, OLA, NINA, PER}
    assert outcome.why == ("per@byggbo.example answered ACCEPTED by caldav.",)
