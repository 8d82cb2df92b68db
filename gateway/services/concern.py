# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a decision concerns, and what they have of the entry already: all that is looked up before it is saved.

Colleagues who cannot sign in are asked as people outside are (product, A20); what they have goes on to follow.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gateway.errors import NotFound
from gateway.model import CalendarId, Loaded, Person, PersonId, Reading
from gateway.services import following
from gateway.services.subject import REJECTED, Present, Subject
from gateway.store import answers, people, readings
from gateway.store.people import Recipient
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.itip.outcome import Outcome


def subject_of(uow: UnitOfWork, here: Loaded, person: Person) -> Subject:
    """Give what a decision about *person*'s object is about."""
    custodian = person if here.reading.organizer else people.custodian(uow, here.entry_id)
    if custodian is None:
        raise NotFound("the entry has no custodian")
    return Subject(here.entry_id, here.entry, custodian, here.people)


def of(
    uow: UnitOfWork,
    subject: Subject,
    outcome: Outcome,
    actor: Person | None,
    *,
    holding: Collection[PersonId] = (),
) -> Present:
    """Look up whom *outcome* concerns, and what they have of the entry or in its way.

    *holding*: who has it already where it is brought in from.
    """
    known = subject.people
    if known is None:
        known = answers.people_of(uow, subject.entry_id) if subject.entry.answers else {}
    rows = {a.address for a in subject.entry.answers}
    fresh = {a.address for a in outcome.answers if a.address not in rows and not a.organizer}
    told = _told(outcome)
    # Whoever is asked again may have lost the entry with the calendar that it lay in. Whoever could not have it may be
    # able to by now.
    lost = {a.address for a in subject.entry.answers if a.delivery == REJECTED and a.address in told}
    asking = {*fresh, *outcome.reset, *lost}
    found = people.recipients(uow, asking | told if asking else ())
    having = {*known.values(), *holding, subject.custodian.id}
    recipients = {address: r for address, r in found.items() if r.can_sign_in or r.person.id in having}
    everybody = {**{address: r.person.id for address, r in recipients.items() if address in fresh}, **known}
    concern = _concern(subject, outcome, actor, everybody, asking, recipients)
    uid, places = subject.entry.uid, {r.calendars[subject.entry.kind] for r in concern.asked.values()}
    held = readings.in_the_way(uow, concern.people, uid, places, following.href_of(uid))
    return _seen(subject, concern, held)


def of_all(uow: UnitOfWork, decided: Sequence[tuple[Subject, Outcome]], actor: Person) -> list[Present]:
    """As `of`, of several entries at once: of each is known who its people are, and none asks anybody to anything."""
    concerns = [_concern(subject, outcome, actor, subject.people or {}, (), {}) for subject, outcome in decided]
    uids = [subject.entry.uid for subject, _ in decided]
    named = {(person, uid) for one, uid in zip(concerns, uids, strict=True) for person in one.people}
    found: dict[tuple[PersonId, str], list[Reading]] = {}
    for reading in readings.of_uids(uow, named):
        found.setdefault((reading.person_id, reading.uid), []).append(reading)
    return [
        _seen(subject, one, [reading for p in one.people for reading in found.get((p, subject.entry.uid), ())])
        for one, (subject, _) in zip(concerns, decided, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Concern:
    """Whom an outcome concerns, before anything is known of what they have."""

    everybody: Mapping[Address, PersonId]
    """The colleagues among the addresses of the entry."""
    asked: Mapping[Address, Recipient]
    """Those of them who are asked for the first time, or again."""
    inboxes: Mapping[PersonId, CalendarId]
    own: Mapping[Address, PersonId]
    people: frozenset[PersonId]
    """Whose readings count."""


def _told(outcome: Outcome) -> frozenset[Address]:
    return frozenset(address for message in outcome.messages for address in message.to)


def _concern(  # what is decided, by whom, who is in it and who of them is asked
    subject: Subject,
    outcome: Outcome,
    actor: Person | None,
    everybody: Mapping[Address, PersonId],
    asking: Collection[Address],
    recipients: Mapping[Address, Recipient],
) -> _Concern:
    custodian = subject.custodian.id
    concerned = {everybody[address] for address in _named(outcome, asking) if address in everybody}
    return _Concern(
        everybody=everybody,
        asked={
            address: r
            for address, r in recipients.items()
            if address in asking and everybody.get(address) == r.person.id
            if r.person.id != custodian or subject.entry.outside
        },
        inboxes={r.person.id: r.inbox for r in recipients.values()},
        own={a.address: custodian for a in outcome.answers if a.organizer},
        people=frozenset({*concerned, custodian, *([actor.id] if actor is not None else [])}),
    )


def _seen(subject: Subject, concern: _Concern, held: Sequence[Reading]) -> Present:
    """Give who is concerned with what they have: *held* is of the UID, or has the name that the entry would get."""
    uid, name, known = subject.entry.uid, following.href_of(subject.entry.uid), concern.everybody
    here = {r.person_id: r for r in held if r.entry_id == subject.entry_id}
    elsewhere = {r.person_id: r for r in held if r.entry_id != subject.entry_id and r.uid == uid}
    return Present(
        {**known, **concern.own},
        concern.asked,
        concern.inboxes,
        here,
        elsewhere,
        frozenset(r.calendar_id for r in held if r.href == name),
        frozenset(p for p, r in elsewhere.items() if r.scheduled and p not in here and p in known.values()),
    )


def _named(outcome: Outcome, asking: Collection[Address]) -> frozenset[Address]:
    """Give whose readings an outcome may be about: of a thousand others nothing has to be known."""
    rows = (a.address for a in outcome.answers)
    return frozenset(
        (*asking, *_told(outcome), *rows, *outcome.touched, *outcome.firm, *outcome.dropped, *outcome.frozen)
    )
