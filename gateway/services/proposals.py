# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody invited proposes another time or place, and the organizer accepts or declines it (RFC 5546 3.2.7, 3.2.8).

A proposal changes nothing of the entry, and nobody but the organizer hears of it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.errors import NotFound, NotYours, Refused
from gateway.model import Loaded, Person, PersonId, ProposalId
from gateway.services import letters, outward
from gateway.services.arrivals import Taken, What
from gateway.services.concern import subject_of
from gateway.services.save import save
from gateway.services.scene import Scene, actor_of, zone_of
from gateway.services.subject import Subject
from gateway.store import calendars, decisions, entries, inbox, proposals, readings
from gateway.store.inbox import NewItem
from gateway.store.proposals import Known
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.instances import SERIES, InstanceId
from ical.itip import countering, proposing
from ical.itip.organizer import organize
from ical.itip.outcome import Message, Method, Outcome
from ical.itip.proposals import Fate, Proposal, Wish
from ical.itip.questions import COMMENT_LENGTH, comment_of
from ical.overrides import Occurrences, is_past
from ical.snapshot import Snapshot, read_object
from ical.times import Moment


def propose(  # who proposes what for which occurrence of which entry
    uow: UnitOfWork,
    person: Person,
    uid: str,
    instance: InstanceId = SERIES,
    start: Moment | None = None,
    end: Moment | None = None,
    *,
    location: str | None = None,
    comment: str | None = None,
    scene: Scene,
) -> None:
    """Let *person*, who is invited, propose another time or place.

    The organizer finds it in the inbox; one who is outside gets it by mail. Without *end* it lasts as long as it does
    now. Raises NotFound where the person has no such entry, and Refused, in a sentence, where the proposal counts for
    nothing.
    """
    held = next((one for one in readings.of_uid(uow, person.id, uid) if one.reading.scheduled), None)
    if held is None:
        raise NotFound("you are in no such entry")
    entries.lock(uow, held.entry_id)
    here = readings.of_person(uow, held.entry_id, person.id)
    if here is None or here.reading.organizer:
        raise Refused("whoever organizes it changes it, and proposes nothing")
    about = next((a.address for a in here.entry.answers if a.address in person.all_addresses), person.addresses[0])
    words = comment[:COMMENT_LENGTH] if comment else None
    place = location[: proposing.PLACE_LENGTH] if location else None
    wish = Wish(instance, start, end, place, words, channel="service")
    why = take(uow, subject_of(uow, here, person), about, wish, scene)
    if isinstance(why, str):
        raise Refused(why)


def take(uow: UnitOfWork, subject: Subject, about: Address, wish: Wish, scene: Scene) -> Proposal | str:
    """Store what *about* proposes over what they proposed before, or give why it counts for nothing; the log has it."""
    known = proposals.of_entry(uow, subject.entry_id, about)
    before = [one.proposal for one in known]
    made = proposing.propose(subject.entry, about, wish, before, zone=zone_of(subject.custodian), now=scene.now)
    if isinstance(made, str):
        _note(uow, subject, f"A proposal was not kept: {made}.", scene)
        return made
    same = [one for one in known if one.proposal.instance == made.instance]
    older = {one.id: Fate.SUPERSEDED for one in same if one.proposal.fate is Fate.OPEN}
    proposals.settle(uow, older, scene.now)
    number = proposals.add(uow, subject.entry_id, made)
    _note(uow, subject, proposing.sentence(made), scene)
    if subject.entry.outside:
        outward.send(uow, subject, made, number, scene)
        return made
    proposer = (subject.people or {}).get(about)
    told, old = (subject.custodian.id, Method.COUNTER), [(proposer, Method.DECLINECOUNTER)]
    _replace(uow, subject, made, told=told, old=old, scene=scene)
    return made


def accept(uow: UnitOfWork, person: Person, proposal_id: ProposalId, *, scene: Scene) -> None:
    """Change the entry as it was proposed, as if its organizer had saved it so: everybody is asked again.

    What others proposed for the same time is overtaken by that, and the REQUEST with the new time tells them. Raises
    NotFound, NotYours, and Refused where it cannot be accepted (any more).
    """
    one = _open(uow, person, proposal_id, scene)
    zone = zone_of(person)
    if one.is_over:
        raise Refused("it is over")
    text = countering.as_proposed(one.here.entry.words or b"", one.proposal, zone)
    if isinstance(text, str):
        raise Refused(text)
    outcome = organize(one.here.entry, text, actor_of(person, scene), hold_back=scene.hold_back, now=scene.now)
    why = f"The organizer accepts what {_name(one.proposal)} proposed for {one.proposal.about}."
    subject = subject_of(uow, one.here, person)
    save(uow, subject, replace(outcome, why=(why, *outcome.why)), actor=person, scene=scene)


def decline(
    uow: UnitOfWork, person: Person, proposal_id: ProposalId, *, comment: str | None = None, scene: Scene
) -> None:
    """Leave the entry as it is, and tell whoever proposed: by mail, or in the inbox of a colleague.

    Of what is over nobody is told. Raises NotFound, NotYours, and Refused where it is settled already.
    """
    one = _open(uow, person, proposal_id, scene)
    words = comment[:COMMENT_LENGTH] if comment else None
    said, subject = replace(one.proposal, answer=words), subject_of(uow, one.here, person)
    proposals.settle(uow, {proposal_id: Fate.DECLINED}, scene.now, answer=words)
    colleague = one.here.people.get(said.address)
    told = (colleague, Method.DECLINECOUNTER) if colleague is not None and not one.is_over else None
    _replace(uow, subject, said, told=told, old=[(person.id, Method.COUNTER)], scene=scene)
    if colleague is None and not one.is_over:
        letters.send(uow, subject, _turned_down(subject, said), f"proposal {proposal_id}", scene)
    silent = "; it is over, and nobody is told" if one.is_over else f": {Method.DECLINECOUNTER} to them alone"
    _note(uow, subject, f"The organizer declines what {_name(said)} proposed for {said.about}{silent}.", scene)


