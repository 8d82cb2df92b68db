# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client orders to be sent whatever changed, and which of its orders nobody knows (RFC 6638 7.2)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ical.address import Address
from ical.answers import Answer, Standing
from ical.instances import InstanceId
from ical.itip.outcome import Method
from ical.lines import Line
from ical.snapshot import Part, Snapshot

FORCE = "SCHEDULE-FORCE-SEND"
NOT_KNOWN = "2.3"
"""SCHEDULE-STATUS of a line with an order that is none."""


class Order(NamedTuple):
    """What is ordered to be sent to one person."""

    address: Address
    instance: InstanceId
    method: str

    @property
    def is_known(self) -> bool:
        """An organizer's client may order a REQUEST, and nothing else."""
        return self.method == Method.REQUEST


def orders(sent: Snapshot) -> list[Order]:
    """Give what the organizer's client orders."""
    named = ((person.address, part.instance, _order(person.line)) for part in sent.parts for person in part.people)
    return [Order(*one) for one in named if one[2]]


def not_known(said: Iterable[Order], standing: Standing) -> Iterator[Answer]:
    """Give the rows of those for whom something is ordered that is no order."""
    for order in said:
        row = standing.of(order.address, order.instance)
        if not order.is_known and row is not None and not row.organizer:
            yield row._replace(delivery=NOT_KNOWN)


def wants_reply(sent: Snapshot, part: Part) -> bool:
    """Tell whether *part* of an invited person's text orders the REPLY to be sent once more."""
    line = sent.document.first(part.component, "ORGANIZER")
    return line is not None and _order(line) == Method.REPLY


def _order(line: Line) -> str:
    return (line.parameter(FORCE) or "").upper()
