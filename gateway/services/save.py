# SPDX-License-Identifier: GPL-3.0-or-later
"""Save what was decided: the one way in which an entry that several people have is written.

Colleagues get a reading and an inbox item, people outside a row in the outbox; all in the transaction of the caller,
with a number of statements that does not grow with the number of people.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gateway.model import EntryId, Person, PersonId, Reading
from gateway.services import adoption, concern, following, letters, overtaking
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import REJECTED, Facts, Had, Home, Present, Settled, Subject
from gateway.store import answers as answer_rows
from gateway.store import crashers, decisions, entries, formers, proposals, reading_changes
from gateway.store.unit import UnitOfWork
from ical import view
from ical.address import Address, mailbox
from ical.answers import Answer
from ical.instances import SERIES, InstanceId
from ical.itip.answering import REPLIED
from ical.itip.outcome import Entry, Message, Method, Outcome, State
from ical.news import Saying, sayings
from ical.recurrence import repeats
from ical.snapshot import Snapshot, read_object
from ical.text import unescape
from ical.timeindex import span_of

PENDING, DELIVERED = "1.0", "1.2"
UNKNOWN, NO_WAY = "3.7", "5.2"
"""SCHEDULE-STATUS codes (RFC 6638 3.2.9)."""
SUMMARY_LENGTH = 1000


def facts_of(said: Snapshot, person: Person, *, alone: bool) -> Facts:
    """Give summary and span of a text, floating times meant as *person* means them.

    *alone*: nobody else is in the entry, so what the text says that *person* answered is all that there is.
    """
    me = person.all_addresses if alone else None
    summary = unescape(said.value("SUMMARY") or "")[:SUMMARY_LENGTH]
    return Facts(summary, span_of(said.document, said.kind, zone_of(person), me))


class Saved(NamedTuple):
    """What there is now."""

    entry: Entry
    reading: Reading | None
    """That of whoever acted, where it is known."""


def save(
    uow: UnitOfWork,
    subject: Subject,
    outcome: Outcome,
    *,
    actor: Person | None,
    scene: Scene,
    home: Home | None = None,
    had: Mapping[PersonId, Had] | None = None,
) -> Saved:
    """Write *outcome* and give what there is now; *home* places the organizer's own reading where there is none.

    *had* is what others had of it elsewhere, where it is brought in from.

    An outcome that changes nothing writes its reason and nothing else.
    """
    if outcome == Outcome(state=outcome.state, closed=outcome.closed, why=outcome.why):
        _note(uow, subject, outcome.why, scene)
        return Saved(subject.entry, None)
    had = had or {}
    present = concern.of(uow, subject, outcome, actor, holding=had)
    adopted = adoption.found(uow, subject, present)
    others = frozenset(person for person, what in had.items() if what.is_another)
    present = replace(present, refused=present.refused | adopted.refused | others)
    settled = replace(_settled(subject, outcome, present, scene, home), had=had)
    saved = Saved(settled.entry, _write(uow, [settled], actor=actor, scene=scene)[0].mine)
    for person, said in adoption.said(settled.entry, adopted, scene):
        later = replace(subject, entry=saved.entry, people=present.people)
        theirs = replace(scene, deputy=None)
        saved = Saved(save(uow, later, said, actor=person, scene=theirs).entry, None)
    return saved


def save_all(uow: UnitOfWork, decided: Sequence[tuple[Subject, Outcome]], *, actor: Person, scene: Scene) -> None:
    """Write what *actor* did to several entries, as `save` does, in as many statements as for one.

    Of each is known who its people are, and none of the outcomes asks anybody to anything, or changes nothing.
    """
    present = concern.of_all(uow, decided, actor)
    settled = [
        _settled(subject, outcome, seen, scene, None) for (subject, outcome), seen in zip(decided, present, strict=True)
    ]
    _write(uow, settled, actor=actor, scene=scene)


def _settled(subject: Subject, outcome: Outcome, present: Present, scene: Scene, home: Home | None) -> Settled:
    outcome = _without(_inherited(subject, outcome, present), present)
    rows = tuple(_delivered(subject, outcome, present, scene))
    now = after(subject.entry, outcome, rows)
    facts = None if outcome.words is None else _facts(now.timed, subject.custodian)
    return Settled(subject, outcome, present, rows, now, facts, home)


def _write(
    uow: UnitOfWork, settled: Sequence[Settled], *, actor: Person | None, scene: Scene
) -> list[following.Followed]:
    overtaken = overtaking.overtaken(uow, settled)
    settled = [replace(one, overtaken=overtaken.get(one.subject.entry_id, ())) for one in settled]
    entries.update_all(uow, {one.subject.entry_id: _columns(one, scene) for one in settled})
    said = ((one.subject.entry_id, one.present.people.get(a.address), a) for one in settled for a in one.answers)
    answer_rows.put_all(uow, said)
    followed = following.follow(uow, settled, actor=actor, now=scene.now)
    for one in settled:
        answer_rows.drop(uow, one.subject.entry_id, one.outcome.dropped)
        answer_rows.end(uow, one.subject.entry_id, one.outcome.ended)
    reading_changes.set_partial(uow, [row for one in settled for row in _partial(one)])
    proposals.settle(uow, overtaking.fates(settled), scene.now)
    formers.note(uow, [(one.subject.entry_id, _before(one)) for one in settled if one.subject.entry.shared], scene.now)
    crashers.settle(uow, *overtaking.asked_or_off(settled))
    letters.post(uow, [(one, what.cause) for one, what in zip(settled, followed, strict=True)], scene)
    by = _hand(actor, scene)
    why = [(one.subject.entry_id, "decided", sentence) for one in settled for sentence in (*by, *_sentences(one))]
    decisions.note_all(uow, why, scene.now)
    return followed


def _hand(actor: Person | None, scene: Scene) -> tuple[str, ...]:
    if actor is None or scene.deputy is None:
        return ()
    return (f"{scene.deputy.login} acted in the name of {actor.login}.",)


def _before(one: Settled) -> Mapping[InstanceId, Saying]:
    """Give what it said that it does not say any more, of each occurrence and of all of it."""
    old, new = one.subject.entry.shared, one.outcome.shared
    return sayings(old, new, zone_of(one.subject.custodian)) if new is not None and new != old else {}


def _sentences(one: Settled) -> Iterator[str]:
    yield from one.outcome.why
    yield from overtaking.sentences(one)
    refused = sorted(a.address for a in one.answers if one.present.is_refused(a.address))
    yield from (_collision(address) for address in refused if not one.subject.entry.answer(address))


def _inherited(subject: Subject, outcome: Outcome, present: Present) -> Outcome:
    """A person who is asked under one more address has answered already (model, row 27)."""
    known = {
        a.address: a
        for a in subject.entry.answers
        if a.instance == SERIES and a.address not in outcome.dropped and not a.organizer
    }
    before = {present.people[address]: address for address in known if address in present.people}
    now = known | {a.address: a for a in outcome.answers if a.instance == SERIES}
    more = {
        a.address: now[before[person]]._replace(address=a.address, agent=a.agent)
        for a in outcome.answers
        if a.instance == SERIES and a.address not in known and not a.organizer
        if (person := present.people.get(a.address)) in before
    }
    if not more:
        return outcome
    rows = tuple(more.get(a.address, a) if a.instance == SERIES else a for a in outcome.answers)
    return replace(outcome, answers=rows, messages=_sent_to_others(outcome, more), reset=outcome.reset - more.keys())


def _without(outcome: Outcome, present: Present) -> Outcome:
    """Leave out colleagues who have another entry with this UID: it is not lost for this one (model, row 41)."""
    refused = [a for a, person in present.people.items() if person in present.refused]
    return replace(outcome, messages=_sent_to_others(outcome, refused)) if refused else outcome


def _sent_to_others(outcome: Outcome, left_out: Container[Address]) -> tuple[Message, ...]:
    messages = (replace(m, to=tuple(a for a in m.to if a not in left_out)) for m in outcome.messages)
    return tuple(m for m in messages if m.to)


def _delivered(subject: Subject, outcome: Outcome, present: Present, scene: Scene) -> Iterator[Answer]:
    """Give the rows to write, each with how far its message has come."""
    if subject.entry.outside:
        return _answered(subject, outcome, present, scene)
    changed = {(a.address, a.instance): a for a in outcome.answers}
    standing = {(a.address, a.instance): a for a in subject.entry.answers}
    with_all = [key for key, a in changed.items() if a.instance != SERIES and a.answered_at is None]
    for message in outcome.messages:
        to = () if message.method is Method.REPLY else message.to
        keys = [(address, message.instance) for address in to]
        if with_all and message.method is Method.REQUEST and message.instance == SERIES:
            everybody = frozenset(to)
            keys += [key for key in with_all if key[0] in everybody]  # asked for in the one message
        for key in keys:
            address, row = key[0], changed.get(key)
            gone = address in outcome.dropped or key in outcome.ended
            if row is None and not gone and (before := standing.get(key)) is not None:
                # Of a colleague whose answer stands nothing new is known.
                row = before if address not in present.people or before.delivery == REJECTED else None
            if row is not None:
                changed[key] = row._replace(delivery=_delivery(address, present, scene))
    return (a._replace(delivery=REJECTED) if present.is_refused(a.address) else a for a in changed.values())


def _answered(subject: Subject, outcome: Outcome, present: Present, scene: Scene) -> Iterator[Answer]:
    """Give the rows of somebody whom somebody outside has asked, each with how far the answer has come."""
    told = {message.instance for message in outcome.messages if message.method is Method.REPLY}
    organizer = subject.entry.organizer
    status = _delivery(organizer, present, scene) if organizer is not None else UNKNOWN
    for row in outcome.answers:
        yield row._replace(delivery=status if row.instance in told else "") if row.delivery == REPLIED else row


def _delivery(address: Address, present: Present, scene: Scene) -> str:
    if address in present.people:
        return DELIVERED
    if mailbox(address) is None:
        return UNKNOWN
    return PENDING if scene.settings.can_mail else NO_WAY


def _facts(text: bytes, custodian: Person) -> Facts:
    return facts_of(read_object(text, zone_of(custodian)), custodian, alone=False)


def _columns(one: Settled, scene: Scene) -> entries.EntryColumns:
    outcome, before, columns = one.outcome, one.subject.entry, entries.EntryColumns()
    if outcome.words is not None and one.facts is not None:
        columns = {"words": outcome.words, "summary": one.facts.summary, "span": one.facts.span}
        columns["repeats"] = one.facts.span.recurring or _repeated(one.subject)
    if outcome.shared is not None:
        columns["shared"] = outcome.shared
    if outcome.sequence is not None and outcome.sequence != before.sequence:
        columns["sequence"] = outcome.sequence
    if outcome.state is not before.state:
        columns["state"] = outcome.state
        columns["off_at"] = scene.now if outcome.state is State.CANCELLED else None
    if outcome.closed != before.closed:
        columns["closed"] = outcome.closed
    return columns


def _repeated(subject: Subject) -> bool:
    """Tell whether the entry took place several times before, as far as that is known."""
    if subject.entry.words is None:
        return True
    said = read_object(subject.entry.words, zone_of(subject.custodian))
    return any(repeats(said.document, part.component) for part in said.parts)


def after(entry: Entry, outcome: Outcome, rows: Iterable[Answer]) -> Entry:
    """Give *entry* as *outcome* leaves it, with *rows* as the answers that it changed."""
    merged = {(a.address, a.instance): a for a in entry.answers if a.address not in outcome.dropped}
    merged |= {(a.address, a.instance): a for a in rows}
    for key in outcome.ended:
        merged.pop(key, None)
    return replace(
        entry,
        words=entry.words if outcome.words is None else outcome.words,
        shared=entry.shared if outcome.shared is None else outcome.shared,
        sequence=entry.sequence if outcome.sequence is None else outcome.sequence,
        answers=tuple(merged.values()),
        state=outcome.state,
        closed=outcome.closed,
    )


def _partial(one: Settled) -> Iterator[tuple[EntryId, PersonId, bool]]:
    """Tell whose reading has other occurrences than the index knows of the entry, where that may have changed."""
    before, entry, named = one.subject.entry, one.entry, one.present.people
    if before.host_is_absent or entry.host_is_absent:
        yield one.subject.entry_id, one.subject.custodian.id, entry.host_is_absent
    apart = {a.address for a in (*before.answers, *entry.answers) if a.instance != SERIES}
    zone = zone_of(one.subject.custodian)
    known = {a.address for a in before.answers}
    changed = one.outcome.shared is not None or any(a.address not in known for a in one.outcome.answers)
    several = changed and (_has_overrides(entry, zone) or _has_overrides(before, zone))
    asked = {a.address for a in entry.answers} if several else apart
    theirs: dict[PersonId, set[Address]] = {named[a]: set() for a in asked if a in named}
    if not theirs:
        return
    for address, person in named.items():
        if person in theirs:
            theirs[person].add(address)
    host = None if entry.outside else one.subject.custodian.id
    partial = view.partial(entry, theirs, zone, organizer=host)
    yield from ((one.subject.entry_id, person, person in partial) for person in theirs)


def _has_overrides(entry: Entry, zone: ZoneInfo) -> bool:
    return bool(entry.shared) and len(read_object(entry.shared, zone).parts) > 1


def _note(uow: UnitOfWork, subject: Subject, why: Iterable[str], scene: Scene) -> None:
    if sentences := [("decided", sentence) for sentence in why]:
        decisions.note(uow, subject.entry_id, sentences, scene.now)


def _collision(address: Address) -> str:
    return f"{address.removeprefix('mailto:')} has another entry with this UID, so this one was not delivered."
