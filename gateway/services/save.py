# SPDX-License-Identifier: GPL-3.0-or-later
"""Save what was decided: the one way in which an entry that several people have is written.

Colleagues get a reading and an inbox item, people outside a row in the outbox; all in the transaction of the caller,
with a number of statements that does not grow with the number of people.
"""

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gateway.model import Person, PersonId
from gateway.services import adoption, following, letters
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Home, Present, Subject
from gateway.store import answers as answer_rows
from gateway.store import decisions, entries, people, reading_changes, readings
from gateway.store.unit import UnitOfWork
from ical import view
from ical.address import Address, mailbox
from ical.answers import Answer
from ical.instances import SERIES
from ical.itip.outcome import Entry, Message, Method, Outcome, State
from ical.snapshot import Snapshot, read_object
from ical.text import unescape
from ical.timeindex import Span, span_of

PENDING, DELIVERED = "1.0", "1.2"
UNKNOWN, NO_WAY, REJECTED = "3.7", "5.2", "5.3"
"""SCHEDULE-STATUS codes (RFC 6638 3.2.9)."""
SUMMARY_LENGTH = 1000


class Facts(NamedTuple):
    """What columns say of a text."""

    summary: str
    span: Span


def facts_of(said: Snapshot, person: Person, *, alone: bool) -> Facts:
    """Give summary and span of a text, floating times meant as *person* means them.

    *alone*: nobody else is in the entry, so what the text says that *person* answered is all that there is.
    """
    me = person.all_addresses if alone else None
    summary = unescape(said.value("SUMMARY") or "")[:SUMMARY_LENGTH]
    return Facts(summary, span_of(said.document, said.kind, zone_of(person), me))


def save(
    uow: UnitOfWork, subject: Subject, outcome: Outcome, *, actor: Person | None, scene: Scene, home: Home | None = None
) -> Entry:
    """Write *outcome* and give the entry as it is now; *home* places the organizer's own reading where there is none.

    An outcome that changes nothing writes its reason and nothing else.
    """
    if outcome == Outcome(state=outcome.state, closed=outcome.closed, why=outcome.why):
        _note(uow, subject, outcome.why, scene)
        return subject.entry
    present = _present(uow, subject, outcome, actor)
    adopted = adoption.found(uow, subject, present)
    present = replace(present, refused=present.refused | adopted.refused)
    outcome = _without(_inherited(subject, outcome, present), present)
    rows = tuple(_delivered(subject, outcome, present, scene))
    entry = after(subject.entry, outcome, rows)
    facts = None if outcome.words is None else _facts(outcome.words, subject.custodian)
    _write_entry(uow, subject, outcome, facts, scene)
    if rows:
        answer_rows.put(uow, subject.entry_id, rows, present.people)
    span = facts.span if facts is not None else None
    cause = following.follow(uow, subject, outcome, present, actor=actor, home=home, span=span, now=scene.now)
    answer_rows.drop(uow, subject.entry_id, outcome.dropped)
    answer_rows.end(uow, subject.entry_id, outcome.ended)
    _tell_partial(uow, subject, entry, outcome, present)
    letters.post(uow, subject, entry, outcome, present, cause=cause, scene=scene)
    news = sorted(a.address for a in rows if present.is_refused(a.address) and not subject.entry.answer(a.address))
    _note(uow, subject, (*outcome.why, *map(_collision, news)), scene)
    for person, said in adoption.said(entry, adopted, scene):
        entry = save(uow, replace(subject, entry=entry, people=present.people), said, actor=person, scene=scene)
    return entry


