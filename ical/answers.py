# SPDX-License-Identifier: GPL-3.0-or-later
"""What each person said, as the server keeps it beside the organizer's words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from ical.address import Address
from ical.instances import SERIES, InstanceId

NEEDS_ACTION = "NEEDS-ACTION"
ACCEPTED = "ACCEPTED"
TENTATIVE = "TENTATIVE"
DECLINED = "DECLINED"
DELEGATED = "DELEGATED"
IN_PROCESS = "IN-PROCESS"
COMPLETED = "COMPLETED"

ATTENDED = frozenset({NEEDS_ACTION, ACCEPTED, TENTATIVE, DECLINED, DELEGATED})
"""PARTSTAT values of a VEVENT (RFC 5545 3.2.12)."""
ASSIGNED = ATTENDED | {IN_PROCESS, COMPLETED}
"""PARTSTAT values of a VTODO (RFC 5545 3.2.12)."""


class Answer(NamedTuple):
    """One line that the server is responsible for: an address in an instance, and what was said for it.

    A tuple, because a large meeting has a thousand of them, which are loaded for each view.
    """

    address: Address
    instance: InstanceId = SERIES
    partstat: str = NEEDS_ACTION
    shown: str = NEEDS_ACTION
    """What the other invited people see: `partstat`, once it is published."""
    sequence: int = 0
    """SEQUENCE that the last answer spoke of."""
    stamp: datetime | None = None
    """DTSTAMP of the last answer (UTC): the order inside one channel."""
    digest: str = ""
    """What the last answer said, hashed: a repeat of it changes nothing, and it breaks ties of `stamp`."""
    channel: str = ""
    """How the last answer came: caldav, mail, link."""
    reset_sequence: int = 0
    """SEQUENCE at which this line was asked (again): an answer to less is stale."""
    percent: int | None = None
    """How much of a task this assignee has done, 0-100."""
    completed_at: datetime | None = None
    """When this assignee completed the task (UTC)."""
    written: str = ""
    """PARTSTAT as it stands in the assignee's own text, where it is another: most programs change the progress only."""
    comment: str | None = None
    delegated_to: Address | None = None
    delegated_from: Address | None = None
    added_by: Address | None = None
    agent: str = "SERVER"
    asked_at: datetime | None = None
    """When this line was first sent out (UTC); None: it never was."""
    answered_at: datetime | None = None
    """When the last answer arrived (UTC)."""
    delivery: str = ""
    """SCHEDULE-STATUS of the last message to this address (RFC 6638 3.2.9), '' before any."""
    organizer: bool = False
    """This is the organizer's own line: never asked, never reset."""
    hidden: bool = False
    """The person took this one occurrence out of their own copy; it is out of sight until it is asked again."""
    answered_before: datetime | None = None
    """When the answer was given (UTC) that counts no more, because they are asked anew."""
    sent_by: Address | None = None
    """Who gave the last answer in their name; None: they did it themselves (RFC 5545 3.2.18)."""


class Standing:
    """Which answer stands for each line: what was said of an occurrence alone, or of the series."""

    __slots__ = ("_rows",)

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._rows: Mapping[tuple[Address, InstanceId], Answer] = {(a.address, a.instance): a for a in answers}

    def of(self, address: Address, instance: InstanceId) -> Answer | None:
        """Give what *address* says to *instance*; None where the server is not responsible for that line.

        An occurrence that was asked for again, and not answered since, has the answer to the series where that was
        given later (model, row 23).
        """
        series = self._rows.get((address, SERIES))
        alone = self._rows.get((address, instance)) if instance != SERIES else None
        if alone is None:
            return series
        if series is None or alone.answered_at is not None or series.answered_at is None:
            return alone
        return series if series.sequence >= alone.reset_sequence else alone

    def for_line(self, row: Answer) -> Answer:
        """Give which answer stands for the line of *row*: that row, where nothing else does."""
        return self.of(row.address, row.instance) or row
