# SPDX-License-Identifier: GPL-3.0-or-later
"""A counter-proposal: what somebody invited would rather have, kept beside the entry until the organizer settles it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ical.address import Address
from ical.instances import SERIES, InstanceId
from ical.times import Moment


class Fate(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    """The entry says now what was proposed."""
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    """Something else was decided, or the same person proposed something else."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for, as it was said."""

    instance: InstanceId
    """Which occurrence it is about, as they name it."""
    start: Moment | None = None
    end: Moment | None = None
    """None: as long as it is now; of a task, what it says now."""
    location: str | None = None
    comment: str | None = None
    sequence: int | None = None
    """SEQUENCE of the text that they had; None: the one that stands."""
    stamp: datetime | None = None
    """DTSTAMP of the message (UTC); None where the door has no messages."""
    channel: str = "mail"
    text: bytes = b""
    """The COUNTER as it came; none from a door that has no messages."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes for one occurrence, or for all of it."""

    address: Address
    instance: InstanceId
    start: Moment | None
    end: Moment | None
    """Both None: the time stays as it is. Each is told as the entry tells its own, floating or not."""
    location: str | None
    """None: the place stays as it is."""
    comment: str | None
    sequence: int
    """SEQUENCE of the text that it is about."""
    stamp: datetime
    """When it was made (UTC): the order inside one channel."""
    channel: str
    at: datetime
    """When it arrived (UTC)."""
    text: bytes = b""
    fate: Fate = Fate.OPEN
    settled_at: datetime | None = None
    answer: str | None = None
    """What the organizer said when declining it."""

    @property
    def moves(self) -> bool:
        """It proposes another time."""
        return self.start is not None or self.end is not None

    @property
    def wanted(self) -> tuple[Moment | None, Moment | None, str | None, str | None]:
        """What it says: a repeat says the same."""
        return self.start, self.end, self.location, self.comment

    @property
    def about(self) -> str:
        """Which occurrence it is about, in words for the log."""
        return "all of it" if self.instance == SERIES else self.instance