def _present(uow: UnitOfWork, subject: Subject, outcome: Outcome, actor: Person | None) -> Present:
    known = subject.people
    if known is None:
        known = answer_rows.people_of(uow, subject.entry_id) if subject.entry.answers else {}
    rows = {a.address for a in subject.entry.answers}
    fresh = [a.address for a in outcome.answers if a.address not in rows and not a.organizer]
    # Whoever is asked again may have lost the entry with the calendar that it lay in.
    asking = {*fresh, *outcome.reset}
    told = {address for message in outcome.messages for address in message.to}
    recipients = people.recipients(uow, asking | told if asking else ())
    everybody = {**{address: r.person.id for address, r in recipients.items() if address in fresh}, **known}
    own = {a.address: subject.custodian.id for a in outcome.answers if a.organizer}
    asked = {
        address: r
        for address, r in recipients.items()
        if address in asking and r.person.id != subject.custodian.id and everybody.get(address) == r.person.id
    }
    kind, uid, name = subject.entry.kind, subject.entry.uid, following.href_of(subject.entry.uid)
    places = {r.calendars[kind] for r in asked.values()}
    concerned = {everybody[address] for address in _named(outcome, asking | told) if address in everybody}
    concerned |= {subject.custodian.id, *([actor.id] if actor is not None else [])}
    held = readings.in_the_way(uow, concerned, uid, places, name)
    here = {r.person_id: r for r in held if r.entry_id == subject.entry_id}
    elsewhere = {r.person_id: r for r in held if r.entry_id != subject.entry_id and r.uid == uid}
    return Present(
        {**everybody, **own},
        asked,
        {r.person.id: r.inbox for r in recipients.values()},
        here,
        elsewhere,
        frozenset(r.calendar_id for r in held if r.href == name),
        frozenset(p for p, r in elsewhere.items() if r.scheduled and p not in here and p in everybody.values()),
    )


def _named(outcome: Outcome, told: Collection[Address]) -> frozenset[Address]:
    """Give whose readings an outcome may be about: of a thousand others nothing has to be known."""
    rows = (a.address for a in outcome.answers)
    return frozenset((*told, *rows, *outcome.touched, *outcome.firm, *outcome.dropped, *(outcome.frozen or ())))


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
            if row is None and address not in present.people and not gone:
                row = standing.get(key)  # of a colleague whose answer stands nothing new is known
            if row is not None:
                changed[key] = row._replace(delivery=_delivery(address, present, scene))
    return (a._replace(delivery=REJECTED) if present.is_refused(a.address) else a for a in changed.values())


def _delivery(address: Address, present: Present, scene: Scene) -> str:
    if address in present.people:
        return DELIVERED
    if mailbox(address) is None:
        return UNKNOWN
    return PENDING if scene.settings.can_mail else NO_WAY


def _facts(words: bytes, custodian: Person) -> Facts:
    return facts_of(read_object(words, zone_of(custodian)), custodian, alone=False)


def _write_entry(uow: UnitOfWork, subject: Subject, outcome: Outcome, facts: Facts | None, scene: Scene) -> None:
    columns: entries.EntryColumns = {}
    if outcome.words is not None and facts is not None:
        columns = {"words": outcome.words, "summary": facts.summary, "span": facts.span}
    if outcome.shared is not None:
        columns["shared"] = outcome.shared
    if outcome.sequence is not None and outcome.sequence != subject.entry.sequence:
        columns["sequence"] = outcome.sequence
    if outcome.state is not subject.entry.state:
        columns["state"] = outcome.state
        columns["off_at"] = scene.now if outcome.state is State.CANCELLED else None
    if outcome.closed != subject.entry.closed:
        columns["closed"] = outcome.closed
    if columns:
        entries.update(uow, subject.entry_id, **columns)


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


def _tell_partial(uow: UnitOfWork, subject: Subject, entry: Entry, outcome: Outcome, present: Present) -> None:
    """Note whose reading has other occurrences than the index knows of the entry, where that may have changed."""
    apart = {a.address for a in (*subject.entry.answers, *entry.answers) if a.instance != SERIES}
    zone = zone_of(subject.custodian)
    known = {a.address for a in subject.entry.answers}
    changed = outcome.shared is not None or any(a.address not in known for a in outcome.answers)
    several = changed and (_has_overrides(entry, zone) or _has_overrides(subject.entry, zone))
    asked = {a.address for a in entry.answers} if several else apart
    people: dict[PersonId, set[Address]] = {present.people[a]: set() for a in asked if a in present.people}
    if not people:
        return
    for address, person in present.people.items():
        if person in people:
            people[person].add(address)
    partial = view.partial(entry, people, zone, organizer=subject.custodian.id)
    reading_changes.set_partial(uow, subject.entry_id, people.keys(), partial)


def _has_overrides(entry: Entry, zone: ZoneInfo) -> bool:
    return bool(entry.shared) and len(read_object(entry.shared, zone).parts) > 1


def _note(uow: UnitOfWork, subject: Subject, why: Iterable[str], scene: Scene) -> None:
    if sentences := [("decided", sentence) for sentence in why]:
        decisions.note(uow, subject.entry_id, sentences, scene.now)


def _collision(address: Address) -> str:
    return f"{address.removeprefix('mailto:')} has another entry with this UID, so this one was not delivered."
