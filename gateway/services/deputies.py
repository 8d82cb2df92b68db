# SPDX-License-Identifier: GPL-3.0-or-later
"""Deputies: a secretary reads and writes the calendars of somebody else, in that person's name (model, row 36).

What a deputy writes is the owner's: the owner organizes it, or answers. That somebody else's hand did it stands in
SENT-BY (RFC 5545 3.2.18) and in the decision log. Not called delegate, who in iTIP takes the place of somebody invited.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.errors import NotFound, NotYours, Refused
from gateway.model import Loaded, Person
from gateway.services.people import known
from gateway.services.scene import Scene
from gateway.services.views import render
from gateway.store import deputies, people
from gateway.store.deputies import Deputy
from gateway.store.unit import UnitOfWork
from ical.private import is_for_everybody


@dataclass(frozen=True, slots=True)
class Access:
    """Whose home somebody is in, and how."""

    owner: Person
    deputy: Person | None = None
    """Who acts for the owner; None: they do it themselves."""
    sees_private: bool = True
    """Entries that are not for everybody (CLASS) can be seen too."""


def access(uow: UnitOfWork, me: Person, login: str) -> Access | None:
    """Give how *me* is in the home of *login*, None where it is neither theirs nor of anybody they act for."""
    if login == me.login:
        return Access(me)
    found = deputies.in_home(uow, login, me.id)
    owner = people.by_id(uow, found.person) if found is not None else None
    return Access(owner, me, found.sees_private) if found is not None and owner is not None else None


def check(found: Iterable[Loaded], owner: Person, scene: Scene) -> None:
    """Raise NotYours where one of *found* is not for everybody, and whoever acts sees nothing of that."""
    if not scene.sees_private and not all(is_for_everybody(render(one, owner)) for one in found):
        raise NotYours(f"this is private to {owner.login}")


def appoint(uow: UnitOfWork, login: str, deputy: str, *, sees_private: bool) -> tuple[Person, Person]:
    """Let *deputy* act for *login* from now on, and give both; raises NotFound, and Refused where they are one."""
    owner, acting = known(uow, login), known(uow, deputy)
    if owner.id == acting.id:
        raise Refused(f"{owner.login} needs no deputy to act for themselves")
    deputies.put(uow, Deputy(owner.id, acting.id, sees_private))
    return owner, acting


def dismiss(uow: UnitOfWork, login: str, deputy: str) -> tuple[Person, Person]:
    """Let *deputy* act for *login* no more, from the next request on, and give both; raises NotFound."""
    owner, acting = known(uow, login), known(uow, deputy)
    if not deputies.remove(uow, owner.id, acting.id):
        raise NotFound(f"{acting.login} does not act for {owner.login}")
    return owner, acting


def acting_for(uow: UnitOfWork, owner: Person) -> list[tuple[Person, bool]]:
    """Give who acts for *owner*, by login, and whether each sees what is private."""
    found = {one.deputy: one.sees_private for one in deputies.of(uow, owner.id)}
    known_people = people.by_ids(uow, found.keys())
    return sorted(((known_people[one], sees) for one, sees in found.items()), key=lambda pair: pair[0].login)


def owners(uow: UnitOfWork, me: Person) -> list[Person]:
    """Give for whom *me* acts, by login."""
    found = people.by_ids(uow, {one.person for one in deputies.for_whom(uow, me.id)})
    return sorted(found.values(), key=lambda owner: owner.login)
