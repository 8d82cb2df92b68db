# SPDX-License-Identifier: GPL-3.0-or-later
"""Readings follow the entry: who has it, who sees a change of it, and what comes into whose inbox."""

import hashlib
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.model import CalendarId, EntryId, Person, PersonId, Reading, ReadingId, Revision
from gateway.store import calendars, entries, inbox, reading_changes
from gateway.store.inbox import NewItem
from gateway.store.people import Recipient
from gateway.store.reading_changes import NewReading
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.timeindex import Span

LONGEST_NAME = 200

Place = tuple[CalendarId, str]
"""A collection and the name of something in it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decision is about."""

    entry_id: EntryId
    entry: Entry
    """As it was before."""
    custodian: Person
    """The organizer, in whose name things are sent."""
    people: Mapping[Address, PersonId] | None = None
    """Which of the addresses asked are colleagues'; None: to be looked up."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a new entry of the actor's own lies, and when it takes place."""

    calendar: CalendarId
    href: str
    span: Span


@dataclass(frozen=True, slots=True)
class Present:
    """Who is concerned, and what they have of the entry already."""

    people: Mapping[Address, PersonId]
    """The colleagues among the addresses of the entry."""
    recipients: Mapping[Address, Recipient]
    """Colleagues who are asked for the first time, or again."""
    inboxes: Mapping[PersonId, CalendarId]
    """Where their messages go, as far as that is known."""
    readings: Mapping[PersonId, Reading]
    elsewhere: Mapping[PersonId, Reading]
    """Readings of the same UID that belong to another entry."""
    occupied: frozenset[CalendarId]
    """Where something else has the name that the entry would get."""
    refused: frozenset[PersonId]
    """Who cannot have it, because another entry of theirs has this UID (model, row 41)."""

    @property
    def adopting(self) -> Mapping[PersonId, Reading]:
        """Who has a private entry under this UID, which becomes the invitation's reading at its place (row 42)."""
        asked = {r.person.id for r in self.recipients.values()}
        free = asked - self.readings.keys() - self.refused
        return {person: reading for person, reading in self.elsewhere.items() if person in free}

    def is_refused(self, address: Address) -> bool:
        """Tell whether the entry cannot be delivered to the colleague at *address*."""
        return self.people.get(address) in self.refused


@dataclass(frozen=True, slots=True)
class _Item:
    person: PersonId
    method: Method
    about: Address | None
    """Whose answer a REPLY tells of."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written, before the revisions are known."""

    new: tuple[Recipient, ...]
    adopted: tuple[Reading, ...]
    moved: tuple[Reading, ...]
    firm: frozenset[ReadingId]
    returning: tuple[ReadingId, ...]
    leaving: Reading | None
    items: tuple[_Item, ...]
    boxes: Mapping[PersonId, CalendarId]
    home: Home | None


def follow(
    uow: UnitOfWork,
    subject: Subject,
    outcome: Outcome,
    present: Present,
    *,
    actor: Person | None,
    home: Home | None,
    span: Span | None,
    now: datetime,
) -> str:
    """Write every reading, inbox item and pointer that *outcome* touches, in a fixed number of statements.

    *span* is when the entry takes place now, where its words changed: whoever's reading has other times is touched.
    Gives what names this change: the organizer's calendar and its revision.
    """
    plan = _plan(uow, subject, outcome, present, actor, home)
    revisions = calendars.advance(uow, _places(plan, subject))
    if actor is not None and outcome.overlay is not None:
        reading_changes.set_overlay(uow, present.readings[actor.id].id, outcome.overlay)
    kept = _kept(uow, subject, outcome, present)
    reading_changes.bring_back(uow, plan.returning)
    changed = [*_move(uow, plan, span, kept), *_add(uow, subject, plan, present, revisions, span)]
    changed += _deliver(uow, subject, plan, present, revisions, now)
    calendars.mark(uow, changed, revisions)
    return _cause(subject, present, plan, revisions)


