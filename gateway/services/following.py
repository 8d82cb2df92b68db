# SPDX-License-Identifier: GPL-3.0-or-later
"""Readings follow the entry: who has it, and who sees a change of it."""

import hashlib
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from gateway.model import CalendarId, Person, PersonId, Reading, ReadingId, Revision
from gateway.services import messages
from gateway.services.messages import InboxItem
from gateway.services.subject import Home, Place, Present, Settled, Subject
from gateway.store import calendars, entries, reading_changes, readings, waiting
from gateway.store.inbox import Old
from gateway.store.people import Recipient
from gateway.store.reading_changes import NewReading
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.instances import SERIES
from ical.itip.outcome import Method, Outcome
from ical.overrides import Shift
from ical.timeindex import Span

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written, before the revisions are known."""

    one: Settled
    new: tuple[Recipient, ...]
    adopted: tuple[Reading, ...]
    moved: tuple[Reading, ...]
    firm: frozenset[ReadingId]
    again: tuple[ReadingId, ...]
    """Whose owner is asked anew."""
    returning: tuple[ReadingId, ...]
    leaving: Reading | None
    items: tuple[InboxItem, ...]
    home: Home | None


class Followed(NamedTuple):
    """What came of one entry's change."""

    cause: str
    """What names it: the organizer's calendar and its revision."""
    mine: Reading | None
    """The reading of whoever acted, where they had one before and have it still."""


def follow(uow: UnitOfWork, settled: Sequence[Settled], *, actor: Person | None, now: datetime) -> list[Followed]:
    """Write every reading, inbox item and pointer that what was settled touches.

    The number of statements grows neither with the people nor with the entries, but where something rare is done to
    one. Gives of each what names the change, and what *actor* has of it now.
    """
    plans = [_plan(one, actor) for one in settled]
    known = {person: box for one in settled for person, box in one.present.inboxes.items()}
    told = [(plan.one, plan.items) for plan in plans]
    made_old = messages.made_old(told, [old for plan in plans for old in _copy(plan)])
    laid = {item.person for plan in plans for item in plan.items if item.laid}
    boxes = messages.boxes_of(uow, laid | messages.holders(uow, made_old.of_others(laid)), known)
    rewritten = messages.rewritten(uow, told)
    places = {place for plan in plans for place in _places(plan)} | {box for box, _ in rewritten}
    revisions = calendars.advance(uow, places | set(boxes.values()), told=places & _told(plans, actor))
    kept: dict[int, Collection[ReadingId]] = {}
    for one in settled:
        if actor is not None and one.outcome.overlay is not None:
            reading_changes.set_overlay(uow, one.present.readings[actor.id].id, one.outcome.overlay)
        if one.outcome.shift is not None:
            _move_own_lines(uow, one.subject, one.outcome.shift)
        kept |= _kept(uow, one.subject, one.outcome, one.present)
    reading_changes.bring_back(uow, [reading for plan in plans for reading in plan.returning])
    waiting.ask_again(uow, [reading for plan in plans for reading in plan.again])
    changed = [*rewritten, *_move(uow, plans, kept), *_add(uow, plans, revisions)]
    changed += messages.lay(uow, told, made_old, boxes, now)
    calendars.mark(uow, changed)
    return [Followed(_cause(plan, revisions), _mine(plan, actor, revisions)) for plan in plans]


def _copy(plan: _Plan) -> Iterator[Old]:
    """Whoever throws away a called-off copy of what goes on without them needs no message that tells of it."""
    if plan.leaving is not None and plan.leaving.kept_id is not None:
        yield plan.leaving.person_id, plan.one.subject.entry_id, Method.CANCEL


def _move_own_lines(uow: UnitOfWork, subject: Subject, shift: Shift) -> None:
    """What people keep of single occurrences moves with the series (model, row 20)."""
    for reading in readings.with_own_lines(uow, subject.entry_id):
        moved = {instance if instance == SERIES else shift.of(instance): c for instance, c in reading.overlay.items()}
        if moved != reading.overlay:
            reading_changes.set_overlay(uow, reading.id, moved)


def _move(uow: UnitOfWork, plans: Sequence[_Plan], kept: Mapping[int, Collection[ReadingId]]) -> list[Place]:
    """Move the revisions of all that is read otherwise now, and take away what its owner deleted."""
    leaving = [plan.leaving for plan in plans if plan.leaving is not None]
    reading_changes.remove(uow, [r.id for r in leaving if r.organizer])
    reading_changes.hide(uow, [r.id for r in leaving if not r.organizer], hidden=True)
    moved, firm = [r for plan in plans for r in plan.moved], [r for plan in plans for r in plan.firm]
    still = [r for ids in kept.values() for r in ids]  # hidden ones too
    text, *others = kept or (0,)
    standing = (still, text) if still else None
    span = plans[0].one.span if len(plans) == 1 else None
    reading_changes.set_revisions(uow, {*(r.id for r in moved), *still}, firm, span=span, kept=standing)
    for text in others:
        reading_changes.keep(uow, kept[text], text)
    apart = [plan.one for plan in plans if len(plans) > 1 or _leaves_some(plan.one)]
    reading_changes.set_spans(uow, {one.subject.entry_id: one.span for one in apart if one.span is not None})
    return [(r.calendar_id, r.href) for r in moved]


