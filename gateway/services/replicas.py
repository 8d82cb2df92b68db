# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody outside organizes, as one person here has it: brought in by mail, and followed (model, shape 9)."""

from dataclasses import replace

from gateway.model import EntryId, Person
from gateway.services.arrivals import Taken, What, name_of
from gateway.services.distributing import new_subject, scope_of
from gateway.services.save import save
from gateway.services.scene import Scene, actor_of
from gateway.services.subject import Subject
from gateway.store import decisions, entries, readings
from gateway.store.unit import UnitOfWork
from ical.itip import replica
from ical.itip.outcome import Entry, Method, Outcome
from ical.snapshot import Snapshot


def take(uow: UnitOfWork, person: Person, said: Snapshot, text: bytes, source: str, scene: Scene) -> Taken:
    """Let the message *text*, read as *said*, come to what it comes to in *person*'s calendar.

    *source* is a sentence for the decision log that tells where it is from. Raises IcalError where it cannot be used.
    """
    known = _known(uow, person, said.uid)
    in_the_way = None if known is not None and known[1].outside else _in_the_way(uow, person, said, known, scene)
    if in_the_way is not None:
        return in_the_way
    method = Method(said.document.named(said.document.root, "METHOD")[0].value.strip().upper())
    entry = known[1] if known is not None else None
    outcome = replica.receive(entry, text, method, actor_of(person, scene), now=scene.now)
    if known is None and outcome.words is None:
        return Taken(What.IGNORED, None, " ".join((source, *outcome.why)))
    outcome = replace(outcome, why=(source, *outcome.why))
    if known is not None:
        subject = Subject(known[0], known[1], person)
    else:
        subject, _ = new_subject(uow, said, outcome, person, outside=True)
    save(uow, subject, outcome, actor=None, scene=scene)
    return Taken(What.IGNORED if _is_nothing(outcome) and known is not None else What.INVITATION, subject.entry_id)


def note(uow: UnitOfWork, person: Person, uid: str, why: str, scene: Scene) -> bool:
    """Write *why* into the decision log of what *person* has of a UID; False: they have nothing of it."""
    held = readings.of_uid(uow, person.id, uid)
    if held:
        decisions.note(uow, held[0].entry_id, [("mail", why)], scene.now)
    return bool(held)


def _known(uow: UnitOfWork, person: Person, uid: str) -> tuple[EntryId, Entry] | None:
    found = entries.by_scope(uow, uid, scope_of(person))
    if found is None:
        return None
    entries.lock(uow, found[0])
    now = entries.by_id(uow, found[0])
    return None if now is None else (found[0], now)


def _in_the_way(
    uow: UnitOfWork, person: Person, said: Snapshot, known: tuple[EntryId, Entry] | None, scene: Scene
) -> Taken | None:
    """Refuse what says to be something else that *person* has under the UID already (model, rows 41 and 43)."""
    held = [] if known is not None else list(readings.of_uid(uow, person.id, said.uid))
    others = [(one.entry_id, one.entry.organizer) for one in held if one.reading.scheduled]
    others += [(one.entry_id, one.entry.organizer) for one in held if one.entry.organizer not in {None, said.organizer}]
    others += [(known[0], known[1].organizer)] if known is not None else []
    for entry_id, organizer in others:
        who = name_of(said.organizer) if said.organizer is not None else "nobody"
        whose = name_of(organizer) if organizer is not None else "themselves alone"
        why = f"A mail was refused: {who} says to organize it, and {person.login} has it by {whose}."
        decisions.note(uow, entry_id, [("mail", why)], scene.now)
        return Taken(What.IGNORED, entry_id)
    return None


def _is_nothing(outcome: Outcome) -> bool:
    return outcome.words is None and not outcome.answers
