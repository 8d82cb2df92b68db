# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the questions that somebody was asked a message of theirs is about, and what they wrote with it."""

from collections.abc import Iterable, Mapping

from ical.address import Address
from ical.answers import Answer
from ical.instances import SERIES, InstanceId
from ical.itip.answering import apart
from ical.overrides import Occurrences
from ical.people import Attendee
from ical.snapshot import Part, Snapshot
from ical.text import unescape

COMMENT_LENGTH = 2000
"""Characters of what somebody wrote with a message."""


def rows_of(answers: Iterable[Answer], about: Address) -> dict[InstanceId, Answer]:
    """Give what *about* was asked, by occurrence; nothing where they are not asked (any more)."""
    return {a.instance: a for a in answers if a.address == about and not a.organizer}


def question(
    mine: Mapping[InstanceId, Answer], about: Address, named: InstanceId, shared: Snapshot, occurrences: Occurrences
) -> Answer | None:
    """Give the row of *about* for what they call *named*: their own of an occurrence, or one made of the series'.

    None where there is no such occurrence in *shared*, or they are not asked to it. Whoever is asked to one day alone
    means that day: of an invitation to single occurrences some programs lose which one.
    """
    if named in mine:
        return mine[named]
    if named == SERIES:
        return next(iter(mine.values())) if len(mine) == 1 else None
    instance = occurrences.meant(named)
    if instance is None or mine.keys().isdisjoint({instance, SERIES}):
        return None
    if instance in mine:
        return mine[instance]
    own = shared.part(instance)
    is_asked = own is None or any(person.address == about for person in own.asked)
    return apart(mine[SERIES], instance) if is_asked else None


def comment_of(message: Snapshot, part: Part, person: Attendee | None) -> str | None:
    """Give what *person* wrote with a message of theirs."""
    line = message.document.first(part.component, "COMMENT")
    value = line.value if line is not None else None
    if value is None and person is not None:
        value = person.line.parameter("X-RESPONSE-COMMENT")  # Google
    return unescape(value)[:COMMENT_LENGTH] if value else None
