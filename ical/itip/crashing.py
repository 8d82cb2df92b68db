# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answer of a party crasher comes to: nothing, until whoever organizes it takes them in (RFC 5546 3.2.3).

Their answer is to the question that was put to whoever passed the invitation on, and counts for as long as that stands.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, IN_PROCESS, NEEDS_ACTION, TENTATIVE, Answer, Standing
from ical.errors import NotOneObject
from ical.governing import Days
from ical.instances import SERIES, InstanceId
from ical.itip.answering import PUBLISHED_AT_ONCE, Said, answered
from ical.itip.crashers import Crasher
from ical.itip.inbound import NOTHING_SAID, said_by
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.itip.questions import question, rows_of
from ical.itip.sequence import is_stale
from ical.kinds import Kind
from ical.limits import MAIL
from ical.overrides import Occurrences, arranged, is_past, takes_place
from ical.people import Attendee
from ical.roll import Newcomer, with_people
from ical.snapshot import Part, Snapshot, read_object
from ical.tasks import Share, progress_of

NAME_LENGTH = 200
COMING = frozenset({ACCEPTED, TENTATIVE, IN_PROCESS, COMPLETED})
"""What there is to decide about: who says no stays out anyway."""
_UNASKED = Share(NEEDS_ACTION)


def heard(  # of what, in which words, from whom, by whose invitation
    entry: Entry, text: bytes, sender: Address, via: Address | None, *, zone: ZoneInfo, now: datetime
) -> Crasher | str:
    """Give what *sender*, who is not asked, says by the REPLY *text*, or why it is nothing to decide about.

    It must be theirs alone: one ATTENDEE, who is the sender. Raises NotOneObject where it is no REPLY to *entry*, and
    what reading it raises.
    """
    reply = read_object(text, zone, MAIL, Method.REPLY)
    if reply.uid != entry.uid or reply.kind is not entry.kind:
        raise NotOneObject("the reply is to something else")
    part, shared = reply.main, read_object(entry.shared, zone)
    if [person.address for person in part.people] != [sender]:
        return "it is not the answer of its sender alone"
    asked = _question(entry, via, part, shared, zone)
    if isinstance(asked, str):
        return asked
    said = said_by(entry, reply, part, part.people[0], asked, _UNASKED, now)
    if said is None:
        return NOTHING_SAID
    if via is not None and is_stale(said.sequence, asked):
        return f"it answers SEQUENCE {said.sequence}, and {_name(via)} was asked again at {asked.reset_sequence}"
    made = _made(part.people[0], asked.instance, said, via, now)
    return _late(entry, shared, made.instance, zone, now) or made


def copied(entry: Entry, copy: Snapshot, me: frozenset[Address], *, zone: ZoneInfo, now: datetime) -> Crasher | str:
    """Give what somebody says to *entry*, who is not asked, by a *copy* of it that they keep; else as `heard`."""
    mine = [(part, p) for part in copy.parts for p in part.people if p.address in me and p.partstat != NEEDS_ACTION]
    if not mine or copy.kind is not entry.kind:
        return NOTHING_SAID
    part, person = next((one for one in mine if one[0].instance == SERIES), mine[0])
    shared = read_object(entry.shared, zone)
    progress = progress_of(copy, part)
    share = (
        Share(person.partstat, progress.percent, progress.completed_at) if _is_task(entry) else Share(person.partstat)
    )
    said = Said(share, part.sequence or 0, None, "caldav")
    return _late(entry, shared, part.instance, zone, now) or _made(person, part.instance, said, None, now)


def is_open(entry: Entry, crasher: Crasher, *, zone: ZoneInfo, now: datetime) -> bool:
    """Tell whether there is anything to decide (any more)."""
    asked = {(a.address, a.instance) for a in entry.answers}
    if not asked.isdisjoint({(crasher.address, SERIES), (crasher.address, crasher.instance)}):
        return False
    return _late(entry, read_object(entry.shared, zone), crasher.instance, zone, now) is None


