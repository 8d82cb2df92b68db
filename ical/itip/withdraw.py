# SPDX-License-Identifier: GPL-3.0-or-later
"""What it comes to that somebody deletes an entry of theirs (RFC 6638 3.2.1.4, 3.2.2.3)."""

from dataclasses import replace
from datetime import datetime

from ical import sharing
from ical.answers import COMPLETED, DECLINED, DELEGATED, Answer, Standing
from ical.governing import Days
from ical.instances import SERIES
from ical.itip.answering import Said, record
from ical.itip.calling import cancels, everybody
from ical.itip.hand import signed
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.overrides import is_past
from ical.recurrence import is_over
from ical.snapshot import Snapshot, read_object
from ical.tasks import Share

SETTLED = frozenset({DECLINED, COMPLETED, DELEGATED})
"""Answers that a deletion leaves: who clears away a task that is done does not decline it, nor who handed it on."""


def withdraw(entry: Entry, me: Actor, *, now: datetime) -> Outcome:
    """Call the entry off for everybody: CANCEL to all who were asked and have not declined, once.

    Whoever was asked to single occurrences only is told of those. Of what is over nobody is told.
    """
    mine = me.addresses
    gone = Outcome(gone=True, state=State.CANCELLED, closed=entry.closed, touched=mine, firm=mine)
    if entry.state is State.CANCELLED:
        return gone
    sequence = entry.sequence + 1
    text = signed(entry.shared, me.sent_by, me.zone)
    shared = read_object(text, me.zone)
    silent = _silent(shared, me, now)
    whom = {} if silent else everybody(entry.answers, shared, me.zone, now)
    messages = tuple(cancels(text, whom, sequence, me.zone, called_off=True))
    people = me.addresses.union(a.address for a in entry.answers)
    told = frozenset(address for message in messages for address in message.to)
    return replace(
        gone,
        words=None if entry.words is None else sharing.called_off(entry.words, sequence, me.zone),
        shared=sharing.called_off(text, sequence, me.zone),
        sequence=sequence,
        messages=messages,
        touched=people,
        firm=people,
        why=(f"The organizer deleted it: {silent or f'{Method.CANCEL} to {len(told)}'}.",),
    )


def decline(entry: Entry, me: Actor, *, reply: bool, now: datetime) -> Outcome:
    """Take the entry out of an invited person's sight, which declines it.

    It does not where it is over, called off, declined already, or a task that they have done. A series is declined as a
    whole, whatever was said of single occurrences; whoever was asked to some only declines each of those (RFC 6638
    3.2.2.3). *reply* False (`Schedule-Reply: F`, RFC 6638 8.1): nobody is told, and the answers stay as they were.
    """
    reply = reply and not me.quiet
    gone = Outcome(gone=True, state=entry.state, closed=entry.closed, touched=me.addresses, firm=me.addresses)
    shared = read_object(entry.shared, me.zone)
    mine = [a for a in entry.answers if a.address in me.addresses and not a.organizer]
    days = Days(shared, me.zone)
    ahead = [a for a in mine if not days.is_off(a.instance) and not is_past(shared, a.instance, me.zone, now)]
    declined, ended = _declined(mine, ahead)
    if not reply or entry.state is State.CANCELLED or not declined:
        return replace(gone, why=(_unsaid(entry, mine, reply=reply, over=not ahead),))
    answers = [
        (row, Said(Share(DECLINED, row.percent), shared.sequence, None, "caldav", sent_by=me.sent_by))
        for row in declined
    ]
    outcome = record(entry, answers, actor=me.addresses, zone=me.zone, now=now)
    return replace(
        outcome,
        gone=True,
        ended=frozenset((a.address, a.instance) for a in ended),
        why=(*outcome.why, "They deleted it, which declines it."),
    )


def _declined(mine: list[Answer], ahead: list[Answer]) -> tuple[list[Answer], list[Answer]]:
    """Give which of the rows of what is *ahead* of a person are declined now, and which say nothing apart any more.

    An address that is asked to the series answers as a whole, one that is asked to single days answers each.
    """
    whole, standing = {a.address: a for a in mine if a.instance == SERIES}, Standing(mine)
    found = [a for a in ahead if (a.instance == SERIES or a.address not in whole) and a.partstat not in SETTLED]
    no = {a.address for a in whole.values() if a in found or a.partstat == DECLINED}
    apart = [a for a in ahead if a.instance != SERIES and a.address in whole]
    # Where the series was declined before, what stands of single occurrences is.
    found += [a for a in apart if whole[a.address] not in found and standing.for_line(a).partstat not in SETTLED]
    return found, [a for a in apart if a.address in no]


def _unsaid(entry: Entry, mine: list[Answer], *, reply: bool, over: bool) -> str:
    if entry.state is State.CANCELLED:
        return "They threw away what was called off."
    if not reply:
        return "They deleted it, and their program wants nobody told."
    if over:
        return "They deleted it when it was over, which is no answer."
    if any(a.partstat == COMPLETED for a in mine):
        return "They deleted it when they had done it, which is no answer."
    return "They deleted it, and had declined it before."


def _silent(shared: Snapshot, me: Actor, now: datetime) -> str:
    """Give why nobody is told, or ''."""
    if is_over(shared.document, shared.kind, me.zone, now):
        return "it is over, and nobody is told"
    return "a whole calendar went, and nobody is told" if me.quiet else ""
