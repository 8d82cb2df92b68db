# SPDX-License-Identifier: GPL-3.0-or-later
"""SEQUENCE: which revision of an entry a text speaks of, and which answer is newer."""

from datetime import UTC, datetime

from ical.answers import Answer

_NEVER = datetime.min.replace(tzinfo=UTC)


def next_sequence(said: int, stored: int, *, must_rise: bool) -> int:
    """Give the SEQUENCE to store: never below what is stored, and above it where the change asks for it.

    RFC 5546 2.1.4: it MUST rise when time or recurrence change; RFC 6638 3.2.10: clients may leave it to the server.
    """
    if must_rise and said <= stored:
        return stored + 1
    return max(said, stored)


def is_stale(sequence: int, answer: Answer) -> bool:
    """Tell whether an answer to *sequence* is to an older question than the one that stands (RFC 5546 2.1.5)."""
    return sequence < answer.reset_sequence


def is_newer(sequence: int, sent_at: datetime | None, digest: str, answer: Answer) -> bool:
    """Tell whether a message supersedes the last one of its channel: SEQUENCE, then DTSTAMP (RFC 5546 2.1.5).

    A tie is broken by the digests, so that two messages come to the same in either order (model, row 24).
    """
    this = (sequence, sent_at or _NEVER, digest)
    return this > (answer.sequence, answer.stamp or _NEVER, answer.digest)
