# SPDX-License-Identifier: GPL-3.0-or-later
"""A party crasher: somebody who was not asked and answers all the same (RFC 5546 3.2.3), kept for the organizer."""

from dataclasses import dataclass
from datetime import datetime

from ical.address import Address
from ical.instances import InstanceId
from ical.tasks import Share


@dataclass(frozen=True, slots=True)
class Crasher:
    """What somebody says to an entry, or to one occurrence of it, that they are not asked to."""

    address: Address
    instance: InstanceId
    name: str
    """As they call themselves, which proves nothing; '' where they do not."""
    share: Share
    comment: str | None
    sequence: int
    """SEQUENCE of the text that they had."""
    stamp: datetime | None
    """DTSTAMP of the message (UTC); None where the door has no messages."""
    channel: str
    via: Address | None
    """Whose invitation was passed on to them; None: that is not known."""
    at: datetime
    """When it arrived (UTC)."""

    def repeats(self, before: "Crasher") -> bool:
        """Tell whether it says what they said *before*."""
        return (self.share, self.comment or "") == (before.share, before.comment or "")

    def is_older(self, than: "Crasher") -> bool:
        """Tell whether it was written before what came *than* this by the same way: SEQUENCE, then DTSTAMP."""
        if self.channel != than.channel or self.stamp is None or than.stamp is None:
            return False
        return (self.sequence, self.stamp) < (than.sequence, than.stamp)
