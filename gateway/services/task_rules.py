# SPDX-License-Identifier: GPL-3.0-or-later
"""A distributor chooses by which rule the whole of a task is made of what the assignees have done."""

from gateway.errors import NotFound, Refused
from gateway.model import Person
from gateway.services.concern import subject_of
from gateway.services.save import save
from gateway.services.scene import Scene, actor_of, zone_of
from gateway.services.views import render
from gateway.store import entries, readings
from gateway.store.unit import UnitOfWork
from ical.edits import Edits, put
from ical.itip.organizer import organize
from ical.kinds import Kind
from ical.snapshot import read_object
from ical.tasks import RULE, Whole


def choose(uow: UnitOfWork, person: Person, uid: str, rule: Whole, *, scene: Scene) -> None:
    """Let the whole of the task *uid* be made by *rule* from now on; nobody else reads of it, or is told.

    Raises NotFound where *person* has no such task, and Refused where it is none that they distribute.
    """
    held = next((one for one in readings.of_uid(uow, person.id, uid) if one.reading.scheduled), None)
    if held is not None:
        entries.lock(uow, held.entry_id)
    here = readings.of_person(uow, held.entry_id, person.id) if held is not None else None
    if here is None:
        raise NotFound("there is no such task")
    if not here.reading.organizer or here.entry.kind is not Kind.VTODO:
        raise Refused("only a task that one has handed out oneself has a whole to choose a rule for")
    shown = render(here, person)
    said = read_object(shown, zone_of(person))
    edits: Edits = {}
    put(said.document, said.main.component, {RULE: None if rule is Whole.MEAN else rule.value}, edits)
    text = said.document.spliced(edits)
    outcome = organize(here.entry, text, actor_of(person, scene), shown=shown, now=scene.now)
    save(uow, subject_of(uow, here, person), outcome, actor=person, scene=scene)
