# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client orders to be sent whatever changed, and which of its orders nobody knows (RFC 6638 7.2)."""

from collections.abc import Iterator

from ical.address import Address
from ical.answers import Answer, Standing
from ical.itip.outcome import Method
from ical.lines import Line
from ical.snapshot import Snapshot

FORCE = "SCHEDULE-FORCE-SEND"
NOT_KNOWN = "2.3"
"""SCHEDULE-STATUS of a line with an order that is none."""


def forced(sent: Snapshot) -> frozenset[Address]:
    """Give who must be sent a REQUEST."""
    return frozenset(p.address for part in sent.parts for p in part.people if _order(p.line) == Method.REQUEST)


def not_known(sent: Snapshot, standing: Standing) -> Iterator[Answer]:
    """Give the rows of those for whom *sent* orders something that is no order."""
    for part in sent.parts:
        for person in part.people:
            row = standing.of(person.address, part.instance)
            if _order(person.line) not in {"", Method.REQUEST} and row is not None and not row.organizer:
                yield row._replace(delivery=NOT_KNOWN)


def wants_reply(sent: Snapshot) -> bool:
    """Tell whether an invited person's text orders the REPLY to be sent once more."""
    line = sent.line("ORGANIZER")
    return line is not None and _order(line) == Method.REPLY


def _order(line: Line) -> str:
    return (line.parameter(FORCE) or "").upper()
