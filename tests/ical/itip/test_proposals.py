# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes a proposal another one, and what it is called."""

from dataclasses import replace

import pytest

from ical.instances import SERIES, InstanceId
from ical.itip.proposals import Fate, Proposal
from tests.ical.itip.company import BERIT, LATER, NOW
from tests.ical.itip.proposals import AT_THREE, AT_TWO

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
