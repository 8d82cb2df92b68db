# SPDX-License-Identifier: GPL-3.0-or-later
"""What the own ATTENDEE lines of somebody invited say, beside those of others and of other addresses of theirs."""

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS, NEEDS_ACTION, TENTATIVE
from ical.itip.statuses import changed_partstat, delegate_in, kept_partstat, partstats
from ical.kinds import Kind
from ical.snapshot import Part, read_object
from ical.tasks import Share
from tests.ical.itip.company import BERIT, NINA, OLA, PER, START
from tests.ical.texts import OSLO, calendar, component

ME = frozenset({OLA, BERIT})
"""Ola, who has an address outside too."""


def said(*lines: str) -> Part:
    """Give a component with these ATTENDEE lines, of which each is given from the name on."""
    return read_object(calendar(component("VEVENT", START, *(f"ATTENDEE{line}" for line in lines))), OSLO).main


def line(who: Address, partstat: str = NEEDS_ACTION, to: Address | None = None) -> str:
    """Give the ATTENDEE line of *who*, who handed their place to somebody."""
    handed = "" if to is None else f';DELEGATED-TO="{to}"'
    return f";PARTSTAT={partstat}{handed}:{who}"


def changed(now: Part, before: Part | None, kind: Kind = Kind.VEVENT) -> str | None:
    """Give what ola, who was shown *before*, answers by *now*."""
    return changed_partstat(kind, now, before, ME)


def test_only_the_lines_of_the_person_count() -> None:
    part = said(line(NINA, DECLINED), line(OLA, ACCEPTED), line(BERIT))

    assert partstats(part, ME) == {OLA: (ACCEPTED, None), BERIT: (NEEDS_ACTION, None)}


def test_a_place_is_handed_on_by_whoever_says_delegated_alone() -> None:
    assert partstats(said(line(OLA, DELEGATED, PER)), ME) == {OLA: (DELEGATED, PER)}
    assert partstats(said(line(OLA, ACCEPTED, PER)), ME) == {OLA: (ACCEPTED, None)}
    assert delegate_in(said(line(OLA, ACCEPTED, PER)), ME) is None


def test_the_delegate_is_found_on_whichever_of_the_own_lines_names_one() -> None:
    assert delegate_in(said(line(OLA), line(BERIT, DELEGATED, PER)), ME) == PER
    assert delegate_in(said(line(OLA), line(NINA, DELEGATED, PER)), ME) is None


def test_another_address_of_the_same_person_is_nobody_to_hand_a_place_to() -> None:
    assert delegate_in(said(line(OLA, DELEGATED, BERIT)), ME) is None
    assert delegate_in(said(line(OLA, DELEGATED, BERIT), line(BERIT, DELEGATED, PER)), ME) == PER


def test_what_was_changed_is_the_answer() -> None:
    before = said(line(OLA), line(BERIT, ACCEPTED))

    assert changed(said(line(OLA, TENTATIVE), line(BERIT, ACCEPTED)), before) == TENTATIVE
    assert changed(said(line(OLA), line(BERIT, DECLINED)), before) == DECLINED
    assert changed(before, before) is None


def test_who_was_shown_nothing_answers_by_all_that_they_say() -> None:
    assert changed(said(line(OLA, ACCEPTED)), None) == ACCEPTED
    assert changed(said(line(OLA, ACCEPTED)), said(line(NINA))) == ACCEPTED


def test_nobody_goes_back_to_having_said_nothing() -> None:
    assert changed(said(line(OLA)), said(line(OLA, ACCEPTED))) is None
    assert changed(said(line(OLA), line(BERIT, DECLINED)), said(line(OLA, ACCEPTED))) == DECLINED


def test_delegated_is_an_answer_where_it_says_to_whom_else() -> None:
    before = said(line(OLA))

    assert changed(said(line(OLA, DELEGATED, PER)), before) == DELEGATED
    assert changed(said(line(OLA, DELEGATED)), before) is None
    assert changed(said(line(OLA, DELEGATED, BERIT)), before) is None


def test_delegated_to_somebody_else_than_before_is_another_answer() -> None:
    assert changed(said(line(OLA, DELEGATED, NINA)), said(line(OLA, DELEGATED, PER))) == DELEGATED


def test_a_delegate_named_beside_an_answer_that_stays_changes_nothing() -> None:
    assert changed(said(line(OLA, ACCEPTED, PER)), said(line(OLA, ACCEPTED))) is None


def test_a_status_of_tasks_is_no_answer_to_a_meeting() -> None:
    begun = said(line(OLA, IN_PROCESS))

    assert changed(begun, said(line(OLA))) is None
    assert changed(begun, said(line(OLA)), Kind.VTODO) == IN_PROCESS


@pytest.mark.parametrize(
    ("kind", "standing", "written", "kept"),
    [
        (Kind.VTODO, IN_PROCESS, ACCEPTED, ACCEPTED),
        (Kind.VTODO, IN_PROCESS, TENTATIVE, TENTATIVE),
        (Kind.VTODO, IN_PROCESS, NEEDS_ACTION, ""),
        (Kind.VTODO, IN_PROCESS, IN_PROCESS, ""),
        (Kind.VTODO, COMPLETED, ACCEPTED, ""),
        (Kind.VEVENT, IN_PROCESS, ACCEPTED, ""),
    ],
)
def test_a_task_that_is_under_way_may_stay_accepted_in_the_own_text(
    kind: Kind, standing: str, written: str, kept: str
) -> None:
    assert kept_partstat(kind, said(line(OLA, written)), ME, Share(standing)) == kept


def test_what_stays_in_the_own_text_is_the_own_line() -> None:
    part = said(line(NINA, TENTATIVE), line(OLA, ACCEPTED))

    assert kept_partstat(Kind.VTODO, part, ME, Share(IN_PROCESS)) == ACCEPTED
    assert kept_partstat(Kind.VTODO, part, frozenset({PER}), Share(IN_PROCESS)) == ""
