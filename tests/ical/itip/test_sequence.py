# SPDX-License-Identifier: GPL-3.0-or-later
"""Which revision is newer."""

from datetime import UTC, datetime

import pytest

from ical.address import Address
from ical.answers import Answer
from ical.itip.sequence import is_newer, is_stale, next_sequence

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 10, 1, 13, tzinfo=UTC)
LAST = Answer(Address("mailto:ola@byggbo.example"), sequence=2, stamp=NOON, digest="m", reset_sequence=2)


@pytest.mark.parametrize(
    ("said", "stored", "must_rise", "expected"),
    [(0, 0, False, 0), (0, 0, True, 1), (3, 1, True, 3), (1, 1, True, 2), (0, 4, False, 4), (0, 4, True, 5)],
)
def test_sequence_never_falls_and_rises_where_it_must(said: int, stored: int, must_rise: bool, expected: int) -> None:
    assert next_sequence(said, stored, must_rise=must_rise) == expected


def test_an_answer_to_less_than_was_asked_is_stale() -> None:
    assert is_stale(1, LAST)
    assert not is_stale(2, LAST)


@pytest.mark.parametrize(
    ("sequence", "stamp", "digest", "newer"),
    [
        (3, None, "a", True),
        (1, LATER, "z", False),
        (2, LATER, "a", True),
        (2, None, "z", False),
        (2, NOON, "n", True),
        (2, NOON, "l", False),
        (2, NOON, "m", False),
    ],
)
def test_sequence_counts_before_time_and_time_before_the_digest(
    sequence: int,
    stamp: datetime | None,
    digest: str,
    newer: bool,
) -> None:
    assert is_newer(sequence, stamp, digest, LAST) is newer


def test_what_says_when_it_was_written_is_newer_than_what_does_not() -> None:
    undated = LAST._replace(stamp=None)

    assert is_newer(2, NOON, "a", undated)
    assert not is_newer(2, None, "a", undated)
