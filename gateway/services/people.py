# SPDX-License-Identifier: GPL-3.0-or-later
"""Colleagues come, change their password, are shut out, and leave."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from gateway.errors import NotFound, Refused
from gateway.model import Person, Rosters
from gateway.store import calendars, crashers, deputies, groups, people, reading_changes, readings
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox, of_mailbox
from ical.kinds import DISTRIBUTED

LANGUAGES = ("nb", "en")
LONGEST_NAME = 200
LONGEST_MAILBOX = 254
"""Octets of a mailbox that mail can carry (RFC 5321 4.5.3.1.3, less the angle brackets)."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


def add_person(
    uow: UnitOfWork,
    *,
    login: str,
    name: str,
    emails: Sequence[str],
    password_hash: str | None,
    language: str = "nb",
    timezone: str = "Europe/Oslo",
) -> Person:
    """Add a colleague with the calendars that invitations arrive in; Refused, in a sentence, where that cannot be."""
    login = login.strip().lower()
    addresses = tuple(dict.fromkeys(address_of(email) for email in emails))
    _check(login, name.strip(), addresses, language, timezone)
    if people.by_login(uow, login) is not None:
        raise Refused(f"there is a user {login} already")
    check_free(uow, addresses)
    return people.add(uow, login, name.strip(), addresses, password_hash, language, timezone)


def add_address(uow: UnitOfWork, login: str, email: str) -> Person:
    """Let an address name a colleague too, behind those that they have; Refused where it is somebody's."""
    person, address = known(uow, login), address_of(email)
    check_free(uow, [address])
    people.add_addresses(uow, person.id, [address], rank=len(person.addresses))
    return replace(person, addresses=(*person.addresses, address))


def set_password(uow: UnitOfWork, login: str, password_hash: str) -> Person:
    """Let *login* sign in with another password from now on; whoever is shut out stays so, but by their first one."""
    person, is_first = known(uow, login), not _has_password(uow, login)
    people.set_password(uow, person.id, password_hash)
    return enable(uow, login) if person.disabled and is_first else person


def disable(uow: UnitOfWork, login: str) -> Person:
    """Let *login* sign in no more, for a while; what they are asked to meanwhile comes by mail (product, A20)."""
    person = known(uow, login)
    people.set_disabled(uow, person.id, disabled=True)
    return replace(person, disabled=True)


def enable(uow: UnitOfWork, login: str) -> Person:
    """Let *login* sign in again; Refused where they have no password yet."""
    person = known(uow, login)
    if person.disabled and not _has_password(uow, login):
        raise Refused(f"{person.login} has no password yet: the first one lets them sign in")
    people.set_disabled(uow, person.id, disabled=False)
    return replace(person, disabled=False)


def set_language(uow: UnitOfWork, login: str, language: str) -> Person:
    """Let *login* read pages and mail in another language; Refused where it is none of ours."""
    person = known(uow, login)
    if language not in LANGUAGES:
        raise Refused(f"there is no language {language[:20]!r} here: {' and '.join(LANGUAGES)} are")
    people.set_language(uow, person.id, language)
    return replace(person, language=language)


def set_timezone(uow: UnitOfWork, login: str, timezone: str) -> Person:
    """Let *login* read times in another zone, and mean floating ones in it; Refused where there is none of that name.

    The index of times need not be made anew: of what floats, the text is asked.
    """
    person = known(uow, login)
    _check_zone(timezone)
    people.set_timezone(uow, person.id, timezone)
    return replace(person, timezone=timezone)


def set_roster(uow: UnitOfWork, login: str, roster: Rosters) -> Person:
    """Let *login* read the answers in DESCRIPTION of what they organize: of tasks, of all, or of none of it.

    Their programs are told of all that reads otherwise now.
    """
    person = known(uow, login)
    others = [kind for kind in DISTRIBUTED if person.roster.covers(kind) is not roster.covers(kind)]
    people.set_roster(uow, person.id, roster)
    changed = readings.organized_by(uow, person.id, others)
    calendars.advance(uow, {place for _, place in changed})
    reading_changes.move_pointers(uow, [reading for reading, _ in changed], ())
    return person


def remove(uow: UnitOfWork, login: str, now: datetime) -> Person:
    """Let a colleague leave: nobody signs in as *login* and no address is theirs any more; both may be given anew.

    What they organized stays with everybody who was invited, with the answers that were given (model, row 38). What
    they had for themselves stays in the database too, where nobody reads it.
    """
    person = known(uow, login)
    people.leave(uow, person.id, now)
    groups.forget(uow, person.id)
    deputies.forget(uow, person.id)
    crashers.forget_person(uow, person.addresses)
    return person


def colleagues(uow: UnitOfWork) -> list[Person]:
    """Give who can be asked to something, by name: all who are here, have an address, and are not shut out."""
    here = (one for one in people.everybody(uow) if one.addresses and not one.disabled)
    return sorted(here, key=lambda one: one.name.casefold())


def known(uow: UnitOfWork, login: str) -> Person:
    """Give who signs in as *login*; raises NotFound."""
    person = people.by_login(uow, login.strip().lower())
    if person is None:
        raise NotFound(f"there is no user {login}")
    return person


def check_free(uow: UnitOfWork, addresses: Sequence[Address]) -> None:
    """Raise Refused where one of *addresses* is a colleague's, or a group's: an address names one thing only."""
    for address, recipient in people.recipients(uow, addresses).items():
        raise Refused(f"{mailbox(address)} is the address of {recipient.person.login} already")
    for address, group in groups.by_addresses(uow, addresses).items():
        raise Refused(f"{mailbox(address)} is the address of the group {group.name} already")


def check_name(name: str) -> None:
    """Raise Refused where nobody and nothing can be called *name*."""
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused(f"a name has 1 to {LONGEST_NAME} characters, all in one line")


def address_of(email: str) -> Address:
    """Give the address of a mailbox; raises Refused where it is none."""
    address = of_mailbox(email)
    box = mailbox(address)
    if box is None or len(box) > LONGEST_MAILBOX:
        raise Refused(f"{email[:80]!r} is no e-mail address")
    return address


def _has_password(uow: UnitOfWork, login: str) -> bool:
    found = people.credential(uow, login.strip().lower())
    return found is not None and found.password_hash is not None


def _check(login: str, name: str, addresses: Sequence[Address], language: str, timezone: str) -> None:
    if not _LOGIN.fullmatch(login):
        raise Refused(
            f"{login[:80]!r} cannot be a login: it is at most 64 of a-z, 0-9 and . _ @ + -, a letter or digit first"
        )
    check_name(name)
    if not addresses:
        raise Refused("a user needs an e-mail address: it is what invitations name")
    if language not in LANGUAGES:
        raise Refused(f"the language {language[:20]!r} is not known: give one of {', '.join(LANGUAGES)}")
    _check_zone(timezone)


def _check_zone(timezone: str) -> None:
    if timezone not in _zones():
        raise Refused(f"the time zone {timezone[:80]!r} is not known: give one like Europe/Oslo")


@cache
def _zones() -> frozenset[str]:
    """Reads the system's whole zone database."""
    return frozenset(available_timezones())
