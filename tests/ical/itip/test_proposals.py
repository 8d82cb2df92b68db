# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes a proposal another one, what it is called, and what of a COUNTER is none."""

from dataclasses import replace

import pytest

from ical.instances import SERIES, InstanceId
from ical.itip.proposals import Fate, Proposal, Wish
from ical.itip.proposing import sentence, wish_of
from tests.ical.itip.company import BERIT, LATER, NOW, OLA, distributed, meeting
from tests.ical.itip.proposals import AT_THREE, AT_TWO, BEGIN, counter, made, override, proposed, wished
from tests.ical.texts import OSLO

MADE = Proposal(BERIT, SERIES, AT_TWO, AT_THREE, "Loftet", "Helst", 0, NOW, "mail", NOW)


@pytest.mark.parametrize("said", [{"start": AT_THREE}, {"end": AT_TWO}, {"location": None}, {"comment": "Gjerne"}])
def test_whatever_is_wanted_otherwise_makes_it_another_one(said: dict[str, str | None]) -> None:
    assert replace(MADE, **said).wanted != MADE.wanted  # type: ignore[arg-type]


def test_when_and_how_it_came_and_what_became_of_it_do_not() -> None:
    again = replace(MADE, stamp=LATER, at=LATER, channel="caldav", text=b"x", sequence=1, fate=Fate.DECLINED)

    assert again.wanted == MADE.wanted


def test_the_log_says_which_occurrence_it_is_about() -> None:
    assert MADE.about == "all of it"
    assert replace(MADE, instance=InstanceId("20261009T080000Z")).about == "20261009T080000Z"


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({}, "20261008T120000Z to 20261008T130000Z and another place for all of it, by mail"),
        ({"location": None}, "20261008T120000Z to 20261008T130000Z for all of it, by mail"),
        ({"end": None, "location": None}, "20261008T120000Z for all of it, by mail"),
        ({"start": None, "location": None}, "20261008T130000Z for all of it, by mail"),
        ({"start": None, "end": None}, "another place for all of it, by mail"),
    ],
)
def test_the_log_says_what_is_proposed(wanted: dict[str, None], says: str) -> None:
    assert sentence(replace(MADE, **wanted)) == f"berit@kunde.example proposes {says}."  # type: ignore[arg-type]


def test_what_several_people_wrote_on_their_lines_is_nobodys_comment() -> None:
    text = counter(BEGIN, f"ATTENDEE:{OLA}").replace(b"ATTENDEE:", b"ATTENDEE;X-RESPONSE-COMMENT=Da:")

    assert wish_of(distributed(meeting(OLA, BERIT)), text, zone=OSLO).comment is None


def test_nothing_is_proposed_for_a_day_that_is_called_off() -> None:
    series = meeting(BERIT, more=("RRULE:FREQ=WEEKLY;COUNT=4",))
    off = override("20261015", at="10", more=("STATUS:CANCELLED",)).encode()
    entry = distributed(series.replace(b"END:VCALENDAR", off + b"END:VCALENDAR"))

    why = proposed(entry, "RECURRENCE-ID:20261015T080000Z", "DTSTART:20261015T120000Z")

    assert why == "20261015T080000Z has been called off"


def test_the_place_where_it_is_is_no_proposal() -> None:
    assert made(distributed(meeting(BERIT, more=("LOCATION:Loftet",))), BEGIN, "LOCATION:Loftet").location is None


def test_of_two_proposals_of_one_revision_the_one_that_was_made_last_counts() -> None:
    entry = distributed(meeting(BERIT))
    early, late = made(entry, BEGIN, "LOCATION:Ute"), made(entry, BEGIN, "LOCATION:Her")
    early, late = replace(early, stamp=NOW), replace(late, stamp=LATER)

    why = wished(entry, Wish(SERIES, early.start, early.end, "Ute", sequence=0, stamp=NOW), (late,))

    assert repr(early.wanted) > repr(late.wanted)
    assert why == "a newer proposal of berit@kunde.example is there already"
