# SPDX-License-Identifier: GPL-3.0-or-later
"""What an invited person's text comes to (RFC 6638 3.2.2): an answer and own lines, and nothing of the organizer's.

The text is merged, not trusted: what is the organizer's stays as it is, whatever the client sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ical.address import Address
from ical.answers import COMPLETED, DECLINED, DELEGATED, NEEDS_ACTION, Answer, Standing
from ical.changes import says_other
from ical.errors import AttendeeMayNot
from ical.governing import Days
from ical.instances import SERIES, InstanceId
from ical.itip.answering import ONE_ALONE, Said, again, apart, claim_of, record
from ical.itip.delegating import is_delegate
from ical.itip.orders import wants_reply
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Outcome, State
from ical.itip.statuses import changed_partstat, delegate_in, kept_partstat, partstats
from ical.kinds import Kind
from ical.overrides import is_past, matched, takes_place
from ical.people import SERVER, agent_of
from ical.private import Overlay, own_lines
from ical.quirks import is_lossy, program_of
from ical.ranges import speaks_on
from ical.recurrence import schedule_of
from ical.snapshot import Part, Snapshot, read_object
from ical.tasks import Progress, Share, meant, progress_of, progress_shown, share_after, share_of

BY_CLIENT = "Their program says that it tells the organizer by itself, so no answer was sent."


@dataclass(frozen=True, slots=True)
class _Upload:
    """What an invited person sent, and what it is to be understood against."""

    sent: Snapshot
    parts: Mapping[InstanceId, Part]
    """The components of it, by the occurrence that each speaks of."""
    seen: Snapshot
    """What they were shown."""
    shared: Snapshot
    lossy: bool
    conditional: bool
    me: Actor
    now: datetime

    def before(self, instance: InstanceId) -> Part:
        """Give what was shown of *instance*: what speaks for it, or what there is."""
        return Days(self.seen, self.me.zone).part(instance) or self.seen.main

    def progress(self, part: Part, seen: Progress) -> Progress:
        """Give what *part* says of the progress, of which *seen* was shown."""
        said = progress_of(self.sent, part)
        # A copy that is brought in was written on top of another server's text.
        return meant(said, seen, lossy=self.lossy) if self.conditional and not self.me.quiet else said

    def is_off(self, instance: InstanceId) -> bool:
        """Tell whether the organizer has called an occurrence off."""
        return Days(self.shared, self.me.zone).is_off(instance)

    def is_over(self, instance: InstanceId) -> bool:
        """Tell whether an occurrence is past: to put it away is no answer."""
        return is_past(self.shared, instance, self.me.zone, self.now)


def answer(
    entry: Entry,
    text: bytes,
    me: Actor,
    *,
    overlay: Overlay,
    shown: bytes,
    conditional: bool,
    strict: bool = False,
    now: datetime,
) -> Outcome:
    """Decide what the *text* of an invited person changes, who was *shown* that reading, *overlay* included.

    *conditional*: the client proved that it wrote on top of that reading. Without such a proof a SEQUENCE below the
    stored one makes the text stale: it brings own lines, and no answer (model, rows 3 and 15).
    Raises AttendeeMayNot where the text names another organizer, or with *strict* where it says other than the
    organizer of what is the organizer's (RFC 6638 3.2.2.1), or speaks of what is no occurrence of theirs, and what
    reading it raises.
    """
    sent, seen = read_object(text, me.zone), read_object(shown, me.zone)
    shared = read_object(entry.shared, me.zone)
    if sent.kind is not entry.kind:
        raise AttendeeMayNot("an invitation cannot be turned into another kind of entry")
    if sent.organizer is not None and sent.organizer != entry.organizer:
        raise AttendeeMayNot("the organizer of an invitation cannot be changed by those invited")
    hidden = frozenset(a.instance for a in entry.answers if a.hidden and a.address in me.addresses)
    parts = matched(sent, seen, shared, hidden, me.zone)
    stale = not conditional and sent.main.sequence is not None and sent.sequence < seen.sequence
    upload = _Upload(sent, parts, seen, shared, is_lossy(sent, program_of(sent, me.agent)), conditional, me, now)
    if strict and not upload.lossy and any(_oversteps(upload, i) for i in parts):
        raise AttendeeMayNot("what the organizer wrote cannot be changed by those invited")
    if strict and not upload.lossy and len(parts) < len(sent.parts):
        raise AttendeeMayNot("an occurrence that they are not invited to cannot be added by those invited")
    own = own_lines(sent, parts, seen, shared, overlay, me.zone, lossy=upload.lossy, stale=stale)
    outcome = _heard(entry, upload, hidden, stale=stale)
    alone = entry.outside and _answers_itself(sent)
    told = () if me.quiet or alone else outcome.messages
    why = (*outcome.why, *([BY_CLIENT] if alone and outcome.messages else []), *_not_taken(upload, stale=stale))
    outcome = replace(outcome, messages=told, handovers=outcome.handovers if told else (), why=why)
    if own == overlay:
        return outcome
    return replace(
        outcome,
        overlay=own,
        touched=outcome.touched | me.addresses,
        firm=outcome.firm | me.addresses,
    )


def _answers_itself(sent: Snapshot) -> bool:
    """Tell whether the client says that it tells the organizer by itself, who is not here (RFC 6638 7.1)."""
    line = sent.line("ORGANIZER")
    return line is not None and agent_of(line) != SERVER


def _heard(entry: Entry, upload: _Upload, hidden: frozenset[InstanceId], *, stale: bool) -> Outcome:
    """Give what comes of the answers in *upload*."""
    nothing, me = Outcome(state=entry.state, closed=entry.closed), upload.me
    if stale:
        return replace(nothing, why=("A stale upload brought own lines only: SEQUENCE is below the stored one.",))
    said = [(row, replace(one, sent_by=me.sent_by)) for row, one in _said(entry, upload, hidden)]
    if entry.state is not State.LIVE:
        return replace(nothing, why=("It is called off, so their answer was not taken.",)) if said else nothing
    outcome = record(entry, said, actor=me.addresses, zone=me.zone, now=upload.now)
    if any(row.instance == SERIES for row, _ in said):
        outcome = replace(outcome, ended=outcome.ended | frozenset(_following(entry, upload)))
    if any(_is_for_later(upload, row.instance) for row, _ in said):
        outcome = replace(outcome, why=(*outcome.why, ONE_ALONE))
    ordered = frozenset(i for i, part in upload.parts.items() if wants_reply(upload.sent, part))
    return again(outcome, entry, me.addresses, ordered) if ordered else outcome


def _not_taken(upload: _Upload, *, stale: bool) -> Iterator[str]:
    """Give a sentence for what *upload* says and its sender has no say in."""
    if len(upload.parts) < len(upload.sent.parts):
        yield "What it says of occurrences that are none was not taken."
    if any(_answers_late(upload, i, part) for i, part in upload.parts.items()):
        yield "What they answered of a day that is called off was not taken."
    if not upload.lossy and not stale and any(_oversteps(upload, i) for i in upload.parts):
        yield "What they changed of the organizer's part was not taken."


def _answers_late(upload: _Upload, instance: InstanceId, part: Part) -> bool:
    if instance == SERIES or not upload.is_off(instance):
        return False
    return changed_partstat(upload.sent.kind, part, upload.before(instance), upload.me.addresses) is not None


def _is_for_later(upload: _Upload, instance: InstanceId) -> bool:
    part = upload.parts.get(instance)
    return part is not None and speaks_on(upload.sent.document, part.component)


def _oversteps(upload: _Upload, instance: InstanceId) -> bool:
    part = upload.parts[instance]
    mine = {p.address for p in part.people if is_delegate(p, upload.me.addresses)}
    return says_other(upload.sent, part, upload.seen, upload.before(instance), upload.me.zone, but_for=mine)


def _said(entry: Entry, upload: _Upload, hidden: frozenset[InstanceId]) -> Iterator[tuple[Answer, Said]]:
    """Give what the upload says, by the rows that it is said for."""
    mine = [a for a in entry.answers if a.address in upload.me.addresses and not a.organizer]
    series = [a for a in mine if a.instance == SERIES]
    said = list(_of_series(entry.kind, upload, series)) if series and SERIES in upload.parts else []
    yield from said
    standing = Standing((*mine, *(_as_said(row, now, upload) for row, now in said)))
    taken, back = frozenset(_taken_away(upload)), frozenset(_brought_back(upload, hidden))
    for instance in sorted((taken | upload.parts.keys() | back) - {SERIES}):
        off = upload.is_off(instance)
        for row in _asked_to(upload, mine, instance):
            was = standing.for_line(row)
            if instance in taken:
                share = share_of(was) if off or upload.is_over(instance) else Share(DECLINED, was.percent)
                yield row, Said(share, upload.shared.sequence, None, "caldav", hidden=True)
            elif not off and (now := _of_occurrence(entry.kind, upload, was, instance, anew=bool(said))) is not None:
                yield row, now


def _following(entry: Entry, upload: _Upload) -> Iterator[tuple[Address, InstanceId]]:
    """Give the rows of occurrences that were answered apart once, and are shown and sent as the series is.

    Where the answer to that is another one now, it is meant for them too.
    """
    for row in entry.answers:
        in_sight = row.address in upload.me.addresses and not row.hidden
        if in_sight and row.instance not in upload.parts and upload.seen.part(row.instance) is None:
            yield row.address, row.instance


def _as_said(row: Answer, said: Said, upload: _Upload) -> Answer:
    share = said.share
    return row._replace(
        partstat=share.partstat,
        percent=share.percent,
        completed_at=share.completed_at,
        answered_at=upload.now,
        sequence=said.sequence,
    )


def _of_series(kind: Kind, upload: _Upload, mine: list[Answer]) -> Iterator[tuple[Answer, Said]]:
    part, was = upload.parts[SERIES], mine[0]
    claim = claim_of(upload.sent, part, upload.me.addresses)
    if not upload.conditional and claim == was.digest:
        return  # the same upload once more (model, law 4)
    partstat = changed_partstat(kind, part, upload.before(SERIES), upload.me.addresses)
    share = _share(kind, upload, part, progress_of(upload.seen, upload.before(SERIES)), was, partstat)
    # Under an address that was added later the same person may not have answered yet.
    if share == share_of(was) and (partstat is None or all(share == share_of(a) for a in mine)):
        return
    yield from ((row, _spoken(kind, upload, part, share, claim)) for row in mine)


def _of_occurrence(kind: Kind, upload: _Upload, was: Answer, instance: InstanceId, *, anew: bool) -> Said | None:
    """Give what is said of one occurrence of which *was* stood; None: nothing that is not said of the series too.

    *anew*: the same text answers the series otherwise. What it says of the occurrence then stands beside that, though
    it is as it was shown, unless it says nothing.
    """
    part = upload.parts.get(instance)
    if part is None:
        return Said(share_of(was), upload.shared.sequence, None, "caldav")
    claim = claim_of(upload.sent, part, upload.me.addresses)
    if not upload.conditional and claim == was.digest:
        return None
    inherits = was.instance == SERIES
    if inherits and (anew or not upload.conditional) and _is_blank(kind, upload, part):
        return None
    partstat = _partstat_apart(kind, upload, part, was, instance, anew=anew)
    share = _share(kind, upload, part, progress_shown(share_of(was)), was, partstat)
    return None if share == share_of(was) and not was.hidden else _spoken(kind, upload, part, share, claim)


def _partstat_apart(
    kind: Kind, upload: _Upload, part: Part, was: Answer, instance: InstanceId, *, anew: bool
) -> str | None:
    """Give the PARTSTAT that *part* says of one occurrence, or None: what it says as the series does is that."""
    me, series, inherits = upload.me.addresses, upload.parts.get(SERIES), was.instance == SERIES
    if inherits and series is not None and partstats(part, me) == partstats(series, me):
        return None
    # Of what they had taken away nothing was shown.
    before = None if was.hidden else upload.before(instance)
    changed = changed_partstat(kind, part, before, me)
    return changed_partstat(kind, part, None, me) if changed is None and anew and inherits else changed


def _is_blank(kind: Kind, upload: _Upload, part: Part) -> bool:
    """Tell whether *part* says neither an answer nor that anything is done."""
    if changed_partstat(kind, part, None, upload.me.addresses) is not None:
        return False
    said = progress_of(upload.sent, part)
    return said.status in {None, NEEDS_ACTION} and not said.percent and said.completed_at is None


def _share(kind: Kind, upload: _Upload, part: Part, seen: Progress, was: Answer, partstat: str | None) -> Share:
    if kind is Kind.VTODO:
        share = share_after(share_of(was), upload.progress(part, seen), seen, partstat, upload.now)
        share = share_of(was) if share.partstat == COMPLETED and was.partstat == COMPLETED else share
    else:
        share = Share(partstat) if partstat is not None else share_of(was)
    if share.partstat == DELEGATED:
        return replace(share, delegated_to=delegate_in(part, upload.me.addresses) or was.delegated_to)
    return share


def _spoken(kind: Kind, upload: _Upload, part: Part, share: Share, claim: str) -> Said:
    written = kept_partstat(kind, part, upload.me.addresses, share)
    delegate = next((p.line for p in part.people if p.address == share.delegated_to), None)
    return Said(share, upload.shared.sequence, None, "caldav", claim=claim, written=written, delegate=delegate)


def _asked_to(upload: _Upload, mine: list[Answer], instance: InstanceId) -> Iterator[Answer]:
    """Give the person's rows for *instance*; those that it does not have yet are made of the series'."""
    alone = {a.address: a for a in mine if a.instance == instance}
    yield from alone.values()
    part = upload.shared.part(instance)
    named = {p.address for p in part.asked} if part is not None else None
    for row in mine:
        if row.instance == SERIES and row.address not in alone and (named is None or row.address in named):
            yield apart(row, instance)


def _taken_away(upload: _Upload) -> Iterator[InstanceId]:
    """Give the occurrences that the person was shown and took out of their copy: that declines them (model, row 14)."""
    if upload.lossy:
        return
    if upload.seen.part(SERIES) is None:
        yield from (p.instance for p in upload.seen.parts if p.instance not in upload.parts)
    elif SERIES in upload.parts:
        more = _exdates(upload.sent, upload.parts[SERIES], upload) - _exdates(upload.seen, upload.seen.main, upload)
        for instance in more - upload.parts.keys():
            if upload.seen.part(instance) is not None or takes_place(upload.seen, instance, upload.me.zone):
                yield instance


def _brought_back(upload: _Upload, hidden: frozenset[InstanceId]) -> frozenset[InstanceId]:
    """Give the occurrences that the person had taken out of their copy, and wants to see again."""
    part = upload.parts.get(SERIES)
    if part is None or upload.lossy or not upload.conditional:
        return frozenset()
    return hidden - _exdates(upload.sent, part, upload)


def _exdates(said: Snapshot, part: Part, upload: _Upload) -> frozenset[InstanceId]:
    return schedule_of(said.document, part.component, upload.me.zone).exdates
