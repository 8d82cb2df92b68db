# SPDX-License-Identifier: GPL-3.0-or-later
"""What it comes to that somebody deletes an entry of theirs (RFC 6638 3.2.1.4, 3.2.2.3)."""

from dataclasses import replace
from datetime import datetime

from ical import view
from ical.answers import DECLINED, Answer, Standing
from ical.changes import is_off
from ical.instances import SERIES
from ical.itip.answering import Said, record
from ical.itip.calling import cancels, everybody
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.recurrence import is_over
from ical.snapshot import Snapshot, read_object
from ical.tasks import Share


def withdraw(entry: Entry, me: Actor, *, now: datetime) -> Outcome:
    """Call the entry off for everybody: CANCEL to all who were asked and have not declined, once.

    Whoever was asked to single occurrences only is told of those. Of what is over nobody is told.
    """
    mine = me.addresses
    gone = Outcome(gone=True, state=State.CANCELLED, closed=entry.closed, touched=mine, firm=mine)
    if entry.state is State.CANCELLED:
        return gone
    sequence = entry.sequence + 1
    over = me.quiet or _is_over(read_object(entry.shared, me.zone), me, now)
    whom = {} if over else everybody(entry.answers)
    messages = tuple(cancels(entry.shared, whom, sequence, me.zone, called_off=True))
    people = frozenset(a.address for a in entry.answers if not a.organizer)
    told = frozenset(address for message in messages for address in message.to)
    return replace(
        gone,
        words=None if entry.words is None else view.called_off(entry.words, sequence, me.zone),
        shared=view.called_off(entry.shared, sequence, me.zone),
        sequence=sequence,
        messages=messages,
        touched=people | me.addresses,
        firm=people | me.addresses,
        why=(f"The organizer deleted it: {Method.CANCEL} to {len(told)}.",),
    )


def decline(entry: Entry, me: Actor, *, reply: bool, now: datetime) -> Outcome:
    """Take the entry out of an invited person's sight, which declines it.

    It does not where it is over, called off, or declined already. A series is declined as a whole, whatever was said of
    single occurrences; whoever was asked to some only declines each of those (RFC 6638 3.2.2.3). *reply* False
    (`Schedule-Reply: F`, RFC 6638 8.1): nobody is told, and the answers stay as they were.
    """
    reply = reply and not me.quiet
    gone = Outcome(gone=True, state=entry.state, closed=entry.closed, touched=me.addresses, firm=me.addresses)
    shared = read_object(entry.shared, me.zone)
    mine = [
        a for a in entry.answers if a.address in me.addresses and not a.organizer and not is_off(shared, a.instance)
    ]
    series = [a for a in mine if a.instance == SERIES]
    apart = [a for a in mine if a.instance != SERIES] if series else []
    declined = [a for a in series or mine if a.partstat != DECLINED]
    # Where the series was declined before, what stands of single occurrences is.
    declined = declined or [a for a in apart if _stands(mine, a).partstat != DECLINED]
    if not reply or entry.state is State.CANCELLED or not declined:
        return replace(gone, why=(_unsaid(entry, reply=reply),))
    if _is_over(shared, me, now):
        return replace(gone, why=("They deleted it when it was over, which is no answer.",))
    answers = [(row, Said(Share(DECLINED, row.percent), shared.sequence, None, "caldav")) for row in declined]
    outcome = record(entry, answers, actor=me.addresses, zone=me.zone, now=now)
    return replace(
        outcome,
        gone=True,
        ended=frozenset((a.address, a.instance) for a in apart),
        touched=outcome.touched | gone.touched,
        firm=outcome.firm | gone.firm,
        why=(*outcome.why, "They deleted it, which declines it."),
    )


def _unsaid(entry: Entry, *, reply: bool) -> str:
    if entry.state is State.CANCELLED:
        return "They threw away what was called off."
    return f"They deleted it, {'and had declined it before' if reply else 'and their program wants nobody told'}."


def _stands(mine: list[Answer], row: Answer) -> Answer:
    return Standing(mine).of(row.address, row.instance) or row


def _is_over(shared: Snapshot, me: Actor, now: datetime) -> bool:
    return is_over(shared.document, shared.kind, me.zone, now)