def _leaves_some(one: Settled) -> bool:
    """Tell whether somebody reads what they read before: the times of the entry are theirs all the same."""
    touched = one.outcome.touched
    return any(a.address not in touched and not a.organizer for a in one.subject.entry.answers)


def _told(plans: Sequence[_Plan], actor: Person | None) -> set[CalendarId]:
    """Give the collections whose revisions must be known: where it is new, the organizer's, and that of who acts."""
    found = {_place(plan, recipient) for plan in plans for recipient in plan.new}
    found |= {plan.home.calendar for plan in plans if plan.home is not None}
    for plan in plans:
        has = plan.one.present.readings
        mine = (person.id for person in (plan.one.subject.custodian, actor) if person is not None)
        found |= {has[person].calendar_id for person in mine if person in has}
    return found


def _cause(plan: _Plan, revisions: Mapping[CalendarId, Revision]) -> str:
    own = plan.one.present.readings.get(plan.one.subject.custodian.id)
    place = plan.home.calendar if plan.home is not None else own.calendar_id if own is not None else None
    return f"{place}-{revisions.get(place, 0)}" if place is not None else "0"


def _mine(plan: _Plan, actor: Person | None, revisions: Mapping[CalendarId, Revision]) -> Reading | None:
    mine = next((r for r in plan.moved if actor is not None and r.person_id == actor.id), None)
    if mine is None or plan.leaving is not None or mine.hidden or mine.kept_id is not None:
        return None
    now, overlay = revisions[mine.calendar_id], plan.one.outcome.overlay
    return mine._replace(
        revision=now,
        tag=now if mine.id in plan.firm else mine.tag,
        overlay=mine.overlay if overlay is None else overlay,
    )


def _plan(one: Settled, actor: Person | None) -> _Plan:
    subject, outcome, present = one.subject, one.outcome, one.present
    touched = _people(outcome.touched, subject, present, actor)
    firm = touched if outcome.firm == outcome.touched else _people(outcome.firm, subject, present, actor)
    back = _people(outcome.reset, subject, present, actor)
    asked = {r.person.id: r for r in present.recipients.values() if r.person.id not in present.refused}
    moved = tuple(r for p, r in present.readings.items() if p in touched and (not r.hidden or p in back))
    return _Plan(
        one=one,
        new=tuple(r for p, r in asked.items() if p not in present.readings and p not in present.elsewhere),
        adopted=tuple(present.adopting.values()),
        moved=moved,
        firm=frozenset(r.id for r in moved if r.person_id in firm),
        again=tuple(r.id for r in moved if r.person_id in back),
        returning=tuple(r.id for r in moved if r.person_id in back and (r.hidden or r.kept_id is not None)),
        leaving=present.readings.get(actor.id) if actor is not None and outcome.gone else None,
        items=tuple(dict.fromkeys(messages.to_colleagues(subject, outcome, present))),
        home=one.home if subject.custodian.id not in present.readings else None,
    )


def _people(
    addresses: Collection[Address], subject: Subject, present: Present, actor: Person | None
) -> frozenset[PersonId]:
    known = present.people
    found = {known[a] for a in addresses if a in known}
    found |= {p.id for p in (subject.custodian, actor) if p is not None and not p.all_addresses.isdisjoint(addresses)}
    return frozenset(found)


def _places(plan: _Plan) -> set[CalendarId]:
    places = {r.calendar_id for r in (*plan.moved, *plan.adopted)}
    places |= {_place(plan, r) for r in plan.new}
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


def _add(uow: UnitOfWork, plans: Sequence[_Plan], revisions: Mapping[CalendarId, Revision]) -> list[Place]:
    """Give entries to those who did not have them."""
    rows = [row for plan in plans for row in _rows(plan, revisions)]
    reading_changes.add_many(uow, rows)
    adopted = [(plan, reading) for plan in plans for reading in plan.adopted]
    for plan, reading in adopted:
        reading_changes.schedule(uow, reading.id, plan.one.subject.entry_id, scheduled=True, organizer=False)
        entries.remove(uow, reading.entry_id)
        reading_changes.set_revisions(uow, [reading.id], [reading.id], span=_times(plan))
    return [*((r.calendar_id, r.href) for r in rows), *((r.calendar_id, r.href) for _, r in adopted)]


def _rows(plan: _Plan, revisions: Mapping[CalendarId, Revision]) -> Iterator[NewReading]:
    subject, times = plan.one.subject, _times(plan)
    for recipient in plan.new:
        had, place = plan.one.had.get(recipient.person.id), _place(plan, recipient)
        href = had.href if had is not None and had.href else _free_href(subject, recipient, plan.one.present)
        new = _new(subject, recipient.person.id, place, href, revisions, times)
        yield new if had is None else replace(new, overlay=had.overlay, hidden=had.calendar is None)
    if plan.home is not None:
        own = _new(subject, subject.custodian.id, plan.home.calendar, plan.home.href, revisions, times)
        yield replace(own, organizer=True)


def _place(plan: _Plan, recipient: Recipient) -> CalendarId:
    had = plan.one.had.get(recipient.person.id)
    usual = recipient.calendars[plan.one.subject.entry.kind]
    return usual if had is None or had.calendar is None else had.calendar


def _times(plan: _Plan) -> Span:
    return plan.one.span or (plan.home.span if plan.home is not None else Span())


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
