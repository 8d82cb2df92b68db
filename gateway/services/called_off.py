# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person was asked to and is not any more: called off, or withdrawn from them (product, reading A22).

It is what lies in their inbox about it, until they take it away there, in whichever program.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.model import Brief, Condition, Person
from gateway.services import inbox as messages
from gateway.services.brief import brief
from gateway.services.scene import zone_of
from gateway.services.views import read_inbox
from gateway.store import inbox, people
from gateway.store.unit import UnitOfWork
from ical.address import mailbox
from ical.answers import DECLINED
from ical.freebusy import partstat_in
from ical.itip.outcome import Method
from ical.snapshot import read_object

MOST = 20
"""So many are told."""
LONGEST = timedelta(days=14)
"""So long it is told, where nobody takes it away."""


@dataclass(frozen=True, slots=True)
class CalledOff:
    """Something that a person was asked to, as they are told that they are not."""

    href: str
    """Of the message in their inbox."""
    organizer_name: str
    brief: Brief


def called_off(uow: UnitOfWork, person: Person, now: datetime) -> list[CalledOff]:
    """Give what was taken from *person* lately, lies ahead, and was not declined, newest first."""
    hrefs = inbox.recent(uow, person.id, Method.CANCEL, now - LONGEST, MOST)
    if not hrefs:
        return []
    zone = zone_of(person)
    texts = {one.href: read_object(one.text, zone, method=Method.CANCEL) for one in read_inbox(uow, person, hrefs)}
    known = people.recipients(uow, {said.organizer for said in texts.values() if said.organizer is not None})
    found = []
    for href in hrefs:
        said = texts[href]
        who, line, told = said.organizer, said.line("ORGANIZER"), brief(said, zone, now)
        name = known[who].person.name if who in known else (line.parameter("CN") if line is not None else None)
        declined = partstat_in(said.document, said.main.component, person.all_addresses) == DECLINED
        if not told.over and not declined:
            found.append(CalledOff(href, name or (who and mailbox(who)) or "", told))
    return found


def note(uow: UnitOfWork, person: Person, href: str) -> None:
    """Take away what told *person* of it; raises NotFound where there is no such message."""
    messages.remove(uow, person, href, condition=Condition())
