# SPDX-License-Identifier: GPL-3.0-or-later
"""What an invited person's text comes to (RFC 6638 3.2.2): an answer and own lines, and nothing of the organizer's.

The text is merged, not trusted: what is the organizer's stays as it is, whatever the client sent.
"""

from dataclasses import replace
from datetime import datetime

from ical.address import Address
from ical.answers import COMPLETED, Answer
from ical.errors import AttendeeMayNot
from ical.instances import SERIES
from ical.itip.answering import Said, allowed, record
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Outcome, State
from ical.kinds import Kind
from ical.lines import read
from ical.private import Overlay, own_lines
from ical.quirks import is_lossy
from ical.snapshot import Snapshot, snapshot
from ical.tasks import Share, progress_of, share_after, share_of


def answer(
    entry: Entry,
    text: bytes,
    me: Actor,
    *,
    overlay: Overlay,
    shown: bytes,
    conditional: bool,
    now: datetime,
) -> Outcome:
    """Decide what the *text* of an invited person changes, who was *shown* that reading, *overlay* included.

    *conditional*: the client proved that it wrote on top of that reading. Without such a proof a SEQUENCE below the
    stored one makes the text stale: it brings own lines, and no answer (model, rows 3 and 15).
    Raises AttendeeMayNot where the text names another organizer, and what reading it raises.
    """
    sent, seen = snapshot(read(text), me.zone), snapshot(read(shown), me.zone)
    shared = snapshot(read(entry.shared), me.zone)
    if sent.kind is not entry.kind:
        raise AttendeeMayNot("an invitation cannot be turned into another kind of entry")
    if sent.organizer is not None and sent.organizer != entry.organizer:
        raise AttendeeMayNot("the organizer of an invitation cannot be changed by those invited")
    lossy = is_lossy(sent)
    own = own_lines(sent, seen, shared, overlay, lossy=lossy)
    mine = [a for a in entry.answers if a.address in me.addresses and a.instance == SERIES]
    stale = not conditional and sent.main.sequence is not None and sent.sequence < shared.sequence
    outcome = Outcome(state=entry.state, closed=entry.closed)
    if mine and not stale and entry.state is State.LIVE:
        outcome = _answered(entry, sent, seen, mine, me, shared.sequence, now)
    elif stale:
        outcome = replace(outcome, why=("A stale upload brought own lines only: SEQUENCE is below the stored one.",))
    if own == overlay:
        return outcome
    return replace(
        outcome,
        overlay=own,
        touched=outcome.touched | me.addresses,
        firm=outcome.firm | me.addresses,
    )


def _answered(
    entry: Entry, sent: Snapshot, seen: Snapshot, mine: list[Answer], me: Actor, sequence: int, now: datetime
) -> Outcome:
    was = mine[0]
    partstat = _changed_partstat(entry.kind, sent, seen, me.addresses)
    if entry.kind is Kind.VTODO:
        share = share_after(share_of(was), progress_of(sent), progress_of(seen), partstat, now)
    else:
        share = Share(partstat or was.partstat)
    if share.partstat == COMPLETED and was.partstat == COMPLETED:
        share = share_of(was)
    if share == share_of(was):
        return Outcome(state=entry.state, closed=entry.closed)
    said = Said(share, sequence, None, "caldav")
    return record(entry, mine, said, actor=me.addresses, now=now)


def _changed_partstat(kind: Kind, sent: Snapshot, seen: Snapshot, me: frozenset[Address]) -> str | None:
    """Give the PARTSTAT that was changed on one of the person's lines, or None; none goes back to NEEDS-ACTION."""
    showed = {address: p.partstat for address, p in seen.attendees().items() if address in me}
    for address, person in sent.attendees().items():
        if address in me and person.partstat != showed.get(address, ""):
            return allowed(person.partstat, kind)
    return None
