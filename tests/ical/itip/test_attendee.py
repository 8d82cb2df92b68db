# SPDX-License-Identifier: GPL-3.0-or-later
"""What an invited person's saves come to (issue: the story, points 2 and 3)."""

import pytest

from ical import view
from ical.answers import ACCEPTED, DECLINED, NEEDS_ACTION, TENTATIVE
from ical.errors import AttendeeMayNot
from ical.instances import SERIES
from ical.itip import attendee
from ical.itip.outcome import Method, Outcome
from ical.lines import read
from ical.private import Overlay
from tests.ical.itip.company import (
    BERIT,
    KARI,
    LATER,
    NINA,
    OLA,
    actor,
    answered,
    applied,
    distributed,
    meeting,
    partstats,
    reading,
    row,
    saves,
    uploads,
    value,
    with_alarm,
    with_line,
    with_parameters,
    with_partstat,
    without,
)
from tests.ical.texts import OSLO


def own(outcome: Outcome) -> Overlay:
    """Give the overlay of *outcome*, which must have one."""
    assert outcome.overlay is not None
    return outcome.overlay


@pytest.mark.parametrize("partstat", [ACCEPTED, DECLINED, TENTATIVE])
def test_an_answer_is_everybodys_at_once_and_the_organizer_is_told(partstat: str) -> None:
    entry = distributed(meeting(OLA, NINA))

    outcome = uploads(entry, OLA, with_partstat(reading(entry, OLA), OLA, partstat))

    assert [(m.method, m.to, m.about) for m in outcome.messages] == [(Method.REPLY, (KARI,), OLA)]
    assert outcome.shared is None
    assert outcome.words is None
    assert outcome.touched == {KARI, OLA, NINA}
    assert outcome.firm == {OLA}
    after = applied(entry, outcome)
    assert partstats(view.for_organizer(after, OSLO))[OLA] == partstat
    assert partstats(reading(after, NINA)) == {OLA: partstat, NINA: NEEDS_ACTION}


def test_an_echo_says_nothing() -> None:
    entry = answered(distributed(meeting(OLA, NINA)), OLA, ACCEPTED)

    for conditional in (True, False):
        outcome = uploads(entry, OLA, reading(entry, OLA), conditional=conditional)

        assert (outcome.messages, outcome.answers, outcome.overlay, outcome.touched) == ((), (), None, frozenset())


def test_what_one_says_of_others_is_not_heard() -> None:
    entry = distributed(meeting(OLA, NINA))

    outcome = uploads(entry, OLA, with_partstat(reading(entry, OLA), NINA, DECLINED))

    assert outcome.answers == ()
    assert outcome.messages == ()


def test_the_organizers_lines_stay_whatever_an_attendee_sends() -> None:
    entry = distributed(meeting(OLA, NINA))
    text = with_line(with_line(reading(entry, OLA), "SUMMARY:Noe annet"), "LOCATION:Hjemme hos meg")

    outcome = uploads(entry, OLA, with_partstat(text, OLA, ACCEPTED))

    assert value(reading(applied(entry, outcome), OLA, outcome.overlay), "SUMMARY") == "Befaring"
    assert row(outcome, OLA).partstat == ACCEPTED


def test_an_answer_is_never_taken_back_to_needs_action() -> None:
    before = distributed(meeting(OLA))
    old = reading(before, OLA)
    entry = answered(before, OLA, ACCEPTED)

    for conditional in (True, False):
        assert uploads(entry, OLA, old, conditional=conditional).answers == ()


def test_a_stale_upload_without_condition_brings_own_lines_and_no_answer() -> None:
    before = distributed(meeting(OLA))
    old = with_partstat(reading(before, OLA), OLA, ACCEPTED)
    moved = with_line(view.for_organizer(before, OSLO), "DTSTART;TZID=Europe/Oslo:20261008T103000")
    entry = applied(before, saves(before, moved))

    outcome = uploads(entry, OLA, with_alarm(old, "mine"), conditional=False)

    assert outcome.answers == ()
    assert outcome.messages == ()
    assert len(own(outcome)[SERIES].alarms) == 1


def test_with_a_condition_that_holds_the_same_upload_is_an_answer() -> None:
    before = distributed(meeting(OLA))
    moved = with_line(view.for_organizer(before, OSLO), "DTSTART;TZID=Europe/Oslo:20261008T103000")
    entry = applied(before, saves(before, moved))

    outcome = uploads(entry, OLA, with_partstat(without(reading(entry, OLA), "SEQUENCE"), OLA, ACCEPTED))

    assert row(outcome, OLA).partstat == ACCEPTED


