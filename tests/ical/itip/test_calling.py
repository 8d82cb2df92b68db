# SPDX-License-Identifier: GPL-3.0-or-later
"""Who must hear that an entry is called off."""

from ical.answers import DECLINED, Answer
from ical.instances import SERIES
from ical.itip.calling import everybody
from tests.ical.itip.company import KARI, NINA, NOW, OLA


def test_who_was_never_asked_hears_of_no_end() -> None:
    asked = Answer(OLA, asked_at=NOW)

    assert everybody([asked, Answer(NINA)]) == {SERIES: [OLA]}


def test_the_organizer_is_told_of_no_end_of_their_own() -> None:
    assert everybody([Answer(KARI, asked_at=NOW, organizer=True)]) == {}


def test_who_declined_hears_of_no_end() -> None:
    assert everybody([Answer(OLA, partstat=DECLINED, asked_at=NOW)]) == {}
