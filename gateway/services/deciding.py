# SPDX-License-Identifier: GPL-3.0-or-later
"""An employee answers on a page of ours: the same engine and the same save as by any other door."""

from datetime import datetime, timedelta

from gateway.errors import NotFound, Overtaken, Refused
from gateway.model import Loaded, Person, ReadingId
from gateway.services.concern import subject_of
from gateway.services.invitations import invited
from gateway.services.replies import COMMENT_LENGTH, chosen
from gateway.services.save import save
from gateway.services.scene import Scene, zone_of
from gateway.store import entries, reading_changes
from gateway.store.unit import UnitOfWork
from ical.answers import NEEDS_ACTION, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.answering import Said, apart, record
from ical.itip.outcome import State
from ical.overrides import single, takes_place
from ical.recurrence import is_over
from ical.snapshot import Snapshot, read_object
from ical.tasks import Share
from ical.view import DELIVERED

REGRET = timedelta(minutes=1)
"""So long an answer can be taken back."""


def answer(
    uow: UnitOfWork,
    person: Person,
    reading_id: ReadingId,
    partstat: str,
    *,
    instance: InstanceId = SERIES,
    asked: int | None = None,
    comment: str | None = None,
    percent: int | None = None,
    deleted: bool = False,
    scene: Scene,
) -> None:
    """Record what *person* says to an entry, or to one occurrence of it, that they are invited to.

    *asked* is the question that they had before their eyes (`Invitation.asked`; None: whatever stands). *percent* is
    how much of a task they have done (None: as it was). *deleted*: they declined it by deleting it, and think better of
    it (readings A23, A24): it lies where it lay again. Raises NotFound where it is none of theirs, Overtaken where it
    was changed meanwhile so that they are asked anew, and Refused where it is called off or over, or the answer is none
    that such an entry can have.
    """
    held = invited(uow, person, reading_id, deleted=deleted)
    entries.lock(uow, held.entry_id)
    here = _back(uow, person, reading_id) if deleted else invited(uow, person, reading_id)
    zone = zone_of(person)
    shared = read_object(here.entry.shared, zone)
    rows = _rows(here, person, shared, instance)
    if asked is not None and any(row.reset_sequence > asked for row in rows):
        raise Overtaken("it was changed meanwhile, and is asked anew")
    about = single(shared, instance, zone)
    if here.entry.state is not State.LIVE or about.cancelled or is_over(about.document, about.kind, zone, scene.now):
        raise Refused("it is called off, or over")
    words = comment[:COMMENT_LENGTH] if comment else None
    said = [
        (row, Said(chosen(here.entry.kind, row, partstat, percent, scene.now), shared.sequence, None, "web", words))
        for row in rows
    ]
    outcome = record(here.entry, said, actor=person.all_addresses, zone=zone, now=scene.now)
    save(uow, subject_of(uow, here, person), outcome, actor=person, scene=scene)


def take_back(
    uow: UnitOfWork, person: Person, reading_id: ReadingId, *, instance: InstanceId = SERIES, scene: Scene
) -> None:
    """Let *person* have said nothing: they pressed a button that they did not mean, a moment ago.

    It waits for an answer again. Raises NotFound where it is none of theirs, and Refused where there is nothing to take
    back any more: it was answered longer ago or elsewhere, or somebody outside has been told.
    """
    entries.lock(uow, invited(uow, person, reading_id).entry_id)
    here = invited(uow, person, reading_id)
    mine = [a for a in here.entry.answers if a.address in person.all_addresses and not a.organizer]
    rows = [a for a in mine if a.instance == instance]
    since = scene.now - REGRET
    if here.entry.outside or not rows or not all(_is_of_late(row, since) for row in rows):
        raise Refused("there is nothing to take back")
    share = Share(NEEDS_ACTION)
    said = [(row, Said(share, row.sequence, None, "web", "", delivery=DELIVERED)) for row in rows]
    outcome = record(here.entry, said, actor=person.all_addresses, zone=zone_of(person), now=scene.now)
    save(uow, subject_of(uow, here, person), outcome, actor=person, scene=scene)


def _back(uow: UnitOfWork, person: Person, reading_id: ReadingId) -> Loaded:
    reading_changes.bring_back(uow, [reading_id])
    return invited(uow, person, reading_id)


def _is_of_late(row: Answer, since: datetime) -> bool:
    return row.channel == "web" and row.answered_at is not None and row.answered_at >= since


def _rows(here: Loaded, person: Person, shared: Snapshot, instance: InstanceId) -> list[Answer]:
    """Give the rows that are answered, of each of the person's addresses one."""
    mine = [a for a in here.entry.answers if a.address in person.all_addresses and not a.organizer]
    exact = [a for a in mine if a.instance == instance]
    if exact:
        return exact
    known = shared.part(instance) is not None or takes_place(shared, instance, zone_of(person))
    series = [apart(a, instance) for a in mine if a.instance == SERIES]
    if not series or not known:
        raise NotFound("they are not asked to that")
    return series
