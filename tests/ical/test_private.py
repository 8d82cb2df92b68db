# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines are a person's own, and how uploads change them (laws 2-4, rows 15-18 of the model)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ical import view
from ical.instances import SERIES
from ical.itip.outcome import Entry
from ical.lines import read
from ical.overrides import matched
from ical.private import Chunk, Overlay, is_private, may_own, own_lines
from ical.snapshot import snapshot
from tests.ical.itip.company import OLA, distributed, meeting, reading, with_alarm, with_line, without
from tests.ical.texts import OSLO

NO_LINES: Overlay = {}


def kept(
    entry: Entry, text: bytes, overlay: Overlay = NO_LINES, *, lossy: bool = False, stale: bool = False
) -> Overlay:
    """Give ola's overlay after an upload of *text*."""
    sent, seen, shared = (snapshot(read(t), OSLO) for t in (text, reading(entry, OLA, overlay), entry.shared))
    parts = matched(sent, seen, shared, (), OSLO)
    return own_lines(sent, parts, seen, shared, overlay, OSLO, lossy=lossy, stale=stale)


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("X-MOZ-LASTACK", True),
        ("X-APPLE-TRAVEL-DURATION", True),
        ("X-APPLE-SORT-ORDER", True),
        ("X-EVOLUTION-ALARM-UID", True),
        ("X-LIC-ERROR", True),
        ("X-MICROSOFT-CDO-BUSYSTATUS", True),
        ("X-APPLE-STRUCTURED-LOCATION", False),
        ("X-ALT-DESC", False),
        ("X-MICROSOFT-CDO-ALLDAYEVENT", False),
        ("CATEGORIES", False),
        ("SUMMARY", False),
    ],
)
def test_lines_about_ones_own_program_go_to_nobody(name: str, private: bool) -> None:
    assert is_private(name) is private


@pytest.mark.parametrize(
    ("name", "mine"),
    [
        ("TRANSP", True),
        ("PRIORITY", True),
        ("X-MY-NOTE", True),
        ("X-MOZ-LASTACK", True),
        ("X-ALT-DESC", False),
        ("SUMMARY", False),
        ("ATTENDEE", False),
        ("STATUS", False),
        ("DTSTART", False),
        ("X-DISTRIB-PERCENT", False),
    ],
)
def test_only_some_names_can_be_ones_own(name: str, mine: bool) -> None:
    assert may_own(name, frozenset({"X-ALT-DESC"})) is mine


def test_an_echo_takes_nothing_over() -> None:
    entry = distributed(with_line(meeting(OLA), "TRANSP:TRANSPARENT"))

    assert kept(entry, reading(entry, OLA)) == {}


def test_a_line_that_is_taken_away_again_leaves_nothing_of_ones_own() -> None:
    entry = distributed(meeting(OLA))
    overlay = kept(entry, with_line(reading(entry, OLA), "X-MY-NOTE:a"))

    back = kept(entry, without(reading(entry, OLA, overlay), "X-MY-NOTE"), overlay)

    assert b"X-MY-NOTE" in reading(entry, OLA, overlay)
    assert reading(entry, OLA, back) == reading(entry, OLA)


def test_a_client_that_cannot_keep_lines_takes_none_away() -> None:
    entry = distributed(meeting(OLA))
    overlay = kept(entry, with_alarm(with_line(reading(entry, OLA), "X-MY-NOTE:a"), "mine"))

    assert kept(entry, meeting(OLA), overlay, lossy=True) == overlay


def test_a_stale_text_brings_alarms_and_x_lines_only() -> None:
    entry = distributed(with_line(meeting(OLA), "CATEGORIES:Ny"))
    text = with_alarm(with_line(with_line(reading(entry, OLA), "CATEGORIES:Gammel"), "X-MY-NOTE:a"), "mine")

    chunk = kept(entry, text, stale=True)[SERIES]

    assert set(chunk.lines) == {"X-MY-NOTE"}
    assert len(chunk.alarms) == 1


def test_an_alarm_that_is_taken_away_is_gone() -> None:
    entry = distributed(meeting(OLA))
    overlay = kept(entry, with_alarm(reading(entry, OLA), "mine"))

    assert kept(entry, reading(entry, OLA), overlay)[SERIES] == Chunk()


LINES = st.lists(
    st.sampled_from(
        [
            "TRANSP:TRANSPARENT",
            "TRANSP:OPAQUE",
            "CATEGORIES:A",
            "CATEGORIES:B",
            "X-MY-NOTE:a",
            "X-MOZ-LASTACK:1",
            "COLOR:red",
        ]
    ),
    max_size=3,
)


@given(LINES, LINES, st.booleans(), st.booleans())
def test_what_was_sent_is_read_and_sending_it_again_changes_nothing(
    organizers: list[str],
    mine: list[str],
    alarm: bool,
    emptied: bool,
) -> None:
    text = meeting(OLA)
    for line in organizers:
        text = with_line(text, line)
    entry = distributed(text)
    sent = reading(entry, OLA)
    for line in mine:
        sent = with_line(sent, line)
    sent = without(sent, "CATEGORIES") if emptied else sent
    sent = with_alarm(sent, "mine") if alarm else sent

    overlay = kept(entry, sent)
    read_back = reading(entry, OLA, overlay)

    assert sorted(line.raw for line in read(read_back).lines) == sorted(line.raw for line in read(sent).lines)
    assert kept(entry, sent, overlay) == overlay
    assert kept(entry, read_back, overlay) == overlay
    assert view.for_organizer(entry, OSLO) == entry.words
