# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody leaves: what is not over is called off, handed over, or declined (model, row 38)."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

from gateway.errors import Refused
from gateway.model import CalendarId, Loaded, Person
from gateway.services import proposals
from gateway.services.concern import subject_of
from gateway.services.deleting import by_people
from gateway.services.following import href_of
from gateway.services.save import save, save_all
from gateway.services.scene import Scene, actor_of, zone_of
from gateway.services.subject import Home, Subject
from gateway.store import calendars, crashers, entries, inbox, people, reading_changes, readings
from gateway.store.unit import UnitOfWork
from ical.itip.outcome import Method, State
from ical.itip.succession import Successor, hand_over
from ical.itip.withdraw import decline, withdraw
from ical.kinds import DISTRIBUTED
from ical.recurrence import is_over
from ical.snapshot import read_object
from ical.timeindex import Span


def call_off_all(uow: UnitOfWork, person: Person, *, scene: Scene) -> int:
    """Call off all that *person* organizes and that is not over, as if they deleted it; give how much that was."""
    found = 0
    for some in by_people(_ahead(uow, person, scene)):
        me = actor_of(person, scene)
        decided = [(subject_of(uow, here, person), withdraw(here.entry, me, now=scene.now)) for here in some]
        save_all(uow, decided, actor=person, scene=scene)
        found += len(decided)
    return found


def decline_all(uow: UnitOfWork, person: Person, *, scene: Scene) -> int:
    """Decline all that *person* is invited to and that is not over, as if they deleted it; give how much that was.

    What they have declined or done already is left as it is.
    """
    me, found = actor_of(person, scene), 0
    invited = readings.loaded(uow, readings.invited_to(uow, person.id))
    for some in by_people(here for here in invited if _is_ahead(here, person, scene)):
        outcomes = [(here, decline(here.entry, me, reply=True, now=scene.now)) for here in some]
        decided = [(subject_of(uow, here, person), outcome) for here, outcome in outcomes if outcome.answers]
        save_all(uow, decided, actor=person, scene=scene)
        found += len(decided)
    return found


def hand_over_all(uow: UnitOfWork, person: Person, successor: Person, *, scene: Scene) -> tuple[int, tuple[str, ...]]:
    """Let *successor* organize all that *person* does and that is not over; those invited are told.

    Gives how much that was, and the UIDs of what stays, because *successor* has something else under them. Raises
    Refused where nobody else is to take over.
    """
    if person.id == successor.id or not successor.addresses:
        raise Refused("somebody else is to take over, who has an address")
    found, left = 0, []
    for here in list(_ahead(uow, person, scene)):
        if _hand_over(uow, person, successor, here, scene):
            found += 1
        else:
            left.append(here.entry.uid)
    return found, tuple(left)


def _ahead(uow: UnitOfWork, person: Person, scene: Scene) -> Iterator[Loaded]:
    there = [reading for reading, _ in readings.organized_by(uow, person.id, DISTRIBUTED)]
    return (here for here in readings.loaded(uow, there) if _is_ahead(here, person, scene))


def _is_ahead(here: Loaded, person: Person, scene: Scene) -> bool:
    said = read_object(here.entry.shared, zone_of(person))
    over = is_over(said.document, said.kind, zone_of(person), scene.now)
    return here.entry.state is State.LIVE and not here.reading.hidden and not over


def _hand_over(uow: UnitOfWork, person: Person, successor: Person, here: Loaded, scene: Scene) -> bool:
    """Tell whether *successor* organizes it now."""
    scope = f"person:{successor.id}"
    theirs = readings.of_uid(uow, successor.id, here.entry.uid)
    taken = any(one.entry_id != here.entry_id or one.reading.kept_id is not None for one in theirs)
    if taken or entries.by_scope(uow, here.entry.uid, scope) is not None:
        return False
    address = successor.addresses[0]
    entry = replace(here.entry, organizer=address)
    entries.update(uow, here.entry_id, scope=scope, organizer=address, custodian=successor.id)
    _take_away(uow, here)
    home = _home(uow, successor, here, theirs)
    to = Successor(actor_of(successor, scene), address, successor.name)
    outcome = hand_over(entry, actor_of(person, scene), to, now=scene.now)
    subject = Subject(here.entry_id, entry, successor, here.people)
    after = save(uow, subject, outcome, actor=successor, scene=scene, home=home).entry
    proposals.hand_over(uow, replace(subject, entry=after), scene)
    crashers.hand_over(uow, here.entry_id, successor.id, successor.addresses)
    return True


def _take_away(uow: UnitOfWork, here: Loaded) -> None:
    """Take the reading of whoever leaves out of their calendar."""
    calendars.advance(uow, {here.reading.calendar_id})
    reading_changes.remove(uow, [here.reading.id])
    calendars.mark(uow, [(here.reading.calendar_id, here.reading.href)])


def _home(uow: UnitOfWork, successor: Person, here: Loaded, theirs: tuple[Loaded, ...]) -> Home | None:
    """Give where it is to lie with *successor*; None: where their invitation lies, which becomes the organizer's."""
    if theirs:
        mine = theirs[0].reading
        reading_changes.schedule(uow, mine.id, here.entry_id, scheduled=True, organizer=True)
        reading_changes.hide(uow, [mine.id], hidden=False)
        _forget_the_invitation(uow, successor, here)
        return None
    place = people.recipients(uow, successor.addresses)[successor.addresses[0]].calendars[here.entry.kind]
    return Home(place, _free(uow, place, href_of(here.entry.uid)), Span())


def _free(uow: UnitOfWork, calendar: CalendarId, href: str) -> str:
    return href if readings.placed(uow, calendar, href) is None else f"{uuid.uuid4()}.ics"


def _forget_the_invitation(uow: UnitOfWork, successor: Person, here: Loaded) -> None:
    gone = inbox.withdraw(uow, [(successor.id, here.entry_id, Method.REQUEST)])
    if gone:
        box = calendars.inboxes(uow, [successor.id])[successor.id]
        calendars.advance(uow, {box})
        calendars.mark(uow, [(box, href) for _, href in gone])
