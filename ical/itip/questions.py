# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the questions that somebody was asked a message of theirs is about."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import Answer
from ical.instances import SERIES, InstanceId
from ical.itip.answering import apart
from ical.overrides import Occurrences
from ical.snapshot import Snapshot


def rows_of(answers: Iterable[Answer], about: Address) -> dict[InstanceId, Answer]:
    """Give what *about* was asked, by occurrence; nothing where they are not asked (any more)."""
    return {a.instance: a for a in answers if a.address == about and not a.organizer}


def question(
    mine: dict[InstanceId, Answer], about: Address, named: InstanceId, shared: Snapshot, zone: ZoneInfo
) -> Answer | None:
    """Give the row of *about* for what they call *named*: their own of an occurrence, or one made of the series'.

    None where there is no such occurrence in *shared*, or they are not asked to it. Whoever is asked to one day alone
    means that day: of an invitation to single occurrences some programs lose which one.
    """
    if named == SERIES and SERIES not in mine:
        return next(iter(mine.values())) if len(mine) == 1 else None
    instance = named if named in mine else Occurrences(shared, zone).meant(named)
    if instance is None or instance in mine or SERIES not in mine:
        return mine.get(instance) if instance is not None else None
    own = shared.part(instance)
    is_asked = own is None or any(person.address == about for person in own.asked)
    return apart(mine[SERIES], instance) if is_asked else None
