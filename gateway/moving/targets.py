# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose calendars those that were found become: by login, by address, or as the administrator says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.errors import Refused
from gateway.model import EVENTS, INBOX, OUTBOX, TASKS, Calendar, CalendarId, Person, PersonId
from gateway.moving.sources import Shelf
from gateway.services import calendars as service
from gateway.store import calendars
from gateway.store.unit import UnitOfWork
from ical.address import Address, of_mailbox
from ical.kinds import Kind

JOURNALS = "journals"
USUAL: Mapping[Kind, str] = MappingProxyType({Kind.VEVENT: EVENTS, Kind.VTODO: TASKS, Kind.VJOURNAL: JOURNALS})
"""Where new entries go; journals need a calendar that was made for them."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A calendar of somebody's, or (without a slug) where their new entries go."""

    person: Person
    slug: str
    name: str = ""
    kinds: frozenset[Kind] = frozenset()
    props: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """As the administrator knows it."""
        return f"{self.person.login}/{self.slug}"


class Staff:
    """Everybody who is here."""

    def __init__(self, people: Iterable[Person], mapping: Mapping[str, str]) -> None:
        """Take all *people*, and what *mapping* says that `LOGIN` or `LOGIN/CALENDAR` is called here."""
        everybody = list(people)
        self._by_login = {person.login: person for person in everybody}
        self.by_address = {address: person for person in everybody for address in person.all_addresses}
        self._mapping = mapping

    def person(self, login: str) -> Person | None:
        """Give who is meant by a login, or by the address that is one on the other server."""
        found = self._by_login.get(login.strip().lower())
        if found is None and "@" in login:
            found = self.by_address.get(Address(of_mailbox(login)))
        return found

    def target(self, shelf: Shelf, slug: str | None = None) -> Target | None:
        """Give where a calendar goes, or what of it is called *slug*; None where nobody has its login."""
        own = shelf.slug if slug is None else slug
        login, name = self._called(shelf, own)
        person = self.person(login)
        return None if person is None else Target(person, name, shelf.name, shelf.kinds, shelf.props)

    def login(self, shelf: Shelf) -> str:
        """Give whose a calendar is, as the administrator says."""
        return self._called(shelf, shelf.slug)[0]

    def _called(self, shelf: Shelf, own: str) -> tuple[str, str]:
        said = self._mapping.get(f"{shelf.login}/{own}")
        login, _, name = (said or self._mapping.get(shelf.login, shelf.login)).partition("/")
        return login, name if said and name else own


class Calendars:
    """The calendars of one transaction: made where they are missing."""

    def __init__(self, uow: UnitOfWork, known: dict[tuple[PersonId, str], Calendar]) -> None:
        """Use what is *known* already, and note there what is found or made."""
        self._uow, self._known = uow, known

    def of(self, target: Target, kind: Kind) -> tuple[Calendar, bool]:
        """Give where an entry of *kind* goes, and whether that is where it should; raises Refused where it cannot be.

        A calendar that was made for other kinds does not take it: then it goes where new ones go.
        """
        slug = target.slug or USUAL[kind]
        if slug in {INBOX, OUTBOX}:
            raise Refused(f"no calendar can be called {slug}; say with --map {target.path}=… how it is to be called")
        found = self._at(target, slug, frozenset({Kind.VJOURNAL}) if slug == JOURNALS else target.kinds)
        if kind in found.kinds:
            return found, True
        usual = Target(target.person, "")
        return self._at(usual, USUAL[kind], frozenset({kind})), False

    def _at(self, target: Target, slug: str, kinds: frozenset[Kind]) -> Calendar:
        key = target.person.id, slug
        if key not in self._known:
            there = calendars.at(self._uow, target.person.id, slug)
            self._known[key] = self._made(target, slug, kinds) if there is None else self._named(target, there)
        return self._known[key]

    def _made(self, target: Target, slug: str, kinds: frozenset[Kind]) -> Calendar:
        name = _name(target.name) or slug
        return service.create(self._uow, target.person, slug, name=name, components=kinds, props=target.props)

    def _named(self, target: Target, there: Calendar) -> Calendar:
        """Let a calendar in which nothing ever was be called what it was on the other server."""
        name = _name(target.name) or there.name
        if there.revision or there.props or (name == there.name and not target.props):
            return there
        calendars.set_props(self._uow, CalendarId(there.id), name, target.props)
        return there


def _name(said: str) -> str:
    return "".join(c for c in said if c.isprintable()).strip()[:LONGEST_NAME]
