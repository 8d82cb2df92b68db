# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else organizes an entry from now on, because who did is no longer here (model, row 38)."""

from dataclasses import dataclass
from datetime import datetime

from ical import sharing
from ical.address import Address
from ical.edits import Edits, put
from ical.itip.calling import everybody, requests
from ical.itip.hand import renamed
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Outcome
from ical.snapshot import read_object


@dataclass(frozen=True, slots=True)
class Successor:
    """Who organizes from now on."""

    actor: Actor
    address: Address
    """By which ORGANIZER names them."""
    name: str


def hand_over(entry: Entry, before: Actor, successor: Successor, *, now: datetime) -> Outcome:
    """Decide what it comes to that *successor* organizes *entry* instead of *before*.

    The words are what others start from, without what was private to *before*, who is not in it any more. Everybody who
    has not declined is told, with a SEQUENCE one higher, so that an invitation by the former organizer is known to be
    old; answers stand, and what the successor answered is the organizer's own from now on.
    """
    me, zone = successor.actor.addresses, successor.actor.zone
    said, sequence = read_object(entry.shared, zone), entry.sequence + 1
    edits: Edits = {}
    for part in said.parts:
        for place, line in said.document.each(part.component, "ORGANIZER"):
            edits[place] = (renamed(line, successor.address, successor.name).raw,)
        edits.update((person.place, ()) for person in part.people if person.address in before.addresses)
        put(said.document, part.component, {"SEQUENCE": str(sequence)}, edits)
    words = said.document.spliced(edits)
    shared = sharing.share(words, me, zone)
    own = tuple(a._replace(organizer=True, shown=a.partstat) for a in entry.answers if a.address in me)
    others = [a for a in entry.answers if a.address not in me | before.addresses]
    people = frozenset(a.address for a in others)
    told = everybody(others, read_object(shared, zone), zone, now)
    return Outcome(
        words=words,
        shared=shared,
        sequence=sequence,
        answers=own,
        dropped=tuple(sorted({a.address for a in entry.answers if a.address in before.addresses})),
        messages=tuple(requests(shared, told, sequence, zone)),
        touched=people | me,
        firm=people | me,
        closed=entry.closed,
        why=(f"{successor.name} organizes it from now on.",),
    )