def _move(
    uow: UnitOfWork, plan: _Plan, span: Span | None, kept: tuple[Collection[ReadingId], int] | None
) -> list[Place]:
    """Move the revisions of all that is read otherwise now, and take away what its owner deleted."""
    leaving = plan.leaving
    if leaving is not None and leaving.organizer:
        reading_changes.remove(uow, [leaving.id])
    elif leaving is not None:
        reading_changes.hide(uow, [leaving.id], hidden=True)
    still = kept[0] if kept is not None else ()  # hidden ones too
    reading_changes.set_revisions(uow, {*(r.id for r in plan.moved), *still}, plan.firm, span=span, kept=kept)
    return [(r.calendar_id, r.href) for r in plan.moved]


def _cause(subject: Subject, present: Present, plan: _Plan, revisions: Mapping[CalendarId, Revision]) -> str:
    own = present.readings.get(subject.custodian.id)
    place = plan.home.calendar if plan.home is not None else own.calendar_id if own is not None else None
    return f"{place}-{revisions.get(place, 0)}" if place is not None else "0"


def _plan(
    uow: UnitOfWork, subject: Subject, outcome: Outcome, present: Present, actor: Person | None, home: Home | None
) -> _Plan:
    touched = _people(outcome.touched, subject, present, actor)
    firm = _people(outcome.firm, subject, present, actor)
    back = _people(outcome.reset, subject, present, actor)
    asked = {r.person.id: r for r in present.recipients.values() if r.person.id not in present.refused}
    new = tuple(r for p, r in asked.items() if p not in present.readings and p not in present.elsewhere)
    leaving = present.readings.get(actor.id) if actor is not None and outcome.gone else None
    moved = tuple(r for p, r in present.readings.items() if p in touched and (not r.hidden or p in back))
    items = tuple(dict.fromkeys(_items(subject, outcome, present)))
    return _Plan(
        new=new,
        adopted=tuple(present.adopting.values()),
        moved=moved,
        firm=frozenset(r.id for r in moved if r.person_id in firm),
        returning=tuple(r.id for r in moved if r.person_id in back and (r.hidden or r.kept_id is not None)),
        leaving=leaving,
        items=items,
        boxes=_boxes(uow, {i.person for i in items}, present.inboxes),
        home=home if subject.custodian.id not in present.readings else None,
    )


def _people(
    addresses: Collection[Address], subject: Subject, present: Present, actor: Person | None
) -> frozenset[PersonId]:
    found = {present.people[a] for a in addresses if a in present.people}
    found |= {p.id for p in (subject.custodian, actor) if p is not None and not p.all_addresses.isdisjoint(addresses)}
    return frozenset(found)


def _boxes(
    uow: UnitOfWork, concerned: Collection[PersonId], asked: Mapping[PersonId, CalendarId]
) -> Mapping[PersonId, CalendarId]:
    known = {p: asked[p] for p in concerned if p in asked}
    unknown = [p for p in concerned if p not in asked]
    return {**known, **calendars.inboxes(uow, unknown)} if unknown else known


def _items(subject: Subject, outcome: Outcome, present: Present) -> Iterator[_Item]:
    still = _still_invited(outcome, present)
    for message in outcome.messages:
        if message.method is Method.REPLY:
            yield _Item(subject.custodian.id, Method.REPLY, message.about)
            continue
        for address in message.to:
            person = present.people.get(address)
            # Whoever is taken away under one address and stays under another is not called off.
            if person not in {None, subject.custodian.id} and not (address in outcome.dropped and person in still):
                yield _Item(person, message.method, None)


def _still_invited(outcome: Outcome, present: Present) -> frozenset[PersonId]:
    return frozenset(person for address, person in present.people.items() if address not in outcome.dropped)


def _places(plan: _Plan, subject: Subject) -> set[CalendarId]:
    places = {r.calendar_id for r in (*plan.moved, *plan.adopted)}
    places |= {r.calendars[subject.entry.kind] for r in plan.new}
    places |= set(plan.boxes.values())
    return places | ({plan.home.calendar} if plan.home is not None else set())