def test_an_alarm_is_ones_own_and_survives_the_organizers_changes() -> None:
    entry = distributed(meeting(OLA, NINA))

    outcome = uploads(entry, OLA, with_alarm(reading(entry, OLA), "mine"))

    assert outcome.messages == ()
    assert outcome.touched == outcome.firm == {OLA}
    changed = applied(entry, saves(entry, with_line(meeting(OLA, NINA), "LOCATION:Et sted")))
    assert b"DESCRIPTION:mine" in reading(changed, OLA, outcome.overlay)
    assert b"DESCRIPTION:mine" not in reading(changed, NINA)
    assert b"DESCRIPTION:mine" not in view.for_organizer(changed, OSLO)


@pytest.mark.parametrize(
    "line", ["TRANSP:TRANSPARENT", "CATEGORIES:Min", "X-MOZ-LASTACK:20261001T120000Z", "CLASS:PRIVATE"]
)
def test_some_lines_are_ones_own(line: str) -> None:
    entry = distributed(with_line(meeting(OLA, NINA), "CATEGORIES:Hennes"))

    outcome = uploads(entry, OLA, with_line(reading(entry, OLA), line))

    assert line.encode() in reading(entry, OLA, own(outcome))
    assert outcome.messages == ()
    assert outcome.shared is None


def test_the_organizers_categories_can_be_hidden_for_oneself() -> None:
    entry = distributed(with_line(meeting(OLA, NINA), "CATEGORIES:Hennes"))

    outcome = uploads(entry, OLA, without(reading(entry, OLA), "CATEGORIES"))

    assert b"CATEGORIES" not in reading(entry, OLA, own(outcome))
    assert b"CATEGORIES:Hennes" in reading(entry, NINA)


def test_no_line_of_the_organizers_own_can_be_replaced_by_an_x_line() -> None:
    entry = distributed(with_line(meeting(OLA), "X-APPLE-STRUCTURED-LOCATION:geo:1,2"))

    outcome = uploads(entry, OLA, with_line(reading(entry, OLA), "X-APPLE-STRUCTURED-LOCATION:geo:3,4"))

    assert outcome.overlay is None


def test_figures_of_the_server_do_not_come_in_through_an_attendee() -> None:
    entry = distributed(meeting(OLA))

    outcome = uploads(entry, OLA, with_line(reading(entry, OLA), "X-DISTRIB-PERCENT:40"))

    assert outcome.overlay is None


def test_an_invitation_cannot_be_given_another_organizer_or_another_kind() -> None:
    entry = distributed(meeting(OLA))
    shown = reading(entry, OLA)

    with pytest.raises(AttendeeMayNot):
        uploads(entry, OLA, with_line(shown, f"ORGANIZER:{OLA}"))
    with pytest.raises(AttendeeMayNot):
        uploads(entry, OLA, shown.replace(b":VEVENT", b":VTODO"))


def test_one_person_under_two_addresses_answers_for_both() -> None:
    entry = distributed(meeting(OLA, BERIT))
    both = actor(OLA, BERIT)
    shown = view.for_attendee(entry, both.addresses, {}, OSLO)

    outcome = attendee.answer(
        entry, with_partstat(shown, BERIT, ACCEPTED), both, overlay={}, shown=shown, conditional=True, now=LATER
    )

    assert {a.address: a.partstat for a in outcome.answers} == {OLA: ACCEPTED, BERIT: ACCEPTED}
    assert len(outcome.messages) == 1


def test_an_upload_that_lost_its_people_says_nothing_of_them() -> None:
    entry = answered(distributed(meeting(OLA)), OLA, ACCEPTED)

    outcome = uploads(entry, OLA, without(without(reading(entry, OLA), "ATTENDEE"), "ORGANIZER"))

    assert outcome.answers == ()
    assert outcome.messages == ()


def test_a_cancelled_meeting_cannot_be_answered() -> None:
    entry = distributed(meeting(OLA))
    entry = applied(entry, saves(entry, with_line(meeting(OLA), "STATUS:CANCELLED")))

    outcome = uploads(entry, OLA, with_partstat(reading(entry, OLA), OLA, ACCEPTED))

    assert outcome.answers == ()


def test_an_unknown_partstat_is_no_answer() -> None:
    entry = distributed(meeting(OLA))

    assert uploads(entry, OLA, with_partstat(reading(entry, OLA), OLA, "COMPLETED")).answers == ()
    assert uploads(entry, OLA, with_partstat(reading(entry, OLA), OLA, "X-KANSKJE")).answers == ()


def test_clients_that_refold_and_reorder_say_nothing_by_it() -> None:
    entry = distributed(
        with_line(meeting(OLA, NINA), "X-LANG;A=1;B=2:en linje som er så lang at den må brettes minst én gang")
    )
    text = (
        with_parameters(reading(entry, OLA), NINA, {"X-EXTRA": "1"})
        .replace(b"\r\n ", b"")
        .replace(b";A=1;B=2", b";B=2;A=1")
    )

    outcome = uploads(entry, OLA, text)

    assert read(text).raw != reading(entry, OLA)
    assert (outcome.overlay, outcome.answers, outcome.messages) == (None, (), ())
