# SPDX-License-Identifier: GPL-3.0-or-later
"""What it comes to that somebody deletes an entry of theirs (RFC 6638 3.2.1.4, 3.2.2.3)."""

from dataclasses import replace
from datetime import datetime

from ical import view
from ical.answers import DECLINED
from ical.instances import SERIES
from ical.itip.answering import Said, record
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Message, Method, Outcome, State
from ical.snapshot import read_object
from ical.tasks import Share


def withdraw(entry: Entry, me: Actor) -> Outcome:
    """Call the entry off for everybody: CANCEL to all who were asked and have not declined, once."""
    mine = me.addresses
    gone = Outcome(gone=True, state=State.CANCELLED, closed=entry.closed, touched=mine, firm=mine)
    if entry.state is State.CANCELLED:
        return gone
    sequence = entry.sequence + 1
    shared = view.called_off(entry.shared, sequence, me.zone)
    asked = [a for a in entry.answers if a.asked_at is not None and not a.organizer]
    to = tuple(a.address for a in asked if a.partstat != DECLINED)
    people = frozenset(a.address for a in entry.answers if not a.organizer)
    return replace(
        gone,
        words=None if entry.words is None else view.called_off(entry.words, sequence, me.zone),
        shared=shared,
        sequence=sequence,
        messages=(Message(Method.CANCEL, to, shared, sequence),) if to else (),
        touched=people | me.addresses,
        firm=people | me.addresses,
        why=(f"The organizer deleted it: {Method.CANCEL} to {len(to)}.",),
    )


def decline(entry: Entry, me: Actor, *, reply: bool, now: datetime) -> Outcome:
    """Take the entry out of an invited person's sight; it counts as DECLINED unless it was answered so, or called off.

    *reply* False (`Schedule-Reply: F`, RFC 6638 8.1): nobody is told, and the answer stays as it was.
    """
    gone = Outcome(gone=True, state=entry.state, closed=entry.closed, touched=me.addresses, firm=me.addresses)
    mine = [a for a in entry.answers if a.address in me.addresses and a.instance == SERIES]
    if not reply or not mine or entry.state is State.CANCELLED or mine[0].partstat == DECLINED:
        return gone
    sequence = read_object(entry.shared, me.zone).sequence
    said = Said(Share(DECLINED, mine[0].percent), sequence, None, "caldav")
    outcome = record(entry, mine, said, actor=me.addresses, now=now)
    return replace(outcome, gone=True, why=(*outcome.why, "They deleted it, which declines it."))
