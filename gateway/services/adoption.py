# SPDX-License-Identifier: GPL-3.0-or-later
"""An invitation comes to somebody who has its UID already, in a private entry: from a mail, or from a file.

It becomes the invitation's reading at its place, and what was said and noted in it counts (model, rows 29 and 42):
Thunderbird answers a mail before the entry itself has arrived.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.model import Person, PersonId
from gateway.services.scene import Scene, actor_of, zone_of
from gateway.services.subject import Present, Subject
from gateway.store import entries
from gateway.store.unit import UnitOfWork
from ical import view
from ical.itip.attendee import answer
from ical.itip.outcome import Entry, Outcome
from ical.snapshot import read_object


@dataclass(frozen=True, slots=True)
class Adoption:
    """The private entries that a decision meets."""

    texts: tuple[tuple[Person, bytes], ...] = ()
    refused: frozenset[PersonId] = frozenset()
    """Whose private entry is an invitation by somebody else: it stays, and this one is not delivered."""


def found(uow: UnitOfWork, subject: Subject, present: Present) -> Adoption:
    """Read what people have under the UID of *subject*: hardly anybody has anything."""
    if not present.adopting:
        return Adoption()
    people = {r.person.id: r.person for r in present.recipients.values()}
    texts, refused = [], set()
    for person_id, reading in present.adopting.items():
        person = people[person_id]
        text = entries.words_of(uow, reading.entry_id, person_id)
        said = read_object(text, zone_of(person))
        if said.kind is not subject.entry.kind or said.organizer not in {None, subject.entry.organizer}:
            refused.add(person_id)
        else:
            texts.append((person, text))
    return Adoption(tuple(texts), frozenset(refused))


def said(entry: Entry, adoption: Adoption, scene: Scene) -> Iterator[tuple[Person, Outcome]]:
    """Give what the private entries say, as if each was uploaded over its invitation."""
    for person, text in adoption.texts:
        me = actor_of(person, replace(scene, deputy=None))
        shown = view.for_attendee(entry, me.addresses, {}, me.zone)
        outcome = answer(entry, text, me, overlay={}, shown=shown, conditional=False, now=scene.now)
        if read_object(text, me.zone).organizer is None:
            # It was never an invitation, so nothing in it is an answer.
            outcome = replace(
                Outcome(state=entry.state, closed=entry.closed),
                overlay=outcome.overlay,
                touched=me.addresses,
                firm=me.addresses,
            )
        yield person, outcome
