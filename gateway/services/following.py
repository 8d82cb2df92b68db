# SPDX-License-Identifier: GPL-3.0-or-later
"""Readings follow the entry: who has it, and who sees a change of it."""

import hashlib
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.model import CalendarId, Person, PersonId, Reading, ReadingId, Revision
from gateway.services import messages
from gateway.services.messages import InboxItem
from gateway.services.subject import Home, Place, Present, Subject
from gateway.store import calendars, entries, reading_changes, readings
from gateway.store.people import Recipient
from gateway.store.reading_changes import NewReading
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.instances import SERIES
from ical.itip.outcome import Outcome
from ical.overrides import Shift
from ical.timeindex import Span

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written, before the revisions are known."""

    new: tuple[Recipient, ...]
    adopted: tuple[Reading, ...]
    moved: tuple[Reading, ...]
    firm: frozenset[ReadingId]
    returning: tuple[ReadingId, ...]
    leaving: Reading | None
    items: tuple[InboxItem, ...]
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
    if outcome.shift is not None:
        _move_own_lines(uow, subject, outcome.shift)
    kept = _kept(uow, subject, outcome, present)
    reading_changes.bring_back(uow, plan.returning)
    changed = [*_move(uow, plan, span, kept), *_add(uow, subject, plan, present, revisions, span)]
    changed += messages.lay(uow, subject, plan.items, plan.boxes, present, revisions, now)
    calendars.mark(uow, changed, revisions)
    return _cause(subject, present, plan, revisions)


def _move_own_lines(uow: UnitOfWork, subject: Subject, shift: Shift) -> None:
    """What people keep of single occurrences moves with the series (model, row 20)."""
    for reading in readings.with_own_lines(uow, subject.entry_id):
        moved = {instance if instance == SERIES else shift.of(instance): c for instance, c in reading.overlay.items()}
        if moved != reading.overlay:
            reading_changes.set_overlay(uow, reading.id, moved)


def _move(uow: UnitOfWork, plan: _Plan, span: Span | None, kept: Mapping[int, Collection[ReadingId]]) -> list[Place]:
    """Move the revisions of all that is read otherwise now, and take away what its owner deleted."""
    leaving = plan.leaving
    if leaving is not None and leaving.organizer:
        reading_changes.remove(uow, [leaving.id])
    elif leaving is not None:
        reading_changes.hide(uow, [leaving.id], hidden=True)
    still = [r for ids in kept.values() for r in ids]  # hidden ones too
    text, *others = kept or (0,)
    standing = (still, text) if still else None
    reading_changes.set_revisions(uow, {*(r.id for r in plan.moved), *still}, plan.firm, span=span, kept=standing)
    for text in others:
        reading_changes.keep(uow, kept[text], text)
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
    items = tuple(dict.fromkeys(messages.to_colleagues(subject, outcome, present)))
    return _Plan(
        new=new,
        adopted=tuple(present.adopting.values()),
        moved=moved,
        firm=frozenset(r.id for r in moved if r.person_id in firm),
        returning=tuple(r.id for r in moved if r.person_id in back and (r.hidden or r.kept_id is not None)),
        leaving=leaving,
        items=items,
        boxes=messages.boxes_of(uow, {i.person for i in items}, present.inboxes),
        home=home if subject.custodian.id not in present.readings else None,
    )


def _people(
    addresses: Collection[Address], subject: Subject, present: Present, actor: Person | None
) -> frozenset[PersonId]:
    found = {present.people[a] for a in addresses if a in present.people}
    found |= {p.id for p in (subject.custodian, actor) if p is not None and not p.all_addresses.isdisjoint(addresses)}
    return frozenset(found)


def _places(plan: _Plan, subject: Subject) -> set[CalendarId]:
    places = {r.calendar_id for r in (*plan.moved, *plan.adopted)}
    places |= {r.calendars[subject.entry.kind] for r in plan.new}
    places |= set(plan.boxes.values())
    return places | ({plan.home.calendar} if plan.home is not None else set())


def _kept(uow: UnitOfWork, subject: Subject, outcome: Outcome, present: Present) -> Mapping[int, Collection[ReadingId]]:
    """Whoever is not invited any more keeps a called-off copy, which follows nothing from now on (model, row 32).

    Gives the readings by the text that they keep.
    """
    if not outcome.frozen:
        return {}
    mine = {present.people[a]: text for a, text in outcome.frozen.items() if a in present.people}
    still = present.still_invited(outcome)
    held: dict[bytes, list[ReadingId]] = {}
    for person, text in mine.items():
        if person in present.readings and person not in still:
            held.setdefault(text, []).append(present.readings[person].id)
    return {entries.keep(uow, subject.entry_id, text): ids for text, ids in held.items()}


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
