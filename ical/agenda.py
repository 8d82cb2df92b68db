# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody has on in a window of time, by the text of an entry as they read it.

What they have declined or handed on is not theirs any more, nor is what they organize for others without being in it
(product readings A8, A16). What they have not answered is told apart from what they have in their calendar.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from ical.address import Address
from ical.answers import DECLINED, DELEGATED, NEEDS_ACTION, TENTATIVE
from ical.instances import InstanceId
from ical.lines import Component, Document, Line
from ical.people import address_of, attendees
from ical.private import is_public
from ical.recurrence import Occurrence, is_transparent, occurrences
from ical.tasks import DONE, progress_in
from ical.text import unescape
from ical.times import DAY, earlier, shifted, shown_in


class Standing(StrEnum):
    """How something stands with whoever has it."""

    OWN = "own"
    """Nobody asks them."""
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    WAITING = "waiting"
    """They have not answered: it is not in their calendar yet (A16)."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a component says to whoever has it, whenever it takes place."""

    is_task: bool
    summary: str
    location: str
    organizer: str
    """Who asks them: a name, or a mailbox; '' where nobody does."""
    standing: Standing
    cancelled: bool
    private: bool
    has_due: bool
    """Of a task: its end is when it is due."""
    percent: int | None
    """How much of a task is done."""
    done: bool


@dataclass(frozen=True, slots=True)
class Appearance:
    """One time that somebody has an entry on (UTC)."""

    said: Said
    instance: InstanceId
    start: datetime
    end: datetime
    """The first moment that is no longer part of it; where whole days are meant, of an appointment, midnight after."""
    all_day: bool

    @property
    def due(self) -> datetime | None:
        """When a task is to be done; of whole days it is the midnight before that day."""
        return self.end if self.said.is_task and self.said.has_due else None


def appearances(
    document: Document, start: datetime, end: datetime, zone: tzinfo, me: frozenset[Address], *, limit: int
) -> list[Appearance]:
    """Give when *me* has the entry of *document* on between *start* and *end*, in order, at most *limit* times.

    A task is on from its start until it is due, that day included; one that is done is only when it was due. Raises
    ValueRefused.
    """
    # RFC 4791 9.9 has other edges for tasks than a page of days.
    near = occurrences(document, earlier(start, DAY), shifted(end, DAY), zone, limit=limit)
    known: dict[int, Said | None] = {}
    for component in {one.component.start: one.component for one in near}.values():
        known[component.start] = said_to(document, component, me)
    told = ((known[one.component.start], one) for one in near)
    return [
        Appearance(said, one.instance, one.start, one.end, one.all_day)
        for said, one in told
        if said is not None and _is_on(said, one, start, end, zone)
    ]


def said_to(document: Document, component: Component, me: frozenset[Address]) -> Said | None:
    """Give what *component* says to *me*; None where they do not have it, or no more."""
    is_task = component.name == "VTODO"
    standing, host = _standing(document, component, me, is_task=is_task)
    cancelled = _value(document, component, "STATUS").upper() == "CANCELLED"
    if standing is None or component.name == "VJOURNAL" or (cancelled and standing is Standing.WAITING):
        return None
    progress = progress_in(document, component) if is_task else None
    return Said(
        is_task=is_task,
        summary=unescape(_value(document, component, "SUMMARY")),
        location=unescape(_value(document, component, "LOCATION")),
        organizer=_name(host) if host is not None else "",
        standing=standing,
        cancelled=cancelled,
        private=not is_public(_value(document, component, "CLASS") or "PUBLIC"),
        has_due=is_task and not document.places(component).keys().isdisjoint(("DUE", "DURATION")),
        percent=DONE if progress and progress.is_done else progress.percent if progress else None,
        done=progress is not None and progress.is_done,
    )


def _standing(
    document: Document, component: Component, me: frozenset[Address], *, is_task: bool
) -> tuple[Standing | None, Line | None]:
    """Give how *component* stands with *me*, None where they do not have it, and the line of whoever asks them."""
    people, host = attendees(document, component), document.first(component, "ORGANIZER")
    mine = next((person.partstat for person in people if person.address in me), None)
    if mine in {DECLINED, DELEGATED}:
        return None, None
    if host is not None and address_of(host) in me:
        is_for_others = bool(people) and mine is None and (is_task or is_transparent(document, component))
        standing = Standing.TENTATIVE if mine == TENTATIVE else Standing.OWN
        return None if is_for_others else standing, None
    if mine is None:
        return Standing.OWN, None
    told = {NEEDS_ACTION: Standing.WAITING, TENTATIVE: Standing.TENTATIVE}
    return told.get(mine, Standing.ACCEPTED), host


def _is_on(said: Said, one: Occurrence, start: datetime, end: datetime, zone: tzinfo) -> bool:
    if not said.is_task:
        return one.start < end and (one.end > start or one.end == one.start >= start)
    close = shown_in(one.end, zone) + DAY if one.all_day else one.end  # the next midnight, however long the day is
    begin = one.end if said.done else one.start
    return begin < end and (close > start or close == begin >= start)


def _name(host: Line) -> str:
    return host.parameter("CN") or host.value.partition(":")[2] or host.value


def _value(document: Document, component: Component, name: str) -> str:
    line = document.first(component, name)
    return line.value.strip() if line is not None else ""