def stands(entry: Entry, crasher: Crasher, *, zone: ZoneInfo) -> bool:
    """Tell whether the answer is to the question as it is now: another time asks anew."""
    theirs = Standing(entry.answers).of(crasher.via, crasher.instance) if crasher.via is not None else None
    if theirs is not None:
        return not is_stale(crasher.sequence, theirs)
    shared = read_object(entry.shared, zone)
    part = shared.part(crasher.instance) or shared.main
    return crasher.sequence >= (part.sequence or 0)


def taken_in(text: bytes, crasher: Crasher, name: str, zone: ZoneInfo) -> bytes:
    """Give the organizer's *text* with the crasher asked, by *name*, to what they answer."""
    said = read_object(text, zone)
    if crasher.instance != SERIES and said.part(crasher.instance) is None:
        said = arranged(said, zone, made=[crasher.instance])
    day = None if crasher.instance == SERIES else crasher.instance
    return with_people(said.document.raw, [Newcomer(crasher.address, name)], zone, only=day)


def with_answer(outcome: Outcome, entry: Entry, crasher: Crasher, now: datetime) -> Outcome:
    """Give *outcome*, which asks them, with the answer that they gave before."""
    said = Said(crasher.share, crasher.sequence, crasher.stamp, crasher.channel, crasher.comment)
    publish = entry.size <= PUBLISHED_AT_ONCE
    rows = (
        answered(a, replace(said, sequence=max(said.sequence, a.reset_sequence)), now, publish=publish)
        if a.address == crasher.address and a.answered_at is None
        else a
        for a in outcome.answers
    )
    return replace(outcome, answers=tuple(rows))


def sentence(crasher: Crasher) -> str:
    """Say who answers what, for the log."""
    on = f" for {crasher.instance}" if crasher.instance != SERIES else ""
    through = f", by the invitation of {_name(crasher.via)}" if crasher.via is not None else ""
    answers = f"answers {crasher.share.partstat}{on} by {crasher.channel}"
    return f"{_name(crasher.address)}, who is not asked, {answers}{through}."


def _question(entry: Entry, via: Address | None, part: Part, shared: Snapshot, zone: ZoneInfo) -> Answer | str:
    """Give what was asked of whoever passed it on, or of everybody; a reason where that does not take place."""
    occurrences = Occurrences(shared, zone)
    if via is not None:
        row = question(rows_of(entry.answers, via), via, part.instance, shared, occurrences)
        if row is not None:
            return row
        return f"{_name(via)} is not asked to {part.instance or 'all of it'}, or there is no such occurrence"
    instance = occurrences.meant(part.instance)
    if instance is None:
        return f"there is no occurrence {part.instance}"
    return Answer(Address(""), instance, reset_sequence=(shared.part(instance) or shared.main).sequence or 0)


def _late(entry: Entry, shared: Snapshot, instance: InstanceId, zone: ZoneInfo, now: datetime) -> str | None:
    """Give why there is nothing to come to (any more)."""
    if entry.state is State.CANCELLED or Days(shared, zone).is_off(instance):
        return "it has been called off"
    if instance != SERIES and shared.part(instance) is None and not takes_place(shared, instance, zone):
        return f"there is no occurrence {instance}"
    return "it is over" if is_past(shared, instance, zone, now) else None


def _made(person: Attendee, instance: InstanceId, said: Said, via: Address | None, now: datetime) -> Crasher:
    name = " ".join((person.line.parameter("CN") or "").split())
    return Crasher(
        person.address,
        instance,
        name[:NAME_LENGTH],
        said.share,
        said.comment,
        said.sequence,
        said.stamp,
        said.channel,
        via,
        now,
    )


def _is_task(entry: Entry) -> bool:
    return entry.kind is Kind.VTODO


def _name(address: Address) -> str:
    return address.removeprefix("mailto:")