def _kept(
    uow: UnitOfWork, subject: Subject, outcome: Outcome, present: Present
) -> tuple[Collection[ReadingId], int] | None:
    """Whoever is not invited any more keeps a called-off copy, which follows nothing from now on (model, row 32)."""
    if not outcome.frozen:
        return None
    mine = {present.people[a]: text for a, text in outcome.frozen.items() if a in present.people}
    still = _still_invited(outcome, present)
    held = [present.readings[p].id for p in mine if p in present.readings and p not in still]
    return (held, entries.keep(uow, subject.entry_id, next(iter(mine.values())))) if held else None


def _add(
    uow: UnitOfWork,
    subject: Subject,
    plan: _Plan,
    present: Present,
    revisions: Mapping[CalendarId, Revision],
    span: Span | None,
) -> list[Place]:
    """Give the entry to those who did not have it."""
    times = span or (plan.home.span if plan.home is not None else Span())
    kind = subject.entry.kind
    rows = [
        _new(subject, r.person.id, r.calendars[kind], _free_href(subject, r, present), revisions, times)
        for r in plan.new
    ]
    if plan.home is not None:
        own = _new(subject, subject.custodian.id, plan.home.calendar, plan.home.href, revisions, times)
        rows.append(replace(own, organizer=True))
    reading_changes.add_many(uow, rows)
    for reading in plan.adopted:
        reading_changes.schedule(uow, reading.id, subject.entry_id, scheduled=True, organizer=False)
        entries.remove(uow, reading.entry_id)
    adopted = [r.id for r in plan.adopted]
    reading_changes.set_revisions(uow, adopted, adopted, span=times)
    return [*((r.calendar_id, r.href) for r in rows), *((r.calendar_id, r.href) for r in plan.adopted)]


def _new(
    subject: Subject,
    person: PersonId,
    place: CalendarId,
    href: str,
    revisions: Mapping[CalendarId, Revision],
    span: Span,
) -> NewReading:
    return NewReading(
        entry_id=subject.entry_id,
        person_id=person,
        calendar_id=place,
        href=href,
        uid=subject.entry.uid,
        kind=subject.entry.kind,
        scheduled=True,
        organizer=False,
        revision=revisions[place],
        tag=revisions[place],
        span=span,
    )


def href_of(uid: str) -> str:
    """Give the name of a delivered object: the UID where it can be one, as clients name theirs."""
    plain = len(uid) <= LONGEST_NAME and all(c.isascii() and (c.isalnum() or c in "-_.@") for c in uid)
    return f"{uid if plain and not uid.startswith('.') else hashlib.sha256(uid.encode()).hexdigest()}.ics"


def _free_href(subject: Subject, recipient: Recipient, present: Present) -> str:
    if recipient.calendars[subject.entry.kind] in present.occupied:
        return f"{uuid.uuid4()}.ics"
    return href_of(subject.entry.uid)


def _deliver(
    uow: UnitOfWork,
    subject: Subject,
    plan: _Plan,
    present: Present,
    revisions: Mapping[CalendarId, Revision],
    now: datetime,
) -> list[Place]:
    """Lay the messages into the inboxes; what was called off needs no answer, and what is on again is not off."""
    told_off = [i.person for i in plan.items if i.method is Method.CANCEL]
    back = [i.person for i in plan.items if i.method is Method.REQUEST and _was_off(subject, present, i.person)]
    taken = inbox.withdraw(uow, subject.entry_id, told_off, Method.REQUEST) if told_off else ()
    stale = inbox.withdraw(uow, subject.entry_id, back, Method.CANCEL) if back else ()
    rows = [_item(subject, i, plan.boxes[i.person], now) for i in plan.items if i.person in plan.boxes]
    return [(plan.boxes[person], href) for person, href in (*taken, *stale, *inbox.lay(uow, rows, revisions))]


def _was_off(subject: Subject, present: Present, person: PersonId) -> bool:
    held = present.readings.get(person)
    return held is not None and (subject.entry.state is State.CANCELLED or held.kept_id is not None)


def _item(subject: Subject, item: _Item, box: CalendarId, now: datetime) -> NewItem:
    return NewItem(
        person_id=item.person,
        inbox_id=box,
        href=f"{uuid.uuid4()}.ics",
        entry_id=subject.entry_id,
        method=item.method,
        at=now,
        address=item.about,
    )
