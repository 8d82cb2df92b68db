# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new text changes for the others, and what is no change at all (law 10)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ical.changes import Changes, compare
from ical.instances import SERIES, InstanceId
from ical.lines import read
from ical.snapshot import snapshot
from tests.ical.texts import OSLO, calendar, event, name_of, samples, task

NONE = frozenset[InstanceId]()
NOTHING = Changes(series=False, again=NONE, gone=NONE, off=NONE, shorter=False, told=NONE, quiet=NONE, people=NONE)
IN_SERIES = frozenset({SERIES})
START, END, RULE = (
    "DTSTART;TZID=Europe/Oslo:20261008T100000",
    "DTEND;TZID=Europe/Oslo:20261008T110000",
    "RRULE:FREQ=WEEKLY",
)
OLA = "ATTENDEE;CN=Ola;ROLE=REQ-PARTICIPANT:mailto:ola@byggbo.example"
BASE = (START, END, RULE, "SUMMARY:Møte", "EXDATE;TZID=Europe/Oslo:20261015T100000", "X-A;B=1;C=2:v", OLA)


def changes(before: tuple[str, ...], after: tuple[str, ...], make: object = event) -> Changes:
    """Give what *after* changes against *before*."""
    old, new = (snapshot(read(calendar(make(*lines))), OSLO) for lines in (before, after))  # type: ignore[operator]
    return compare(old, new, OSLO)


def instead(old: str, *new: str) -> tuple[str, ...]:
    """Give the base with one line replaced."""
    return tuple(line for found in BASE for line in (new if found == old else (found,)))


@pytest.mark.parametrize(
    "after",
    [
        BASE,
        tuple(reversed(BASE)),
        instead(END, "DURATION:PT1H"),
        instead(START, "DTSTART;TZID=Europe/Berlin:20261008T100000"),
        instead(RULE, "RRULE:INTERVAL=1;FREQ=WEEKLY;BYDAY=TH"),
        instead("EXDATE;TZID=Europe/Oslo:20261015T100000", "EXDATE:20261015T080000Z"),
        instead("X-A;B=1;C=2:v", "x-a;C=2;B=1:v"),
        instead(OLA, 'ATTENDEE;CN="Ola Berg";PARTSTAT=ACCEPTED;RSVP=TRUE:MAILTO:Ola@byggbo.example'),
        (*BASE, "DTSTAMP:20261001T000000Z", "LAST-MODIFIED:20261001T000000Z", "SEQUENCE:7", "CREATED:20261001T000000Z"),
        (*BASE, "X-MOZ-GENERATION:2", "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC", "X-DISTRIB-PERCENT:3"),
        (*BASE, "BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"),
    ],
)
def test_these_change_nothing(after: tuple[str, ...]) -> None:
    assert changes(BASE, after) == NOTHING
    assert not changes(BASE, after).visible


@pytest.mark.parametrize(
    "after",
    [
        instead(START, "DTSTART;TZID=Europe/Oslo:20261008T101500"),
        instead(END, "DTEND;TZID=Europe/Oslo:20261008T120000"),
        instead(RULE),
        instead(RULE, "RRULE:FREQ=DAILY"),
        instead(START, "DTSTART:20261008T080000Z"),
        instead("EXDATE;TZID=Europe/Oslo:20261015T100000"),
        (*BASE, "RDATE:20261009T080000Z"),
    ],
)
def test_these_ask_everybody_again(after: tuple[str, ...]) -> None:
    assert changes(BASE, after).significant


def test_one_occurrence_less_is_told_and_asks_nobody_again() -> None:
    found = changes(BASE, (*BASE, "EXDATE:20261022T080000Z"))

    assert found == replace(NOTHING, gone=frozenset({InstanceId("20261022T080000Z")}))


@pytest.mark.parametrize(
    "after",
    [
        instead("SUMMARY:Møte", "SUMMARY:Annet møte"),
        (*BASE, "LOCATION:Her"),
        (*BASE, "STATUS:CONFIRMED"),
        (*BASE, "ATTACH:https://x.example/tegning.pdf"),
        (*BASE, "BEGIN:VLOCATION", "NAME:Her", "END:VLOCATION"),
    ],
)
def test_these_are_told(after: tuple[str, ...]) -> None:
    found = changes(BASE, after)

    assert found == replace(NOTHING, told=IN_SERIES)


@pytest.mark.parametrize("line", ["CATEGORIES:A", "COLOR:red", "TRANSP:TRANSPARENT", "X-ALT-DESC:<b>x</b>"])
def test_these_are_seen_and_not_told(line: str) -> None:
    assert changes(BASE, (*BASE, line)) == replace(NOTHING, quiet=IN_SERIES)


@pytest.mark.parametrize(
    "after",
    [
        instead(OLA),
        (*BASE, "ATTENDEE:mailto:nina@byggbo.example"),
        instead(OLA, OLA.replace("REQ", "OPT")),
    ],
)
def test_these_change_who_is_in_it(after: tuple[str, ...]) -> None:
    assert changes(BASE, after) == replace(NOTHING, people=IN_SERIES)


def test_of_whom_the_server_does_not_ask_the_others_see_what_the_text_says() -> None:
    before = instead(OLA, OLA.replace("ROLE", "SCHEDULE-AGENT=NONE;ROLE"))
    after = tuple(line.replace("ROLE", "PARTSTAT=ACCEPTED;ROLE") for line in before)

    assert changes(BASE, before) == replace(NOTHING, people=IN_SERIES, quiet=IN_SERIES)
    assert changes(before, after) == replace(NOTHING, quiet=IN_SERIES)


def test_the_progress_of_a_task_is_nobodys_change_but_calling_it_off_is() -> None:
    before = ("DUE:20261008T100000Z", "STATUS:NEEDS-ACTION")

    assert changes(before, ("DUE:20261008T100000Z", "STATUS:COMPLETED", "PERCENT-COMPLETE:100"), task) == NOTHING
    assert changes(before, ("DUE:20261008T100000Z", "STATUS:CANCELLED"), task).told


def test_an_override_that_moves_its_instance_is_a_change_of_time() -> None:
    same = event("RECURRENCE-ID:20261022T080000Z", "DTSTART:20261022T080000Z", "DURATION:PT1H", "SUMMARY:Annet")
    moved = same.replace("DTSTART:20261022T08", "DTSTART:20261022T12")
    series = snapshot(read(calendar(event(*BASE))), OSLO)

    for override, significant in ((same, False), (moved, True)):
        found = compare(series, snapshot(read(calendar(event(*BASE), override)), OSLO), OSLO)
        assert (found.series, bool(found.again), bool(found.told)) == (False, significant, True)


@given(st.permutations(BASE), st.sampled_from([40, 60, 75]))
def test_order_and_folding_are_no_change(lines: list[str], width: int) -> None:
    raw = calendar(event(*lines)).replace(b"\r\n ", b"").decode()
    folded = "\r\n".join(
        "\r\n ".join(line[at : at + width] for at in range(0, len(line), width)) for line in raw.split("\r\n")
    )
    old, new = (snapshot(read(text), OSLO) for text in (calendar(event(*BASE)), folded.encode()))

    assert compare(old, new, OSLO) == NOTHING


@pytest.mark.parametrize("path", samples(), ids=name_of)
def test_a_sample_is_no_change_of_itself(path: object) -> None:
    document = read(path.read_bytes())  # type: ignore[attr-defined]
    method = document.first(document.root, "METHOD")
    said = snapshot(document, OSLO, method=method.value if method else None)

    assert compare(said, said, OSLO) == NOTHING
