# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry that several people have copies of becomes one again: its words, answers and readings in one save."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.model import CalendarId, Person, PersonId
from gateway.services import move_notes
from gateway.services.distributing import new_subject
from gateway.services.move_notes import Item, Note
from gateway.services.save import save
from gateway.services.scene import Scene, actor_of, zone_of
from gateway.services.subject import REJECTED, Had, Home
from gateway.store.unit import UnitOfWork
from ical import view
from ical.address import Address
from ical.grown import Copy, Grown, age, grown, has_declined, has_put_away, is_in
from ical.itip.outcome import Entry
from ical.people import SERVER, agent_of

Place = tuple[CalendarId, str]


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of the copies."""

    notes: tuple[Note, ...]
    alone: tuple[Item, ...]
    """Copies of those who are not in it: they are theirs alone."""


def merge(
    uow: UnitOfWork,
    host: Person,
    items: Sequence[Item],
    places: Mapping[Item, Place],
    others: Collection[PersonId],
    staff: Mapping[Address, Person],
    scene: Scene,
) -> Merged:
    """Store what *items* come to, which are copies of an entry of *host*'s and lie at *places*.

    Of each person there is one; *others* have a copy of another entry with its UID. Raises what the engine raises.
    """
    own = next((n for n, item in enumerate(items) if item.person.id == host.id), None)
    if own is None and not any(_names(item) for item in items):
        return Merged((), tuple(items))
    copies = [Copy(actor_of(item.person, scene), item.said) for item in items]
    found = grown(actor_of(host, scene), own, copies, now=scene.now)
    guests = [n for n, copy in enumerate(copies) if n != own and is_in(copy, found.outcome)]
    words = items[own].said if own is not None else items[guests[0]].said
    subject, span = new_subject(uow, words, found.outcome, host)
    home = Home(*places[items[own]], span) if own is not None else None
    # Without a place of the organizer's, the times come from the words once more.
    rest = replace(found.outcome, sequence=None)
    rest = replace(rest, words=None, shared=None) if home is not None else rest
    had = {person: Had(is_another=True) for person in others} | _had(items, own, guests, found, places, staff)
    saved = save(uow, subject, rest, actor=host, scene=scene, home=home, had=had).entry
    alone = [item for n, item in enumerate(items) if n != own and n not in guests]
    told = tuple(_notes(items, own, guests, found, saved, staff))
    return Merged(told, tuple(alone))


def _names(item: Item) -> bool:
    """Tell whether a text says that its owner is invited."""
    return not item.person.all_addresses.isdisjoint(item.said.attendees())


def newest(items: Sequence[Item]) -> tuple[list[Item], list[Note]]:
    """Give the newest copy of each person, and what is to be told of the others."""
    by_person: dict[PersonId, Item] = {}
    notes: list[Note] = []
    for item in sorted(items, key=lambda i: age(i.said)):
        before = by_person.get(item.person.id)
        if before is not None:
            notes.append(move_notes.second(before, item))
        by_person[item.person.id] = item
    return [item for item in items if by_person[item.person.id] is item], notes


def _had(
    items: Sequence[Item],
    own: int | None,
    guests: Sequence[int],
    found: Grown,
    places: Mapping[Item, Place],
    staff: Mapping[Address, Person],
) -> dict[PersonId, Had]:
    had = {items[n].person.id: Had(*places[items[n]], found.overlays.get(n, {})) for n in guests}
    answers = found.outcome.answers
    for person in {staff[a.address].id: staff[a.address] for a in answers if a.address in staff}.values():
        mine = person.all_addresses
        is_away = has_declined(answers, mine) or (own is not None and has_put_away(items[own].said, mine))
        if person.id not in had and is_away:
            had[person.id] = Had()  # they have deleted it
    return had


def _notes(
    items: Sequence[Item],
    own: int | None,
    guests: Sequence[int],
    found: Grown,
    saved: Entry,
    staff: Mapping[Address, Person],
) -> Iterator[Note]:
    for number in guests:
        item, person = items[number], items[number].person
        if number in found.outdated:
            yield move_notes.outdated(item)
        overlay = found.overlays.get(number, {})
        yield from move_notes.lost(item, view.for_attendee(saved, person.all_addresses, overlay, zone_of(person)))
    first = items[own if own is not None else guests[0]]
    if own is not None:
        yield from move_notes.comments(first)
        line = first.said.line("ORGANIZER")
        if line is not None and agent_of(line) != SERVER and len(items) > 1:
            yield move_notes.by_client(first)
    for row in saved.answers:
        if row.delivery == REJECTED and row.address in staff:
            yield move_notes.not_delivered(first, staff[row.address].login)
