# SPDX-License-Identifier: GPL-3.0-or-later
"""The laws of the model, over generated lives of a series and of its single occurrences.

Law 11 is in `test_reply_laws`, law 1 also in `tests/ical/test_lines_laws`, law 7 also in `test_leaks`, law 8 in
`tests/ical/test_roster`, export and import of law 15 in `test_carry_law`.
`--hypothesis-show-statistics` prints what the generated worlds held.
"""

import itertools
import re

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.gateway.services import series_laws
from tests.gateway.services.series import Book
from tests.gateway.services.series_walk import SeriesWalk, acts, books
from tests.gateway.services.texts import unfolded, written
from tests.gateway.services.walk import Act
from tests.gateway.services.world import World

_numbers = itertools.count()
STEPS = 12
QUICKLY = settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))


@given(first=books("VEVENT"), life=st.lists(acts("VEVENT"), min_size=4, max_size=STEPS))
@QUICKLY
def test_the_laws_hold_through_the_life_of_a_series(company: World, first: Book, life: list[Act]) -> None:
    _live(company, first, life)


@given(first=books("VTODO"), life=st.lists(acts("VTODO"), min_size=4, max_size=STEPS))
@QUICKLY
def test_the_laws_hold_through_the_life_of_a_task_that_repeats(company: World, first: Book, life: list[Act]) -> None:
    _live(company, first, life)


@given(first=st.sampled_from(("VEVENT", "VTODO")).flatmap(books))
@QUICKLY
def test_a_series_that_nobody_else_is_in_keeps_its_bytes(company: World, first: Book) -> None:
    company.forget()
    text = first.each(lambda p: p.without("ORGANIZER", "ATTENDEE")).text

    company.put("kari", text)

    assert company.text("kari", "UID") == text


@given(first=books("VTODO"), life=st.lists(acts("VTODO"), max_size=3))
@QUICKLY
def test_figures_that_come_back_in_an_upload_are_no_words(company: World, first: Book, life: list[Act]) -> None:
    walk = _live(company, first, life)
    text, before = walk.state.texts["kari"], walk.state

    if text is not None:
        lines = (_forged(x) if x.startswith("ATTENDEE") else x for x in unfolded(text))
        company.put("kari", written(lines), if_match=before.seen["kari"].etag if before.seen["kari"] else None)

        after = walk.look()
        assert _said(after.texts["kari"] or b"") == _said(text)
        assert (after.messages, after.said) == (before.messages, before.said)


def _forged(line: str) -> str:
    """Give *line* with other figures.

    Where a client asks, SCHEDULE-STATUS is its own to say (RFC 6638 7.3), and how much is done the organizer's to note.
    """
    seen = ";X-DISTRIB-SEEN=20260101T000000Z"
    figures = f";X-DISTRIB-PERCENT=99{seen}"
    if "SCHEDULE-AGENT" in line:
        return line.replace(":mailto:", f"{seen}:mailto:")
    bare = re.sub(r";(?:X-DISTRIB-[A-Z]+|SCHEDULE-STATUS)=[^;:]*", "", line)
    return bare.replace(":mailto:", f"{figures};SCHEDULE-STATUS=9.9:mailto:")


def _said(text: bytes) -> list[list[str]]:
    """Give the lines of *text*, and their parameters, in any order."""
    return sorted(sorted(line.replace(":mailto:", ";mailto:").split(";")) for line in unfolded(text))


def _live(world: World, first: Book, life: list[Act]) -> SeriesWalk:
    world.forget()
    uid = f"series-{next(_numbers)}"
    walk = SeriesWalk(world, uid, first.each(lambda p: p.saying("UID", uid)).text)
    series_laws.step(walk, Act("echo", "kari", 0, 0))
    for act in life:
        series_laws.step(walk, act)
    series_laws.end(walk)
    for passed in sorted(walk.passed):
        event(passed)
    return walk
