# SPDX-License-Identifier: GPL-3.0-or-later
"""«Distribuerte oppgaver»: what somebody has handed out, page by page, done apart from not done (D-02, D-05).

Which of them there are is told by columns; only those on the page are read.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.model import Person, ReadingId
from gateway.services import overview
from gateway.services.overview import Overview
from gateway.services.scene import zone_of
from gateway.store import contacts, entries, handed_out
from gateway.store.handed_out import Outline
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox
from ical.kinds import Kind
from ical.snapshot import read_object
from ical.tasks import RULE, Whole, rule_of

MOST = 5000
"""So many are looked through, the newest."""
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody to whom something was handed out."""

    address: Address
    name: str
    addresses: tuple[Address, ...]
    """Every one that they were asked by."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    done: bool = False
    whom: str = ""
    """The address of a partner; '' and what is nobody's: all of them."""
    page: int = 1
    with_reading: ReadingId | None = None
    """The page on which this one is, where it is among them, instead of `page`."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list."""

    shown: list[Overview]
    partners: list[Partner]
    """Of all pages, by name."""
    whom: str
    page: int
    first: int
    """The number of the first one."""
    has_more: bool


def listed(uow: UnitOfWork, person: Person, wanted: Wanted, now: datetime) -> Listed:
    """Give a page of the tasks that *person* has handed out, what is due first at the top."""
    partners = _partners(uow, person)
    whom = next((one for one in partners if one.address == wanted.whom), None)
    found = handed_out.outlines(uow, person.id, Kind.VTODO, MOST, whom.addresses if whom is not None else None)
    done = _done(uow, person, found)
    numbers = [one.reading_id for one in found if (one.reading_id in done) is wanted.done]
    page = numbers.index(wanted.with_reading) // ON_A_PAGE + 1 if wanted.with_reading in numbers else wanted.page
    first = (page - 1) * ON_A_PAGE
    return Listed(
        shown=overview.of_all(uow, person, numbers[first : first + ON_A_PAGE], now),
        partners=partners,
        whom=whom.address if whom is not None else "",
        page=page,
        first=first + 1,
        has_more=len(numbers) > first + ON_A_PAGE,
    )


def _done(uow: UnitOfWork, person: Person, found: Sequence[Outline]) -> Collection[ReadingId]:
    """Give which are called off, closed, or completed: by all of them, or by one where that is the rule."""
    begun = [one for one in found if 0 < one.completed < one.held]
    words = entries.all_words_of(uow, [one.entry_id for one in begun], person.id)
    by_one = {one.reading_id for one in begun if _is_for_one(words.get(one.entry_id, b""), person)}
    return {one.reading_id for one in found if one.is_off or one.is_closed or 0 < one.completed == one.held} | by_one


def _is_for_one(words: bytes, person: Person) -> bool:
    return RULE.encode() in words.upper() and rule_of(read_object(words, zone_of(person))) is Whole.ANY


def _partners(uow: UnitOfWork, person: Person) -> list[Partner]:
    rows = handed_out.partners(uow, person.id, Kind.VTODO)
    known = contacts.by_addresses(uow, [one.address for one in rows if one.person_id is None])
    names: dict[object, str] = {}
    theirs: dict[object, list[Address]] = {}
    for one in rows:
        key = one.address if one.person_id is None else one.person_id
        contact = known.get(one.address)
        outside = contact.name if contact is not None else ""
        names[key] = one.name or outside or mailbox(one.address) or one.address
        theirs.setdefault(key, []).append(one.address)
    found = [Partner(addresses[0], names[key], tuple(addresses)) for key, addresses in theirs.items()]
    return sorted(found, key=lambda one: one.name.casefold())