def turned_down(uow: UnitOfWork, person: Person, said: Snapshot, source: str, scene: Scene) -> Taken:
    """Take the DECLINECOUNTER of an organizer outside, read as *said*: who proposed finds it in the inbox.

    *source* is a sentence for the decision log that tells where it is from.
    """
    held = next((one for one in readings.of_uid(uow, person.id, said.uid) if one.entry.outside), None)
    if held is None or said.organizer not in {None, held.entry.organizer}:
        return Taken(What.ORDINARY, None, "nothing was proposed to whoever declines it")
    entries.lock(uow, held.entry_id)
    zone = zone_of(person)
    instance = Occurrences(read_object(held.entry.shared, zone), zone).meant(said.main.instance)
    known = [one for one in proposals.open_in(uow, [held.entry_id]) if one.proposal.instance == instance]
    subject = subject_of(uow, held, person)
    _note(uow, subject, source, scene)
    for one in known:
        words = comment_of(said, said.main, None)
        proposals.settle(uow, {one.id: Fate.DECLINED}, scene.now, answer=words)
        _replace(uow, subject, one.proposal, told=(person.id, Method.DECLINECOUNTER), old=(), scene=scene)
        _note(uow, subject, f"What {_name(one.proposal)} proposed for {one.proposal.about} is declined.", scene)
    return Taken(What.PROPOSAL if known else What.IGNORED, held.entry_id)


def hand_over(uow: UnitOfWork, subject: Subject, scene: Scene) -> None:
    """Lay what is still proposed before whoever organizes *subject* from now on; their own proposals are overtaken."""
    me = subject.custodian.all_addresses
    for number, _, said in proposals.open_in(uow, [subject.entry_id]):
        if said.address in me:
            proposals.settle(uow, {number: Fate.SUPERSEDED}, scene.now)
            _note(uow, subject, f"{_name(said)} organizes it now, and proposes nothing any more.", scene)
        else:
            _replace(uow, subject, said, told=(subject.custodian.id, Method.COUNTER), old=(), scene=scene)


def of_entry(uow: UnitOfWork, person: Person, uid: str) -> tuple[Known, ...]:
    """Give what was proposed for what *person* organizes under this UID, oldest first."""
    held = (one for one in readings.of_uid(uow, person.id, uid) if one.reading.scheduled and one.reading.organizer)
    return tuple(known for here in held for known in proposals.of_entry(uow, here.entry_id))


@dataclass(frozen=True, slots=True)
class _Open:
    """A proposal that its organizer may settle."""

    here: Loaded
    proposal: Proposal
    is_over: bool


def _open(uow: UnitOfWork, person: Person, proposal_id: ProposalId, scene: Scene) -> _Open:
    named = proposals.by_id(uow, proposal_id)
    if named is None:
        raise NotFound("there is no such proposal")
    entries.lock(uow, named.entry_id)
    known, here = proposals.by_id(uow, proposal_id), readings.of_person(uow, named.entry_id, person.id)
    is_theirs = here is not None and here.entry.outside
    if is_theirs or entries.custodian_of(uow, named.entry_id) != person.id:
        raise NotYours("only whoever organizes it accepts or declines what is proposed for it")
    if known is None or here is None or here.reading.hidden or here.entry.words is None:
        raise NotFound("what it was proposed for is not in your calendar any more")
    if known.proposal.fate is not Fate.OPEN:
        raise Refused(f"the proposal is {known.proposal.fate} already")
    shared, zone = read_object(here.entry.shared, zone_of(person)), zone_of(person)
    return _Open(here, known.proposal, is_past(shared, known.proposal.instance, zone, scene.now))


def _turned_down(subject: Subject, said: Proposal) -> Outcome:
    entry, zone = subject.entry, zone_of(subject.custodian)
    base = countering.turned_down(read_object(entry.shared, zone), said, zone)
    message = Message(
        Method.DECLINECOUNTER, (said.address,), base, said.sequence, instance=said.instance, proposal=said
    )
    return Outcome(state=entry.state, closed=entry.closed, messages=(message,))


def _replace(  # of what, about whom, what is laid and what taken away
    uow: UnitOfWork,
    subject: Subject,
    said: Proposal,
    *,
    told: tuple[PersonId, Method] | None,
    old: Sequence[tuple[PersonId | None, Method]],
    scene: Scene,
) -> None:
    """Lay a message about *said* into an inbox, and take away those that it makes old."""
    gone = [(who, subject.entry_id, method, said.address, said.instance) for who, method in old if who is not None]
    concerned = inbox.holders(uow, (), gone) | ({told[0]} if told is not None else set())
    boxes = calendars.inboxes(uow, concerned)
    calendars.advance(uow, set(boxes.values()))
    taken = inbox.withdraw_single(uow, gone)
    laid: tuple[tuple[PersonId, str], ...] = ()
    if told is not None:
        who, method = told
        name = f"{secrets.token_hex(16)}.ics"
        item = NewItem([boxes[who]], name, subject.entry_id, method, scene.now, said.address, said.instance)
        laid = inbox.lay(uow, [item])
    calendars.mark(uow, [(boxes[who], href) for who, href in (*taken, *laid)])


def _note(uow: UnitOfWork, subject: Subject, why: str, scene: Scene) -> None:
    decisions.note(uow, subject.entry_id, [("proposal", why)], scene.now)


def _name(proposal: Proposal) -> str:
    return proposal.address.removeprefix("mailto:")
