# SPDX-License-Identifier: GPL-3.0-or-later
"""What an invited person's text comes to (RFC 6638 3.2.2): an answer and own lines, and nothing of the organizer's.

The text is merged, not trusted: what is the organizer's stays as it is, whatever the client sent.
"""

from dataclasses import replace
from datetime import datetime

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, IN_PROCESS, TENTATIVE, Answer
from ical.errors import AttendeeMayNot
from ical.instances import SERIES
from ical.itip.answering import Said, allowed, claim_of, record
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Outcome, State
from ical.kinds import Kind
from ical.private import Overlay, own_lines
from ical.quirks import is_lossy
from ical.snapshot import Snapshot, read_object
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
    sent, seen = read_object(text, me.zone), read_object(shown, me.zone)
    shared = read_object(entry.shared, me.zone)
    if sent.kind is not entry.kind:
        raise AttendeeMayNot("an invitation cannot be turned into another kind of entry")
    if sent.organizer is not None and sent.organizer != entry.organizer:
        raise AttendeeMayNot("the organizer of an invitation cannot be changed by those invited")
    lossy = is_lossy(sent)
    mine = [a for a in entry.answers if a.address in me.addresses and a.instance == SERIES]
    stale = not conditional and sent.main.sequence is not None and sent.sequence < shared.sequence
    own = own_lines(sent, seen, shared, overlay, lossy=lossy, stale=stale)
    outcome = Outcome(state=entry.state, closed=entry.closed)
    if mine and not stale and entry.state is State.LIVE:
        outcome = _answered(entry, sent, seen, mine, me, shared.sequence, now, conditional=conditional)
    elif stale:
        outcome = replace(outcome, why=("A stale upload brought own lines only: SEQUENCE is below the stored one.",))
    if {p.instance for p in sent.parts} - {p.instance for p in seen.parts} or _exdates(sent) != _exdates(seen):
        outcome = replace(outcome, why=(*outcome.why, "What it says of single occurrences was not taken."))
    if own == overlay:
        return outcome
    return replace(
        outcome,
        overlay=own,
        touched=outcome.touched | me.addresses,
        firm=outcome.firm | me.addresses,
    )


def _answered(
    entry: Entry,
    sent: Snapshot,
    seen: Snapshot,
    mine: list[Answer],
    me: Actor,
    sequence: int,
    now: datetime,
    *,
    conditional: bool,
) -> Outcome:
    was, claim = mine[0], claim_of(sent, me.addresses)
    if not conditional and claim == was.digest:
        return Outcome(state=entry.state, closed=entry.closed)  # the same upload once more (model, law 4)
    partstat = _changed_partstat(entry.kind, sent, seen, me.addresses)
    if entry.kind is Kind.VTODO:
        share = share_after(share_of(was), progress_of(sent), progress_of(seen), partstat, now)
    else:
        share = Share(partstat or was.partstat)
    if share.partstat == COMPLETED and was.partstat == COMPLETED:
        share = share_of(was)
    # Under an address that was added later the same person may not have answered yet.
    if share == share_of(was) and (partstat is None or all(share == share_of(a) for a in mine)):
        return Outcome(state=entry.state, closed=entry.closed)
    written = _written(entry.kind, sent, me.addresses, share)
    said = Said(share, sequence, None, "caldav", claim=claim, written=written)
    return record(entry, mine, said, actor=me.addresses, now=now)


def _exdates(said: Snapshot) -> set[str]:
    return {line.value for line in said.document.named(said.main.component, "EXDATE")}


def _written(kind: Kind, sent: Snapshot, me: frozenset[Address], share: Share) -> str:
    """Give the PARTSTAT that the person's own text keeps while a task is under way.

    Read back as sent, it is no change for programs that compare texts: vdirsyncer would take it for a conflict with the
    next edit, and lose that.
    """
    if kind is not Kind.VTODO or share.partstat != IN_PROCESS:
        return ""
    own = next((p.partstat for address, p in sent.attendees().items() if address in me), "")
    return own if own in {ACCEPTED, TENTATIVE} else ""


def _changed_partstat(kind: Kind, sent: Snapshot, seen: Snapshot, me: frozenset[Address]) -> str | None:
    """Give the PARTSTAT that was changed on one of the person's lines, or None; none goes back to NEEDS-ACTION."""
    showed = {address: p.partstat for address, p in seen.attendees().items() if address in me}
    changed = (p.partstat for a, p in sent.attendees().items() if a in me and p.partstat != showed.get(a, ""))
    return next((partstat for partstat in changed if allowed(partstat, kind)), None)
